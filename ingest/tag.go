package ingest

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// tagWords gives every word its tag, left to right.
func tagWords(words []word) {
	lower := map[string]bool{}  // words that stand somewhere in lower case
	proper := map[string]bool{} // words that stand with a capital inside a sentence
	for i := range words {
		w := &words[i]
		if !w.upper {
			lower[w.low] = true
		} else if !opens(words, i) {
			proper[w.low] = true
		}
	}
	for i := range words {
		words[i].tag = tagOf(words, i, lower, proper)
	}
}

// opens tells whether the word may have its capital from its place: at the head of a sentence or quotation.
func opens(words []word, i int) bool {
	if i == 0 || words[i].newline {
		return true
	}
	p := &words[i-1]
	if p.tag == openMark || p.sentence != words[i].sentence {
		return true
	}
	r, _ := utf8.DecodeRuneInString(p.low)
	return !letter(r) && !strings.ContainsRune(",'’)(-&", r) || p.tag == closeMark
}

func tagOf(words []word, i int, lower, proper map[string]bool) tag {
	w := &words[i]
	if w.tag == openMark || w.tag == closeMark {
		return w.tag
	}
	r, _ := utf8.DecodeRuneInString(w.low)
	before := punctuation
	if i > 0 {
		before = words[i-1].tag
	}
	if apostrophe(r) {
		switch strings.TrimLeft(w.low, "'’ʼ") {
		case "s":
			if before == subject || before == asker || before == thatTag || i > 0 && (words[i-1].low == "there" || words[i-1].low == "here") {
				return helper
			}
			return ownership
		case "re", "ve", "ll", "d", "m":
			return helper
		case "":
			if i > 0 && words[i-1].span.End == w.span.Start && strings.HasSuffix(words[i-1].low, "s") {
				return ownership
			}
		}
		return punctuation
	}
	if !letter(r) {
		if w.low == "&" {
			return joiner
		}
		return punctuation
	}
	if unicode.IsDigit(r) {
		return numeral
	}
	capital := w.upper && (!opens(words, i) || w.caps && len(w.low) > 1 && !w.is(closed))
	if w.upper && !capital && !w.is(closed) {
		capital = startsName(words, i, lower, proper)
	}
	if capital {
		switch {
		case w.is(closed) && !w.is(femaleName|maleName|placeName|organizationNoun) && !w.caps && w.low != "may" && w.low != "will":
		case w.is(pronoun|possessive|whWord) && !w.caps:
		default:
			return nameTag
		}
	}
	switch {
	case w.low == "that":
		return thatTag
	case w.low == "to":
		if i > 0 && (words[i-1].low == "according" || words[i-1].low == "thanks") {
			return prepositionTag
		}
		return infinitive
	case w.is(determiner | possessive):
		return article
	case w.is(pronoun):
		return subject
	case w.is(numberWord):
		return numeral
	case w.is(modal), w.is(auxiliary):
		if w.low == "may" && w.upper && !opens(words, i) {
			return nameTag
		}
		return helper
	case w.low == "not", w.low == "never":
		return adverbTag
	case w.is(conjunction):
		return joiner
	case w.is(whWord):
		return asker
	case w.is(subordinator) && !w.is(preposition):
		return opener
	case w.is(preposition):
		return prepositionTag
	}
	return openTag(words, i, before)
}

// startsName guesses whether a capital at the head of a sentence is a name's.
func startsName(words []word, i int, lower, proper map[string]bool) bool {
	w := &words[i]
	next := word{}
	if i+1 < len(words) {
		next = words[i+1]
	}
	if w.is(anyHonorific | femaleName | maleName | placeName | outletName) {
		return true
	}
	if w.is(titleNoun|organizationNoun|personNoun) && next.upper && !strings.HasSuffix(w.low, "s") {
		return true
	}
	if w.is(timeWord) {
		return true
	}
	if w.entry != nil {
		return proper[w.low] && !lower[w.low] && next.upper
	}
	if proper[w.low] && !lower[w.low] {
		return true
	}
	if lower[w.low] || strings.HasSuffix(w.low, "ly") {
		return false
	}
	if proper[w.low] || next.upper && !next.is(closed) {
		return true
	}
	if strings.HasSuffix(w.low, "ing") || strings.HasSuffix(w.low, "ed") {
		return false
	}
	return !strings.HasSuffix(w.low, "s") || strings.HasSuffix(w.low, "ss")
}

// openTag tags a word of an open class: noun, verb, adjective or adverb.
func openTag(words []word, i int, before tag) tag {
	w := &words[i]
	next := word{}
	if i+1 < len(words) {
		next = words[i+1]
	}
	isNoun := w.is(speaks | cueNoun | timeWord | signNoun)
	nominalBefore := before == article || before == descriptor || before == numeral || before == ownership || before == prepositionTag
	if _, ok := w.form(ingShape); ok {
		if isNoun && nominalBefore || before == article || before == ownership {
			return noun
		}
		return gerund
	}
	if w.entry != nil && len(w.entry.verbs) > 0 && !w.is(adjective) {
		_, finite := w.form(baseShape | presentShape)
		_, past := w.form(pastShape)
		_, part := w.form(participleShape)
		switch {
		case before == helper, before == infinitive, before == subject:
			if before == helper && (part || past) && !finite {
				return participle
			}
			if _, third := w.form(presentShape); third && (before == helper && words[i-1].is(beForm) || before == infinitive) {
				return noun
			}
			if before == infinitive && !baseOnly(w) {
				return noun
			}
			return verb
		case before == adverbTag && i > 1:
			switch words[i-2].tag {
			case helper, infinitive, subject, noun, nameTag, asker, ownership, joiner:
				if part || past {
					return participle
				}
				return verb
			}
		case before == article || before == ownership || before == descriptor || before == numeral:
			if (part || past) && !finite {
				if next.tag == punctuation && !letterWord(next.low) {
					return participle
				}
				return descriptor
			}
			return noun
		}
		switch {
		case (past || part) && !finite:
			if before == prepositionTag {
				return descriptor
			}
			return participle
		case past: // put, read
			if before == noun || before == nameTag || before == asker {
				return verb
			}
			if before == prepositionTag {
				return noun
			}
			return verb
		case before == asker, before == thatTag, before == closeMark:
			return verb
		case before == noun || before == nameTag || before == participle || before == verb || before == punctuation || before == adverbTag || before == joiner || before == opener:
			return ambiguous(words, i, before, next)
		}
		return noun
	}
	if w.entry == nil && (before == helper && words[i-1].is(modal) || before == infinitive && (next.is(determiner|possessive|pronoun|preposition) || next.upper)) && !strings.HasSuffix(w.low, "ly") {
		return verb
	}
	switch {
	case w.is(adverb), strings.HasSuffix(w.low, "ly") && len(w.low) > 4 && !isNoun && w.low != "family" && w.low != "assembly" && w.low != "ally" && w.low != "reply" && w.low != "italy":
		return adverbTag
	case w.is(adjective):
		if isNoun && !next.upper && (next.entry == nil && !letterWord(next.low) || next.is(closed)) {
			return noun
		}
		if before == article && (next.tag == punctuation && !letterWord(next.low)) {
			return noun
		}
		return descriptor
	case isNoun:
		return noun
	}
	for _, s := range []string{"ous", "ary", "ive", "able", "ible", "ful", "less", "ical", "ish", "ian"} {
		if strings.HasSuffix(w.low, s) && letterWord(next.low) {
			return descriptor
		}
	}
	if strings.HasSuffix(w.low, "ed") && len(w.low) > 4 && w.low != "hundred" {
		if before == article || before == descriptor {
			return descriptor
		}
		return participle
	}
	if strings.HasSuffix(w.low, "ing") && len(w.low) > 5 && before != article && before != descriptor && before != prepositionTag {
		return gerund
	}
	return noun
}

func baseOnly(w *word) bool {
	_, ok := w.form(baseShape)
	return ok
}

// verbOnly are base forms that are no nouns.
var verbOnly = map[string]bool{
	"say": true, "tell": true, "believe": true, "think": true, "argue": true, "insist": true, "agree": true, "know": true, "write": true, "deny": true,
	"admit": true, "ask": true, "explain": true, "announce": true, "declare": true, "warn": true, "suggest": true, "allege": true, "contend": true,
	"maintain": true, "confirm": true, "expect": true, "predict": true, "describe": true, "concede": true, "acknowledge": true, "complain": true,
	"indicate": true, "reveal": true, "conclude": true, "says": true, "tells": true, "believes": true, "thinks": true, "argues": true, "insists": true,
	"denies": true, "writes": true, "adds": true, "admits": true, "explains": true, "warns": true, "suggests": true, "expects": true,
}

// ambiguous decides between noun and verb for base forms and forms in -s by what surrounds them.
func ambiguous(words []word, i int, before tag, next word) tag {
	w := &words[i]
	_, third := w.form(presentShape)
	if verbOnly[w.low] {
		return verb
	}
	opensObject := next.is(determiner|possessive|pronoun|whWord) || next.low == "that" || next.low == "to" || next.low == "how" || next.upper || next.quoteLike() || strings.HasSuffix(next.low, "ing")
	switch before {
	case noun, nameTag:
		many := strings.HasSuffix(words[i-1].low, "s") && !strings.HasSuffix(words[i-1].low, "ss") || words[i-1].is(groupNoun) || words[i-1].low == "people"
		if words[i-1].tag == nameTag {
			many = many && i > 1 && words[i-1].is(speaks)
		}
		if third && many && words[i-1].tag == noun || !third && !many && words[i-1].tag == noun {
			return noun
		}
		if !third && (!many || i > 1 && (words[i-2].low == "a" || words[i-2].low == "an")) {
			return noun
		}
		if third && words[i-1].tag == noun && next.is(preposition) && !opensObject && !words[i-1].is(speaks) {
			return noun
		}
		if words[i-1].tag == noun && i > 1 && words[i-2].tag == prepositionTag && next.low == "." {
			return noun
		}
		if opensObject || next.low == "," || next.low == "." || next.low == ":" || next.is(preposition|adverb|modal) || words[i-1].tag == nameTag || next.low == "" {
			return verb
		}
		if next.entry == nil || !next.is(auxiliary|modal) {
			return verb
		}
		return noun
	case participle, verb:
		if opensObject || next.low == "," || next.low == "." || next.low == ":" {
			return verb
		}
	case punctuation, joiner, adverbTag, opener:
		if third && (opensObject || next.low == "." || next.low == "," || next.low == ":") {
			return verb
		}
		if before == joiner && opensObject {
			return verb
		}
	}
	return noun
}

func letterWord(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return letter(r)
}

func (w *word) quoteLike() bool {
	switch w.low {
	case `"`, "“", "”", "„", "«", "»", "‘", "``", "''":
		return true
	}
	return false
}
