package neo4j

import (
	"context"
	"fmt"
	"iter"
	"slices"

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
			query := planned + "UNWIND $p.ids AS id MATCH (n:" + k.label + " {id: id}) USING INDEX SEEK n:" + k.label + "(id)\n" +
				"RETURN n.id, " + k.fields + ", " + k.refs
			rows, err := r.run(ctx, query, map[string]any{"ids": list})
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
	err = s.read(ctx, slices.Concat(q.From, q.To), func(ctx context.Context, r reader) error {
		list = nil
		from, to := byKind(fromStrs(r.follow(q.From))), byKind(fromStrs(r.follow(q.To)))
		for _, k := range graph.EdgeKinds { // which are in order
			if len(q.Kinds) > 0 && !slices.Contains(q.Kinds, k) {
				continue
			}
			ends := edgeEnds[k]
			from, to := from[ends[0]], to[ends[1]]
			if len(q.From) > 0 && len(from) == 0 || len(q.To) > 0 && len(to) == 0 {
				continue
			}
			query := edgeQuery(k, len(q.From) > 0, len(q.To) > 0, len(to) < len(from))
			rows, err := r.run(ctx, query, map[string]any{"from": from, "to": to})
			if err != nil {
				return err
			}
			list = slices.Grow(list, len(rows))
			for _, row := range rows {
				list = append(list, edgeOf(k, row))
			}
		}
		return nil
	})
	return list, err
}

// edgeEnds are the kinds of node that a kind of edge leads from and to.
var edgeEnds = map[graph.EdgeKind][2]graph.Kind{
	graph.PublishedBy: {graph.ReportKind, graph.ActorKind},
	graph.Revises:     {graph.ReportKind, graph.ReportKind},
	graph.Mentions:    {graph.ReportKind, graph.ActorKind},
	graph.Has:         {graph.ReportKind, graph.AttributionKind},
	graph.From:        {graph.AttributionKind, graph.ActorKind},
	graph.States:      {graph.AttributionKind, graph.ClaimKind},
	graph.Via:         {graph.AttributionKind, graph.AttributionKind},
	graph.ReadIn:      {graph.RelationKind, graph.ReportKind},
	graph.Subject:     {graph.RelationKind, graph.ActorKind},
	graph.Object:      {graph.RelationKind, graph.ActorKind},
	graph.AssertedBy:  {graph.RelationKind, graph.AttributionKind},
	graph.Holds:       {graph.ActorKind, graph.ActorKind},
}

// edgeQuery asks for the edges of a kind between the ends that are given, starting where there are fewer.
func edgeQuery(k graph.EdgeKind, from, to, fewerTo bool) string {
	ends := edgeEnds[k]
	start, end, given, where := "a", ends[0], "$p.from", ""
	switch {
	case !from || to && fewerTo:
		start, end, given = "b", ends[1], "$p.to"
		if from {
			where = "WHERE a.id IN $p.from\n"
		}
	case to:
		where = "WHERE b.id IN $p.to\n"
	}
	node := start + ":" + kinds[end].label
	return planned + "UNWIND " + given + " AS id\nMATCH (" + node + " {id: id}) USING INDEX SEEK " + node + "(id)\n" +
		"MATCH (a)-[e:" + string(k) + "]->(b)\n" + where +
		"WITH a.id AS from, coalesce(e.order, 0) AS order, b.id AS to, e\n" +
		"RETURN from, order, to, e.report, e.start, e.end, e.quote\nORDER BY from, order, to"
}

func edgeOf(k graph.EdgeKind, r *neo4j.Record) graph.Edge {
	order, _ := r.Values[1].(int64)
	e := graph.Edge{Kind: k, From: graph.ID(column(r, 0)), Order: int(order), To: graph.ID(column(r, 2))}
	if k == graph.Mentions || k == graph.Holds {
		start, _ := r.Values[4].(int64)
		end, _ := r.Values[5].(int64)
		e.Evidence = &graph.Evidence{Report: graph.ID(column(r, 3)), Span: graph.Span{Start: int(start), End: int(end)}, Quote: column(r, 6)}
		if k == graph.Mentions {
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
