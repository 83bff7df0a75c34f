package neo4j

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/graph/graphtest"
)

// What README and documentation promise to people who look at the graph with Neo4j's browser.
func TestChainIsDrawn(t *testing.T) {
	place := fresh(t)
	db := testAddress(t).String()
	s, err := place(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	const text = "Lavrov invited Blinken, TASS reported, citing Pankin."
	r := &graph.Report{ID: graph.ReportID("", text), Text: text, Hash: graph.Hash(text)}
	quote := func(words string) []graph.Evidence {
		i := strings.Index(text, words)
		return []graph.Evidence{{Report: r.ID, Span: graph.Span{Start: i, End: i + len(words)}, Quote: words}}
	}
	actor := map[string]*graph.Actor{}
	for _, name := range []string{"Lavrov", "Blinken", "TASS", "Pankin"} {
		actor[name] = graph.NewActor(graph.Person, []string{name}, nil)
	}
	actor["TASS"].Type = graph.Outlet
	c := graph.NewClaim([]graph.Form{{Text: "Lavrov invited Blinken"}})
	said := func(who, cue string, via graph.ID) *graph.Attribution {
		content := quote(c.Text)
		return &graph.Attribution{
			ID: graph.AttributionID(r.ID, quote(who), quote(cue), content), Report: r.ID, Sources: []graph.ID{actor[who].ID},
			Source: quote(who), Cue: quote(cue), Content: content, Stance: graph.Asserts, Via: via, Claim: c.ID,
		}
	}
	outer := said("TASS", "reported", "")
	inner := said("Pankin", "citing", outer.ID)
	rel := &graph.Relation{
		ID: graph.RelationID(r.ID, graph.Span{}, "INVITED", graph.Span{}), Report: r.ID, Subject: actor["Lavrov"].ID, Predicate: "INVITED",
		Object: actor["Blinken"].ID, Polarity: graph.Affirmed, Modality: graph.Planned, AssertedBy: inner.ID, Evidence: quote("Lavrov invited Blinken"),
	}
	b := graph.Batch{
		Actors: []*graph.Actor{actor["Lavrov"], actor["Blinken"], actor["TASS"], actor["Pankin"]}, Reports: []*graph.Report{r},
		Attributions: []*graph.Attribution{outer, inner}, Relations: []*graph.Relation{rel}, Claims: []*graph.Claim{c},
	}
	put := func(b graph.Batch) {
		t.Helper()
		if err := s.Put(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	check := func(query string, want ...any) {
		t.Helper()
		if d := cmp.Diff([][]any{want}, cypher(t, db, query, nil)); d != "" {
			t.Errorf("%s (-want +got):\n%s", query, d)
		}
	}
	const chain = "MATCH p=(:Claim)-[:REPORTED_BY]->()-[:CITED*0..]->(:Actor) WITH p ORDER BY length(p) DESC LIMIT 1 RETURN [n IN nodes(p) | coalesce(n.name, n.text)]"
	const invited = "MATCH (a)-[r:INVITED]->(b) RETURN a.name, b.name, r.relation, r.polarity, r.modality, r.assertedBy, r.evidence"
	put(b)
	check(chain, []any{"Lavrov invited Blinken", "TASS", "Pankin"})
	check("MATCH (:Claim)-[r:REPORTED_BY]->()-[s:CITED]->() RETURN r.attribution, s.attribution, s.claim", string(outer.ID), string(inner.ID), string(c.ID))
	check(invited, "Lavrov", "Blinken", string(rel.ID), "affirmed", "planned", string(inner.ID), "Lavrov invited Blinken")
	check("MATCH (a:Outlet) RETURN a.name, a:Actor", "TASS", true)

	// It follows what it is drawn from: types, merges, other outer ones, removal.
	actor["TASS"].Type = graph.Organization
	both := graph.NewActor(graph.Person, []string{"Alexander Pankin"}, nil)
	both.MergedFrom = []graph.ID{actor["Pankin"].ID, actor["Blinken"].ID}
	slices.Sort(both.MergedFrom)
	put(graph.Batch{Actors: []*graph.Actor{actor["TASS"], both}})
	check(chain, []any{"Lavrov invited Blinken", "TASS", "Alexander Pankin"})
	check(invited, "Lavrov", "Alexander Pankin", string(rel.ID), "affirmed", "planned", string(inner.ID), "Lavrov invited Blinken")
	check("MATCH (a:Organization) WHERE NOT a:Outlet RETURN a.name", "TASS")
	outer.Sources = []graph.ID{actor["Lavrov"].ID}
	put(graph.Batch{Attributions: []*graph.Attribution{outer}})
	check(chain, []any{"Lavrov invited Blinken", "Lavrov", "Alexander Pankin"})
	inner.Via = ""
	put(graph.Batch{Attributions: []*graph.Attribution{inner}, Remove: []graph.ID{outer.ID, actor["TASS"].ID}})
	check(chain, []any{"Lavrov invited Blinken", "Alexander Pankin"})
	check("MATCH ()-[r:CITED]->() RETURN count(r)", int64(0))
	rel.Predicate = "HOLDS"
	put(graph.Batch{Relations: []*graph.Relation{rel}})
	check("MATCH ()-[r:INVITED|HOLDS]->() RETURN count(r)", int64(0))
	check("MATCH ()-[r:HOLDS_]->() RETURN count(r)", int64(1))
	put(graph.Batch{Remove: []graph.ID{rel.ID, inner.ID, c.ID}})
	check("MATCH ()-[r]->() RETURN collect(type(r))", []any{"NOW", "NOW"})
}

// However a graph came to be, with all its merges and changes, what is drawn is that of what it holds.
func TestDrawnAnew(t *testing.T) {
	place := fresh(t)
	db := testAddress(t).String()
	s, err := place(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, b := range graphtest.Generate(7, 25) {
		if err := s.Put(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	const drawing = `MATCH (a)-[r]->(b) WHERE r.drawnFor IS NOT NULL OR r.relation IS NOT NULL
RETURN a.id AS a, type(r) AS type, b.id AS b, coalesce(r.drawnFor, r.relation) AS what, properties(r) ORDER BY a, type, b, what`
	grown := cypher(t, db, drawing, nil)

	var whole graph.Batch
	for _, k := range graph.Kinds {
		for n, err := range graph.All(t.Context(), s, graph.NodeQuery{Kind: k}) {
			if err != nil {
				t.Fatal(err)
			}
			switch n := n.(type) {
			case *graph.Actor:
				whole.Actors = append(whole.Actors, n)
			case *graph.Report:
				whole.Reports = append(whole.Reports, n)
			case *graph.Attribution:
				whole.Attributions = append(whole.Attributions, n)
			case *graph.Relation:
				whole.Relations = append(whole.Relations, n)
			case *graph.Claim:
				whole.Claims = append(whole.Claims, n)
			}
		}
	}
	empty(t, db)
	again, err := place(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if err := again.Put(t.Context(), whole); err != nil {
		t.Fatal(err)
	}
	anew := cypher(t, db, drawing, nil)
	if len(anew) < 100 {
		t.Errorf("only %d edges are drawn", len(anew))
	}
	if d := cmp.Diff(anew, grown); d != "" {
		t.Errorf("drawn while growing differs from drawn at once (-once +growing):\n%s", d)
	}
}
