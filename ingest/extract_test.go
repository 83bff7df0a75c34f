package ingest

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
)

// hostile are texts that must cost no more than their length.
var hostile = map[string]func(n int) string{
	"opening marks":       func(n int) string { return strings.Repeat("“", n) },
	"straight marks":      func(n int) string { return strings.Repeat(`" `, n) },
	"marks and words":     func(n int) string { return strings.Repeat(`"a `, n) },
	"single marks":        func(n int) string { return strings.Repeat(" 'a", n) },
	"one paragraph":       func(n int) string { return strings.Repeat("The mayor said that the bridge was safe, and ", n/9) },
	"one sentence":        func(n int) string { return strings.Repeat("said Ann, who ", n/4) },
	"cues only":           func(n int) string { return strings.Repeat("said ", n) },
	"commas":              func(n int) string { return strings.Repeat("Ann, ", n/2) + "said" },
	"names":               func(n int) string { return strings.Repeat("Ann Bell ", n/2) },
	"many names":          func(n int) string { return manyNames(n / 4) },
	"one surname":         func(n int) string { return strings.Repeat("Mr Bell said that it rained. ", n/6) },
	"namesakes":           func(n int) string { return namesakes(n / 6) },
	"brackets":            func(n int) string { return strings.Repeat("(", n) },
	"that":                func(n int) string { return strings.Repeat("that ", n) },
	"citing":              func(n int) string { return "It rained, Ann said" + strings.Repeat(", citing Bob", n/3) },
	"according to":        func(n int) string { return strings.Repeat("according to Ann ", n/3) },
	"quoted sentences":    func(n int) string { return strings.Repeat("\"It rained,\" Ann said. \"It did.\" ", n/8) },
	"quoted paragraphs":   func(n int) string { return strings.Repeat("\"It rained.\n\n", n/4) },
	"nested attributions": func(n int) string { return strings.Repeat("Ann said that ", n/3) },
	"possessives":         func(n int) string { return strings.Repeat("Ann's ", n/2) },
	"one word":            func(n int) string { return strings.Repeat("a", n) },
	"memos":               func(n int) string { return strings.Repeat("A memo says it rained. The memo says it will. ", n/10) },
}

func manyNames(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "Ann%c Bell%c%c said it rained. ", 'a'+i%26, 'a'+i/26%26, 'a'+i/676%26)
	}
	return b.String()
}

func namesakes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "Q%c%c%c Bell said it rained. Bell agreed that it did. ", 'a'+i%26, 'a'+i/26%26, 'a'+i/676%26)
	}
	return b.String()
}

// Hostile text comes to an end, with an analysis that points into it. BenchmarkHostile shows that the time grows with the length.
func TestHostileText(t *testing.T) {
	for name, text := range hostile {
		t.Run(name, func(t *testing.T) {
			s := text(5_000)
			an, err := new(Extractor).Extract(Report{Text: s})
			if err == nil {
				err = an.check(s)
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
}

func BenchmarkHostile(b *testing.B) {
	for name, text := range hostile {
		for _, words := range []int{25_000, 100_000} {
			b.Run(fmt.Sprintf("%s/%d words", name, words), func(b *testing.B) {
				s := text(words)
				b.SetBytes(int64(len(s)))
				for b.Loop() {
					if _, err := new(Extractor).Extract(Report{Text: s}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkExtract(b *testing.B) {
	text := strings.Join(markedTexts(b), "\n\n")
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := new(Extractor).Extract(Report{Text: text}); err != nil {
			b.Fatal(err)
		}
	}
}

// markedTexts are the marked cases without their marks.
func markedTexts(t testing.TB) []string {
	files, _ := filepath.Glob("testdata/marked/*.txt")
	var texts []string
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(raw)) {
			if !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, ">") && strings.TrimSpace(line) != "" {
				texts = append(texts, strings.ReplaceAll(unmark(strings.TrimSpace(line)), " ¶ ", "\n\n"))
			}
		}
	}
	if len(texts) == 0 {
		t.Fatal("no marked cases")
	}
	return texts
}

func TestSameTextSameAnalysis(t *testing.T) {
	text := strings.Join(markedTexts(t), "\n\n")
	x := new(Extractor)
	want, err := x.Extract(Report{Text: text})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			got, err := x.Extract(Report{Text: text})
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("a second reading differs, or %v", err)
			}
		})
	}
	wg.Wait()
}

func TestOnlyBrokenTextIsRefused(t *testing.T) {
	_, err := new(Extractor).Extract(Report{ID: "r", Text: "caf\xe9"})
	e, ok := err.(*Error)
	if !ok || e.At.Start != 3 || e.At.End != 4 || e.Report != "r" {
		t.Errorf("Extract(Latin-1) = %v", err)
	}
	for _, text := range []string{"", " ", "\n\n", `"`, "said", "“", "'", ".", "said Ann", "Ann said", ", said", "\u2029", "{C }"} {
		if _, err := new(Extractor).Extract(Report{Text: text}); err != nil {
			t.Errorf("Extract(%q): %v", text, err)
		}
	}
}

func FuzzExtract(f *testing.F) {
	for _, t := range markedTexts(f) {
		f.Add(t)
	}
	for _, text := range hostile {
		f.Add(text(30))
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := new(Extractor).Extract(Report{Text: text})
		if err != nil {
			if _, bad := NotUTF8(text); !bad {
				t.Fatal(err)
			}
			return
		}
		if s := check(text, a); s != "" {
			t.Fatal(s)
		}
		if !strings.ContainsAny(text, "{}") {
			if got := unmark(mark(text, a)); got != text {
				t.Fatalf("marked and stripped: %q, want %q", got, text)
			}
		}
		again, _ := new(Extractor).Extract(Report{Text: text})
		if !reflect.DeepEqual(a, again) {
			t.Fatal("a second reading differs")
		}
	})
}

// check tells what an analysis breaks of what must hold for any text.
func check(text string, a Analysis) string {
	for i, m := range a.Mentions {
		if !m.Span.In(text) || m.Actor < 0 || m.Actor >= len(a.Actors) {
			return fmt.Sprintf("mention %d: %+v", i, m)
		}
		if i > 0 && m.Span.Start < a.Mentions[i-1].Span.Start {
			return fmt.Sprintf("mention %d stands before the one before it", i)
		}
	}
	for i, x := range a.Actors {
		if x.Name == "" || x.Type == "" {
			return fmt.Sprintf("actor %d: %+v", i, x)
		}
		for _, r := range x.Roles {
			if !r.Span.In(text) || r.Of < None || r.Of >= len(a.Actors) || r.Of == i {
				return fmt.Sprintf("actor %d: role %+v", i, r)
			}
		}
	}
	for i, t := range a.Attributions {
		for _, s := range slices.Concat(t.Source, t.Cue, t.Content) {
			if !s.In(text) {
				return fmt.Sprintf("attribution %d: span %v", i, s)
			}
		}
		if len(t.Content) == 0 || len(t.Cue) == 0 || t.Via < None || t.Via >= i || t.Confidence <= 0 || t.Confidence > 1 || t.Stance == "" || t.Quotation == "" {
			return fmt.Sprintf("attribution %d: %+v", i, t)
		}
		for _, m := range t.Sources {
			if m < 0 || m >= len(a.Mentions) {
				return fmt.Sprintf("attribution %d: source %d", i, m)
			}
		}
	}
	for i, r := range a.Relations {
		if r.Subject < 0 || r.Object < 0 || r.Subject >= len(a.Mentions) || r.Object >= len(a.Mentions) || len(r.Evidence) == 0 || r.Predicate == "" ||
			r.AssertedBy < None || r.AssertedBy >= len(a.Attributions) || r.Polarity == "" || r.Modality == "" || r.Confidence <= 0 || r.Confidence > 1 {
			return fmt.Sprintf("relation %d: %+v", i, r)
		}
		for _, s := range r.Evidence {
			if !s.In(text) {
				return fmt.Sprintf("relation %d: span %v", i, s)
			}
		}
	}
	return ""
}

// In a heading capitals tell nothing: who is named there is known by the names in the text. Its "Brandt" comes first.
func TestHeading(t *testing.T) {
	title := "Bridge Talks May See Quill and Brandt in April"
	an, err := new(Extractor).Extract(Report{Title: title, Text: title + "\n\nMara Quill has invited Ivo Brandt to talks, the ministry said. Quill added that the bridge was safe."})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range an.Actors {
		got = append(got, a.Name)
	}
	if want := []string{"Ivo Brandt", "Mara Quill", "the ministry"}; !reflect.DeepEqual(got, want) {
		t.Errorf("actors %q, want %q", got, want)
	}
}
