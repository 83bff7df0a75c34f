package sqlite_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/graph/graphtest"
)

// TestViews compares what a person reads in the views with what was put.
func TestViews(t *testing.T) {
	path := filepath.Join(t.TempDir(), "graph.db")
	s := open(t, path)
	b := graphtest.Generate(3, 1)[0]
	if err := s.Put(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	s.Close()
	name := map[graph.ID]string{}
	for _, a := range b.Actors {
		name[a.ID] = a.Name
	}
	text := map[graph.ID]string{}
	for _, c := range b.Claims {
		text[c.ID] = c.Text
	}
	by := map[graph.ID]*graph.Attribution{}
	want := map[string][]string{}
	add := func(view string, values ...any) {
		want[view] = append(want[view], strings.TrimSuffix(fmt.Sprintln(values...), "\n"))
	}
	for _, a := range b.Attributions {
		by[a.ID] = a
		var sources []string
		for _, source := range a.Sources {
			sources = append(sources, name[source])
			switch {
			case a.Via != "":
				for _, outer := range by[a.Via].Sources {
					add("cited", text[a.Claim], name[outer], name[source], a.ID)
				}
			case a.Stance == graph.Denies:
				add("denied_by", text[a.Claim], name[source], a.ID)
			default:
				add("reported_by", text[a.Claim], name[source], a.Stance, a.ID)
			}
		}
		add("attributions", a.ID, strings.Join(sources, ", "), a.Stance, text[a.Claim], a.Cue[0].Quote, a.Via)
	}
	for _, r := range b.Relations {
		add("relations", r.ID, name[r.Subject], r.Predicate, name[r.Object], r.AssertedBy, r.Evidence[0].Quote)
	}
	for _, m := range b.Mentions {
		add("mentions", name[m.Actor], m.Evidence.Quote, m.Evidence.Span.Start)
	}
	for _, a := range b.Actors {
		add("actors", a.ID, a.Type, a.Name)
		for _, r := range a.Roles {
			add("roles", a.Name, r.Title, name[r.Of], r.Evidence[0].Quote)
		}
	}
	for _, c := range b.Claims {
		add("claims", c.ID, c.Text)
	}
	for _, r := range b.Reports {
		add("reports", r.ID, name[r.Outlet], r.Published.Format("2006-01-02T15:04:05"))
	}
	for _, n := range b.Nodes() {
		for _, e := range graph.Edges(n) {
			add("edges", e.Kind, e.From, e.To, e.Order)
		}
	}
	for _, e := range graph.MentionEdges(b.Mentions) {
		add("edges", e.Kind, e.From, e.To, e.Order)
	}

	db := database(t, path)
	for view, columns := range map[string]string{
		"cited":        "text, actor_name, cited_name, attribution",
		"denied_by":    "text, actor_name, attribution",
		"reported_by":  "text, actor_name, stance, attribution",
		"attributions": "id, coalesce(sources, ''), stance, claim_text, cue, coalesce(via, '')",
		"relations":    "id, subject, predicate, object, coalesce(asserted_by, ''), evidence",
		"mentions":     "actor_name, quote, start",
		"actors":       "id, type, name",
		"roles":        "actor_name, title, of_name, evidence",
		"claims":       "id, text",
		"reports":      "id, coalesce(outlet, ''), published",
		"edges":        "kind, from_id, to_id, ord",
	} {
		rows, err := db.QueryContext(t.Context(), "SELECT concat_ws(' ', "+columns+") FROM "+view)
		if err != nil {
			t.Fatalf("%s: %v", view, err)
		}
		var got []string
		for rows.Next() {
			var line string
			if err := rows.Scan(&line); err != nil {
				t.Fatal(err)
			}
			got = append(got, line)
		}
		rows.Close()
		slices.Sort(got)
		slices.Sort(want[view])
		if d := cmp.Diff(want[view], got); d != "" {
			t.Errorf("%s (-want +got):\n%s", view, d)
		}
		if len(got) == 0 {
			t.Errorf("%s: nothing to compare", view)
		}
	}
}
