package neo4j

import (
	"context"
	"fmt"
	"slices"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"github.com/whence-graph/whence/graph"
)

// Put writes the batch in one transaction, which other writers and readers wait for. If the connection is lost while
// committing, nobody can tell whether the batch is in: that is graph.ErrUnavailable, and putting it again is safe.
func (s *Store) Put(ctx context.Context, b graph.Batch) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := b.Check(); err != nil {
		return err
	}
	rows, err := fingerprinted(b)
	if err != nil {
		return err
	}
	ids := wanted(b)
	return s.transact(ctx, writing, func(ctx context.Context, t tx) error {
		now, err := s.state(ctx, t, ids)
		if err != nil {
			return err
		}
		if b.Base != 0 && now.generation > b.Base {
			return fmt.Errorf("%w: computed from generation %d, it is %d now", graph.ErrConflict, b.Base, now.generation)
		}
		p, err := newPlan(b, rows, now)
		if err != nil || p.nothing() {
			return err
		}
		return (&writer{plan: p, tx: t}).write(ctx)
	})
}

const stateQuery = lockAlone + `CALL () {
  CALL () {
    UNWIND $p.r AS id MATCH (n:Report {id: id}) USING INDEX SEEK n:Report(id)
    RETURN n, [(n)-[r:PUBLISHED_BY|REVISES|MENTIONS]->(x) | [type(r), coalesce(r.order, 0), x.id]] AS refs
    UNION ALL
    UNWIND $p.a AS id MATCH (n:Actor {id: id}) USING INDEX SEEK n:Actor(id)
    RETURN n, [(n)-[r:HOLDS]->(x) | [type(r), r.order, x.id]] AS refs
    UNION ALL
    UNWIND $p.t AS id MATCH (n:Attribution {id: id}) USING INDEX SEEK n:Attribution(id)
    RETURN n, [(n)-[r:FROM|STATES|VIA]->(x) | [type(r), coalesce(r.order, 0), x.id]] + [(x)-[r:HAS]->(n) | [type(r), r.order, x.id]] AS refs
    UNION ALL
    UNWIND $p.e AS id MATCH (n:Relation {id: id}) USING INDEX SEEK n:Relation(id)
    RETURN n, [(n)-[r:READ_IN|SUBJECT|OBJECT|ASSERTED_BY]->(x) | [type(r), coalesce(r.order, 0), x.id]] AS refs
    UNION ALL
    UNWIND $p.c AS id MATCH (n:Claim {id: id}) USING INDEX SEEK n:Claim(id)
    RETURN n, [] AS refs
  }
  RETURN collect([n.id, elementId(n), refs, n.fingerprint, CASE WHEN n:Report THEN n.published END, n.drawn, n.came]) AS nodes
}
CALL () {
  UNWIND $p.a + $p.c AS id MATCH (f:Former {id: id}) USING INDEX SEEK f:Former(id)
  MATCH (f)-[:NOW]->(n)
  RETURN collect([id, n.id, elementId(n)]) AS formers
}
RETURN generation, nodes, formers`

// state locks the store for the transaction and reads what it has of the IDs.
func (s *Store) state(ctx context.Context, t tx, ids []graph.ID) (state, error) {
	params := map[string]any{}
	for k, list := range byKind(ids) {
		params[string(byte(k))] = list
	}
	rows, err := t.run(ctx, stateQuery, params)
	if err != nil {
		return state{}, err
	}
	if len(rows) == 0 {
		return state{}, s.emptied()
	}
	now := state{nodes: map[graph.ID]stored{}, former: map[graph.ID]graph.ID{}, at: map[graph.ID]string{}}
	now.generation, _ = rows[0].Values[0].(int64)
	for _, v := range rows[0].Values[1].([]any) {
		v := v.([]any)
		id := graph.ID(v[0].(string))
		n := stored{refs: refsOf(v[2])}
		n.fingerprint, _ = v[3].(string)
		n.published = timeOf(v[4])
		n.drawn, _ = v[5].(string)
		n.came, _ = v[6].(int64)
		now.nodes[id], now.at[id] = n, v[1].(string)
	}
	for _, v := range rows[0].Values[2].([]any) {
		v := v.([]any)
		to := graph.ID(v[1].(string))
		now.former[graph.ID(v[0].(string))], now.at[to] = to, v[2].(string)
	}
	return now, nil
}

// byKind are the IDs that are any, as parameters; all kinds are there.
func byKind(ids []graph.ID) map[graph.Kind][]string {
	out := map[graph.Kind][]string{}
	for _, k := range graph.Kinds {
		out[k] = []string{}
	}
	for _, id := range ids {
		if k := id.Kind(); k != 0 {
			out[k] = append(out[k], string(id))
		}
	}
	return out
}

// refsOf are the references in a column, in their order.
func refsOf(v any) []ref {
	var out []ref
	for _, v := range v.([]any) {
		v := v.([]any)
		order, _ := v[1].(int64)
		out = append(out, ref{graph.EdgeKind(v[0].(string)), int(order), graph.ID(v[2].(string))})
	}
	slices.SortFunc(out, compareRefs)
	return out
}

// text of a record's column.
func column(r *neo4j.Record, i int) string {
	s, _ := r.Values[i].(string)
	return s
}
