package ingest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/graph/dump"
	"github.com/whence-graph/whence/graph/sqlite"
	"github.com/whence-graph/whence/ingest"
	"github.com/whence-graph/whence/ingest/read"
	"github.com/whence-graph/whence/ingest/sample"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t testing.TB) graph.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func sampleReports(t testing.TB) []ingest.Report {
	t.Helper()
	var out []ingest.Report
	for r, err := range read.Reports("sample", bytes.NewReader(sample.Reports)) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
	return out
}

func stream(list []ingest.Report) iter.Seq2[ingest.Report, error] {
	return func(yield func(ingest.Report, error) bool) {
		for _, r := range list {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func dumped(t testing.TB, s graph.Reader) string {
	t.Helper()
	var b strings.Builder
	if err := dump.Write(t.Context(), &b, s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The graph is a function of the set of reports: not of their order, nor of how many are read at once, nor of whether
// they come in one run or in several.
func TestOrderDoesNotMatter(t *testing.T) {
	reports := sampleReports(t)
	var want string
	for i := range 6 {
		rnd := rand.New(rand.NewPCG(1, uint64(i)))
		order := rnd.Perm(len(reports))
		if i == 0 {
			slices.Sort(order)
		}
		shuffled := make([]ingest.Report, len(reports))
		for k, j := range order {
			shuffled[k] = reports[j]
		}
		s := open(t)
		cut := rnd.IntN(len(shuffled))
		for _, part := range [][]ingest.Report{shuffled[:cut], shuffled[cut:], shuffled[cut/2:]} {
			if _, err := (ingest.Run{Workers: 1 + i%4}).Reports(t.Context(), s, stream(part)); err != nil {
				t.Fatal(err)
			}
		}
		got := dumped(t, s)
		if i == 0 {
			want = got
			continue
		}
		if d := cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")); d != "" {
			t.Fatalf("in the order %v the graph is another (-want +got):\n%s", order, d)
		}
	}
}

func TestTally(t *testing.T) {
	s := open(t)
	reports := sampleReports(t)
	bad := &ingest.Error{Source: "x", Line: 3, Err: errors.New("no text")}
	var refused []error
	run := ingest.Run{Refused: func(err error) { refused = append(refused, err) }}
	got, err := run.Reports(t.Context(), s, func(yield func(ingest.Report, error) bool) {
		for i, r := range reports {
			if i == 2 && !yield(ingest.Report{}, bad) || !yield(r, nil) {
				return
			}
		}
	})
	if want := (ingest.Tally{Kept: len(reports), Revised: 1, Refused: 1}); err != nil || got != want {
		t.Errorf("the first run: %+v, %v; want %+v", got, err, want)
	}
	if len(refused) != 1 || !errors.Is(refused[0], bad) {
		t.Errorf("refused %v", refused)
	}
	before := dumped(t, s)
	generation, _ := s.Generation(t.Context())
	got, err = run.Reports(t.Context(), s, stream(reports))
	if want := (ingest.Tally{Unchanged: len(reports)}); err != nil || got != want {
		t.Errorf("the second run: %+v, %v; want %+v", got, err, want)
	}
	if again, _ := s.Generation(t.Context()); again != generation || dumped(t, s) != before {
		t.Error("running again changed the store")
	}
}

// A reader that panics or points outside the text is our fault, and costs one report.
func TestFaultyReader(t *testing.T) {
	s := open(t)
	var refused []error
	run := ingest.Run{
		Extract: func(r ingest.Report) (ingest.Analysis, error) {
			switch r.ID {
			case "panics":
				panic("index out of range")
			case "outside":
				return ingest.Analysis{Actors: []ingest.Actor{{}}, Mentions: []ingest.Mention{{Span: graph.Span{Start: 0, End: 99}}}}, nil
			}
			return ingest.Analysis{}, nil
		},
		Refused: func(err error) { refused = append(refused, err) },
	}
	got, err := run.Reports(t.Context(), s, stream([]ingest.Report{{ID: "panics", Text: "a"}, {ID: "outside", Text: "b"}, {ID: "fine", Text: "c"}}))
	if want := (ingest.Tally{Kept: 1, Refused: 2}); err != nil || got != want {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
	for _, err := range refused {
		var e *ingest.Error
		if !errors.As(err, &e) || e.Remedy == "" && e.Step == "" {
			t.Errorf("%v does not say where", err)
		}
	}
}

// A report is kept when it has come, also when the next one is long in coming.
func TestSlowStream(t *testing.T) {
	s := open(t)
	kept := make(chan bool, 2)
	run := ingest.Run{Progress: func(ingest.Tally) { kept <- true }}
	got, err := run.Reports(t.Context(), s, func(yield func(ingest.Report, error) bool) {
		for _, text := range []string{"It rains.", "It snows."} {
			if !yield(ingest.Report{Text: text}, nil) {
				return
			}
			select {
			case <-kept:
			case <-time.After(5 * time.Second):
				t.Errorf("%q is not kept before there is another report", text)
			}
		}
	})
	if want := (ingest.Tally{Kept: 2}); err != nil || got != want {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
}

// A store that is lost stops the run, and what was tallied is in it.
func TestLostStore(t *testing.T) {
	s := open(t)
	n := 0
	run := ingest.Run{Progress: func(ingest.Tally) {
		if n++; n == 5 {
			s.Close()
		}
	}}
	got, err := run.Reports(t.Context(), s, stream(sampleReports(t)))
	if !errors.Is(err, graph.ErrUnavailable) || got.Kept != 5 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestCancelled(t *testing.T) {
	s := open(t)
	ctx, stop := context.WithCancel(t.Context())
	run := ingest.Run{Progress: func(got ingest.Tally) {
		if got.Kept == 3 {
			stop()
		}
	}}
	endless := func(yield func(ingest.Report, error) bool) {
		for i := 0; yield(ingest.Report{Text: fmt.Sprintf("Report %d: “It rains,” said Ada Quill.", i)}, nil); i++ {
		}
	}
	if got, err := run.Reports(ctx, s, endless); !errors.Is(err, context.Canceled) || got.Kept < 3 {
		t.Errorf("%+v, %v", got, err)
	}
}

// Where there is no URL, what two outlets print word for word is two reports, and what one prints twice is one.
func TestSameText(t *testing.T) {
	s := open(t)
	got, err := ingest.Run{}.Reports(t.Context(), s, stream([]ingest.Report{{Outlet: "Gazette", Text: "It rains."}, {Outlet: "Courier", Text: "It rains."}, {Outlet: "gazette", Text: "It rains."}}))
	if want := (ingest.Tally{Kept: 2, Unchanged: 1}); err != nil || got != want {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
}

// A revision is placed by its time, whichever came first.
func TestRevisions(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }
	versions := []ingest.Report{{URL: "u", Published: day(1), Text: "The bridge is shut."}, {URL: "u", Published: day(2), Text: "The bridge is open."}, {URL: "u", Published: day(3), Text: "The bridge is gone."}}
	for _, order := range [][]int{{0, 1, 2}, {2, 1, 0}, {1, 2, 0}, {2, 0, 1}} {
		s := open(t)
		for _, i := range order {
			if _, err := (ingest.Run{}).Reports(t.Context(), s, stream(versions[i:i+1])); err != nil {
				t.Fatal(err)
			}
		}
		var before graph.ID
		for _, v := range versions {
			n, err := graph.Get(t.Context(), s, graph.ReportID(v.URL, v.Text))
			if err != nil {
				t.Fatal(err)
			}
			if r := n.(*graph.Report); r.Revises != before {
				t.Errorf("in the order %v %q revises %q, want %q", order, v.Text, r.Revises, before)
			}
			before = n.NodeID()
		}
	}
}
