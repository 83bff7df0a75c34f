package graphtest

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"sync/atomic"
	"testing"

	"github.com/whence-graph/whence/graph"
)

// The model is the judge of the shipped stores; here it is judged itself.
func TestModel(t *testing.T) {
	Run(t, func(testing.TB) Place {
		m := newModel()
		return func(context.Context) (graph.Store, error) { return &handle{m: m}, nil }
	})
}

// handle is the model opened once: it can be closed.
type handle struct {
	m      *model
	closed atomic.Bool
}

func (h *handle) usable(ctx context.Context) error {
	if h.closed.Load() {
		return graph.ErrUnavailable
	}
	return ctx.Err()
}

func (h *handle) Close() error { h.closed.Store(true); return nil }

func (h *handle) Nodes(ctx context.Context, list []graph.ID) (map[graph.ID]graph.Node, error) {
	if err := h.usable(ctx); err != nil {
		return nil, err
	}
	return h.m.Nodes(ctx, list)
}

func (h *handle) Edges(ctx context.Context, q graph.EdgeQuery) iter.Seq2[graph.Edge, error] {
	return func(yield func(graph.Edge, error) bool) {
		if err := h.usable(ctx); err != nil {
			yield(graph.Edge{}, err)
			return
		}
		h.m.Edges(ctx, q)(yield)
	}
}

func (h *handle) Find(ctx context.Context, q graph.NodeQuery) (graph.Page, error) {
	if err := h.usable(ctx); err != nil {
		return graph.Page{}, err
	}
	return h.m.Find(ctx, q)
}

func (h *handle) Count(ctx context.Context, q graph.NodeQuery) (int, error) {
	if err := h.usable(ctx); err != nil {
		return 0, err
	}
	return h.m.Count(ctx, q)
}

func (h *handle) Generation(ctx context.Context) (int64, error) {
	if err := h.usable(ctx); err != nil {
		return 0, err
	}
	return h.m.Generation(ctx)
}

func (h *handle) Put(ctx context.Context, b graph.Batch) error {
	if err := h.usable(ctx); err != nil {
		return err
	}
	return h.m.Put(ctx, b)
}

func TestGenerate(t *testing.T) {
	const reports = 150
	list := Generate(42, reports)
	again := Generate(42, reports+1)
	for i := range list {
		a, _ := json.Marshal(list[i])
		b, _ := json.Marshal(again[i])
		if string(a) != string(b) {
			t.Fatalf("batch %d differs from that of the same seed", i)
		}
	}
	m := newModel()
	stances, anonymous, untold, revisions, merges, deep := map[graph.Stance]int{}, 0, 0, 0, 0, 0
	var said, mentions, relations, actors, claims int
	for i, b := range list {
		if err := m.Put(t.Context(), b); err != nil {
			t.Fatalf("batch %d: %v", i, err)
		}
		via := map[graph.ID]graph.ID{}
		for _, a := range b.Attributions {
			stances[a.Stance]++
			via[a.ID] = a.Via
			if via[a.Via] != "" {
				deep++
			}
			if a.Evidence(b.Reports[0].Text).Quote == "" {
				t.Errorf("batch %d: %s has no evidence", i, a.ID)
			}
		}
		for _, n := range b.Nodes() {
			merges += len(mergedFrom(n))
			if a, ok := n.(*graph.Actor); ok && a.Type == graph.Anonymous {
				anonymous++
			}
		}
		if b.Reports[0].Published.IsZero() {
			untold++
		}
		if b.Reports[0].Revises != "" {
			revisions++
		}
		said, mentions, relations = said+len(b.Attributions), mentions+len(b.Mentions), relations+len(b.Relations)
		actors, claims = actors+len(b.Actors), claims+len(b.Claims)
	}
	t.Logf("a report has %.1f attributions, %.1f mentions, %.1f relations, %.1f actors, %.1f claims",
		float64(said)/reports, float64(mentions)/reports, float64(relations)/reports, float64(actors)/reports, float64(claims)/reports)
	if len(stances) != len(graph.Stances) || anonymous == 0 || untold == 0 || revisions == 0 || merges == 0 || deep == 0 {
		t.Errorf("stances %v, %d anonymous, %d untold, %d revisions, %d merged, %d at third hand", stances, anonymous, untold, revisions, merges, deep)
	}
	shared := 0
	s := m.now()
	for _, n := range s.Nodes {
		if c, ok := n.(*graph.Claim); ok {
			in := map[graph.ID]bool{}
			for _, a := range s.Nodes {
				if a, ok := a.(*graph.Attribution); ok && a.Claim == c.ID {
					in[a.Report] = true
				}
			}
			if len(in) > 1 {
				shared++
			}
		}
	}
	if shared < reports {
		t.Errorf("only %d claims are in several reports", shared)
	}
}

func ExampleGenerate() {
	b := Generate(1, 1)[0]
	fmt.Println(b.Check(), len(b.Reports), len(b.Attributions) > 5)
	// Output: <nil> 1 true
}
