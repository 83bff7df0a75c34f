package read

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/whence-graph/whence/ingest"
)

const saveWords = "save its words as plain text"

// foreign tells what else than plain text it is, and what to do about it; nothing for what may be text.
func foreign(raw []byte) (what, remedy string) {
	for _, f := range []struct{ magic, what, remedy string }{
		{"PK\x03\x04", "a ZIP archive or an office document", "unpack it, or " + saveWords},
		{"\x1f\x8b", "compressed by gzip", "unpack it with gzip -d"},
		{"%PDF-", "a PDF", saveWords},
		{"\xff\xfe", "UTF-16", "convert the file to UTF-8"},
		{"\xfe\xff", "UTF-16", "convert the file to UTF-8"},
	} {
		if bytes.HasPrefix(raw, []byte(f.magic)) {
			return f.what, f.remedy
		}
	}
	switch {
	case bytes.IndexByte(raw, 0) >= 0:
		return "binary, no plain text: it has NUL bytes", saveWords
	case markup.Match(raw):
		return "HTML or XML: web pages and feeds are not read yet", "give the words of each report as plain text, or as JSON Lines"
	case bytes.HasPrefix(bytes.TrimSpace(raw), []byte("[")) && json.Valid(raw):
		return "a JSON array of something else than reports", eachItem
	}
	return "", ""
}

// markup is a tag, a comment or a declaration; <somebody@example.org> is none.
var markup = regexp.MustCompile(`^\s*<([!?]|/?[A-Za-z][-:\w]*(\s|/?>))`)

// maxTitle is the most bytes that a first line may have to be taken for a title.
const maxTitle = 200

// plain reads the whole stream as the text of one report. A short first line with a blank line after it is its title
// too; it stays in the text, so that places are those of the file.
func plain(name string, b *bufio.Reader, yield func(ingest.Report, error) bool) {
	raw, err := io.ReadAll(io.LimitReader(b, MaxReport+1))
	bad := &ingest.Error{Source: name, Step: "read"}
	what, remedy := foreign(raw)
	switch at, broken := ingest.NotUTF8(string(raw)); {
	case err != nil:
		bad.Err, bad.Remedy = err, "read it again"
	case what != "":
		bad.Err, bad.Remedy = errors.New(what), remedy
	case len(raw) > MaxReport:
		bad.Err, bad.Remedy = fmt.Errorf("the text has more than %d MB", MaxReport>>20), "split it into reports"
	case broken:
		bad.Err, bad.At, bad.Remedy = errors.New("not UTF-8"), at, "convert the file to UTF-8"
	default:
		r := ingest.Report{Text: string(raw)}
		if refused := check(r); refused != nil {
			bad.Err, bad.At, bad.Remedy = refused.Err, refused.At, "give a file with a report's words in it"
			break
		}
		first, rest, _ := strings.Cut(r.Text, "\n")
		if second, _, _ := strings.Cut(rest, "\n"); len(first) <= maxTitle && strings.TrimSpace(second) == "" && strings.TrimSpace(rest) != "" {
			r.Title = strings.TrimSpace(first)
		}
		if name != "standard input" {
			r.ID = name
		}
		yield(r, nil)
		return
	}
	yield(ingest.Report{}, bad)
}
