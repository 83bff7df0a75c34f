package neo4j

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"github.com/whence-graph/whence/graph"
)

// writer carries out a plan. Each statement takes all its rows at once, so that a report costs few of them.
type writer struct {
	*plan
	tx
	drawing
}

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

// The size of what is sent at once, however large the batch.
const (
	mostRows  = 10_000
	mostBytes = 8 << 20
)

// send runs a statement on the rows, which are $p.rows in it, in as many parts as it takes. The other lists of the
// statement go with the first part. Without any row nothing is run.
func send[T any](ctx context.Context, t tx, query string, rows []T, others map[string][][]any) ([]*neo4j.Record, error) {
	var out []*neo4j.Record
	n := len(rows)
	params := map[string]any{}
	for name, list := range others {
		params[name] = append([][]any{}, list...)
		n += len(list)
	}
	for first := true; first && n > 0 || len(rows) > 0; first = false {
		part := rows[:min(mostRows, len(rows))]
		rows = rows[len(part):]
		params["rows"] = append([]T{}, part...) // nil is no list to the server
		records, err := t.run(ctx, planned+query, params)
		if err != nil {
			return nil, err
		}
		out = append(out, records...)
		for name := range others {
			params[name] = []any{}
		}
	}
	return out, nil
}

const nodesQuery = planned + `MATCH (w:Whence) SET w.generation = $p.generation
WITH 0 AS _
CALL () {
  UNWIND $p.r AS row MERGE (n:Report {id: row.id}) SET n = row RETURN n
  UNION ALL
  UNWIND $p.a AS row MERGE (n:Actor {id: row.id}) SET n = row
  REMOVE n:Person:Organization:Outlet:Place:Group:Document:Anonymous SET n:$(coalesce($p.labels[row.type], [])) RETURN n
  UNION ALL
  UNWIND $p.t AS row MERGE (n:Attribution {id: row.id}) SET n = row RETURN n
  UNION ALL
  UNWIND $p.e AS row MERGE (n:Relation {id: row.id}) SET n = row RETURN n
  UNION ALL
  UNWIND $p.c AS row MERGE (n:Claim {id: row.id}) SET n = row RETURN n
  UNION ALL
  UNWIND $p.touched AS id MATCH (n:Claim {id: id}) SET n.changed = $p.generation RETURN n
}
RETURN n.id, elementId(n)`

// writeNodes writes the nodes, without edges, and learns their element IDs.
func (w *writer) writeNodes(ctx context.Context) error {
	published := map[graph.ID]time.Time{}
	for id, n := range w.plan.state.nodes {
		published[id] = n.published
	}
	for _, r := range w.batch.Reports {
		published[r.ID] = r.Published
	}
	rows := map[graph.Kind][]map[string]any{}
	size := 0
	touched := []string{}
	for id := range w.touched {
		if w.rows[id] == nil { // those that are written say so themselves
			touched = append(touched, string(id))
		}
	}
	send := func() error {
		params := map[string]any{"generation": w.generation + 1, "labels": typeLabels, "touched": touched}
		touched = []string{}
		for _, k := range graph.Kinds {
			params[string(byte(k))] = append([]map[string]any{}, rows[k]...)
		}
		records, err := w.run(ctx, nodesQuery, params)
		for _, r := range records {
			w.at[graph.ID(column(r, 0))] = column(r, 1)
		}
		clear(rows)
		size = 0
		return err
	}
	for _, n := range w.nodes {
		id := n.NodeID()
		row := w.rows[id]
		switch n := n.(type) {
		case *graph.Report:
			if old, there := w.plan.state.nodes[id]; !there {
				row["came"] = w.generation + 1
			} else if old.came != 0 {
				row["came"] = old.came
			}
		case *graph.Claim:
			row["changed"] = w.generation + 1
		case *graph.Attribution:
			row.time("published", published[n.Report])
		case *graph.Relation:
			row.time("published", published[n.Report])
		}
		rows[id.Kind()] = append(rows[id.Kind()], row)
		if size += row.size(); size > mostBytes {
			if err := send(); err != nil {
				return err
			}
		}
	}
	return send() // which tells the generation even if no node is written
}

// clear deletes the edges that nodes own which are written again or go, and the IDs merged into them.
func (w *writer) clear(ctx context.Context) error {
	var old []string
	for _, n := range w.nodes {
		if _, there := w.plan.state.nodes[n.NodeID()]; there {
			old = append(old, w.at[n.NodeID()])
		}
	}
	_, err := send(ctx, w.tx, `UNWIND $p.rows AS at
MATCH (n) WHERE elementId(n) = at
CALL (n) { MATCH (n)-[r:PUBLISHED_BY|REVISES|MENTIONS|FROM|STATES|VIA|READ_IN|SUBJECT|OBJECT|ASSERTED_BY|HOLDS]->() DELETE r }
CALL (n) { WITH n WHERE n:Attribution MATCH (n)<-[r:HAS]-() DELETE r }
CALL (n) { WITH n WHERE n:Actor OR n:Claim MATCH (f:Former)-[:NOW]->(n) DETACH DELETE f }`, append(old, w.gone()...), nil)
	return err
}

// gone are the element IDs of the nodes that go.
func (w *writer) gone() []string {
	var out []string
	for _, id := range slices.Concat(w.dissolve, w.remove) {
		out = append(out, w.at[id])
	}
	return out
}

// repoint leads the edges that end at dissolved nodes to their survivors, and the drawn edges of relations from them.
func (w *writer) repoint(ctx context.Context) error {
	var rows [][]string
	for _, id := range w.dissolve {
		rows = append(rows, []string{w.at[id], w.at[w.owner[id]]})
	}
	for _, pattern := range []string{ // one after the other, for what leads from one dissolved node to another
		"MATCH (old)-[r]->(x) WHERE r.relation IS NOT NULL\nCREATE (new)-[s:$(type(r))]->(x)",
		"MATCH (x)-[r]->(old) WHERE r.relation IS NOT NULL OR r:PUBLISHED_BY|MENTIONS|FROM|STATES|SUBJECT|OBJECT|HOLDS\nCREATE (x)-[s:$(type(r))]->(new)",
	} {
		_, err := send(ctx, w.tx, `UNWIND $p.rows AS row
MATCH (old) WHERE elementId(old) = row[0]
MATCH (new) WHERE elementId(new) = row[1]
`+pattern+`
SET s = properties(r)
DELETE r`, rows, nil)
		if err != nil {
			return err
		}
	}
	return nil
}

// delete deletes the nodes that go, unless something still refers to one.
func (w *writer) delete(ctx context.Context) error {
	found, err := send(ctx, w.tx, `UNWIND $p.rows AS at
MATCH (n) WHERE elementId(n) = at
OPTIONAL MATCH (n)-[:PUBLISHED_BY|REVISES|MENTIONS|HAS|FROM|STATES|VIA|READ_IN|SUBJECT|OBJECT|ASSERTED_BY|HOLDS]-(x)
WITH n, n.id AS id, min(x.id) AS by
DETACH DELETE n
WITH id, by WHERE by IS NOT NULL
RETURN id, by LIMIT 1`, w.gone(), nil)
	if err == nil && len(found) > 0 {
		err = fmt.Errorf("%w: batch: %s cannot be removed: %s refers to it", graph.ErrInvalid, column(found[0], 0), column(found[0], 1))
	}
	return err
}

// createRows makes relationships of the rows: the element IDs of both ends, the type, the properties.
const createRows = `UNWIND $p.rows AS row
MATCH (a) WHERE elementId(a) = row[0]
MATCH (b) WHERE elementId(b) = row[1]
CREATE (a)-[r:$(row[2])]->(b)
SET r = row[3]`

// writeEdges writes the edges that the nodes own, and the IDs merged into them.
func (w *writer) writeEdges(ctx context.Context) error {
	var edges, formers [][]any
	for _, n := range w.nodes {
		for _, e := range w.edges(n) {
			edges = append(edges, []any{w.at[e.From], w.at[e.To], string(e.Kind), edgeProperties(n, e)})
		}
		for _, f := range mergedFrom(n) {
			formers = append(formers, []any{w.at[n.NodeID()], string(f)})
		}
	}
	_, err := send(ctx, w.tx, `CALL () {
  UNWIND $p.formers AS row
  MATCH (n) WHERE elementId(n) = row[0]
  CREATE (:Former {id: row[1]})-[:NOW]->(n)
}
`+createRows, edges, map[string][][]any{"formers": formers})
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
		old, there := w.plan.state.nodes[id]
		if r, ok := n.(*graph.Report); ok && there && !at(r.Published).Equal(at(old.published)) {
			rows = append(rows, map[string]any{"at": w.at[id], "published": w.rows[id]["published"]})
		}
	}
	_, err := send(ctx, w.tx, `UNWIND $p.rows AS row
MATCH (n) WHERE elementId(n) = row.at
MATCH (n)-[:HAS|READ_IN]-(x)
SET x.published = row.published`, rows, nil)
	return err
}
