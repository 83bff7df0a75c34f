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

// lines reads JSON Lines: a report each line, blank lines between them allowed.
func lines(name string, b *bufio.Reader, yield func(ingest.Report, error) bool) {
	var buf []byte
	for n := 1; ; n++ {
		line, long, err := readLine(b, buf[:0])
		buf = line
		if err != nil && err != io.EOF {
			yield(ingest.Report{}, &ingest.Error{Source: name, Line: n, Step: "read", Err: err, Remedy: "the reports before this line were read; read the rest again"})
			return
		}
		switch {
		case long:
			if !yield(ingest.Report{}, &ingest.Error{Source: name, Line: n, Step: "read", Err: fmt.Errorf("the line has more than %d MB", MaxReport>>20), Remedy: "split it into a report a line"}) {
				return
			}
		case len(bytes.TrimSpace(line)) > 0:
			r, bad := parse(line)
			if bad != nil {
				bad.Source, bad.Line = name, n
				var syntax *json.SyntaxError
				if err == io.EOF && errors.As(bad.Err, &syntax) {
					bad.Remedy = "the last line is cut off: fetch the file again"
				}
				if !yield(ingest.Report{}, bad) {
					return
				}
			} else if !yield(r, nil) {
				return
			}
		}
		if err == io.EOF {
			return
		}
	}
}

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

const badJSON = "each line must be one whole JSON object"

// parse reads a report's JSON object. Only the contract's own names are fields of a report, as they are written there: encoding/json
// would take "TEXT" for "text" too. All others are Extra.
func parse(object []byte) (ingest.Report, *ingest.Error) {
	if at, bad := ingest.NotUTF8(string(object)); bad {
		return ingest.Report{}, &ingest.Error{Step: "read", At: at, Err: errors.New("not UTF-8"), Remedy: "convert the file to UTF-8"}
	}
	var rest map[string]json.RawMessage
	err := json.Unmarshal(object, &rest)
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return ingest.Report{}, &ingest.Error{Step: "read", Err: err, Remedy: badJSON}
	case rest == nil:
		return ingest.Report{}, &ingest.Error{Step: "read", Err: fmt.Errorf("%s where a report should be", sortOf(object)), Remedy: badJSON}
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
			return r, &ingest.Error{Step: "read", Err: err, Remedy: badJSON}
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
