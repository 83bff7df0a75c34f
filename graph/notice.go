package graph

import (
	"regexp"
	"strings"
	"time"
)

// NoticeKey is the key of reports that take back, or tell that somebody takes back, what was reported: corrections,
// retractions, "an earlier version of this report said ..". See FindKeys.
const NoticeKey = "notice"

// notice is a passage of a report that takes back what was said before.
type notice struct {
	report ID
	at     Span      // the sentence that says so
	lines  Span      // the paragraph around it
	own    bool      // it is about this very report, or begins with "Correction": it needs no name to be its outlet's own
	wrong  []wording // what was said before, sentence by sentence; without the sentences that tell how it really is
}

var (
	hint     = regexp.MustCompile(`(?i)correct|clarif|retract|withdr|apolog|version|wrong|inaccura|regret|editor.s note`)
	label    = regexp.MustCompile(`^(?i:corrections?|corrected|clarifications?|retractions?|editor.s note)\s*[:—–-]|^(?:CORRECTIONS?|CLARIFICATION|RETRACTION|CORRECTED)\b`)
	earlier  = regexp.MustCompile(`(?i)\b(?:earlier|previous|original|first|prior) (?:version|edition)s? of (?:this|the|our) (?:report|article|story|dispatch|item|piece|post|column|page)\b`)
	amended  = regexp.MustCompile(`(?i)\bthis (?:report|article|story|dispatch|item|piece|post) (?:has been|was|is) (?:corrected|amended|withdrawn|retracted)\b`)
	takeBack = regexp.MustCompile(`(?i)\b(?:withdr[ae]ws?|withdrawn|withdrew|retracts?|retracted|corrects?|corrected|takes? back|took back)\b[^.!?]*?\b(?:it|reports?|reporting|statements?|stor(?:y|ies)|articles?|claims?|account|headline)\b`)
	wrongly  = regexp.MustCompile(`(?i)\b(?:report|article|story|headline|account|claim) (?:was|were|is) (?:wrong|incorrect|false|inaccurate|untrue|mistaken|in error)\b|\b(?:misstated|misreported|misidentified|misquoted|regrets? the error)\b|\b(?:we|(?:incorrectly|wrongly|mistakenly|erroneously)) (?:said|stated|reported|wrote|printed|gave|identified|published)\b[^.!?]*\b(?:wrong|in error|incorrectly|wrongly|mistakenly|erroneously|that)\b`)
	saying   = regexp.MustCompile(`(?i)\b(?:reported|said|says|wrote|stated|gave|told|printed|published|misstated|misreported|misidentified|misquoted|incorrectly|wrongly|erroneously|mistakenly|version|withdr[ae]ws?|withdrawn|withdrew|retracts?|retracted|statement|headline|claim)\b`)
	rather   = regexp.MustCompile(`(?i)\b(?:instead of|rather than)\b`)
	contrast = regexp.MustCompile(`(?i),? (?:and|but)? ?not\b`)
)

// notices are the passages of a report that take back what was said before.
func notices(r *Report) []notice {
	title := label.MatchString(r.Title)
	if !title && !hint.MatchString(r.Text) {
		return nil
	}
	var out []notice
	for lines := range paragraphs(r.Text) {
		text := r.Text[lines.Start:lines.End]
		labelled := label.MatchString(text) || title && len(out) == 0
		if !labelled && !hint.MatchString(text) {
			continue
		}
		var list []Span
		for _, s := range sentences(text) {
			list = append(list, Span{lines.Start + s.Start, lines.Start + s.End})
		}
		n := notice{report: r.ID, lines: lines, own: labelled}
		for _, s := range list {
			words := r.Text[s.Start:s.End]
			this := earlier.MatchString(words) || amended.MatchString(words)
			if n.at.Len() == 0 && (labelled || this || takeBack.MatchString(words) || wrongly.MatchString(words)) {
				n.at = s
			}
			n.own = n.own || this
		}
		if n.at.Len() == 0 {
			continue
		}
		for _, s := range list {
			if saying.MatchString(r.Text[s.Start:s.End]) {
				n.wrong = append(n.wrong, wordingOf(r.ID, r.Text, s))
			}
		}
		if n.wrong == nil {
			n.wrong = []wording{wordingOf(r.ID, r.Text, n.at)}
		}
		out = append(out, n)
	}
	return out
}

// paragraphs gives the places of a text's lines that are not empty.
func paragraphs(text string) func(func(Span) bool) {
	return func(yield func(Span) bool) {
		for start := 0; start < len(text); {
			end := len(text)
			if i := strings.IndexByte(text[start:], '\n'); i >= 0 {
				end = start + i
			}
			line := text[start:end]
			trimmed := strings.TrimLeft(line, " \t\r")
			at := start + len(line) - len(trimmed)
			if trimmed = strings.TrimRight(trimmed, " \t\r"); trimmed != "" && !yield(Span{at, at + len(trimmed)}) {
				return
			}
			start = end + 1
		}
	}
}

// takenBack is how much of what is claimed the notice takes back. A sentence must have most of its words, and each of its numbers where
// it tells what was wrong: "12, not 14" takes back 14.
const takenBack = 0.6

// takesBack answers the sentence that takes the wording back.
func (n notice) takesBack(w wording) (Evidence, bool) {
	for _, s := range n.wrong {
		share, shared := w.held(s.roots())
		if share < takenBack || shared < 3 {
			continue
		}
		words := s.text[s.at.Start:s.at.End]
		wrong := s
		if i := rather.FindStringIndex(words); i != nil {
			wrong = wordingOf(s.report, s.text, Span{s.at.Start, s.at.Start + i[0]})
		} else if i := contrast.FindStringIndex(words); i != nil && len(w.figures()) > 0 {
			wrong = wordingOf(s.report, s.text, Span{s.at.Start + i[1], s.at.End})
		}
		figures := wrong.figures()
		ok := true
		for f := range w.figures() {
			ok = ok && figures[f]
		}
		if ok {
			return s.whole(), true
		}
	}
	return Evidence{}, false
}

// named tells whether the passage names one of the outlet's names, all of it or, of the report's own outlet, a part of some length.
func (n notice) named(text string, names []string, part bool) bool {
	passage := " " + Fold(text[n.lines.Start:n.lines.End]) + " "
	for _, name := range names {
		if f := Fold(name); f != "" && strings.Contains(passage, " "+f+" ") {
			return true
		}
		for _, w := range Words(name) {
			if part && len(w) > 3 && strings.Contains(passage, " "+w+" ") {
				return true
			}
		}
	}
	return part && (strings.Contains(passage, " we ") || strings.Contains(passage, " our ") || strings.Contains(passage, " here "))
}

// A Correction tells that what a report said no longer stands.
type Correction struct {
	Report    ID         // that tells it
	Published time.Time  // when
	How       Correcting // in what way
	Withdraws []ID       // the attributions of the claim that it takes back, by report and place
	Evidence  Evidence   // the words that take it back; of what a revision dropped, the words that are gone, in the earlier report
}

// Correcting is a way to take something back.
type Correcting string

// The ways. A dropped wording is weaker than the others: nobody said that it was wrong.
const (
	Noticed Correcting = "notice"   // the outlet says so itself
	ToldOf  Correcting = "told of"  // another report says that the outlet has
	Dropped Correcting = "revision" // a later text under the same URL does not have it any more
)
