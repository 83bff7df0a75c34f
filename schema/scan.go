package schema

import (
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"
)

// The bounds of a query's text that nobody needs to set. What they allow is parsed and validated in some
// ten milliseconds.
const (
	maxTokens  = 8000
	maxNesting = 48   // brackets of all sorts inside each other
	maxName    = 128  // letters of a name
	maxString  = 8192 // bytes of a string
)

// script is a query cut into its tokens, and again put together with one token on a line.
//
// That is what graphql-go may read. Its lexer loses its place behind a comment that is not ASCII, its parser calls
// itself for each bracket, and the text of its syntax errors takes time that is quadratic in the length of the line.
type script struct {
	query string
	text  []byte
	at    []int // where in text each token starts
	from  []int // and where in query
}

// scan cuts the query into tokens, and refuses what is too long, too deep or no token.
func scan(query string) (*script, *Error) {
	s := &script{query: query, text: make([]byte, 0, len(query)+64)}
	depth := 0
	for i := 0; i < len(query); {
		c := query[i]
		if n := ignored(query[i:]); n > 0 {
			i += n
			continue
		}
		n, fault := token(query[i:])
		if fault != "" {
			return nil, s.fault(Syntax, i, fault)
		}
		switch c {
		case '{', '(', '[':
			depth++
		case '}', ')', ']':
			depth--
		}
		if depth > maxNesting {
			return nil, s.fault(TooDeep, i, fmt.Sprintf("the query has more than %d brackets inside each other", maxNesting))
		}
		if len(s.at) == maxTokens {
			return nil, s.fault(TooLarge, i, fmt.Sprintf("the query has more than %d words and signs; hand long lists over as variables", maxTokens))
		}
		word := query[i : i+n]
		if word == "null" && strings.HasSuffix(string(s.text[max(0, len(s.text)-2):]), ":\n") {
			return nil, s.fault(Syntax, i, "null cannot be written here: leave the argument out, or hand null over in a variable")
		}
		s.at = append(s.at, len(s.text))
		s.from = append(s.from, i)
		s.text = append(append(s.text, word...), '\n')
		i += n
	}
	return s, nil
}

// ignored is the length of what stands between tokens: white space, a comma, a comment, a byte order mark.
func ignored(s string) int {
	switch s[0] {
	case ' ', '\t', '\n', '\r', ',':
		return 1
	case '#':
		if n := strings.IndexAny(s, "\n\r"); n > 0 {
			return n
		}
		return len(s)
	}
	if strings.HasPrefix(s, "\uFEFF") {
		return len("\uFEFF")
	}
	return 0
}

// token is the length of the token that s starts with, or what is wrong with it.
func token(s string) (n int, fault string) {
	switch c := s[0]; {
	case strings.IndexByte("!$&():=@[]{}|", c) >= 0:
		return 1, ""
	case strings.HasPrefix(s, "..."):
		return 3, ""
	case isLetter(c):
		for n = 1; n < len(s) && (isLetter(s[n]) || isDigit(s[n])); n++ {
			if n == maxName {
				return 0, fmt.Sprintf("a name has more than %d letters", maxName)
			}
		}
		return n, ""
	case c == '-' || isDigit(c):
		for n = 1; n < len(s) && (isDigit(s[n]) || isLetter(s[n]) || strings.IndexByte(".+-", s[n]) >= 0); n++ {
			if n == maxName {
				return 0, fmt.Sprintf("a number has more than %d digits", maxName)
			}
		}
		return n, ""
	case c == '"':
		return quoted(s)
	}
	r, _ := utf8.DecodeRuneInString(s)
	return 0, fmt.Sprintf("unexpected character %q", r)
}

// quoted is the length of the string, in one or three quotation marks, that s starts with.
func quoted(s string) (n int, fault string) {
	block := strings.HasPrefix(s, `"""`)
	n = 1
	if block {
		n = 3
	}
	for ; n < len(s); n++ {
		if n > maxString {
			return 0, fmt.Sprintf("a string has more than %d bytes; hand long ones over as variables", maxString)
		}
		switch c := s[n]; {
		case block && strings.HasPrefix(s[n:], `\"""`):
			n += 3
		case block && strings.HasPrefix(s[n:], `"""`):
			return n + 3, ""
		case !block && c == '"':
			return n + 1, ""
		case !block && c == '\\':
			n++
		case !block && (c == '\n' || c == '\r'):
			return 0, "a string does not end on its line"
		case c < ' ' && c != '\t' && c != '\n' && c != '\r':
			return 0, fmt.Sprintf("a string holds the control character %q", rune(c))
		}
	}
	return 0, "a string does not end"
}

func isLetter(c byte) bool { return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }

// fault is an error at a byte of the query.
func (s *script) fault(c Code, at int, message string) *Error {
	e := newError(c, message)
	e.Locations = []Location{s.place(at)}
	return e
}

// place is the line and column of a byte of the query.
func (s *script) place(at int) Location {
	before := s.query[:min(at, len(s.query))]
	line := strings.LastIndexByte(before, '\n') + 1
	return Location{Line: strings.Count(before, "\n") + 1, Column: utf8.RuneCountInString(before[line:]) + 1}
}

// origin is the place in the query of a byte of the script's text.
func (s *script) origin(at int) Location {
	i := sort.SearchInts(s.at, at+1) - 1
	if i < 0 {
		return s.place(0)
	}
	return s.place(min(s.from[i]+at-s.at[i], len(s.query)))
}
