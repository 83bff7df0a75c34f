package main

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"os"
	"time"

	"github.com/rs/zerolog"
	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"github.com/whence-graph/whence/ingest"
	"github.com/whence-graph/whence/ingest/read"
	"github.com/whence-graph/whence/ingest/sample"
)

func newIngest() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "ingest [FILE|DIR|-]..",
		Short: "Read reports into the store",
		Long: `Reads reports (JSON Lines, a JSON array, or a plain text a file) into the store, one report a transaction. Reports that are there already
are left as they are, so an ingest that was cut short is simply run again. A bad report is refused, with its
file, line and remedy, and the rest goes on.

A gazetteer lists actors with their names, so that reports which call one of them by different names speak of one. It is CSV with the
columns name, aliases (semicolons between them) and type, or FollowTheMoney entities in JSON, one a line. Use the same one for a store from its
first report on.`,
		Example: `  whence ingest --store whence.db reports.jsonl
  whence ingest --store whence.db --sample`,
	}
	store := storeFlag(cmd)
	withSample := cmd.Flags().Bool("sample", false, "read the sample reports that come with the program")
	gazetteer := cmd.Flags().String("gazetteer", "", "a file of actors known beforehand, and their names")
	workers := workersFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 && !*withSample {
			return usage("nothing to read: name a file or folder, - for standard input, or --sample")
		}
		if err := checkWorkers(*workers); err != nil {
			return err
		}
		extract := new(ingest.Extractor).Extract
		if *gazetteer != "" {
			g, err := readGazetteer(*gazetteer)
			if err != nil {
				return err
			}
			extract = g.Sharpen(extract)
		}
		s, err := openStore(cmd.Context(), *store)
		if err != nil {
			return err
		}
		defer s.Close()
		log := newLog(cmd.ErrOrStderr())
		bar, done := newProgress(cmd.ErrOrStderr())
		t, err := ingest.Run{
			Extract:  extract,
			Workers:  *workers,
			Now:      time.Now,
			Refused:  func(err error) { bar.clear(); logRefusal(log, err) },
			Progress: bar.show,
		}.Reports(cmd.Context(), s, reports(args, *withSample, cmd.InOrStdin(), func(path, why string) { bar.clear(); logSkipped(log, path, why) }))
		done()
		log.Info().Int("kept", t.Kept).Int("unchanged", t.Unchanged).Int("revised", t.Revised).Int("refused", t.Refused).Msg("ingested")
		if err == nil && t.Refused > 0 {
			return &exitError{code: exitRefused}
		}
		return err
	}
	return cmd
}

func readGazetteer(path string) (*ingest.Gazetteer, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, usage("--gazetteer: %v", err)
	}
	defer f.Close()
	return ingest.ReadGazetteer(path, f)
}

// maxWorkers is more than any machine has use for: each is given room whether it finds work or not.
const maxWorkers = 1000

func workersFlag(cmd *cobra.Command) *int {
	return cmd.Flags().Int("workers", 0, "how many reports to read at once (default one for each processor)")
}

func checkWorkers(n int) error {
	if n < 0 || n > maxWorkers {
		return usage("--workers %d: give 1 to %d, or nothing for one for each processor", n, maxWorkers)
	}
	return nil
}

func logRefusal(log zerolog.Logger, err error) { log.Warn().Err(err).Msg("refused") }

func logSkipped(log zerolog.Logger, path, why string) {
	log.Info().Str("path", path).Str("why", why).Msg("skipped")
}

// reports is the sample, if asked for, then what the paths name. Skipped is told of what is passed over in folders.
func reports(paths []string, withSample bool, stdin io.Reader, skipped func(path, why string)) iter.Seq2[ingest.Report, error] {
	var all []iter.Seq2[ingest.Report, error]
	if withSample {
		all = append(all, read.Reports("sample", bytes.NewReader(sample.Reports)))
	}
	for _, p := range paths {
		all = append(all, read.Path(p, stdin, skipped))
	}
	return func(yield func(ingest.Report, error) bool) {
		for _, seq := range all {
			for r, err := range seq {
				if !yield(r, err) {
					return
				}
			}
		}
	}
}

// progress is a bar on a terminal, nothing in a pipe.
type progress struct{ bar *progressbar.ProgressBar }

func newProgress(w io.Writer) (p progress, done func()) {
	if !terminal(w) {
		return progress{}, func() {}
	}
	p.bar = progressbar.NewOptions(-1, progressbar.OptionSetWriter(w), progressbar.OptionSetItsString("reports"), progressbar.OptionShowIts(), progressbar.OptionShowCount(),
		progressbar.OptionClearOnFinish(), progressbar.OptionSetDescription("reading"))
	return p, func() { p.bar.Finish() }
}

func (p progress) show(t ingest.Tally) {
	if p.bar != nil {
		p.bar.Describe(fmt.Sprintf("kept %d, unchanged %d, refused %d", t.Kept, t.Unchanged, t.Refused))
		p.bar.Set(t.Seen())
	}
}

func (p progress) clear() {
	if p.bar != nil {
		p.bar.Clear()
	}
}
