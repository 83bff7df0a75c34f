package graphtest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/whence-graph/whence/graph"
)

// world is what random batches and questions are made of.
type world struct {
	*rand.Rand
	generation int64
	counted    map[int64]int64 // generations of the model, as the store counts them
	reports    []*graph.Report
	ids        map[graph.Kind][]graph.ID
	words      []string
	keys, urls []string
	predicates []string
	times      []time.Time
}

func newWorld(seed uint64) *world {
	w := &world{Rand: rand.New(rand.NewPCG(seed, 1)), generation: 1, counted: map[int64]int64{1: 1}, ids: map[graph.Kind][]graph.ID{}}
	at := time.Date(2023, 4, 18, 0, 0, 0, 0, time.UTC)
	w.times = []time.Time{{}, {}, at, at, at.Add(time.Microsecond), at.AddDate(0, 0, 1), at.AddDate(-90, 0, 0)}
	w.words = []string{"alpha", "beta", "Gamma", "délta", "epsilon"}
	w.keys = []string{"k1", "k2", "k3", "K1"}
	w.predicates = []string{"MET", "INVITED"}
	for i := range 5 {
		r := newReport(fmt.Sprintf("https://example.org/%d", i/2), w.text(2), w.text(12), time.Time{}, "")
		w.reports = append(w.reports, r)
		w.urls = append(w.urls, r.URL)
		w.add(r.ID)
	}
	for i := range 8 {
		w.add(graph.ActorID(fmt.Sprintf("actor %d", i)))
		w.add(graph.ClaimID(fmt.Sprintf("claim %d", i)))
		w.add(graph.AttributionID(w.reports[0].ID, nil, []graph.Evidence{{Span: graph.Span{End: i}}}, nil))
		w.add(graph.RelationID(w.reports[0].ID, graph.Span{End: i}, "MET", graph.Span{}))
	}
	return w
}

func (w *world) add(id graph.ID) { w.ids[id.Kind()] = append(w.ids[id.Kind()], id) }

// learn makes the world ask of what a graph holds.
func (w *world) learn(s state) {
	w.ids = map[graph.Kind][]graph.ID{}
	for id := range s.Nodes {
		w.add(id)
	}
	for _, list := range w.ids {
		sortIDs(list)
	}
	for _, list := range w.ids {
		for _, id := range slices.Clone(list) {
			n := s.Nodes[id]
			for _, old := range mergedFrom(n) {
				w.add(old)
			}
			if w.IntN(20) == 0 {
				w.words = append(w.words, graph.Words(graph.SearchText(n))...)
			}
			switch n := n.(type) {
			case *graph.Actor:
				w.keys = append(w.keys, n.Keys...)
			case *graph.Claim:
				w.keys = append(w.keys, n.Keys...)
			case *graph.Report:
				w.urls = append(w.urls, n.URL)
				w.keys = append(w.keys, graph.FindKeys(n)...)
				w.times = append(w.times, n.Published)
			}
		}
	}
	for _, p := range predicates {
		w.predicates = append(w.predicates, p.name)
	}
}

func pick[T any](w *world, list []T) T { return list[w.IntN(len(list))] }

// some are up to n of the list, now and then one twice.
func some[T any](w *world, list []T, n int) []T {
	var out []T
	for range w.IntN(n + 1) {
		out = append(out, pick(w, list))
	}
	return out
}

func (w *world) text(words int) string {
	text := pick(w, w.words)
	for range words - 1 {
		text += pick(w, []string{" ", ", ", " 🗒 "}) + pick(w, w.words)
	}
	return text
}

func (w *world) quote(r *graph.Report) graph.Evidence {
	return quote(r, pick(w, strings.Fields(r.Text)))
}

// evidence is some of a report's words.
func (w *world) evidence(n int) []graph.Evidence {
	var list []graph.Evidence
	for range n {
		r := pick(w, w.reports)
		list = append(list, w.quote(r))
	}
	return list
}

// id is mostly one of a node that is there or about to be, now and then any.
func (w *world) id(k graph.Kind, near []graph.ID) graph.ID {
	if len(near) > 0 && w.IntN(60) > 0 {
		return pick(w, near)
	}
	return pick(w, w.ids[k])
}

func (w *world) batch(s state) graph.Batch {
	var b graph.Batch
	near := map[graph.Kind][]graph.ID{}
	for id := range s.Nodes {
		near[id.Kind()] = append(near[id.Kind()], id)
	}
	putting := map[graph.Kind][]graph.ID{}
	for _, k := range graph.Kinds {
		some := some(w, w.ids[k], 3)
		slices.Sort(some)
		putting[k] = slices.Compact(some)
		if w.IntN(30) > 0 { // or a node will be put that another has merged, or that is merged beside it
			putting[k] = slices.DeleteFunc(putting[k], func(id graph.ID) bool { to, ok := s.resolve(id); return ok && to != id })
		}
		near[k] = append(near[k], putting[k]...)
		sortIDs(near[k])
	}
	merged := func(k graph.Kind) []graph.ID {
		if w.IntN(3) > 0 {
			return nil
		}
		list := some(w, w.ids[k], 2)
		slices.Sort(list)
		list = slices.Compact(list)
		if w.IntN(20) > 0 {
			list = slices.DeleteFunc(list, func(id graph.ID) bool { return slices.Contains(putting[k], id) })
		}
		return list
	}
	for _, id := range putting[graph.ActorKind] {
		a := &graph.Actor{ID: id, Type: pick(w, graph.ActorTypes[:3]), Name: w.text(1), Aliases: some(w, w.words, 2), Keys: some(w, w.keys, 2), MergedFrom: merged(graph.ActorKind)}
		slices.Sort(a.Keys)
		a.Keys = slices.Compact(a.Keys)
		for range w.IntN(3) {
			r := graph.Role{Title: w.text(1), Since: pick(w, w.times), Evidence: w.evidence(1 + w.IntN(2))}
			if w.IntN(2) == 0 {
				r.Of = w.id(graph.ActorKind, near[graph.ActorKind])
			}
			a.Roles = append(a.Roles, r)
		}
		b.Actors = append(b.Actors, a)
	}
	for _, id := range putting[graph.ReportKind] {
		i := slices.IndexFunc(w.reports, func(r *graph.Report) bool { return r.ID == id })
		r := normal(w.reports[i]).(*graph.Report)
		r.Published, r.Ingested = pick(w, w.times), pick(w, w.times)
		if w.IntN(3) > 0 {
			r.Outlet = w.id(graph.ActorKind, near[graph.ActorKind])
		}
		if w.IntN(5) == 0 {
			r.Revises = w.id(graph.ReportKind, near[graph.ReportKind])
		}
		b.Reports = append(b.Reports, r)
		for range w.IntN(4) {
			b.Mentions = append(b.Mentions, graph.Mention{Actor: w.id(graph.ActorKind, near[graph.ActorKind]), Evidence: w.quote(r)})
		}
	}
	for _, id := range putting[graph.ClaimKind] {
		c := &graph.Claim{ID: id, Text: w.text(1), Keys: some(w, w.keys, 1), MergedFrom: merged(graph.ClaimKind)}
		for range 1 + w.IntN(2) {
			c.Forms = append(c.Forms, graph.Form{Text: w.text(3), Resolved: pick(w, []string{"", "", w.text(3)}), First: pick(w, w.times), In: pick(w, []graph.ID{"", "", w.reports[0].ID})})
		}
		b.Claims = append(b.Claims, c)
	}
	for _, id := range putting[graph.AttributionKind] {
		a := &graph.Attribution{
			ID: id, Report: w.id(graph.ReportKind, near[graph.ReportKind]), Order: w.IntN(3), Claim: w.id(graph.ClaimKind, near[graph.ClaimKind]),
			Source: w.evidence(w.IntN(2)), Cue: w.evidence(w.IntN(2)), Content: w.evidence(1), Stance: pick(w, graph.Stances[:3]),
			Quotation: pick(w, graph.Quotations), Confidence: float64(w.IntN(5)) / 4,
		}
		for range w.IntN(3) {
			a.Sources = append(a.Sources, w.id(graph.ActorKind, near[graph.ActorKind]))
		}
		if w.IntN(3) == 0 {
			a.Via = w.id(graph.AttributionKind, near[graph.AttributionKind])
		}
		b.Attributions = append(b.Attributions, a)
	}
	for _, id := range putting[graph.RelationKind] {
		r := &graph.Relation{
			ID: id, Report: w.id(graph.ReportKind, near[graph.ReportKind]), Order: w.IntN(3), Predicate: pick(w, w.predicates),
			Subject: w.id(graph.ActorKind, near[graph.ActorKind]), Object: w.id(graph.ActorKind, near[graph.ActorKind]),
			Polarity: pick(w, graph.Polarities), Modality: pick(w, graph.Modalities), Evidence: w.evidence(1), Confidence: float64(w.IntN(5)) / 4,
		}
		if w.IntN(2) == 0 {
			r.AssertedBy = w.id(graph.AttributionKind, near[graph.AttributionKind])
		}
		b.Relations = append(b.Relations, r)
	}
	if w.IntN(3) == 0 {
		for range 1 + w.IntN(2) {
			k := pick(w, graph.Kinds)
			if id := pick(w, w.ids[k]); !slices.Contains(putting[k], id) {
				b.Remove = append(b.Remove, id)
			}
		}
	}
	return b
}

// theirs is a query with generations as the store counts them.
func (w *world) theirs(q graph.NodeQuery) graph.NodeQuery {
	for _, n := range []*int64{&q.Past, &q.UpTo} {
		if to, ok := w.counted[*n]; ok {
			*n = to
		}
	}
	return q
}

// query asks for a kind by a few of the fields that go with it.
func (w *world) query() graph.NodeQuery {
	q := graph.NodeQuery{Kind: pick(w, graph.Kinds), Limit: 1 + w.IntN(7)}
	set := func(kinds string, field func()) {
		if w.IntN(6) == 0 && slices.Contains([]byte(kinds), byte(q.Kind)) {
			field()
		}
	}
	set("arcte", func() { q.Text = w.text(1 + w.IntN(2)) })
	set("arc", func() { q.Keys = some(w, w.keys, 2) })
	set("r", func() { q.URLs = some(w, w.urls, 3) })
	set("a", func() { q.Types = some(w, graph.ActorTypes, 3) })
	set("rcte", func() { q.Outlets = some(w, w.ids[graph.ActorKind], 4) })
	set("acte", func() { q.Reports = some(w, w.ids[graph.ReportKind], 4) })
	set("rcte", func() { q.Actors = some(w, w.ids[graph.ActorKind], 4) })
	set("t", func() { q.Claims = some(w, w.ids[graph.ClaimKind], 4) })
	set("ct", func() { q.Stances = some(w, graph.Stances, 2) })
	set("ct", func() { q.Quotations = some(w, graph.Quotations, 2) })
	set("e", func() { q.Predicates = some(w, w.predicates, 2) })
	set("e", func() { q.Polarities = some(w, graph.Polarities, 2) })
	set("e", func() { q.Modalities = some(w, graph.Modalities, 2) })
	set("e", func() { q.AssertedBy = some(w, w.ids[graph.AttributionKind], 4) })
	set("rcte", func() { q.Since = pick(w, w.times) })
	set("rcte", func() { q.Until = pick(w, w.times) })
	set("rcte", func() { q.IngestedBy = pick(w, w.times) })
	generations := func() int64 { return int64(w.IntN(len(w.counted)+1)) + 1 }
	set("rc", func() { q.Past = generations() })
	set("rc", func() { q.UpTo = generations() })
	set("cte", func() { q.MinConfidence = float64(w.IntN(5)) / 4 })
	if q.Kind != graph.ActorKind {
		q.Order = pick(w, []graph.Order{graph.ByID, graph.Oldest, graph.Newest})
	}
	return q
}
