package graphtest

import (
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"

	"github.com/whence-graph/whence/graph"
)

// writer writes one report and remembers where everything stands in it. Evidence can be made of the places
// only when the text is whole, since a report's ID follows from its text.
type writer struct {
	g      *generator
	report *graph.Report
	outlet *person
	text   strings.Builder

	actors   map[*person]bool // named here
	locals   []local
	mentions []mention
	said     []attribution
	done     []relation
	offices  []office
	sayings  []*saying // each once
}

type (
	local struct {
		name string
		at   graph.Span
	}
	mention struct {
		who   *person // or else
		local int     // the index of one
		at    graph.Span
	}
	attribution struct {
		who                  *person
		local                int // -1 where neither is named
		source, cue, content graph.Span
		saying               *saying
		stance               graph.Stance
		quotation            graph.Quotation
		via                  int // -1 for none
	}
	relation struct {
		of       *saying
		at       graph.Span
		by       int // -1 for the report itself
		negated  bool
		modality graph.Modality
	}
	office struct {
		who *person
		at  graph.Span
	}
)

func (w *writer) write(s string) graph.Span {
	at := graph.Span{Start: w.text.Len(), End: w.text.Len() + len(s)}
	w.text.WriteString(s)
	return at
}

// name writes one of the names that somebody goes by, now and then with the office.
func (w *writer) name(p *person) graph.Span {
	w.actors[p] = true
	name := p.names[0]
	if w.g.rand.IntN(12) == 0 {
		name = p.names[w.g.rand.IntN(len(p.names))]
	}
	p.call(name)
	start := w.text.Len()
	if p.title != "" && (len(p.proof) == 0 || w.g.rand.IntN(8) == 0) {
		w.write(p.title + " of ")
		w.actors[p.of] = true
		w.mentions = append(w.mentions, mention{who: p.of, at: w.write(p.of.names[0])})
		w.write(" ")
		w.offices = append(w.offices, office{p, graph.Span{Start: start, End: w.text.Len() + len(name)}})
	}
	at := w.write(name)
	w.mentions = append(w.mentions, mention{who: p, at: at})
	return at
}

// words writes a claim, in one of its wordings, and marks whom it names.
func (w *writer) words(s *saying) graph.Span {
	text := s.wordings[0]
	if w.g.rand.IntN(4) == 0 {
		text = s.wordings[w.g.rand.IntN(len(s.wordings))]
	}
	known := false
	for _, f := range s.forms {
		known = known || f.Text == text
	}
	if !known {
		s.forms = append(s.forms, graph.Form{Text: text, First: w.report.Published})
	}
	s.claim = graph.NewClaim(s.forms)
	s.claim.Keys = []string{"about:" + graph.Fold(s.subject.names[0]), "does:" + strings.ToLower(s.predicate.name)}
	sort.Strings(s.claim.Keys)
	if !slices.Contains(w.sayings, s) {
		w.sayings = append(w.sayings, s)
	}
	at := w.write(text)
	for _, p := range []*person{s.subject, s.object} {
		i := strings.Index(text, p.names[0])
		w.actors[p] = true
		w.mentions = append(w.mentions, mention{who: p, at: graph.Span{Start: at.Start + i, End: at.Start + i + len(p.names[0])}})
	}
	return at
}

func (w *writer) sentence() {
	r := w.g.rand
	c := cues[r.IntN(len(cues))]
	s := w.g.saying()
	a := attribution{local: -1, via: -1, saying: s, stance: c.stance, quotation: graph.Indirect}
	switch n := r.IntN(20); {
	case n < 8: // X said that ..
		a.who = w.g.somebody()
		a.source = w.name(a.who)
		w.write(" ")
		a.cue = w.write(c.verb)
		w.write(" " + c.that + " ")
		a.content = w.words(s)
	case n < 11: // “..,” X said
		a.who, a.quotation = w.g.somebody(), graph.Direct
		w.write("“")
		a.content = w.words(s)
		w.write(",” ")
		a.source = w.name(a.who)
		w.write(" ")
		a.cue = w.write(c.verb)
	case n < 16: // X reported, citing Y, who quoted Z, that ..
		w.chain(s, 1+r.IntN(3))
		return
	case n < 18: // Two officials said that ..
		name := anonymous[r.IntN(len(anonymous))]
		a.source = w.write(name)
		a.local = len(w.locals)
		w.locals = append(w.locals, local{name, a.source})
		w.mentions = append(w.mentions, mention{local: a.local, at: a.source})
		w.write(" ")
		a.cue = w.write(c.verb)
		w.write(" " + c.that + " ")
		a.content = w.words(s)
	case n < 19: // It was reported that ..
		w.write("It was ")
		a.cue = w.write("reported")
		w.write(" that ")
		a.content = w.words(s)
	default: // the report itself
		at := w.words(s)
		w.done = append(w.done, relation{of: s, at: at, by: -1, modality: graph.Actual})
		w.write(". ")
		return
	}
	w.said = append(w.said, a)
	w.relate(len(w.said)-1, r.IntN(3) > 0)
	w.write(". ")
}

// chain writes an attribution at second hand or beyond: the outer source first, each inner one via the one before.
func (w *writer) chain(s *saying, depth int) {
	first := len(w.said)
	for i := range depth + 1 {
		a := attribution{local: -1, via: -1, saying: s, stance: graph.Asserts, quotation: graph.Indirect}
		switch i {
		case 0:
			a.who = few(w.g.rand, w.g.outlets)
			a.source = w.name(a.who)
			w.write(" ")
			a.cue = w.write("reported")
			w.write(", ")
		case 1:
			a.cue = w.write("citing")
			w.write(" ")
		default:
			w.write(" who ")
			a.cue = w.write("quoted")
			w.write(" ")
		}
		if i > 0 {
			a.who, a.via = w.g.somebody(), first+i-1
			a.source = w.name(a.who)
			w.write(",")
		}
		w.said = append(w.said, a)
	}
	w.write(" that ")
	at := w.words(s)
	for i := first; i < len(w.said); i++ {
		w.said[i].content = at
	}
	w.relate(len(w.said)-1, true)
	w.write(". ")
}

// relate makes a relation of what the attribution states.
func (w *writer) relate(by int, yes bool) {
	if !yes {
		return
	}
	a := w.said[by]
	rel := relation{of: a.saying, at: a.content, by: by, modality: graph.Actual, negated: a.stance == graph.Denies}
	if strings.HasPrefix(a.saying.predicate.verb, "would") {
		rel.modality = graph.Planned
	} else if a.stance.Against() || a.stance == graph.Asks {
		rel.modality = graph.Possible
	}
	w.done = append(w.done, rel)
}

// batch is all that was written, with its evidence.
func (w *writer) batch() graph.Batch {
	r := w.report
	r.Text = strings.TrimSpace(w.text.String())
	r.Title = r.Text[:strings.Index(r.Text, " ")]
	r.URL = fmt.Sprintf("https://news.example/%d", w.g.reports)
	if n := len(w.g.last); n > 0 && w.g.rand.IntN(25) == 0 {
		r.URL, r.Revises = w.g.last[n-1].URL, w.g.last[n-1].ID
	}
	r.ID, r.Hash = graph.ReportID(r.URL, r.Text), graph.Hash(r.Text)
	if w.g.rand.IntN(4) == 0 {
		r.Wire, r.Extra = "TASS", fmt.Sprintf(`{"n":%d}`, w.g.reports)
	}
	if w.outlet != nil {
		w.actors[w.outlet] = true
	}
	w.g.last = append(w.g.last, r)[max(0, len(w.g.last)-3):]

	proof := func(at graph.Span) []graph.Evidence {
		if at.Len() == 0 {
			return nil
		}
		return []graph.Evidence{{Report: r.ID, Span: at, Quote: r.Text[at.Start:at.End]}}
	}
	for _, o := range w.offices {
		if len(o.who.proof) < 4 {
			o.who.proof = append(o.who.proof, proof(o.at)...)
		}
	}
	for p := range w.actors {
		if p.of != nil {
			w.actors[p.of] = true
		}
	}
	b := graph.Batch{Reports: []*graph.Report{r}}
	named := slices.SortedFunc(maps.Keys(w.actors), func(a, b *person) int { return strings.Compare(a.names[0], b.names[0]) })
	for _, p := range named {
		a := *p.actor
		if len(p.proof) > 0 {
			a.Roles = []graph.Role{{Title: p.title, Of: p.of.actor.ID, Evidence: slices.Clone(p.proof)}}
		}
		b.Actors = append(b.Actors, &a)
	}
	var locals []graph.ID
	for _, l := range w.locals {
		id := graph.LocalActorID(r.ID, l.at)
		locals = append(locals, id)
		b.Actors = append(b.Actors, &graph.Actor{ID: id, Type: graph.Anonymous, Name: l.name, Aliases: []string{l.name}})
	}
	if w.outlet != nil {
		r.Outlet = w.outlet.actor.ID
	}
	who := func(p *person, i int) graph.ID {
		if p != nil {
			return p.actor.ID
		}
		return locals[i]
	}
	sort.SliceStable(w.mentions, func(i, j int) bool { return w.mentions[i].at.Start < w.mentions[j].at.Start })
	for _, m := range w.mentions {
		b.Mentions = append(b.Mentions, graph.Mention{Actor: who(m.who, m.local), Evidence: proof(m.at)[0]})
	}
	for i, a := range w.said {
		t := &graph.Attribution{
			Report: r.ID, Order: i, Source: proof(a.source), Cue: proof(a.cue), Content: proof(a.content),
			Quotation: a.quotation, Stance: a.stance, Claim: a.saying.claim.ID, Confidence: float64(50+w.g.rand.IntN(50)) / 100,
		}
		if a.who != nil || a.local >= 0 {
			t.Sources = []graph.ID{who(a.who, a.local)}
		}
		if a.via >= 0 {
			t.Via = b.Attributions[a.via].ID
		}
		t.ID = graph.AttributionID(r.ID, t.Source, t.Cue, t.Content)
		b.Attributions = append(b.Attributions, t)
	}
	for i, d := range w.done {
		rel := &graph.Relation{
			ID:     graph.RelationID(r.ID, d.at, d.of.predicate.name, d.at),
			Report: r.ID, Order: i, Subject: d.of.subject.actor.ID, Object: d.of.object.actor.ID,
			Predicate: d.of.predicate.name, Class: d.of.predicate.class, Polarity: graph.Affirmed, Modality: d.modality,
			Evidence: proof(d.at), Confidence: float64(50+w.g.rand.IntN(50)) / 100,
		}
		if d.negated {
			rel.Polarity = graph.Negated
		}
		if d.by >= 0 {
			rel.AssertedBy = b.Attributions[d.by].ID
		}
		b.Relations = append(b.Relations, rel)
	}
	for _, s := range w.sayings {
		b.Claims = append(b.Claims, s.claim)
	}
	return b
}
