package score

import (
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/whence-graph/whence/graph"
)

// article is a text in tokens.
type article struct {
	text   string
	tokens []graph.Span
	quoted []bool // between double quotation marks, which end with the line
}

func newArticle(text string) *article {
	a := &article{text: text}
	inside, end := false, 0
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		start := i
		i += n
		if unicode.IsSpace(r) {
			continue
		}
		for lettered(r) && i < len(text) {
			next, n := utf8.DecodeRuneInString(text[i:])
			if !lettered(next) {
				break
			}
			i += n
		}
		if strings.Contains(text[end:start], "\n") {
			inside = false
		}
		end = i
		quoted := inside
		switch text[start:i] {
		case "“":
			inside, quoted = true, true
		case "”":
			inside, quoted = false, true
		case `"`:
			inside, quoted = !inside, true
		}
		a.tokens = append(a.tokens, graph.Span{Start: start, End: i})
		a.quoted = append(a.quoted, quoted)
	}
	return a
}

func lettered(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r) }

// item is an Item in tokens.
type item struct {
	spans      [3][]graph.Span
	tokens     [3][]int // rising
	quotation  int
	hop        int
	confidence float64
}

// items leaves out what has no content.
func (a *article) items(list []Item) []item {
	var out []item
	for _, x := range list {
		y := item{hop: max(1, x.Hop), confidence: x.Confidence}
		for k, spans := range x.roles() {
			y.spans[k] = a.trim(spans)
			y.tokens[k] = a.in(y.spans[k])
		}
		if len(y.spans[2]) == 0 {
			continue
		}
		words, quoted := 0, 0
		for _, n := range y.tokens[2] {
			if r, _ := utf8.DecodeRuneInString(a.text[a.tokens[n].Start:]); lettered(r) {
				words++
				if a.quoted[n] {
					quoted++
				}
			}
		}
		if quoted > 0 {
			y.quotation = 1
		}
		if words > 0 && quoted == words {
			y.quotation = 2
		}
		out = append(out, y)
	}
	return out
}

// trim takes outer spaces from spans and makes those one that only spaces part.
func (a *article) trim(spans []graph.Span) []graph.Span {
	list := slices.Clone(spans)
	sort.Slice(list, func(i, j int) bool {
		return list[i].Start < list[j].Start || list[i].Start == list[j].Start && list[i].End < list[j].End
	})
	var out []graph.Span
	for _, s := range list {
		words := a.text[s.Start:s.End]
		s.Start += len(words) - len(strings.TrimLeftFunc(words, unicode.IsSpace))
		s.End -= len(words) - len(strings.TrimRightFunc(words, unicode.IsSpace))
		if s.End <= s.Start {
			continue
		}
		if n := len(out); n > 0 && (s.Start <= out[n-1].End || strings.TrimSpace(a.text[out[n-1].End:s.Start]) == "") {
			out[n-1].End = max(out[n-1].End, s.End)
			continue
		}
		out = append(out, s)
	}
	return out
}

// in are the tokens that share a character with the spans.
func (a *article) in(spans []graph.Span) []int {
	var out []int
	for _, s := range spans {
		for i := sort.Search(len(a.tokens), func(i int) bool { return a.tokens[i].End > s.Start }); i < len(a.tokens) && a.tokens[i].Start < s.End; i++ {
			if n := len(out); n == 0 || out[n-1] < i {
				out = append(out, i)
			}
		}
	}
	return out
}

// common counts what two rising lists share.
func common(a, b []int) int {
	n := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			n++
			i++
			j++
		}
	}
	return n
}

func dice(a, b []int) float64 {
	if len(a)+len(b) == 0 {
		return 0
	}
	return 2 * float64(common(a, b)) / float64(len(a)+len(b))
}
