package model

import (
	"reflect"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"
)

func load(t testing.TB) *Model {
	m, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestWeightsAreOfTheAgreedSize(t *testing.T) {
	if n := len(words) + len(layers); n > 35<<20 {
		t.Errorf("%d bytes of weights, want at most 35 MB", n)
	}
}

// TestAnyNumberOfGoroutines wants the same bits, trust included, whoever else is reading.
func TestAnyNumberOfGoroutines(t *testing.T) {
	m := load(t)
	var texts []string
	for _, g := range readGolden(t) {
		texts = append(texts, g.Text, strings.Repeat(g.Text+"\n\n", 5))
	}
	read := func(text string) Reading {
		s, err := m.Read(text)
		if err != nil {
			t.Error(err)
		}
		return s
	}
	var want []Reading
	for _, text := range texts {
		want = append(want, read(text))
	}
	for _, n := range []int{1, 2, 8} {
		var wg sync.WaitGroup
		for k := range n {
			wg.Go(func() {
				for i := k; i < len(texts); i += n {
					if got := read(texts[i]); !reflect.DeepEqual(got, want[i]) {
						t.Errorf("%d goroutines: %q read as %+v, want %+v", n, texts[i], got, want[i])
					}
				}
			})
		}
		wg.Wait()
	}
}

// shapes are texts that no sentence or paragraph helps to cut.
var shapes = map[string]string{
	"one word":      strings.Repeat("a", 5000),
	"no sentence":   strings.Repeat("he said she ", 600),
	"quotes":        strings.Repeat("\"“", 1500),
	"breaks":        strings.Repeat("\n", 3000) + "end",
	"long words":    strings.Repeat(strings.Repeat("qzx", 60)+" ", 30),
	"scripts":       strings.Repeat("北京说 москва заявила ", 200),
	"broken":        strings.Repeat("\xff\xc3 said ", 300),
	"short phrases": strings.Repeat("No. Yes? ", 500),
}

func TestWindowsHoldEveryTokenOnce(t *testing.T) {
	h := load(t).heads
	for name, text := range shapes {
		list := tokens(text)
		ids := piecesOf(text, list, h.split)
		at := 0
		for _, w := range windows(list, ids) {
			if w.from != at || w.none() || 2+ids.at[w.to]-ids.at[w.from] > windowPieces {
				t.Fatalf("%s: window %v after token %d", name, w, at)
			}
			at = w.to
		}
		if at != len(list) {
			t.Errorf("%s: windows end at %d of %d", name, at, len(list))
		}
	}
}

// FuzzRead wants spans that lie inside the text on borders of runes, contents in order, a trust that is a share, and trees that
// are trees.
func FuzzRead(f *testing.F) {
	for _, text := range shapes {
		f.Add(text[:min(len(text), 400)])
	}
	for _, g := range readGolden(f) {
		f.Add(g.Text)
	}
	m := load(f)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4000 {
			return
		}
		r, err := m.Read(text)
		if err != nil {
			t.Fatal(err)
		}
		at := 0
		for i, w := range r.Words {
			if w.Start < at || w.End <= w.Start || !w.In(text) || w.Label == "" || w.Head < -1 || w.Head >= len(r.Words) || w.Head == i ||
				w.Head >= 0 && r.Words[w.Head].Sentence != w.Sentence {
				t.Fatalf("word %d: %+v", i, w)
			}
			at = w.End
			steps := 0
			for k := i; k >= 0; k = r.Words[k].Head {
				if steps++; steps > len(r.Words) {
					t.Fatalf("word %d hangs on itself", i)
				}
			}
		}
		at = 0
		for _, n := range r.Names {
			if n.Start < at || n.End <= n.Start || !n.In(text) {
				t.Fatalf("%+v", n)
			}
			at = n.End
		}
		at = 0
		for _, s := range r.Statements {
			if s.Cue.Start < at || len(s.Content) == 0 || !(s.Trust >= 0 && s.Trust <= 1) {
				t.Fatalf("%+v", s)
			}
			at = s.Cue.End
			last := 0
			for i, p := range append(s.Content, s.Cue, s.Source) {
				if i < len(s.Content) && (p.Start < last || p.End <= p.Start) || !p.In(text) {
					t.Fatalf("%+v: %v", s, p)
				}
				last = p.End
				if utf8.ValidString(text) && !utf8.ValidString(text[p.Start:p.End]) {
					t.Fatalf("%+v: %v is not on the borders of runes", s, p)
				}
			}
		}
	})
}

// BenchmarkRead reads a news text of some 700 words; go test -bench . -cpu 1,2 tells what the second core adds.
func BenchmarkRead(b *testing.B) {
	m := load(b)
	text := strings.Repeat(readGolden(b)[0].Text+"\n\n", 12)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			if _, err := m.Read(text); err != nil {
				b.Error(err)
			}
		}
	})
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := unpack(); err != nil {
			b.Fatal(err)
		}
	}
}
