package ingest

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/whence-graph/whence/graph"
)

// Report is one published document as it was read, before it has an ID. Only Text is required.
type Report struct {
	ID        string // as given by its source; not the graph's
	Outlet    string // the name of who published it
	Published time.Time
	URL       string
	Title     string
	Text      string
	Language  string
	Author    string
	Wire      string
	Credit    string
	Extra     string    // what else the source told: a JSON object, or empty
	Ingested  time.Time // when the store gets it; set by Run
}

// GraphID is the ID that the report has in the graph.
func (r Report) GraphID() graph.ID {
	if r.URL == "" {
		return graph.ReportID(graph.Fold(r.Outlet), r.Text)
	}
	return graph.ReportID(r.URL, r.Text)
}

// Error is what was wrong with a report, and where. Only what cannot be read is an error: unclear prose
// yields fewer attributions.
type Error struct {
	Source string     // the file or stream, as named by the user
	Line   int        // 1 for the first; 0 where lines mean nothing
	Report string     // the report's own id or URL, as far as it is known
	At     graph.Span // bytes of the line or text; zero when it is the whole
	Step   string     // "read", "extract", ..
	Remedy string     // what to do about it
	Err    error
}

// Error is "source:line: step: what (remedy)".
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Source)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d", e.Line)
	}
	if e.Report != "" {
		fmt.Fprintf(&b, " (%s)", e.Report)
	}
	if e.Step != "" {
		fmt.Fprintf(&b, ": %s", e.Step)
	}
	if e.At.Len() > 0 {
		fmt.Fprintf(&b, ": bytes %s", e.At)
	}
	fmt.Fprintf(&b, ": %v", e.Err)
	if e.Remedy != "" {
		fmt.Fprintf(&b, "; %s", e.Remedy)
	}
	return b.String()
}

// Unwrap is the cause.
func (e *Error) Unwrap() error { return e.Err }

// NotUTF8 is the first byte at which the text stops being UTF-8; ok is false when there is none.
func NotUTF8(s string) (at graph.Span, ok bool) {
	if utf8.ValidString(s) {
		return graph.Span{}, false
	}
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			return graph.Span{Start: i, End: i + 1}, true
		}
		i += n
	}
	return graph.Span{}, false
}
