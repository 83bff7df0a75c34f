package ingest

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/whence-graph/whence/graph"
)

// tag is the part of speech that a word has in its place.
type tag uint8

const (
	punctuation tag = iota
	openMark        // of a quotation
	closeMark
	article   // determiners and possessives: what opens a noun phrase
	ownership // 's
	subject   // pronouns
	numeral
	descriptor // adjectives
	adverbTag
	noun
	nameTag
	verb       // finite or base
	participle // past, or a past that may be one
	gerund
	helper // be, have, do, will
	prepositionTag
	joiner // and, or, but
	opener // subordinators: if, because
	asker  // who, which, why
	infinitive
	thatTag
)

// word is a word or a mark of punctuation in its place.
type word struct {
	span      graph.Span
	low       string // in lower case, apostrophes straight
	entry     *entry // nil when the lexicon lacks it
	tag       tag
	upper     bool  // its first letter is a capital
	caps      bool  // all its letters are, and there are two or more
	newline   bool  // a line break goes before it
	paragraph int32 // counted from 0
	sentence  int32
	quote     int32 // index of the quotation that it is in, or -1
}

func (w *word) is(c class) bool { return w.entry != nil && w.entry.class&c != 0 }

// form is the first verb form that has one of the shapes.
func (w *word) form(s shape) (verbForm, bool) {
	if w.entry != nil {
		for _, f := range w.entry.verbs {
			if f.shape&s != 0 {
				return f, true
			}
		}
	}
	return verbForm{}, false
}

// nominal tells whether the word can be part of a noun phrase's core.
func (w *word) nominal() bool { return w.tag == noun || w.tag == nameTag }

var abbreviations = map[string]bool{
	"mr": true, "mrs": true, "ms": true, "dr": true, "prof": true, "sen": true, "rep": true, "gov": true, "gen": true, "lt": true, "col": true,
	"maj": true, "capt": true, "sgt": true, "cmdr": true, "adm": true, "brig": true, "rev": true, "hon": true, "st": true, "jr": true, "sr": true,
	"pres": true, "vs": true, "etc": true, "no": false, "jan": true, "feb": true, "mar": true, "apr": true, "aug": true, "sept": true, "sep": true,
	"oct": true, "nov": true, "dec": true, "inc": true, "ltd": true, "co": true, "corp": true, "dept": true, "est": true, "approx": true,
}

func letter(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r)
}

func apostrophe(r rune) bool { return r == '\'' || r == '’' || r == 'ʼ' }

// split cuts a text into words. Abbreviations and initials keep their full stop, 's is a word of its own.
func split(text string) []word {
	lex := english()
	words := make([]word, 0, len(text)/5+1)
	paragraph, breaks := int32(0), 0
	add := func(start, end int) {
		w := word{span: graph.Span{Start: start, End: end}, paragraph: paragraph, quote: -1, newline: breaks > 0}
		breaks = 0
		s := text[start:end]
		letters, capitals := 0, 0
		for i, r := range s {
			if unicode.IsLetter(r) {
				letters++
				if unicode.IsUpper(r) {
					capitals++
					w.upper = w.upper || i == 0
				}
			}
		}
		w.caps = letters > 1 && capitals == letters
		if strings.ContainsAny(s, "’ʼ") && len(s) > 3 {
			s = strings.NewReplacer("’", "'", "ʼ", "'").Replace(s)
		}
		w.low = strings.ToLower(s)
		w.entry = lex.words[w.low]
		words = append(words, w)
	}
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == '\n' || r == '\u2029':
			breaks++
			if breaks == 2 || r == '\u2029' {
				paragraph++
			}
			i += n
		case unicode.IsSpace(r):
			i += n
		case letter(r):
			end := wordEnd(text, i)
			if cut := clitic(text[i:end]); cut > 0 {
				add(i, i+cut)
				add(i+cut, end)
			} else {
				add(i, end)
			}
			i = end
		case r == '.' && strings.HasPrefix(text[i:], ".."):
			end := i
			for end < len(text) && text[end] == '.' {
				end++
			}
			add(i, end)
			i = end
		case r == '-' && strings.HasPrefix(text[i:], "--"), r == '\'' && strings.HasPrefix(text[i:], "''"), r == '`' && strings.HasPrefix(text[i:], "``"):
			add(i, i+2)
			i += 2
		default:
			add(i, i+n)
			i += n
		}
	}
	return words
}

// wordEnd is where the word that starts at i ends.
func wordEnd(text string, i int) int {
	start := i
	for i < len(text) {
		r, n := utf8.DecodeRuneInString(text[i:])
		next, _ := utf8.DecodeRuneInString(text[i+n:])
		switch {
		case letter(r):
		case (apostrophe(r) || r == '-' || r == '‑') && letter(next) && i > start:
		case (r == '.' || r == ',') && unicode.IsDigit(next) && i > start && text[i-1] >= '0' && text[i-1] <= '9':
		case r == '.' && dotted(text, start, i, next):
		case r == '&' && letter(next) && i-start <= 2: // AT&T
		default:
			return i
		}
		i += n
	}
	return i
}

// dotted tells whether the full stop at i belongs to the word that starts at start: an initial, U.S., Mr.
func dotted(text string, start, i int, next rune) bool {
	s := text[start:i]
	r, n := utf8.DecodeLastRuneInString(s)
	if n == len(s) || s[len(s)-n-1] == '.' { // one letter, or one letter after a full stop
		return unicode.IsLetter(r) && (unicode.IsUpper(r) || letter(next) || strings.Contains(s, ".") || s == "v" || s == "p")
	}
	return len(s) < 8 && abbreviations[strings.ToLower(s)]
}

// clitic is where the 's, 're, 'll .. of a word begins, or 0.
func clitic(s string) int {
	for i := len(s) - 1; i > 0 && len(s)-i <= 5; i-- {
		if s[i] == '\'' || strings.HasPrefix(s[i:], "’") || strings.HasPrefix(s[i:], "ʼ") {
			switch tail := strings.ToLower(strings.TrimLeft(s[i:], "'’ʼ")); tail {
			case "s", "re", "ve", "ll", "d", "m":
				return i
			}
			return 0
		}
	}
	return 0
}
