package schema

import (
	"encoding/json"
	"math"
	"strconv"
	"unicode/utf8"
)

// shape is the order in which the fields of an answer were asked for. graphql-go answers maps; people and data
// frames want the columns where they put them.
type shape struct {
	order []string
	below map[string]*shape
}

func newShape() *shape { return &shape{below: map[string]*shape{}} }

// field is the shape below a field, and whether it was there before.
func (s *shape) field(name string) (below *shape, again bool) {
	below, again = s.below[name]
	if !again {
		below = newShape()
		s.below[name] = below
		s.order = append(s.order, name)
	}
	return below, again
}

// appendJSON writes what graphql-go answered.
func (s *shape) appendJSON(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case map[string]any:
		b = append(b, '{')
		comma := false
		for _, name := range s.order {
			value, there := v[name]
			if !there {
				continue // of a fragment on another type
			}
			if comma {
				b = append(b, ',')
			}
			comma = true
			b = append(appendString(b, name), ':')
			b = s.below[name].appendJSON(b, value)
		}
		return append(b, '}')
	case []any:
		b = append(b, '[')
		for i, x := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = s.appendJSON(b, x)
		}
		return append(b, ']')
	case string:
		return appendString(b, v)
	case bool:
		return strconv.AppendBool(b, v)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case float64:
		if math.IsInf(v, 0) || math.IsNaN(v) {
			return append(b, "null"...)
		}
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return append(b, "null"...)
	}
	return append(b, raw...)
}

// appendString writes a JSON string, with everything in it that may stand for itself.
func appendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c >= ' ' && c != '"' && c != '\\' {
				i++
				continue
			}
			b = append(b, s[start:i]...)
			switch c {
			case '"', '\\':
				b = append(b, '\\', c)
			case '\n':
				b = append(b, '\\', 'n')
			case '\t':
				b = append(b, '\\', 't')
			default:
				b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
			}
			i++
			start = i
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			b = append(append(b, s[start:i]...), "\uFFFD"...)
			start = i + 1
		}
		i += n
	}
	return append(append(b, s[start:]...), '"')
}
