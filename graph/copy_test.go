package graph_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/whence-graph/whence/graph"
)

// corpus is the invented reports of the sample and of the gold: several of each event, some of them wire copy.
func corpus(t *testing.T) (list []*graph.Report, wired map[graph.ID]bool) {
	t.Helper()
	type report struct{ ID, Outlet, URL, Text, Wire string }
	var all []report
	f, err := os.Open("../ingest/sample/reports.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		var r report
		if err := json.Unmarshal(s.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	files, _ := filepath.Glob("../ingest/testdata/gold/*.json")
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var s struct{ Reports []report }
		if err := json.Unmarshal(raw, &s); err != nil {
			t.Fatal(err)
		}
		all = append(all, s.Reports...)
	}
	wired = map[graph.ID]bool{}
	for i, r := range all {
		n := &graph.Report{ID: graph.ReportID(r.URL, r.Text), Given: r.ID, URL: r.URL, Text: r.Text, Hash: graph.Hash(r.Text), Published: time.Date(2026, 1, 1, 0, i, 0, 0, time.UTC)}
		wired[n.ID] = r.Wire != "" || r.URL == "https://aldineecho.example/sport/aldo-sells" // whose wire copy gives no credit
		list = append(list, n)
	}
	return list, wired
}

// TestCopiesMeasured makes copies of invented reports in the ways of the trade, and counts how many are found and how many found are
// copies. The reports are several of each event, so that what tells the same without copying is there to be mistaken.
func TestCopiesMeasured(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	list, wired := corpus(t)
	words := strings.Fields(list[5].Text)
	paragraphs := func(text string) []string {
		return slices.DeleteFunc(strings.Split(text, "\n"), func(s string) bool { return strings.TrimSpace(s) == "" })
	}
	edit := func(text string, share float64) string {
		out := strings.Fields(text)
		for i := range out {
			switch x := r.Float64(); {
			case x < share/2:
				out[i] = words[r.IntN(len(words))]
			case x < share:
				out[i] = ""
			}
		}
		return strings.Join(out, " ")
	}
	ways := []struct {
		name string
		make func(text string) string
		most float64 // of them that may be missed
	}{
		{"whole, under another byline", func(s string) string { return "By our own correspondent\n" + s }, 0},
		{"cut to the first half", func(s string) string { p := paragraphs(s); return strings.Join(p[:(len(p)+1)/2], "\n") }, 0.02},
		{"cut to the first third", func(s string) string { p := paragraphs(s); return strings.Join(p[:(len(p)+2)/3], "\n") }, 0.05},
		{"paragraphs shuffled", func(s string) string {
			p := paragraphs(s)
			r.Shuffle(len(p), func(i, j int) { p[i], p[j] = p[j], p[i] })
			return strings.Join(p, "\n")
		}, 0},
		{"one word in 20 edited", func(s string) string { return edit(s, 0.05) }, 0},
		{"one word in 10 edited", func(s string) string { return edit(s, 0.1) }, 0.02},
		{"cut, shuffled and edited", func(s string) string {
			p := paragraphs(s)
			p = p[:(len(p)+1)/2]
			r.Shuffle(len(p), func(i, j int) { p[i], p[j] = p[j], p[i] })
			return edit(strings.Join(p, "\n"), 0.05)
		}, 0.05},
	}
	s := newStore(t)
	var b graph.Batch
	b.Reports = append(b.Reports, list...)
	from := map[graph.ID]graph.ID{} // copy: what it was made of
	way := map[graph.ID]int{}
	made := make([]int, len(ways))
	for i, w := range ways {
		for _, o := range list {
			if len(graph.CopyKeys(o.Text)) == 0 {
				continue
			}
			text := w.make(o.Text)
			if len(graph.CopyKeys(text)) == 0 {
				continue // too little is left to be called a copy
			}
			url := fmt.Sprintf("https://copy.example/%d/%s", i, o.ID)
			c := &graph.Report{ID: graph.ReportID(url, text), URL: url, Text: text, Hash: graph.Hash(text), Published: o.Published.AddDate(0, 0, 1+i)}
			from[c.ID], way[c.ID] = o.ID, i
			made[i]++
			b.Reports = append(b.Reports, c)
		}
	}
	if err := s.Put(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	origin := func(id graph.ID) graph.ID {
		if o := from[id]; o != "" {
			return o
		}
		return id
	}
	genuine := map[graph.ID]graph.ID{} // of the reports as they were: wire copy, and what it copies
	for _, o := range list {
		of, _, err := graph.CopiesOf(t.Context(), s, o)
		if err != nil {
			t.Fatal(err)
		}
		if of != nil {
			genuine[o.ID] = of.Of
			if !wired[o.ID] {
				t.Errorf("%s is taken for a copy of %s (%.2f) and tells of no wire", o.URL, of.Of, of.Share)
			}
		} else if wired[o.ID] {
			t.Errorf("%s is wire copy and not found", o.URL)
		}
	}
	found, right := make([]int, len(ways)), make([]int, len(ways))
	for _, c := range b.Reports[len(list):] {
		of, _, err := graph.CopiesOf(t.Context(), s, c)
		if err != nil {
			t.Fatal(err)
		}
		if of == nil {
			continue
		}
		i, want := way[c.ID], from[c.ID]
		found[i]++
		got := origin(of.Of)
		if got == want || genuine[want] == got || genuine[got] == want {
			right[i]++
		} else {
			t.Errorf("%s: taken for a copy of another report (%.2f)", ways[i].name, of.Share)
		}
	}
	for i, w := range ways {
		t.Logf("%-28s %3d made, %3d found, %3d rightly", w.name, made[i], found[i], right[i])
		if missed := float64(made[i]-right[i]) / float64(made[i]); missed > w.most {
			t.Errorf("%s: %.0f %% missed, want at most %.0f %%", w.name, 100*missed, 100*w.most)
		}
	}
}
