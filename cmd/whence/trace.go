package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/whence-graph/whence/graph"
)

func newTrace() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "trace ID|TEXT",
		Short: "Follow a claim to its origin",
		Long: `Follows a claim, hop by hop and with the words that prove each hop, through every report in the store to whoever first made it.
Give the ID of a claim or of an attribution, or words: then the claim that fits them best is traced, of those that have at least half of them.

Reports that copy another are shown with it (=), and count once. Of each chain it says why it stops (■), what changed on the way from one report
to the next (≠), and what was taken back since (✗). Times are RFC 3339, or a day, which means its end in UTC.`,
		Example: `  whence trace --store whence.db "invited to observe the exercise"
  whence trace --store whence.db --json c:3ekni7hr35wsj4m6tmcu`,
		Args:              cobra.MinimumNArgs(1),
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	store := storeFlag(cmd)
	asJSON := cmd.Flags().Bool("json", false, "for programs")
	published := cmd.Flags().String("as-of", "", "as the press stood at a time: only what was published by then")
	ingested := cmd.Flags().String("ingested-as-of", "", "as the store stood at a time: only what it had got by then")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		var at graph.AsOf
		for _, f := range []struct {
			flag, value string
			to          *time.Time
		}{{"--as-of", *published, &at.Published}, {"--ingested-as-of", *ingested, &at.Ingested}} {
			var err error
			if *f.to, err = moment(f.value); err != nil {
				return usage("%s: %q is no time: give one like 2026-04-14 or 2026-04-14T07:05:00Z", f.flag, f.value)
			}
		}
		s, err := openToRead(cmd.Context(), *store)
		if err != nil {
			return err
		}
		defer s.Close()
		t, err := traceWhat(cmd.Context(), s, strings.Join(args, " "), at)
		if errors.Is(err, graph.ErrInvalid) {
			return usage("%v", err)
		}
		if err != nil {
			return err
		}
		if *asJSON {
			raw, err := json.Marshal(tracedJSON(t))
			if err != nil {
				return err
			}
			shown, err := pretty(raw, 110)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), shown)
			return err
		}
		_, err = io.WriteString(cmd.OutOrStdout(), traceTree(t))
		return err
	}
	return cmd
}

// moment is the time that a user means: the zero one for nothing, the end of a day for a day.
func moment(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if day, err := time.Parse(time.DateOnly, s); err == nil {
		return day.AddDate(0, 0, 1).Add(-time.Microsecond), nil
	}
	t, err := time.Parse(time.RFC3339, s)
	return t.UTC(), err
}

func traceWhat(ctx context.Context, r graph.Reader, what string, at graph.AsOf) (*graph.Tracing, error) {
	if id := graph.ID(strings.TrimSpace(what)); id.Kind() != 0 {
		return graph.Trace(ctx, r, id, at)
	}
	t, err := graph.TraceText(ctx, r, what, at)
	if errors.Is(err, graph.ErrNotFound) {
		err = fmt.Errorf("%w: no claim has half of these words; give fewer, as the reports have them, or ingest what reports it", err)
	}
	return t, err
}

// What trace --json writes, as the contract has it.
type (
	tracedLine struct {
		Claim struct {
			ID   graph.ID `json:"id"`
			Text string   `json:"text"`
		} `json:"claim"`
		Chains             []tracedChain `json:"chains"`
		Origin             *tracedOrigin `json:"origin"`
		Earliest           *tracedReport `json:"earliest"`
		IndependentOrigins int           `json:"independentOrigins"`
		Circular           [][]graph.ID  `json:"circular"`
		Denials            []tracedHop   `json:"denials"`
		Copies             []tracedCopy  `json:"copies"`
		Corrections        []tracedFix   `json:"corrections"`
		Withdrawn          bool          `json:"withdrawn"`
	}
	tracedCopy struct {
		Report    graph.ID `json:"report"`
		Of        graph.ID `json:"of"`
		Share     float64  `json:"share"`
		Revision  bool     `json:"revision"`
		Withdrawn bool     `json:"withdrawn"`
	}
	tracedFix struct {
		Report    graph.ID         `json:"report"`
		Published *string          `json:"published"`
		How       graph.Correcting `json:"how"`
		Withdraws []graph.ID       `json:"withdraws"`
		Evidence  tracedEvidence   `json:"evidence"`
	}
	tracedEvidence struct {
		Report graph.ID `json:"report"`
		Quote  string   `json:"quote"`
		Span   [2]int   `json:"span"`
	}
	tracedDrift struct {
		Kind graph.DriftKind `json:"kind"`
		From tracedEvidence  `json:"from"`
		To   tracedEvidence  `json:"to"`
	}
	tracedCandidate struct {
		Report   graph.ID       `json:"report"`
		Why      []graph.Reason `json:"why"`
		Score    float64        `json:"score"`
		Evidence tracedEvidence `json:"evidence"`
		Drift    []tracedDrift  `json:"drift"`
	}
	tracedChain struct {
		Report     graph.ID          `json:"report"`
		Hops       []tracedHop       `json:"hops"`
		End        graph.End         `json:"end"`
		Candidates []tracedCandidate `json:"candidates"`
		Withdrawn  bool              `json:"withdrawn"`
		Confidence float64           `json:"confidence"`
	}
	tracedHop struct {
		Actor       *graph.ID      `json:"actor"`
		Name        *string        `json:"name"`
		Attribution graph.ID       `json:"attribution"`
		Stance      graph.Stance   `json:"stance"`
		Evidence    tracedEvidence `json:"evidence"`
		Drift       []tracedDrift  `json:"drift"`
		Confidence  float64        `json:"confidence"`
	}
	tracedOrigin struct {
		Actor       graph.ID `json:"actor"`
		Name        string   `json:"name"`
		Report      graph.ID `json:"report"`
		Published   *string  `json:"published"`
		Attribution graph.ID `json:"attribution"`
	}
	tracedReport struct {
		Report    graph.ID `json:"report"`
		Published *string  `json:"published"`
	}
)

func tracedJSON(t *graph.Tracing) tracedLine {
	line := tracedLine{Chains: []tracedChain{}, IndependentOrigins: t.IndependentOrigins, Circular: append([][]graph.ID{}, t.Circular...)}
	line.Claim.ID, line.Claim.Text = t.Claim.ID, t.Claim.Text
	points := map[graph.ID]graph.Points{}
	for id, r := range t.Reports {
		points[id] = graph.NewPoints(r.Text)
	}
	evidence := func(e graph.Evidence) tracedEvidence {
		return tracedEvidence{e.Report, e.Quote, points[e.Report].Span(e.Span)}
	}
	drifts := func(list []graph.Drift) []tracedDrift {
		out := []tracedDrift{}
		for _, d := range list {
			out = append(out, tracedDrift{d.Kind, evidence(d.From), evidence(d.To)})
		}
		return out
	}
	hopOf := func(h graph.Hop) tracedHop {
		hop := tracedHop{Attribution: h.Attribution, Stance: h.Stance, Evidence: evidence(h.Evidence), Drift: drifts(h.Drift), Confidence: h.Confidence}
		if a := t.Actors[h.Actor]; a != nil {
			hop.Actor, hop.Name = &a.ID, &a.Name
		}
		return hop
	}
	line.Denials = []tracedHop{}
	for _, h := range t.Denials {
		line.Denials = append(line.Denials, hopOf(h))
	}
	for _, c := range t.Chains {
		chain := tracedChain{Report: c.Report, End: c.End, Candidates: []tracedCandidate{}, Withdrawn: c.Withdrawn, Confidence: c.Confidence}
		for _, h := range c.Hops {
			chain.Hops = append(chain.Hops, hopOf(h))
		}
		for _, x := range c.Candidates {
			chain.Candidates = append(chain.Candidates, tracedCandidate{x.Report, x.Why, x.Score, evidence(x.Evidence), drifts(x.Drift)})
		}
		line.Chains = append(line.Chains, chain)
	}
	line.Copies, line.Corrections, line.Withdrawn = []tracedCopy{}, []tracedFix{}, t.Withdrawn
	for _, c := range t.Copies {
		line.Copies = append(line.Copies, tracedCopy(c))
	}
	published := func(at time.Time) *string {
		if at.IsZero() {
			return nil
		}
		s := at.Format(time.RFC3339)
		return &s
	}
	for _, c := range t.Corrections {
		line.Corrections = append(line.Corrections, tracedFix{c.Report, published(c.Published), c.How, c.Withdraws, evidence(c.Evidence)})
	}
	if o := t.Origin; o != nil {
		line.Origin = &tracedOrigin{o.Actor, t.Actors[o.Actor].Name, o.Report, published(o.Published), o.Attribution}
	}
	if r := t.Earliest; r != nil {
		line.Earliest = &tracedReport{r.ID, published(r.Published)}
	}
	return line
}

// traceTree draws the chains for a person: each from the report that has it inwards to where it ends.
func traceTree(t *graph.Tracing) string {
	d := drawing{Tracing: t, shown: map[graph.ID]bool{}}
	fmt.Fprintf(&d, "“%s”\n%s\n\n", oneLine(t.Claim.Text, 400), t.Claim.ID)
	d.summary()
	for _, c := range t.Chains {
		d.chain(c)
	}
	return d.String()
}

// drawing is a trace being drawn.
type drawing struct {
	strings.Builder
	*graph.Tracing
	shown map[graph.ID]bool // attributions whose words have been shown
}

func (d *drawing) summary() {
	t := d.Tracing
	if len(t.Chains) == 0 {
		fmt.Fprintf(d, "Nobody had said it by then.\n")
		return
	}
	if t.Origin != nil {
		fmt.Fprintf(d, "Origin        %s, in %s\n", title(t, t.Origin.Actor), byline(t, t.Origin.Report))
	} else {
		fmt.Fprintf(d, "Origin        not told: no report names a source\n")
	}
	if t.Earliest != nil {
		fmt.Fprintf(d, "Earliest      %s\n", byline(t, t.Earliest.ID))
	}
	fmt.Fprintf(d, "Independent   %s%s\n", count(t.IndependentOrigins, "origin", "origins"), d.copied())
	for _, h := range t.Denials {
		fmt.Fprintf(d, "%-14s%s, in %s\n", map[graph.Stance]string{graph.Denies: "Denied", graph.Doubts: "Doubted"}[h.Stance], title(t, h.Actor), byline(t, h.Report))
	}
	for _, loop := range t.Circular {
		names := make([]string, len(loop))
		for i, id := range loop {
			names[i] = outlet(t, id)
		}
		fmt.Fprintf(d, "Circular      %s cite each other\n", strings.Join(names, " and "))
	}
	depend := 0
	for _, c := range t.Chains {
		if c.Withdrawn {
			depend++
		}
	}
	if depend > 0 {
		of := fmt.Sprintf("%d of %s %s", depend, count(len(t.Chains), "chain", "chains"), map[bool]string{true: "depends", false: "depend"}[depend == 1])
		if t.Withdrawn {
			of = "all of it depends"
		}
		fmt.Fprintf(d, "Withdrawn     %s on what was taken back\n", of)
	}
	for _, c := range t.Corrections {
		fmt.Fprintf(d, "  ✗ %s, %s\n", byline(t, c.Report), correcting[c.How])
		d.quote("      ", c.Evidence.Quote)
	}
}

// copied tells how many reports are no origins of their own because they copy others.
func (d *drawing) copied() string {
	copies, revisions := 0, 0
	for _, c := range d.Copies {
		if c.Revision {
			revisions++
		} else {
			copies++
		}
	}
	var list []string
	if copies > 0 {
		list = append(list, count(copies, "copy", "copies"))
	}
	if revisions > 0 {
		list = append(list, count(revisions, "later revision", "later revisions"))
	}
	if list == nil {
		return ""
	}
	return " (" + strings.Join(list, " and ") + " left out)"
}

var correcting = map[graph.Correcting]string{
	graph.Noticed: "takes it back:",
	graph.ToldOf:  "tells that it was taken back:",
	graph.Dropped: "has it no more; the text before said:",
}

func (d *drawing) quote(indent, words string) {
	for _, l := range wrap(oneLine(words, 240), 98-len([]rune(indent))) {
		fmt.Fprintf(d, "%s%s\n", indent, l)
	}
}

func (d *drawing) chain(c graph.Chain) {
	fmt.Fprintf(d, "\n%s\n", byline(d.Tracing, c.Report))
	at, indent := c.Report, ""
	for i, h := range c.Hops {
		where, seen := " "+percent(h.Confidence), d.shown[h.Attribution]
		if seen {
			where = ", as above"
		} else if h.Report != at {
			where += "  [in " + byline(d.Tracing, h.Report) + "]"
		}
		fmt.Fprintf(d, "%s└─ %s%s%s\n", indent, title(d.Tracing, h.Actor), verb(h.Stance), where)
		indent += "   "
		bar := "   "
		if i < len(c.Hops)-1 {
			bar = "│  "
		}
		if !seen {
			d.quote(indent+bar, h.Evidence.Quote)
		}
		for _, w := range h.Drift {
			d.quote(indent+bar, "≠ "+drifted(w, outlet(d.Tracing, at)))
		}
		d.shown[h.Attribution], at = true, h.Report
	}
	fmt.Fprintf(d, "%s■ %s\n", indent, endings[c.End])
	for _, x := range c.Candidates {
		fmt.Fprintf(d, "%s? %s (%.0f %% of it: %s)\n", indent, byline(d.Tracing, x.Report), 100*x.Score, reasons(x.Why))
		d.quote(indent+"  ", x.Evidence.Quote)
		for _, w := range x.Drift {
			d.quote(indent+"  ", "≠ "+drifted(w, outlet(d.Tracing, c.Report)))
		}
	}
	if c.Withdrawn {
		fmt.Fprintf(d, "%s✗ taken back since\n", indent)
	}
	for _, x := range d.Copies {
		if x.Of != c.Report || d.shown[x.Report] {
			continue
		}
		d.shown[x.Report] = true
		how := fmt.Sprintf("%.0f %% the same words", 100*x.Share)
		if x.Revision {
			how = "a later revision"
		}
		if x.Withdrawn {
			how += "  ✗ taken back since"
		}
		fmt.Fprintf(d, "%s= %s: %s\n", indent, byline(d.Tracing, x.Report), how)
	}
}

// drifted tells what changed on the way to who.
func drifted(d graph.Drift, who string) string {
	from, to := oneLine(d.From.Quote, 90), oneLine(d.To.Quote, 90)
	switch d.Kind {
	case graph.HedgeDropped:
		return fmt.Sprintf("hedge dropped: “%s” is missing in %s: “%s”", from, who, to)
	case graph.HedgeAdded:
		return fmt.Sprintf("hedge added: “%s” in %s", to, who)
	case graph.IntermediaryDropped:
		return fmt.Sprintf("intermediary dropped: “%s” is not named in %s", from, who)
	}
	return fmt.Sprintf("%s: “%s” became “%s” in %s", d.Kind, from, to, who)
}

func reasons(list []graph.Reason) string {
	words := make([]string, len(list))
	for i, r := range list {
		words[i] = map[graph.Reason]string{graph.Linked: "linked", graph.Publishes: "the same outlet", graph.SameSource: "the same source"}[r]
	}
	return strings.Join(words, ", ")
}

var endings = map[graph.End]string{
	graph.FirstHand:    "first-hand",
	graph.AtDocument:   "a document",
	graph.AtAnonymous:  "anonymous",
	graph.Open:         "open: the report that it cites was not found; it could be",
	graph.NotInStore:   "a report that is not in the store",
	graph.InLoop:       "a loop: the outlets cite each other",
	graph.UnnamedThere: "no source named",
}

func verb(s graph.Stance) string {
	if s == graph.Asserts {
		return ""
	}
	return " " + string(s)
}

func percent(c float64) string { return fmt.Sprintf("(%.0f %%)", 100*c) }

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// title is an actor's name with the longest of its titles.
func title(t *graph.Tracing, id graph.ID) string {
	a := t.Actors[id]
	if a == nil {
		return "no source named"
	}
	longest := ""
	for _, r := range a.Roles {
		if len(r.Title) > len(longest) {
			longest = r.Title
		}
	}
	if longest != "" {
		longest = ", " + longest
	}
	return oneLine(a.Name+longest, 200)
}

func outlet(t *graph.Tracing, report graph.ID) string {
	r := t.Reports[report]
	if a := t.Actors[r.Outlet]; a != nil {
		return oneLine(a.Name, 200)
	}
	for _, s := range []string{r.Given, r.URL} {
		if s != "" {
			return oneLine(s, 200)
		}
	}
	return string(report)
}

func byline(t *graph.Tracing, report graph.ID) string {
	s := outlet(t, report)
	if r := t.Reports[report]; !r.Published.IsZero() {
		s += r.Published.Format(", 2 January 2006 15:04")
	}
	return s
}

// oneLine is the text on one line and cut to so many runes, without what would steer a terminal or turn its lines around:
// reports are other people's.
func oneLine(text string, most int) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && !unicode.IsSpace(r) || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, text)
	runes := []rune(strings.Join(strings.Fields(text), " "))
	if len(runes) > most {
		cut := strings.LastIndexByte(string(runes[:most]), ' ')
		runes = []rune(string(runes[:most])[:max(cut, 0)] + " …")
	}
	return string(runes)
}

// wrap breaks a line at spaces so that no line is longer than width, where a space allows it.
func wrap(s string, width int) []string {
	var out []string
	line := ""
	for w := range strings.FieldsSeq(s) {
		if line != "" && len([]rune(line))+1+len([]rune(w)) > max(width, 40) {
			out = append(out, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += w
	}
	return append(out, line)
}
