package graph_test

import (
	"fmt"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/whence-graph/whence/graph"
)

// The attributions of a test are told as "who (says) claim < outer": by names, with the stance where it is not
// asserts, and the attribution that it is via.
func TestDraw(t *testing.T) {
	for _, c := range []struct{ name, attributions, want string }{
		{"one source", "1 TASS x", "x REPORTED_BY TASS 1"},
		{"at second hand, the same claim", "1 TASS x; 2 Pankin x < 1", "x REPORTED_BY TASS 1; TASS CITED Pankin 2"},
		{"at second hand, the outer one states another claim", "1 TASS y; 2 Pankin x < 1", "y REPORTED_BY TASS 1; x REPORTED_BY TASS 1; TASS CITED Pankin 2"},
		{"at third hand", "1 A x; 2 B x < 1; 3 C x < 2", "x REPORTED_BY A 1; A CITED B 2; B CITED C 3"},
		{"at third hand, another claim between", "1 A x; 2 B y < 1; 3 C x < 2", "x REPORTED_BY A 1; y REPORTED_BY A 1; A CITED B 2 y; B CITED C 3; A CITED B 2 x"},
		{"several sources", "1 A+B x; 2 C+D x < 1", "x REPORTED_BY A 1; x REPORTED_BY B 1; A CITED C 2; A CITED D 2; B CITED C 2; B CITED D 2"},
		{"no source outside", "1 - x; 2 B x < 1", "x REPORTED_BY B 2"},
		{"no source between", "1 A x; 2 - x < 1; 3 C x < 2", "x REPORTED_BY A 1; A CITED C 3"},
		{"no source inside", "1 A x; 2 - y < 1", "x REPORTED_BY A 1; y REPORTED_BY A 1"},
		{"nobody", "1 - x", ""},
		{"itself", "1 A x; 2 A x < 1", "x REPORTED_BY A 1"},
		{"a denial", "1 A denies x", "x DENIED_BY A 1"},
		{"a denial at second hand", "1 A y; 2 B denies x < 1", "y REPORTED_BY A 1; x DENIED_BY B 2; A CITED B 2"},
		{"a denial outside", "1 A denies x; 2 B x < 1", "x DENIED_BY A 1; x REPORTED_BY A 1; A CITED B 2"},
		{"a doubt", "1 A doubts x", "x REPORTED_BY A 1"},
	} {
		way := map[string][]*graph.Attribution{}
		var got []string
		for _, text := range strings.Split(c.attributions, "; ") {
			text, outer, _ := strings.Cut(text, " < ")
			f := strings.Fields(text)
			s := &graph.Attribution{ID: graph.ID(f[0]), Stance: graph.Asserts, Claim: graph.ID(f[len(f)-1])}
			if len(f) == 4 {
				s.Stance = graph.Stance(f[2])
			}
			if f[1] != "-" {
				for name := range strings.SplitSeq(f[1], "+") {
					s.Sources = append(s.Sources, graph.ID(name))
				}
			}
			way[f[0]] = append([]*graph.Attribution{s}, way[outer]...)
			for _, e := range graph.Draw(way[f[0]]) {
				if e.For != s.ID || e.Stance != s.Stance {
					t.Errorf("%s: drawn for %v %v, want %s", c.name, e.For, e.Stance, f[0])
				}
				line := fmt.Sprint(e.From, " ", e.Kind, " ", e.To, " ", e.Attribution)
				if strings.Contains(c.want, line+" "+string(e.Claim)) {
					line += " " + string(e.Claim)
				}
				got = append(got, line)
			}
		}
		var want []string
		if c.want != "" {
			want = strings.Split(c.want, "; ")
		}
		sort.Strings(got)
		sort.Strings(want)
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, d)
		}
	}
}

func TestDrawnKind(t *testing.T) {
	for predicate, want := range map[string]string{
		"INVITED": "INVITED", "HELD_TALKS": "HELD_TALKS", "CITED": "CITED_", "HOLDS": "HOLDS_", "REPORTED_BY": "REPORTED_BY_", "NOW": "NOW_",
		"": "", "invited": "", "INVITED`]->() DELETE r //": "", "ÜBERFIEL": "", "4X": "", strings.Repeat("A", 101): "",
	} {
		if got := graph.DrawnKind(predicate); string(got) != want {
			t.Errorf("DrawnKind(%q): got %q, want %q", predicate, got, want)
		}
	}
}
