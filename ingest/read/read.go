// Package read turns bytes into reports, one at a time and streaming: JSON Lines, JSON arrays and plain text.
// It tells them apart by their first bytes, and refuses what it cannot read, web pages and office documents among it, with an
// ingest.Error that names the source, the line and the remedy; a refused report never hides the next.
//
// Texts come through as they are, but for a byte order mark at the very start of a stream.
package read

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/whence-graph/whence/ingest"
)

// MaxReport is the most bytes that a report's JSON or a plain text may have.
const MaxReport = 32 << 20

// Reports reads the reports of a stream. The name is how errors call it, and the id of a plain text. An error is about one report
// (an *ingest.Error) and the next may follow, or, when the stream itself breaks, the last.
func Reports(name string, r io.Reader) iter.Seq2[ingest.Report, error] {
	return func(yield func(ingest.Report, error) bool) {
		b := bufio.NewReaderSize(r, 64<<10)
		if head, _ := b.Peek(1); string(head) == bom[:1] {
			if head, _ = b.Peek(len(bom)); string(head) == bom {
				b.Discard(len(bom))
			}
		}
		switch mark(b, 0) {
		case '{':
			lines(name, b, yield)
		case '[':
			if isArray(b) {
				array(name, b, yield)
				return
			}
			fallthrough
		default:
			plain(name, b, yield)
		}
	}
}

const bom = "\uFEFF"

// isArray tells whether a bracket opens a JSON array of objects, or an empty one: prose has brackets too.
func isArray(b *bufio.Reader) bool {
	switch mark(b, 1) {
	case '{':
		return true
	case ']':
		third := mark(b, 2)
		return third == 0 || third == '['
	}
	return false
}

// mark is the n-th byte that is no white space, from 0; 0 where there is none. It waits for no byte behind that one: whoever writes a
// line and keeps the stream open is to be answered.
func mark(b *bufio.Reader, n int) byte {
	for i := 0; ; i++ {
		head, _ := b.Peek(i + 1)
		if len(head) <= i {
			return 0
		}
		if strings.IndexByte(" \t\r\n", head[i]) < 0 {
			if n == 0 {
				return head[i]
			}
			n--
		}
	}
}

// Path reads a file, every file below a folder, in order of their names, or standard input for "-". In a folder it passes over what is
// hidden, links to folders, and what is no file, and tells skipped of each, and why.
func Path(path string, stdin io.Reader, skipped func(path, why string)) iter.Seq2[ingest.Report, error] {
	return func(yield func(ingest.Report, error) bool) {
		if path == "-" {
			Reports("standard input", stdin)(yield)
			return
		}
		for _, f := range expand(path, skipped) {
			if f.err != nil {
				if !yield(ingest.Report{}, unreadable(f.path, f.err)) {
					return
				}
			} else if !file(f.path, yield) {
				return
			}
		}
	}
}

// found is a file to be read, or what cannot be and why.
type found struct {
	path string
	err  error
}

var errEmpty = errors.New("no file in the folder")

func expand(path string, skipped func(path, why string)) []found {
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		return []found{{path, err}}
	}
	var all []found
	root := path
	if isLink(path) {
		root += string(filepath.Separator) // or the link is walked, which is no folder
	}
	filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil: // of a folder that cannot be listed, or not to its end
			all = append(all, found{p, err})
		case p == root:
		case strings.HasPrefix(d.Name(), "."):
			skipped(p, "hidden")
			if d.IsDir() {
				return fs.SkipDir
			}
		case !d.IsDir():
			switch info, err := os.Stat(p); { // of a link, what it leads to
			case err != nil:
				all = append(all, found{p, err})
			case info.Mode().IsRegular():
				all = append(all, found{path: p})
			case info.IsDir():
				skipped(p, "a link to a folder: name the folder to have it read")
			default:
				skipped(p, "no file")
			}
		}
		return nil
	})
	if len(all) == 0 {
		return []found{{path, errEmpty}}
	}
	slices.SortFunc(all, func(a, b found) int { return strings.Compare(a.path, b.path) })
	return all
}

func isLink(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.Mode().Type() == fs.ModeSymlink
}

func file(path string, yield func(ingest.Report, error) bool) bool {
	f, err := os.Open(path)
	if err != nil {
		return yield(ingest.Report{}, unreadable(path, err))
	}
	defer f.Close()
	for r, err := range Reports(path, f) {
		if !yield(r, err) {
			return false
		}
	}
	return true
}

func unreadable(path string, err error) error {
	e := &ingest.Error{Source: path, Step: "read", Err: err}
	var pe *fs.PathError
	if errors.As(err, &pe) {
		e.Err = pe.Err
	}
	switch {
	case strings.HasPrefix(path, "http://"), strings.HasPrefix(path, "https://"):
		e.Err = errors.New("web addresses are not read")
		e.Remedy = "download the page and give the file"
	case err == errEmpty:
		e.Remedy = "give one that has files in it; hidden ones do not count"
	case errors.Is(err, fs.ErrNotExist) && isLink(path):
		e.Err, e.Remedy = errors.New("a link that leads nowhere"), "mend it or take it away"
	case errors.Is(err, fs.ErrNotExist):
		e.Remedy = "give a file or folder that exists, or - for standard input"
	case errors.Is(err, fs.ErrPermission):
		e.Remedy = "make it readable to you"
	}
	return e
}
