package encoder

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// longestWord is how many characters a word may have before it counts as unknown.
const longestWord = 100

// WordPiece splits text as BERT uncased does: control characters fall away, case and accents too, each punctuation mark
// and each Chinese character is a word, and a word is cut into the longest pieces that the vocabulary holds, from
// the left. It agrees with Hugging Face's BertNormalizer, BertPreTokenizer and WordPiece, except that text which looks
// like a special token ("[SEP]") is text, and that a mark stripped from a character still belongs to its bytes.
// It takes time linear in the text, whatever the text is.
type WordPiece struct {
	CLS, SEP, Unknown int32 // what a sequence starts with, ends with, and has where nothing fits

	first, next map[string]int32 // pieces that start a word, pieces that go on (without their ##)
	longest     int              // bytes of the longest piece
}

// Piece is a piece of a word: its number in the vocabulary and the bytes of the text that it stands for. Two pieces
// may stand for the same bytes, when one character came apart.
type Piece struct {
	ID         int32
	Start, End int
}

// NewWordPiece reads a vocabulary, one piece a line.
func NewWordPiece(vocabulary string) (*WordPiece, error) {
	lines := strings.Split(strings.TrimRight(vocabulary, "\r\n"), "\n")
	if len(lines) > maxElements {
		return nil, fmt.Errorf("vocabulary of %d lines", len(lines))
	}
	w := &WordPiece{CLS: -1, SEP: -1, Unknown: -1, first: make(map[string]int32, len(lines)), next: make(map[string]int32, len(lines)/4)}
	for i, line := range lines {
		id := int32(i)
		line = strings.TrimSuffix(line, "\r")
		switch line {
		case "[CLS]":
			w.CLS = id
		case "[SEP]":
			w.SEP = id
		case "[UNK]":
			w.Unknown = id
		}
		if rest, goesOn := strings.CutPrefix(line, "##"); goesOn && rest != "" {
			w.next[rest] = id
		}
		w.first[line] = id
		w.longest = max(w.longest, len(line))
	}
	if w.CLS < 0 || w.SEP < 0 || w.Unknown < 0 {
		return nil, errors.New("vocabulary without [CLS], [SEP] or [UNK]")
	}
	return w, nil
}

// Append appends the pieces of a text to dst, without [CLS] and [SEP].
func (w *WordPiece) Append(dst []Piece, text string) []Piece {
	return w.appendRange(dst, text, 0, len(text))
}

// AppendWord appends the pieces of text[start:end], read by itself: at least one, for a word without any is unknown.
func (w *WordPiece) AppendWord(dst []Piece, text string, start, end int) []Piece {
	n := len(dst)
	if dst = w.appendRange(dst, text, start, end); len(dst) == n {
		dst = append(dst, Piece{w.Unknown, start, end})
	}
	return dst
}

func (w *WordPiece) appendRange(dst []Piece, text string, start, end int) []Piece {
	s := splitter{w: w, dst: dst}
	for i := start; i < end; {
		if c := text[i]; c < utf8.RuneSelf {
			s.ascii(c, i)
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:end])
		if r != utf8.RuneError {
			s.rune(r, text[i:i+n], i)
		}
		i += n
	}
	s.flush()
	return s.dst
}

// splitter gathers a word, its characters' bytes in the text, and what became of them.
type splitter struct {
	w     *WordPiece
	dst   []Piece
	runes int // of the word so far; beyond longestWord only counted
	size  int
	word  [longestWord * utf8.UTFMax]byte
	at    [longestWord + 1]int // where each character starts in word
	start [longestWord]int     // and in the text
	end   [longestWord]int
	last  int // the end of the word in the text
}

func (s *splitter) ascii(c byte, i int) {
	switch {
	case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
		s.add(rune(c), i, i+1)
	case 'A' <= c && c <= 'Z':
		s.add(rune(c|0x20), i, i+1)
	case c == ' ' || c == '\t' || c == '\n' || c == '\r':
		s.flush()
	case c > ' ' && c < 0x7f:
		s.alone(rune(c), i, i+1)
	}
}

// rune takes a character outside ASCII, which is text[i:] as it stands in its bytes.
func (s *splitter) rune(r rune, bytes string, i int) {
	end := i + len(bytes)
	switch {
	case isDropped(r):
		return
	case unicode.IsSpace(r):
		s.flush()
		return
	case isChinese(r):
		s.flush()
		s.decompose(r, bytes, i, end)
		s.flush()
		return
	}
	s.decompose(r, bytes, i, end)
}

func (s *splitter) decompose(r rune, bytes string, i, end int) {
	const base, vowels, finals, count = 0xAC00, 21, 28, 11172 // Hangul syllables come apart by arithmetic
	if n := r - base; 0 <= n && n < count {
		s.add(0x1100+n/(vowels*finals), i, end)
		s.add(0x1161+n/finals%vowels, i, end)
		if f := n % finals; f > 0 {
			s.add(0x11A7+f, i, end)
		}
		return
	}
	parts := norm.NFD.PropertiesString(bytes).Decomposition()
	if parts == nil {
		s.stripped(r, i, end)
		return
	}
	for len(parts) > 0 {
		r, n := utf8.DecodeRune(parts)
		s.stripped(r, i, end)
		parts = parts[n:]
	}
}

// stripped takes a character that came out of decomposing text[i:end].
func (s *splitter) stripped(r rune, i, end int) {
	switch {
	case r >= utf8.RuneSelf && unicode.Is(unicode.Mn, r):
		s.extend(i, end)
	case isPunctuation(r):
		s.alone(r, i, end)
	case unicode.IsSpace(r):
		s.flush()
	default:
		s.add(unicode.ToLower(r), i, end)
	}
}

// extend gives the bytes of a mark to the character right before it, or to all that came out of that character.
func (s *splitter) extend(i, end int) {
	switch n := len(s.dst); {
	case s.runes > 0 && s.last == i:
		s.last = end
		for k := min(s.runes, longestWord) - 1; k >= 0 && s.end[k] == i; k-- {
			s.end[k] = end
		}
	case s.runes == 0 && n > 0 && s.dst[n-1].End == i:
		s.dst[n-1].End = end
	}
}

func (s *splitter) alone(r rune, i, end int) {
	s.flush()
	s.add(r, i, end)
	s.flush()
}

func (s *splitter) add(r rune, i, end int) {
	if n := s.runes; n < longestWord {
		s.start[n], s.end[n] = i, end
		s.size += utf8.EncodeRune(s.word[s.size:], r)
		s.at[n+1] = s.size
	}
	s.runes++
	s.last = end
}

// flush cuts the word into pieces.
func (s *splitter) flush() {
	if s.runes == 0 {
		return
	}
	first := len(s.dst)
	runes, known := s.runes, s.w.first
	for i := 0; i < runes; {
		j := runes
		if runes > longestWord {
			j = i
		}
		for ; j > i; j-- {
			if s.at[j]-s.at[i] > s.w.longest {
				continue
			}
			if id, ok := known[string(s.word[s.at[i]:s.at[j]])]; ok {
				s.dst = append(s.dst, Piece{id, s.start[i], s.end[j-1]})
				break
			}
		}
		if j == i {
			s.dst = append(s.dst[:first], Piece{s.w.Unknown, s.start[0], s.last})
			break
		}
		i, known = j, s.w.next
	}
	s.runes, s.size = 0, 0
}

// isDropped tells characters that leave no trace: control, format, private use.
func isDropped(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co)
}

func isChinese(r rune) bool {
	return r >= 0x4E00 && r <= 0x9FFF || r >= 0x3400 && r <= 0x4DBF || r >= 0xF900 && r <= 0xFAFF ||
		r >= 0x20000 && r <= 0x2A6DF || r >= 0x2A700 && r <= 0x2B81F || r >= 0x2B920 && r <= 0x2CEAF || r >= 0x2F800 && r <= 0x2FA1F
}

// isPunctuation counts every printing ASCII character that is neither letter nor digit.
func isPunctuation(r rune) bool {
	if r < utf8.RuneSelf {
		return r > ' ' && r < 0x7f && !('0' <= r && r <= '9' || 'a' <= r|0x20 && r|0x20 <= 'z')
	}
	return unicode.IsPunct(r)
}
