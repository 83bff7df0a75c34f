package read

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"github.com/whence-graph/whence/ingest"
)

const eachItem = `each item must be an object as {"text":".."}`

// maxRead is how much a decoder may read for an item; part of it is of the next.
const maxRead = MaxReport + 64<<10

// array reads a JSON array of reports, or several one after the other. Behind what is no JSON it cannot find the next report: there
// it ends, and says so.
func array(name string, b *bufio.Reader, yield func(ingest.Report, error) bool) {
	in := &items{b: b, line: 1, left: maxRead}
	d := json.NewDecoder(in)
	n := 0
	end := func(err error) {
		in.pass(d.InputOffset(), " \t\r\n,")
		bad := &ingest.Error{Source: name, Line: in.line, Step: "read", Err: err, Remedy: "mend it, or give a report a line: what follows is not read"}
		switch {
		case in.err != nil && in.err != io.EOF:
			bad = brokenOff(name, in.line, in.err)
		case errors.Is(err, errTooLong):
			bad.Err = tooLong("an item").Err
		case err == io.EOF || err == io.ErrUnexpectedEOF:
			bad.Err, bad.Remedy = errors.New("the array does not end"), "the file is cut off: fetch it again"
		}
		yield(ingest.Report{}, bad)
	}
	for {
		t, err := d.Token()
		switch {
		case err == io.EOF && n == 0:
			yield(ingest.Report{}, &ingest.Error{Source: name, Step: "read", Err: errors.New("the array is empty"), Remedy: "give a file with reports in it"})
			return
		case err == io.EOF:
			return
		case err != nil:
			end(err)
			return
		case t != json.Delim('['):
			end(errors.New("more than an array"))
			return
		}
		for d.More() {
			var raw json.RawMessage
			if err := d.Decode(&raw); err != nil {
				end(err)
				return
			}
			n++
			in.pass(d.InputOffset()-int64(len(raw)), "")
			in.left = maxRead
			r, bad := parse(raw)
			if len(raw) > MaxReport {
				bad = tooLong("an item")
			}
			if bad == nil {
				if !yield(r, nil) {
					return
				}
				continue
			}
			bad.Source, bad.Line = name, in.line
			if bad.Remedy == "" {
				bad.Remedy = eachItem
			}
			if !yield(ingest.Report{}, bad) {
				return
			}
		}
		if _, err := d.Token(); err != nil {
			end(err)
			return
		}
	}
}

// items counts the lines of what is read through it, and bounds how much a decoder reads at once.
type items struct {
	b    *bufio.Reader
	seen bytes.Buffer // read, and not yet passed
	at   int64        // how much is passed
	line int          // the number of the line that is at, from 1
	left int          // how much may still be read for the present item
	err  error
}

func (in *items) Read(p []byte) (int, error) {
	if in.left <= 0 {
		return 0, errTooLong
	}
	n, err := in.b.Read(p[:min(len(p), in.left)])
	in.seen.Write(p[:n])
	in.left -= n
	in.err = err
	return n, err
}

// pass goes on to the offset, and over those of the bytes that stand there.
func (in *items) pass(offset int64, over string) {
	part := in.seen.Next(int(offset - in.at))
	rest := in.seen.Bytes()
	more := in.seen.Next(len(rest) - len(bytes.TrimLeft(rest, over)))
	in.line += bytes.Count(part, []byte{'\n'}) + bytes.Count(more, []byte{'\n'})
	in.at = offset + int64(len(more))
}
