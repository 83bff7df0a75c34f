package graph_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/whence-graph/whence/graph"
)

func TestFold(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"Sergei Lavrov’s  letter", "sergei lavrov letter"},
		{"MERKEL, Angela", "merkel angela"},
		{"O'Neil didn't say", "oneil didnt say"},
		{"Łukasz Ørsted Đỗ Straße Æsir", "lukasz orsted do strasse aesir"},
		{"Zoë Zoe\u0308", "zoe zoe"}, // composed and decomposed
		{"Йован Ёлкин", "иован елкин"},
		{"3.12 a.m.", "3 12 a m"},
		{"“quoted”—dashed", "quoted dashed"},
		{"习近平 said", "习近平 said"},
		{"the States' rights", "the states rights"},
		{"...", ""},
	} {
		if got := graph.Fold(tt.text); got != tt.want {
			t.Errorf("Fold(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

func FuzzFold(f *testing.F) {
	f.Add("Sergei Lavrov’s Straße")
	f.Fuzz(func(t *testing.T, s string) {
		once := graph.Fold(s)
		if twice := graph.Fold(once); twice != once {
			t.Errorf("Fold(Fold(%q)) = %q, but Fold gives %q", s, twice, once)
		}
	})
}

func FuzzPoints(f *testing.F) {
	f.Add("plain", 2)
	f.Add(strings.Repeat("ab€😀", 50), 130)
	f.Fuzz(func(t *testing.T, s string, at int) {
		if !utf8.ValidString(s) {
			t.Skip()
		}
		p := graph.NewPoints(s)
		n := 0
		for i := range s {
			if got := p.Point(i); got != n {
				t.Fatalf("Point(%d) of %q = %d, want %d", i, s, got, n)
			}
			if got := p.Offset(n); got != i {
				t.Fatalf("Offset(%d) of %q = %d, want %d", n, s, got, i)
			}
			n++
		}
		if p.Point(len(s)) != n || p.Offset(n) != len(s) {
			t.Fatalf("the end of %q is %d, %d", s, p.Point(len(s)), p.Offset(n))
		}
		p.Point(at) // clamped, wherever it is
		p.Offset(at)
		if b, ok := p.Bytes([2]int{at, at + 1}); ok && !b.In(s) {
			t.Fatalf("Bytes(%d, %d) of %q = %v", at, at+1, s, b)
		}
	})
}

func TestSpan(t *testing.T) {
	text := "a€b"
	for _, tt := range []struct {
		span graph.Span
		in   bool
	}{{graph.Span{Start: 0, End: 1}, true}, {graph.Span{Start: 1, End: 4}, true}, {graph.Span{Start: 1, End: 3}, false}, {graph.Span{Start: 2, End: 4}, false},
		{graph.Span{Start: 4, End: 5}, true}, {graph.Span{Start: 5, End: 5}, false}, {graph.Span{Start: 4, End: 6}, false}, {graph.Span{Start: -1, End: 2}, false}} {
		if got := tt.span.In(text); got != tt.in {
			t.Errorf("%v in %q: %v", tt.span, text, got)
		}
	}
	if got := graph.Hull(graph.Span{Start: 5, End: 7}, graph.Span{Start: 1, End: 2}); got != (graph.Span{Start: 1, End: 7}) {
		t.Errorf("Hull = %v", got)
	}
}

func TestIDs(t *testing.T) {
	id := graph.ActorID("Sergei Lavrov")
	if id.Kind() != graph.ActorKind || id != graph.ActorID("sergei  LAVROV") || id == graph.ActorID("Lavrov Sergei") {
		t.Errorf("ActorID: %s", id)
	}
	if graph.ReportID("a", "b") == graph.ReportID("ab", "") {
		t.Error("parts run together")
	}
	for _, bad := range []graph.ID{"", "a:", "x:aaaaaaaaaaaaaaaaaaaa", "a:aaaaaaaaaaaaaaaaaaa", "lavrov"} {
		if bad.Kind() != 0 {
			t.Errorf("%q is taken for a %s", bad, bad.Kind())
		}
	}
}

func TestClaimDoesNotMindOrder(t *testing.T) {
	a, b, c := graph.Form{Text: "The bridge is safe"}, graph.Form{Text: "That bridge is safe, he said"}, graph.Form{Text: "the bridge is SAFE"}
	want := graph.NewClaim([]graph.Form{a, b, c})
	if len(want.Forms) != 2 || len(want.MergedFrom) != 1 {
		t.Fatalf("forms that fold alike are one: %+v", want)
	}
	for _, forms := range [][]graph.Form{{a, c, b}, {b, a, c}, {b, c, a}, {c, a, b}, {c, b, a}} {
		if d := cmp.Diff(want, graph.NewClaim(forms)); d != "" {
			t.Errorf("NewClaim(%v) (-want +got):\n%s", forms, d)
		}
	}
}

func TestCursorBelongsToItsQuery(t *testing.T) {
	q := graph.NodeQuery{Kind: graph.ClaimKind, Text: "bridge", Order: graph.Newest}
	q.After = q.Cursor(graph.Mark{ID: graph.ClaimID("x")})
	if m, ok, err := q.Start(); err != nil || !ok || m.ID != graph.ClaimID("x") || !m.Time.IsZero() {
		t.Errorf("Start = %v, %v, %v", m, ok, err)
	}
	other := q
	other.Text = "tunnel"
	garbage := q
	garbage.After = "bm90aGluZw"
	for _, q := range []graph.NodeQuery{other, garbage} {
		if _, _, err := q.Start(); err == nil {
			t.Errorf("the cursor %q is taken", q.After)
		}
	}
}
