package neo4j

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"github.com/whence-graph/whence/graph"
)

// How many IDs are asked for in one statement.
const mostIDs = 5000

// Nodes answers the nodes by the IDs asked for; see graph.Reader.
func (s *Store) Nodes(ctx context.Context, ids []graph.ID) (map[graph.ID]graph.Node, error) {
	var out map[graph.ID]graph.Node
	err := s.read(ctx, ids, func(ctx context.Context, r reader) error {
		found, err := r.fetch(ctx, r.follow(ids))
		if err != nil {
			return err
		}
		out = map[graph.ID]graph.Node{}
		for _, id := range ids {
			to, merged := r.now[id]
			if !merged {
				to = id
			}
			if row := found[to]; row != nil && out[id] == nil {
				if out[id], err = nodeOf(row); err != nil { // each of its own, as values are never shared
					return err
				}
			}
		}
		return nil
	})
	return out, err
}

// fetch reads what nodeOf makes nodes of, by their IDs.
func (r reader) fetch(ctx context.Context, ids []string) (map[graph.ID]*neo4j.Record, error) {
	found := map[graph.ID]*neo4j.Record{}
	for k, list := range byKind(fromStrs(ids)) {
		k := kinds[k]
		for list := range slices.Chunk(list, mostIDs) {
			rows, err := r.run(ctx, "UNWIND $ids AS id MATCH (n:"+k.label+" {id: id}) RETURN n.id, "+k.fields+", "+k.refs, map[string]any{"ids": list})
			if err != nil {
				return nil, err
			}
			for _, row := range rows {
				found[graph.ID(column(row, 0))] = row
			}
		}
	}
	return found, nil
}

// nodeOf is the node in a record of its ID, fields and references.
func nodeOf(r *neo4j.Record) (graph.Node, error) {
	p, _ := r.Values[1].(map[string]any)
	return properties(p).node(graph.ID(column(r, 0)), refsOf(r.Values[2]))
}

// Edges answers the edges that match; see graph.Reader. They are read at once, so that neither a caller who takes
// his time nor one who puts meanwhile waits for himself.
func (s *Store) Edges(ctx context.Context, q graph.EdgeQuery) iter.Seq2[graph.Edge, error] {
	return func(yield func(graph.Edge, error) bool) {
		list, err := s.edges(ctx, q)
		for _, e := range list {
			if !yield(e, nil) {
				return
			}
		}
		if err != nil {
			yield(graph.Edge{}, err)
		}
	}
}

func (s *Store) edges(ctx context.Context, q graph.EdgeQuery) (list []graph.Edge, err error) {
	if len(q.From) == 0 && len(q.To) == 0 {
		return nil, fmt.Errorf("%w: edges from and to anywhere", graph.ErrInvalid)
	}
	var types []string
	for _, k := range graph.EdgeKinds {
		if len(q.Kinds) == 0 || slices.Contains(q.Kinds, k) {
			types = append(types, string(k))
		}
	}
	if len(types) == 0 {
		return nil, ctx.Err()
	}
	err = s.read(ctx, slices.Concat(q.From, q.To), func(ctx context.Context, r reader) error {
		list = nil
		from, to := r.follow(q.From), r.follow(q.To)
		query, ids := edgesQuery(types, from, to, len(q.From) > 0, len(q.To) > 0)
		params := map[string]any{"from": from, "to": to}
		for k, ids := range byKind(fromStrs(ids)) {
			params[string(byte(k))] = ids
		}
		rows, err := r.run(ctx, query, params)
		if err != nil {
			return err
		}
		list = make([]graph.Edge, len(rows))
		for i, row := range rows {
			list[i] = edgeOf(row)
		}
		return nil
	})
	return list, err
}

// edgesQuery starts at the fewer of the ends, whose IDs it answers.
func edgesQuery(types, from, to []string, hasFrom, hasTo bool) (string, []string) {
	start, pattern, where := from, "(a)-[e:"+strings.Join(types, "|")+"]->(b)", ""
	end := "a"
	switch {
	case !hasFrom || hasTo && len(to) < len(from):
		start, end = to, "b"
		if hasFrom {
			where = "WHERE a.id IN $from\n"
		}
	case hasTo:
		where = "WHERE b.id IN $to\n"
	}
	var seeks []string
	for _, k := range graph.Kinds {
		seeks = append(seeks, "  UNWIND $"+string(byte(k))+" AS id MATCH (n:"+kinds[k].label+" {id: id}) RETURN n")
	}
	return "CALL () {\n" + strings.Join(seeks, "\n  UNION ALL\n") + "\n}\nWITH n AS " + end + "\nMATCH " + pattern + "\n" + where +
		"WITH type(e) AS kind, a.id AS from, coalesce(e.order, 0) AS order, b.id AS to, e\n" +
		"RETURN kind, from, order, to, e.start, e.end, e.quote, e.report\n" +
		"ORDER BY kind, from, order, to", start
}

func edgeOf(r *neo4j.Record) graph.Edge {
	order, _ := r.Values[2].(int64)
	e := graph.Edge{Kind: graph.EdgeKind(column(r, 0)), From: graph.ID(column(r, 1)), Order: int(order), To: graph.ID(column(r, 3))}
	if e.Kind == graph.Mentions || e.Kind == graph.Holds {
		start, _ := r.Values[4].(int64)
		end, _ := r.Values[5].(int64)
		e.Evidence = &graph.Evidence{Report: graph.ID(column(r, 7)), Span: graph.Span{Start: int(start), End: int(end)}, Quote: column(r, 6)}
		if e.Kind == graph.Mentions {
			e.Evidence.Report = e.From
		}
	}
	return e
}

func fromStrs(list []string) []graph.ID {
	out := make([]graph.ID, len(list))
	for i, s := range list {
		out[i] = graph.ID(s)
	}
	return out
}
