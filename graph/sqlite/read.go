package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/whence-graph/whence/graph"
)

// Nodes answers the nodes by the IDs asked for.
func (s *Store) Nodes(ctx context.Context, ids []graph.ID) (map[graph.ID]graph.Node, error) {
	out := make(map[graph.ID]graph.Node, len(ids))
	err := s.read(ctx, func(r *session) error {
		led, err := r.lookup(ctx, ids)
		if err != nil {
			return err
		}
		byKind := map[graph.Kind][]int64{}
		for _, f := range led {
			byKind[f.id.Kind()] = append(byKind[f.id.Kind()], f.n)
		}
		given := map[int64]bool{}
		for k, list := range byKind {
			slices.Sort(list)
			nodes, err := r.load(ctx, k, slices.Compact(list))
			if err != nil {
				return err
			}
			for id, f := range led {
				n, ok := nodes[f.n]
				if ok && given[f.n] {
					n = clone(n) // asked for by several IDs; each has its own
				}
				if ok {
					given[f.n] = true
					out[id] = n
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// errStopped ends a query whose rows nobody wants any more.
var errStopped = errors.New("stopped by the caller")

// Edges answers the edges that match, in order.
func (s *Store) Edges(ctx context.Context, q graph.EdgeQuery) iter.Seq2[graph.Edge, error] {
	return func(yield func(graph.Edge, error) bool) {
		stopped := false
		err := s.read(ctx, func(r *session) error {
			return r.edges(ctx, q, func(e graph.Edge) bool {
				stopped = !yield(e, nil)
				return !stopped
			})
		})
		if err != nil && !stopped {
			yield(graph.Edge{}, err)
		}
	}
}

func (s *session) edges(ctx context.Context, q graph.EdgeQuery, yield func(graph.Edge) bool) error {
	if len(q.From) == 0 && len(q.To) == 0 {
		return fmt.Errorf("%w: edges: neither where they start nor where they end is given", graph.ErrInvalid)
	}
	a, err := s.numbersOf(ctx, q.From)
	if err != nil {
		return err
	}
	b, err := s.numbersOf(ctx, q.To)
	if err != nil {
		return err
	}
	if len(q.From) > 0 && len(a) == 0 || len(q.To) > 0 && len(b) == 0 {
		return nil
	}
	kinds := ""
	if len(q.Kinds) > 0 {
		var list []string
		for _, k := range q.Kinds {
			if n, ok := linkKinds[k]; ok {
				list = append(list, strconv.Itoa(int(n)))
			}
		}
		slices.Sort(list)
		kinds = " AND l.kind IN (" + strings.Join(slices.Compact(list), ", ") + ")"
	}
	// From the end that has fewer; the + keeps SQLite from starting at the other.
	var sql string
	var args []any
	switch {
	case len(b) == 0 || len(a) > 0 && len(a) <= len(b):
		sql, args = "json_each(?) AS j CROSS JOIN link AS l ON l.from_n = j.value"+kinds, []any{array(a)}
		if len(b) > 0 {
			sql, args = sql+" AND +l.to_n IN (SELECT value FROM json_each(?))", append(args, array(b))
		}
	default:
		sql, args = "json_each(?) AS j CROSS JOIN link AS l ON l.to_n = j.value"+kinds, []any{array(b)}
		if len(a) > 0 {
			sql, args = sql+" AND +l.from_n IN (SELECT value FROM json_each(?))", append(args, array(a))
		}
	}
	return s.each(ctx, `SELECT l.kind, a.id, b.id, l.ord, l.report, l.start, l.stop, l.quote FROM `+sql+
		` CROSS JOIN node AS a ON a.n = l.from_n CROSS JOIN node AS b ON b.n = l.to_n ORDER BY l.kind, a.pos, l.ord, b.pos`, args, edgeTo(ctx, yield))
}

func edgeTo(ctx context.Context, yield func(graph.Edge) bool) func(*sql.Rows) error {
	return func(rows *sql.Rows) error {
		var kind linkKind
		var e graph.Edge
		var report, quote sql.NullString
		var start, stop sql.NullInt64
		if err := rows.Scan(&kind, &e.From, &e.To, &e.Order, &report, &start, &stop, &quote); err != nil {
			return err
		}
		e.Kind = edgeKinds[kind]
		if quote.Valid {
			e.Evidence = &graph.Evidence{Report: graph.ID(report.String), Quote: quote.String, Span: graph.Span{Start: int(start.Int64), End: int(stop.Int64)}}
			if kind == mentions {
				e.Evidence.Report = e.From
			}
		}
		if !yield(e) {
			return errStopped
		}
		return ctx.Err()
	}
}
