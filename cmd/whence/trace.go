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
Give the ID of a claim or of an attribution, or words: then the claim that fits them best is traced, of those that have at least half of them.`,
		Example: `  whence trace --store whence.db "invited to observe the exercise"
  whence trace --store whence.db --json c:3ekni7hr35wsj4m6tmcu`,
		Args:              cobra.MinimumNArgs(1),
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	store := storeFlag(cmd)
	asJSON := cmd.Flags().Bool("json", false, "for programs")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		s, err := openToRead(cmd.Context(), *store)
		if err != nil {
			return err
		}
		defer s.Close()
		t, err := traceWhat(cmd.Context(), s, strings.Join(args, " "))
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

func traceWhat(ctx context.Context, r graph.Reader, what string) (*graph.Tracing, error) {
	if id := graph.ID(strings.TrimSpace(what)); id.Kind() != 0 {
		return graph.Trace(ctx, r, id, graph.AsOf{})
	}
	t, err := graph.TraceText(ctx, r, what, graph.AsOf{})
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
	}
	tracedChain struct {
		Report     graph.ID    `json:"report"`
		Hops       []tracedHop `json:"hops"`
		End        graph.End   `json:"end"`
		Confidence float64     `json:"confidence"`
	}
	tracedHop struct {
		Actor       *graph.ID    `json:"actor"`
		Name        *string      `json:"name"`
		Attribution graph.ID     `json:"attribution"`
		Stance      graph.Stance `json:"stance"`
		Evidence    struct {
			Report graph.ID `json:"report"`
			Quote  string   `json:"quote"`
			Span   [2]int   `json:"span"`
		} `json:"evidence"`
		Confidence float64 `json:"confidence"`
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
	for _, c := range t.Chains {
		chain := tracedChain{Report: c.Report, End: c.End, Confidence: c.Confidence}
		for _, h := range c.Hops {
			hop := tracedHop{Attribution: h.Attribution, Stance: h.Stance, Confidence: h.Confidence}
			if a := t.Actors[h.Actor]; a != nil {
				hop.Actor, hop.Name = &a.ID, &a.Name
			}
			hop.Evidence.Report, hop.Evidence.Quote, hop.Evidence.Span = h.Report, h.Evidence.Quote, points[h.Report].Span(h.Evidence.Span)
			chain.Hops = append(chain.Hops, hop)
		}
		line.Chains = append(line.Chains, chain)
	}
	published := func(at time.Time) *string {
		if at.IsZero() {
			return nil
		}
		s := at.Format(time.RFC3339)
		return &s
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
	var b strings.Builder
	fmt.Fprintf(&b, "“%s”\n%s\n\n", oneLine(t.Claim.Text, 400), t.Claim.ID)
	if t.Origin != nil {
		fmt.Fprintf(&b, "Origin        %s, in %s\n", title(t, t.Origin.Actor), byline(t, t.Origin.Report))
	} else {
		fmt.Fprintf(&b, "Origin        not told: no report names a source\n")
	}
	if t.Earliest != nil {
		fmt.Fprintf(&b, "Earliest      %s\n", byline(t, t.Earliest.ID))
	}
	fmt.Fprintf(&b, "Independent   %s\n", count(t.IndependentOrigins, "origin"))
	for _, loop := range t.Circular {
		names := make([]string, len(loop))
		for i, id := range loop {
			names[i] = outlet(t, id)
		}
		fmt.Fprintf(&b, "Circular      %s cite each other\n", strings.Join(names, " and "))
	}
	for _, c := range t.Chains {
		fmt.Fprintf(&b, "\n%s\n", byline(t, c.Report))
		at := c.Report
		indent := ""
		for i, h := range c.Hops {
			where := ""
			if h.Report != at {
				where = "  [in " + byline(t, h.Report) + "]"
				at = h.Report
			}
			fmt.Fprintf(&b, "%s└─ %s%s %s%s\n", indent, title(t, h.Actor), verb(h.Stance), percent(h.Confidence), where)
			indent += "   "
			bar := "   "
			if i < len(c.Hops)-1 {
				bar = "│  "
			}
			for _, l := range wrap(oneLine(h.Evidence.Quote, 240), 96-len(indent)) {
				fmt.Fprintf(&b, "%s%s%s\n", indent, bar, l)
			}
		}
		fmt.Fprintf(&b, "%s■ %s\n", indent, endings[c.End])
	}
	return b.String()
}

var endings = map[graph.End]string{
	graph.FirstHand:    "first-hand",
	graph.AtDocument:   "a document",
	graph.AtAnonymous:  "anonymous",
	graph.NotInStore:   "an outlet whose own report is not in the store",
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

func count(n int, of string) string {
	if n == 1 {
		return "1 " + of
	}
	return fmt.Sprintf("%d %ss", n, of)
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
