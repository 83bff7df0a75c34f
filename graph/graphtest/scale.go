package graphtest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/whence-graph/whence/graph"
)

// Scale fills a store with a generated graph of about so many claims and logs, as one line a question, how long the answers take: the
// median and the 99th percentile of some hundred different ones. Claims and actors are drawn with the same odds each; the claim and the
// actor with most to them are timed apart.
func Scale(t testing.TB, fresh Fresh, claims int) {
	s, err := fresh(t)(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	start := time.Now()
	g := newGenerator(1)
	for len(g.claims) < claims {
		var b graph.Batch
		for range min(200, 1+claims/50) {
			b = both(b, g.next())
		}
		if err := s.Put(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		if g.reports%20_000 < 200 {
			t.Logf("%d reports, %d claims after %v", g.reports, len(g.claims), time.Since(start).Round(time.Second))
		}
	}
	t.Logf("filled: %d reports, %d claims in %v", g.reports, len(g.claims), time.Since(start).Round(time.Second))
	if !testing.Short() {
		Ask(t, s)
	}
}

// Fill fills a store with a generated graph of at least so many edges, and answers how many they are.
func Fill(t testing.TB, s graph.Store, edges int) int {
	g, n := newGenerator(1), 0
	for n < edges {
		var b graph.Batch
		for range 200 {
			b = both(b, g.next())
		}
		if err := s.Put(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		n += len(b.Mentions)
		for _, r := range b.Reports {
			n += len(graph.Edges(r))
		}
		for _, a := range b.Attributions {
			n += len(graph.Edges(a))
		}
		for _, r := range b.Relations {
			n += len(graph.Edges(r))
		}
	}
	return n
}

// Ask times questions to a store that is filled.
func Ask(t testing.TB, s graph.Store) {
	ctx := t.Context()
	r := rand.New(rand.NewPCG(7, 7))
	count := func(k graph.Kind) int {
		n, err := s.Count(ctx, graph.NodeQuery{Kind: k})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	claims := count(graph.ClaimKind)
	drawn := func(k graph.Kind, n int) (out []graph.Node) { // with the same odds each: IDs are hashes
		for range n {
			var id [20]byte
			for i := range id {
				id[i] = "234567abcdefghijklmnopqrstuvwxyz"[r.IntN(32)]
			}
			q := graph.NodeQuery{Kind: k, Limit: 1}
			q.After = q.Cursor(graph.Mark{ID: graph.ID(string(byte(k)) + ":" + string(id[:]))})
			p, err := s.Find(ctx, q)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, p.Nodes...)
		}
		return out
	}
	measure := func(what string, n int, ask func(context.Context, int) (int, error)) {
		var took []time.Duration
		size, began := 0, time.Now()
		for i := range n {
			if i > 0 && time.Since(began) > 2*time.Minute { // as many as there is time for
				n = i
				break
			}
			start := time.Now()
			m, err := ask(ctx, i)
			if err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			took = append(took, time.Since(start))
			size += m
		}
		slices.Sort(took)
		t.Logf("| %d | %s | %.1f ms | %.1f ms | %.1f of %d |", claims, what, took[n/2].Seconds()*1000, took[n*99/100].Seconds()*1000, float64(size)/float64(n), n)
	}
	of := drawn(graph.ClaimKind, 300)
	trace := func(list []graph.Node) func(context.Context, int) (int, error) {
		return func(ctx context.Context, i int) (int, error) {
			got, err := graph.Trace(ctx, s, list[i%len(list)].NodeID(), graph.AsOf{})
			if err != nil {
				return 0, err
			}
			return len(got.Chains), nil
		}
	}
	measure("trace (chains)", len(of), trace(of))
	var said []graph.Node
	for _, n := range drawn(graph.AttributionKind, 300) {
		said = append(said, &graph.Claim{ID: n.(*graph.Attribution).Claim})
	}
	measure("trace of what is said most (chains)", len(said), trace(said))
	who := drawn(graph.ActorKind, 200)
	for depth := 1; depth <= 2; depth++ {
		measure(fmt.Sprintf("network, depth %d (relations)", depth), len(who), func(ctx context.Context, i int) (int, error) {
			net, err := graph.Around(ctx, s, graph.NetworkQuery{Actors: []graph.ID{who[i].NodeID()}, Depth: depth})
			if err != nil {
				return 0, err
			}
			return len(net.Relations), nil
		})
	}
	search := func(words func(i int) string) func(context.Context, int) (int, error) {
		return func(ctx context.Context, i int) (int, error) {
			hits, err := graph.Search(ctx, s, []graph.Kind{graph.ClaimKind, graph.ActorKind}, words(i), 20)
			return len(hits), err
		}
	}
	measure("search for a claim's words (hits)", len(of), search(func(i int) string { return of[i].(*graph.Claim).Text }))
	measure("search for words that many have (hits)", 100, search(func(i int) string {
		words := strings.Fields(of[i].(*graph.Claim).Text)
		return strings.Join(words[:min(3, len(words))], " ")
	}))
	measure("search for words that nothing has all of (hits)", 100, search(func(i int) string {
		return of[i].(*graph.Claim).Text + " " + of[i+1].(*graph.Claim).Text
	}))
}

// both is one batch of two, the second put after the first.
func both(a, b graph.Batch) graph.Batch {
	gone := map[graph.ID]bool{}
	for _, n := range b.Nodes() {
		gone[n.NodeID()] = true
		for _, id := range mergedFrom(n) {
			gone[id] = true
		}
	}
	a.Actors = append(slices.DeleteFunc(a.Actors, func(n *graph.Actor) bool { return gone[n.ID] }), b.Actors...)
	a.Claims = append(slices.DeleteFunc(a.Claims, func(n *graph.Claim) bool { return gone[n.ID] }), b.Claims...)
	a.Reports = append(a.Reports, b.Reports...)
	a.Mentions = append(a.Mentions, b.Mentions...)
	a.Attributions = append(a.Attributions, b.Attributions...)
	a.Relations = append(a.Relations, b.Relations...)
	return a
}
