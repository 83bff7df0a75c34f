package graphtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/whence-graph/whence/graph"
)

func cancelled(t *test) {
	y := newStory()
	s := t.openWith(y.batch)
	before := t.dump(s)
	late, cancel := context.WithCancel(t.ctx)
	cancel()
	if err := s.Put(late, graph.Batch{Actors: actors("Late", 3)}); !errors.Is(err, context.Canceled) {
		t.Errorf("Put with a cancelled context: got %v, want %v", err, context.Canceled)
	}
	past, cancel := context.WithDeadline(t.ctx, time.Unix(0, 0))
	defer cancel()
	if err := s.Put(past, graph.Batch{Actors: actors("Late", 3)}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Put after its deadline: got %v, want %v", err, context.DeadlineExceeded)
	}
	t.same("after Put with a cancelled context", before, t.dump(s))

	// At any moment, too: an error means that nothing was written, and its absence that all was.
	for i := range 150 {
		small := graph.Batch{Actors: actors(fmt.Sprintf("Small %d", i), 1)}
		ctx, cancel := context.WithTimeout(t.ctx, time.Duration(i)*20*time.Microsecond)
		err := s.Put(ctx, small)
		cancel()
		if err != nil && !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("Put cancelled after %d microseconds: got %v, want %v", 20*i, err, context.DeadlineExceeded)
		}
		if n := len(t.nodes(s, small.Actors[0].ID)); n == 1 != (err == nil) {
			t.Fatalf("Put cancelled after %d microseconds: error %v, and %d of 1 actor is there", 20*i, err, n)
		}
	}
	big := graph.Batch{Actors: actors("Big", 3000)}
	for wait := 50 * time.Microsecond; ; wait += wait / 4 {
		ctx, cancel := context.WithTimeout(t.ctx, wait)
		err := s.Put(ctx, big)
		cancel()
		n, countErr := s.Count(t.ctx, graph.NodeQuery{Kind: graph.ActorKind, Text: "big"})
		if countErr != nil {
			t.Fatalf("Count after a cancelled Put: %v", countErr)
		}
		if err == nil {
			if n != len(big.Actors) {
				t.Errorf("Count after Put: got %d, want %d", n, len(big.Actors))
			}
			break
		}
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("Put cancelled after %v: got %v, want %v", wait, err, context.DeadlineExceeded)
		}
		if n != 0 {
			t.Fatalf("Count after Put cancelled after %v: got %d, want 0", wait, n)
		}
		if wait > patience {
			t.Fatalf("Put of %d actors does not come to an end", len(big.Actors))
		}
	}
}

func cancelledReading(t *test) {
	y := newStory()
	s := t.openWith(y.batch)
	late, cancel := context.WithCancel(t.ctx)
	cancel()
	for name, err := range readAll(late, s, y) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s with a cancelled context: got %v, want %v", name, err, context.Canceled)
		}
	}
	// While edges are read: they end with the error, or had all been read.
	ctx, cancel := context.WithCancel(t.ctx)
	defer cancel()
	for _, err := range s.Edges(ctx, graph.EdgeQuery{From: []graph.ID{y.report.ID}}) {
		if cancel(); err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("Edges when cancelled: got %v, want %v", err, context.Canceled)
		}
	}
	t.holds(s, y.batch)
}

// readAll calls every method that reads, and answers its error.
func readAll(ctx context.Context, s graph.Store, y *story) map[string]error {
	out := map[string]error{}
	_, out["Nodes"] = s.Nodes(ctx, []graph.ID{y.lavrov.ID})
	_, out["Edges"] = collect(s.Edges(ctx, graph.EdgeQuery{From: []graph.ID{y.report.ID}}))
	_, out["Find"] = s.Find(ctx, graph.NodeQuery{Kind: graph.ClaimKind, Text: "cool", Stances: graph.Stances})
	_, out["Count"] = s.Count(ctx, graph.NodeQuery{Kind: graph.ClaimKind, Text: "cool", Stances: graph.Stances})
	_, out["Generation"] = s.Generation(ctx)
	return out
}

func closedStore(t *test) {
	y := newStory()
	s := t.openWith(y.batch)
	other := t.open()
	if err := s.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	check := func() {
		t.Helper()
		for name, err := range readAll(t.ctx, s, y) {
			if !errors.Is(err, graph.ErrUnavailable) {
				t.Errorf("%s of a closed store: got %v, want %v", name, err, graph.ErrUnavailable)
			}
		}
		if err := s.Put(t.ctx, y.batch); !errors.Is(err, graph.ErrUnavailable) {
			t.Errorf("Put to a closed store: got %v, want %v", err, graph.ErrUnavailable)
		}
	}
	check()
	if err := s.Close(); err != nil {
		t.Errorf("Close again: %v", err)
	}
	check()
	t.holds(other, y.batch) // another handle goes on
	t.put(other, graph.Batch{Actors: actors("Newcomer", 1)})
}

func neverHalf(t *test) {
	s := t.open()
	t.half(s, s)
}

func neverHalfElsewhere(t *test) {
	writer := t.open()
	t.half(writer, t.open())
}

// half writes large batches, all of whose parts bear the batch's number, and reads meanwhile.
func (t *test) half(writer, reader graph.Store) {
	const parts, rounds = 250, 6
	version := func(n int) graph.Batch {
		b := graph.Batch{Actors: actors("Part", parts)}
		r := newReport("https://example.org/parts", fmt.Sprintf("version %d", n), "Parts.", time.Unix(int64(n), 0), "")
		b.Reports = []*graph.Report{r}
		for i, a := range b.Actors {
			a.Name = fmt.Sprintf("version%d", n)
			a.Keys = []string{a.Name}
			a.Roles = []graph.Role{{Title: a.Name, Of: b.Actors[(i+n)%parts].ID, Evidence: []graph.Evidence{quote(r, "Parts")}}}
			c := graph.NewClaim([]graph.Form{{Text: fmt.Sprintf("part %d", i)}})
			c.Text, c.Keys = a.Name, []string{a.Name}
			b.Claims = append(b.Claims, c)
			b.Mentions = append(b.Mentions, graph.Mention{Actor: b.Actors[(i+n)%parts].ID, Evidence: quote(r, "Parts")})
		}
		return b
	}
	first := version(0)
	t.put(writer, first)
	all := ids(first.Nodes())
	start := first.Actors[0].ID

	ctx, stop := context.WithTimeout(t.ctx, patience)
	defer stop()
	var wg sync.WaitGroup
	wg.Go(func() {
		defer stop()
		for n := 1; n <= rounds; n++ {
			if err := writer.Put(t.ctx, version(n)); err != nil {
				t.Errorf("Put: %v", err)
				return
			}
		}
	})
	// Each kind of reading, as often as it can until the writing is over.
	readers := map[string]func() (int, error){
		"Nodes": func() (int, error) {
			m, err := reader.Nodes(t.ctx, all)
			seen := map[string]bool{}
			for _, n := range m {
				switch n := n.(type) {
				case *graph.Actor:
					seen[n.Name] = true
				case *graph.Claim:
					seen[n.Text] = true
				}
			}
			if err == nil && len(m) != len(all) {
				err = fmt.Errorf("%d of %d nodes", len(m), len(all))
			}
			return len(seen), err
		},
		"Edges": func() (int, error) {
			list, err := collect(reader.Edges(t.ctx, graph.EdgeQuery{Kinds: []graph.EdgeKind{graph.Holds, graph.Mentions}, To: all}))
			seen := map[int]bool{}
			at := map[graph.ID]int{}
			for i, a := range first.Actors {
				at[a.ID] = i
			}
			for _, e := range list {
				from := e.Order
				if e.Kind == graph.Holds {
					from = at[e.From]
				}
				seen[(at[e.To]-from+parts)%parts] = true
			}
			if err == nil && len(list) != 2*parts {
				err = fmt.Errorf("%d of %d edges", len(list), 2*parts)
			}
			return len(seen), err
		},
		"Find": func() (int, error) {
			p, err := reader.Find(t.ctx, graph.NodeQuery{Kind: graph.ActorKind, Limit: graph.MaxLimit})
			seen := map[string]bool{}
			for _, n := range p.Nodes {
				seen[n.(*graph.Actor).Name] = true
				seen[n.(*graph.Actor).Roles[0].Title] = true
			}
			return len(seen), err
		},
		"Count": func() (int, error) {
			n, err := reader.Generation(t.ctx)
			if err != nil {
				return 0, err
			}
			key := fmt.Sprintf("version%d", int(n)%(rounds+1))
			count, err := reader.Count(t.ctx, graph.NodeQuery{Kind: graph.ActorKind, Keys: []string{key}})
			if count != 0 && count != parts {
				return 2, err
			}
			return 1, err
		},
	}
	for name, read := range readers {
		wg.Go(func() {
			for ctx.Err() == nil {
				versions, err := read()
				if err != nil || versions != 1 {
					t.Errorf("%s while writing: saw %d batches at once, error %v", name, versions, err)
					return
				}
			}
		})
	}
	wg.Wait()
	t.finds(reader, graph.NodeQuery{Kind: graph.ActorKind, Keys: []string{"version0"}})
	last := version(rounds)
	t.holds(reader, last)
	t.finds(reader, graph.NodeQuery{Kind: graph.ReportKind, Actors: []graph.ID{start}}, last.Reports[0].ID)
}

func concurrentWriters(t *test) {
	const handles, writers, rounds = 2, 3, 8
	stores := make([]graph.Store, handles)
	for i := range stores {
		stores[i] = t.open()
	}
	shared := actors("Shared", 1)[0]
	t.put(stores[0], graph.Batch{Actors: []*graph.Actor{shared}})
	start := t.generation(stores[0])

	ctx, cancel := context.WithTimeout(t.ctx, patience)
	defer cancel()
	var wg sync.WaitGroup
	want := slices.Clone(shared.Aliases)
	for i, s := range stores {
		for w := range writers {
			for n := range rounds {
				want = append(want, fmt.Sprintf("alias %d %d %d", i, w, n))
			}
			wg.Go(func() {
				for n := range rounds {
					// Reads, then writes what depends on it, so that one who comes between would be lost.
					err := graph.Update(ctx, s, func(ctx context.Context, r graph.Reader) (graph.Batch, error) {
						got, err := graph.Get(ctx, r, shared.ID)
						if err != nil {
							return graph.Batch{}, err
						}
						a := got.(*graph.Actor)
						a.Aliases = append(a.Aliases, fmt.Sprintf("alias %d %d %d", i, w, n))
						slices.Sort(a.Aliases)
						return graph.Batch{Actors: []*graph.Actor{a}}, nil
					})
					// And one that depends on nothing.
					if err == nil {
						err = s.Put(ctx, graph.Batch{Actors: actors(fmt.Sprintf("Own %d %d %d", i, w, n), 1)})
					}
					if err != nil {
						t.Errorf("writer %d of handle %d, round %d: %v", w, i, n, err)
						return
					}
				}
			})
		}
	}
	wg.Wait()
	slices.Sort(want)
	for _, s := range stores {
		t.same("the aliases after all", want, t.nodes(s, shared.ID)[shared.ID].(*graph.Actor).Aliases)
		n, err := s.Count(t.ctx, graph.NodeQuery{Kind: graph.ActorKind, Text: "own"})
		if err != nil || n != handles*writers*rounds {
			t.Errorf("Count: got %d, %v, want %d", n, err, handles*writers*rounds)
		}
	}
	if n := t.generation(stores[1]); n < start+2*handles*writers*rounds {
		t.Errorf("Generation: got %d, want at least %d more than %d", n, 2*handles*writers*rounds, start)
	}
}
