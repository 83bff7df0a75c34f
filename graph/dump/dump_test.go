package dump_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/graph/dump"
	"github.com/whence-graph/whence/graph/graphtest"
	"github.com/whence-graph/whence/graph/sqlite"
)

func open(t testing.TB) graph.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func written(t testing.TB, s graph.Reader) string {
	t.Helper()
	var b strings.Builder
	if err := dump.Write(t.Context(), &b, s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func generated(t testing.TB, reports int) string {
	t.Helper()
	s := open(t)
	for _, b := range graphtest.Generate(7, reports) {
		if err := s.Put(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	return written(t, s)
}

func TestReadGivesBackWhatWasWritten(t *testing.T) {
	want := generated(t, 30)
	s := open(t)
	if err := dump.Read(t.Context(), "dump", strings.NewReader(want), s); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(strings.Split(want, "\n"), strings.Split(written(t, s), "\n")); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if err := dump.Read(t.Context(), "dump", strings.NewReader(want), s); !errors.Is(err, dump.ErrNotEmpty) {
		t.Errorf("reading into a store that has something: %v", err)
	}
}

// What the model has no word for is refused, with its line, before anything answers with it.
func TestReadUnknown(t *testing.T) {
	whole := generated(t, 1)
	for from, to := range map[string]string{
		`"kind":"person"`:       `"kind":"alien"`,
		`"stance":"asserts"`:    `"stance":"gossips"`,
		`"quote":"indirect"`:    `"quote":""`,
		`"polarity":"affirmed"`: `"polarity":"maybe"`,
		`"modality":"actual"`:   `"modality":"odd"`,
		`"confidence":0`:        `"confidence":7`,
	} {
		if !strings.Contains(whole, from) {
			t.Fatalf("nothing has %s", from)
		}
		err := dump.Read(t.Context(), "dump", strings.NewReader(strings.ReplaceAll(whole, from, to)), open(t))
		if !errors.Is(err, graph.ErrInvalid) || !strings.HasPrefix(err.Error(), "dump:") {
			t.Errorf("%s: %v", to, err)
		}
	}
}

// Everything stands after what it names, but an attribution before its claim.
func TestOrder(t *testing.T) {
	seen := map[string]bool{}
	kinds := map[string]int{}
	for line := range strings.Lines(generated(t, 30)) {
		var v map[string]any
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatal(err)
		}
		kinds[v["type"].(string)]++
		names := []any{v["outlet"], v["actor"], v["report"], v["via"], v["subject"], v["object"], v["assertedBy"], v["revises"]}
		for _, list := range []string{"sources", "attributions"} {
			if l, ok := v[list].([]any); ok {
				names = append(names, l...)
			}
		}
		if roles, ok := v["roles"].([]any); ok {
			for _, r := range roles {
				names = append(names, r.(map[string]any)["of"])
			}
		}
		for _, n := range names {
			if n != nil && n != "" && !seen[fmt.Sprint(n)] {
				t.Fatalf("%v is named before it stands there:\n%s", n, line)
			}
		}
		seen[fmt.Sprint(v["id"])] = true
	}
	for _, k := range []string{"actor", "report", "mention", "attribution", "relation", "claim"} {
		if kinds[k] == 0 {
			t.Errorf("the dump has no %s", k)
		}
	}
}

// sink is a store as far as reading a dump needs one: it checks batches and remembers reports.
type sink struct {
	graph.Store
	reports map[graph.ID]graph.Node
}

func (s *sink) Count(context.Context, graph.NodeQuery) (int, error) { return 0, nil }

func (s *sink) Put(_ context.Context, b graph.Batch) error {
	for _, r := range b.Reports {
		s.reports[r.ID] = r
	}
	return b.Check()
}

func (s *sink) Nodes(context.Context, []graph.ID) (map[graph.ID]graph.Node, error) {
	return s.reports, nil
}

// A dump that was damaged is read or refused, and never more than that.
func FuzzRead(f *testing.F) {
	whole := []byte(generated(f, 1))
	f.Add(whole, 100, byte('x'))
	f.Add(whole, len(whole)/2, byte('"'))
	f.Fuzz(func(t *testing.T, in []byte, at int, by byte) {
		in = bytes.Clone(in)
		if len(in) > 0 {
			in[(at%len(in)+len(in))%len(in)] = by
		}
		if err := dump.Read(t.Context(), "dump", bytes.NewReader(in), &sink{reports: map[graph.ID]graph.Node{}}); err != nil && !strings.HasPrefix(err.Error(), "dump:") && !errors.Is(err, graph.ErrInvalid) {
			t.Errorf("an error that does not say where: %v", err)
		}
	})
}
