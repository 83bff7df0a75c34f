package encoder

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func wordPiece(t testing.TB) (*WordPiece, []string) {
	t.Helper()
	vocabulary := string(read(t, "testdata", "vocabulary.txt"))
	w, err := NewWordPiece(vocabulary)
	if err != nil {
		t.Fatal(err)
	}
	return w, strings.Split(vocabulary, "\n")
}

// show writes pieces as testdata/split.txt.gz has them.
func show(pieces []Piece, names []string) string {
	var s []string
	for _, p := range pieces {
		s = append(s, fmt.Sprintf("%s@%d-%d", names[p.ID], p.Start, p.End))
	}
	return strings.Join(s, " ")
}

func TestWordPieceAgreesWithHuggingFace(t *testing.T) {
	w, names := wordPiece(t)
	z, err := gzip.NewReader(bytes.NewReader(read(t, "testdata", "split.txt.gz")))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for lines := bufio.NewScanner(z); lines.Scan(); n++ {
		quoted, want, _ := strings.Cut(lines.Text(), "\t")
		var text string
		if err := json.Unmarshal([]byte(quoted), &text); err != nil {
			t.Fatal(err)
		}
		if got := show(w.Append(nil, text), names); got != want {
			t.Errorf("%s:\n got %s\nwant %s", quoted, got, want)
		}
	}
	if n < 3000 {
		t.Errorf("only %d strings", n)
	}
}

func TestWordPieceByExample(t *testing.T) {
	w, names := wordPiece(t)
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"The minister said", "the@0-3 minister@4-12 said@13-17"},
		{"[SEP]", "[@0-1 s@1-2 ##e@2-3 ##p@3-4 ]@4-5"},
		{"caf\u00e9.", "cafe@0-5 .@5-6"},
		{"cafe\u0301.", "cafe@0-6 .@6-7"}, // the mark belongs to the e
		{"a\u0301\u0302", "a@0-5"},
		{"\u0301", ""},
		{" \u0301a", "a@3-4"},
		{"a\xffb\xc3", "ab@0-3"}, // what is not UTF-8 leaves no trace
		{"a\u200bb", "ab@0-5"},   // nor does a zero-width space
		{"\u6771\u4eac", "\u6771@0-3 \u4eac@3-6"},
		{strings.Repeat("x", 101) + " a", "[UNK]@0-101 a@102-103"},
	} {
		if got := show(w.Append(nil, c.text), names); got != c.want {
			t.Errorf("Append(%q) = %s, want %s", c.text, got, c.want)
		}
	}
	for _, c := range []struct{ before, word, want string }{
		{"x ", "said", "said@2-6"},
		{"x ", "\u0301", "[UNK]@2-4"},
		{"x ", "\u200b", "[UNK]@2-5"},
		{"x ", "U.S.", "u@2-3 .@3-4 s@4-5 .@5-6"},
	} {
		text := c.before + c.word + "yz"
		if got := show(w.AppendWord(nil, text, len(c.before), len(c.before+c.word)), names); got != c.want {
			t.Errorf("AppendWord(%q) = %s, want %s", c.word, got, c.want)
		}
	}
}

func TestVocabularyMustHaveItsSpecialPieces(t *testing.T) {
	for _, v := range []string{"", "a\nb", "[CLS]\n[SEP]", "[UNK]\n[CLS]"} {
		if _, err := NewWordPiece(v); err == nil {
			t.Errorf("NewWordPiece(%q) is no error", v)
		}
	}
	w, err := NewWordPiece("[UNK]\r\n[CLS]\r\n[SEP]\r\na\r\n##b\r\n")
	if err != nil {
		t.Fatal(err)
	}
	if got := w.Append(nil, "ab"); !slices.Equal(got, []Piece{{3, 0, 1}, {4, 1, 2}}) {
		t.Errorf("with carriage returns: %v", got)
	}
}

// Whatever the text, the time per byte must not grow with it. The limit is some hundred times what is needed.
func TestWordPieceIsLinear(t *testing.T) {
	w, _ := wordPiece(t)
	for name, unit := range map[string]string{
		"letters": "a", "quotes": `"`, "marks": "\u0301", "letters with marks": "e\u0301", "Hangul": "\ud55c", "not UTF-8": "\xff",
		"unknown": "qzxj ", "long": strings.Repeat("q", 100) + " ", "Chinese": "\u6771",
	} {
		text := strings.Repeat(unit, 2_000_000/len(unit))
		start := time.Now()
		pieces := w.Append(nil, text)
		if took := time.Since(start); took > 30*time.Second {
			t.Errorf("%s: %d pieces in %v", name, len(pieces), took)
		}
	}
}

func TestWordPieceAllocatesNothing(t *testing.T) {
	w, _ := wordPiece(t)
	text := strings.Repeat("Łódź's na\u00efve \ud55c\uad6d minister said \u201cno\u201d. ", 20)
	dst := w.Append(nil, text)
	if n := testing.AllocsPerRun(10, func() { dst = w.Append(dst[:0], text) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzWordPiece(f *testing.F) {
	w, _ := wordPiece(f)
	for _, s := range []string{"", "The minister's", "cafe\u0301", "\xff\xfe", "\ud55c\uad6d", "a\u200bb", "\u1e9b\u0323", strings.Repeat("x", 101)} {
		f.Add(s, 0, len(s))
	}
	f.Fuzz(func(t *testing.T, s string, i, j int) {
		pieces := w.Append(nil, s)
		last := 0
		for k, p := range pieces {
			if p.Start < 0 || p.Start >= p.End || p.End > len(s) || p.Start < last {
				t.Fatalf("%q: piece %d is %+v after byte %d", s, k, p, last)
			}
			if utf8.ValidString(s) && !(utf8.RuneStart(s[p.Start]) && (p.End == len(s) || utf8.RuneStart(s[p.End]))) {
				t.Fatalf("%q: piece %d cuts a character: %+v", s, k, p)
			}
			last = p.Start
		}
		if len(pieces) > 3*len(s) {
			t.Fatalf("%d pieces of %d bytes", len(pieces), len(s))
		}
		// Two texts with a space between them split as they do apart.
		both := w.Append(w.Append(nil, s), s)
		for k := range pieces {
			both[len(pieces)+k].Start += len(s) + 1
			both[len(pieces)+k].End += len(s) + 1
		}
		if got := w.Append(nil, s+" "+s); utf8.ValidString(s) && !slices.Equal(got, both) {
			t.Fatalf("%q twice: %v, want %v", s, got, both)
		}
		i = max(0, min(i, len(s)))
		j = max(i, min(j, len(s)))
		if got := w.AppendWord(nil, s, i, j); len(got) == 0 {
			t.Fatalf("%q[%d:%d] has no piece", s, i, j)
		}
	})
}

func BenchmarkWordPiece(b *testing.B) {
	w, _ := wordPiece(b)
	text := strings.Repeat("The minister said on Monday that talks in Geneva had stalled over prisoners of war. ", 20)
	var dst []Piece
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		dst = w.Append(dst[:0], text)
	}
}
