package graph_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/whence-graph/whence/graph"
)

// story is reports with what people say is in them: the gold of ingest/testdata/gold.
type story struct {
	Reports []struct {
		ID, Outlet, URL, Title, Text string
		Published                    time.Time
		Wire                         string
	}
	Actors []struct {
		Key, Kind, Name string
		Aliases         []string
	}
	Attributions []struct {
		Key, Report          string
		Sources              []string
		Source, Cue, Content []place
		Quote                graph.Quotation
		Stance               graph.Stance
		Via, Claim           string
	}
	Claims []struct {
		Key, Text, Origin, OriginReport, EarliestReport string
		IndependentOrigins                              int
		Chains                                          []struct {
			Report string
			Hops   []string
		}
	}
}

// place is the n-th time that words stand in a text.
type place struct {
	words string
	n     int
}

func (p *place) UnmarshalJSON(raw []byte) error { return json.Unmarshal(raw, &[2]any{&p.words, &p.n}) }

func (p place) in(r *graph.Report) graph.Evidence {
	at := -1
	for range p.n {
		at += 1 + strings.Index(r.Text[at+1:], p.words)
	}
	return graph.Evidence{Report: r.ID, Span: graph.Span{Start: at, End: at + len(p.words)}, Quote: p.words}
}

// TestTraceGold traces the claims of stories whose attributions, actors and claims are as people marked them: what is lost then is
// lost by the trace alone.
func TestTraceGold(t *testing.T) {
	files, err := filepath.Glob("../ingest/testdata/gold/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no gold: %v", err)
	}
	for _, file := range append(files, strings.Fields(os.Getenv("WHENCE_GOLD"))...) {
		t.Run(filepath.Base(file), func(t *testing.T) { traceGold(t, file) })
	}
}

func traceGold(t *testing.T, file string) {
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var s story
	if err := json.Unmarshal(raw, &s); err != nil {
		t.Fatal(err)
	}
	var b graph.Batch
	actors, key := map[string]*graph.Actor{}, map[graph.ID]string{}
	for _, a := range s.Actors {
		n := graph.NewActor(graph.ActorType(a.Kind), []string{a.Key + " " + a.Name}, append(a.Aliases, a.Name)) // keys keep namesakes apart
		n.Name = a.Name
		actors[a.Key], key[n.ID] = n, a.Key
		b.Actors = append(b.Actors, n)
	}
	reports := map[string]*graph.Report{}
	for _, r := range s.Reports {
		n := &graph.Report{ID: graph.ReportID(r.URL, r.Text), Given: r.ID, URL: r.URL, Title: r.Title, Text: r.Text, Hash: graph.Hash(r.Text), Published: r.Published, Wire: r.Wire}
		for _, a := range b.Actors {
			if slices.Contains(a.Aliases, r.Outlet) || a.Name == r.Outlet {
				n.Outlet = a.ID
			}
		}
		if n.Outlet == "" && r.Outlet != "" {
			o := graph.NewActor(graph.Outlet, []string{r.Outlet}, nil)
			n.Outlet = o.ID
			if key[o.ID] == "" {
				b.Actors = append(b.Actors, o)
				key[o.ID] = r.Outlet
			}
		}
		reports[r.ID] = n
		b.Reports = append(b.Reports, n)
	}
	said := map[string]graph.ID{}
	claims := map[string]*graph.Claim{}
	texts := map[string]string{}
	for _, c := range s.Claims {
		texts[c.Key] = c.Text
	}
	for i, a := range s.Attributions {
		r := reports[a.Report]
		spans := func(list []place) (out []graph.Evidence) {
			for _, p := range list {
				out = append(out, p.in(r))
			}
			return out
		}
		n := &graph.Attribution{Report: r.ID, Order: i, Source: spans(a.Source), Cue: spans(a.Cue), Content: spans(a.Content), Quotation: a.Quote, Stance: a.Stance, Via: said[a.Via], Confidence: 0.9}
		n.ID = graph.AttributionID(r.ID, n.Source, n.Cue, append(n.Content, graph.Evidence{Span: graph.Span{End: i}}))
		for _, k := range a.Sources {
			n.Sources = append(n.Sources, actors[k].ID)
		}
		if a.Claim == "" {
			a.Claim = "of " + a.Key
		}
		if claims[a.Claim] == nil {
			claims[a.Claim] = graph.NewClaim([]graph.Form{{Text: a.Claim + " " + texts[a.Claim]}})
			b.Claims = append(b.Claims, claims[a.Claim])
		}
		n.Claim = claims[a.Claim].ID
		said[a.Key] = n.ID
		b.Attributions = append(b.Attributions, n)
	}
	st := newStore(t)
	if err := st.Put(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	for _, c := range s.Claims {
		if claims[c.Key] == nil {
			continue
		}
		got, err := graph.Trace(t.Context(), st, claims[c.Key].ID, graph.AsOf{})
		if err != nil {
			t.Fatal(err)
		}
		chain := func(c graph.Chain) string {
			var hops []string
			for _, h := range c.Hops {
				hops = append(hops, key[h.Actor])
			}
			return got.Reports[c.Report].Given + ": " + strings.Join(hops, " > ")
		}
		var want, have []string
		for _, x := range c.Chains {
			want = append(want, x.Report+": "+strings.Join(x.Hops, " > "))
		}
		for _, x := range got.Chains {
			have = append(have, chain(x)+" ("+string(x.End)+")")
		}
		say := func(what string, g, w any) {
			if g != w {
				t.Errorf("%s %s, %s: got %v, want %v\nchains got  %q\nchains want %q", c.Key, c.Text, what, g, w, have, want)
			}
		}
		origin, in := "", ""
		if got.Origin != nil {
			origin, in = key[got.Origin.Actor], got.Reports[got.Origin.Report].Given
		}
		say("origin", origin, c.Origin)
		if c.OriginReport != "" {
			say("origin's report", in, c.OriginReport)
		}
		if got.Earliest != nil {
			say("earliest", got.Earliest.Given, c.EarliestReport)
		}
		say("independent", got.IndependentOrigins, c.IndependentOrigins)
		best := slices.MaxFunc(got.Chains, func(a, b graph.Chain) int {
			if a.Confidence > b.Confidence {
				return 1
			}
			return -1
		})
		if !slices.ContainsFunc(want, func(w string) bool { return w[strings.Index(w, ":"):] == chain(best)[strings.Index(chain(best), ":"):] }) {
			t.Errorf("%s %s: best chain %s not among %q", c.Key, c.Text, chain(best), want)
		}
		if os.Getenv("WHENCE_SHOW") != "" {
			fmt.Println(filepath.Base(file), c.Key, c.Text, have, "copies", len(got.Copies))
			for _, x := range got.Corrections {
				fmt.Println("   CORRECTION", got.Reports[x.Report].Given, x.How, len(x.Withdraws), x.Evidence.Quote)
			}
			for _, x := range got.Chains {
				for _, h := range x.Hops {
					for _, d := range h.Drift {
						fmt.Printf("   DRIFT %s: %q -> %q\n", d.Kind, d.From.Quote, d.To.Quote)
					}
				}
				for _, cand := range x.Candidates {
					fmt.Printf("   CANDIDATE for %s: %s %.2f %v %q\n", chain(x), got.Reports[cand.Report].Given, cand.Score, cand.Why, cand.Evidence.Quote)
				}
			}
		}
	}
}
