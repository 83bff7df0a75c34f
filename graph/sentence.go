package graph

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// sentences are the places of a text's sentences. A line ends one. Where a point may belong to an abbreviation the sentence goes on:
// one that is too long holds what was looked for, one that is too short may not.
func sentences(text string) []Span {
	var out []Span
	start := -1
	end := func(i int) {
		if start >= 0 {
			out = append(out, Span{start, start + len(strings.TrimRightFunc(text[start:i], unicode.IsSpace))})
		}
		start = -1
	}
	for i, r := range text {
		switch {
		case r == '\n':
			end(i)
		case unicode.IsSpace(r) && start >= 0 && mayEnd(text[start:i]) && mayBegin(text[i:]):
			end(i)
		case !unicode.IsSpace(r) && start < 0:
			start = i
		}
	}
	end(len(text))
	return out
}

// mayEnd tells whether a sentence may end with the text.
func mayEnd(text string) bool {
	text = strings.TrimRight(text, `"'”’»)]`)
	if !strings.HasSuffix(text, ".") {
		return strings.HasSuffix(text, "!") || strings.HasSuffix(text, "?")
	}
	word := text[strings.LastIndexFunc(text, unicode.IsSpace)+1 : len(text)-1]
	return utf8.RuneCountInString(word) > 1 && !strings.Contains(word, ".") && !abbreviated[strings.ToLower(word)]
}

// mayBegin tells whether a sentence may begin behind the white space.
func mayBegin(text string) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(text, " \t\r\"'“‘«(["))
	return !unicode.IsLower(r)
}

var abbreviated = wordSet("mr mrs ms dr prof rev st gen col lt capt sgt sen rep gov no vs jan feb mar apr jun jul aug sept sep oct nov dec co corp inc ltd")

func wordSet(list string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		m[w] = true
	}
	return m
}
