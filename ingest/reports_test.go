package ingest_test

import (
	"bytes"
	"iter"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/whence-graph/whence/ingest"
	"github.com/whence-graph/whence/ingest/read"
	"github.com/whence-graph/whence/ingest/sample"
	"github.com/whence-graph/whence/ingest/score"
)

// TestAnyNumberOfWorkers wants the same analyses, confidences and all, whoever else is reading.
func TestAnyNumberOfWorkers(t *testing.T) {
	var want []ingest.Analysed
	for _, n := range []int{1, 2, 8} {
		var got []ingest.Analysed
		for a, err := range (ingest.Run{Workers: n}).Analyse(t.Context(), read.Reports("sample", bytes.NewReader(sample.Reports))) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, a)
		}
		if want == nil {
			want = got
		}
		if len(got) == 0 || !reflect.DeepEqual(got, want) {
			t.Errorf("%d workers: %d analyses that are not those of one", n, len(got))
		}
	}
}

// BenchmarkReports is the whole way from text to analysis over the sample, or over the reports that WHENCE_BENCH names, by one
// worker and by two: reports a second, words a second, and the most memory that the program has had.
func BenchmarkReports(b *testing.B) {
	var reports []ingest.Report
	words := 0
	load := func(seq iter.Seq2[ingest.Report, error]) {
		for r, err := range seq {
			if err != nil {
				b.Fatal(err)
			}
			reports = append(reports, r)
			words += len(strings.Fields(r.Text))
		}
	}
	if path := os.Getenv("WHENCE_BENCH"); path != "" {
		load(read.Path(path, nil, nil))
	} else {
		load(read.Reports("sample", bytes.NewReader(sample.Reports)))
	}
	for _, workers := range []int{1, 2} {
		b.Run("workers="+strconv.Itoa(workers), func(b *testing.B) {
			for b.Loop() {
				texts := func(yield func(ingest.Report, error) bool) {
					for _, r := range reports {
						if !yield(r, nil) {
							return
						}
					}
				}
				for _, err := range (ingest.Run{Workers: workers}).Analyse(b.Context(), texts) {
					if err != nil {
						b.Fatal(err)
					}
				}
			}
			seconds := b.Elapsed().Seconds()
			b.ReportMetric(float64(b.N*len(reports))/seconds, "reports/s")
			b.ReportMetric(float64(b.N*words)/seconds, "words/s")
			if mb := peak(); mb > 0 {
				b.ReportMetric(mb, "peak-MB")
			}
		})
	}
}

// peak is the most memory that this program has had resident, where the system tells.
func peak() float64 {
	raw, err := os.ReadFile(filepath.FromSlash("/proc/self/status"))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(raw), "VmHWM:")
	number, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	kb, _ := strconv.ParseFloat(number, 64)
	return kb / 1024
}

// TestGold holds what is read of the invented stories in testdata/gold to what it has been: a change that loses much shows.
func TestGold(t *testing.T) {
	var c score.Tally
	for m, err := range score.Gold("testdata/gold") {
		if err != nil {
			t.Fatal(err)
		}
		a, err := new(ingest.Extractor).Extract(m.Report)
		if err != nil {
			t.Fatal(err)
		}
		c.Add(m.Report.Text, m.Gold, score.Items(a))
	}
	f := c.Attribution()
	t.Logf("%d reports: attribution P %.3f R %.3f F1 %.3f; %d of %d in the wrong mouth", c.Articles, f.P, f.R, f.F1, c.WrongMouth, c.Found)
	if f.F1 < 0.85 || float64(c.WrongMouth) > 0.05*float64(c.Found) {
		t.Errorf("%+v, %d of %d in the wrong mouth", f, c.WrongMouth, c.Found)
	}
}
