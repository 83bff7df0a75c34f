package score_test

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/ingest"
	"github.com/whence-graph/whence/ingest/score"
)

const text = "The mayor said that the bridge is shut. “It may fall,” her engineer, Tom Ash, told the council. It is said that rain did it."

// at are the spans of words, each the first time that they stand in the text.
func at(words ...string) (out []graph.Span) {
	for _, w := range words {
		i := strings.Index(text, w)
		if i < 0 {
			panic(w)
		}
		out = append(out, graph.Span{Start: i, End: i + len(w)})
	}
	return out
}

func gold() []score.Item {
	return []score.Item{
		{Source: at("The mayor"), Cue: at("said"), Content: at("that the bridge is shut"), Hop: 1, Confidence: 0.95},
		{Source: at("her engineer, Tom Ash,"), Cue: at("told the council"), Content: at("“It may fall,”"), Hop: 1, Confidence: 0.85},
		{Cue: at("is said"), Content: at("that rain did it"), Hop: 2, Confidence: 0.35},
	}
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-9 {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestGoldAgainstItself(t *testing.T) {
	var c score.Tally
	c.Add(text, gold(), gold())
	near(t, "F1", c.Attribution().F1, 1)
	for k, r := range c.Role {
		near(t, "exact", r.ExactMeasure().F1, 1)
		if want := [3]int{2, 3, 3}[k]; r.Gold != want {
			t.Errorf("role %d: %d marked, want %d", k, r.Gold, want)
		}
	}
	if c.Quotation[0].Right != 2 || c.Quotation[1].Gold != 0 || c.Quotation[2].Right != 1 {
		t.Errorf("quotations: %+v", c.Quotation)
	}
	if len(c.Hop) != 2 || c.Hop[0].Right != 2 || c.Hop[1].Right != 1 {
		t.Errorf("hops: %+v", c.Hop)
	}
	near(t, "calibration error", c.CalibrationError(), (0.05+0.15+0.65)/3)
}

// What is wrong in each is told by the figure that is meant to tell it, and the sums are by hand.
func TestFaults(t *testing.T) {
	for name, c := range map[string]struct {
		change func([]score.Item) []score.Item
		check  func(*testing.T, score.Tally)
	}{
		"one missed, one in the wrong mouth": {
			func(l []score.Item) []score.Item { l[0].Source = at("Tom Ash"); return l[:2] },
			func(t *testing.T, c score.Tally) {
				near(t, "P", c.Attribution().P, 1./2)
				near(t, "R", c.Attribution().R, 1./3)
				if c.WrongMouth != 1 || c.Found != 2 || c.Unsaid != 0 {
					t.Errorf("%+v", c)
				}
			}},
		"nobody's words in a mouth, and somebody's in none": {
			func(l []score.Item) []score.Item { l[2].Source = at("the council"); l[1].Source = nil; return l },
			func(t *testing.T, c score.Tally) {
				if c.WrongMouth != 1 || c.Unsaid != 1 || c.NoSource != 1 || c.Right != 1 {
					t.Errorf("%+v", c)
				}
			}},
		"borders": {
			func(l []score.Item) []score.Item {
				l[0].Content = at("bridge is shut")
				l[1].Source = at("Tom Ash")
				return l
			},
			func(t *testing.T, c score.Tally) {
				near(t, "exact content", c.Role[2].ExactMeasure().F1, 2./3)
				near(t, "exact source", c.Role[0].ExactMeasure().F1, 1./2)
				near(t, "F1", c.Attribution().F1, 1)
			}},
		"less than half of a content": {
			func(l []score.Item) []score.Item { l[0].Content = at("shut"); return l },
			func(t *testing.T, c score.Tally) { near(t, "F1", c.Attribution().F1, 2./3) }},
		"twice the same": {
			func(l []score.Item) []score.Item { return append(l, l[0]) },
			func(t *testing.T, c score.Tally) {
				near(t, "P", c.Attribution().P, 3./4)
				near(t, "exact", c.Role[1].ExactMeasure().P, 3./4)
			}},
		"a content in two pieces with a space between": {
			func(l []score.Item) []score.Item { l[0].Content = at("that the", "bridge is shut"); return l },
			func(t *testing.T, c score.Tally) { near(t, "exact", c.Role[2].ExactMeasure().F1, 1) }},
		"nothing": {
			func([]score.Item) []score.Item { return nil },
			func(t *testing.T, c score.Tally) { near(t, "F1", c.Attribution().F1, 0) }},
	} {
		t.Run(name, func(t *testing.T) {
			var tally score.Tally
			tally.Add(text, gold(), c.change(gold()))
			c.check(t, tally)
		})
	}
}

// TestGoldFiles reads both forms, and tells of each fault while the rest goes on.
func TestGoldFiles(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := write("a.jsonl", `{"id":"1","text":"“Ça va”, she said.","attributions":[{"source":[[9,12]],"cue":[[13,17]],"content":[[0,7]]}]}
{"id":"2","text":"Short.","attributions":[{"source":[],"cue":[],"content":[[0,99]]}]}
{"id":"3","text":"No marks."}
`)
	story := write("b.json", `{"story":"x","reports":[{"id":"r1","text":"A said B said C."},{"id":"r2","text":"D."}],"attributions":[
 {"key":"t1","report":"r1","source":[["A",1]],"cue":[["said",1]],"content":[["B said C",1]],"via":null},
 {"key":"t2","report":"r1","source":[["B",1]],"cue":[["said",2]],"content":[["C",1]],"via":"t1"},
 {"key":"t3","report":"r2","source":[],"cue":[],"content":[["E",1]],"via":null}]}`)
	write("c.json", `{"reports": 3}`)
	read := func(path string) (out []score.Marked, faults []string) {
		for m, err := range score.Gold(path) {
			if err == nil {
				out = append(out, m)
				continue
			}
			var bad *ingest.Error
			if !errors.As(err, &bad) || bad.Remedy == "" {
				t.Errorf("%s: %v has no remedy", path, err)
			}
			faults = append(faults, err.Error())
		}
		return
	}
	got, faults := read(good)
	if len(got) != 2 || len(faults) != 1 || !strings.Contains(faults[0], "[0 99] is not in a text of 6") {
		t.Fatalf("%+v %q", got, faults)
	}
	if x := got[0].Gold[0]; got[0].Report.Text[x.Content[0].Start:x.Content[0].End] != "“Ça va”" || got[0].Report.Text[x.Source[0].Start:x.Source[0].End] != "she" {
		t.Errorf("%+v", x)
	}
	got, faults = read(story)
	if len(got) != 1 || len(faults) != 1 || !strings.Contains(faults[0], `"E" does not stand there 1 times`) {
		t.Fatalf("%+v %q", got, faults)
	}
	if x := got[0].Gold; len(x) != 2 || x[0].Hop != 1 || x[1].Hop != 2 || x[1].Cue[0] != (graph.Span{Start: 9, End: 13}) {
		t.Errorf("%+v", x)
	}
	if got, faults = read(dir); len(got) != 3 || len(faults) != 3 {
		t.Errorf("a folder: %d reports, faults %q", len(got), faults)
	}
	if got, faults = read(filepath.Join(dir, "none")); len(got) != 0 || len(faults) != 1 {
		t.Errorf("no such file: %d reports, faults %q", len(got), faults)
	}
}
