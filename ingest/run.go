package ingest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/whence-graph/whence/graph"
)

// Tally counts what became of the reports.
type Tally struct {
	Kept      int // new, and now in the store
	Unchanged int // there already
	Revised   int // new texts under a URL that the store knew; counted in Kept too
	Refused   int
}

// Seen is how many reports there were.
func (t Tally) Seen() int { return t.Kept + t.Unchanged + t.Refused }

// Run says how reports become part of a store. The zero value is ready to use.
type Run struct {
	// Extract reads one report; nil is the Extract of an Extractor's zero value. It is called by many goroutines.
	Extract func(Report) (Analysis, error)
	// Workers is how many reports are read at once; 0 is one for each processor. The outcome does not depend on it.
	Workers int
	// Refused is told of each report that was refused, in order.
	Refused func(error)
	// Now is the clock that tells when the store got a report; nil leaves that untold.
	Now func() time.Time
	// Progress is told the tally after each report.
	Progress func(Tally)
}

// Reports ingests a stream of reports into a store, one report a batch and a batch a transaction, in their order. A bad report is
// refused and the next one read; a store that fails stops the run, and then what was tallied is in the store.
// Running again over the same reports changes nothing.
func (c Run) Reports(ctx context.Context, s graph.Store, reports iter.Seq2[Report, error]) (Tally, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var t Tally
	for j, err := range c.analyse(ctx, s, reports) {
		if err == nil {
			err = c.keep(ctx, s, j, &t)
		}
		if err != nil {
			return t, err
		}
		if c.Progress != nil {
			c.Progress(t)
		}
	}
	return t, ctx.Err()
}

func (c Run) keep(ctx context.Context, s graph.Store, j *job, t *Tally) error {
	if j.refused != nil {
		t.Refused++
		if c.Refused != nil {
			c.Refused(j.refused)
		}
		return nil
	}
	id := j.report.GraphID()
	revised, unchanged := false, j.known
	if unchanged {
		t.Unchanged++
		return nil
	}
	if c.Now != nil {
		j.report.Ingested = c.Now().UTC()
	}
	err := graph.Update(ctx, s, func(ctx context.Context, g graph.Reader) (graph.Batch, error) {
		there, err := g.Nodes(ctx, []graph.ID{id})
		if err != nil {
			return graph.Batch{}, err
		}
		if unchanged = there[id] != nil; unchanged {
			return graph.Batch{}, nil
		}
		b, err := Resolve(ctx, g, j.report, j.analysis)
		revised = err == nil && (b.Reports[0].Revises != "" || len(b.Reports) > 1)
		return b, err
	})
	if err != nil {
		return fmt.Errorf("report %s: %w", name(j.report), err)
	}
	if unchanged {
		t.Unchanged++
		return nil
	}
	t.Kept++
	if revised {
		t.Revised++
	}
	return nil
}

// name is what a person would call the report.
func name(r Report) string {
	for _, s := range []string{r.ID, r.URL, r.Title} {
		if s != "" {
			return s
		}
	}
	return string(r.GraphID())
}

// job is a report on its way: read, then analysed unless it is refused or in the store already.
type job struct {
	report   Report
	analysis Analysis
	refused  error
	known    bool // in the store already
	done     chan struct{}
}

// ahead is how many reports are looked up in a store at once, and patience how long one waits for the others.
const (
	ahead    = 32
	patience = 200 * time.Millisecond
)

// analyse gives the reports in their order while workers read those that follow. Only so many are in memory as there are
// workers, and a few more.
func (c Run) analyse(ctx context.Context, s graph.Store, reports iter.Seq2[Report, error]) iter.Seq2[*job, error] {
	workers := c.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	extract := c.Extract
	if extract == nil {
		extract = new(Extractor).Extract
	}
	return func(yield func(*job, error) bool) {
		ctx, stop := context.WithCancel(ctx)
		todo, inOrder := make(chan *job), make(chan *job, 2*workers)
		var wg sync.WaitGroup
		defer wg.Wait()
		defer stop()
		for range workers {
			wg.Go(func() {
				for j := range todo {
					j.analysis, j.refused = guard(extract, j.report)
					close(j.done)
				}
			})
		}
		var lost error // the store, while looking up; read after inOrder is closed
		wg.Go(func() {
			defer close(inOrder)
			defer close(todo)
			lost = lookAhead(ctx, s, reports, func(j *job) bool {
				j.done = make(chan struct{})
				if j.refused != nil || j.known {
					close(j.done)
				} else {
					select {
					case todo <- j:
					case <-ctx.Done():
						return false
					}
				}
				select {
				case inOrder <- j:
					return true
				case <-ctx.Done():
					return false
				}
			})
		})
		for j := range inOrder {
			select {
			case <-j.done:
			case <-ctx.Done():
				return
			}
			if !yield(j, nil) {
				return
			}
		}
		if lost != nil {
			yield(nil, lost)
		}
	}
}

// lookAhead asks the store about a handful of reports at a time, so that those which are there already need not be read. It waits
// for a handful no longer than patience: who sends reports as they appear is to find them in the store.
func lookAhead(ctx context.Context, s graph.Store, reports iter.Seq2[Report, error], give func(*job) bool) error {
	var batch []*job
	size, most := 0, ahead
	if s == (nothing{}) {
		most = 1 // nothing to ask: each report goes on as it comes
	}
	flush := func() (bool, error) {
		ids := make([]graph.ID, 0, len(batch))
		for _, j := range batch {
			ids = append(ids, j.report.GraphID())
		}
		there, err := s.Nodes(ctx, ids)
		if err != nil {
			return false, err
		}
		for i, j := range batch {
			j.known = there[ids[i]] != nil
			if !give(j) {
				return false, nil
			}
		}
		batch, size = batch[:0], 0
		return true, nil
	}
	ctx, stop := context.WithCancel(ctx)
	come := make(chan *job)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer stop()
	wg.Go(func() {
		defer close(come)
		for r, err := range reports {
			select {
			case come <- &job{report: r, refused: err}:
			case <-ctx.Done():
				return
			}
		}
	})
	var late <-chan time.Time // when the first of the batch has waited long enough
	for {
		full := false
		select {
		case j, more := <-come:
			if !more {
				_, err := flush()
				return err
			}
			if len(batch) == 0 {
				late = time.After(patience)
			}
			batch = append(batch, j)
			size += len(j.report.Text)
			full = len(batch) == most || size > 8<<20
		case <-late:
			full = true
		}
		if full {
			late = nil
			if on, err := flush(); !on || err != nil {
				return err
			}
		}
	}
}

// Analyse reads reports without a store: each analysis in the order of the reports, or why the report was refused.
func (c Run) Analyse(ctx context.Context, reports iter.Seq2[Report, error]) iter.Seq2[Analysed, error] {
	return func(yield func(Analysed, error) bool) {
		for j, err := range c.analyse(ctx, nothing{}, reports) {
			if err == nil {
				err = j.refused
			}
			if !yield(Analysed{j.report, j.analysis}, err) {
				return
			}
		}
	}
}

// Analysed is a report and what it says.
type Analysed struct {
	Report   Report
	Analysis Analysis
}

// nothing is a store that has nothing.
type nothing struct{ graph.Store }

func (nothing) Nodes(context.Context, []graph.ID) (map[graph.ID]graph.Node, error) { return nil, nil }

// guard turns a panic in the reading of one report into its refusal, and refuses an analysis that points outside the text.
func guard(extract func(Report) (Analysis, error), r Report) (an Analysis, err error) {
	defer func() {
		if p := recover(); p != nil {
			an, err = Analysis{}, &Error{Source: name(r), Step: "extract", Err: fmt.Errorf("a fault of ours: %v", p), Remedy: "please report it with the text"}
		}
	}()
	if an, err = extract(r); err == nil {
		err = an.check(r.Text)
	}
	var e *Error
	if err != nil && !errors.As(err, &e) {
		err = &Error{Source: name(r), Step: "extract", Err: err}
	}
	return an, err
}

// check tells whether every span lies in the text and every index in its list.
func (an Analysis) check(text string) error {
	bad := func(what string, i int) error { return fmt.Errorf("%s %d of the analysis points nowhere", what, i) }
	in := func(list ...graph.Span) bool {
		return !slices.ContainsFunc(list, func(s graph.Span) bool { return !s.In(text) })
	}
	mention := func(i int) bool { return 0 <= i && i < len(an.Mentions) }
	for i, a := range an.Actors {
		for _, r := range a.Roles {
			if !in(r.Span) || r.Of < None || r.Of >= len(an.Actors) {
				return bad("actor", i)
			}
		}
	}
	for i, m := range an.Mentions {
		if !in(m.Span) || m.Actor < 0 || m.Actor >= len(an.Actors) {
			return bad("mention", i)
		}
	}
	for i, a := range an.Attributions {
		if len(a.Content) == 0 || !in(a.Source...) || !in(a.Cue...) || !in(a.Content...) || a.Via < None || a.Via >= i || slices.ContainsFunc(a.Sources, func(m int) bool { return !mention(m) }) {
			return bad("attribution", i)
		}
	}
	for i, r := range an.Relations {
		if !mention(r.Subject) || !mention(r.Object) || len(r.Evidence) == 0 || !in(r.Evidence...) || r.AssertedBy < None || r.AssertedBy >= len(an.Attributions) {
			return bad("relation", i)
		}
	}
	return nil
}
