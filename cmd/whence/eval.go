package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/whence-graph/whence/ingest"
	"github.com/whence-graph/whence/ingest/score"
)

func newEval() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "eval GOLD..",
		Short: "Hold what is read against what people marked",
		Long: `Reads marked reports, extracts from their texts, and compares: how many attributions are right, by role, quotation and hop, how many words
are in the wrong mouth, and how often each confidence is right. GOLD is JSON Lines of reports with their "attributions" (source, cue and
content as lists of [start, end] in code points, as the PolNeAR corpus has them), a story (an object with "reports" and "attributions", spans
as [words, n]), or a folder of such files. Figures are percent. See the documentation of ingest/score for what each counts.`,
		Example: `  whence eval marked.jsonl`,
		Args:    cobra.MinimumNArgs(1),
	}
	workers := workersFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := checkWorkers(*workers); err != nil {
			return err
		}
		log := newLog(cmd.ErrOrStderr())
		var gold []score.Marked
		refused := false
		refuse := func(err error) error {
			var bad *ingest.Error
			if !errors.As(err, &bad) {
				return err
			}
			refused = true
			logRefusal(log, err)
			return nil
		}
		for _, path := range args {
			for m, err := range score.Gold(path) {
				if err == nil {
					gold = append(gold, m)
				} else if err := refuse(err); err != nil {
					return err
				}
			}
		}
		texts := func(yield func(ingest.Report, error) bool) {
			for _, m := range gold {
				if !yield(m.Report, nil) {
					return
				}
			}
		}
		var t score.Tally
		at := 0
		for a, err := range (ingest.Run{Workers: *workers}).Analyse(cmd.Context(), texts) {
			m := gold[at]
			at++
			if err != nil {
				if err := refuse(err); err != nil {
					return err
				}
				continue
			}
			t.Add(m.Report.Text, m.Gold, score.Items(a.Analysis))
		}
		if err := cmd.Context().Err(); err != nil {
			return err
		}
		if t.Articles == 0 {
			return fmt.Errorf("no marked report in %q: see whence eval --help for the forms", args)
		}
		if err := t.Write(cmd.OutOrStdout()); err != nil {
			return err
		}
		if refused {
			return &exitError{code: exitRefused}
		}
		return nil
	}
	return cmd
}
