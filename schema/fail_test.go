package schema

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/whence-graph/whence/graph"
)

// failing is a Reader that is out of order.
type failing struct {
	graph.Reader
	err   error
	panic any
	hang  bool
}

func (f failing) fail(ctx context.Context) error {
	if f.panic != nil {
		panic(f.panic)
	}
	if f.hang {
		<-ctx.Done()
		return ctx.Err()
	}
	return f.err
}

func (f failing) Nodes(ctx context.Context, ids []graph.ID) (map[graph.ID]graph.Node, error) {
	if err := f.fail(ctx); err != nil {
		return nil, err
	}
	return f.Reader.Nodes(ctx, ids)
}

func (f failing) Count(ctx context.Context, q graph.NodeQuery) (int, error) {
	if err := f.fail(ctx); err != nil {
		return 0, err
	}
	return f.Reader.Count(ctx, q)
}

func (f failing) Edges(ctx context.Context, q graph.EdgeQuery) iter.Seq2[graph.Edge, error] {
	return func(yield func(graph.Edge, error) bool) { yield(graph.Edge{}, f.fail(ctx)) }
}

func (f failing) Generation(ctx context.Context) (int64, error) { return 1, f.fail(ctx) }

// What fails below is null with an error that says what the client may know; the rest of the answer stands, and
// OnError has the real error, once.
func TestErrorsArePublished(t *testing.T) {
	store, _ := openStory(t)
	const query = `{
		reports(first: 2, order: OLDEST) {nodes {title outlet {name} attributions {nodes {words}}}}
		stats {claims}
		claims {nodes {text attributions {totalCount}}}
	}`
	const secret = "password hunter2 at 10.0.0.1"
	for _, c := range []struct {
		name  string
		store failing
		code  Code
		told  int
	}{
		{"lost", failing{err: fmt.Errorf("%w: %s", graph.ErrUnavailable, secret)}, Unavailable, 4},
		{"a fault", failing{err: errors.New(secret)}, Internal, 4},
		{"invalid below", failing{err: fmt.Errorf("%w: %s", graph.ErrInvalid, secret)}, Invalid, 0},
		{"a panic", failing{panic: secret}, Internal, 4},
		{"a panic with an error", failing{panic: errors.New(secret)}, Internal, 4},
		{"a run-time panic", failing{panic: []int(nil)}, Internal, 4},
	} {
		c.store.Reader = store
		var told []error
		s := New(c.store)
		var mu sync.Mutex
		s.Options.OnError = func(_ context.Context, err error) {
			mu.Lock()
			defer mu.Unlock()
			told = append(told, err)
		}
		r := s.Execute(t.Context(), query, nil, "")
		answer := string(r.AppendJSON(nil))
		if strings.Contains(answer, "hunter2") || strings.Contains(answer, "goroutine") || strings.Contains(answer, "panic") {
			t.Errorf("%s: the client is told %s", c.name, answer)
		}
		if !strings.Contains(answer, `"title":"Lavrov invites Blinken"`) || !strings.Contains(answer, `"outlet":null`) {
			t.Errorf("%s: what did not fail does not stand: %s", c.name, answer)
		}
		if len(r.Errors) == 0 {
			t.Fatalf("%s: no errors", c.name)
		}
		for _, e := range r.Errors {
			if e.Code() != c.code || len(e.Path) == 0 || len(e.Locations) == 0 {
				t.Errorf("%s: got %+v, want code %s, a path and a place", c.name, e, c.code)
			}
		}
		if len(told) != c.told {
			t.Errorf("%s: OnError had %d errors, want %d: %v", c.name, len(told), c.told, told)
		}
		for _, err := range told {
			if c.store.panic == nil && !errors.Is(err, c.store.err) {
				t.Errorf("%s: OnError had %v", c.name, err)
			}
		}
	}
}

// deaf is a Reader that does not listen to its context, and counts when it is let.
type deaf struct {
	graph.Reader
	asked, wait chan struct{}
}

func (d deaf) Count(context.Context, graph.NodeQuery) (int, error) {
	d.asked <- struct{}{}
	<-d.wait
	return 0, nil
}

func (deaf) Generation(context.Context) (int64, error) { return 1, nil }

func TestTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(failing{hang: true})
		s.Options.Timeout, s.Options.Concurrent = 3*time.Second, 1
		var told []error
		s.Options.OnError = func(_ context.Context, err error) { told = append(told, err) }
		for range 3 { // each gives its place back
			start := time.Now()
			r := s.Execute(t.Context(), `{node(id: "r:aaaaaaaaaaaaaaaaaaaa") {id} stats {claims generation}}`, nil, "")
			if d := time.Since(start); d != 3*time.Second || len(r.Errors) != 1 || r.Errors[0].Code() != Timeout || r.Data != nil {
				t.Errorf("after %s: %s", d, r.AppendJSON(nil))
			}
		}
		if len(told) != 3 {
			t.Errorf("OnError had %v", told)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		cancel()
		if r := s.Execute(ctx, "{stats {claims}}", nil, ""); r.Errors[0].Code() != Cancelled {
			t.Errorf("a cancelled query: %s", r.AppendJSON(nil))
		}
	})
}

// A query that a store does not let go is answered all the same, and keeps its place until it ends.
func TestPlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := deaf{asked: make(chan struct{}, 1), wait: make(chan struct{})}
		s := New(store)
		s.Options.Concurrent = 1
		if r := s.Execute(t.Context(), "{stats {claims}}", nil, ""); r.Errors[0].Code() != Timeout {
			t.Errorf("a query that hangs: %s", r.AppendJSON(nil))
		}
		if r := s.Execute(t.Context(), "{stats {generation}}", nil, ""); r.Errors == nil || r.Errors[0].Code() != Busy {
			t.Errorf("with no place free: %s", r.AppendJSON(nil))
		}
		close(store.wait)
		if r := s.Execute(t.Context(), "{stats {generation}}", nil, ""); r.Errors != nil {
			t.Errorf("with a place free again: %s", r.AppendJSON(nil))
		}
	})
}
