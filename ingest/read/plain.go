package read

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/whence-graph/whence/ingest"
)

// maxTitle is the most bytes that a first line may have to be taken for a title.
const maxTitle = 200

// plain reads the whole stream as the text of one report. A short first line with a blank line after it is its title
// too; it stays in the text, so that places are those of the file.
func plain(name string, b *bufio.Reader, yield func(ingest.Report, error) bool) {
	raw, err := io.ReadAll(io.LimitReader(b, MaxReport+1))
	bad := &ingest.Error{Source: name, Step: "read"}
	switch at, broken := ingest.NotUTF8(string(raw)); {
	case err != nil:
		bad.Err, bad.Remedy = err, "read it again"
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
