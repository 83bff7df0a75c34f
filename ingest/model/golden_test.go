package model

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"testing"

	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/ingest/encoder"
)

// golden is a text with all that Python computes from it. train/export.py writes it together with the weights.
type golden struct {
	Text         string
	Feats        [][5]int // shape, quoted, gap, cut, paragraph
	Pieces       [][]int32
	Roles        [][roleTags]float64 // scores of the tags, from float32 activations: near, not equal
	Attributions []struct {
		Source, Cue, Content [][2]int // in code points
		Confidence           float64
	}
	Heads, Sentences []int
	Labels           []string
	Names            [][3]any // first word, last + 1, kind
}

func readGolden(t testing.TB) []golden {
	raw, err := os.ReadFile("golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var list []golden
	if err := json.Unmarshal(raw, &list); err != nil || len(list) == 0 {
		t.Fatalf("golden.json: %d texts, %v", len(list), err)
	}
	return list
}

func TestReadsWhatTrainingReads(t *testing.T) {
	m, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	h := m.heads
	for _, g := range readGolden(t) {
		list := tokens(g.Text)
		ids := piecesOf(g.Text, list, h.split)
		if len(list) != len(g.Feats) {
			t.Errorf("%q: %d tokens, want %d", g.Text, len(list), len(g.Feats))
			continue
		}
		for i, x := range list {
			at := g.Text[x.span.Start:x.span.End]
			if got := [5]int{int(x.shape), int(x.quoted), int(x.gap), int(x.cut), int(x.paragraph)}; got != g.Feats[i] {
				t.Errorf("%q in %q: features %v, want %v", at, g.Text, got, g.Feats[i])
			}
			if got := ids.id[ids.at[i]:ids.at[i+1]]; !slices.Equal(got, g.Pieces[i]) {
				t.Errorf("%q in %q: pieces %v, want %v", at, g.Text, got, g.Pieces[i])
			}
		}
		var read Reading
		got, err := h.read(g.Text, list, &read)
		words, names := read.Words, read.Names
		if err != nil || len(got) != len(g.Attributions) {
			t.Errorf("%q: %d statements, want %d; %v", g.Text, len(got), len(g.Attributions), err)
			continue
		}
		runes := []rune(g.Text)
		in := func(list [][2]int) (out []string) {
			for _, s := range list {
				out = append(out, string(runes[s[0]:s[1]]))
			}
			return out
		}
		cut := func(ss ...stretch) (out []string) {
			for _, s := range ss {
				if !s.none() {
					out = append(out, g.Text[list[s.from].span.Start:list[s.to-1].span.End])
				}
			}
			return out
		}
		for i, s := range got {
			w := g.Attributions[i]
			if have, want := [][]string{cut(s.source), cut(s.cue), cut(s.content...)}, [][]string{in(w.Source), in(w.Cue), in(w.Content)}; !reflect.DeepEqual(have, want) {
				t.Errorf("statement %d:\ngot  %q\nwant %q", i, have, want)
			}
			if d := s.trust - w.Confidence; d > 0.01 || d < -0.01 {
				t.Errorf("statement %d %q: trust %v, want %v", i, cut(s.cue), s.trust, w.Confidence)
			}
		}
		if len(words) != len(g.Heads) {
			t.Fatalf("%q: %d words, want %d", g.Text, len(words), len(g.Heads))
		}
		for i, w := range words {
			if w.Head != g.Heads[i] || w.Label != g.Labels[i] || w.Sentence != g.Sentences[i] {
				t.Errorf("%q: word %d hangs on %d as %s in sentence %d, want %d %s %d", g.Text, i, w.Head, w.Label, w.Sentence, g.Heads[i], g.Labels[i], g.Sentences[i])
			}
		}
		var wantNames []Name
		for _, n := range g.Names {
			first, last := list[int(n[0].(float64))], list[int(n[1].(float64))-1]
			wantNames = append(wantNames, Name{graph.Span{Start: first.span.Start, End: last.span.End}, n[2].(string)})
		}
		if !reflect.DeepEqual(names, wantNames) {
			t.Errorf("%q: names %v, want %v", g.Text, names, wantNames)
		}
		// windows of golden texts are one each: the scores lie one behind the other
		if ws := windows(list, ids); len(ws) == 1 {
			p := new(pass)
			if err := h.encode(p, list, ids, ws); err != nil {
				t.Fatal(err)
			}
			h.gather(p, ids, ws[0], p.rows)
			h.norm.Apply(p.raw)
			e := make([]float32, len(list)*int(roleTags))
			h.tag.Apply(&p.scratch, e, p.raw, len(list), encoder.Identity)
			for i, v := range e {
				if d := float64(v) - g.Roles[i/int(roleTags)][i%int(roleTags)]; d > 0.05 || d < -0.05 {
					t.Fatalf("%q: score %d of token %d is %v, want %v", g.Text, i%int(roleTags), i/int(roleTags), v, g.Roles[i/int(roleTags)][i%int(roleTags)])
				}
			}
		}
	}
}
