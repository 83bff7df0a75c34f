package ingest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/whence-graph/whence/graph"
)

var updateMarked = flag.Bool("update-marked", false, "rewrite the known faults of testdata/marked")

// TestMarked strips the marks of every case, extracts, and marks again. A case is a marked text, then lines
// that open with ">" for what marks cannot show: who the source is, stance, via, relations. "¶" is a paragraph's
// end, "#" opens a comment, an empty line ends a case. Lines that open with "~" tell what is found instead of what stands
// there: a known fault. Weights that are trained anew change some; -update-marked rewrites them, for review.
func TestMarked(t *testing.T) {
	files, err := filepath.Glob("testdata/marked/*.txt")
	if err != nil || len(files) < 10 {
		t.Fatalf("testdata/marked: %d files, %v", len(files), err)
	}
	total, faults := 0, 0
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, c := range strings.Split(strings.TrimSpace(string(raw)), "\n\n") {
				var comment, want, fault string
				facts := false
				for line := range strings.Lines(c + "\n") {
					switch {
					case strings.HasPrefix(line, "#"):
						comment += line
					case strings.HasPrefix(line, "~ "):
						fault += line[2:]
					case strings.TrimSpace(line) != "":
						facts = facts || strings.HasPrefix(line, ">")
						want += line
					}
				}
				if want == "" {
					out = append(out, strings.TrimSpace(comment))
					continue
				}
				total++
				marked, _, _ := strings.Cut(want, "\n")
				text := strings.ReplaceAll(unmark(marked), " ¶ ", "\n\n")
				a, err := new(Extractor).Extract(Report{Text: text})
				if err != nil {
					t.Errorf("%q: %v", text, err)
					continue
				}
				got := strings.ReplaceAll(mark(text, a), "\n\n", " ¶ ") + "\n"
				if facts {
					got += told(a)
				}
				known := ""
				if got != want {
					faults++
					for line := range strings.Lines(got) {
						known += "~ " + line
					}
				}
				if expected := want; !*updateMarked {
					if fault != "" {
						expected = fault
					}
					if got != expected {
						t.Errorf("\ngot  %swant %s", got, expected)
					}
				}
				out = append(out, strings.TrimSpace(comment+want+known))
			}
			if *updateMarked {
				if err := os.WriteFile(file, []byte(strings.Join(out, "\n\n")+"\n"), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
	t.Logf("%d marked texts, %d of them with a known fault", total, faults)
	if faults*5 > total {
		t.Errorf("%d of %d marked texts have a fault: more than a fifth", faults, total)
	}
}

// mark puts {S ..}, {Q ..} and {C ..} around sources, cues and contents, numbered where there are several.
func mark(text string, a Analysis) string {
	type edge struct {
		at, length, order int
		text              string
	}
	var edges []edge
	for n, t := range a.Attributions {
		number := ""
		if len(a.Attributions) > 1 {
			number = fmt.Sprint(n + 1)
		}
		for k, list := range [][]graph.Span{t.Source, t.Cue, t.Content} {
			for _, s := range list {
				order := n*3 + k
				edges = append(edges, edge{s.Start, -s.Len(), order, "{" + "SQC"[k:k+1] + number + " "}, edge{s.End, s.Start - len(text), -order, "}"})
			}
		}
	}
	sort.SliceStable(edges, func(i, j int) bool {
		x, y := edges[i], edges[j]
		if x.at != y.at {
			return x.at < y.at
		}
		if (x.text == "}") != (y.text == "}") {
			return x.text == "}"
		}
		if x.length != y.length {
			return x.length < y.length
		}
		return x.order < y.order
	})
	var b strings.Builder
	at := 0
	for _, e := range edges {
		b.WriteString(text[at:e.at])
		b.WriteString(e.text)
		at = e.at
	}
	b.WriteString(text[at:])
	return b.String()
}

// unmark takes the marks away.
func unmark(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '}':
		case s[i] == '{' && i+1 < len(s) && strings.IndexByte("SQC", s[i+1]) >= 0:
			for s[i] != ' ' {
				i++
			}
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// told is what an analysis says beyond spans, a line each.
func told(a Analysis) string {
	var b strings.Builder
	name := func(m int) string { return a.Actors[a.Mentions[m].Actor].Name }
	for n, t := range a.Attributions {
		var names []string
		for _, m := range t.Sources {
			names = append(names, name(m))
		}
		fmt.Fprintf(&b, "> %d %s %s", n+1, strings.Join(names, " and "), t.Stance)
		if t.Quotation != graph.Indirect {
			fmt.Fprintf(&b, " %s", t.Quotation)
		}
		if t.Via != None {
			fmt.Fprintf(&b, " via %d", t.Via+1)
		}
		b.WriteByte('\n')
	}
	for _, r := range a.Relations {
		fmt.Fprintf(&b, "> %s %s %s", name(r.Subject), r.Predicate, name(r.Object))
		if r.Polarity != graph.Affirmed {
			fmt.Fprintf(&b, " %s", r.Polarity)
		}
		if r.Modality != graph.Actual {
			fmt.Fprintf(&b, " %s", r.Modality)
		}
		if r.AssertedBy != None {
			fmt.Fprintf(&b, " by %d", r.AssertedBy+1)
		}
		b.WriteByte('\n')
	}
	return b.String()
}
