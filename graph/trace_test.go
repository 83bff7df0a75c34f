package graph_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/graph/sqlite"
)

// book is a store of one claim, written down as lines such as
//
//	2 Sentinel: CTA > Tarrant
//
// on day 2 the Sentinel reports the claim, had from CTA, which had it from Tarrant. A report may have several
// chains, with ";" between them, and a chain several sources, with "+"; "!" before a name denies the claim, "~" is a report without a day, "?" stands
// for no source named. Names in capitals are outlets, as are those that publish; "memo" is a document, "somebody" anonymous.
type book struct {
	graph.Store
	nodes map[graph.ID]graph.Node
}

const claimText = "The Grey Heron sails on Sunday with both fleets"

func newBook(t *testing.T, lines ...string) *book {
	t.Helper()
	b := &book{Store: newStore(t), nodes: map[graph.ID]graph.Node{}}
	claim := graph.NewClaim([]graph.Form{{Text: claimText}})
	var batch graph.Batch
	batch.Claims = []*graph.Claim{claim}
	actor := func(name string, kind graph.ActorType) graph.ID {
		a := graph.NewActor(kind, []string{name}, nil)
		old, ok := b.nodes[a.ID].(*graph.Actor)
		if !ok {
			batch.Actors = append(batch.Actors, a)
			b.nodes[a.ID] = a
		} else if kind == graph.Outlet {
			old.Type = kind
		}
		return a.ID
	}
	for i, l := range lines {
		head, chains, _ := strings.Cut(l, ": ")
		day, outlet, _ := strings.Cut(head, " ")
		r := &graph.Report{URL: fmt.Sprint(i), Text: l + " " + claimText}
		if outlet != "-" {
			r.Outlet = actor(outlet, graph.Outlet)
		}
		if n := 0; day != "~" {
			fmt.Sscan(day, &n)
			r.Published = time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC)
		}
		r.ID, r.Hash = graph.ReportID(r.URL, r.Text), graph.Hash(r.Text)
		batch.Reports = append(batch.Reports, r)
		order := 0
		for _, c := range strings.Split(chains, "; ") {
			via := graph.ID("")
			for _, hop := range strings.Split(c, " > ") {
				start := strings.Index(r.Text, hop)
				ev := []graph.Evidence{{Report: r.ID, Span: graph.Span{Start: start, End: start + len(hop)}, Quote: hop}}
				a := &graph.Attribution{Report: r.ID, Order: order, Source: ev, Content: ev, Stance: graph.Asserts, Claim: claim.ID, Via: via, Confidence: 0.9}
				if strings.HasPrefix(hop, "!") {
					a.Stance = graph.Denies
				}
				for _, s := range strings.Split(strings.TrimPrefix(hop, "!"), " + ") {
					kind := graph.Person
					switch {
					case s == "?":
						continue
					case s == "memo":
						kind = graph.Document
					case s == "somebody":
						kind = graph.Anonymous
					case s == strings.ToUpper(s):
						kind = graph.Outlet
					}
					a.Sources = append(a.Sources, actor(s, kind))
				}
				a.ID = graph.AttributionID(r.ID, a.Source, []graph.Evidence{{Span: graph.Span{Start: order, End: order + 1}}}, a.Content)
				batch.Attributions = append(batch.Attributions, a)
				via = a.ID
				order++
			}
		}
	}
	if err := b.Put(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	return b
}

func newStore(t *testing.T) graph.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "graph.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func (b *book) name(id graph.ID) string {
	if a, ok := b.nodes[id].(*graph.Actor); ok {
		return a.Name
	}
	return "?"
}

// told writes a trace down in the way of a book.
func (b *book) told(t *graph.Tracing) []string {
	var out []string
	for _, c := range t.Chains {
		var hops []string
		for _, h := range c.Hops {
			hops = append(hops, b.name(h.Actor))
		}
		out = append(out, fmt.Sprintf("%s: %s (%s)", b.name(t.Reports[c.Report].Outlet), strings.Join(hops, " > "), c.End))
	}
	origin := "nobody"
	if t.Origin != nil {
		origin = b.name(t.Origin.Actor) + " in " + b.name(t.Reports[t.Origin.Report].Outlet)
	}
	out = append(out, fmt.Sprintf("origin %s, earliest %s, %d independent", origin, b.name(t.Earliest.Outlet), t.IndependentOrigins))
	for _, loop := range t.Circular {
		var names []string
		for _, id := range loop {
			names = append(names, b.name(t.Reports[id].Outlet))
		}
		out = append(out, "circular "+strings.Join(names, ", "))
	}
	return out
}

func TestTrace(t *testing.T) {
	for _, tt := range []struct {
		name        string
		lines, want []string
	}{
		{"a first hand ends the chain", []string{"1 CTA: Tarrant"},
			[]string{"CTA: Tarrant (first-hand)", "origin Tarrant in CTA, earliest CTA, 1 independent"}},
		{"an agency and whom it cites are two hops", []string{"1 Sentinel: CTA > Tarrant"},
			[]string{"Sentinel: CTA > Tarrant (first-hand)", "origin Tarrant in Sentinel, earliest Sentinel, 1 independent"}},
		{"a chain goes on in the cited outlet's own report", []string{"1 CTA: Tarrant", "2 Sentinel: CTA", "3 Review: Sentinel"},
			[]string{"CTA: Tarrant (first-hand)", "Sentinel: CTA > Tarrant (first-hand)", "Review: Sentinel > CTA > Tarrant (first-hand)", "origin Tarrant in CTA, earliest CTA, 1 independent"}},
		{"it goes on along what the first report says further in", []string{"1 Courier: memo > Oye; Mayor", "2 Ledger: Courier > memo", "3 Post: Courier > Mayor"},
			[]string{"Courier: memo > Oye (first-hand)", "Courier: Mayor (first-hand)", "Ledger: Courier > memo > Oye (first-hand)", "Post: Courier > Mayor (first-hand)", "origin Oye in Courier, earliest Courier, 2 independent"}},
		{"what the cited report does not have stays as it was told", []string{"1 Courier: Mayor", "2 Ledger: Courier > memo"},
			[]string{"Courier: Mayor (first-hand)", "Ledger: Courier > memo (document)", "origin Mayor in Courier, earliest Courier, 2 independent"}},
		{"never forward in time", []string{"5 CTA: Tarrant", "2 Sentinel: CTA"},
			[]string{"CTA: Tarrant (first-hand)", "Sentinel: CTA (not in the store)", "origin Tarrant in CTA, earliest Sentinel, 1 independent"}},
		{"an outlet that only echoes is no origin", []string{"1 Gazette: CTA", "2 Sentinel: CTA > Tarrant"},
			[]string{"Sentinel: CTA > Tarrant (first-hand)", "Gazette: CTA (not in the store)", "origin Tarrant in Sentinel, earliest Gazette, 1 independent"}},
		{"two first hands are two origins", []string{"1 Wire: Benetti", "2 Post: Moss", "3 Review: Wire; Post"},
			[]string{"Wire: Benetti (first-hand)", "Review: Wire > Benetti (first-hand)", "Post: Moss (first-hand)", "Review: Post > Moss (first-hand)", "origin Benetti in Wire, earliest Wire, 2 independent"}},
		{"two sources of one attribution are two chains", []string{"1 Wire: Ibarra + Kwan"},
			[]string{"Wire: Ibarra (first-hand)", "Wire: Kwan (first-hand)", "origin Ibarra in Wire, earliest Wire, 2 independent"}},
		{"who denies is no origin", []string{"1 CTA: Tarrant", "2 Press: !Abara"},
			[]string{"CTA: Tarrant (first-hand)", "origin Tarrant in CTA, earliest CTA, 1 independent"}},
		{"unless nobody says otherwise", []string{"1 Press: !Abara", "2 Post: !Abara"},
			[]string{"Press: Abara (first-hand)", "Post: Abara (first-hand)", "origin Abara in Press, earliest Press, 1 independent"}},
		{"a loop begins where the claim was first", []string{"1 Bourse: POST", "2 Post: BOURSE"},
			[]string{"Bourse: POST (loop)", "POST: Bourse > POST (loop)", "origin Bourse in Bourse, earliest Bourse, 1 independent", "circular Bourse, POST"}},
		{"a source inside a loop is its origin", []string{"1 Bourse: POST", "2 Post: BOURSE; Vell"},
			[]string{"POST: Vell (first-hand)", "Bourse: POST (loop)", "POST: Bourse > POST (loop)", "origin Vell in POST, earliest Bourse, 1 independent", "circular Bourse, POST"}},
		{"who had it first is the origin, named or not", []string{"1 Wire: somebody", "2 Post: memo", "3 Press: Rhee"},
			[]string{"Wire: somebody (anonymous)", "Post: memo (document)", "Press: Rhee (first-hand)", "origin somebody in Wire, earliest Wire, 3 independent"}},
		{"behind a document is whom it has it from, whoever tells that", []string{"1 Courier: memo > Oye", "2 Ledger: memo"},
			[]string{"Courier: memo > Oye (first-hand)", "Ledger: memo > Oye (first-hand)", "origin Oye in Courier, earliest Courier, 1 independent"}},
		{"no source is no origin", []string{"1 Wire: ?"},
			[]string{"Wire: ? (no source named)", "origin nobody, earliest Wire, 0 independent"}},
		{"an untold time is the last", []string{"~ Wire: Rhee", "3 Post: Rhee"},
			[]string{"Post: Rhee (first-hand)", "Wire: Rhee (first-hand)", "origin Rhee in Post, earliest Post, 1 independent"}},
		{"an outlet that cites itself does not go round", []string{"1 Wire: WIRE", "2 Wire: WIRE > Rhee"},
			[]string{"Wire: Wire (first-hand)", "Wire: Wire > Rhee (first-hand)", "origin Wire in Wire, earliest Wire, 1 independent"}},
		{"who publishes its own statement speaks first-hand", []string{"1 Ledger: BOARD", "2 BOARD: BOARD"},
			[]string{"Ledger: BOARD (first-hand)", "BOARD: BOARD (first-hand)", "origin BOARD in Ledger, earliest Ledger, 1 independent"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBook(t, tt.lines...)
			got, err := graph.Trace(t.Context(), b, graph.ClaimID(claimText), graph.AsOf{})
			if err != nil {
				t.Fatal(err)
			}
			if d := gocmp.Diff(tt.want, b.told(got)); d != "" {
				t.Errorf("Trace(%q) (-want +got):\n%s", tt.lines, d)
			}
		})
	}
}

// TestTraceOfManyWhoCiteEachOther: three outlets have a claim from each other, day after day, and each from somebody else whom the other does not name. The
// ways through them are more than could ever be walked one by one.
func TestTraceOfManyWhoCiteEachOther(t *testing.T) {
	var lines []string
	outlets := []string{"CTA", "POST", "BOURSE"}
	for i := range 150 {
		lines = append(lines, fmt.Sprintf("%d %s: %s > Witness %d", 1+i/6, outlets[i%3], outlets[(i+1)%3], i))
	}
	got, err := graph.Trace(t.Context(), newBook(t, lines...), graph.ClaimID(claimText), graph.AsOf{})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Chains) != 150 || got.IndependentOrigins != 150 {
		t.Errorf("got %d chains and %d origins, want 150 of each", len(got.Chains), got.IndependentOrigins)
	}
}
