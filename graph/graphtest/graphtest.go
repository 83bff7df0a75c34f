package graphtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/whence-graph/whence/graph"
)

// Place is where one store is kept. Each call opens it once more, as another program would.
type Place func(context.Context) (graph.Store, error)

// Fresh makes a place with an empty store, that nobody else uses until the test ends. The suite closes every
// store that it opens before then. It never holds two places at a time.
type Fresh func(testing.TB) Place

// Run holds the stores that fresh makes places for to every promise.
func Run(t *testing.T, fresh Fresh) {
	for _, p := range promises {
		t.Run(p.name, func(t *testing.T) {
			p.keep(&test{TB: t, ctx: t.Context(), place: fresh(t)})
		})
	}
}

// test is one promise being tested, at a place of its own.
type test struct {
	testing.TB
	ctx   context.Context
	place Place
}

// open is one more handle to the store.
func (t *test) open() graph.Store {
	t.Helper()
	s, err := t.place(t.ctx)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() { s.Close() }) // a second Close of what the test has closed does no harm
	return s
}

// openWith is a handle to the store, with the batches put.
func (t *test) openWith(batches ...graph.Batch) graph.Store {
	t.Helper()
	s := t.open()
	for _, b := range batches {
		t.put(s, b)
	}
	return s
}

func (t *test) put(s graph.Store, b graph.Batch) {
	t.Helper()
	if err := s.Put(t.ctx, b); err != nil {
		t.Fatalf("Put: %v", err)
	}
}

// refused puts what must fail with want, and must leave no trace.
func (t *test) refused(s graph.Store, want error, what string, b graph.Batch) {
	t.Helper()
	before := t.dump(s)
	if err := s.Put(t.ctx, b); !errors.Is(err, want) {
		t.Errorf("Put of %s: got %v, want %v", what, err, want)
	}
	t.same("after Put of "+what, before, t.dump(s))
}

func (t *test) generation(s graph.Store) int64 {
	t.Helper()
	n, err := s.Generation(t.ctx)
	if err != nil {
		t.Fatalf("Generation: %v", err)
	}
	return n
}

func (t *test) nodes(s graph.Store, ids ...graph.ID) map[graph.ID]graph.Node {
	t.Helper()
	m, err := s.Nodes(t.ctx, ids)
	if err != nil {
		t.Fatalf("Nodes(%d IDs): %v", len(ids), err)
	}
	return m
}

func (t *test) edges(s graph.Store, q graph.EdgeQuery) []graph.Edge {
	t.Helper()
	list, err := collect(s.Edges(t.ctx, q))
	if err != nil {
		t.Fatalf("Edges(%s): %v", brief(q), err)
	}
	return list
}

func (t *test) find(s graph.Store, q graph.NodeQuery) graph.Page {
	t.Helper()
	p, err := s.Find(t.ctx, q)
	if err != nil {
		t.Fatalf("Find(%s): %v", brief(q), err)
	}
	return p
}

// all are the nodes of every page.
func (t *test) all(s graph.Store, q graph.NodeQuery) []graph.Node {
	t.Helper()
	list, err := collect(graph.All(t.ctx, s, q))
	if err != nil {
		t.Fatalf("Find(%s): %v", brief(q), err)
	}
	return list
}

// finds checks that the query gives these nodes, in any order, and that Count says how many they are.
func (t *test) finds(s graph.Store, q graph.NodeQuery, want ...graph.ID) {
	t.Helper()
	got := ids(t.all(s, q))
	want = append([]graph.ID{}, want...)
	sortIDs(got)
	sortIDs(want)
	t.same("Find("+brief(q)+")", want, got)
	n, err := s.Count(t.ctx, q)
	if err != nil || n != counted(q, len(want)) {
		t.Errorf("Count(%s): got %d, %v, want %d", brief(q), n, err, counted(q, len(want)))
	}
}

// same reports how got differs from want.
func (t *test) same(what string, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

// holds checks that the nodes of the batch are in the store, as they were put.
func (t *test) holds(s graph.Store, b graph.Batch) {
	t.Helper()
	var list []graph.ID
	for _, n := range b.Nodes() {
		list = append(list, n.NodeID())
	}
	got := t.nodes(s, list...)
	for _, n := range b.Nodes() {
		t.same("Nodes("+string(n.NodeID())+")", normal(n), got[n.NodeID()])
	}
}

// dump is all that a store holds, and its generation.
func (t *test) dump(s graph.Store) string {
	t.Helper()
	text, err := Dump(t.ctx, s)
	if err != nil {
		t.Fatalf("reading all: %v", err)
	}
	return fmt.Sprintf("generation %d\n%s", t.generation(s), text)
}

// Dump is all nodes and edges of a graph, a line each: what two stores that hold the same have alike. It is for
// small graphs.
func Dump(ctx context.Context, s graph.Reader) (string, error) {
	var b strings.Builder
	var from []graph.ID
	line := func(v any) error {
		raw, err := json.Marshal(v)
		b.Write(raw)
		b.WriteByte('\n')
		return err
	}
	for _, k := range graph.Kinds {
		for n, err := range graph.All(ctx, s, graph.NodeQuery{Kind: k, Limit: graph.MaxLimit}) {
			if err != nil {
				return "", err
			}
			from = append(from, n.NodeID())
			if err := line(n); err != nil {
				return "", err
			}
		}
	}
	if len(from) == 0 {
		return b.String(), nil
	}
	for e, err := range s.Edges(ctx, graph.EdgeQuery{From: from}) {
		if err != nil {
			return "", err
		}
		if err := line(e); err != nil {
			return "", err
		}
	}
	return b.String(), nil
}

func collect[T any](seq func(func(T, error) bool)) ([]T, error) {
	var list []T
	for v, err := range seq {
		if err != nil {
			return list, err
		}
		list = append(list, v)
	}
	return list, nil
}

func ids(nodes []graph.Node) []graph.ID {
	list := []graph.ID{}
	for _, n := range nodes {
		list = append(list, n.NodeID())
	}
	return list
}

func sortIDs(list []graph.ID) {
	sort.Slice(list, func(i, j int) bool { return list[i] < list[j] })
}

// brief is a query without what it leaves open.
func brief(q any) string {
	raw, _ := json.Marshal(q)
	var fields map[string]any
	if json.Unmarshal(raw, &fields) != nil {
		return string(raw)
	}
	for name, v := range fields {
		switch v {
		case nil, "", 0.0, "0001-01-01T00:00:00Z":
			delete(fields, name)
		}
	}
	if k, ok := fields["Kind"].(float64); ok {
		fields["Kind"] = graph.Kind(k).String()
	}
	raw, _ = json.Marshal(fields)
	return string(raw)
}
