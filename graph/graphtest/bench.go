package graphtest

import (
	"testing"

	"github.com/whence-graph/whence/graph"
)

// Bench times what stores are asked most, on a generated graph of so many reports.
func Bench(b *testing.B, fresh Fresh, reports int) {
	b.Run("put a report", func(b *testing.B) {
		s := openBench(b, fresh)
		g := newGenerator(1)
		for range 20 { // so that its actors are known
			put(b, s, g.next())
		}
		list := make([]graph.Batch, b.N)
		for i := range list {
			list[i] = g.next()
		}
		b.ResetTimer()
		for i := range b.N {
			put(b, s, list[i])
		}
	})

	s := openBench(b, fresh)
	g := newGenerator(1)
	var last graph.Batch
	for range reports {
		last = g.next()
		put(b, s, last)
	}
	b.Run("put a report again", func(b *testing.B) {
		for b.Loop() {
			put(b, s, last)
		}
	})

	all := map[graph.Kind][]graph.ID{}
	for _, k := range graph.Kinds {
		p, err := s.Find(b.Context(), graph.NodeQuery{Kind: k, Limit: graph.MaxLimit})
		if err != nil {
			b.Fatal(err)
		}
		all[k] = ids(p.Nodes)
	}
	for _, k := range graph.Kinds {
		b.Run("nodes/100 "+k.String()+"s", func(b *testing.B) {
			list := all[k][:min(100, len(all[k]))]
			for b.Loop() {
				if _, err := s.Nodes(b.Context(), list); err != nil {
					b.Fatal(err)
				}
			}
		})
	}

	var somebody []graph.ID
	for _, a := range last.Attributions {
		if len(a.Sources) > 0 {
			somebody = a.Sources
		}
	}
	for _, c := range []struct {
		name string
		q    graph.EdgeQuery
	}{
		{"attributions of a claim", graph.EdgeQuery{Kinds: []graph.EdgeKind{graph.States}, To: []graph.ID{last.Claims[0].ID}}},
		{"attributions of 100 claims", graph.EdgeQuery{Kinds: []graph.EdgeKind{graph.States}, To: all[graph.ClaimKind][:min(100, len(all[graph.ClaimKind]))]}},
		{"sources and outer ones of 100 attributions", graph.EdgeQuery{Kinds: []graph.EdgeKind{graph.From, graph.Via}, From: all[graph.AttributionKind][:min(100, len(all[graph.AttributionKind]))]}},
		{"mentions in a report", graph.EdgeQuery{Kinds: []graph.EdgeKind{graph.Mentions}, From: []graph.ID{last.Reports[0].ID}}},
	} {
		b.Run("edges/"+c.name, func(b *testing.B) {
			for b.Loop() {
				for _, err := range s.Edges(b.Context(), c.q) {
					if err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}

	published := last.Reports[0].Published
	for _, c := range []struct {
		name string
		q    graph.NodeQuery
	}{
		{"claims", graph.NodeQuery{Kind: graph.ClaimKind}},
		{"newest claims", graph.NodeQuery{Kind: graph.ClaimKind, Order: graph.Newest}},
		{"newest claims denied", graph.NodeQuery{Kind: graph.ClaimKind, Order: graph.Newest, Stances: []graph.Stance{graph.Denies}}},
		{"newest claims of somebody, denied", graph.NodeQuery{Kind: graph.ClaimKind, Order: graph.Newest, Actors: somebody, Stances: []graph.Stance{graph.Denies}}},
		{"claims by key", graph.NodeQuery{Kind: graph.ClaimKind, Keys: last.Claims[0].Keys}},
		{"claims by words", graph.NodeQuery{Kind: graph.ClaimKind, Text: "invited prisoners million"}},
		{"claims by one frequent word", graph.NodeQuery{Kind: graph.ClaimKind, Text: "million"}},
		{"reports by words", graph.NodeQuery{Kind: graph.ReportKind, Text: "invited prisoners"}},
		{"actors by a word", graph.NodeQuery{Kind: graph.ActorKind, Text: "pankin"}},
		{"newest reports of an outlet that mention somebody", graph.NodeQuery{Kind: graph.ReportKind, Order: graph.Newest, Outlets: all[graph.ActorKind][:10], Actors: somebody}},
		{"relations of a day", graph.NodeQuery{Kind: graph.RelationKind, Order: graph.Oldest, Since: published.AddDate(0, 0, -1), Until: published}},
		{"relations of somebody by predicate", graph.NodeQuery{Kind: graph.RelationKind, Actors: somebody, Predicates: []string{"MET", "INVITED"}}},
	} {
		b.Run("find/"+c.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Find(b.Context(), c.q); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("count/"+c.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Count(b.Context(), c.q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("search", func(b *testing.B) {
		for b.Loop() {
			hits, err := graph.Search(b.Context(), s, []graph.Kind{graph.ClaimKind, graph.ActorKind}, last.Claims[0].Text, 20)
			if err != nil || len(hits) == 0 {
				b.Fatalf("Search: %d hits, %v", len(hits), err)
			}
		}
	})
	b.Run("search where no node has every word", func(b *testing.B) {
		for b.Loop() {
			if _, err := graph.Search(b.Context(), s, []graph.Kind{graph.ClaimKind}, "nobody had invited prisoners over the bridge", 20); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("trace", func(b *testing.B) {
		for b.Loop() {
			if _, err := graph.Trace(b.Context(), s, last.Claims[0].ID, graph.AsOf{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("network", func(b *testing.B) {
		for b.Loop() {
			if _, err := graph.Around(b.Context(), s, graph.NetworkQuery{Actors: somebody, Depth: 2}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func openBench(b *testing.B, fresh Fresh) graph.Store {
	s, err := fresh(b)(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	return s
}

func put(b *testing.B, s graph.Store, batch graph.Batch) {
	b.Helper()
	if err := s.Put(b.Context(), batch); err != nil {
		b.Fatal(err)
	}
}
