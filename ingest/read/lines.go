package read

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/ingest"
)

// lines reads JSON Lines: a report each line, blank lines between them allowed. An object may also go on over several lines, as
// programs that print JSON for people write it.
func lines(name string, b *bufio.Reader, yield func(ingest.Report, error) bool) {
	in := &input{b: b}
	for in.next() {
		line, start := bytes.TrimSpace(in.line), in.n
		opens := bytes.HasPrefix(line, []byte("{"))
		in.torn = in.torn && !opens
		var r ingest.Report
		var bad *ingest.Error
		switch {
		case in.long:
			bad = tooLong("the line")
		case len(line) == 0 || in.torn:
			continue
		case start == 1 && bytes.HasPrefix(line, []byte(`{\rtf`)):
			yield(ingest.Report{}, &ingest.Error{Source: name, Step: "read", Err: errors.New("RTF, no plain text"), Remedy: saveWords})
			return
		case opens && !json.Valid(line):
			r, bad = in.object()
		default:
			r, bad = parse(line)
		}
		if in.broken() {
			yield(ingest.Report{}, brokenOff(name, start, in.err))
			return
		}
		if bad != nil {
			bad.Source, bad.Line = name, start
			if bad.Remedy == "" {
				bad.Remedy = "each line must be one whole JSON object"
			}
			if !yield(ingest.Report{}, bad) {
				return
			}
		} else if !yield(r, nil) {
			return
		}
	}
	if in.broken() {
		yield(ingest.Report{}, brokenOff(name, in.n+1, in.err))
	}
}

func tooLong(what string) *ingest.Error {
	return &ingest.Error{Step: "read", Err: fmt.Errorf("%s has more than %d MB", what, MaxReport>>20), Remedy: "split it into a report a line"}
}

func brokenOff(name string, line int, err error) *ingest.Error {
	return &ingest.Error{Source: name, Line: line, Step: "read", Err: err, Remedy: "the reports before this line were read; read the rest again"}
}

// input is a stream read by lines.
type input struct {
	b    *bufio.Reader
	line []byte // until next is called again
	long bool   // the line has more than MaxReport bytes, and is not kept
	n    int    // its number, from 1
	kept bool   // next is to give the line once more
	torn bool   // an object over several lines was refused, and lines that open no other are what is left of it
	err  error  // why there is no further line
}

// broken tells whether the stream has ended before its end.
func (in *input) broken() bool { return in.err != nil && in.err != io.EOF }

// next reads a line. The last one may lack its end.
func (in *input) next() bool {
	if in.kept {
		in.kept = false
		return true
	}
	if in.err != nil {
		return false
	}
	in.line, in.long, in.err = readLine(in.b, in.line[:0])
	if in.broken() || in.err == io.EOF && len(in.line) == 0 && !in.long {
		return false
	}
	in.n++
	return true
}

// opensNext tells whether the next line begins with an object, or there is none.
func (in *input) opensNext() bool {
	if in.err != nil {
		return true
	}
	head, err := in.b.Peek(1)
	if len(head) == 0 {
		in.err = err
		return true
	}
	return head[0] == '{'
}

// object reads the report whose object the line opens and does not close. It goes on for as long as that can be one object, and ends at
// the latest before a line that begins with another: so one that is cut off takes no other along.
func (in *input) object() (ingest.Report, *ingest.Error) {
	start, first := in.n, bytes.Clone(in.line)
	all, part := first, first
	d := json.NewDecoder(readerFunc(func(p []byte) (int, error) {
		for len(part) == 0 {
			if in.opensNext() || !in.next() {
				return 0, io.EOF
			}
			if in.long || len(all)+len(in.line) > MaxReport {
				return 0, errTooLong
			}
			all, part = append(all, in.line...), bytes.TrimLeft(in.line, " \t\r\n") // of which the decoder would look at each again and again
		}
		n := copy(p, part)
		part = part[n:]
		return n, nil
	}))
	d.UseNumber()
	var err error
	for depth := 0; err == nil; {
		var t json.Token
		switch t, err = d.Token(); t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			if depth--; depth == 0 {
				return parse(all)
			}
		}
	}
	in.torn = in.n > start
	_, bad := parse(first)
	cut := err == io.EOF || err == io.ErrUnexpectedEOF
	switch {
	case err == errTooLong:
		bad = tooLong("the report")
	case bad.Remedy != "": // it is not UTF-8
	case cut && in.err == io.EOF && in.torn:
		bad.Remedy = "the file is cut off: fetch it again"
	case cut && in.err == io.EOF:
		bad.Remedy = "the last line is cut off: fetch the file again"
	case !cut && in.torn:
		bad.Err = fmt.Errorf("line %d: %w", in.n, err)
		in.kept = bytes.HasPrefix(bytes.TrimSpace(in.line), []byte("{"))
	}
	return ingest.Report{}, bad
}

var errTooLong = errors.New("too long")

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// readLine reads up to a line end into buf. Of a line beyond MaxReport it reads to the end and keeps nothing.
func readLine(b *bufio.Reader, buf []byte) (line []byte, long bool, err error) {
	for {
		part, err := b.ReadSlice('\n')
		if long = long || len(buf)+len(part) > MaxReport; long {
			buf = buf[:0]
		} else {
			buf = append(buf, part...)
		}
		if err != bufio.ErrBufferFull {
			return buf, long, err
		}
	}
}

// parse reads a report's JSON object. Only the contract's own names are fields of a report, as they are written there: encoding/json
// would take "TEXT" for "text" too. All others are Extra. What is no object at all is refused without a remedy.
func parse(object []byte) (ingest.Report, *ingest.Error) {
	if at, bad := ingest.NotUTF8(string(object)); bad {
		return ingest.Report{}, &ingest.Error{Step: "read", At: at, Err: errors.New("not UTF-8"), Remedy: "convert the file to UTF-8"}
	}
	var rest map[string]json.RawMessage
	err := json.Unmarshal(object, &rest)
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return ingest.Report{}, &ingest.Error{Step: "read", Err: err}
	case rest == nil:
		return ingest.Report{}, &ingest.Error{Step: "read", Err: fmt.Errorf("%s where a report should be", sortOf(object))}
	}
	take := func(key string) json.RawMessage {
		raw := rest[key]
		delete(rest, key)
		return raw
	}
	var bad *ingest.Error
	text := func(key string) string {
		raw := take(key)
		var s *string
		if len(raw) > 0 && json.Unmarshal(raw, &s) != nil && bad == nil {
			bad = &ingest.Error{Step: "read", Err: fmt.Errorf("%s is %s where text should be", key, sortOf(raw)), Remedy: "write it as a JSON string"}
		}
		if s == nil {
			return ""
		}
		return *s
	}
	r := ingest.Report{ID: given(take("id")), Outlet: strings.TrimSpace(text("outlet")), URL: strings.TrimSpace(text("url")), Title: text("title"), Text: text("text"),
		Language: text("language"), Author: text("author"), Wire: text("wire"), Credit: text("credit")}
	published := strings.TrimSpace(text("published"))
	if len(rest) > 0 {
		raw, err := json.Marshal(rest)
		if err != nil {
			return r, &ingest.Error{Step: "read", Err: err}
		}
		r.Extra = string(raw)
	}
	if bad == nil {
		bad = check(r)
	}
	if bad == nil && published != "" {
		var ok bool
		if r.Published, ok = parseTime(published); !ok {
			bad = &ingest.Error{Step: "read", Err: fmt.Errorf("published: %.40q is no time", published), Remedy: "write it as 2026-04-10T08:00:00Z or 2026-04-10, or leave it out"}
		}
	}
	if bad != nil {
		if bad.Report = r.ID; r.ID == "" {
			bad.Report = r.URL
		}
	}
	return r, bad
}

// sortOf is what sort of value a JSON text is.
func sortOf(raw []byte) string {
	switch bytes.TrimSpace(raw)[0] {
	case '{':
		return "an object"
	case '[':
		return "an array"
	case '"':
		return "a string"
	case 't', 'f':
		return "a truth value"
	case 'n':
		return "null"
	}
	return "a number"
}

// check refuses texts that no later step could take.
func check(r ingest.Report) *ingest.Error {
	if strings.TrimSpace(r.Text) == "" {
		return &ingest.Error{Step: "read", Err: errors.New("no text"), Remedy: `give the report's words as "text"`}
	}
	for _, s := range []string{r.Text, r.Title, r.URL, r.Outlet, r.ID, r.Language, r.Author, r.Wire, r.Credit} {
		if i := strings.IndexByte(s, 0); i >= 0 {
			return &ingest.Error{Step: "read", At: graph.Span{Start: i, End: i + 1}, Err: errors.New("a NUL character"), Remedy: "take it out: it is no text"}
		}
	}
	return nil
}

// given is the id as it came: a string or a number.
func given(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	if len(raw) > 0 && raw[0] != '{' && raw[0] != '[' && string(raw) != "null" {
		return string(raw)
	}
	return ""
}

func parseTime(s string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil && t.Year() >= 1 && t.Year() <= 9999 {
			return t.UTC().Truncate(time.Microsecond), true
		}
	}
	return time.Time{}, false
}
