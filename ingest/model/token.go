package model

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/whence-graph/whence/graph"
)

// token is a word as the weights know it: a run of letters, digits and underscores, or one other character. It is finer than
// the words of the rules, which keep "U.S." and "co-owner" whole. Training and reading must agree on every token and
// feature, so this file says what train/data.py says.
type token struct {
	span      graph.Span
	shape     uint8
	quoted    uint8 // 1 between double quotation marks
	gap       uint8
	cut       uint8
	paragraph int32
}

// The shapes of a token.
const (
	lowerShape uint8 = iota
	capitalShape
	capsShape
	mixedShape
	digitShape
	markShape
	edgeShape // of the pieces that open and close a window
)

// What goes before a token.
const (
	noGap uint8 = iota
	spaceGap
	lineGap
	startGap
)

// Where a window may begin.
const (
	noCut uint8 = iota
	sentenceCut
	paragraphCut
)

// tokens cuts a text for the weights and tells of each token what they want to know besides its letters.
func tokens(text string) []token {
	out := make([]token, 0, len(text)/5+1)
	inside, paragraph := false, int32(0)
	str := func(i int) string { return text[out[i].span.Start:out[i].span.End] }
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		if blank(r) {
			i += n
			continue
		}
		end := i + n
		for lettered(r) && end < len(text) {
			next, n := utf8.DecodeRuneInString(text[end:])
			if !lettered(next) {
				break
			}
			end += n
		}
		t := token{span: graph.Span{Start: i, End: end}, gap: startGap}
		s, k, gap := text[i:end], len(out), ""
		if k > 0 {
			gap = text[out[k-1].span.End:i]
			switch {
			case strings.Contains(gap, "\n"):
				t.gap = lineGap
			case gap != "":
				t.gap = spaceGap
			default:
				t.gap = noGap
			}
		}
		if t.gap >= lineGap {
			inside = false
			if k > 0 {
				paragraph++
			}
		}
		switch s {
		case "“":
			inside = true
		case `"`:
			inside = !inside
		}
		if inside {
			t.quoted = 1
		}
		if s == "”" {
			inside = false
		}
		t.shape, t.paragraph = shapeOf(s), paragraph
		switch ended := k > 1 && gap != "" && (stops(str(k-1)) || (str(k-1) == "”" || str(k-1) == `"`) && stops(str(k-2))); {
		case t.gap >= lineGap:
			t.cut = paragraphCut
		case ended && (upperCase(r) || s == "“" || s == `"`):
			t.cut = sentenceCut
		}
		out = append(out, t)
		i = end
	}
	return out
}

func stops(s string) bool { return s == "." || s == "?" || s == "!" }

// shapeOf tells a token's case.
func shapeOf(s string) uint8 {
	first, n := utf8.DecodeRuneInString(s)
	if first == '_' || !lettered(first) {
		return markShape
	}
	digits, lower, upper, restLower, restUpper := true, false, false, false, false
	for i, r := range s {
		digits = digits && digit(r)
		title := unicode.Is(unicode.Lt, r) // both, so that its token is of neither case
		l, u := lowerCase(r) || title, upperCase(r) || title
		lower, upper = lower || l, upper || u
		if i >= n {
			restLower, restUpper = restLower || l, restUpper || u
		}
	}
	switch {
	case digits:
		return digitShape
	case lower && !upper:
		return lowerShape
	case upper && !lower && n < len(s):
		return capsShape
	case upper && !lower, upperCase(first) && restLower && !restUpper:
		return capitalShape
	}
	return mixedShape
}

// The classes of characters are those of the language the weights were trained in.

func lettered(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r) }

func blank(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f }

func upperCase(r rune) bool { return unicode.IsUpper(r) || unicode.Is(unicode.Other_Uppercase, r) }

func lowerCase(r rune) bool { return unicode.IsLower(r) || unicode.Is(unicode.Other_Lowercase, r) }

func digit(r rune) bool {
	return unicode.IsDigit(r) || r > unicode.MaxLatin1 && unicode.Is(moreDigits, r) || r == '²' || r == '³' || r == '¹'
}

// moreDigits have a digit's value and are no decimal digits: ₂, ④.
var moreDigits = &unicode.RangeTable{
	R16: []unicode.Range16{{0x1369, 0x1371, 1}, {0x19da, 0x19da, 1}, {0x2070, 0x2070, 1}, {0x2074, 0x2079, 1}, {0x2080, 0x2089, 1}, {0x2460, 0x2468, 1},
		{0x2474, 0x247c, 1}, {0x2488, 0x2490, 1}, {0x24ea, 0x24ea, 1}, {0x24f5, 0x24fd, 1}, {0x24ff, 0x24ff, 1}, {0x2776, 0x277e, 1}, {0x2780, 0x2788, 1}, {0x278a, 0x2792, 1}},
	R32: []unicode.Range32{{0x10a40, 0x10a43, 1}, {0x10e60, 0x10e68, 1}, {0x11052, 0x1105a, 1}, {0x1f100, 0x1f10a, 1}},
}
