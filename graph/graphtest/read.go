package graphtest

import (
	"errors"
	"slices"

	"github.com/whence-graph/whence/graph"
)

func absentID(t *test) {
	y := newStory()
	s := t.openWith(y.batch)
	absent := graph.ActorID("nobody")
	t.same("Nodes", map[graph.ID]graph.Node{y.lavrov.ID: normal(y.lavrov)},
		t.nodes(s, absent, y.lavrov.ID, "", "garbage", "x:aaaaaaaaaaaaaaaaaaaa", graph.ID("a:'\"\\\x01äaaaaaaaaaaa")))
	if _, err := graph.Get(t.ctx, s, absent); !errors.Is(err, graph.ErrNotFound) {
		t.Errorf("Get: got %v, want %v", err, graph.ErrNotFound)
	}
	if list := t.edges(s, graph.EdgeQuery{From: []graph.ID{absent, "garbage"}}); len(list) != 0 {
		t.Errorf("Edges from nobody: got %v", list)
	}
	if list := t.edges(s, graph.EdgeQuery{From: []graph.ID{y.deputy.ID}, To: []graph.ID{absent}}); len(list) != 0 {
		t.Errorf("Edges to nobody: got %v", list)
	}
	t.finds(s, graph.NodeQuery{Kind: graph.AttributionKind, Actors: []graph.ID{absent}})
	t.finds(s, graph.NodeQuery{Kind: graph.AttributionKind, Actors: []graph.ID{absent, y.tass.ID}}, y.agency.ID)
}

func manyIDs(t *test) {
	const n = 2500
	list := actors("Many", n)
	for i := range list {
		list[i].MergedFrom = []graph.ID{graph.ActorID(list[i].Name + " formerly")}
	}
	s := t.openWith(graph.Batch{Actors: list})
	var asked []graph.ID
	want := map[graph.ID]graph.Node{}
	for i, a := range list {
		asked = append(asked, a.ID, graph.ClaimID(a.Name), a.ID)
		want[a.ID] = normal(a)
		if i%2 == 0 {
			asked = append(asked, a.MergedFrom[0])
			want[a.MergedFrom[0]] = normal(a)
		}
	}
	t.same("Nodes", want, t.nodes(s, asked...))
	if got := t.edges(s, graph.EdgeQuery{From: asked, To: asked}); len(got) != 0 {
		t.Errorf("Edges: got %v, want none", got)
	}
}

func edgesSelected(t *test) {
	y := newStory()
	s := t.openWith(y.batch)
	var every []graph.Edge
	for _, n := range y.batch.Nodes() {
		every = append(every, graph.Edges(normal(n))...)
	}
	every = append(every, graph.MentionEdges(y.batch.Mentions[:5])...)
	every = append(every, graph.MentionEdges(y.batch.Mentions[5:])...)
	slices.SortFunc(every, compareEdges)
	var from, to []graph.ID
	for _, e := range every {
		from, to = append(from, e.From), append(to, e.To)
	}
	t.same("all edges by their start", every, t.edges(s, graph.EdgeQuery{From: from}))
	t.same("all edges by their end", every, t.edges(s, graph.EdgeQuery{To: to}))
	t.same("all edges by both", every, t.edges(s, graph.EdgeQuery{From: from, To: to, Kinds: graph.EdgeKinds}))

	check := func(q graph.EdgeQuery) {
		t.Helper()
		var want []graph.Edge
		for _, e := range every {
			if anyOf(q.Kinds, e.Kind) && anyOf(q.From, e.From) && anyOf(q.To, e.To) {
				want = append(want, e)
			}
		}
		t.same("Edges("+brief(q)+")", want, t.edges(s, q))
	}
	for _, k := range graph.EdgeKinds {
		check(graph.EdgeQuery{Kinds: []graph.EdgeKind{k}, From: from})
		check(graph.EdgeQuery{Kinds: []graph.EdgeKind{k}, To: to})
	}
	for _, n := range y.batch.Nodes() {
		check(graph.EdgeQuery{From: []graph.ID{n.NodeID()}})
		check(graph.EdgeQuery{To: []graph.ID{n.NodeID()}})
	}
	check(graph.EdgeQuery{Kinds: []graph.EdgeKind{graph.Via, graph.Has, graph.Has}, From: []graph.ID{y.deputy.ID, y.report.ID, y.report.ID}})
	check(graph.EdgeQuery{From: []graph.ID{y.report.ID, y.deputy.ID}, To: []graph.ID{y.deputy.ID, y.tass.ID}})
	check(graph.EdgeQuery{Kinds: []graph.EdgeKind{"UNKNOWN"}, From: from})
	check(graph.EdgeQuery{Kinds: []graph.EdgeKind{"UNKNOWN", graph.States}, From: from})
}

func compareEdges(a, b graph.Edge) int {
	switch {
	case a.Kind != b.Kind:
		return compare(a.Kind, b.Kind)
	case a.From != b.From:
		return compare(a.From, b.From)
	case a.Order != b.Order:
		return compare(a.Order, b.Order)
	}
	return compare(a.To, b.To)
}

func compare[T graph.EdgeKind | graph.ID | int](a, b T) int {
	if a < b {
		return -1
	}
	if a > b {
		return 1
	}
	return 0
}

func edgesMerged(t *test) {
	y := newStory()
	s := t.openWith(y.batch)
	holder := as("Both", y.pankin, y.pankin.ID, y.antonov.ID)
	t.put(s, graph.Batch{Actors: []*graph.Actor{holder}})
	holds := []graph.Edge{{Kind: graph.Holds, From: holder.ID, To: y.russia.ID, Evidence: &holder.Roles[0].Evidence[0]}}
	said := t.edges(s, graph.EdgeQuery{Kinds: []graph.EdgeKind{graph.From}, To: []graph.ID{holder.ID}})
	if len(said) != 2 {
		t.Errorf("Edges to the survivor: got %v", said)
	}
	for _, list := range [][]graph.ID{{y.pankin.ID}, {y.antonov.ID}, {y.antonov.ID, holder.ID, y.pankin.ID}} {
		t.same("Edges from a merged ID", holds, t.edges(s, graph.EdgeQuery{From: list}))
		t.same("Edges to a merged ID", said, t.edges(s, graph.EdgeQuery{Kinds: []graph.EdgeKind{graph.From}, To: list}))
	}
}

func edgesStopped(t *test) {
	s := t.openWith(Generate(1, 4)...)
	reports := ids(t.all(s, graph.NodeQuery{Kind: graph.ReportKind}))
	q := graph.EdgeQuery{From: reports}
	all := t.edges(s, q)
	for range 200 { // more often than a store could leave anything open
		n := 0
		for e, err := range s.Edges(t.ctx, q) {
			if err != nil {
				t.Fatal(err)
			}
			t.same("Edges", all[n], e)
			if n++; n == 3 {
				break
			}
		}
	}
	seq := s.Edges(t.ctx, q) // may be run again
	for range 2 {
		list, err := collect(seq)
		if err != nil {
			t.Fatal(err)
		}
		t.same("Edges", all, list)
	}
	t.put(s, graph.Batch{Actors: actors("Newcomer", 1)})
}

func edgesAnywhere(t *test) {
	s := t.openWith(newStory().batch)
	for _, q := range []graph.EdgeQuery{{}, {Kinds: graph.EdgeKinds}, {From: []graph.ID{}, To: []graph.ID{}}} {
		n := 0
		for _, err := range s.Edges(t.ctx, q) {
			if n++; !errors.Is(err, graph.ErrInvalid) {
				t.Errorf("Edges(%s): got %v, want %v", brief(q), err, graph.ErrInvalid)
			}
		}
		if n != 1 {
			t.Errorf("Edges(%s): ran %d times, want one error", brief(q), n)
		}
	}
}

func edgesNested(t *test) {
	y := newStory()
	s := t.openWith(y.batch)
	depth := 0
	var walk func(graph.ID)
	walk = func(id graph.ID) {
		depth++
		for e, err := range s.Edges(t.ctx, graph.EdgeQuery{From: []graph.ID{id}}) {
			if err != nil {
				t.Fatal(err)
			}
			if len(t.nodes(s, e.To)) != 1 {
				t.Errorf("the end of %v is absent", e)
			}
			t.put(s, graph.Batch{Actors: actors("Walked", depth)}) // writing meanwhile is allowed, too
			walk(e.To)
		}
	}
	walk(y.invited.ID)
	if depth < 8 {
		t.Errorf("walked to %d nodes only", depth)
	}
}
