package schema

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/whence-graph/whence/graph"
)

// thunk is a value to be had later. graphql-go resolves a whole layer of fields before it asks for the first value,
// so that by then everything the layer needs is queued and can be had at once.
type thunk = func() (any, error)

// batch gathers the keys that a layer asks for and answers them together.
type batch[K comparable, V any] struct {
	fetch   func(context.Context, []K) (map[K]V, error)
	publish func(context.Context, error) *Error
	queue   []K
	slots   map[K]*slot[V]
}

type slot[V any] struct {
	value V
	there bool
	err   *Error
	done  bool
}

func (b *batch[K, V]) slot(k K) *slot[V] {
	s := b.slots[k]
	if s == nil {
		if b.slots == nil {
			b.slots = map[K]*slot[V]{}
		}
		s = &slot[V]{}
		b.slots[k] = s
	}
	return s
}

// want queues a key, if it is not there, and tells whether it is.
func (b *batch[K, V]) want(k K) bool {
	if s := b.slots[k]; s != nil {
		return s.done
	}
	b.slot(k)
	b.queue = append(b.queue, k)
	return false
}

// put has a value without asking for it.
func (b *batch[K, V]) put(k K, v V) {
	if s := b.slot(k); !s.done {
		s.value, s.there, s.done = v, true, true
	}
}

// get answers what the key stands for, after fetching all that is queued if it is not there yet: not
// whenever something is queued, for that may be the next layer's, half gathered.
func (b *batch[K, V]) get(ctx context.Context, k K) (v V, there bool, err error) {
	b.want(k)
	s := b.slots[k]
	if !s.done {
		keys := slices.DeleteFunc(b.queue, func(k K) bool { return b.slots[k].done })
		b.queue = nil
		got, err := safely(ctx, keys, b.fetch)
		var fault *Error
		if err != nil {
			fault = b.publish(ctx, err)
		}
		for _, k := range keys {
			s := b.slots[k]
			if s.done {
				continue // put by fetch
			}
			s.value, s.there = got[k]
			s.err, s.done = fault, true
		}
	}
	if s.err != nil {
		return v, false, s.err
	}
	return s.value, s.there, nil
}

// loader asks the store on behalf of one query, and remembers what it answered.
type loader struct {
	reader graph.Reader
	nodes  batch[graph.ID, graph.Node]
	edges  batch[end, []graph.Edge]
	ends   batch[end, []graph.Node]
	pages  batch[*pageKey, page]
	counts batch[*graph.NodeQuery, int]
	traces batch[traceKey, *graph.Tracing]
	copies batch[graph.ID, copied]
	points map[graph.ID]graph.Points
	names  map[string][]*graph.Actor // who goes by a name, where that was looked for
}

// traceKey asks for a claim's trace at a moment.
type traceKey struct {
	id graph.ID
	at graph.AsOf
}

// copied is what a report copies, and what copies it.
type copied struct {
	of     *graph.Copy
	copies []graph.Copy
}

func (l *loader) fetchCopies(ctx context.Context, ids []graph.ID) (map[graph.ID]copied, error) {
	for _, id := range ids {
		l.nodes.want(id)
	}
	reports := make(map[graph.ID]*graph.Report, len(ids))
	for _, id := range ids {
		n, _, err := l.nodes.get(ctx, id)
		if err != nil {
			return nil, err
		}
		reports[id], _ = n.(*graph.Report)
	}
	return atOnce(ctx, ids, func(ctx context.Context, id graph.ID) (c copied, err error) {
		if r := reports[id]; r != nil {
			c.of, c.copies, err = graph.CopiesOf(ctx, l.reader, r)
		}
		return c, err
	})
}

// end is one end of edges of a kind.
type end struct {
	kind graph.EdgeKind
	from graph.ID // either this
	to   graph.ID // or that
}

func newLoader(r graph.Reader, publish func(context.Context, error) *Error) *loader {
	l := &loader{reader: r, points: map[graph.ID]graph.Points{}, names: map[string][]*graph.Actor{}}
	l.nodes.publish, l.edges.publish, l.ends.publish = publish, publish, publish
	l.pages.publish, l.counts.publish, l.traces.publish, l.copies.publish = publish, publish, publish, publish
	l.nodes.fetch = r.Nodes
	l.edges.fetch = func(ctx context.Context, keys []end) (map[end][]graph.Edge, error) {
		return fetchEdges(ctx, r, keys, 0)
	}
	l.counts.fetch = func(ctx context.Context, keys []*graph.NodeQuery) (map[*graph.NodeQuery]int, error) {
		return atOnce(ctx, keys, func(ctx context.Context, q *graph.NodeQuery) (int, error) {
			all := *q
			all.Limit = 0
			return r.Count(ctx, all)
		})
	}
	l.traces.fetch = func(ctx context.Context, keys []traceKey) (map[traceKey]*graph.Tracing, error) {
		return atOnce(ctx, keys, func(ctx context.Context, k traceKey) (*graph.Tracing, error) { return graph.Trace(ctx, r, k.id, k.at) })
	}
	l.copies.fetch = l.fetchCopies
	l.ends.fetch = l.fetchEnds
	l.pages.fetch = l.fetchPages
	return l
}

// remember keeps nodes that came along with something else.
func (l *loader) remember(nodes ...graph.Node) {
	for _, n := range nodes {
		l.nodes.put(n.NodeID(), n)
	}
}

// all answers those of the nodes that are there, in order.
func (l *loader) all(ctx context.Context, ids []graph.ID) ([]graph.Node, error) {
	for _, id := range ids {
		l.nodes.want(id)
	}
	var out []graph.Node
	for _, id := range ids {
		n, there, err := l.nodes.get(ctx, id)
		if err != nil {
			return nil, err
		}
		if there {
			out = append(out, n)
		}
	}
	return out, nil
}

// pointsOf are the code points of a report's text, made once.
func (l *loader) pointsOf(r *graph.Report) graph.Points {
	p, ok := l.points[r.ID]
	if !ok {
		p = graph.NewPoints(r.Text)
		l.points[r.ID] = p
	}
	return p
}

// errMany ends the reading of edges that are too many to be taken whole.
var errMany = newError(Internal, "too many edges")

// fetchEdges asks for each kind and direction once. With a limit it gives up with errMany beyond so many.
func fetchEdges(ctx context.Context, r graph.Reader, keys []end, limit int) (map[end][]graph.Edge, error) {
	type way struct {
		kind graph.EdgeKind
		back bool
	}
	ways := map[way][]graph.ID{}
	var order []way
	for _, k := range keys {
		w, id := way{k.kind, k.to != ""}, cmp.Or(k.to, k.from)
		if ways[w] == nil {
			order = append(order, w)
		}
		ways[w] = append(ways[w], id)
	}
	out := map[end][]graph.Edge{}
	n := 0
	for _, w := range order {
		q := graph.EdgeQuery{Kinds: []graph.EdgeKind{w.kind}, From: ways[w]}
		if w.back {
			q.From, q.To = nil, ways[w]
		}
		for e, err := range r.Edges(ctx, q) {
			if err != nil {
				return nil, err
			}
			if n++; limit > 0 && n > limit {
				return nil, errMany
			}
			k := end{kind: w.kind, from: e.From}
			if w.back {
				k = end{kind: w.kind, to: e.To}
			}
			out[k] = append(out[k], e)
		}
	}
	return out, nil
}

// fetchEnds answers the nodes at the other end of edges, in their order in the report where they have one.
func (l *loader) fetchEnds(ctx context.Context, keys []end) (map[end][]graph.Node, error) {
	for _, k := range keys {
		l.edges.want(k)
	}
	ids := map[end][]graph.ID{}
	for _, k := range keys {
		seen := map[graph.ID]bool{}
		edges, _, err := l.edges.get(ctx, k)
		if err != nil {
			return nil, err
		}
		for _, e := range edges {
			id := e.To
			if k.to != "" {
				id = e.From
			}
			if !seen[id] {
				seen[id] = true
				ids[k] = append(ids[k], id)
				l.nodes.want(id)
			}
		}
	}
	out := map[end][]graph.Node{}
	for _, k := range keys {
		nodes, err := l.all(ctx, ids[k])
		if err != nil {
			return nil, err
		}
		if k.to != "" {
			slices.SortStableFunc(nodes, func(a, b graph.Node) int { return place(a) - place(b) })
		}
		out[k] = nodes
	}
	return out, nil
}

// place is where in its report an attribution or relation stands.
func place(n graph.Node) int {
	switch n := n.(type) {
	case *graph.Attribution:
		return n.Order
	case *graph.Relation:
		return n.Order
	}
	return 0
}

// pageKey asks for a page of nodes that are related to one.
type pageKey struct {
	query graph.NodeQuery
	ways  []end // edges that lead to all of them, where the query says no more than that
}

type page struct {
	graph.Page
	total int // -1 when not known
}

// few is how many edges for each parent are read in the hope that all its nodes fit on the page.
const few = 30

// fetchPages finds each page. Where there are several, it first tries to read their edges at once: most actors and claims
// have a handful of them, which are then all loaded together.
func (l *loader) fetchPages(ctx context.Context, keys []*pageKey) (map[*pageKey]page, error) {
	out := map[*pageKey]page{}
	rest := keys
	if len(keys) > 1 {
		if err := l.small(ctx, keys, out); err != nil {
			return nil, err
		}
		rest = nil
		for _, k := range keys {
			if _, ok := out[k]; !ok {
				rest = append(rest, k)
			}
		}
	}
	found, err := atOnce(ctx, rest, func(ctx context.Context, k *pageKey) (graph.Page, error) { return l.reader.Find(ctx, k.query) })
	if err != nil {
		return nil, err
	}
	for k, p := range found {
		l.remember(p.Nodes...)
		out[k] = page{Page: p, total: -1}
	}
	return out, nil
}

// small answers the pages that hold all there is.
func (l *loader) small(ctx context.Context, keys []*pageKey, out map[*pageKey]page) error {
	var ends []end
	n := 0
	for _, k := range keys {
		ends = append(ends, k.ways...)
		if len(k.ways) > 0 {
			n++
		}
	}
	if n < 2 {
		return nil
	}
	edges, err := fetchEdges(ctx, l.reader, ends, few*n)
	if err == errMany {
		return nil
	}
	if err != nil {
		return err
	}
	ids := map[*pageKey][]graph.ID{}
	for _, k := range keys {
		if k.ways == nil {
			continue
		}
		all := []graph.ID{}
		for _, w := range k.ways {
			for _, e := range edges[w] {
				all = append(all, e.From)
			}
		}
		slices.Sort(all)
		if all = slices.Compact(all); len(all) <= k.query.PageSize() {
			ids[k] = all
			for _, id := range all {
				l.nodes.want(id)
			}
		}
	}
	nodes := map[*pageKey][]graph.Node{}
	for k := range ids {
		if nodes[k], err = l.all(ctx, ids[k]); err != nil {
			return err
		}
		if k.query.Order != graph.ByID {
			for _, n := range nodes[k] {
				l.nodes.want(reportOf(n))
			}
		}
	}
	for k, list := range nodes {
		if err := l.order(ctx, list, k.query.Order); err != nil {
			return err
		}
		out[k] = page{Page: graph.Page{Nodes: list}, total: len(list)}
	}
	return nil
}

func reportOf(n graph.Node) graph.ID {
	switch n := n.(type) {
	case *graph.Attribution:
		return n.Report
	case *graph.Relation:
		return n.Report
	}
	return ""
}

// order puts nodes, which are ordered by ID, in the order that a store gives them.
func (l *loader) order(ctx context.Context, nodes []graph.Node, o graph.Order) error {
	if o == graph.ByID {
		return nil
	}
	at := map[graph.ID]time.Time{}
	for _, n := range nodes {
		t, err := l.time(ctx, n)
		if err != nil {
			return err
		}
		at[n.NodeID()] = t
	}
	slices.SortStableFunc(nodes, func(x, y graph.Node) int {
		a, b := at[x.NodeID()], at[y.NodeID()]
		switch {
		case a.IsZero() || b.IsZero():
			return cmp.Compare(btoi(a.IsZero()), btoi(b.IsZero()))
		case o == graph.Newest:
			return b.Compare(a)
		}
		return a.Compare(b)
	})
	return nil
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// time is the time by which a node is ordered.
func (l *loader) time(ctx context.Context, n graph.Node) (time.Time, error) {
	switch n := n.(type) {
	case *graph.Report:
		return n.Published, nil
	case *graph.Claim:
		if len(n.Forms) > 0 {
			return n.Forms[0].First, nil
		}
	case *graph.Attribution, *graph.Relation:
		r, _, err := l.nodes.get(ctx, reportOf(n))
		if r, ok := r.(*graph.Report); ok {
			return r.Published, nil
		}
		return time.Time{}, err
	}
	return time.Time{}, nil
}

// workers is how many questions that cannot be put together a query asks the store at the same time.
const workers = 8

// atOnce asks for each key, some at the same time. The first error ends it.
func atOnce[K comparable, V any](ctx context.Context, keys []K, ask func(context.Context, K) (V, error)) (map[K]V, error) {
	out := make(map[K]V, len(keys))
	if len(keys) == 1 {
		v, err := ask(ctx, keys[0])
		out[keys[0]] = v
		return out, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var mu sync.Mutex
	var first error
	var wg sync.WaitGroup
	next := make(chan K)
	for range min(workers, len(keys)) {
		wg.Go(func() {
			for k := range next {
				v, err := safely(ctx, k, ask)
				mu.Lock()
				out[k] = v
				if err != nil && first == nil {
					first = err
					cancel()
				}
				mu.Unlock()
			}
		})
	}
	for _, k := range keys {
		next <- k
	}
	close(next)
	wg.Wait()
	return out, first
}

// safely makes an error of a panic, which on a goroutine of its own would end the process.
func safely[K, V any](ctx context.Context, k K, ask func(context.Context, K) (V, error)) (v V, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = panicked(r)
		}
	}()
	if err := ctx.Err(); err != nil {
		return v, err
	}
	return ask(ctx, k)
}
