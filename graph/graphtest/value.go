package graphtest

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/whence-graph/whence/graph"
)

// texts is text that stores and their query languages have been known to trip over. NUL is not among it:
// what has one is no text, and is refused before it comes to a store.
var texts = []string{
	" ", "  \t", "\n", "\r\n", " padded ", "trailing\n",
	"\x01\x02\x1b[0m\x1f", "\x7f", "next\u0085line", "line\u2028paragraph\u2029", "\u00a0", "\u200b\u200d", "\ufeffmark", "\ufffe\uffff\ufffd",
	"e\u0301", "\u00e9", "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A", "🇺🇦", "👩‍👩‍👧", "𝔸𐍈", "\U0010ffff", "\U000f0000",
	"שלום עולם", "\u202eabc\u202c", "مرحبا \u200fبكم", "Лавров", "拉夫罗夫表示", "กระทรวงการต่างประเทศ", "नमस्ते", "İstanbul ı ß ﬁ Ǆ", "ŁÓDŹ",
	`'; DROP TABLE node; --`, `"quoted" 'quoted' ` + "`quoted`", `back\slash \u0000 \n`, "$1 ?1 :a @a {x} %s %00", "`}) DETACH DELETE n //",
	"null", "NULL", "NaN", "0", "-1", "1e999", "true", "[]", "{}", "<script>&amp;</script>", "--", "/*", "*", "a*", "NEAR(a b)",
}

func anyText(t *test) {
	s := t.open()
	for i, text := range texts {
		url := "https://example.org/" + text
		outlet := graph.NewActor(graph.Outlet, []string{fmt.Sprintf("Outlet %d", i)}, []string{text})
		outlet.Name, outlet.Keys, outlet.Type = text, []string{text}, graph.ActorType(text)
		r := newReport(url, text, text, time.Time{}, outlet.ID)
		r.Given, r.Language, r.Author, r.Wire, r.Credit, r.Extra = text, text, text, text, text, text
		e := []graph.Evidence{quote(r, text)}
		outlet.Roles = []graph.Role{{Title: text, Of: outlet.ID, Evidence: e}}
		c := &graph.Claim{ID: graph.ClaimID(fmt.Sprintf("claim %d", i)), Text: text, Forms: []graph.Form{{Text: text}}, Keys: []string{text}}
		a := &graph.Attribution{
			ID: graph.AttributionID(r.ID, e, e, e), Report: r.ID, Sources: []graph.ID{outlet.ID}, Claim: c.ID,
			Source: e, Cue: e, Content: e, Stance: graph.Stance(text), Quotation: graph.Quotation(text),
		}
		rel := &graph.Relation{
			ID: graph.RelationID(r.ID, e[0].Span, text, e[0].Span), Report: r.ID, Subject: outlet.ID, Object: outlet.ID,
			Predicate: text, Class: text, Evidence: e,
		}
		b := graph.Batch{
			Reports: []*graph.Report{r}, Actors: []*graph.Actor{outlet}, Claims: []*graph.Claim{c},
			Mentions:     []graph.Mention{{Actor: outlet.ID, Evidence: e[0]}},
			Attributions: []*graph.Attribution{a}, Relations: []*graph.Relation{rel},
		}
		t.put(s, b)
		t.holds(s, b)
		t.same("Edges", graph.MentionEdges(b.Mentions), t.edges(s, graph.EdgeQuery{Kinds: []graph.EdgeKind{graph.Mentions}, From: []graph.ID{r.ID}}))
		t.same("Edges", graph.Edges(normal(outlet)), t.edges(s, graph.EdgeQuery{Kinds: []graph.EdgeKind{graph.Holds}, From: []graph.ID{outlet.ID}}))
		t.finds(s, graph.NodeQuery{Kind: graph.ReportKind, URLs: []string{url}}, r.ID)
		t.finds(s, graph.NodeQuery{Kind: graph.ActorKind, Keys: []string{text}}, outlet.ID)
		t.finds(s, graph.NodeQuery{Kind: graph.ClaimKind, Keys: []string{text}}, c.ID)
		t.finds(s, graph.NodeQuery{Kind: graph.RelationKind, Predicates: []string{text}}, rel.ID)
		if len(graph.Words(text)) > 0 {
			if list := t.all(s, graph.NodeQuery{Kind: graph.ClaimKind, Text: text}); !has(list, c.ID) {
				t.Errorf("Find(%q): the claim is not among %v", text, ids(list))
			}
		}
	}
}

func has(list []graph.Node, id graph.ID) bool {
	for _, n := range list {
		if n.NodeID() == id {
			return true
		}
	}
	return false
}

func notUTF8(t *test) {
	y := newStory()
	s := t.openWith(y.batch)
	const bad = "caf\xe9"
	name, alias, key := actors("Broken", 1)[0], actors("Broken", 1)[0], actors("Broken", 1)[0]
	name.Name, alias.Aliases, key.Keys = bad, []string{"good", bad}, []string{bad}
	for _, a := range []*graph.Actor{name, alias, key} {
		t.refused(s, graph.ErrInvalid, "an actor that is not UTF-8", graph.Batch{Actors: []*graph.Actor{a}})
	}
	r := newReport("https://example.org/broken", "", bad, y.report.Published, "")
	t.refused(s, graph.ErrInvalid, "a report that is not UTF-8", graph.Batch{Reports: []*graph.Report{r}})
	c := graph.NewClaim([]graph.Form{{Text: bad}})
	t.refused(s, graph.ErrInvalid, "a claim that is not UTF-8", graph.Batch{Claims: []*graph.Claim{c}})
	a := said(y.report, 9, y.lavrov, "Lavrov", "silent", y.cool, graph.Asks, nil)
	a.Content[0].Quote = bad
	t.refused(s, graph.ErrInvalid, "an attribution that is not UTF-8", graph.Batch{Attributions: []*graph.Attribution{a}})
	rel := did(y.report, 9, y.lavrov, bad, y.blinken, "warned", nil)
	t.refused(s, graph.ErrInvalid, "a relation that is not UTF-8", graph.Batch{Relations: []*graph.Relation{rel}})
}

func longReport(t *test) {
	var b strings.Builder
	for i := 0; b.Len() < 1<<20; i++ {
		fmt.Fprintf(&b, "Sentence %d of a résumé 🗒 that runs to a megabyte. ", i)
	}
	b.WriteString("Epilogue by Omegaton.")
	r := newReport("https://example.org/long", "Long", b.String(), time.Time{}, "")
	a := graph.NewActor(graph.Person, []string{"Omegaton"}, nil)
	batch := graph.Batch{
		Reports: []*graph.Report{r}, Actors: []*graph.Actor{a},
		Mentions: []graph.Mention{{Actor: a.ID, Evidence: quote(r, "Omegaton")}},
	}
	s := t.openWith(batch)
	t.holds(s, batch)
	t.same("Edges", graph.MentionEdges(batch.Mentions), t.edges(s, graph.EdgeQuery{From: []graph.ID{r.ID}}))
	t.finds(s, graph.NodeQuery{Kind: graph.ReportKind, Text: "omegaton resume"}, r.ID)
	before := t.dump(s)
	t.put(s, batch)
	t.same("after the same Put", before, t.dump(s))
}

func times(t *test) {
	s := t.open()
	away := time.FixedZone("away", -7*3600)
	for i, at := range []time.Time{
		{},
		time.Date(2023, 4, 18, 9, 30, 0, 0, time.UTC),
		time.Date(2023, 4, 18, 9, 30, 0, 123456000, time.UTC),
		time.Date(2023, 4, 18, 9, 30, 0, 123456789, away),
		time.Date(2023, 4, 18, 23, 59, 59, 999999999, time.UTC),
		time.Date(1969, 12, 31, 23, 59, 59, 999999999, time.UTC),
		time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(1815, 6, 18, 11, 0, 0, 1000, time.UTC),
		time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC),
	} {
		r := newReport(fmt.Sprintf("https://example.org/%d", i), "", "At some time.", at, "")
		c := graph.NewClaim([]graph.Form{{Text: fmt.Sprintf("claim %d", i), First: at}})
		a := actors(fmt.Sprintf("Holder %d", i), 1)[0]
		a.Roles = []graph.Role{{Title: "guard", Since: at, Until: at, Evidence: []graph.Evidence{quote(r, "At")}}}
		b := graph.Batch{Reports: []*graph.Report{r}, Claims: []*graph.Claim{c}, Actors: []*graph.Actor{a}}
		t.put(s, b)
		t.holds(s, b)
		got := t.nodes(s, r.ID)[r.ID].(*graph.Report).Published
		if got.IsZero() != at.IsZero() || got.Location() != time.UTC || !got.Equal(at.Truncate(time.Microsecond)) {
			t.Errorf("Published: put %v, got %v", at, got)
		}
		n := t.generation(s)
		t.put(s, b)
		if again := t.generation(s); again != n {
			t.Errorf("Generation after the same Put of %v: got %d, want %d", at, again, n)
		}
		day := graph.NodeQuery{Kind: graph.ReportKind, Since: got, Until: got.Add(time.Microsecond)}
		if !at.IsZero() {
			t.finds(s, day, r.ID)
		}
	}
}

func numbers(t *test) {
	y := newStory()
	s := t.openWith(y.batch)
	for i, n := range []struct {
		confidence float64
		order      int
	}{
		{0, 0}, {1, 1}, {0.1 + 0.2, 300}, {1e-300, -1}, {math.Nextafter(1, 0), math.MaxInt32 + 1}, {0.5, math.MaxInt64},
	} {
		a, r := normal(y.promise).(*graph.Attribution), normal(y.talks).(*graph.Relation)
		a.Confidence, a.Order = n.confidence, n.order
		r.Confidence, r.Order = n.confidence, n.order
		b := graph.Batch{Attributions: []*graph.Attribution{a}, Relations: []*graph.Relation{r}}
		t.put(s, b)
		t.holds(s, b)
		e := t.edges(s, graph.EdgeQuery{Kinds: []graph.EdgeKind{graph.Has}, To: []graph.ID{a.ID}})
		t.same(fmt.Sprintf("Edges %d", i), []graph.Edge{{Kind: graph.Has, From: a.Report, To: a.ID, Order: n.order}}, e)
	}
	last := t.edges(s, graph.EdgeQuery{Kinds: []graph.EdgeKind{graph.Has}, From: []graph.ID{y.report.ID}})
	t.same("the last of the report's attributions", y.promise.ID, last[len(last)-1].To)
}

func emptyLists(t *test) {
	y := newStory()
	a := actors("Plain", 1)[0]
	a.Aliases, a.Roles, a.Keys, a.MergedFrom = []string{}, []graph.Role{}, []string{}, []graph.ID{}
	q := normal(y.warning).(*graph.Attribution)
	q.Sources, q.Source, q.Cue = []graph.ID{}, []graph.Evidence{}, []graph.Evidence{}
	b := graph.Batch{Actors: []*graph.Actor{a}, Attributions: []*graph.Attribution{q}}
	s := t.openWith(y.batch, b)
	t.holds(s, b)
	n := t.generation(s)
	t.put(s, graph.Batch{Actors: []*graph.Actor{normal(a).(*graph.Actor)}, Attributions: []*graph.Attribution{normal(q).(*graph.Attribution)}})
	if again := t.generation(s); again != n {
		t.Errorf("Generation after nil for empty: got %d, want %d", again, n)
	}
}
