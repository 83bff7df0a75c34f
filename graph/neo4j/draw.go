package neo4j

import (
	"context"
	"regexp"
	"slices"

	"github.com/whence-graph/whence/graph"
)

// What is drawn, for people. No method of the store answers from it.
//
//   - Of an attribution with a stance other than denies, the way from its claim inwards: REPORTED_BY from the claim to
//     the sources of the outermost attribution (following VIA), and CITED from there inwards, source to source. An
//     attribution without a source is passed over. Where one on the way states the same claim, the way
//     from the claim to there is drawn for that one already, and only the rest for this.
//   - Of an attribution that denies, DENIED_BY from its claim to its sources, and CITED as before.
//   - Of a relation, an edge from subject to object by the name of its predicate; with an underscore after it where
//     the name is one of ours.
//
// The first two carry the attribution that they are drawn for, by which they are found again: they are drawn anew
// when it, one outside it or what these refer to has changed. The last is drawn anew when the relation has changed, and
// follows its ends through merges like any other edge.
type drawing struct {
	attributions, relations []graph.ID // to be drawn, again or for the first time
	erase                   []graph.ID // attributions whose drawing there is none of any more
}

const (
	reportedBy = "REPORTED_BY"
	deniedBy   = "DENIED_BY"
	cited      = "CITED"
)

var predicateName = regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)

// drawnType is the type of the edge that is drawn for a predicate, empty for none.
func drawnType(predicate string) string {
	switch {
	case !predicateName.MatchString(predicate) || len(predicate) > 100:
		return ""
	case slices.Contains(graph.EdgeKinds, graph.EdgeKind(predicate)), predicate == reportedBy, predicate == deniedBy, predicate == cited, predicate == "NOW":
		return predicate + "_"
	}
	return predicate
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
RETURN [o IN nodes(p) | [o.id, o.stance, [(o)-[:STATES]->(c) | [c.id, elementId(c)]], [(o)-[:FROM]->(s) | elementId(s)]]]`,
		strs(w.attributions), map[string][][]any{"relations": relations})
	if err != nil {
		return err
	}
	var rows, erase [][]any
	seen := map[graph.ID]bool{}
	again := func(id graph.ID) {
		if _, there := w.plan.state.nodes[id]; there || !w.put[id] { // else it is new
			erase = append(erase, []any{string(id)})
		}
	}
	for _, id := range slices.Concat(w.erase, w.attributions) {
		again(id)
	}
	for _, r := range found {
		if way := wayOf(r.Values[0]); !seen[way[0].id] {
			seen[way[0].id] = true
			again(way[0].id)
			rows = append(rows, drawn(way)...)
		}
	}
	_, err = send(ctx, w.tx, `CALL () { UNWIND $p.erase AS row MATCH ()-[r:CITED]->() USING INDEX SEEK r:CITED(drawnFor) WHERE r.drawnFor = row[0] DELETE r }
CALL () { UNWIND $p.erase AS row MATCH ()-[r:REPORTED_BY]->() USING INDEX SEEK r:REPORTED_BY(drawnFor) WHERE r.drawnFor = row[0] DELETE r }
CALL () { UNWIND $p.erase AS row MATCH ()-[r:DENIED_BY]->() USING INDEX SEEK r:DENIED_BY(drawnFor) WHERE r.drawnFor = row[0] DELETE r }
`+createRows, rows, map[string][][]any{"erase": erase})
	return err
}

// step is an attribution on the way from one outwards along VIA.
type step struct {
	id      graph.ID
	stance  string
	claim   graph.ID
	claimAt string   // element ID
	sources []string // element IDs
}

func wayOf(v any) []step {
	var way []step
	for _, v := range v.([]any) {
		v := v.([]any)
		s := step{id: graph.ID(v[0].(string))}
		s.stance, _ = v[1].(string)
		for _, c := range v[2].([]any) {
			s.claim, s.claimAt = graph.ID(c.([]any)[0].(string)), c.([]any)[1].(string)
		}
		for _, at := range v[3].([]any) {
			if at := at.(string); !slices.Contains(s.sources, at) {
				s.sources = append(s.sources, at)
			}
		}
		way = append(way, s)
	}
	return way
}

func (s step) against() bool { return s.stance == string(graph.Denies) }

// drawn are the edges that are drawn for the first of the way, as rows for create.
func drawn(way []step) [][]any {
	var rows [][]any
	t := way[0]
	edge := func(from, to, kind string, of step) {
		p := properties{"claim": string(t.claim), "attribution": string(of.id), "drawnFor": string(t.id)}
		p.text("stance", t.stance)
		rows = append(rows, []any{from, to, kind, p})
	}
	if t.against() {
		for _, to := range t.sources {
			edge(t.claimAt, to, deniedBy, t)
		}
	}
	var inner step // the last that has sources
	joined := false
	for i, s := range way {
		joined = joined || i > 0 && s.claim == t.claim && !s.against()
		if len(s.sources) == 0 {
			continue
		}
		for _, from := range s.sources {
			for _, to := range inner.sources {
				if from != to {
					edge(from, to, cited, inner)
				}
			}
		}
		inner = s
		if joined {
			return rows
		}
	}
	if !t.against() {
		for _, to := range inner.sources {
			edge(t.claimAt, to, reportedBy, inner)
		}
	}
	return rows
}
