package ingest

import "strings"

// sentence is a run of words. A full stop inside a quotation does not end it: the sentence around does.
type sentence struct{ from, to int }

// longest is the number of words after which a sentence is cut, so that no step looks further.
const longest = 400

// findSentences cuts at ends of paragraphs and at full stops, question and exclamation marks.
func findSentences(words []word, quotes []quotation) []sentence {
	var out []sentence
	from := 0
	flush := func(to int) {
		if to > from {
			for i := from; i < to; i++ {
				words[i].sentence = int32(len(out))
			}
			out = append(out, sentence{from, to})
			from = to
		}
	}
	for i := range words {
		if i > from && words[i].paragraph != words[i-1].paragraph || i-from >= longest {
			flush(i)
		}
		if end, ok := stop(words, quotes, i); ok {
			flush(end)
		}
	}
	flush(len(words))
	return out
}

// stop tells whether a sentence ends at word i, and where the next begins.
func stop(words []word, quotes []quotation, i int) (int, bool) {
	w := &words[i]
	next := i + 1
	if next >= len(words) || words[next].paragraph != w.paragraph {
		return next, false // the paragraph's end does it
	}
	mark := w.low
	if q := w.quote; q >= 0 {
		if int(quotes[q].to) != next || !quotes[q].closed || i == 0 {
			return 0, false
		}
		mark = words[i-1].low
		if mark != "." && mark != "?" && mark != "!" && !ellipsis(mark) {
			return 0, false
		}
		n := &words[next]
		if !n.upper && n.quote < 0 && !n.quoteLike() {
			return 0, false
		}
		if mark == "." && n.quote >= 0 {
			return next, true
		}
		return next, mark == "." || !saidSoon(words, next)
	}
	switch {
	case mark == "." || mark == "?" || mark == "!" || ellipsis(mark):
		n := &words[next]
		if n.low == ")" || n.low == "." || n.low == "?" || n.low == "!" {
			return 0, false
		}
		if mark == "." || ellipsis(mark) {
			return next, n.upper || n.quote >= 0 || n.quoteLike() || !letterWord(n.low) || strings.ContainsAny(n.low[:1], "0123456789")
		}
		return next, true
	case mark == "•" || mark == "■":
		return next, true
	case strings.HasSuffix(mark, ".") && len(mark) > 2 && words[next].upper && i > 0:
		// "a.m. The", "U.S. He": an abbreviation ends a sentence when a word that opens one follows
		if words[next].is(closed) && words[next].is(determiner|pronoun|possessive|preposition) && !w.is(anyHonorific) && !abbreviations[strings.TrimSuffix(mark, ".")] {
			return next, true
		}
	}
	return 0, false
}

func ellipsis(s string) bool { return strings.HasPrefix(s, "..") || s == "…" }

// saidSoon tells whether a verb of saying follows within a few words: "Really?" Ann asked.
func saidSoon(words []word, i int) bool {
	for j := i; j < len(words) && j < i+6; j++ {
		w := &words[j]
		if w.paragraph != words[i].paragraph || w.quote >= 0 || !letterWord(w.low) && w.low != "," {
			return false
		}
		if f, ok := w.form(pastShape | presentShape); ok && english().cues[f.lemma] != nil && english().cues[f.lemma].has(takesQuote) {
			return true
		}
	}
	return false
}
