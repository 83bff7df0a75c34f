package sqlite

import (
	"context"
	"database/sql"
	"math"
	"strings"

	"github.com/whence-graph/whence/graph"
)

// Find answers a page of the nodes that match.
func (s *Store) Find(ctx context.Context, q graph.NodeQuery) (p graph.Page, err error) {
	if err := s.usable(ctx); err != nil {
		return p, err
	}
	if err := q.Check(); err != nil {
		return p, err
	}
	mark, after, err := q.Start()
	if err != nil {
		return p, err
	}
	err = s.read(ctx, func(r *session) error {
		way, possible, err := r.plan(ctx, q)
		if err != nil || !possible {
			return err
		}
		nodes, err := r.page(ctx, way, mark, after, q.PageSize()+1)
		if len(nodes) > q.PageSize() {
			nodes = nodes[:q.PageSize()]
			p.Next = q.Cursor(nodes[len(nodes)-1].mark())
		}
		for _, n := range nodes {
			p.Nodes = append(p.Nodes, n.Node)
		}
		return err
	})
	if err != nil {
		return graph.Page{}, err
	}
	return p, nil
}

// Count answers how many nodes Find would give in all.
func (s *Store) Count(ctx context.Context, q graph.NodeQuery) (n int, err error) {
	if err := s.usable(ctx); err != nil {
		return 0, err
	}
	q.Order, q.After = graph.ByID, ""
	if err := q.Check(); err != nil {
		return 0, err
	}
	err = s.read(ctx, func(r *session) error {
		way, possible, err := r.plan(ctx, q)
		if err != nil || !possible {
			return err
		}
		most := math.MaxInt32
		if q.Limit > 0 {
			most = min(q.Limit, most)
		}
		n, err = r.count(ctx, way, most)
		return err
	})
	return n, err
}

// place is a node with its place in the order.
type place struct {
	graph.Node
	time sql.NullInt64
}

func (p place) mark() graph.Mark { return graph.Mark{Time: moment(p.time), ID: p.NodeID()} }

// page answers up to want nodes after the mark.
func (s *session) page(ctx context.Context, p plan, mark graph.Mark, after bool, want int) (out []place, err error) {
	start, startAfter := mark, after
	budget, chunk := math.MaxInt, want
	if p.instead != nil {
		budget = tooMany
	}
	for {
		numbers, seen, err := s.next(ctx, p, mark, after, chunk, budget)
		if err != nil {
			return nil, err
		}
		nodes, err := s.places(ctx, p.Kind, numbers)
		if err != nil {
			return nil, err
		}
		for _, n := range nodes {
			if len(out) < want && (!p.needsReading() || hasWords(n.Node, p.Text)) {
				out = append(out, n)
			}
		}
		budget -= seen
		switch {
		case len(out) == want:
			return out, nil
		case budget == 0:
			return s.page(ctx, *p.instead, start, startAfter, want)
		case len(numbers) < chunk: // there are no more
			return out, nil
		}
		mark, after = nodes[len(nodes)-1].mark(), true
		chunk = min(2*chunk, 2048)
	}
}

// hasWords tells whether every word of the text occurs in the node.
func hasWords(n graph.Node, text string) bool {
	has := map[string]bool{}
	for _, w := range strings.Fields(graph.SearchText(n)) {
		has[w] = true
	}
	for _, w := range graph.Words(text) {
		if !has[w] {
			return false
		}
	}
	return true
}

// places reads the nodes, in the order of the numbers.
func (s *session) places(ctx context.Context, k graph.Kind, numbers []int64) ([]place, error) {
	nodes, err := s.load(ctx, k, numbers)
	if err != nil || len(nodes) == 0 {
		return nil, err
	}
	out := make([]place, 0, len(numbers))
	err = s.each(ctx, "SELECT node.n, node.time FROM json_each(?) AS j CROSS JOIN node ON node.n = j.value", []any{array(numbers)}, func(rows *sql.Rows) error {
		var n int64
		var p place
		err := rows.Scan(&n, &p.time)
		if p.Node = nodes[n]; p.Node != nil {
			out = append(out, p)
		}
		return err
	})
	return out, err
}

// count counts as far as most.
func (s *session) count(ctx context.Context, p plan, most int) (n int, err error) {
	if p.instead != nil { // any list is shorter than all nodes
		p = *p.instead
	}
	if p.needsReading() {
		nodes, err := s.page(ctx, p, graph.Mark{}, false, most)
		return len(nodes), err
	}
	if p.start == fromWords && len(p.tests) == 0 {
		first, end := positions(p.Kind)
		err = s.one(ctx, "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? AND rowid >= ? AND rowid < ? LIMIT ?)", []any{p.words, first, end, most}, &n)
		return n, err
	}
	from, args := p.source()
	test, testArgs := p.test()
	err = s.one(ctx, "SELECT count(*) FROM (SELECT 1 "+from+" AND "+test+" LIMIT ?)", append(append(append([]any{}, args...), testArgs...), most), &n)
	return n, err
}
