package graph

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// wording is a stretch of a report as it is compared with another: its words, each with its place.
type wording struct {
	report ID
	text   string // of the report
	at     Span
	words  []token
}

// token is a word of a wording.
type token struct {
	at   Span
	word string // folded
	root string // without the endings of English inflection
	rank int    // what kind of word it is
	name bool   // it is written with a capital
}

// The kinds of word.
const (
	plain  int = iota
	idle       // says nothing by itself
	figure     // a number
	day        // of the week, or a month
)

// wordingOf makes a wording of a stretch of a report.
func wordingOf(report ID, text string, at Span) wording {
	w := wording{report: report, text: text, at: at}
	eachWord(text[at.Start:at.End], func(word string, in Span) {
		t := token{at: Span{at.Start + in.Start, at.Start + in.End}, word: word, root: root(word)}
		first, _ := utf8.DecodeRuneInString(text[t.at.Start:])
		t.name = unicode.IsUpper(first)
		switch {
		case numerals[word] != "":
			t.rank, t.root = figure, numerals[word]
		case strings.IndexFunc(word, unicode.IsDigit) >= 0:
			t.rank, t.root = figure, word
		case days[word]:
			t.rank = day
		case idleWords[word]:
			t.rank = idle
		}
		w.words = append(w.words, t)
	})
	return w
}

// said is the wording of an attribution's content.
func said(a *Attribution, text string) wording {
	spans := make([]Span, len(a.Content))
	for i, e := range a.Content {
		spans[i] = e.Span
	}
	h := Hull(spans...)
	if !h.In(text) {
		return wording{report: a.Report, text: text}
	}
	w := wordingOf(a.Report, text, h)
	w.words = slices.DeleteFunc(w.words, func(t token) bool { // what stands in the gaps
		return !slices.ContainsFunc(spans, func(s Span) bool { return s.Contains(t.at) })
	})
	return w
}

// evidence are words of the wording.
func (w wording) evidence(at Span) Evidence {
	return Evidence{Report: w.report, Span: at, Quote: w.text[at.Start:at.End]}
}

// whole is all of the wording.
func (w wording) whole() Evidence { return w.evidence(w.at) }

// roots are those of the words that say something.
func (w wording) roots() map[string]bool {
	m := map[string]bool{}
	for _, t := range w.words {
		if t.rank != idle {
			m[t.root] = true
		}
	}
	return m
}

// figures are the numbers in it.
func (w wording) figures() map[string]bool {
	m := map[string]bool{}
	for _, t := range w.words {
		if t.rank == figure {
			m[t.root] = true
		}
	}
	return m
}

// held is how much of what the wording says stands among the roots: 0 to 1.
func (w wording) held(roots map[string]bool) (share float64, n int) {
	own := w.roots()
	for r := range own {
		if roots[r] {
			n++
		}
	}
	if len(own) == 0 {
		return 0, 0
	}
	return float64(n) / float64(len(own)), n
}

// deeds is the wording without names, numbers and days: what is said of them.
func (w wording) deeds() wording {
	w.words = slices.DeleteFunc(slices.Clone(w.words), func(t token) bool { return t.name || t.rank != plain })
	return w
}

// root cuts the endings of English inflection off a word; it need only bring most forms of one word together.
func root(w string) string {
	for _, e := range [...]string{"ing", "ied", "ies", "ed", "es", "s", "e", "y"} {
		if r, ok := strings.CutSuffix(w, e); ok && utf8.RuneCountInString(r) >= 3 {
			return r
		}
	}
	return w
}

var (
	idleWords = wordSet(`a an the this that these those it its it he she they him his her hers their theirs them i we you me us my our your is are was were be been
		being am has have had do does did and or but nor so as of in on at by for from to with into onto about over under than then there here which who whom whose
		what when where how why if whether also just only own such any some all both each said says say mr mrs ms dr not no s`)
	days = wordSet(`monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october november december
		today tomorrow yesterday`)
	numerals = func() map[string]string {
		m := map[string]string{}
		for i, w := range strings.Fields("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty") {
			m[w] = strings.Fields("0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20")[i]
		}
		for _, p := range strings.Fields("thirty=30 forty=40 fifty=50 sixty=60 seventy=70 eighty=80 ninety=90 hundred=100 thousand=1000 million=1000000 billion=1000000000") {
			k, v, _ := strings.Cut(p, "=")
			m[k] = v
		}
		return m
	}()
)
