// Package schema is the graph as GraphQL: what a notebook, a page or another program asks of a store.
//
//	query {
//	  trace(text: "Lavrov invited Blinken") {        # where does this come from?
//	    claim { text }
//	    independentOrigins
//	    chains(first: 3) {
//	      end
//	      hops { actor { name } stance evidence { quote start end } }
//	    }
//	  }
//	  network(actors: ["Sergei Lavrov"]) {           # who deals with whom?
//	    relations { subject { name } predicate object { name } assertedBy { sources { name } } }
//	  }
//	  attributions(stances: [DENIES], since: "2026-04-01T00:00:00Z", first: 100) {
//	    nodes { words sources { name } report { outlet { name } published } }
//	    pageInfo { hasNextPage endCursor }           # next page: after: endCursor
//	  }
//	}
//
// It only reads, through a graph.Reader, and knows no store. Names of enum values are the words of the export in upper
// case, with _ for a space or hyphen; IDs are the export's; offsets are code points, as everywhere outside.
// A field that has to ask the store can be null, with an error that says why, and leaves the rest of the
// answer standing; everything else that is never missing is marked so (!). The answer's fields come in the order in
// which they were asked for.
//
// No query is trusted: see Options for what it may cost. What is too much is refused before anything of it is carried
// out, and the process survives every query.
//
// The package never logs: Options.OnError gets what clients do not see.
package schema

import (
	"context"
	"encoding/json"
	"runtime"
	"sync"
	"time"

	"github.com/graphql-go/graphql"

	"github.com/whence-graph/whence/graph"
)

// Part is something that a server may go without.
type Part uint8

// The parts. They are joined by |.
const (
	Introspection Part = 1 << iota // asking for the schema itself
	GraphiQL                       // the page to write queries in
)

// Options bound what a query may take. The zero value is meant to be used.
type Options struct {
	Body       int64         // bytes of a request; 0 is 64 KB
	Depth      int           // selections inside selections; 0 is 15
	Selections int           // selections, fragments written out; 0 is 500
	Cost       int           // fields that the answer may come to; 0 is 100,000
	Timeout    time.Duration // for one query; 0 is 10 s
	Concurrent int           // queries at once; 0 is 4 for each processor. Others wait for up to a second
	Streams    int           // subscriptions at once; 0 is 100. Others are refused
	Heartbeat  time.Duration // after how long without events a stream says that it lives, and for how long a client may not read; 0 is 15 s
	Without    Part          // what is switched off

	// Until ends all subscriptions when it is closed. Without it they end when their clients go.
	Until <-chan struct{}

	// OnError gets each error that the client is not told: a lost store, a fault of ours, a panic. It is
	// called once for each, maybe by several goroutines at once.
	OnError func(ctx context.Context, err error)
}

func or[T int | int64 | time.Duration](n, standard T) T {
	if n > 0 {
		return n
	}
	return standard
}

func (o Options) body() int64            { return or(o.Body, 64<<10) }
func (o Options) depth() int             { return or(o.Depth, 15) }
func (o Options) selections() int        { return or(o.Selections, 500) }
func (o Options) cap() int               { return or(o.Cost, 100_000) }
func (o Options) timeout() time.Duration { return or(o.Timeout, 10*time.Second) }
func (o Options) concurrent() int        { return or(o.Concurrent, 4*runtime.GOMAXPROCS(0)) }
func (o Options) streams() int           { return or(o.Streams, 100) }
func (o Options) heartbeat() time.Duration {
	return or(o.Heartbeat, 15*time.Second)
}
func (o Options) has(p Part) bool { return o.Without&p == 0 }

// Schema answers queries about one graph. It may be used by many goroutines at once.
type Schema struct {
	Options Options // to be set before the first query

	reader  graph.Reader
	once    sync.Once
	slots   chan struct{} // of queries
	streams chan struct{} // of subscriptions
	pulse   pulse
}

// New makes a Schema with no options set.
func New(r graph.Reader) *Schema { return &Schema{reader: r} }

// Result is the answer to a query.
type Result struct {
	Data   json.RawMessage `json:"data,omitempty"` // nil when the query was refused or broke off as a whole
	Errors []*Error        `json:"errors,omitempty"`
}

// Execute answers a query. operation names the one meant where the query has several, and may be empty.
func (s *Schema) Execute(ctx context.Context, query string, variables map[string]any, operation string) Result {
	if len(variables) > 0 {
		raw, err := json.Marshal(variables) // so that any Go value may be handed over
		if err == nil {
			variables = nil
			err = json.Unmarshal(raw, &variables)
		}
		if err != nil {
			return refused(newError(Invalid, "the variables cannot be written as JSON"))
		}
	}
	return s.run(ctx, query, variables, operation)
}

func refused(errs ...*Error) Result { return Result{Errors: errs} }

// patience is how long a query waits to be let in, and how long the answer to one that is out of time waits
// for it to end.
const patience = time.Second

// run answers a query whose variables come from JSON.
func (s *Schema) run(ctx context.Context, query string, variables map[string]any, operation string) Result {
	return s.bounded(ctx, func(ctx context.Context) Result { return s.answer(ctx, query, variables, operation) })
}

// bounded answers within the time and among the number of queries that are allowed.
func (s *Schema) bounded(ctx context.Context, answer func(context.Context) Result) Result {
	ctx, cancel := context.WithTimeout(ctx, s.Options.timeout())
	defer cancel()
	leave, ok := s.enter(ctx)
	if !ok {
		if ctx.Err() != nil {
			return refused(ended(ctx))
		}
		return refused(newError(Busy, "too many queries are being answered; try again in a moment"))
	}
	done := make(chan Result, 1)
	go func() {
		defer leave() // not before it has really ended, for it uses memory and the store till then
		done <- answer(ctx)
	}()
	select {
	case r := <-done:
		return r
	case <-ctx.Done():
	}
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case r := <-done:
		return r
	case <-late.C:
		return refused(ended(ctx))
	}
}

// enter takes a place among the queries being answered, to be given back by leave.
func (s *Schema) enter(ctx context.Context) (leave func(), ok bool) {
	s.once.Do(s.open)
	wait := time.NewTimer(patience)
	defer wait.Stop()
	select {
	case s.slots <- struct{}{}:
		return func() { <-s.slots }, true
	case <-wait.C:
	case <-ctx.Done():
	}
	return nil, false
}

func (s *Schema) open() {
	s.slots = make(chan struct{}, s.Options.concurrent())
	s.streams = make(chan struct{}, s.Options.streams())
}

func (s *Schema) answer(ctx context.Context, query string, variables map[string]any, operation string) (r Result) {
	q := newRequest(s.reader, s.Options)
	defer q.rescue(ctx, &r)
	plan, faults := s.prepare(query, variables, operation)
	switch {
	case faults != nil:
		return refused(faults...)
	case plan.follows:
		return refused(newError(Invalid, "a subscription is answered by a stream of events: ask /graphql with Accept: "+eventType))
	}
	return s.execute(ctx, q, plan)
}

// rescue makes an answer of a panic. It is deferred.
func (q *request) rescue(ctx context.Context, r *Result) {
	if p := recover(); p != nil {
		*r = refused(q.publish(ctx, panicked(p)))
	}
}

func (s *Schema) execute(ctx context.Context, q *request, plan *plan) (r Result) {
	got := graphql.Execute(graphql.ExecuteParams{Schema: *schema(), Root: q, AST: plan.document, OperationName: plan.name,
		Args: plan.variables, Context: patient{ctx}})
	switch {
	case ctx.Err() != nil:
		return refused(q.over(ctx))
	case q.failed != nil:
		return refused(q.failed)
	}
	if got.Data != nil {
		r.Data = plan.answer.appendJSON(nil, got.Data)
	} else {
		r.Data = json.RawMessage("null")
	}
	r.Errors = plan.script.translate(Invalid, got.Errors, s.Options.has(Introspection))
	return r
}

// patient is a context whose end graphql.Execute does not notice, so that it returns when its resolvers have: they
// unpack the context, and stop soon after it has ended.
type patient struct{ context.Context }

func (patient) Done() <-chan struct{} { return nil }

// request is what the resolvers of one query share. graphql-go runs them on one goroutine.
type request struct {
	*loader
	report func(context.Context, error)
	left   int    // fields that may still be resolved, text counted in with them
	failed *Error // ends the query

	event    graph.Node // of a subscription: what has happened; nil when it is opened
	followed following  // when it is opened: what it is to
}

// slack is how much more than was reckoned an answer may come to: lists without `first` have no known length.
const slack = 4

func newRequest(r graph.Reader, o Options) *request {
	q := &request{report: o.OnError, left: slack * o.cap()}
	q.loader = newLoader(r, q.publish)
	return q
}

func (q *request) onError(ctx context.Context, err error) {
	if q.report != nil {
		q.report(ctx, err)
	}
}

// stopped tells whether what is left of the query need not be resolved. To be asked for each field.
func (q *request) stopped(ctx context.Context) bool {
	if q.left--; q.left < 0 && q.failed == nil {
		q.failed = newError(TooCostly, "the answer is too large; ask for less at once")
	}
	return q.failed != nil || ctx.Err() != nil
}

// over is the error for a query whose context has ended.
func (q *request) over(ctx context.Context) *Error {
	e := ended(ctx)
	if e.Code() == Timeout {
		q.onError(ctx, context.Cause(ctx))
	}
	return e
}
