package graphtest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/whence-graph/whence/graph"
)

// pages reads the query page by page and checks that no page but the last is short.
func (t *test) pages(s graph.Store, q graph.NodeQuery) []graph.ID {
	t.Helper()
	list := []graph.ID{}
	for {
		p := t.find(s, q)
		list = append(list, ids(p.Nodes)...)
		if p.Next == "" {
			return list
		}
		if len(p.Nodes) != q.PageSize() {
			t.Fatalf("Find(%s): a page of %d, though more follows", brief(q), len(p.Nodes))
		}
		q.After = p.Next
	}
}

func pageOrder(t *test) {
	s := t.open()
	var b graph.Batch
	at := time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC)
	micro := at.Add(time.Microsecond)
	for i, when := range []time.Time{at, {}, at, micro, {}, at.AddDate(-60, 0, 0), at, {}, at.AddDate(1, 0, 0), micro, at, {}} {
		r := newReport(fmt.Sprintf("https://example.org/%d", i), "", "It happened.", when, "")
		c := graph.NewClaim([]graph.Form{{Text: fmt.Sprintf("happening %d", i), First: when}})
		a := said(r, 0, &graph.Actor{}, "It", "happened", &graph.Claim{ID: c.ID, Text: "It happened"}, graph.Asserts, nil)
		a.Sources = nil
		who := actors(fmt.Sprintf("Who %d", i), 1)[0]
		rel := did(r, 0, who, "HAPPENED", who, "happened", nil)
		b.Reports, b.Claims, b.Attributions = append(b.Reports, r), append(b.Claims, c), append(b.Attributions, a)
		b.Relations, b.Actors = append(b.Relations, rel), append(b.Actors, who)
	}
	t.put(s, b)
	m := newModel()
	if err := m.Put(t.ctx, b); err != nil {
		t.Fatal(err)
	}
	for _, k := range graph.Kinds {
		for _, order := range []graph.Order{graph.ByID, graph.Oldest, graph.Newest} {
			if k == graph.ActorKind && order != graph.ByID {
				continue
			}
			want, err := collect(graph.All(t.ctx, m, graph.NodeQuery{Kind: k, Order: order}))
			if err != nil {
				t.Fatal(err)
			}
			for limit := 1; limit <= len(want)+1; limit++ {
				q := graph.NodeQuery{Kind: k, Order: order, Limit: limit}
				t.same("Find("+brief(q)+")", ids(want), t.pages(s, q))
				if k != graph.ActorKind {
					q.Since, q.Until = at.AddDate(-60, 0, 0), at.AddDate(1, 0, 0)
					t.same("Find("+brief(q)+")", 7, len(t.pages(s, q)))
				}
			}
		}
	}
}

func pageSize(t *test) {
	const n = graph.MaxLimit + 5
	s := t.openWith(graph.Batch{Actors: actors("Sized", n)})
	for limit, want := range map[int]int{0: graph.DefaultLimit, 1: 1, 7: 7, graph.MaxLimit: graph.MaxLimit, graph.MaxLimit + 1: graph.MaxLimit, 1 << 40: graph.MaxLimit} {
		q := graph.NodeQuery{Kind: graph.ActorKind, Text: "sized", Limit: limit}
		p := t.find(s, q)
		if len(p.Nodes) != want || p.Next == "" {
			t.Errorf("Find(limit %d): got %d and next %q, want %d and more", limit, len(p.Nodes), p.Next, want)
		}
		if count, err := s.Count(t.ctx, q); count != counted(q, n) || err != nil {
			t.Errorf("Count(limit %d): got %d, %v, want %d", limit, count, err, counted(q, n))
		}
	}
	p := t.find(s, graph.NodeQuery{Kind: graph.ActorKind, Limit: 5})
	q := graph.NodeQuery{Kind: graph.ActorKind, After: p.Next, Limit: graph.MaxLimit} // another limit goes on with the same query
	if p = t.find(s, q); len(p.Nodes) != graph.MaxLimit || p.Next != "" {
		t.Errorf("Find of exactly the rest: got %d and next %q, want %d and none", len(p.Nodes), p.Next, graph.MaxLimit)
	}
	q.Limit = 0
	if count, err := s.Count(t.ctx, q); count != n || err != nil {
		t.Errorf("Count with After: got %d, %v, want %d", count, err, n)
	}
}

func senselessQuery(t *test) {
	y := newStory()
	s := t.openWith(y.batch)
	refuse := func(q graph.NodeQuery) {
		t.Helper()
		if _, err := s.Find(t.ctx, q); !errors.Is(err, graph.ErrInvalid) {
			t.Errorf("Find(%s): got %v, want %v", brief(q), err, graph.ErrInvalid)
		}
		if q.Order != graph.ByID {
			return // which doesn't matter to Count
		}
		if _, err := s.Count(t.ctx, q); !errors.Is(err, graph.ErrInvalid) {
			t.Errorf("Count(%s): got %v, want %v", brief(q), err, graph.ErrInvalid)
		}
	}
	refuse(graph.NodeQuery{})
	refuse(graph.NodeQuery{Kind: 'x'})
	refuse(graph.NodeQuery{Kind: graph.ClaimKind, Limit: -1})
	refuse(graph.NodeQuery{Kind: graph.ClaimKind, Order: "sideways"})
	refuse(graph.NodeQuery{Kind: graph.ActorKind, Order: graph.Oldest})
	for _, f := range []struct {
		set   func(*graph.NodeQuery)
		kinds string // with which it goes
	}{
		{func(q *graph.NodeQuery) { q.Keys = []string{"k"} }, "acr"},
		{func(q *graph.NodeQuery) { q.URLs = []string{"u"} }, "r"},
		{func(q *graph.NodeQuery) { q.Types = graph.ActorTypes }, "a"},
		{func(q *graph.NodeQuery) { q.Outlets = idList{y.tass.ID} }, "rcte"},
		{func(q *graph.NodeQuery) { q.Reports = idList{y.report.ID} }, "acte"},
		{func(q *graph.NodeQuery) { q.Actors = idList{y.tass.ID} }, "rcte"},
		{func(q *graph.NodeQuery) { q.Claims = idList{y.cool.ID} }, "t"},
		{func(q *graph.NodeQuery) { q.Stances = graph.Stances }, "ct"},
		{func(q *graph.NodeQuery) { q.Quotations = graph.Quotations }, "ct"},
		{func(q *graph.NodeQuery) { q.Predicates = []string{"P"} }, "e"},
		{func(q *graph.NodeQuery) { q.Polarities = graph.Polarities }, "e"},
		{func(q *graph.NodeQuery) { q.Modalities = graph.Modalities }, "e"},
		{func(q *graph.NodeQuery) { q.AssertedBy = idList{y.agency.ID} }, "e"},
		{func(q *graph.NodeQuery) { q.Since = y.report.Published }, "rcte"},
		{func(q *graph.NodeQuery) { q.Until = y.report.Published }, "rcte"},
		{func(q *graph.NodeQuery) { q.MinConfidence = 0.5 }, "cte"},
	} {
		for _, k := range graph.Kinds {
			q := graph.NodeQuery{Kind: k}
			f.set(&q)
			if strings.ContainsRune(f.kinds, rune(k)) {
				t.find(s, q)
			} else {
				refuse(q)
			}
		}
	}
}

func foreignCursor(t *test) {
	y := newStory()
	s := t.openWith(y.batch)
	q := graph.NodeQuery{Kind: graph.AttributionKind, Stances: graph.Stances, Limit: 1}
	next := t.find(s, q).Next
	others := []graph.NodeQuery{
		{Kind: graph.ClaimKind, Stances: graph.Stances},
		{Kind: graph.AttributionKind},
		{Kind: graph.AttributionKind, Stances: graph.Stances, Order: graph.Newest},
		{Kind: graph.AttributionKind, Stances: graph.Stances[:3]},
		{Kind: graph.AttributionKind, Stances: graph.Stances, Text: "a"},
	}
	for _, other := range others {
		other.After = next
		if _, err := s.Find(t.ctx, other); !errors.Is(err, graph.ErrInvalid) {
			t.Errorf("Find(%s) with another's cursor: got %v, want %v", brief(other), err, graph.ErrInvalid)
		}
	}
	for _, garbage := range []string{"x", " ", "!", "1", "bnVsbA", next + "x", next[1:], next[:len(next)-2], strings.ToUpper(next), "e30", "\xff"} {
		q.After = garbage
		if _, err := s.Find(t.ctx, q); !errors.Is(err, graph.ErrInvalid) {
			t.Errorf("Find(after %q): got %v, want %v", garbage, err, graph.ErrInvalid)
		}
		if n, err := s.Count(t.ctx, q); n != counted(q, 5) || err != nil {
			t.Errorf("Count(after %q): got %d, %v, want 5", garbage, n, err)
		}
	}
	// A cursor is good for another handle, and when what it points to has gone.
	q.After = next
	first := t.find(t.open(), graph.NodeQuery{Kind: q.Kind, Stances: q.Stances, Limit: 1}).Nodes[0]
	rest := t.pages(t.open(), q)
	t.put(s, graph.Batch{Remove: append(ids(t.all(s, graph.NodeQuery{Kind: graph.RelationKind})), without(y, first.NodeID())...)})
	t.same("the rest of the pages", keep(rest, ids(t.all(s, graph.NodeQuery{Kind: q.Kind}))), t.pages(s, q))
}

// without are the attributions that cannot stand without the one removed, and itself.
func without(y *story, id graph.ID) []graph.ID {
	if id == y.agency.ID {
		return []graph.ID{id, y.deputy.ID}
	}
	return []graph.ID{id}
}

func keep(list, in []graph.ID) []graph.ID {
	out := []graph.ID{}
	for _, id := range list {
		if slices.Contains(in, id) {
			out = append(out, id)
		}
	}
	return out
}

func stablePages(t *test) {
	stay := Generate(11, 8)
	s := t.openWith(stay...)
	was := map[graph.Kind][]graph.ID{}
	for _, k := range graph.Kinds {
		was[k] = ids(t.all(s, graph.NodeQuery{Kind: k}))
	}
	round := 0
	for _, k := range graph.Kinds {
		for _, order := range []graph.Order{graph.ByID, graph.Oldest, graph.Newest} {
			if k == graph.ActorKind && order != graph.ByID {
				continue
			}
			q := graph.NodeQuery{Kind: k, Order: order, Limit: max(1, len(was[k])/5)}
			seen := map[graph.ID]int{}
			for page := 0; ; page++ {
				p := t.find(s, q)
				for _, n := range p.Nodes {
					seen[n.NodeID()]++
				}
				if q.After = p.Next; p.Next == "" {
					break
				}
				if page >= 10 {
					continue // or there would be more and more to come
				}
				// Come and gone between two pages: before, after and at the times of what stays.
				round++
				passing := passers(round, t.nodes(s, stay[round%len(stay)].Reports[0].ID))
				t.put(s, passing)
				if round%2 == 0 {
					t.put(s, graph.Batch{Remove: ids(passing.Nodes())})
				}
			}
			for _, id := range was[k] {
				if seen[id] != 1 {
					t.Errorf("Find(%s): %s came %d times", brief(q), id, seen[id])
				}
			}
			for id, n := range seen {
				if n > 1 {
					t.Errorf("Find(%s): %s came %d times", brief(q), id, n)
				}
			}
		}
	}
}

// passers are a few nodes of every kind, some at the time of the report given.
func passers(round int, beside map[graph.ID]graph.Node) graph.Batch {
	at := time.Date(2000+round%50, 1, 1, 0, 0, 0, 0, time.UTC)
	var b graph.Batch
	for i := range 6 {
		when := at.AddDate(i, 0, 0)
		for _, n := range beside {
			if i%2 == 0 {
				when = n.(*graph.Report).Published
			}
		}
		r := newReport(fmt.Sprintf("https://example.org/passing/%d/%d", round, i), "", "Somebody passed by.", when, "")
		who := actors(fmt.Sprintf("Passer %d %d", round, i), 1)[0]
		c := graph.NewClaim([]graph.Form{{Text: fmt.Sprintf("passing %d %d", round, i), First: when}})
		a := said(r, 0, who, "Somebody", "by", &graph.Claim{ID: c.ID, Text: "passed"}, graph.Asserts, nil)
		b.Reports, b.Actors, b.Claims = append(b.Reports, r), append(b.Actors, who), append(b.Claims, c)
		b.Attributions = append(b.Attributions, a)
		b.Relations = append(b.Relations, did(r, 0, who, "PASSED", who, "passed", a))
	}
	return b
}
