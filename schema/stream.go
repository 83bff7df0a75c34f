package schema

import (
	"context"
	"iter"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/graphql-go/graphql"

	"github.com/whence-graph/whence/graph"
)

// Subscriptions are answered by Server-Sent Events, as the GraphQL over SSE protocol has it in its distinct connections mode: each answer
// is an event `next`, and `complete` says that there will be no more.
//
// What has happened is asked of the store, by generation: so it does not matter who did it, this program or another, and nothing is kept
// for a client that reads slowly or comes back late. An event's ID is the generation up to which all has been told when it has been
// read. Whoever resumes from there with Last-Event-ID misses nothing; of what happened in one generation some may come again. The
// answer's header Last-Event-ID is where a stream begins.

// eventType is the media type of a stream.
const eventType = "text/event-stream"

// following is what a subscription is to: what has happened to nodes that match, of claims to those with certain IDs where there are any.
type following struct {
	query  graph.NodeQuery
	claims []graph.ID
}

// subscriptionFields are resolved twice. When a subscription is opened, they note what it is to; for each event, they answer with it.
func (t *types) subscriptionFields() fields {
	follow := func(open func(context.Context, *request, arguments) (following, error)) func(context.Context, *request, *request, arguments) (any, error) {
		return func(ctx context.Context, q *request, _ *request, a arguments) (v any, err error) {
			if q.event != nil {
				return q.event, nil
			}
			q.followed, err = open(ctx, q, a)
			return nil, err
		}
	}
	return fields{
		"reportIngested": asks(t.report, "A report that the store did not have before. A later text under the same address is another report.", price{},
			follow(func(ctx context.Context, q *request, a arguments) (following, error) {
				query, err := q.filter(ctx, graph.ReportKind, a)
				query.Order = graph.Oldest
				return following{query: query}, err
			})).with(graphql.FieldConfigArgument{"outlets": filters("r")["outlets"].arg}),
		"claimChanged": asks(t.claim, "A claim that is new, has other wordings than before or is one with another now, or is stated otherwise: "+
			"an attribution of it came, changed or went. One that is gone altogether is not told.", price{},
			follow(func(ctx context.Context, q *request, a arguments) (following, error) {
				ids, err := q.ids(ctx, a, "ids", graph.ClaimKind)
				return following{graph.NodeQuery{Kind: graph.ClaimKind, Order: graph.Oldest}, ids}, err
			})).with(graphql.FieldConfigArgument{"ids": arg(some(graphql.ID), "Only these claims, by ID. Without any, all.")}),
	}
}

// happened answers what has happened past a generation and up to another.
func (f following) happened(ctx context.Context, r graph.Reader, past, upTo int64) iter.Seq2[graph.Node, error] {
	return func(yield func(graph.Node, error) bool) {
		var wanted map[graph.ID]bool // by the IDs that they have now
		if len(f.claims) > 0 {
			nodes, err := r.Nodes(ctx, f.claims)
			if err != nil {
				yield(nil, err)
				return
			}
			wanted = map[graph.ID]bool{}
			for _, n := range nodes {
				wanted[n.NodeID()] = true
			}
		}
		q := f.query
		q.Past, q.UpTo = past, upTo
		for n, err := range graph.All(ctx, r, q) {
			if err == nil && wanted != nil && !wanted[n.NodeID()] {
				continue
			}
			if !yield(n, err) {
				return
			}
		}
	}
}

// pulse is the store's generation, asked for by one stream at a time and not too often, for all.
type pulse struct {
	asking sync.Mutex
	asked  time.Time
	last   atomic.Int64
}

// beat is how often the store is asked whether anything has happened.
const beat = 500 * time.Millisecond

// generation is one that the store has reached, maybe a moment ago.
func (p *pulse) generation(ctx context.Context, r graph.Reader) (int64, error) {
	if p.asking.TryLock() {
		defer p.asking.Unlock()
		if time.Since(p.asked) >= beat {
			n, err := r.Generation(ctx)
			if err != nil {
				return 0, err
			}
			p.asked = time.Now()
			p.last.Store(n)
		}
	}
	return p.last.Load(), nil
}

// serveStream answers with events: to a query with one, to a subscription with one for all that happens.
func (s *Schema) serveStream(w http.ResponseWriter, r *http.Request, p *plan, faults []*Error) {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	out := &stream{w: w, control: http.NewResponseController(w), patience: s.Options.heartbeat()}
	if p == nil {
		out.close(ctx, refused(faults...))
		return
	}
	execute := func(ctx context.Context, q *request) Result {
		return s.bounded(ctx, func(ctx context.Context) (res Result) {
			defer q.rescue(ctx, &res)
			return s.execute(ctx, q, p)
		})
	}
	q := newRequest(s.reader, s.Options)
	if !p.follows {
		out.close(ctx, execute(ctx, q))
		return
	}

	s.once.Do(s.open)
	select {
	case s.streams <- struct{}{}:
		defer func() { <-s.streams }()
	default:
		w.Header().Set("Retry-After", "10")
		reply(w, r, jsonType, http.StatusServiceUnavailable, refused(errorf(Busy, "there are %d subscriptions already, and that is the limit; try again later", cap(s.streams))))
		return
	}
	opened := execute(ctx, q)
	past, err := s.reader.Generation(ctx)
	switch {
	case opened.Errors != nil:
		out.close(ctx, Result{Errors: opened.Errors})
		return
	case err != nil:
		out.close(ctx, refused(q.publish(ctx, err)))
		return
	}
	if last := r.Header.Get("Last-Event-ID"); last != "" {
		n, err := strconv.ParseInt(last, 10, 64)
		if err != nil || n < 1 || n > past {
			out.close(ctx, refused(newError(NotFound, "Last-Event-ID: the store has not come as far, so it is another one now; ask again without it, and for everything anew")))
			return
		}
		past = n
	}
	w.Header().Set("Last-Event-ID", strconv.FormatInt(past, 10))
	go func() {
		select {
		case <-ctx.Done():
		case <-s.Options.Until:
			cancel()
			out.control.SetWriteDeadline(time.Now().Add(time.Second)) // who does not read is not waited for
		}
	}()
	s.follow(ctx, out, q.followed, past, func(ctx context.Context, n graph.Node) Result {
		for {
			q := newRequest(s.reader, s.Options)
			q.event = n
			q.remember(n)
			res := execute(ctx, q)
			if len(res.Errors) == 0 || res.Errors[0].Code() != Busy || ctx.Err() != nil {
				return res
			} // else it waits for its turn, and has waited a second already
		}
	})
}

// follow tells what happens past a generation until the context ends or the client is gone. While the store does not answer it
// waits: nothing is lost by that.
func (s *Schema) follow(ctx context.Context, out *stream, f following, past int64, answer func(context.Context, graph.Node) Result) {
	tick := time.NewTicker(beat)
	defer tick.Stop()
	away := false // the store, and OnError knows
	for out.comment(ctx) == nil {
		for idle := time.Now(); time.Since(idle) < out.patience; {
			now, err := s.pulse.generation(ctx, s.reader)
			if err == nil && now > past {
				var told int
				told, err = s.tell(ctx, out, f, past, now, answer)
				if out.broken != nil {
					return
				}
				if err == nil {
					past = now
				}
				if told > 0 {
					idle = time.Now()
				}
			}
			if err != nil && !away && ctx.Err() == nil {
				newRequest(s.reader, s.Options).onError(ctx, err)
			}
			away = err != nil
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	}
}

// tell tells what has happened past a generation and up to another. The last event bears the latter for an ID, the others the former: to
// resume after these is to hear all of it again.
func (s *Schema) tell(ctx context.Context, out *stream, f following, past, upTo int64, answer func(context.Context, graph.Node) Result) (told int, err error) {
	var held graph.Node
	next := func(id int64) {
		if held != nil && out.next(ctx, id, answer(ctx, held)) == nil {
			told++
		}
	}
	for n, err := range f.happened(ctx, s.reader, past, upTo) {
		if err != nil {
			return told, err
		}
		if next(past); out.broken != nil {
			return told, nil
		}
		held = n
	}
	next(upTo)
	return told, nil
}

// stream writes events. A client that does not read for the time of its patience is given up.
type stream struct {
	w        http.ResponseWriter
	control  *http.ResponseController
	patience time.Duration
	begun    bool
	broken   error // no more can be written
}

func (s *stream) write(ctx context.Context, text []byte) error {
	if s.broken != nil {
		return s.broken
	}
	if !s.begun {
		s.begun = true
		h := s.w.Header()
		h.Set("Content-Type", eventType+"; charset=utf-8")
		h.Set("X-Accel-Buffering", "no") // to proxies: hand it on at once
		s.control.SetReadDeadline(time.Time{})
	}
	s.control.SetWriteDeadline(time.Now().Add(s.patience))
	if s.broken = ctx.Err(); s.broken != nil {
		return s.broken
	}
	if _, s.broken = s.w.Write(text); s.broken == nil {
		s.broken = s.control.Flush()
	}
	return s.broken
}

// comment is what a client does not hear, and a connection that is gone does not survive.
func (s *stream) comment(ctx context.Context) error { return s.write(ctx, []byte(":\n\n")) }

func (s *stream) next(ctx context.Context, id int64, r Result) error {
	text := append(strconv.AppendInt([]byte("event: next\nid: "), id, 10), "\ndata: "...)
	return s.write(ctx, append(r.AppendJSON(text), "\n\n"...)) // JSON of one line
}

// close answers once, and for the last time.
func (s *stream) close(ctx context.Context, r Result) {
	s.write(ctx, append(r.AppendJSON([]byte("event: next\ndata: ")), "\n\nevent: complete\ndata: \n\n"...))
}
