package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/ingest"
)

func newExtract() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "extract [FILE|DIR|-]..",
		Short: "Show what reports say, without a store",
		Long: `Reads reports and writes one analysis a report, in their order: who said what in which words, who is who, who did what to whom.
Places are code points in the report's text, end exclusive.`,
		Example: `  whence extract report.txt --format jsonl`,
	}
	format := formatFlag(cmd, "jsonl")
	workers := workersFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if *format != "jsonl" {
			return usage("--format %s: extract writes jsonl", *format)
		}
		if err := checkWorkers(*workers); err != nil {
			return err
		}
		if len(args) == 0 {
			args = []string{"-"}
		}
		log := newLog(cmd.ErrOrStderr())
		w := bufio.NewWriterSize(cmd.OutOrStdout(), 1<<16)
		out := json.NewEncoder(w)
		out.SetEscapeHTML(false)
		refused := false
		skipped := func(path, why string) { logSkipped(log, path, why) }
		for a, err := range (ingest.Run{Workers: *workers}).Analyse(cmd.Context(), reports(args, false, cmd.InOrStdin(), skipped)) {
			if err != nil {
				var bad *ingest.Error
				if !errors.As(err, &bad) || cmd.Context().Err() != nil {
					return err
				}
				refused = true
				logRefusal(log, err)
				continue
			}
			if err := errors.Join(out.Encode(extracted(a)), w.Flush()); err != nil {
				return err
			}
		}
		if err := cmd.Context().Err(); err != nil {
			return err
		}
		if refused {
			return &exitError{code: exitRefused}
		}
		return nil
	}
	return cmd
}

// The line that extract writes, as the contract has it.
type (
	extractLine struct {
		ID           string                 `json:"id"`
		Attributions []extractedAttribution `json:"attributions"`
		Mentions     []extractedMention     `json:"mentions"`
		Relations    []extractedRelation    `json:"relations"`
	}
	extractedAttribution struct {
		Source     [][2]int        `json:"source"`
		Cue        [][2]int        `json:"cue"`
		Content    [][2]int        `json:"content"`
		Sources    []string        `json:"sources"`
		Quote      graph.Quotation `json:"quote"`
		Stance     graph.Stance    `json:"stance"`
		Via        *int            `json:"via"`
		Confidence float64         `json:"confidence"`
	}
	extractedMention struct {
		ID    string          `json:"id"`
		Span  [2]int          `json:"span"`
		Kind  graph.ActorType `json:"kind"`
		Name  string          `json:"name"`
		Actor int             `json:"actor"` // mentions of one actor have one number
	}
	extractedRelation struct {
		Subject    string         `json:"subject"`
		Predicate  string         `json:"predicate"`
		Class      string         `json:"class,omitempty"`
		Object     string         `json:"object"`
		Evidence   [][2]int       `json:"evidence"`
		AssertedBy *int           `json:"assertedBy"`
		Polarity   graph.Polarity `json:"polarity"`
		Modality   graph.Modality `json:"modality"`
		Confidence float64        `json:"confidence"`
	}
)

func extracted(a ingest.Analysed) extractLine {
	points := graph.NewPoints(a.Report.Text)
	spans := func(list []graph.Span) [][2]int {
		out := make([][2]int, len(list))
		for i, s := range list {
			out[i] = points.Span(s)
		}
		return out
	}
	mention := func(i int) string { return "m" + strconv.Itoa(i+1) }
	index := func(i int) *int {
		if i == ingest.None {
			return nil
		}
		return &i
	}
	an := a.Analysis
	line := extractLine{ID: a.Report.ID, Attributions: []extractedAttribution{}, Mentions: []extractedMention{}, Relations: []extractedRelation{}}
	for i, m := range an.Mentions {
		who := an.Actors[m.Actor]
		line.Mentions = append(line.Mentions, extractedMention{mention(i), points.Span(m.Span), who.Type, who.Name, m.Actor})
	}
	for _, t := range an.Attributions {
		sources := []string{}
		for _, m := range t.Sources {
			sources = append(sources, mention(m))
		}
		line.Attributions = append(line.Attributions, extractedAttribution{spans(t.Source), spans(t.Cue), spans(t.Content), sources, t.Quotation, t.Stance, index(t.Via), t.Confidence})
	}
	for _, r := range an.Relations {
		line.Relations = append(line.Relations, extractedRelation{mention(r.Subject), r.Predicate, r.Class, mention(r.Object), spans(r.Evidence), index(r.AssertedBy), r.Polarity, r.Modality, r.Confidence})
	}
	return line
}
