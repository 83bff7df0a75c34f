package ingest

import (
	"slices"

	"github.com/whence-graph/whence/graph"
)

// deeds finds acts by the tree: the verb or noun that relates two actors, its subject, its object.
type deeds struct {
	*reading
	lex   *lexicon
	found []act
}

// actsByTree finds who does what to whom where the tree says who is subject and object: active, passive, through verbs that govern an
// infinitive ("agreed to sell"), in relative clauses, and nouns of action ("A's invitation to B").
func actsByTree(r *reading) []act {
	f := &deeds{reading: r, lex: english()}
	for i := range r.words {
		w := &r.words[i]
		if w.entry == nil || r.tree.label[i] == "" {
			continue
		}
		switch {
		case w.tag == verb || w.tag == participle || w.tag == gerund || len(w.entryVerbs()) > 0 && r.tree.kid(i, "nsubj", "obj") >= 0 && r.tree.kid(i, "cop") < 0:
			f.verbAt(i)
		case w.tag == noun:
			f.nounAt(i)
		}
	}
	return f.found
}

func (f *deeds) verbAt(i int) {
	passive := f.isPassive(i)
	for _, v := range f.words[i].entryVerbs() {
		a := f.lex.acts[v.lemma]
		switch {
		case passive && a != nil && a.before("."):
			f.passive(a, i)
			return
		case passive:
			continue
		}
		if a != nil {
			if objects := f.objects(a, i); len(objects) > 0 {
				f.add(a, a.past(), i, f.subjects(i, 0), objects)
				return
			}
		}
		if f.light(v.lemma, i) {
			return
		}
		if v.lemma == "meet" && f.tree.kid(i, "obj") < 0 {
			f.together(f.lex.acts["meet"], "MET", i)
		}
	}
}

// isPassive tells whether something is done to the subject: "was invited", "invited by Bell".
func (f *deeds) isPassive(i int) bool {
	if _, part := f.words[i].form(participleShape); !part {
		return false
	}
	if _, ing := f.words[i].form(ingShape); ing {
		return false
	}
	for _, k := range f.tree.kids[i] {
		if f.tree.label[k] == "aux" && (f.words[k].is(beForm) || f.words[k].low == "got" || f.words[k].low == "get") {
			return true
		}
	}
	switch f.tree.label[i] {
	case "acl", "advcl":
		return f.tree.kid(i, "nsubj", "obj", "aux", "mark") < 0
	case "conj":
		h := f.tree.head[i]
		return h >= 0 && f.tree.kid(i, "nsubj", "obj", "aux") < 0 && f.words[h].tag != noun && f.isPassive(h)
	}
	return false
}

// passive handles "B was invited to Lund by A" and "B, invited by A".
func (f *deeds) passive(a *action, i int) {
	var by []int
	for _, k := range f.tree.kids[i] {
		if (f.tree.label[k] == "obl" || f.tree.label[k] == "nmod") && f.preposition(k) == "by" {
			by = append(by, f.withConjuncts(k)...)
		}
	}
	if len(by) == 0 {
		return
	}
	f.add(a, a.past(), i, by, f.subjects(i, 0))
}

// withConjuncts are a head and those that "and" joins to it.
func (f *deeds) withConjuncts(i int) []int {
	out := []int{i}
	for _, k := range f.tree.kids[i] {
		if f.tree.label[k] == "conj" {
			out = append(out, k)
		}
	}
	return out
}

// subjects are the heads of who does what verb i says.
func (f *deeds) subjects(i, depth int) []int {
	h := f.tree.head[i]
	if k := f.subject(i); k >= 0 {
		if f.relative(k) {
			if f.tree.label[i] == "acl" && h >= 0 {
				return []int{h}
			}
			return nil
		}
		return f.withConjuncts(k)
	}
	if h < 0 || depth > 4 {
		return nil
	}
	switch f.tree.label[i] {
	case "conj":
		if f.tree.label[h] == "acl" || f.verbal(h) {
			return f.subjects(h, depth+1)
		}
	case "xcomp":
		if o := f.tree.kid(h, "obj", "iobj"); o >= 0 && !f.isPassive(h) && !f.governs(h, "promise") {
			return f.withConjuncts(o)
		}
		return f.subjects(h, depth+1)
	case "ccomp": // "expects Ann to meet Bob" is read so at times; without a subject of its own it is a verb that governs an infinitive
		if f.tree.kid(i, "mark") >= 0 && f.words[f.tree.kid(i, "mark")].low == "to" {
			return f.subjects(h, depth+1)
		}
	case "advcl":
		if f.verbal(h) && f.tree.kid(i, "aux") < 0 {
			return f.subjects(h, depth+1)
		}
	case "acl":
		if m := f.tree.kid(i, "mark"); m >= 0 && f.words[m].low == "to" { // A's decision to sue
			return f.possessor(h)
		}
		return []int{h}
	}
	return nil
}

// subject is the last before the verb, for a dateline may be taken for one; else the first after it; or -1.
func (f *deeds) subject(i int) int {
	best := -1
	for _, k := range f.tree.kids[i] {
		if f.tree.label[k] == "nsubj" && (best < 0 || k < i) {
			best = k
		}
	}
	return best
}

func (f *deeds) relative(k int) bool {
	switch f.words[k].low {
	case "who", "which", "that", "whom":
		return true
	}
	return false
}

func (f *deeds) verbal(i int) bool {
	switch f.words[i].tag {
	case verb, participle, gerund, helper:
		return true
	}
	return f.tree.kid(i, "cop", "nsubj") >= 0
}

// possessor is whose a noun is: A's, or her.
func (f *deeds) possessor(i int) []int {
	for _, k := range f.tree.kids[i] {
		if k < i && f.tree.label[k] == "nmod" && (f.words[k].is(possessive) || k+1 < len(f.words) && f.words[k+1].tag == ownership) {
			return f.withConjuncts(k)
		}
	}
	return nil
}

// objects are the heads of those to whom it is done.
func (f *deeds) objects(a *action, i int) []int {
	for _, label := range []string{"iobj", "obj"} {
		if !a.before(".") {
			break
		}
		for _, k := range f.tree.kids[i] {
			if f.tree.label[k] != label {
				continue
			}
			if f.relative(k) {
				if f.tree.label[i] == "acl" && f.tree.head[i] >= 0 {
					return []int{f.tree.head[i]}
				}
				continue
			}
			if _, ok := f.actorAt(k); ok {
				return f.withConjuncts(k)
			}
		}
	}
	return f.oblique(a, i)
}

// oblique are those who follow one of the action's prepositions.
func (f *deeds) oblique(a *action, i int) []int {
	for _, k := range f.tree.kids[i] {
		if l := f.tree.label[k]; (l == "obl" || l == "nmod") && k > i && a.before(f.preposition(k)) {
			if _, ok := f.actorAt(k); ok {
				return f.withConjuncts(k)
			}
		}
	}
	return nil
}

// light handles a verb that means little before a noun that is the act: held talks with B, extended an invitation to B.
func (f *deeds) light(lemma string, i int) bool {
	k := f.tree.kid(i, "obj")
	if k < 0 {
		return false
	}
	a := f.actionAt(k)
	if a == nil || !contains(a.light, lemma) {
		return false
	}
	objects := f.oblique(a, k)
	if len(objects) == 0 {
		objects = f.oblique(a, i)
	}
	if len(objects) > 0 {
		f.add(a, a.predicate, i, f.subjects(i, 0), objects)
		return true
	}
	if a.predicate == "HELD_TALKS" {
		f.together(a, a.predicate, i)
		return true
	}
	return false
}

// together handles what two do with each other: A and B met.
func (f *deeds) together(a *action, predicate string, i int) {
	if list := f.subjects(i, 0); len(list) == 2 && len(f.oblique(a, i)) == 0 {
		f.add(a, predicate, i, list[:1], list[1:])
	}
}

// nounAt handles "A's invitation to B" and "an invitation from A to B".
func (f *deeds) nounAt(i int) {
	a := f.actionAt(i)
	if a == nil {
		return
	}
	subjects := f.possessor(i)
	definite := len(subjects) > 0
	for _, k := range f.tree.kids[i] {
		if p := f.preposition(k); !definite && f.tree.label[k] == "nmod" && (p == "from" || p == "by") {
			subjects = f.withConjuncts(k)
		}
	}
	first := len(f.found)
	f.add(a, a.predicate, i, subjects, f.oblique(a, i))
	for k := first; k < len(f.found); k++ {
		t := &f.found[k]
		t.definite, t.lemma, t.trust = definite, "+"+a.lemma, 0.65
		if e := t.object.to; e+1 < len(f.words) && f.words[e].low == "," && (f.words[e+1].low == "if" || f.words[e+1].low == "should") {
			t.modality = graph.Possible
		}
	}
}

// add keeps an act for each pair of sides that may be actors. verb is the word that says it.
func (f *deeds) add(a *action, predicate string, verb int, subjects, objects []int) {
	for _, x := range subjects {
		for _, y := range objects {
			s, ok := f.actorAt(x)
			o, ok2 := f.actorAt(y)
			if !ok || !ok2 || x == y {
				continue
			}
			t := act{subject: s, object: o, verb: verb, lemma: a.lemma, predicate: predicate, modality: graph.Actual, trust: 0.8}
			if a.noun {
				t.lemma = "+" + a.lemma
			}
			f.mood(&t, verb, 0)
			if w := f.words[t.subject.from].low; w == "no" || w == "neither" {
				t.negated = !t.negated
			}
			t.whole = stretch{min(s.from, o.from, verb), max(s.to, o.to, verb+1)}
			f.found = append(f.found, t)
		}
	}
}

// mood reads negation and modality from what hangs on the verb and from what it hangs on.
func (f *deeds) mood(t *act, i, depth int) {
	for _, k := range f.tree.kids[i] {
		w := &f.words[k]
		switch f.tree.label[k] {
		case "advmod", "aux", "det", "cc":
			if w.is(negator) && w.tag != article && k < i+3 {
				t.negated = !t.negated
			}
		case "mark":
			if w.low == "if" || w.low == "unless" || w.low == "whether" {
				t.modality = graph.Possible
			}
		}
		if f.tree.label[k] != "aux" {
			continue
		}
		switch w.low {
		case "will", "'ll", "won't", "wo", "shall":
			t.modality = planned(t.modality)
		case "would", "could", "may", "might", "should", "can", "wouldn't", "couldn't", "'d", "ca", "can't", "cannot":
			if w.low != "'d" || f.words[k+1].low != "been" {
				t.modality = graph.Possible
			}
		}
		if last := w.low; len(last) > 3 && (last[len(last)-3:] == "n't" || last == "cannot") && !w.is(negator) {
			t.negated = !t.negated
		}
	}
	h := f.tree.head[i]
	if h < 0 || depth > 4 {
		return
	}
	m := f.tree.kid(i, "mark")
	to := m >= 0 && f.words[m].low == "to"
	switch l := f.tree.label[i]; {
	case to && (l == "xcomp" || l == "ccomp"):
		switch {
		case f.governs(h, "refuse", "decline", "fail", "forget"):
			t.negated = !t.negated
		case f.governs(h, "try", "attempt", "seek", "threaten", "hope", "want", "wish", "offer", "urge", "ask", "like", "need"):
			t.modality = graph.Possible
		case f.governs(h, "manage", "begin", "start", "continue", "help", "go", "come"):
		default:
			t.modality = planned(t.modality)
		}
		f.mood(t, h, depth+1)
	case l == "acl" && to:
		t.modality = planned(t.modality)
	case l == "conj" && f.verbal(h) && f.tree.kid(i, "nsubj", "aux") < 0:
		f.mood(t, h, depth+1)
	}
}

// joinActs are the acts of the tree, and those that the rules alone find.
func joinActs(tree, ruled []act) []act {
	out, known := tree, map[int]bool{}
	for _, a := range tree {
		known[a.verb] = true
	}
	for _, a := range ruled {
		if !known[a.verb] {
			out = append(out, a)
		}
	}
	slices.SortStableFunc(out, func(a, b act) int { return a.verb - b.verb })
	return out
}
