package ingest

import (
	"slices"
	"strings"

	"github.com/whence-graph/whence/graph"
)

// quotationOf tells how a content is quoted: by how many of its words stand between marks.
func (r *reading) quotationOf(t *triple) graph.Quotation {
	all, in := 0, 0
	for _, s := range t.content {
		for i := s.from; i < s.to; i++ {
			w := &r.words[i]
			if w.tag == punctuation || w.tag == openMark || w.tag == closeMark {
				continue
			}
			all++
			if w.quote >= 0 {
				in++
			}
		}
	}
	switch {
	case in == 0:
		return graph.Indirect
	case in == all:
		return graph.Direct
	}
	return graph.Mixed
}

// stanceOf tells how the source stands to the content: the cue's own stance, turned by a negation, by doubt in
// the content's main clause, or by a future that is the source's own undertaking or somebody else's.
func (r *reading) stanceOf(t *triple, quotation graph.Quotation, earlier graph.Stance) graph.Stance {
	stance := graph.Asserts
	if c := english().cues[t.lemma]; c != nil {
		stance = c.stance
	}
	if t.lemma == "dismiss" && !slices.ContainsFunc(t.content, func(s stretch) bool {
		return slices.ContainsFunc(r.words[s.from:s.to], func(w word) bool { return w.low == "as" })
	}) {
		stance = graph.Denies // the claim that S, not S as a joke
	}
	negated := r.negatedCue(t)
	first := t.content[0]
	switch stance {
	case graph.Denies:
		if negated {
			return graph.Asserts
		}
		return stance
	case graph.Doubts:
		if negated {
			return graph.Asserts
		}
		return stance
	case graph.Asks:
		if r.words[first.from].low == "for" {
			return graph.Asks
		}
		return stance
	case graph.Promises:
		if negated {
			return graph.Denies
		}
		return stance
	case graph.Predicts:
		if negated {
			return graph.Doubts
		}
		return stance
	}
	if w := r.words[first.from].low; negated && (w == "whether" || w == "if") {
		return graph.Doubts
	}
	if negated {
		switch t.lemma {
		case "believe", "think", "know", "understand", "confirm", "agree", "accept", "find", "see":
			return graph.Doubts
		}
	}
	if quotation == graph.Direct {
		return r.quotedStance(t)
	}
	return r.toldStance(t, earlier)
}

// negatedCue tells whether the verb group of the cue is negated: did not deny, never said.
func (r *reading) negatedCue(t *triple) bool {
	for _, s := range t.cue {
		for i := s.from; i < s.to; i++ {
			if r.words[i].is(negator) {
				return true
			}
		}
	}
	return false
}

// quotedStance reads a direct quotation: a question, a promise in the first person, a future.
func (r *reading) quotedStance(t *triple) graph.Stance {
	last := t.content[len(t.content)-1]
	question := false
	for i := max(last.from, last.to-2); i < last.to; i++ {
		question = question || r.words[i].low == "?"
	}
	if question && len(t.content) == 1 {
		return graph.Asks
	}
	for k, s := range t.content {
		conditional := false
		for i := s.from; i+1 < s.to; i++ {
			w, n := &r.words[i], &r.words[i+1]
			if w.low == "if" {
				conditional = true
			}
			mine := w.low == "we" || w.low == "i"
			if mine && (n.low == "will" || n.low == "'ll" || n.low == "won't" || n.low == "shall" || r.going(i+1)) && !r.perceives(i+2, s.to) {
				return graph.Promises
			}
			if mine && i+2 < s.to && (n.low == "promise" || n.low == "pledge" || n.low == "vow") {
				return graph.Promises
			}
			if mine && (n.low == "doubt" || (n.low == "am" || n.low == "are" || n.low == "'m" || n.low == "'re") && i+3 < s.to && r.words[i+2].low == "not" && (r.words[i+3].low == "sure" || r.words[i+3].low == "certain" || r.words[i+3].low == "convinced")) {
				return graph.Doubts
			}
			if k == 0 && !mine && !conditional && (n.low == "will" || n.low == "'ll" || r.going(i+1)) && w.tag != asker && i < s.from+16 && !(i+2 < s.to && r.words[i+2].low == "have") && i+2 < s.to && r.firstVerb(s, i+1) {
				return graph.Predicts
			}
		}
	}
	return graph.Asserts
}

// perceives tells "we will see", "I will say", which promise nothing.
func (r *reading) perceives(i, to int) bool {
	for ; i < to && r.words[i].tag == adverbTag; i++ {
	}
	if i >= to {
		return true
	}
	switch r.words[i].low {
	case "see", "say", "find", "know", "need", "have", "be":
		return true
	}
	return false
}

func (r *reading) going(i int) bool {
	return i+2 < len(r.words) && (r.words[i].is(beForm) || r.words[i].low == "'s") && r.words[i+1].low == "going" && r.words[i+2].low == "to"
}

// firstVerb tells whether the verb at i is the first finite one of the stretch.
func (r *reading) firstVerb(s stretch, i int) bool {
	for j := s.from; j < i; j++ {
		if w := &r.words[j]; w.tag == helper || w.tag == verb {
			return false
		}
	}
	return true
}

// toldStance reads an indirect content by its main clause.
func (r *reading) toldStance(t *triple, earlier graph.Stance) graph.Stance {
	s := t.content[0]
	conditional := false
	for _, c := range t.content {
		for i := c.from; i < c.to; i++ {
			if r.words[i].low == "if" || r.words[i].low == "unless" {
				conditional = true
			}
		}
	}
	from := s.from
	if r.words[from].tag == thatTag {
		from++
	}
	if r.doubtful(from, s.to) {
		return graph.Doubts
	}
	// the first finite verb
	v := -1
	for i := from; i < s.to && i < from+24; i++ {
		w := &r.words[i]
		if w.tag == asker || w.low == "if" {
			break
		}
		if w.tag == helper || w.tag == verb || w.tag == participle && i > from && (r.words[i-1].nominal() || r.words[i-1].tag == subject) {
			v = i
			break
		}
	}
	if v < 0 || r.words[v].tag != helper {
		return graph.Asserts
	}
	next := r.nextVerb(v+1, s.to)
	going := r.going(v)
	switch w := r.words[v].low; {
	case w == "will" || w == "would" || w == "'ll" || w == "'d" || w == "won't" || w == "wouldn't" || w == "shall" || going:
		if next == "have" && !r.haveTo(v, s.to) || w == "'d" && next == "" || w == "shall" && !r.ownUndertaking(t, from, v) {
			return graph.Asserts
		}
		switch t.lemma {
		case "swear", "assure", "commit":
			return graph.Promises
		}
		if r.ownUndertaking(t, from, v) || earlier == graph.Promises && (t.lemma == "add" || t.lemma == "continue") {
			if !r.perceives(v+1, s.to) || next == "be" {
				return graph.Promises
			}
		}
		if (w == "would" || w == "wouldn't") && (conditional || r.words[from].low == "it" || r.words[from].low == "this") {
			return graph.Asserts
		}
		if conditional && next == "be" {
			return graph.Asserts
		}
		return graph.Predicts
	case w == "could" || w == "may" || w == "might":
		if next == "have" && !r.haveTo(v, s.to) || next == "not" && w == "could" || r.words[from].tag == subject && w == "could" {
			return graph.Asserts
		}
		return graph.Predicts
	}
	return graph.Asserts
}

// haveTo tells "may have to pay", which is to come, from "may have paid".
func (r *reading) haveTo(v, to int) bool {
	for i := v + 1; i+1 < to && i < v+4; i++ {
		if r.words[i].low == "have" {
			return r.words[i+1].low == "to"
		}
	}
	return false
}

func (r *reading) nextVerb(i, to int) string {
	for ; i < to; i++ {
		if r.words[i].tag == adverbTag {
			continue
		}
		return r.words[i].low
	}
	return ""
}

// doubtful tells whether the main clause says that something is not sure.
func (r *reading) doubtful(from, to int) bool {
	for i := from; i < to && i < from+10; i++ {
		w := &r.words[i]
		switch w.low {
		case "unsure", "uncertain", "doubtful", "sceptical", "skeptical", "unconvinced":
			return true
		case "unclear":
			return true
		case "doubt", "doubted", "doubts":
			return w.tag != noun
		case "sure", "certain", "clear", "convinced", "confident":
			for j := i - 1; j > i-4 && j >= from; j-- {
				if l := r.words[j].low; l == "not" || l == "never" || strings.HasSuffix(l, "n't") {
					return true
				}
			}
		case "know", "knew":
			if i > from && (r.words[i-1].low == "not" || strings.HasSuffix(r.words[i-1].low, "n't")) && i+1 < to && (r.words[i+1].low == "whether" || r.words[i+1].low == "if") {
				return true
			}
		}
		if w.tag == asker || w.low == "if" {
			return false
		}
	}
	return false
}

// ownUndertaking tells whether the subject of a content is its source: he said he would, the Russian side.
func (r *reading) ownUndertaking(t *triple, from, v int) bool {
	if t.source.none() {
		return false
	}
	subj := stretch{from, v}
	for subj.from < subj.to && r.words[subj.from].tag == adverbTag {
		subj.from++
	}
	if subj.none() {
		return false
	}
	_, head := r.core(subj.from, subj.to)
	if head < 0 {
		return false
	}
	h := &r.words[head]
	if r.speaksFor(t.source) && (h.is(titleNoun) && h.tag == noun || r.spotAt(head) != nil && r.spotAt(head).kind == graph.Person || h.low == "he" || h.low == "she") {
		return true
	}
	if h.tag == subject {
		k := r.kind(t.source)
		switch h.low {
		case "i", "we":
			return true
		case "he", "she":
			return k == graph.Person || k == graph.Anonymous
		case "they":
			return k == graph.Group || k == graph.Anonymous || k == graph.Organization || k == graph.Outlet
		case "it":
			return k == graph.Organization || k == graph.Outlet || k == graph.Place
		}
		return false
	}
	// the side, government, team for which the source speaks: a word shared with the source's description
	if !h.is(organizationNoun) && h.tag != nameTag {
		return false
	}
	if h.low == "government" || h.low == "ministry" || h.low == "company" || h.low == "cabinet" || h.low == "administration" {
		for j := t.source.from; j < t.source.to; j++ { // who speaks for it
			switch r.words[j].low {
			case "minister", "president", "premier", "chancellor", "spokesman", "spokeswoman", "spokesperson", "executive", "chairman", "chairwoman":
				return true
			}
		}
	}
	for i := subj.from; i <= head; i++ {
		a := &r.words[i]
		if !a.upper || len(a.low) < 4 {
			continue
		}
		for j := t.source.from; j < t.source.to; j++ {
			if b := &r.words[j]; b.upper && len(b.low) >= 4 && sameStem(a.low, b.low) {
				return true
			}
		}
	}
	return false
}

// speaksFor tells whether a source is somebody's voice: his office, a spokesman for the minister.
func (r *reading) speaksFor(s stretch) bool {
	for i := s.from; i < s.to; i++ {
		switch r.words[i].low {
		case "office", "spokesman", "spokeswoman", "spokesperson":
			return true
		}
	}
	return false
}

// sameStem tells whether two words are a country and its people's name or the same: Russia, Russian.
func sameStem(a, b string) bool {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n >= 4 && n >= min(len(a), len(b))-2
}
