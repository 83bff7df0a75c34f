package ingest_test

import (
	"fmt"
	"os"
	"sort"
	"strings"
	"testing"

	"github.com/whence-graph/whence/ingest"
	"github.com/whence-graph/whence/ingest/score"
)

// TestFitConfidence measures, on the marked file that WHENCE_GOLD names, how often attributions are right by who found them and how
// sure they were, and prints the table of confidence.go.
func TestFitConfidence(t *testing.T) {
	path := os.Getenv("WHENCE_GOLD")
	if path == "" {
		t.Skip("WHENCE_GOLD names no marked file to measure on")
	}
	type found struct {
		trust float64
		right bool
	}
	lists := make([][]found, len(ingest.GroundNames))
	for m, err := range score.Gold(path) {
		if err != nil {
			t.Fatal(err)
		}
		list, err := ingest.Find(m.Report.Text)
		if err != nil {
			t.Fatal(err)
		}
		var items []score.Item
		for _, f := range list {
			items = append(items, score.Item{Source: f.Source, Cue: f.Cue, Content: f.Content})
		}
		right := score.Right(m.Report.Text, m.Gold, items)
		for i, f := range list {
			lists[f.Grounds] = append(lists[f.Grounds], found{f.Trust, right[i]})
		}
	}
	for g, list := range lists {
		sort.Slice(list, func(i, j int) bool { return list[i].trust < list[j].trust })
		// as many bins as have fifty each, at most six; where a bin is less often right than the one before they become one
		type bin struct{ n, right, trust float64 }
		var bins []bin
		n := max(1, min(6, len(list)/50))
		for k := range n {
			var b bin
			for _, f := range list[k*len(list)/n : (k+1)*len(list)/n] {
				b.n++
				b.trust += f.trust
				if f.right {
					b.right++
				}
			}
			bins = append(bins, b)
			for len(bins) > 1 && bins[len(bins)-2].right/bins[len(bins)-2].n >= bins[len(bins)-1].right/bins[len(bins)-1].n {
				x, y := bins[len(bins)-2], bins[len(bins)-1]
				bins = append(bins[:len(bins)-2], bin{x.n + y.n, x.right + y.right, x.trust + y.trust})
			}
		}
		var points []string
		for _, b := range bins { // towards one half, as if one more right and one more wrong had been seen
			points = append(points, fmt.Sprintf("{%.2f, %.2f}", b.trust/b.n, (b.right+1)/(b.n+2)))
		}
		t.Logf("%s: {%s}, // %d", ingest.GroundNames[g], strings.Join(points, ", "), len(list))
	}
}
