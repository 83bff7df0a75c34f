package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/whence-graph/whence/graph"
)

// told is a report of a day in May 2026, with its attributions: "source | cue | content | claim", and behind a fourth bar the number of
// the one that it is via. Who publishes or is in capitals is an outlet, who is in small letters anonymous or, with memo, a document.
type told struct {
	outlet string
	day    int
	url    string
	title  string
	text   string
	said   []string
}

// tale is a store of reports, and what its IDs stand for.
type tale struct {
	graph.Store
	t       *testing.T
	claims  map[string]*graph.Claim
	names   map[graph.ID]string
	reports map[graph.ID]string // outlet and day
}

func tell(t *testing.T, list ...told) *tale {
	t.Helper()
	s := &tale{Store: newStore(t), t: t, claims: map[string]*graph.Claim{}, names: map[graph.ID]string{}, reports: map[graph.ID]string{}}
	var b graph.Batch
	add := func(a *graph.Actor) graph.ID {
		if s.names[a.ID] == "" {
			s.names[a.ID] = a.Name
			b.Actors = append(b.Actors, a)
		}
		return a.ID
	}
	publishers := map[string]bool{}
	for _, r := range list {
		publishers[r.outlet] = true
	}
	before := map[string]graph.ID{}
	for i, r := range list {
		if r.url == "" {
			r.url = fmt.Sprintf("https://news.example/%d", i)
		}
		n := &graph.Report{URL: r.url, Title: r.title, Text: r.text, Hash: graph.Hash(r.text), Published: time.Date(2026, 5, r.day, 9, 0, 0, 0, time.UTC), Revises: before[r.url]}
		n.Ingested = n.Published.AddDate(0, 1, 0)
		n.ID = graph.ReportID(n.URL, n.Text)
		before[r.url] = n.ID
		if r.outlet != "" {
			n.Outlet = add(graph.NewActor(graph.Outlet, []string{r.outlet}, nil))
		}
		s.reports[n.ID] = fmt.Sprintf("%s %d", r.outlet, r.day)
		b.Reports = append(b.Reports, n)
		quote := func(words string) []graph.Evidence {
			at := strings.Index(n.Text, words)
			if words == "" {
				return nil
			}
			if at < 0 {
				t.Fatalf("%q is not in %q", words, n.Text)
			}
			return []graph.Evidence{{Report: n.ID, Span: graph.Span{Start: at, End: at + len(words)}, Quote: words}}
		}
		var ids []graph.ID
		for order, line := range r.said {
			f := strings.Split(line, " | ")
			claim := s.claims[f[3]]
			if claim == nil {
				claim = graph.NewClaim([]graph.Form{{Text: f[3] + " " + f[2], First: n.Published}})
				s.claims[f[3]] = claim
				b.Claims = append(b.Claims, claim)
			}
			a := &graph.Attribution{Report: n.ID, Order: order, Source: quote(f[0]), Cue: quote(f[1]), Content: quote(f[2]), Stance: graph.Asserts, Quotation: graph.Indirect, Claim: claim.ID, Confidence: 0.9}
			if strings.Contains(f[1], "den") {
				a.Stance = graph.Denies
			}
			switch {
			case strings.Contains(f[0], "reports from the "):
				a.Sources = []graph.ID{add(graph.NewActor(graph.Organization, []string{strings.TrimPrefix(f[0], "reports from the ")}, nil))}
			case publishers[f[0]] || strings.ToUpper(f[0]) == f[0]:
				a.Sources = []graph.ID{add(graph.NewActor(graph.Outlet, []string{f[0]}, nil))}
			case strings.ToLower(f[0]) == f[0]:
				id := graph.LocalActorID(n.ID, a.Source[0].Span)
				kind := graph.Anonymous
				if strings.Contains(f[0], "memo") {
					kind = graph.Document
				}
				a.Sources = []graph.ID{add(&graph.Actor{ID: id, Type: kind, Name: f[0], Aliases: []string{f[0]}})}
			case strings.Contains(f[0], "Office"):
				a.Sources = []graph.ID{add(graph.NewActor(graph.Organization, []string{f[0]}, nil))}
			default:
				a.Sources = []graph.ID{add(graph.NewActor(graph.Person, []string{f[0]}, nil))}
			}
			if len(f) > 4 {
				a.Via = ids[f[4][0]-'0']
			}
			a.ID = graph.AttributionID(n.ID, a.Source, a.Cue, a.Content)
			ids = append(ids, a.ID)
			b.Attributions = append(b.Attributions, a)
			b.Mentions = append(b.Mentions, graph.Mention{Actor: a.Sources[0], Evidence: a.Source[0]})
		}
	}
	if err := s.Put(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *tale) trace(claim string, at graph.AsOf) *graph.Tracing {
	s.t.Helper()
	got, err := graph.Trace(s.t.Context(), s, s.claims[claim].ID, at)
	if err != nil {
		s.t.Fatal(err)
	}
	return got
}

// summary is a trace in short.
func (s *tale) summary(t *graph.Tracing) []string {
	var out []string
	for _, c := range t.Chains {
		line := s.reports[c.Report] + ":"
		for _, h := range c.Hops {
			line += " > " + s.names[h.Actor]
		}
		line += " (" + string(c.End) + ")"
		if c.Withdrawn {
			line += " withdrawn"
		}
		out = append(out, line)
		for _, h := range c.Hops {
			for _, d := range h.Drift {
				out = append(out, fmt.Sprintf("  %s: %q, %q", d.Kind, d.From.Quote, d.To.Quote))
			}
		}
		for _, x := range c.Candidates {
			out = append(out, fmt.Sprintf("  candidate %s %v: %q", s.reports[x.Report], x.Why, x.Evidence.Quote))
			for _, d := range x.Drift {
				out = append(out, fmt.Sprintf("    %s: %q, %q", d.Kind, d.From.Quote, d.To.Quote))
			}
		}
	}
	for _, c := range t.Copies {
		what := "copies"
		if c.Revision {
			what = "revises"
		}
		out = append(out, fmt.Sprintf("%s %s %s", s.reports[c.Report], what, s.reports[c.Of]))
	}
	for _, c := range t.Corrections {
		out = append(out, fmt.Sprintf("%s takes back %d (%s): %q", s.reports[c.Report], len(c.Withdraws), c.How, c.Evidence.Quote))
	}
	if t.Withdrawn {
		out = append(out, "withdrawn")
	}
	return append(out, fmt.Sprintf("%d independent", t.IndependentOrigins))
}

func (s *tale) want(claim string, at graph.AsOf, want ...string) {
	s.t.Helper()
	if d := gocmp.Diff(want, s.summary(s.trace(claim, at))); d != "" {
		s.t.Errorf("Trace(%s) (-want +got):\n%s", claim, d)
	}
}

const ferry = `PORT ESSEL, May 4 (Gulf Wire) - The ferry Orlaith had 31 more people aboard than she was built for when she ran onto the Saddle rocks, two coastguard officers said on Monday.
The officers, who asked not to be named because the inquiry is not over, said that the surplus had been counted twice from the tickets and once from the lifejackets.
"Nobody on that pier can count, or everybody can," one of them said.
The owners, Essel Lines, have said that the ship sailed with every seat numbered and every number sold once.
Eleven passengers were treated for cold. The Orlaith was built in 1988 for 240 people and rebuilt in 2011 for 260.
The harbour master has closed the Saddle channel to ships of her draught until a buoy is moored there.`

func TestCopiesCollapse(t *testing.T) {
	lines := strings.Split(ferry, "\n")
	about := "had 31 more people aboard than she was built for"
	said := "two coastguard officers | said | " + about + " | surplus"
	cut := strings.Replace(strings.Join(lines[:3], "\n"), "PORT ESSEL, May 4 (Gulf Wire) - ", "", 1)
	shuffled := strings.Join([]string{lines[4], lines[0], lines[5], lines[2], lines[1]}, "\n")
	edited := strings.NewReplacer("ran onto", "struck", "asked not to be named", "did not want to be named", "treated for cold", "treated for the cold", "moored", "laid", "on that pier", "on the pier").Replace(ferry)
	own := edited + "\nHanne Brook, who sold the tickets, said that the ferry " + about + "."
	other := `More people than seats: that is what two coastguard officers said of the Orlaith, which ` + about + `. Essel Lines would not be drawn. On the quay at Port Essel the talk was of the 1994 wreck of the Maud, and of whose brother sold what to whom. The ferry lies on the Saddle with her bow up, and gulls on it.`
	s := tell(t, told{outlet: "Gulf Wire", day: 4, text: ferry, said: []string{said}}, told{outlet: "Morning Pier", day: 5, text: cut, said: []string{said}},
		told{outlet: "Evening Quay", day: 6, text: shuffled, said: []string{said}}, told{outlet: "Essel Echo", day: 7, text: own, said: []string{said, "Hanne Brook | said that | " + about + " | surplus"}},
		told{outlet: "Saddle Review", day: 8, text: other, said: []string{said}}, told{outlet: "Far Lights", day: 9, text: "The ferry " + about + ", Evening Quay reported.", said: []string{"Evening Quay | reported | " + about + " | surplus"}})
	s.want("surplus", graph.AsOf{},
		"Gulf Wire 4: > two coastguard officers (anonymous)",
		"Far Lights 9: > Evening Quay > two coastguard officers (anonymous)",
		`  intermediary dropped: "two coastguard officers", "had 31 more people aboard than she was built for, Evening Quay reported"`,
		"Essel Echo 7: > Hanne Brook (first-hand)",
		"Saddle Review 8: > two coastguard officers (anonymous)",
		"Morning Pier 5 copies Gulf Wire 4", "Evening Quay 6 copies Gulf Wire 4", "Essel Echo 7 copies Gulf Wire 4",
		"3 independent")
	first := s.trace("surplus", graph.AsOf{}).Earliest
	of, copies, err := graph.CopiesOf(t.Context(), s, first)
	if err != nil || of != nil || len(copies) != 3 {
		t.Errorf("CopiesOf(the first): got %v, %v, %v, want 3 copies", of, copies, err)
	}
}

func TestDrift(t *testing.T) {
	for _, tt := range []struct {
		name, cited, citing string
		want                []string
	}{
		{"the same", "the dam may be opened on Friday", "the dam may be opened on Friday", nil},
		{"a hedge dropped", "the dam may be opened on Friday", "the dam is to be opened on Friday", []string{`hedge dropped: "may", "the dam is to be opened on Friday"`}},
		{"a hedge added", "the dam is to be opened on Friday", "the dam could be opened on Friday", []string{`hedge added: "the dam is to be opened on Friday", "could"`}},
		{"another hedge is no drift", "the dam may be opened on Friday", "the dam could be opened on Friday", nil},
		{"a rough number made exact", "about 40 houses were flooded below the dam", "40 houses were flooded below the dam", []string{`hedge dropped: "about", "40 houses were flooded below the dam"`}},
		{"a number changed", "12 houses were flooded below the dam", "14 houses were flooded below the dam", []string{`number changed: "12", "14"`}},
		{"a number in words is the same number", "twelve houses were flooded below the dam", "12 houses were flooded below the dam", nil},
		{"a number left out is no drift", "12 houses were flooded below the dam", "houses were flooded below the dam", nil},
		{"a number of something else is no drift", "12 houses were flooded below the dam", "houses were flooded below the dam in 3 valleys", nil},
		{"a day changed", "the dam will be opened on Friday at noon", "the dam will be opened on Saturday at noon", []string{`date changed: "Friday", "Saturday"`}},
		{"a day named in another way is no drift", "the dam will be opened on Friday", "the dam will be opened tomorrow", nil},
		{"negated", "the dam was inspected in the spring by the ministry", "the dam was never inspected in the spring by the ministry", []string{`negation changed: "the dam was inspected in the spring by the ministry", "never"`}},
		{"a verb sharpened", "the minister criticised the builders of the dam", "the minister slammed the builders of the dam", []string{`verb sharpened: "criticised", "slammed"`}},
		{"a verb softened", "the water in the dam plunged by a metre", "the water in the dam fell by a metre", []string{`verb softened: "plunged", "fell"`}},
		{"another topic is no drift", "the minister may resign over the bridge", "the dam will be opened on Friday", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := tell(t, told{outlet: "Gulf Wire", day: 4, text: "Rhee said that " + tt.cited + ".", said: []string{"Rhee | said that | " + tt.cited + " | dam"}},
				told{outlet: "Pier", day: 5, text: "Gulf Wire reported, citing Rhee, that " + tt.citing + ".", said: []string{"Gulf Wire | reported | " + tt.citing + " | dam", "Rhee | citing | " + tt.citing + " | dam | 0"}})
			var got []string
			for _, c := range s.trace("dam", graph.AsOf{}).Chains {
				for _, h := range c.Hops {
					for _, d := range h.Drift {
						got = append(got, fmt.Sprintf("%s: %q, %q", d.Kind, d.From.Quote, d.To.Quote))
						if s.reports[d.From.Report] != "Gulf Wire 4" || s.reports[d.To.Report] != "Pier 5" {
							t.Errorf("evidence from %s to %s", s.reports[d.From.Report], s.reports[d.To.Report])
						}
					}
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("drift from %q to %q: got %q, want %q", tt.cited, tt.citing, got, tt.want)
			}
		})
	}
}

func TestDriftOfHops(t *testing.T) {
	shut := "the bridge is shut to lorries"
	s := tell(t, told{outlet: "Gulf Wire", day: 4, text: "Radio Nine reported that Rhee had hinted that " + shut + ".", said: []string{"Radio Nine | reported that | " + shut + " | c", "Rhee | hinted | " + shut + " | c | 0"}},
		told{outlet: "Pier", day: 5, text: "Gulf Wire reported that Rhee had confirmed that " + shut + ".", said: []string{"Gulf Wire | reported | " + shut + " | c", "Rhee | confirmed | " + shut + " | c | 0"}})
	s.want("c", graph.AsOf{}, "Gulf Wire 4: > Radio Nine > Rhee (first-hand)", "Pier 5: > Gulf Wire > Radio Nine > Rhee (first-hand)",
		`  intermediary dropped: "Radio Nine", "Rhee had confirmed that the bridge is shut to lorries"`, `  verb sharpened: "hinted", "confirmed"`, "1 independent")
}

func TestCorrections(t *testing.T) {
	fourteen := told{outlet: "Pier", day: 4, url: "https://pier.example/dead", text: "Fourteen people died when the gallery fell, a nurse told the Pier.", said: []string{"a nurse | told | Fourteen people died when the gallery fell | dead"}}
	echo := told{outlet: "Quay", day: 5, text: "The Pier said that 14 people had died when the gallery fell. The mayor would not say.", said: []string{"Pier | said that | 14 people had died when the gallery fell | dead"}}
	echo.text = strings.Replace(echo.text, "The Pier", "Pier", 1)
	for _, tt := range []struct {
		name string
		tell told
		want []string // what is told of corrections
	}{
		{"a label", told{outlet: "Pier", day: 6, text: "CORRECTION: On Monday we reported that fourteen people had died when the gallery fell. It was twelve."},
			[]string{`Pier 6 takes back 1 (notice): "CORRECTION: On Monday we reported that fourteen people had died when the gallery fell."`, "withdrawn"}},
		{"a title", told{outlet: "Pier", day: 6, title: "Correction: the gallery", text: "The number of people who died when the gallery fell is 12, not 14."},
			[]string{`Pier 6 takes back 1 (notice): "The number of people who died when the gallery fell is 12, not 14."`, "withdrawn"}},
		{"an earlier version", told{outlet: "Pier", day: 6, url: "https://pier.example/dead", text: "Twelve people died when the gallery fell. An earlier version of this report said that 14 people had died when the gallery fell."},
			[]string{`Pier 6 takes back 1 (notice): "An earlier version of this report said that 14 people had died when the gallery fell."`, "withdrawn"}},
		{"in its own name", told{outlet: "Pier", day: 6, text: "The Pier withdraws its report that fourteen people died in the fall of the gallery."},
			[]string{`Pier 6 takes back 1 (notice): "The Pier withdraws its report that fourteen people died in the fall of the gallery."`, "withdrawn"}},
		{"told by another", told{outlet: "Lantern", day: 6, text: "Pier has retracted its report that 14 people died when the gallery fell, and its editor is on leave.", said: []string{"Pier | has retracted | its editor is on leave | leave"}},
			[]string{`Pier 6`}},
		{"a denial by the outlet itself", told{outlet: "Lantern", day: 6, text: "Pier denied what it had printed, that fourteen people had died.", said: []string{"Pier | denied | that fourteen people had died | dead"}},
			[]string{`Lantern 6 takes back 1 (told of): "Pier denied what it had printed, that fourteen people had died"`, "withdrawn"}},
		{"a revision that has it no more", told{outlet: "Pier", day: 6, url: "https://pier.example/dead", text: "The gallery fell in the night. The mayor will speak at noon."},
			[]string{`Pier 6 takes back 1 (revision): "Fourteen people died when the gallery fell, a nurse told"`}},
		{"a revision that still has it", told{outlet: "Pier", day: 6, url: "https://pier.example/dead", text: "It is now known that fourteen people died when the gallery fell. The mayor will speak at noon."}, nil},
		{"a correction of something else", told{outlet: "Pier", day: 6, text: "Correction: On Monday we reported that the gallery was built in 1914. It was built in 1941."}, nil},
		{"a correction to the number", told{outlet: "Pier", day: 6, text: "Correction: the number of people who died when the gallery fell is 14, not 12."}, nil},
		{"another outlet's correction", told{outlet: "Lantern", day: 6, text: "CORRECTION: On Monday we reported that fourteen people had died when the gallery fell. It was twelve."}, nil},
		{"a correction before", told{outlet: "Pier", day: 3, text: "CORRECTION: On Monday we reported that fourteen people had died when the gallery fell. It was twelve."}, nil},
		{"somebody corrects himself", told{outlet: "Pier", day: 6, text: "The mayor withdrew his statement about the gallery. Fourteen people died when it fell."}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := tell(t, fourteen, echo, tt.tell)
			if tt.name == "told by another" {
				tt.want = []string{`Lantern 6 takes back 1 (told of): "Pier has retracted its report that 14 people died when the gallery fell, and its editor is on leave."`, "withdrawn"}
			}
			var got []string
			for _, l := range s.summary(s.trace("dead", graph.AsOf{})) {
				if strings.Contains(l, "takes back") || l == "withdrawn" {
					got = append(got, l)
				}
			}
			if d := gocmp.Diff(tt.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestAsOf(t *testing.T) {
	s := tell(t, told{outlet: "Pier", day: 4, text: "A nurse said that fourteen people died when the gallery fell.", said: []string{"A nurse | said that | fourteen people died when the gallery fell | dead"}},
		told{outlet: "Quay", day: 6, text: "Rhee said that fourteen people died when the gallery fell.", said: []string{"Rhee | said that | fourteen people died when the gallery fell | dead"}},
		told{outlet: "Pier", day: 8, text: "CORRECTION: On Monday we reported that fourteen people died when the gallery fell."})
	day := func(n int) time.Time { return time.Date(2026, 5, n, 9, 0, 0, 0, time.UTC) }
	first, second := "Pier 4: > A nurse (first-hand)", "Quay 6: > Rhee (first-hand)"
	notice := `Pier 8 takes back 1 (notice): "CORRECTION: On Monday we reported that fourteen people died when the gallery fell."`
	s.want("dead", graph.AsOf{Published: day(4).Add(-time.Microsecond)}, "0 independent")
	s.want("dead", graph.AsOf{Published: day(4)}, first, "1 independent")
	s.want("dead", graph.AsOf{Published: day(7)}, first, second, "2 independent")
	s.want("dead", graph.AsOf{Published: day(8)}, first+" withdrawn", second, notice, "2 independent")
	s.want("dead", graph.AsOf{Ingested: day(6).AddDate(0, 1, 0)}, first, second, "2 independent")
	s.want("dead", graph.AsOf{Ingested: day(5)}, "0 independent")
	s.want("dead", graph.AsOf{}, first+" withdrawn", second, notice, "2 independent")
}

func TestCandidates(t *testing.T) {
	s := tell(t, told{outlet: "Gulf Wire", day: 3, text: "Rhee said that the gallery was sound.", said: []string{"Rhee | said that | the gallery was sound | sound"}},
		told{outlet: "Gulf Wire", day: 4, url: "https://gulf.example/dead", text: "Twelve people died when the gallery fell, Rhee said. It was built in 1914.", said: []string{"Rhee | said | Twelve people died when the gallery fell | twelve"}},
		told{outlet: "Pier", day: 5, text: "Gulf Wire reported that 14 people had died when the gallery fell.", said: []string{"Gulf Wire | reported that | 14 people had died when the gallery fell | dead"}},
		told{outlet: "Quay", day: 5, text: "Radio Nine (https://gulf.example/dead) reported that the gallery fell.", said: []string{"Radio Nine | reported that | the gallery fell | fell"}},
		told{outlet: "Lamp", day: 6, text: "There were reports from the State Office that the roof of the gallery could fall.", said: []string{"reports from the State Office | reports | the roof of the gallery could fall | roof"}},
		told{outlet: "Wick", day: 5, text: "State Office said that the roof of the gallery might fall. Nobody was there.", said: []string{"State Office | said that | the roof of the gallery might fall | other"}},
		told{outlet: "RADIO NINE", day: 6, text: "RADIO TEN reported that the mayor had resigned.", said: []string{"RADIO TEN | reported that | the mayor had resigned | mayor"}})
	s.want("dead", graph.AsOf{}, "Pier 5: > Gulf Wire (open)",
		`  candidate Gulf Wire 4 [publishes]: "Twelve people died when the gallery fell, Rhee said."`, `    number changed: "Twelve", "14"`, "1 independent")
	s.want("fell", graph.AsOf{}, "Quay 5: > Radio Nine (first-hand)", "1 independent")
	s.want("roof", graph.AsOf{}, "Lamp 6: > State Office (open)",
		`  candidate Wick 5 [same source]: "State Office said that the roof of the gallery might fall."`, "1 independent")
	s.want("mayor", graph.AsOf{}, "RADIO NINE 6: > RADIO TEN (not in the store)", "1 independent")
}
