package neo4j

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/graph/graphtest"
)

// The attributions of a test are told as "who (says) claim < outer": by names, with the stance where it is not
// asserts, and the attribution that it is via.
func TestDrawn(t *testing.T) {
	for _, c := range []struct{ name, attributions, want string }{
		{"one source", "1 TASS x", "x REPORTED_BY TASS 1"},
		{"at second hand, the same claim", "1 TASS x; 2 Pankin x < 1", "x REPORTED_BY TASS 1; TASS CITED Pankin 2"},
		{"at second hand, the outer one states another claim", "1 TASS y; 2 Pankin x < 1", "y REPORTED_BY TASS 1; x REPORTED_BY TASS 1; TASS CITED Pankin 2"},
		{"at third hand", "1 A x; 2 B x < 1; 3 C x < 2", "x REPORTED_BY A 1; A CITED B 2; B CITED C 3"},
		{"at third hand, another claim between", "1 A x; 2 B y < 1; 3 C x < 2", "x REPORTED_BY A 1; y REPORTED_BY A 1; A CITED B 2 y; B CITED C 3; A CITED B 2 x"},
		{"several sources", "1 A+B x; 2 C+D x < 1", "x REPORTED_BY A 1; x REPORTED_BY B 1; A CITED C 2; A CITED D 2; B CITED C 2; B CITED D 2"},
		{"no source outside", "1 - x; 2 B x < 1", "x REPORTED_BY B 2"},
		{"no source between", "1 A x; 2 - x < 1; 3 C x < 2", "x REPORTED_BY A 1; A CITED C 3"},
		{"no source inside", "1 A x; 2 - y < 1", "x REPORTED_BY A 1; y REPORTED_BY A 1"},
		{"nobody", "1 - x", ""},
		{"itself", "1 A x; 2 A x < 1", "x REPORTED_BY A 1"},
		{"a denial", "1 A denies x", "x DENIED_BY A 1"},
		{"a denial at second hand", "1 A y; 2 B denies x < 1", "y REPORTED_BY A 1; x DENIED_BY B 2; A CITED B 2"},
		{"a denial outside", "1 A denies x; 2 B x < 1", "x DENIED_BY A 1; x REPORTED_BY A 1; A CITED B 2"},
		{"a doubt", "1 A doubts x", "x REPORTED_BY A 1"},
	} {
		way := map[string][]step{}
		var got []string
		for _, text := range strings.Split(c.attributions, "; ") {
			text, outer, _ := strings.Cut(text, " < ")
			f := strings.Fields(text)
			s := step{id: graph.ID(f[0]), stance: "asserts", claim: graph.ID(f[len(f)-1]), claimAt: f[len(f)-1]}
			if len(f) == 4 {
				s.stance = f[2]
			}
			if f[1] != "-" {
				s.sources = strings.Split(f[1], "+")
			}
			way[f[0]] = append([]step{s}, way[outer]...)
			for _, row := range drawn(way[f[0]]) {
				p := row[3].(properties)
				if p["drawnFor"] != f[0] {
					t.Errorf("%s: drawn for %v, want %s", c.name, p["drawnFor"], f[0])
				}
				line := fmt.Sprint(row[0], " ", row[2], " ", row[1], " ", p["attribution"])
				if strings.Contains(c.want, line+" "+p["claim"].(string)) {
					line += " " + p["claim"].(string)
				}
				got = append(got, line)
			}
		}
		var want []string
		if c.want != "" {
			want = strings.Split(c.want, "; ")
		}
		sort.Strings(got)
		sort.Strings(want)
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, d)
		}
	}
}

func TestDrawnType(t *testing.T) {
	for predicate, want := range map[string]string{
		"INVITED": "INVITED", "HELD_TALKS": "HELD_TALKS", "CITED": "CITED_", "HOLDS": "HOLDS_", "REPORTED_BY": "REPORTED_BY_", "NOW": "NOW_",
		"": "", "invited": "", "INVITED`]->() DELETE r //": "", "ÜBERFIEL": "", "4X": "", strings.Repeat("A", 101): "",
	} {
		if got := drawnType(predicate); got != want {
			t.Errorf("drawnType(%q): got %q, want %q", predicate, got, want)
		}
	}
}

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
