package dump_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
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
	if err := dump.Read(t.Context(), "dump", strings.NewReader(want), s); err != nil {
		t.Errorf("reading the same again: %v", err)
	}
	if got := written(t, s); got != want {
		t.Error("reading the same again changed the graph")
	}
	if err := s.Put(t.Context(), graph.Batch{Claims: []*graph.Claim{graph.NewClaim([]graph.Form{{Text: "something else"}})}}); err != nil {
		t.Fatal(err)
	}
	if err := dump.Read(t.Context(), "dump", strings.NewReader(want), s); !errors.Is(err, dump.ErrNotEmpty) {
		t.Errorf("reading into a store that has something else: %v", err)
	}
}

// moving is a store that another writes to while it is read.
type moving struct {
	graph.Store
	generation int64
}

func (s *moving) Generation(context.Context) (int64, error) {
	s.generation++
	return s.generation, nil
}

func TestWriteOfWhatMoves(t *testing.T) {
	if err := dump.Write(t.Context(), new(bytes.Buffer), &moving{Store: open(t)}); !errors.Is(err, graph.ErrConflict) {
		t.Errorf("%v", err)
	}
}

func size(t testing.TB, s graph.Reader) (n int) {
	t.Helper()
	for _, k := range graph.Kinds {
		c, err := s.Count(t.Context(), graph.NodeQuery{Kind: k})
		if err != nil {
			t.Fatal(err)
		}
		n += c
	}
	return n
}

// A dump that ends too soon, at whatever line or in the middle of one, is refused and nothing of it kept; so is one with a hole.
func TestReadCut(t *testing.T) {
	whole := generated(t, 3)
	lines := strings.SplitAfter(whole, "\n")
	lines = lines[:len(lines)-1]
	s := open(t)
	refuse := func(what, cut string) {
		t.Helper()
		err := dump.Read(t.Context(), "dump", strings.NewReader(cut), s)
		if !errors.Is(err, graph.ErrInvalid) || !strings.HasPrefix(err.Error(), "dump:") {
			t.Errorf("%s: %v", what, err)
		}
	}
	for n := range lines {
		refuse(fmt.Sprintf("the first %d of %d lines", n, len(lines)), strings.Join(lines[:n], ""))
		refuse(fmt.Sprintf("without line %d of %d", n+1, len(lines)), strings.Join(lines[:n], "")+strings.Join(lines[n+1:], ""))
	}
	refuse("the first half of the bytes", whole[:len(whole)/2])
	if n := size(t, s); n > 0 {
		t.Errorf("the store has %d nodes", n)
	}
	if err := dump.Read(t.Context(), "dump", strings.NewReader(whole), s); err != nil {
		t.Errorf("the whole: %v", err)
	}
}

// unmarked is a dump as it was before it told its end.
func unmarked(whole string) string {
	return regexp.MustCompile(`(?m),"(dump|lines)":\d+}$`).ReplaceAllString(whole, "}")
}

func TestReadUnmarked(t *testing.T) {
	whole := generated(t, 3)
	old := unmarked(whole)
	if strings.Contains(old, `"lines":`) || strings.Contains(old, `"dump":`) {
		t.Fatal("it has marks")
	}
	s := open(t)
	if err := dump.Read(t.Context(), "dump", strings.NewReader(old), s); err != nil {
		t.Fatal(err)
	}
	if got := written(t, s); got != whole {
		t.Error("it is another graph")
	}
	actors, _, _ := strings.Cut(old, `{"type":"report"`)
	if err := dump.Read(t.Context(), "dump", strings.NewReader(actors), open(t)); !errors.Is(err, graph.ErrInvalid) {
		t.Errorf("cut after the actors: %v", err)
	}
}

// An error that only the store finds leaves a part, and says so; the mended dump is read over it.
func TestReadOverPart(t *testing.T) {
	whole := generated(t, 3)
	for what, broken := range map[string]string{
		"a mention of nobody":         strings.Replace(whole, `"type":"mention","actor":"a:`, `"type":"mention","actor":"a:aaaaaaaaaaaaaaaaaaaa","was":"`, 1),
		"a role's evidence elsewhere": strings.Replace(whole, `"evidence":[{"report":"r:`, `"evidence":[{"report":"r:aaaaaaaaaaaaaaaaaaaa","was":"`, 1),
	} {
		s := open(t)
		err := dump.Read(t.Context(), "dump", strings.NewReader(broken), s)
		var part *dump.Partial
		if !errors.As(err, &part) || !errors.Is(err, graph.ErrInvalid) || !strings.Contains(err.Error(), fmt.Sprintf("%d actors", part.Put[graph.ActorKind])) {
			t.Fatalf("%s: %v", what, err)
		}
		left := 0
		for _, n := range part.Put {
			left += n
		}
		if n := size(t, s); n != left || n == 0 {
			t.Errorf("%s: the store has %d nodes, and the error says %d: %v", what, n, left, err)
		}
		if err := dump.Read(t.Context(), "dump", strings.NewReader(whole), s); err != nil {
			t.Errorf("%s: the mended dump: %v", what, err)
		}
		if got := written(t, s); got != whole {
			t.Errorf("%s: the mended dump gives another graph", what)
		}
	}
}

// stopping is a store whose second Put is called off.
type stopping struct {
	graph.Store
	stop context.CancelFunc
	puts int
}

func (s *stopping) Put(ctx context.Context, b graph.Batch) error {
	if s.puts++; s.puts == 2 {
		s.stop()
	}
	return s.Store.Put(ctx, b)
}

func TestReadInterrupted(t *testing.T) {
	whole := generated(t, 3)
	s := open(t)
	ctx, stop := context.WithCancel(t.Context())
	err := dump.Read(ctx, "dump", strings.NewReader(whole), &stopping{Store: s, stop: stop})
	var part *dump.Partial
	if !errors.As(err, &part) || !errors.Is(err, context.Canceled) || size(t, s) == 0 {
		t.Errorf("%v", err)
	}
	if err := dump.Read(t.Context(), "dump", strings.NewReader(whole), s); err != nil || written(t, s) != whole {
		t.Errorf("once more: %v", err)
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
