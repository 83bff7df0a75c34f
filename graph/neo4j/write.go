package neo4j

import (
	"context"
	"fmt"
	"slices"

	"github.com/whence-graph/whence/graph"
)

// writer carries out a plan. Each statement takes all its rows at once, so that a report costs few of them.
type writer struct {
	*plan
	tx
	drawing
}

// The size of what is sent at once, however large the batch.
const (
	mostRows  = 10_000
	mostBytes = 8 << 20
)

func (w *writer) write(ctx context.Context) error {
	for _, step := range []func(context.Context) error{
		w.writeNodes, w.undraw, w.clear, w.repoint, w.delete, w.writeEdges, w.publish, w.draw,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

const writeQuery = `MATCH (w:Whence) SET w.generation = $generation
WITH 0 AS _
CALL () {
  UNWIND $r AS row MERGE (n:Report {id: row.id}) SET n = row RETURN n
  UNION ALL
  UNWIND $a AS row MERGE (n:Actor {id: row.id}) SET n = row
  REMOVE n:Person:Organization:Outlet:Place:Group:Document:Anonymous SET n:$(coalesce($labels[row.type], [])) RETURN n
  UNION ALL
  UNWIND $t AS row MERGE (n:Attribution {id: row.id}) SET n = row RETURN n
  UNION ALL
  UNWIND $e AS row MERGE (n:Relation {id: row.id}) SET n = row RETURN n
  UNION ALL
  UNWIND $c AS row MERGE (n:Claim {id: row.id}) SET n = row RETURN n
}
RETURN n.id, elementId(n)`

// writeNodes writes the nodes, without edges, and learns their element IDs.
func (w *writer) writeNodes(ctx context.Context) error {
	published := map[graph.ID]any{}
	for _, r := range w.batch.Reports {
		p := properties{}
		p.time("published", r.Published)
		published[r.ID] = p["published"]
	}
	for id, n := range w.plan.state.nodes {
		if _, put := published[id]; !put {
			published[id] = n.published
		}
	}
	rows := map[string][]map[string]any{}
	size := 0
	send := func() error {
		params := map[string]any{"generation": w.generation + 1, "labels": typeLabels}
		for _, k := range graph.Kinds {
			list := rows[string(byte(k))]
			if list == nil {
				list = []map[string]any{}
			}
			params[string(byte(k))] = list
		}
		records, err := w.run(ctx, writeQuery, params)
		for _, r := range records {
			w.at[graph.ID(column(r, 0))] = column(r, 1)
		}
		clear(rows)
		size = 0
		return err
	}
	for _, n := range w.nodes {
		row := w.rows[n.NodeID()]
		switch n := n.(type) {
		case *graph.Attribution:
			row["published"] = published[n.Report]
		case *graph.Relation:
			row["published"] = published[n.Report]
		}
		k := string(byte(n.NodeID().Kind()))
		rows[k] = append(rows[k], row)
		if size += row.size(); size > mostBytes {
			if err := send(); err != nil {
				return err
			}
		}
	}
	return send() // which tells the generation even if no node is written
}

// old are the element IDs of nodes that were there and are written again or go.
func (w *writer) old() []string {
	var out []string
	for _, n := range w.nodes {
		if _, there := w.plan.state.nodes[n.NodeID()]; there {
			out = append(out, w.at[n.NodeID()])
		}
	}
	for _, id := range w.gone() {
		out = append(out, w.at[id])
	}
	return out
}

// gone are the nodes that go.
func (w *writer) gone() []graph.ID { return append(slices.Clone(w.dissolve), w.remove...) }

// clear deletes the edges that nodes own which are written again or go, and the IDs merged into them.
func (w *writer) clear(ctx context.Context) error {
	for rows := range slices.Chunk(w.old(), mostRows) {
		_, err := w.run(ctx, `UNWIND $rows AS at
MATCH (n) WHERE elementId(n) = at
CALL (n) { MATCH (n)-[r:PUBLISHED_BY|REVISES|MENTIONS|FROM|STATES|VIA|READ_IN|SUBJECT|OBJECT|ASSERTED_BY|HOLDS]->() DELETE r }
CALL (n) { WITH n WHERE n:Attribution MATCH (n)<-[r:HAS]-() DELETE r }
CALL (n) { WITH n WHERE n:Actor OR n:Claim MATCH (f:Former)-[:NOW]->(n) DETACH DELETE f }`, map[string]any{"rows": rows})
		if err != nil {
			return err
		}
	}
	return nil
}

// repoint leads the edges that end at dissolved nodes to their survivors, and the drawn edges of relations from them.
func (w *writer) repoint(ctx context.Context) error {
	var all [][]string
	for _, id := range w.dissolve {
		all = append(all, []string{w.at[id], w.at[w.owner[id]]})
	}
	const from = `UNWIND $rows AS row
MATCH (old) WHERE elementId(old) = row[0]
MATCH (new) WHERE elementId(new) = row[1]
`
	const to = `
SET s = properties(r)
DELETE r`
	for _, query := range []string{ // one after the other, for what leads from one dissolved node to another
		from + "MATCH (old)-[r]->(x) WHERE r.relation IS NOT NULL CREATE (new)-[s:$(type(r))]->(x)" + to,
		from + "MATCH (x)-[r]->(old) WHERE r.relation IS NOT NULL OR type(r) IN $types CREATE (x)-[s:$(type(r))]->(new)" + to,
	} {
		for rows := range slices.Chunk(all, mostRows) {
			if _, err := w.run(ctx, query, map[string]any{"rows": rows, "types": strs(graph.EdgeKinds)}); err != nil {
				return err
			}
		}
	}
	return nil
}

// delete deletes the nodes that go, unless something still refers to one.
func (w *writer) delete(ctx context.Context) error {
	var all []string
	for _, id := range w.gone() {
		all = append(all, w.at[id])
	}
	for rows := range slices.Chunk(all, mostRows) {
		found, err := w.run(ctx, `UNWIND $rows AS at
MATCH (n) WHERE elementId(n) = at
OPTIONAL MATCH (n)-[r]-(x) WHERE type(r) IN $types
WITH n, n.id AS id, collect(x.id)[0] AS by
DETACH DELETE n
WITH id, by WHERE by IS NOT NULL
RETURN id, by LIMIT 1`, map[string]any{"rows": rows, "types": strs(graph.EdgeKinds)})
		if err != nil {
			return err
		}
		if len(found) > 0 {
			return fmt.Errorf("%w: batch: %s cannot be removed: %s refers to it", graph.ErrInvalid, column(found[0], 0), column(found[0], 1))
		}
	}
	return nil
}

// writeEdges writes the edges that the nodes own, and the IDs merged into them.
func (w *writer) writeEdges(ctx context.Context) error {
	edges, formers := [][]any{}, [][]any{}
	for _, n := range w.nodes {
		id := n.NodeID()
		for _, e := range w.edges(n) {
			edges = append(edges, []any{w.at[e.From], w.at[e.To], string(e.Kind), edgeProperties(n, e)})
		}
		for _, f := range mergedFrom(n) {
			formers = append(formers, []any{w.at[id], string(f)})
		}
	}
	for rows := range slices.Chunk(edges, mostRows) {
		if err := w.create(ctx, rows); err != nil {
			return err
		}
	}
	for rows := range slices.Chunk(formers, mostRows) {
		_, err := w.run(ctx, `UNWIND $rows AS row
MATCH (n) WHERE elementId(n) = row[0]
CREATE (:Former {id: row[1]})-[:NOW]->(n)`, map[string]any{"rows": rows})
		if err != nil {
			return err
		}
	}
	return nil
}

// create makes relationships, each row being the element IDs of its ends, its type and its properties.
func (w *writer) create(ctx context.Context, rows [][]any) error {
	_, err := w.run(ctx, `UNWIND $rows AS row
MATCH (a) WHERE elementId(a) = row[0]
MATCH (b) WHERE elementId(b) = row[1]
CREATE (a)-[r:$(row[2])]->(b)
SET r = row[3]`, map[string]any{"rows": rows})
	return err
}

// edgeProperties are those of an edge that n owns.
func edgeProperties(n graph.Node, e graph.Edge) properties {
	p := properties{}
	switch e.Kind {
	case graph.From, graph.Has, graph.ReadIn, graph.Mentions, graph.Holds:
		p["order"] = e.Order
	}
	if e.Evidence != nil {
		p["start"], p["end"], p["quote"] = e.Evidence.Span.Start, e.Evidence.Span.End, e.Evidence.Quote
	}
	if a, ok := n.(*graph.Actor); ok && e.Kind == graph.Holds {
		r := a.Roles[e.Order]
		p["report"] = string(e.Evidence.Report)
		p.text("title", r.Title)
		p.time("since", r.Since)
		p.time("until", r.Until)
	}
	return p
}

// publish takes what stands in a report along when the report was published at another time than before.
func (w *writer) publish(ctx context.Context) error {
	var rows []map[string]any
	for _, n := range w.nodes {
		id := n.NodeID()
		if old, there := w.plan.state.nodes[id]; there && id.Kind() == graph.ReportKind {
			if now := w.rows[id].getTime("published"); !now.Equal(timeOf(old.published)) {
				rows = append(rows, map[string]any{"at": w.at[id], "published": w.rows[id]["published"]})
			}
		}
	}
	if len(rows) == 0 {
		return nil
	}
	_, err := w.run(ctx, `UNWIND $rows AS row
MATCH (n) WHERE elementId(n) = row.at
MATCH (n)-[:HAS|READ_IN]-(x)
SET x.published = row.published`, map[string]any{"rows": rows})
	return err
}
