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
				if err == io.EOF && bad.Remedy == badJSON {
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

// fields of a report, in the contract's names.
type fields struct {
	ID        json.RawMessage `json:"id"`
	Outlet    *string         `json:"outlet"`
	Published *string         `json:"published"`
	URL       *string         `json:"url"`
	Title     *string         `json:"title"`
	Text      *string         `json:"text"`
	Language  *string         `json:"language"`
	Author    *string         `json:"author"`
	Wire      *string         `json:"wire"`
	Credit    *string         `json:"credit"`
}

var known = []string{"id", "outlet", "published", "url", "title", "text", "language", "author", "wire", "credit"}

func parse(line []byte) (ingest.Report, *ingest.Error) {
	if at, bad := ingest.NotUTF8(string(line)); bad {
		return ingest.Report{}, &ingest.Error{Step: "read", At: at, Err: errors.New("not UTF-8"), Remedy: "convert the file to UTF-8"}
	}
	var f fields
	if err := json.Unmarshal(line, &f); err != nil {
		return ingest.Report{}, jsonError(err)
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(line, &all); err != nil {
		return ingest.Report{}, jsonError(err)
	}
	for _, k := range known {
		delete(all, k)
	}
	text := func(s *string) string {
		if s == nil {
			return ""
		}
		return *s
	}
	r := ingest.Report{ID: given(f.ID), Outlet: strings.TrimSpace(text(f.Outlet)), URL: strings.TrimSpace(text(f.URL)), Title: text(f.Title), Text: text(f.Text),
		Language: text(f.Language), Author: text(f.Author), Wire: text(f.Wire), Credit: text(f.Credit)}
	name := r.ID
	if name == "" {
		name = r.URL
	}
	if len(all) > 0 {
		raw, err := json.Marshal(all)
		if err != nil {
			return r, jsonError(err)
		}
		r.Extra = string(raw)
	}
	if bad := check(r); bad != nil {
		bad.Report = name
		return r, bad
	}
	if s := strings.TrimSpace(text(f.Published)); s != "" {
		t, ok := parseTime(s)
		if !ok {
			return r, &ingest.Error{Report: name, Step: "read", Err: fmt.Errorf("published: %.40q is no time", s), Remedy: "write it as 2026-04-10T08:00:00Z or 2026-04-10, or leave it out"}
		}
		r.Published = t
	}
	return r, nil
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

func jsonError(err error) *ingest.Error {
	e := &ingest.Error{Step: "read", Err: err, Remedy: badJSON}
	var te *json.UnmarshalTypeError
	if errors.As(err, &te) {
		e.Err = fmt.Errorf("%s is a %s where text should be", te.Field, te.Value)
		e.Remedy = "write it as a JSON string"
	}
	return e
}

func parseTime(s string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil && t.Year() >= 1 && t.Year() <= 9999 {
			return t.UTC().Truncate(time.Microsecond), true
		}
	}
	return time.Time{}, false
}
