package ingest

import (
	"strings"
	"unicode/utf8"
)

// quotation is a stretch between quotation marks, in words. Where it runs over paragraphs each paragraph's
// part is a quotation that continues the one before it.
type quotation struct {
	from, to  int32 // words, marks included, to exclusive
	closed    bool
	continues bool
	speech    bool // a sentence or a clause rather than a word or a title
}

func opening(s string) (closers string, ok bool) {
	switch s {
	case `"`:
		return "\"”", true
	case "“":
		return "”“\"", true
	case "„":
		return "“”\"", true
	case "«":
		return "»", true
	case "»":
		return "«", true
	case "‘":
		return "’", true
	case "``", "''":
		return "''", true
	case "'", "‚":
		return "'’‘", true
	}
	return "", false
}

// findQuotations pairs the marks, a paragraph at a time, and sets their words' quote and tag. A quotation
// never closed is kept only when the next paragraph goes on with it; the words of others stay outside.
func findQuotations(text string, words []word) []quotation {
	var out []quotation
	for i := 0; i < len(words); {
		end := i
		for end < len(words) && words[end].paragraph == words[i].paragraph {
			end++
		}
		out = quotationsIn(text, words, i, end, out)
		i = end
	}
	return out
}

func quotationsIn(text string, words []word, from, to int, out []quotation) []quotation {
	noSingle := map[string]bool{} // single marks that nothing closes are not looked for again
	for i := from; i < to; i++ {
		closers, ok := opening(words[i].low)
		if !ok || !opensQuotation(text, words, i, from) {
			continue
		}
		single := words[i].low == "'" || words[i].low == "‘" || words[i].low == "‚"
		if single && noSingle[words[i].low] {
			continue
		}
		end := closing(text, words, i, to, closers, single)
		q := quotation{from: int32(i), to: int32(end), closed: end > 0}
		if end < 0 {
			if single {
				noSingle[words[i].low] = true
				continue
			}
			// kept when the next paragraph opens with a mark too
			if to < len(words) {
				if _, more := opening(words[to].low); more && to-i < 400 {
					q.to = int32(to)
					end = to
				}
			}
			if end < 0 {
				return out
			}
		}
		if q.to-q.from < 3 && q.closed {
			continue
		}
		if n := len(out); n > 0 && i == from && !out[n-1].closed && int(out[n-1].to) == from {
			q.continues = true
		}
		q.speech = speechLike(words, q)
		words[i].tag = openMark
		if q.closed {
			words[end-1].tag = closeMark
		}
		for j := i; j < end; j++ {
			words[j].quote = int32(len(out))
		}
		out = append(out, q)
		i = end - 1
	}
	return out
}

// opensQuotation tells an opening mark by what stands on both sides of it.
func opensQuotation(text string, words []word, i, from int) bool {
	w := &words[i]
	after, _ := utf8.DecodeRuneInString(text[w.span.End:])
	before, _ := utf8.DecodeLastRuneInString(text[:w.span.Start])
	spaceBefore := i == from || w.span.Start == 0 || strings.ContainsRune(" \n\t\u00a0([—–-/…", before)
	switch w.low {
	case "“", "„", "«", "``":
		return true
	case "»":
		return spaceBefore && letter(after)
	case "'", "‘", "‚":
		if !spaceBefore || !letter(after) {
			return false
		}
		rest := text[w.span.End:min(len(text), w.span.End+8)]
		for _, elided := range []string{"em ", "tis ", "twas ", "til ", "cause ", "round "} {
			if strings.HasPrefix(rest, elided) {
				return false
			}
		}
		return after < '0' || after > '9'
	}
	return spaceBefore && after != ' ' && after != '\n' || i+1 < len(words) && (before == ',' || before == ':')
}

// closing is the word after the closing mark, or -1.
func closing(text string, words []word, i, to int, closers string, single bool) int {
	depth := 0
	possible := -1
	for j := i + 1; j < to; j++ {
		s := words[j].low
		if !single {
			if s == words[i].low && s != `"` && s != "''" {
				if closes(closers, s) && j+1 < to && !glued(text, words, j) {
					return j + 1
				}
				depth++ // a second opening mark before any closing one: the first was never closed
				if depth > 3 {
					return -1
				}
				continue
			}
			if closes(closers, s) && !(s == `"` && strings.HasPrefix(words[i].low, "“") && glued(text, words, j)) {
				if depth > 0 && closesTwice(words, j, to, closers) {
					depth--
					continue
				}
				return j + 1
			}
			continue
		}
		if !closes(closers, s) {
			continue
		}
		after, _ := utf8.DecodeRuneInString(text[words[j].span.End:])
		if letter(after) {
			continue
		}
		p := words[j-1].low
		switch {
		case strings.ContainsAny(p, ",.?!…") && !letterWord(p):
			return j + 1
		case strings.HasSuffix(p, "s") && words[j-1].span.End == words[j].span.Start && !strings.ContainsRune(".,;:?!)", after):
			if possible < 0 {
				possible = j + 1
			}
		case j-i < 60:
			return j + 1
		}
		if j-i > 120 {
			break
		}
	}
	if single && possible > 0 && possible-i < 30 {
		return possible
	}
	return -1
}

// closes tells whether the mark is one of the closers; ” is one mark.
func closes(closers, s string) bool {
	if len(closers) == 2 && closers == "''" {
		return s == closers
	}
	return s != "" && s != "''" && strings.Contains(closers, s)
}

// glued tells whether the mark sticks to the word after it.
func glued(text string, words []word, j int) bool {
	r, _ := utf8.DecodeRuneInString(text[words[j].span.End:])
	return letter(r)
}

func closesTwice(words []word, j, to int, closers string) bool {
	for k := j + 1; k < to && k < j+80; k++ {
		if closes(closers, words[k].low) {
			return true
		}
		if _, ok := opening(words[k].low); ok {
			return false
		}
	}
	return false
}

// speechLike tells a quoted sentence or clause from a quoted word or title.
func speechLike(words []word, q quotation) bool {
	n := int(q.to - q.from)
	if !q.closed {
		return true
	}
	last := words[q.to-2].low
	if last == "," || last == "." || last == "?" || last == "!" {
		return true
	}
	return n > 7
}
