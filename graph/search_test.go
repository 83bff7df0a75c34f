package graph_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/graph/sqlite"
)

// claimed is a store that has the claims.
func claimed(t *testing.T, texts ...string) graph.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	var b graph.Batch
	for _, text := range texts {
		b.Claims = append(b.Claims, graph.NewClaim([]graph.Form{{Text: text}}))
	}
	if err := s.Put(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	return s
}

// Of a long question its beginning counts, whatever its words begin with.
func TestSearchLongQuestion(t *testing.T) {
	var words []string
	for i := range 40 {
		words = append(words, fmt.Sprintf("w%02d", 40-i))
	}
	begins, ends := strings.Join(words[:32], " "), strings.Join(words[32:], " ")
	s := claimed(t, begins, ends)
	hits, err := graph.Search(t.Context(), s, []graph.Kind{graph.ClaimKind}, strings.Join(words, " "), 10)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, h := range hits {
		got = append(got, h.Node.(*graph.Claim).Text)
	}
	if d := gocmp.Diff([]string{begins}, got); d != "" {
		t.Errorf("Search(40 words) (-want +got):\n%s", d)
	}
}

// Text is traced to a claim that it is about, or to none.
func TestTraceText(t *testing.T) {
	const bridge, ferry = "The Harbour Bridge was closed by the mayor", "The ferry was sold by Ørsted's bank"
	s := claimed(t, bridge, ferry, "faked")
	for _, tt := range []struct{ text, want string }{
		{"harbour bridge closed", bridge},
		{"Was the HARBOUR bridge's gate ever closed?", bridge}, // five of seven
		{"bridge closed yesterday evening", bridge},            // half
		{"Orsted", ferry},
		{"faked", "faked"},
		{"the moon landing was faked by Nasa", ""}, // the, was, by; the last claim has its rarest word
		{"bridge of sighs in Venice", ""},          // one of five
		{"the yacht was sold by nobody", ""},       // four of six, but of the long ones one of three
		{"was by the", bridge},                     // no long words
		{"", ""},
	} {
		got, err := graph.TraceText(t.Context(), s, tt.text, graph.AsOf{})
		switch {
		case tt.want == "" && !errors.Is(err, graph.ErrNotFound):
			t.Errorf("TraceText(%q) = %v, %v, want %v", tt.text, got, err, graph.ErrNotFound)
		case tt.want != "" && err != nil:
			t.Errorf("TraceText(%q): %v, want %q", tt.text, err, tt.want)
		case tt.want != "" && got.Claim.Text != tt.want:
			t.Errorf("TraceText(%q) = %q, want %q", tt.text, got.Claim.Text, tt.want)
		}
	}
}
