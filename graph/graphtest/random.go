package graphtest

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/whence-graph/whence/graph"
)

// randomGraphs puts random batches over a handful of IDs into one store and the model, good ones and bad
// ones, and asks both the same after each.
func randomGraphs(t *test) {
	steps := size(160)
	if testing.Short() {
		steps = 40
	}
	seed := seed(t)
	t.Logf("seed %d", seed)
	w := newWorld(seed)
	s, m := t.open(), newModel()
	good := 0
	for i := range steps {
		b := w.batch(m.now())
		before := m.sequence
		theirs := b
		if w.IntN(5) == 0 { // fresh or stale; the store may count otherwise than the model does
			back := int64(w.IntN(2))
			b.Base, theirs.Base = m.sequence-back, w.generation-back
		}
		want, got := m.Put(t.ctx, b), s.Put(t.ctx, theirs)
		if class(want) != class(got) {
			t.Fatalf("step %d: Put: got %v, want %v\n%s", i, got, want, brief(b))
		}
		if want == nil {
			good++
		}
		if i%8 == 0 {
			t.agree(fmt.Sprintf("step %d", i), s, m)
		}
		n := t.generation(s)
		if changed := m.sequence > before; changed && n <= w.generation || !changed && n != w.generation {
			t.Fatalf("step %d: generation %d after %d, for a change: %t\n%s", i, n, w.generation, changed, brief(b))
		}
		w.generation, w.counted[m.sequence] = n, n
		for range 12 {
			t.ask(w, s, m, fmt.Sprintf("step %d", i))
		}
		if t.Failed() {
			t.Fatalf("after step %d: Put of %s: %v", i, brief(b), got)
		}
	}
	t.agree("at the end", s, m)
	if good < steps/4 {
		t.Fatalf("only %d of %d random batches were good", good, steps)
	}
}

// seed is what the random promises are drawn from, so that they can be drawn otherwise: WHENCE_SEED=7 go test ..
func seed(t *test) uint64 {
	v := os.Getenv("WHENCE_SEED")
	if v == "" {
		return 1
	}
	n, err := strconv.ParseUint(v, 10, 64)
	if err != nil {
		t.Fatalf("WHENCE_SEED: %v", err)
	}
	return n
}

// generated is a store and the model, both with a graph like the news of so many reports.
func generated(t *test, reports int) (uint64, graph.Store, *model) {
	seed := seed(t)
	t.Logf("seed %d", seed)
	s, m := t.open(), newModel()
	for _, b := range Generate(seed, reports) {
		t.put(s, b)
		if err := m.Put(t.ctx, b); err != nil {
			t.Fatalf("the model: %v", err)
		}
	}
	return seed, s, m
}

// generatedGraph asks random questions of a graph like the news.
func generatedGraph(t *test) {
	reports, questions := size(30), size(400)
	if testing.Short() {
		reports, questions = 8, 100
	}
	seed, s, m := generated(t, reports)
	t.agree("after all", s, m)
	w := newWorld(seed)
	w.learn(m.now())
	for i := range questions {
		t.ask(w, s, m, fmt.Sprintf("question %d", i))
	}
}

// generatedTraces asks what is asked of many nodes and edges at once.
func generatedTraces(t *test) {
	s, m := t.open(), newModel()
	for _, b := range Generate(seed(t), 12) {
		t.put(s, b)
		if err := m.Put(t.ctx, b); err != nil {
			t.Fatalf("the model: %v", err)
		}
	}
	for i, c := range t.all(s, graph.NodeQuery{Kind: graph.ClaimKind}) {
		if i%5 > 0 {
			continue
		}
		want, err := graph.Trace(t.ctx, m, c.NodeID(), graph.AsOf{})
		if err != nil {
			t.Fatalf("the model: %v", err)
		}
		got, err := graph.Trace(t.ctx, s, c.NodeID(), graph.AsOf{})
		if err != nil {
			t.Fatal(err)
		}
		t.same("Trace("+string(c.NodeID())+")", want, got)
	}
	for i, a := range t.all(s, graph.NodeQuery{Kind: graph.ActorKind}) {
		if i%20 > 0 {
			continue
		}
		q := graph.NetworkQuery{Actors: []graph.ID{a.NodeID()}, Depth: 2, Limit: 50}
		want, err := graph.Around(t.ctx, m, q)
		if err != nil {
			t.Fatalf("the model: %v", err)
		}
		got, err := graph.Around(t.ctx, s, q)
		if err != nil {
			t.Fatal(err)
		}
		t.same("Around("+string(a.NodeID())+")", want, got)
	}
	v, err := graph.Verify(t.ctx, s)
	if err != nil || v.Reports != 12 {
		t.Errorf("Verify: got %v, %v, want 12 reports", v, err)
	}
}

// generatedSearches looks for words of a graph like the news, and for some that nobody says.
func generatedSearches(t *test) {
	reports, questions := 12, 50
	if testing.Short() {
		reports, questions = 6, 30
	}
	seed, s, m := generated(t, reports)
	w := newWorld(seed)
	w.learn(m.now())
	every, partly := 0, 0 // how often a node had all words, and a part of them
	for range questions {
		text := w.question(m.now())
		q := graph.NodeQuery{Kind: pick(w, graph.Kinds), Text: text, Limit: 1 + w.IntN(30)}
		found := ids(m.now().find(q))
		t.same("Find("+brief(q)+")", found, t.pages(s, q))
		if n, err := s.Count(t.ctx, q); n != counted(q, len(found)) || err != nil {
			t.Errorf("Count(%s): got %d, %v, want %d", brief(q), n, err, counted(q, len(found)))
		}
		if len(found) > 0 && len(graph.Words(text)) > 0 {
			every++
		}
		kinds, limit := some(w, graph.Kinds, 2), 1+w.IntN(30)
		want, err := graph.Search(t.ctx, m, kinds, text, limit)
		if err != nil {
			t.Fatalf("the model: %v", err)
		}
		got, err := graph.Search(t.ctx, s, kinds, text, limit)
		if err != nil {
			t.Fatalf("Search(%q): %v", text, err)
		}
		t.same(fmt.Sprintf("Search(%v, %q, %d)", kinds, text, limit), want, got)
		if len(want) > 0 && want[0].Score < 0.9 {
			partly++
		}
		wantTrace, wantErr := graph.TraceText(t.ctx, m, text, graph.AsOf{})
		gotTrace, err := graph.TraceText(t.ctx, s, text, graph.AsOf{})
		if errors.Is(wantErr, graph.ErrNotFound) != errors.Is(err, graph.ErrNotFound) {
			t.Errorf("TraceText(%q): got %v, want %v", text, err, wantErr)
		}
		t.same(fmt.Sprintf("TraceText(%q)", text), wantTrace, gotTrace)
		if t.Failed() {
			return
		}
	}
	if every == 0 || partly == 0 { // the draw has left out what the promise is about
		t.Fatalf("of %d questions %d found all words and %d a part of them", questions, every, partly)
	}
}

// question is some words of a node, in another order and case, and now and then with words of another or of none.
func (w *world) question(s state) string {
	words := func() []string {
		k := pick(w, graph.Kinds)
		if len(w.ids[k]) == 0 {
			return nil
		}
		id, _ := s.resolve(pick(w, w.ids[k]))
		return graph.Words(graph.SearchText(s.Nodes[id]))
	}
	all := words()
	at := w.IntN(len(all) + 1)
	list := slices.Clone(all[at:min(len(all), at+1+w.IntN(6))])
	switch w.IntN(4) {
	case 0:
		list = append(list, some(w, words(), 4)...)
	case 1:
		list = append(list, pick(w, []string{"zymurgy", "was", "ØSTER", "O'Neil", "习近平", "?!"}))
	}
	w.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	for i := range list {
		if w.IntN(5) == 0 {
			list[i] = strings.ToUpper(list[i])
		}
	}
	return strings.Join(list, pick(w, []string{" ", ", ", "\n"}))
}

// agree checks that the store holds what the model holds.
func (t *test) agree(when string, s graph.Store, m *model) {
	t.Helper()
	want, err := Dump(t.ctx, m)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Dump(t.ctx, s)
	if err != nil {
		t.Fatal(err)
	}
	t.same(when+": all of it", want, got)
}

// class is what kind of error it is.
func class(err error) error {
	for _, c := range []error{graph.ErrInvalid, graph.ErrConflict, graph.ErrUnavailable} {
		if errors.Is(err, c) {
			return c
		}
	}
	return err
}

// ask asks the store and the model one random question each of Nodes, Edges, Find and Count.
func (t *test) ask(w *world, s graph.Store, m *model, when string) {
	t.Helper()
	var list []graph.ID
	for _, k := range graph.Kinds {
		list = append(list, some(w, w.ids[k], 3)...)
	}
	want, _ := m.Nodes(t.ctx, list)
	if d := cmp.Diff(want, t.nodes(s, list...)); d != "" {
		t.Errorf("%s: Nodes(%v) (-want +got):\n%s", when, list, d)
	}

	e := graph.EdgeQuery{Kinds: some(w, graph.EdgeKinds, 3)}
	if w.IntN(2) == 0 {
		e.From = list
	}
	if len(e.From) == 0 || w.IntN(3) == 0 {
		for _, k := range graph.Kinds {
			e.To = append(e.To, some(w, w.ids[k], 2)...)
		}
	}
	wantEdges, wantErr := collect(m.Edges(t.ctx, e))
	gotEdges, err := collect(s.Edges(t.ctx, e))
	if d := cmp.Diff(wantEdges, gotEdges); d != "" || class(err) != class(wantErr) {
		t.Errorf("%s: Edges(%s): got %v, want %v (-want +got):\n%s", when, brief(e), err, wantErr, d)
	}

	q := w.query()
	wantIDs := ids(m.now().find(q))
	q = w.theirs(q)
	gotIDs := t.pages(s, q)
	if d := cmp.Diff(wantIDs, gotIDs); d != "" {
		t.Errorf("%s: Find(%s) (-want +got):\n%s", when, brief(q), d)
	}
	if n, err := s.Count(t.ctx, q); n != counted(q, len(wantIDs)) || err != nil {
		t.Errorf("%s: Count(%s): got %d, %v, want %d", when, brief(q), n, err, counted(q, len(wantIDs)))
	}
}
