package graphtest

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/whence-graph/whence/graph"
)

// model is what a store is, said as simply as can be: maps, linear scans, no index. It is the judge of the
// shipped stores, so it must be plainly right and may be slow.
type model struct {
	mu       sync.Mutex
	state    state
	sequence int64
}

type state struct {
	Nodes    map[graph.ID]graph.Node
	Mentions map[graph.ID][]graph.Mention // by report
	Survivor map[graph.ID]graph.ID        // of what is merged

	happened map[graph.ID]int64 // in which generation a report came and a claim last changed
}

func newState() state {
	return state{map[graph.ID]graph.Node{}, map[graph.ID][]graph.Mention{}, map[graph.ID]graph.ID{}, map[graph.ID]int64{}}
}

func newModel() *model { return &model{state: newState(), sequence: 1} }

func (m *model) Close() error { return nil }

func (m *model) Generation(context.Context) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.sequence, nil
}

func (m *model) now() state {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.state // never changed, only replaced
}

func (m *model) Put(ctx context.Context, b graph.Batch) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := b.Check(); err != nil {
		return err
	}
	if b.Base != 0 && m.sequence > b.Base {
		return graph.ErrConflict
	}
	next, err := m.state.put(b)
	if err != nil {
		return err
	}
	if !reflect.DeepEqual(m.state, next) {
		m.sequence++
		next.note(m.state, b, m.sequence)
		m.state = next
	}
	return nil
}

// note tells what has happened in a generation, which the batch led to from the state before.
func (s state) note(before state, b graph.Batch, generation int64) {
	was := func(id graph.ID) graph.Node { // with references followed
		n := before.Nodes[id]
		if n == nil {
			return nil
		}
		n = normal(n)
		for _, ref := range references(n) {
			if to := s.Survivor[*ref]; to != "" {
				*ref = to
			}
		}
		return n
	}
	touched := slices.Clone(b.Remove)
	for _, n := range b.Nodes() {
		touched = append(touched, n.NodeID())
	}
	for _, id := range touched {
		old, now := was(id), s.Nodes[id]
		if reflect.DeepEqual(old, now) {
			continue
		}
		switch id.Kind() {
		case graph.ReportKind:
			if old == nil {
				s.happened[id] = generation
			}
		case graph.ClaimKind:
			s.happened[id] = generation
		case graph.AttributionKind:
			for _, n := range []graph.Node{old, now} {
				if n != nil {
					s.happened[n.(*graph.Attribution).Claim] = generation
				}
			}
		}
	}
	for id := range s.happened {
		if s.Nodes[id] == nil {
			delete(s.happened, id)
		}
	}
}

// put is the state that the batch leaves.
func (s state) put(b graph.Batch) (state, error) {
	next := newState()
	maps.Copy(next.Nodes, s.Nodes) // a node is never changed, only replaced
	maps.Copy(next.happened, s.happened)
	for id, list := range s.Mentions {
		next.Mentions[id] = slices.Clone(list)
	}
	put := map[graph.ID]bool{}
	for _, n := range b.Nodes() {
		put[n.NodeID()] = true
		next.Nodes[n.NodeID()] = normal(n)
	}
	for _, n := range b.Nodes() {
		for _, id := range mergedFrom(n) {
			if put[id] {
				return s, fmt.Errorf("%w: %s is put and merged", graph.ErrInvalid, id)
			}
			delete(next.Nodes, id)
		}
	}
	for _, r := range b.Reports {
		delete(next.Mentions, r.ID)
	}
	for _, mention := range b.Mentions {
		r := mention.Evidence.Report
		next.Mentions[r] = append(next.Mentions[r], mention)
	}
	for _, id := range b.Remove {
		delete(next.Nodes, id)
		delete(next.Mentions, id)
	}
	return next, next.settle()
}

// settle makes every reference mean the survivor, and answers ErrInvalid when one means nobody.
func (s state) settle() error {
	for _, n := range s.Nodes {
		for _, id := range mergedFrom(n) {
			if _, twice := s.Survivor[id]; twice || s.Nodes[id] != nil {
				return fmt.Errorf("%w: %s belongs to two nodes", graph.ErrInvalid, id)
			}
			s.Survivor[id] = n.NodeID()
		}
	}
	var err error
	follow := func(ref *graph.ID) {
		if to, ok := s.Survivor[*ref]; ok {
			*ref = to
		}
		if s.Nodes[*ref] == nil {
			err = fmt.Errorf("%w: no node %q", graph.ErrInvalid, *ref)
		}
	}
	for id, n := range s.Nodes {
		if slices.ContainsFunc(references(n), func(ref *graph.ID) bool { return s.Survivor[*ref] != "" }) {
			n = normal(n)
			s.Nodes[id] = n
		}
		for _, ref := range references(n) {
			follow(ref)
		}
	}
	for _, list := range s.Mentions {
		for i := range list {
			follow(&list[i].Actor)
		}
	}
	return err
}

// resolve is the ID of the node that answers to id.
func (s state) resolve(id graph.ID) (graph.ID, bool) {
	if s.Nodes[id] != nil {
		return id, true
	}
	to, ok := s.Survivor[id]
	return to, ok
}

// set are the nodes that answer to the IDs.
func (s state) set(list []graph.ID) map[graph.ID]bool {
	set := map[graph.ID]bool{}
	for _, id := range list {
		if to, ok := s.resolve(id); ok {
			set[to] = true
		}
	}
	return set
}

func (m *model) Nodes(ctx context.Context, list []graph.ID) (map[graph.ID]graph.Node, error) {
	s := m.now()
	out := map[graph.ID]graph.Node{}
	for _, id := range list {
		if to, ok := s.resolve(id); ok {
			out[id] = normal(s.Nodes[to])
		}
	}
	return out, ctx.Err()
}

func (m *model) Edges(ctx context.Context, q graph.EdgeQuery) iter.Seq2[graph.Edge, error] {
	return func(yield func(graph.Edge, error) bool) {
		if err := ctx.Err(); err != nil {
			yield(graph.Edge{}, err)
			return
		}
		if len(q.From) == 0 && len(q.To) == 0 {
			yield(graph.Edge{}, fmt.Errorf("%w: edges from and to anywhere", graph.ErrInvalid))
			return
		}
		s := m.now()
		from, to := s.set(q.From), s.set(q.To)
		var list []graph.Edge
		for _, e := range s.edges() {
			if (len(q.Kinds) == 0 || slices.Contains(q.Kinds, e.Kind)) &&
				(len(q.From) == 0 || from[e.From]) && (len(q.To) == 0 || to[e.To]) {
				list = append(list, e)
			}
		}
		sort.SliceStable(list, func(i, j int) bool {
			a, b := list[i], list[j]
			if a.Kind != b.Kind {
				return a.Kind < b.Kind
			}
			if a.From != b.From {
				return a.From < b.From
			}
			if a.Order != b.Order {
				return a.Order < b.Order
			}
			return a.To < b.To
		})
		for _, e := range list {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func (s state) edges() []graph.Edge {
	var list []graph.Edge
	for _, n := range s.Nodes {
		list = append(list, graph.Edges(n)...)
	}
	for _, mentions := range s.Mentions {
		list = append(list, graph.MentionEdges(mentions)...)
	}
	return list
}

func (m *model) Count(ctx context.Context, q graph.NodeQuery) (int, error) {
	q.Order, q.After = graph.ByID, ""
	if err := q.Check(); err != nil {
		return 0, err
	}
	return counted(q, len(m.now().find(q))), ctx.Err()
}

// counted is what Count says of n nodes.
func counted(q graph.NodeQuery, n int) int {
	if q.Limit > 0 {
		return min(n, q.Limit)
	}
	return n
}

func (m *model) Find(ctx context.Context, q graph.NodeQuery) (graph.Page, error) {
	if err := q.Check(); err != nil {
		return graph.Page{}, err
	}
	mark, after, err := q.Start()
	if err != nil {
		return graph.Page{}, err
	}
	s := m.now()
	var p graph.Page
	for _, n := range s.find(q) {
		if after && !before(q.Order, mark, s.mark(n)) {
			continue
		}
		if len(p.Nodes) == q.PageSize() {
			p.Next = q.Cursor(s.mark(p.Nodes[len(p.Nodes)-1]))
			break
		}
		p.Nodes = append(p.Nodes, normal(n))
	}
	return p, ctx.Err()
}

// find are all nodes that match, in order.
func (s state) find(q graph.NodeQuery) []graph.Node {
	a := asked{
		NodeQuery: q, state: s, words: graph.Words(q.Text), saying: map[graph.ID][]*graph.Attribution{},
		outlets: s.set(q.Outlets), reports: s.set(q.Reports), actors: s.set(q.Actors), claims: s.set(q.Claims), by: s.set(q.AssertedBy),
	}
	for _, n := range s.Nodes {
		if t, ok := n.(*graph.Attribution); ok {
			a.saying[t.Claim] = append(a.saying[t.Claim], t)
		}
	}
	var list []graph.Node
	for _, n := range s.Nodes {
		if n.NodeID().Kind() == q.Kind && a.matches(n) {
			list = append(list, n)
		}
	}
	sort.Slice(list, func(i, j int) bool { return before(q.Order, s.mark(list[i]), s.mark(list[j])) })
	return list
}

func before(o graph.Order, a, b graph.Mark) bool {
	if o == graph.ByID || a.Time.Equal(b.Time) {
		return a.ID < b.ID
	}
	if a.Time.IsZero() || b.Time.IsZero() {
		return b.Time.IsZero()
	}
	if o == graph.Newest {
		return a.Time.After(b.Time)
	}
	return a.Time.Before(b.Time)
}

func (s state) mark(n graph.Node) graph.Mark { return graph.Mark{Time: s.time(n), ID: n.NodeID()} }

// report is the report that a node stands in.
func (s state) report(n graph.Node) *graph.Report {
	switch n := n.(type) {
	case *graph.Report:
		return n
	case *graph.Attribution:
		return s.Nodes[n.Report].(*graph.Report)
	case *graph.Relation:
		return s.Nodes[n.Report].(*graph.Report)
	}
	return nil
}

// time is what a node is ordered by.
func (s state) time(n graph.Node) time.Time {
	if c, ok := n.(*graph.Claim); ok {
		return c.Forms[0].First
	}
	if r := s.report(n); r != nil {
		return r.Published
	}
	return time.Time{}
}

// asked is a query with its IDs followed through merges.
type asked struct {
	graph.NodeQuery
	state                                state
	words                                []string
	outlets, reports, actors, claims, by map[graph.ID]bool
	saying                               map[graph.ID][]*graph.Attribution // by claim
}

func (q *asked) matches(n graph.Node) bool {
	if at := q.state.happened[n.NodeID()]; q.Past != 0 && at <= q.Past || q.UpTo != 0 && at > q.UpTo {
		return false
	}
	if len(q.words) > 0 {
		words := strings.Fields(graph.SearchText(n))
		for _, w := range q.words {
			if !slices.Contains(words, w) {
				return false
			}
		}
	}
	switch n := n.(type) {
	case *graph.Actor:
		return anyOf(q.Types, n.Type) && overlap(q.Keys, n.Keys) && (len(q.Reports) == 0 || q.mentioned(n))
	case *graph.Claim:
		return overlap(q.Keys, n.Keys) && q.stated(n)
	case *graph.Report:
		return anyOf(q.URLs, n.URL) && overlap(q.Keys, graph.FindKeys(n)) && q.published(n) && (len(q.Actors) == 0 || q.mentions(n))
	case *graph.Attribution:
		return q.attributed(n) && (len(q.Claims) == 0 || q.claims[n.Claim])
	case *graph.Relation:
		return q.published(q.state.report(n)) &&
			(len(q.Reports) == 0 || q.reports[n.Report]) &&
			(len(q.Actors) == 0 || q.actors[n.Subject] || q.actors[n.Object]) &&
			(len(q.AssertedBy) == 0 || q.by[n.AssertedBy]) &&
			anyOf(q.Predicates, n.Predicate) && anyOf(q.Polarities, n.Polarity) && anyOf(q.Modalities, n.Modality) &&
			n.Confidence >= q.MinConfidence
	}
	return false
}

// published tells whether the report has one of the outlets and lies within the time.
func (q *asked) published(r *graph.Report) bool {
	if (!q.Since.IsZero() || !q.Until.IsZero()) && r.Published.IsZero() {
		return false
	}
	if !q.IngestedBy.IsZero() && (r.Ingested.IsZero() || r.Ingested.After(q.IngestedBy)) {
		return false
	}
	return (len(q.Outlets) == 0 || q.outlets[r.Outlet]) &&
		(q.Since.IsZero() || !r.Published.Before(q.Since)) &&
		(q.Until.IsZero() || r.Published.Before(q.Until))
}

// attributed tells whether all that is asked of an attribution holds of this one.
func (q *asked) attributed(a *graph.Attribution) bool {
	return q.published(q.state.report(a)) &&
		(len(q.Reports) == 0 || q.reports[a.Report]) &&
		(len(q.Actors) == 0 || slices.ContainsFunc(a.Sources, func(id graph.ID) bool { return q.actors[id] })) &&
		anyOf(q.Stances, a.Stance) && anyOf(q.Quotations, a.Quotation) && a.Confidence >= q.MinConfidence
}

// stated tells whether nothing is asked of an attribution, or one that states the claim has it all.
func (q *asked) stated(c *graph.Claim) bool {
	if len(q.Outlets)+len(q.Reports)+len(q.Actors)+len(q.Stances)+len(q.Quotations) == 0 &&
		q.MinConfidence == 0 && q.Since.IsZero() && q.Until.IsZero() && q.IngestedBy.IsZero() {
		return true
	}
	return slices.ContainsFunc(q.saying[c.ID], q.attributed)
}

func (q *asked) mentioned(a *graph.Actor) bool {
	for r := range q.reports {
		if slices.ContainsFunc(q.state.Mentions[r], func(m graph.Mention) bool { return m.Actor == a.ID }) {
			return true
		}
	}
	return false
}

func (q *asked) mentions(r *graph.Report) bool {
	return slices.ContainsFunc(q.state.Mentions[r.ID], func(m graph.Mention) bool { return q.actors[m.Actor] })
}

// anyOf tells whether v is in the list, or the list asks nothing.
func anyOf[T comparable](list []T, v T) bool { return len(list) == 0 || slices.Contains(list, v) }

// overlap tells whether the two share something, or the first asks nothing.
func overlap(asked, has []string) bool {
	return len(asked) == 0 || slices.ContainsFunc(asked, func(s string) bool { return slices.Contains(has, s) })
}
