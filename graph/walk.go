package graph

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
)

// ErrMoved is the ErrConflict of who reads a whole graph that is written to meanwhile.
var ErrMoved = fmt.Errorf("%w: it was written to while it was read: do it again when nothing writes, or from a copy", ErrConflict)

// Piece is one thing of a walk: a node or a mention.
type Piece struct {
	Node    Node     // nil for a mention
	Mention *Mention // nil for a node
	Report  *Report  // the one that it stands in, or is; nil for an actor and a claim
	Stated  []ID     // of a claim: the attributions that state it, sorted

	points Points           // of the report's text
	places map[place][2]int // of an actor's evidence, whose reports are not at hand
}

// place is where evidence stands, in bytes.
type place struct {
	report ID
	span   Span
}

// Place is where the piece's evidence stands in its report, in code points.
func (p Piece) Place(e Evidence) [2]int {
	if p.Report != nil && e.Report == p.Report.ID {
		return p.points.Span(e.Span)
	}
	return p.places[place{e.Report, e.Span}]
}

// Walk shows a whole graph, for those who write it down: actors first (one after those that its roles name), then each report (after
// the one that it revises) followed by its mentions, attributions (an outer one before its inner ones) and relations, then the claims.
// So everything comes after what it names, but that attributions come before their claims. Within a kind the order is that of the
// IDs: equal graphs are walked alike, whatever the store.
//
// It holds a page of nodes and one report's attributions at a time, and besides them only the IDs of actors and reports that had to
// come before their turn. An error ends it; that the graph was written to meanwhile is one, ErrMoved, since the pieces may then not
// fit together.
func Walk(ctx context.Context, r Reader) iter.Seq2[Piece, error] {
	return func(yield func(Piece, error) bool) {
		w := &walker{ctx: ctx, r: r, yield: yield, early: map[ID]bool{}}
		if err := w.all(); err != nil && !errors.Is(err, errStopped) {
			yield(Piece{}, err)
		}
	}
}

// errStopped: who walks wants no more.
var errStopped = errors.New("stopped")

type walker struct {
	ctx   context.Context
	r     Reader
	yield func(Piece, error) bool
	early map[ID]bool // actors and reports shown before their turn
}

func (w *walker) all() error {
	before, err := w.r.Generation(w.ctx)
	if err != nil {
		return err
	}
	for _, part := range []func() error{w.actors, w.reports, w.claims} {
		if err := part(); err != nil {
			return err
		}
	}
	after, err := w.r.Generation(w.ctx)
	if err == nil && after != before {
		err = ErrMoved
	}
	return err
}

func (w *walker) show(p Piece) error {
	if !w.yield(p, nil) {
		return errStopped
	}
	return nil
}

// pages visits all nodes of a kind, a page at a time.
func (w *walker) pages(kind Kind, limit int, visit func([]Node) error) error {
	q := NodeQuery{Kind: kind, Limit: limit}
	for {
		p, err := w.r.Find(w.ctx, q)
		if err != nil {
			return err
		}
		if err := visit(p.Nodes); err != nil {
			return err
		}
		if p.Next == "" {
			return nil
		}
		q.After = p.Next
	}
}

// The sizes of the walk's pages: of nodes that are small, and of those that have a report's text.
const (
	walkPage    = 500
	walkReports = 100
)

func (w *walker) actors() error {
	return w.pages(ActorKind, walkPage, func(page []Node) error {
		var of []ID
		for _, n := range page {
			for _, r := range n.(*Actor).Roles {
				if r.Of != "" {
					of = append(of, r.Of)
				}
			}
		}
		named, err := w.r.Nodes(w.ctx, of)
		if err != nil {
			return err
		}
		places, err := w.places(page)
		if err != nil {
			return err
		}
		for _, n := range page {
			a := n.(*Actor)
			if w.early[a.ID] {
				delete(w.early, a.ID)
				continue
			}
			if err := w.actor(a, a.ID, named, places, map[ID]bool{}); err != nil {
				return err
			}
		}
		return nil
	})
}

// places is where the evidence of the actors' roles stands. Its reports' texts are held a few at a time.
func (w *walker) places(actors []Node) (map[place][2]int, error) {
	in := map[ID][]Span{}
	for _, n := range actors {
		for _, r := range n.(*Actor).Roles {
			for _, e := range r.Evidence {
				in[e.Report] = append(in[e.Report], e.Span)
			}
		}
	}
	ids := make([]ID, 0, len(in))
	for id := range in {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	places := map[place][2]int{}
	for few := range slices.Chunk(ids, walkReports) {
		reports, err := w.r.Nodes(w.ctx, few)
		if err != nil {
			return nil, err
		}
		for _, id := range few {
			r, ok := reports[id].(*Report)
			if !ok {
				return nil, fmt.Errorf("evidence of a role: %s: %w", id, ErrNotFound)
			}
			points := NewPoints(r.Text)
			for _, s := range in[id] {
				places[place{id, s}] = points.Span(s)
			}
		}
	}
	return places, nil
}

// actor shows one actor after those that its roles name. upTo is the actor whose turn it is: those with lesser IDs were shown.
func (w *walker) actor(a *Actor, upTo ID, named map[ID]Node, places map[place][2]int, open map[ID]bool) error {
	open[a.ID] = true
	for _, r := range a.Roles {
		if r.Of <= upTo || w.early[r.Of] || open[r.Of] {
			continue
		}
		n := named[r.Of]
		if n == nil {
			var err error
			if n, err = Get(w.ctx, w.r, r.Of); err != nil {
				return err
			}
		}
		its, err := w.places([]Node{n})
		if err != nil {
			return err
		}
		if err := w.actor(n.(*Actor), upTo, named, its, open); err != nil {
			return err
		}
		w.early[r.Of] = true
	}
	return w.show(Piece{Node: a, places: places})
}

func (w *walker) reports() error {
	return w.pages(ReportKind, walkReports, func(page []Node) error {
		for _, n := range page {
			if w.early[n.NodeID()] {
				delete(w.early, n.NodeID())
				continue
			}
			if err := w.report(n.(*Report), n.NodeID()); err != nil {
				return err
			}
		}
		return nil
	})
}

// report shows one report after the one that it revises, and what stands in it. upTo is the report whose turn it is.
func (w *walker) report(r *Report, upTo ID) error {
	if r.Revises > upTo && !w.early[r.Revises] {
		n, err := Get(w.ctx, w.r, r.Revises)
		if err != nil {
			return err
		}
		if err := w.report(n.(*Report), upTo); err != nil {
			return err
		}
		w.early[r.Revises] = true
	}
	p := Piece{Node: r, Report: r, points: NewPoints(r.Text)}
	if err := w.show(p); err != nil {
		return err
	}
	p.Node = nil
	for e, err := range w.r.Edges(w.ctx, EdgeQuery{Kinds: []EdgeKind{Mentions}, From: []ID{r.ID}}) {
		if err != nil {
			return err
		}
		p.Mention = &Mention{Actor: e.To, Evidence: *e.Evidence}
		if err := w.show(p); err != nil {
			return err
		}
	}
	p.Mention = nil
	for _, kind := range []Kind{AttributionKind, RelationKind} {
		inside, err := w.inside(kind, r.ID)
		if err != nil {
			return err
		}
		for _, p.Node = range inside {
			if err := w.show(p); err != nil {
				return err
			}
		}
	}
	return nil
}

// inside are the attributions or relations of a report, in its order.
func (w *walker) inside(kind Kind, report ID) (all []Node, err error) {
	for n, err := range All(w.ctx, w.r, NodeQuery{Kind: kind, Reports: []ID{report}, Limit: MaxLimit}) {
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	order := func(n Node) int {
		if a, ok := n.(*Attribution); ok {
			return a.Order
		}
		return n.(*Relation).Order
	}
	slices.SortFunc(all, func(a, b Node) int { return cmp.Or(order(a)-order(b), cmp.Compare(a.NodeID(), b.NodeID())) })
	return all, nil
}

func (w *walker) claims() error {
	return w.pages(ClaimKind, walkPage, func(page []Node) error {
		stated := map[ID][]ID{}
		ids := make([]ID, len(page))
		for i, n := range page {
			ids[i] = n.NodeID()
		}
		if len(ids) > 0 {
			for e, err := range w.r.Edges(w.ctx, EdgeQuery{Kinds: []EdgeKind{States}, To: ids}) {
				if err != nil {
					return err
				}
				stated[e.To] = append(stated[e.To], e.From)
			}
		}
		for _, n := range page {
			if err := w.show(Piece{Node: n, Stated: stated[n.NodeID()]}); err != nil {
				return err
			}
		}
		return nil
	})
}
