package ingest

import (
	"slices"
	"sort"

	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/ingest/model"
)

// tree is the grammar of a text as the weights read it: which word each word hangs on, and as what. A word that is several tokens of the
// weights hangs where their topmost hangs.
type tree struct {
	head  []int    // -1 at the root of a sentence and for words that were not read
	label []string // by Universal Dependencies: nsubj, obj, ..
	kids  [][]int  // rising
}

// plant lays the weights' words over those of the reading.
func (r *reading) plant(list []model.Word) {
	n := len(r.words)
	t := &tree{head: make([]int, n), label: make([]string, n), kids: make([][]int, n)}
	of := make([]int, len(list)) // the word that each token lies in
	w := 0
	for i, x := range list {
		for w < n-1 && r.words[w].span.End <= x.Start {
			w++
		}
		of[i] = w
	}
	for i := range t.head {
		t.head[i] = -1
	}
	for i, x := range list {
		w := of[i]
		if x.Head >= 0 && of[x.Head] == w {
			continue
		}
		if t.label[w] != "" && x.Head < 0 {
			continue
		}
		if t.label[w] == "" || t.head[w] < 0 {
			t.label[w] = x.Label
			if x.Head >= 0 {
				t.head[w] = of[x.Head]
			}
		}
	}
	// tokens that were made one may have closed a circle
	for i := range t.head {
		steps := 0
		for k := i; k >= 0; k = t.head[k] {
			if steps++; steps > n {
				t.head[i], t.label[i] = -1, "dep"
				break
			}
		}
	}
	for i, h := range t.head {
		if h >= 0 {
			t.kids[h] = append(t.kids[h], i)
		}
	}
	r.tree = t
}

// kid is the first word that hangs on i by one of the labels, or -1.
func (t *tree) kid(i int, labels ...string) int {
	for _, k := range t.kids[i] {
		if contains(labels, t.label[k]) {
			return k
		}
	}
	return -1
}

// top is the word of a stretch that hangs on none in it, the first of several; its last word where the tree has nothing.
func (t *tree) top(s stretch) int {
	for i := s.from; i < s.to; i++ {
		if h := t.head[i]; (h < s.from || h >= s.to) && t.label[i] != "" && t.label[i] != "punct" && t.label[i] != "case" && t.label[i] != "cc" {
			return i
		}
	}
	return s.to - 1
}

// nameOf is the name that a phrase is or that stands beside its head: "Harbour chief Ann Bell", "the mayor of Lund, Ann Bell,".
func (r *reading) nameOf(s stretch) *spot {
	if r.tree == nil {
		return nil
	}
	h := r.tree.top(s)
	if sp := r.spotAt(h); sp != nil && !slices.ContainsFunc(r.words[s.from:max(s.from, sp.from)], func(w word) bool { // not "a memo that Bell has seen"
		return w.tag == asker || w.tag == thatTag || w.tag == prepositionTag || w.tag == verb || w.tag == participle
	}) {
		return sp
	}
	for _, k := range r.tree.kids[h] {
		if sp := r.spotAt(k); sp != nil && r.tree.label[k] == "appos" && k > h && (sp.kind == graph.Person && !r.words[h].is(organizationNoun|outletNoun|documentNoun|placeName) || sp.kind != graph.Person && !r.words[h].is(human|titleNoun)) {
			return sp
		}
	}
	return nil
}

// apposed adds the persons' names that only their place tells: "her lawyer, Pip Lord,".
func (r *reading) apposed() {
	var found []spot
	for i, label := range r.tree.label {
		if label != "appos" || r.words[i].tag != nameTag || r.spotAt(i) != nil {
			continue
		}
		h := r.tree.head[i]
		if h < 0 || h >= i || !r.words[h].is(human) || r.words[h].tag != noun || r.words[i-1].low != "," {
			continue
		}
		end := i + 1
		for end < len(r.words) && r.words[end].tag == nameTag && r.tree.head[end] == i && r.spotAt(end) == nil {
			end++
		}
		if end-i == 2 || end-i == 3 {
			s := stretch{i, end}
			found = append(found, spot{s, end - 1, graph.Person, s})
		}
	}
	if len(found) > 0 {
		r.spots = append(r.spots, found...)
		sort.Slice(r.spots, func(i, j int) bool { return r.spots[i].from < r.spots[j].from })
	}
}

// preposition is the word that marks the case of i: "with" in "with the minister"; empty when there is none.
func (r *reading) preposition(i int) string {
	if k := r.tree.kid(i, "case"); k >= 0 && k < i {
		return r.words[k].low
	}
	return ""
}

// phrase is what hangs together around a head without clauses: "the outgoing minister", "Ann Bell", "the mayor of Lund".
func (r *reading) phrase(i int) stretch {
	s := stretch{i, i + 1}
	if sp := r.spotAt(i); sp != nil {
		s = sp.stretch
	}
	for again := true; again; {
		again = false
		for _, k := range r.tree.kids[i] {
			switch r.tree.label[k] {
			case "det", "amod", "compound", "flat", "nummod", "nmod", "goeswith":
			default:
				continue
			}
			if k == s.from-1 || k < s.from && r.adjoins(k, s.from, i) {
				s.from, again = r.leftmost(k), true
			}
			if k == s.to && (r.tree.label[k] == "flat" || r.tree.label[k] == "compound" || r.tree.label[k] == "goeswith") {
				s.to, again = k+1, true
			}
		}
	}
	return s
}

// adjoins tells whether only what hangs on k or on the head lies between k and the phrase that begins at to.
func (r *reading) adjoins(k, to, head int) bool {
	for j := k + 1; j < to; j++ {
		h := r.tree.head[j]
		if h != k && h != head && (h < 0 || r.tree.head[h] != k) {
			return false
		}
	}
	return true
}

// leftmost is where the words begin that hang on k to its left.
func (r *reading) leftmost(k int) int {
	from := k
	if sp := r.spotAt(k); sp != nil {
		from = sp.from
	}
	for _, j := range r.tree.kids[k] {
		if j < from {
			from = min(from, r.leftmost(j))
		}
	}
	return from
}

// actorAt is the stretch to look somebody up by, for the head of a phrase: a name in apposition before a description, the body for
// its management. ok is false for what can be no side of an act.
func (r *reading) actorAt(i int) (stretch, bool) {
	if sp := r.spotAt(i); sp != nil {
		switch sp.kind {
		case graph.Person, graph.Organization, graph.Outlet, graph.Place:
			return r.phrase(i), true
		}
		return stretch{}, false
	}
	if name, ok := r.nameBeside(i); ok {
		return name, true
	}
	w := &r.words[i]
	switch singular(w.low) {
	case "member", "management", "leadership", "official", "representative", "part", "head", "delegation", "side", "one", "figure":
		for _, k := range r.tree.kids[i] {
			if r.tree.label[k] == "nmod" && r.preposition(k) == "of" {
				if s, ok := r.actorAt(k); ok {
					return s, true
				}
			}
		}
	}
	switch {
	case w.is(pronoun|possessive) && w.low != "it" && w.low != "its" || w.tag == subject:
		return stretch{i, i + 1}, true
	case w.tag == noun || w.tag == nameTag:
		if singular(w.low) == w.low && w.is(titleNoun|organizationNoun|human) {
			return r.phrase(i), true
		}
	}
	return stretch{}, false
}

// nameBeside is the person's name in apposition to a description: "the minister, Ann Bell," or "her counterpart from Lund, Ann Bell".
func (r *reading) nameBeside(i int) (stretch, bool) {
	w := &r.words[i]
	if !w.is(human|titleNoun) || singular(w.low) != w.low {
		return stretch{}, false
	}
	end := i + 1
	for end < len(r.words) && (r.words[end].low == "of" || r.words[end].low == "for" || r.words[end].low == "from" || r.words[end].low == "at") && end < i+12 {
		e, head := r.core(end+1, min(len(r.words), end+8))
		if head < 0 {
			break
		}
		end = e
	}
	if end+1 >= len(r.words) || r.words[end].low != "," {
		return stretch{}, false
	}
	k := end + 1
	for k < len(r.words) && k < end+4 && r.spotAt(k) == nil && r.words[k].is(titleNoun|anyHonorific) {
		k++
	}
	if sp := r.spotAt(k); sp != nil && sp.kind == graph.Person && (sp.to == len(r.words) || r.words[sp.to].low == "," || r.words[sp.to].low == "." || r.words[sp.to].low == ";") {
		return sp.stretch, true
	}
	return stretch{}, false
}
