package ingest

import (
	"errors"
	"slices"
	"sort"
	"strings"

	"github.com/whence-graph/whence/graph"
)

var errNotUTF8 = errors.New("text: not UTF-8")

// Extractor reads a report's text and gives what it says. The zero value reads English. It keeps no
// state, so one may serve many goroutines.
type Extractor struct{}

// Extract reads one report. Only text that is not UTF-8 is an error; unclear prose yields fewer attributions.
func (x *Extractor) Extract(r Report) (Analysis, error) {
	if at, bad := NotUTF8(r.Text); bad {
		return Analysis{}, &Error{Report: r.ID, At: at, Step: "extract", Err: errNotUTF8, Remedy: "convert it to UTF-8"}
	}
	heading := strings.TrimSpace(r.Title)
	if !strings.HasPrefix(r.Text, heading) {
		heading = ""
	}
	g, err := read(r.Text, len(heading))
	if err != nil {
		return Analysis{}, &Error{Report: r.ID, At: graph.Span{End: len(r.Text)}, Step: "extract", Err: err}
	}
	return settle(g), nil
}

// skip takes out what the rules found in so many bytes at the start: a heading, where capitals tell nothing. A name stays that the text below has too.
func (r *reading) skip(heading int) {
	in := func(word int) bool { return r.words[word].span.Start < heading }
	below := map[string]bool{}
	for i := range r.spots {
		if s := &r.spots[i]; !in(s.from) {
			below[r.str(s.stretch)] = true
			below[r.str(s.given)] = true
			below[r.str(stretch{s.head, s.head + 1})] = true
		}
	}
	r.spots = slices.DeleteFunc(r.spots, func(s spot) bool { return in(s.from) && !below[r.str(s.stretch)] })
	r.said = slices.DeleteFunc(r.said, func(t triple) bool { return in(t.start()) })
	r.acts = slices.DeleteFunc(r.acts, func(a act) bool { return in(a.whole.from) })
}

// settle answers the questions that are asked of a reading: chains, who is who, stances, who asserts what.
func settle(r *reading) Analysis {
	said, via := r.chain(r.said)
	said, via = r.selfReports(said, via)
	var sources, sides []stretch
	for i := range said {
		if !said[i].source.none() {
			sources = append(sources, said[i].source)
		}
	}
	var inside []stretch // pronouns in what is said
	for i := range said {
		for _, s := range said[i].content {
			for k := s.from; k < s.to; k++ {
				if singlePerson[r.words[k].low] {
					inside = append(inside, stretch{k, k + 1})
				}
			}
		}
	}
	for _, a := range r.acts {
		sides = append(sides, a.subject, a.object)
	}
	c := meetAll(r, sources, append(sides, inside...))
	b := &builder{cast: c, actor: map[int]int{}}
	b.mentions()
	b.attributions(said, via)
	b.relations(said)
	b.roles()
	return b.out
}

// singlePerson are the pronouns that stand for one person.
var singlePerson = wordSet("he she him her his hers")

// selfReports drops an inner attribution whose source is but a pronoun for the outer one's: "she said she hoped
// that S" is one attribution, and its stance is read from the whole.
func (r *reading) selfReports(list []triple, via []int) ([]triple, []int) {
	drop := make([]bool, len(list))
	for i := range list {
		if o := via[i]; o != None && !list[i].source.none() && list[i].source.to-list[i].source.from == 1 {
			w := &r.words[list[i].source.from]
			if c := english().cues[list[o].lemma]; list[i].nominal && w.is(possessive) && c != nil && c.stance.Against() { // has withdrawn its report that S
				drop[i], list[o].content = true, list[i].content
				continue
			}
			if w.low == "him" || w.low == "her" || w.low == "them" { // quotes him as saying
				continue
			}
			if w.tag == subject && !same(list[i].content, list[o].content) {
				drop[i] = true
			}
			if w.tag == subject && same(list[i].content, list[o].content) { // the whole is the content again
				drop[i] = true
				list[o].content = []stretch{{list[i].start(), list[i].end()}}
			}
		}
	}
	at := make([]int, len(list))
	var out []triple
	var outVia []int
	for i := range list {
		v := via[i]
		for v != None && drop[v] {
			v = via[v]
		}
		if drop[i] {
			continue
		}
		at[i] = len(out)
		if v != None {
			v = at[v]
		}
		out = append(out, list[i])
		outVia = append(outVia, v)
	}
	return out, outVia
}

// builder makes the analysis of a reading and its cast.
type builder struct {
	*cast
	out   Analysis
	actor map[int]int // being to index into out.Actors
	place []int       // ref to index into out.Mentions
}

// mentions makes a mention of every reference, in order, and an actor of everybody mentioned.
func (b *builder) mentions() {
	n := len(b.refs)
	byPlace := make([]int, n)
	for i := range byPlace {
		byPlace[i] = i
	}
	sort.SliceStable(byPlace, func(i, j int) bool {
		x, y := b.refs[byPlace[i]], b.refs[byPlace[j]]
		if x.from != y.from {
			return x.from < y.from
		}
		return x.to < y.to
	})
	b.place = make([]int, n)
	for k, i := range byPlace {
		ref := b.refs[i]
		if k > 0 && b.refs[byPlace[k-1]] == ref {
			b.place[i] = len(b.out.Mentions) - 1
			continue
		}
		a, ok := b.actor[ref.being]
		if !ok {
			a = len(b.out.Actors)
			b.actor[ref.being] = a
			x := &b.beings[ref.being]
			actor := Actor{Type: x.kind, Name: fullest(x.names)}
			if x.shared {
				seen := map[string]bool{}
				for _, name := range x.names {
					if !seen[name] && (x.kind != graph.Person || strings.Contains(name, " ")) {
						seen[name] = true
						actor.Names = append(actor.Names, name)
					}
				}
				sort.Strings(actor.Names)
			}
			b.out.Actors = append(b.out.Actors, actor)
		}
		b.place[i] = len(b.out.Mentions)
		b.out.Mentions = append(b.out.Mentions, Mention{Span: b.span(ref.stretch), Actor: a})
	}
}

// fullest is the longest name by words.
func fullest(names []string) string {
	best := names[0]
	for _, n := range names[1:] {
		if strings.Count(n, " ") > strings.Count(best, " ") {
			best = n
		}
	}
	return best
}

func (b *builder) attributions(list []triple, via []int) {
	at := make([]int, len(list))
	for i := range list {
		t := &list[i]
		a := Attribution{Cue: b.spans(t.cue), Content: b.spans(t.content), Via: None, Confidence: t.confidence()}
		if !t.source.none() {
			s := t.source
			a.Source = b.spans([]stretch{s})
			for _, k := range b.meant[t.source] {
				a.Sources = append(a.Sources, b.place[k])
			}
			if w := &b.words[t.source.from]; len(a.Sources) == 0 || w.tag == subject || w.tag == article { // who that is may be wrong too
				a.Confidence *= 0.95
			}
		}
		if via[i] != None {
			a.Via = at[via[i]]
		}
		a.Quotation = b.quotationOf(t)
		earlier := graph.Asserts
		if n := len(b.out.Attributions); n > 0 && len(a.Sources) > 0 && len(b.out.Attributions[n-1].Sources) > 0 &&
			b.out.Mentions[a.Sources[0]].Actor == b.out.Mentions[b.out.Attributions[n-1].Sources[0]].Actor {
			earlier = b.out.Attributions[n-1].Stance
		}
		a.Stance = b.stanceOf(t, a.Quotation, earlier)
		at[i] = len(b.out.Attributions)
		b.out.Attributions = append(b.out.Attributions, a)
	}
	// who tells what another said of the same words takes no stance but the other's denial or doubt
	for i := len(b.out.Attributions) - 1; i >= 0; i-- {
		in := &b.out.Attributions[i]
		if in.Via == None {
			continue
		}
		out := &b.out.Attributions[in.Via]
		if out.Stance.Against() && list[i].nominal { // dismissed the Herald's claim that S: whoever is against it does not pass it on
			in.Via = None
			continue
		}
		if !sameSpans(out.Content, in.Content) {
			continue
		}
		if out.Stance.Against() && list[i].lemma == "cite" { // denied, citing Y, that S
			in.Stance = out.Stance
		}
		b.out.Attributions[in.Via].Stance = graph.Asserts
		if in.Stance.Against() {
			b.out.Attributions[in.Via].Stance = in.Stance
		}
	}
}

func sameSpans(a, c []graph.Span) bool {
	if len(a) != len(c) {
		return false
	}
	for i := range a {
		if a[i] != c[i] {
			return false
		}
	}
	return true
}

// relations makes a relation of every act whose two sides are actors, asserted by the innermost attribution
// whose content holds it.
func (b *builder) relations(said []triple) {
	seen := map[[3]int]bool{}
	type bond struct {
		subject, object int
		predicate       string
	}
	told := map[bond]bool{}
	for _, a := range b.acts {
		xs, ys := b.meant[a.subject], b.meant[a.object]
		if len(xs) == 0 || len(ys) == 0 {
			continue
		}
		for _, x := range xs {
			for _, y := range ys {
				if b.refs[x].being == b.refs[y].being || !b.related(x) || !b.related(y) {
					continue
				}
				predicate := a.predicate
				tie := bond{b.refs[x].being, b.refs[y].being, predicate}
				if a.definite && told[tie] {
					continue // "A's invitation to B" goes back to what was told before
				}
				told[tie] = true
				class := ""
				if act := english().acts[a.lemma]; act != nil {
					class = act.class
				}
				key := [3]int{b.place[x], b.place[y], a.verb}
				if seen[key] {
					continue
				}
				seen[key] = true
				rel := Relation{Subject: b.place[x], Predicate: predicate, Class: class, Object: b.place[y], Evidence: b.spans([]stretch{a.whole}),
					AssertedBy: None, Polarity: graph.Affirmed, Modality: a.modality, Confidence: a.trust}
				if a.negated {
					rel.Polarity = graph.Negated
				}
				b.assert(&rel, a, said)
				b.out.Relations = append(b.out.Relations, rel)
			}
		}
	}
}

// related tells whether a reference can be a side of a relation: not an anonymous crowd.
func (b *builder) related(ref int) bool {
	x := &b.beings[b.refs[ref].being]
	if !x.named && x.surname == "" {
		return false
	}
	switch x.kind {
	case graph.Person, graph.Organization, graph.Place, graph.Outlet:
		return true
	}
	return false
}

// assert finds the innermost attribution that covers an act, and what it does to polarity and modality.
func (b *builder) assert(rel *Relation, a act, said []triple) {
	best, size := None, 0
	lo := sort.Search(len(said), func(i int) bool { return said[i].verb >= a.verb-2*longest })
	for i := max(0, lo-4); i < len(said) && said[i].verb < a.verb+2*longest; i++ {
		if !inside(said[i].content, stretch{a.verb, a.verb + 1}) {
			continue
		}
		n := 0
		for _, s := range said[i].content {
			n += s.to - s.from
		}
		if best == None || n < size || n == size && b.deeper(i, best) {
			best, size = i, n
		}
	}
	if best == None {
		return
	}
	rel.AssertedBy = best
	switch b.out.Attributions[best].Stance {
	case graph.Denies:
		if rel.Polarity == graph.Affirmed {
			rel.Polarity = graph.Negated
		} else {
			rel.Polarity = graph.Affirmed
		}
	case graph.Doubts, graph.Asks:
		rel.Modality = graph.Possible
	case graph.Promises, graph.Predicts:
		if rel.Modality == graph.Actual {
			rel.Modality = graph.Planned
		}
		if said[best].lemma == "threaten" {
			rel.Modality = graph.Possible
		}
	}
}

// deeper tells whether attribution i is via j.
func (b *builder) deeper(i, j int) bool {
	for n := 0; i != None && n < 50; n++ {
		i = b.out.Attributions[i].Via
		if i == j {
			return true
		}
	}
	return false
}

func (b *builder) roles() {
	for k := range b.beings {
		a, ok := b.actor[k]
		if !ok {
			continue
		}
		for _, r := range b.beings[k].roles {
			of := None
			if o := b.ofWhom(r.of); o != None {
				if x, ok := b.actor[o]; ok && x != a {
					of = x
				}
			}
			b.out.Actors[a].Roles = append(b.out.Actors[a].Roles, Role{Title: r.title, Of: of, Span: b.span(r.at)})
		}
	}
}
