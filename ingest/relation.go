package ingest

import (
	"strings"

	"github.com/whence-graph/whence/graph"
)

// action is a verb or a noun that relates actors; relation.txt tells how its lines are read.
type action struct {
	lemma, predicate, class string
	prepositions            []string // before the object; "." is none
	light                   []string // verbs that stand before the noun
	noun                    bool
}

func parseActions(text string) []*action {
	var out []*action
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "" {
			continue
		}
		head, light, _ := strings.Cut(line, "|")
		f := strings.Fields(head)
		a := &action{light: strings.Fields(light)}
		if a.noun = strings.HasPrefix(f[0], "+"); a.noun {
			a.predicate = f[1]
			f = append([]string{f[0][1:]}, f[2:]...)
		}
		a.lemma, a.class, a.prepositions = f[0], f[1], f[2:]
		if a.class == "-" {
			a.class = ""
		}
		out = append(out, a)
	}
	return out
}

func (a *action) before(prep string) bool { return contains(a.prepositions, prep) }

// actor finds acts of a sentence.
type acting struct {
	*reading
	lex      *lexicon
	from, to int
	found    []act
}

// findActs finds who does what to whom: verbs with their subject and object, and nouns of action.
func findActs(r *reading) []act {
	f := &acting{reading: r, lex: english()}
	for _, s := range r.sentences {
		f.from, f.to = s.from, s.to
		for i := s.from; i < s.to; i++ {
			w := &r.words[i]
			if w.entry == nil {
				continue
			}
			switch w.tag {
			case verb, participle, gerund:
				f.verbAt(i)
			case noun:
				if a := f.actionAt(i); a != nil {
					f.nominal(a, i)
				}
			}
		}
	}
	return f.found
}

// actionAt is the action that the noun at i is, or nil.
func (r *reading) actionAt(i int) *action {
	if a := english().acts["+"+r.words[i].low]; a != nil {
		return a
	}
	return english().acts["+"+singular(r.words[i].low)]
}

// bounds are those of the quotation or the sentence around the word, so that no act runs across a mark.
func (f *acting) bounds(i int) (from, to int) {
	from, to = f.from, f.to
	if q := f.words[i].quote; q >= 0 && f.quotes[q].speech {
		from, to = max(from, int(f.quotes[q].from)+1), min(to, int(f.quotes[q].to))
		for j := i; j > from && i-j < longest; j-- { // its sentence
			if f.words[j-1].low == "." || f.words[j-1].low == "?" || f.words[j-1].low == "!" {
				from = j
			}
		}
	}
	return from, to
}

// verbAt handles the verbs: A invited B, B was invited by A, A held talks with B.
func (f *acting) verbAt(i int) {
	from, to := f.bounds(i)
	g := f.group(i, from)
	be := false
	for j := g.from; j < i; j++ {
		be = be || f.words[j].is(beForm)
	}
	_, part := f.words[i].form(participleShape)
	_, ing := f.words[i].form(ingShape)
	for _, v := range f.words[i].entryVerbs() {
		a := f.lex.acts[v.lemma]
		if be && part && !ing {
			if a != nil && a.before(".") {
				f.passive(a, g, i, from, to)
			}
			continue
		}
		if a != nil {
			if o, ok := f.object(a, i+1, to); ok {
				f.withSubject(a, a.past(), g, i, o, from)
				return
			}
		}
		f.light(v.lemma, g, i, from, to)
		if v.lemma == "meet" || v.lemma == "hold" {
			f.together(v.lemma, g, i, from, to)
		}
	}
}

// together handles what two do with each other: A and B met, A and B held talks.
func (f *acting) together(lemma string, g stretch, i, from, to int) {
	a, predicate := f.lex.acts["meet"], "MET"
	if lemma == "hold" {
		a, predicate = nil, "HELD_TALKS"
		for j := i + 1; j < to && j < i+4; j++ {
			if f.words[j].low == "talks" && f.words[j+1].low != "with" {
				a = f.lex.acts["+talks"]
			}
		}
	} else if _, ok := f.object(a, i+1, to); ok || f.words[i+1].low == "with" || f.nounish(i+1) {
		return
	}
	s, ok := f.subjectWithin(g.from, from)
	if a == nil || !ok {
		return
	}
	for j := s.from + 1; j < s.to-1; j++ {
		if f.words[j].low != "and" {
			continue
		}
		x, y := stretch{s.from, j}, stretch{j + 1, s.to}
		if hx, hy := f.headOf(x), f.headOf(y); hx < 0 || hy < 0 || !f.isActor(hx) || !f.isActor(hy) {
			return
		}
		t := act{subject: x, object: y, verb: i, lemma: "meet", predicate: predicate, modality: graph.Actual, trust: 0.7}
		f.mood(&t, g)
		f.finish(&t)
		return
	}
}

// past is the predicate: the past tense in capitals.
func (a *action) past() string {
	if a.predicate != "" {
		return a.predicate
	}
	return strings.ToUpper(english().past[a.lemma])
}

// light handles a verb that means little before a noun that is the act: held talks with B, extended invitations to B.
func (f *acting) light(lemma string, g stretch, i, from, to int) {
	for j := i + 1; j < to && j < i+6; j++ {
		w := &f.words[j]
		if w.tag != noun && w.tag != verb {
			if w.tag == article || w.tag == descriptor || w.tag == adverbTag || w.tag == numeral {
				continue
			}
			return
		}
		a := f.actionAt(j)
		if a == nil {
			continue
		}
		if !contains(a.light, lemma) {
			return
		}
		if o, ok := f.object(a, j+1, to); ok {
			f.withSubject(a, a.predicate, g, i, o, from)
		}
		return
	}
}

// object is the phrase of the other actor after a verb or noun.
func (f *acting) object(a *action, j, to int) (stretch, bool) {
	for j < to && f.words[j].tag == adverbTag {
		j++
	}
	if j >= to {
		return stretch{}, false
	}
	if p := f.words[j].low; a.before(p) && p != "." {
		j++
	} else if !a.before(".") {
		return stretch{}, false
	}
	if j >= to || f.words[j].tag == subject {
		return stretch{}, false
	}
	end, head := f.core(j, to)
	if head < 0 {
		return stretch{}, false
	}
	s := stretch{j, end}
	// Nordland's minister, Ann Bell: the name in apposition
	if f.spotAt(head) == nil && end+1 < to && f.words[end].low == "," {
		if e2, h2 := f.core(end+1, to); h2 >= 0 && f.words[head].is(human) {
			if sp := f.spotAt(h2); sp != nil && sp.kind == graph.Person {
				return stretch{end + 1, e2}, true
			}
		}
	}
	if o, ok := f.partOf(s, to); ok {
		return o, true
	}
	if f.isActor(head) {
		return s, true
	}
	// the figures of the ministries, including the State Department
	for k := end; k+1 < to && k < end+14; k++ {
		if f.words[k].low == "including" || f.words[k].low == "among" && f.words[k+1].low == "them" {
			e, h := f.core(k+1, to)
			if h >= 0 && f.isActor(h) {
				return stretch{k + 1, e}, true
			}
		}
		if t := f.words[k].tag; t == verb || t == helper || t == subject {
			break
		}
	}
	return stretch{}, false
}

// partOf takes "the management of the company", "a member of the board" for the body.
func (f *acting) partOf(s stretch, to int) (stretch, bool) {
	_, head := f.core(s.from, s.to)
	if head < 0 || head+2 >= to || f.words[head+1].low != "of" {
		return stretch{}, false
	}
	switch singular(f.words[head].low) {
	case "member", "management", "leadership", "official", "representative", "part", "head", "delegation", "side", "one", "none", "figure":
	default:
		return stretch{}, false
	}
	e, h := f.core(head+2, to)
	if h < 0 || !f.isActor(h) {
		return stretch{}, false
	}
	return stretch{head + 2, e}, true
}

// isActor tells whether a head is a name, or a title or body that may go back to one.
func (f *acting) isActor(head int) bool {
	if sp := f.spotAt(head); sp != nil {
		return sp.kind == graph.Person || sp.kind == graph.Organization || sp.kind == graph.Outlet || sp.kind == graph.Place
	}
	w := &f.words[head]
	return w.tag == noun && w.is(titleNoun|organizationNoun) && singular(w.low) == w.low || w.tag == nameTag && w.is(titleNoun|organizationNoun)
}

// withSubject finds who does it: the subject of the verb, or of the verb that governs an infinitive.
func (f *acting) withSubject(a *action, predicate string, g stretch, i int, o stretch, from int) {
	t := act{object: o, verb: i, lemma: a.lemma, predicate: predicate, modality: graph.Actual, trust: 0.75}
	if a.noun {
		t.lemma = "+" + a.lemma
	}
	f.mood(&t, g)
	start := g.from
	for n := 0; n < 3 && start > from && f.words[start-1].tag == infinitive; n++ {
		k := start - 2
		if k < from {
			return
		}
		w := &f.words[k]
		if w.tag == noun || w.tag == nameTag || w.tag == subject { // expects Ann to meet Bob
			b := f.back(k+1, from)
			if b <= from || !f.governs(b-1, "expect", "want", "urge", "allow", "force", "ask") {
				return
			}
			t.subject = stretch{b, k + 1}
			t.modality = planned(t.modality)
			if f.governs(b-1, "want", "urge", "ask") {
				t.modality = graph.Possible
			}
			f.finish(&t)
			return
		}
		if w.tag != verb && w.tag != participle && w.tag != gerund {
			return
		}
		g2 := f.group(k, from)
		f.mood(&t, g2)
		switch {
		case f.governs(k, "refuse", "decline", "fail"):
			t.negated = !t.negated
		case f.governs(k, "try", "attempt", "seek", "threaten", "hope", "want", "wish", "offer"):
			t.modality = graph.Possible
		default:
			t.modality = planned(t.modality)
		}
		start = g2.from
	}
	s, ok := f.subjectWithin(start, from)
	if !ok {
		return
	}
	t.subject = s
	f.finish(&t)
}

func planned(m graph.Modality) graph.Modality {
	if m == graph.Actual {
		return graph.Planned
	}
	return m
}

// governs tells whether the verb at i is one of the lemmas.
func (r *reading) governs(i int, lemmas ...string) bool {
	for _, v := range r.words[i].entryVerbs() {
		if contains(lemmas, v.lemma) {
			return true
		}
	}
	return false
}

// mood reads negation and modality from a verb group.
func (f *acting) mood(t *act, g stretch) {
	for j := g.from; j < g.to; j++ {
		w := &f.words[j]
		if w.is(negator) && w.tag != article {
			t.negated = true
		}
		switch w.low {
		case "will", "'ll", "won't", "shall":
			t.modality = graph.Planned
		case "would", "could", "may", "might", "should", "can", "wouldn't", "couldn't", "'d":
			t.modality = graph.Possible
		}
	}
}

// subjectWithin is the subject at the verb group, through "and" to that of the verb before.
func (f *acting) subjectWithin(start, from int) (stretch, bool) {
	if start <= from {
		return stretch{}, false
	}
	x := finder{reading: f.reading, lex: f.lex, from: from, to: f.to}
	s, ok := x.subjectOf(start, from)
	if !ok {
		if f.words[start-1].low == "and" {
			s, ok = x.sharedSubject(start - 1)
		}
		if !ok {
			return stretch{}, false
		}
	}
	for s.to-s.from > 1 && (f.words[s.from].tag == adverbTag || f.words[s.from].tag == joiner) {
		s.from++
	}
	return s, true
}

// passive handles "B was invited to Y by A".
func (f *acting) passive(a *action, g stretch, i, from, to int) {
	for j := i + 1; j < to && j < i+14; j++ {
		w := &f.words[j]
		if w.low == "," || w.tag == verb || w.tag == helper || w.tag == thatTag {
			return
		}
		if w.low != "by" {
			continue
		}
		end, head := f.core(j+1, to)
		if head < 0 {
			return
		}
		s := stretch{j + 1, end}
		if f.spotAt(head) == nil && end+1 < to && f.words[end].low == "," {
			if e2, h2 := f.core(end+1, to); h2 >= 0 {
				if sp := f.spotAt(h2); sp != nil && sp.kind == graph.Person {
					s, head = stretch{end + 1, e2}, h2
				}
			}
		}
		if !f.isActor(head) {
			return
		}
		o, ok := f.subjectWithin(g.from, from)
		if !ok {
			return
		}
		t := act{subject: s, object: o, verb: i, lemma: a.lemma, predicate: a.past(), modality: graph.Actual, trust: 0.75}
		f.mood(&t, g)
		f.finish(&t)
		return
	}
}

// nominal handles "A's invitation to B" and "an invitation from A to B".
func (f *acting) nominal(a *action, i int) {
	from, to := f.bounds(i)
	j := i + 1
	var s stretch
	definite := false
	if j < to && (f.words[j].low == "from" || f.words[j].low == "by") {
		end, head := f.core(j+1, to)
		if head < 0 || !f.isActor(head) {
			return
		}
		s, j = stretch{j + 1, end}, end
	} else {
		k := i - 1
		for k > from && (f.words[k].tag == descriptor || f.words[k].tag == noun) {
			k--
		}
		if k <= from || f.words[k].tag != ownership {
			return
		}
		b := f.back(k, from)
		if b < 0 {
			return
		}
		s, definite = stretch{b, k}, true
	}
	if j >= to || !a.before(f.words[j].low) {
		return
	}
	o, ok := f.object(a, j, to)
	if !ok {
		return
	}
	t := act{subject: s, object: o, verb: i, lemma: "+" + a.lemma, predicate: a.predicate, modality: graph.Actual, definite: definite, trust: 0.65}
	if e := o.to; e+1 < to && f.words[e].low == "," && (f.words[e+1].low == "if" || f.words[e+1].low == "should") {
		t.modality = graph.Possible
	}
	f.finish(&t)
}

// finish sets what the sides tell: a negation in the subject, a body for its part, an "if" before; then keeps the act.
func (f *acting) finish(t *act) {
	if w := f.words[t.subject.from].low; w == "no" || w == "nobody" || w == "none" || w == "neither" {
		t.negated = !t.negated
	}
	if o, ok := f.partOf(t.subject, t.subject.to); ok {
		t.subject = o
	}
	for k := t.subject.from - 1; k >= f.from && t.subject.from-k < 4; k-- {
		if w := f.words[k].low; w == "if" || w == "unless" || w == "whether" {
			t.modality = graph.Possible
		}
	}
	t.whole = stretch{min(t.subject.from, t.object.from, t.verb), max(t.subject.to, t.object.to, t.verb+1)}
	f.found = append(f.found, *t)
}
