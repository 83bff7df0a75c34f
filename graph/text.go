package graph

import (
	"crypto/sha256"
	"encoding/hex"
	"sort"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Span is a stretch of a report's text: bytes, End exclusive, on rune borders.
type Span struct{ Start, End int }

// Len is the number of bytes that the span covers.
func (s Span) Len() int { return s.End - s.Start }

// Overlaps tells whether the two spans share a byte.
func (s Span) Overlaps(o Span) bool { return s.Start < o.End && o.Start < s.End }

// Contains tells whether o lies inside s.
func (s Span) Contains(o Span) bool { return s.Start <= o.Start && o.End <= s.End }

// In tells whether the span lies inside text and cuts no rune.
func (s Span) In(text string) bool {
	border := func(i int) bool { return i == len(text) || utf8.RuneStart(text[i]) }
	return 0 <= s.Start && s.Start < s.End && s.End <= len(text) && border(s.Start) && border(s.End)
}

// String is "start-end".
func (s Span) String() string { return strconv.Itoa(s.Start) + "-" + strconv.Itoa(s.End) }

// Hull is the smallest span that covers all those given; the zero Span for none.
func Hull(spans ...Span) Span {
	var h Span
	for i, s := range spans {
		if i == 0 {
			h = s
			continue
		}
		h.Start, h.End = min(h.Start, s.Start), max(h.End, s.End)
	}
	return h
}

// Hash is the SHA-256 of a report's text, in hexadecimal: what evidence is verified against.
func Hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Points turns byte offsets into code points and back. It is made once for a text.
type Points struct {
	at    []int // byte offsets of every stride-th code point; nil for ASCII
	text  string
	total int
}

const stride = 64

// NewPoints reads the text once.
func NewPoints(text string) Points {
	if isASCII(text) {
		return Points{text: text, total: len(text)}
	}
	p := Points{text: text}
	for i := range text {
		if p.total%stride == 0 {
			p.at = append(p.at, i)
		}
		p.total++
	}
	return p
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// Point is the number of code points before the byte offset. Offsets outside the text are clamped to it.
func (p Points) Point(offset int) int {
	offset = max(0, min(offset, len(p.text)))
	if p.at == nil {
		return offset
	}
	k := sort.SearchInts(p.at, offset+1) - 1
	return k*stride + utf8.RuneCountInString(p.text[p.at[k]:offset])
}

// Offset is the byte offset of the code point numbered n. Numbers outside the text are clamped to it.
func (p Points) Offset(n int) int {
	n = max(0, min(n, p.total))
	if p.at == nil {
		return n
	}
	if n == p.total {
		return len(p.text)
	}
	i := p.at[n/stride]
	for n %= stride; n > 0; n-- {
		_, size := utf8.DecodeRuneInString(p.text[i:])
		i += size
	}
	return i
}

// Span is [start, end] in code points.
func (p Points) Span(s Span) [2]int { return [2]int{p.Point(s.Start), p.Point(s.End)} }

// Bytes is the span that starts and ends at the code points; false when they are not a stretch of the text.
func (p Points) Bytes(points [2]int) (Span, bool) {
	if points[0] < 0 || points[0] >= points[1] || points[1] > p.total {
		return Span{}, false
	}
	return Span{p.Offset(points[0]), p.Offset(points[1])}, true
}

// Fold brings a text to the form in which it is compared and searched: the words of
// Words, one space between them.
func Fold(text string) string { return strings.Join(Words(text), " ") }

// Words splits a text into its letters-and-digits runs, in lower case and without
// marks (accents, and the letters of Latin that have no decomposition: ł, ø, đ, ß, æ).
// An apostrophe inside a word is dropped with the word kept whole ("o'neil" is oneil),
// but a possessive s is cut off ("Lavrov's" is lavrov).
func Words(text string) []string {
	var words []string
	eachWord(text, func(w string, _ Span) { words = append(words, w) })
	return words
}

// eachWord calls see for each of the text's Words, with its place.
func eachWord(text string, see func(string, Span)) {
	var b strings.Builder
	at := Span{}
	flush := func() {
		if b.Len() > 0 {
			see(b.String(), at)
			b.Reset()
		}
	}
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case isApostrophe(r) && b.Len() > 0 && wordFollows(text[i+size:]):
			if n := possessive(text[i+size:]); n > 0 {
				flush()
				size += n
			}
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mc, r):
			if b.Len() == 0 {
				at.Start = i
			}
			b.WriteString(bare(r))
			at.End = i + size
		default:
			flush()
		}
		i += size
	}
	flush()
}

func isApostrophe(r rune) bool { return r == '\'' || r == '’' || r == 'ʼ' }

func wordFollows(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLetter(r)
}

// possessive is the length of an s that ends the word, else 0.
func possessive(s string) int {
	if s == "" || s[0] != 's' && s[0] != 'S' {
		return 0
	}
	if r, _ := utf8.DecodeRuneInString(s[1:]); len(s) > 1 && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
		return 0
	}
	return 1
}

// bare is the letter in lower case without its marks.
func bare(r rune) string {
	r = unicode.ToLower(r)
	if r < utf8.RuneSelf {
		return string(r)
	}
	if s, ok := unmarked[r]; ok {
		return s
	}
	return string(r)
}
