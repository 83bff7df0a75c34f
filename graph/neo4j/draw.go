package neo4j

import (
	"context"
	"slices"

	"github.com/whence-graph/whence/graph"
)

// What is drawn, for people (see graph.Draw), and of a relation an edge from subject to object by the name of its predicate (see
// graph.DrawnKind). No method of the store answers from it.
//
// The former carry the attribution that they are drawn for, by which they are found again: they are drawn anew
// when it, one outside it or what these refer to has changed. The latter is drawn anew when the relation has changed, and
// follows its ends through merges like any other edge.
type drawing struct {
	attributions, relations []graph.ID // to be drawn, again or for the first time
	erase                   []graph.ID // attributions whose drawing there is none of any more
}

// undraw finds what is to be drawn, and erases the drawn edges of relations that are written again or go.
func (w *writer) undraw(ctx context.Context) error {
	erase := map[string][]string{} // relations by the type drawn
	drop := func(id graph.ID) {
		if drawn := w.plan.state.nodes[id].drawn; drawn != "" {
			erase[drawn] = append(erase[drawn], string(id))
		}
	}
	for _, n := range w.nodes {
		id := n.NodeID()
		switch id.Kind() {
		case graph.AttributionKind:
			w.attributions = append(w.attributions, id)
		case graph.RelationKind:
			w.relations = append(w.relations, id)
			drop(id)
		}
	}
	for _, id := range w.remove {
		switch id.Kind() {
		case graph.AttributionKind:
			w.erase = append(w.erase, id)
		case graph.RelationKind:
			drop(id)
		}
	}
	for name, ids := range erase { // the name matches predicateName
		_, err := send(ctx, w.tx, `UNWIND $p.rows AS id
MATCH (e:Relation {id: id}) USING INDEX SEEK e:Relation(id)
MATCH (s)<-[:SUBJECT]-(e)-[:OBJECT]->(o)
MATCH (s)-[r:`+"`"+name+"`"+`]->(o) WHERE r.relation = id
DELETE r`, ids, nil)
		if err != nil {
			return err
		}
	}
	// What referred to the dissolved refers to something else now.
	var dissolved []string
	for _, id := range w.dissolve {
		dissolved = append(dissolved, w.at[id])
	}
	found, err := send(ctx, w.tx, `UNWIND $p.rows AS at
MATCH (n) WHERE elementId(n) = at
MATCH (t:Attribution)-[:FROM|STATES]->(n)
RETURN DISTINCT t.id`, dissolved, nil)
	for _, r := range found {
		if id := graph.ID(column(r, 0)); !w.removed[id] {
			w.attributions = append(w.attributions, id)
		}
	}
	return err
}

// draw draws all that is to be drawn.
func (w *writer) draw(ctx context.Context) error {
	var relations [][]any
	for _, id := range w.relations {
		relations = append(relations, []any{string(id)})
	}
	// The ways out from the attributions and from those inside them.
	found, err := send(ctx, w.tx, `CALL () {
  UNWIND $p.relations AS row
  MATCH (e:Relation {id: row[0]}) USING INDEX SEEK e:Relation(id)
  WHERE e.drawn IS NOT NULL
  MATCH (s)<-[:SUBJECT]-(e)-[:OBJECT]->(o)
  OPTIONAL MATCH (e)-[:ASSERTED_BY]->(t)
  CREATE (s)-[r:$(e.drawn)]->(o)
  SET r = {relation: e.id, polarity: e.polarity, modality: e.modality, assertedBy: t.id, evidence: e.quote}
}
UNWIND $p.rows AS id
MATCH (n:Attribution {id: id}) USING INDEX SEEK n:Attribution(id)
MATCH (n)<-[:VIA*0..]-(t)
WITH DISTINCT t
MATCH p = (t)-[:VIA*0..]->(last)
WHERE NOT (last)-[:VIA]->()
RETURN [o IN nodes(p) | [o.id, o.stance, [(o)-[:STATES]->(c) | [c.id, elementId(c)]], [(o)-[:FROM]->(s) | [s.id, elementId(s)]]]]`,
		strs(w.attributions), map[string][][]any{"relations": relations})
	if err != nil {
		return err
	}
	var rows, erase [][]any
	seen := map[graph.ID]bool{}
	at := map[graph.ID]string{} // element IDs
	again := func(id graph.ID) {
		if _, there := w.plan.state.nodes[id]; there || !w.put[id] { // else it is new
			erase = append(erase, []any{string(id)})
		}
	}
	for _, id := range slices.Concat(w.erase, w.attributions) {
		again(id)
	}
	for _, r := range found {
		if way := wayOf(r.Values[0], at); !seen[way[0].ID] {
			seen[way[0].ID] = true
			again(way[0].ID)
			for _, e := range graph.Draw(way) {
				p := properties{"claim": string(e.Claim), "attribution": string(e.Attribution), "drawnFor": string(e.For)}
				p.text("stance", string(e.Stance))
				rows = append(rows, []any{at[e.From], at[e.To], string(e.Kind), p})
			}
		}
	}
	_, err = send(ctx, w.tx, `CALL () { UNWIND $p.erase AS row MATCH ()-[r:CITED]->() USING INDEX SEEK r:CITED(drawnFor) WHERE r.drawnFor = row[0] DELETE r }
CALL () { UNWIND $p.erase AS row MATCH ()-[r:REPORTED_BY]->() USING INDEX SEEK r:REPORTED_BY(drawnFor) WHERE r.drawnFor = row[0] DELETE r }
CALL () { UNWIND $p.erase AS row MATCH ()-[r:DENIED_BY]->() USING INDEX SEEK r:DENIED_BY(drawnFor) WHERE r.drawnFor = row[0] DELETE r }
`+createRows, rows, map[string][][]any{"erase": erase})
	return err
}

// wayOf is a way as Draw takes it, of what was asked for; at learns the element IDs.
func wayOf(v any, at map[graph.ID]string) (way []*graph.Attribution) {
	know := func(v any) graph.ID {
		id := graph.ID(v.([]any)[0].(string))
		at[id] = v.([]any)[1].(string)
		return id
	}
	for _, v := range v.([]any) {
		v := v.([]any)
		t := &graph.Attribution{ID: graph.ID(v[0].(string))}
		stance, _ := v[1].(string)
		t.Stance = graph.Stance(stance)
		for _, c := range v[2].([]any) {
			t.Claim = know(c)
		}
		for _, s := range v[3].([]any) {
			if id := know(s); !slices.Contains(t.Sources, id) {
				t.Sources = append(t.Sources, id)
			}
		}
		way = append(way, t)
	}
	return way
}
