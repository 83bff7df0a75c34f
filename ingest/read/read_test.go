package read_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/whence-graph/whence/ingest"
	"github.com/whence-graph/whence/ingest/read"
)

// told reads everything and writes it down: a report as id|outlet|published|title|text|extra, an error as its message.
func told(name, input string) []string {
	var out []string
	for r, err := range read.Reports(name, strings.NewReader(input)) {
		if err != nil {
			out = append(out, "! "+err.Error())
			continue
		}
		at := ""
		if !r.Published.IsZero() {
			at = r.Published.Format(time.RFC3339Nano)
		}
		out = append(out, strings.Join([]string{r.ID, r.Outlet, at, r.Title, r.Text, r.Extra}, "|"))
	}
	return out
}

func TestReports(t *testing.T) {
	for _, tt := range []struct {
		name, input string
		want        []string
	}{
		{"a line a report", `{"id":"a","outlet":" Gazette ","published":"2026-04-10T08:00:00+02:00","title":"T","text":"x"}` + "\n\n" + `{"id":7,"text":"y","published":"2026-04-10"}`,
			[]string{"a|Gazette|2026-04-10T06:00:00Z|T|x|", "7||2026-04-10T00:00:00Z||y|"}},
		{"unknown fields are kept", `{"text":"x","section":"world","tags":["a","b"]}`, []string{`||||x|{"section":"world","tags":["a","b"]}`}},
		{"only the contract's own names count", `{"Text":"y","text":"x","TEXT":3,"ID":"a","Outlet":"b"}` + "\n" + `{"TEXT":"x"}`,
			[]string{`||||x|{"ID":"a","Outlet":"b","TEXT":3,"Text":"y"}`, `! f:2: read: no text; give the report's words as "text"`}},
		{"null is not given", `{"text":"x","outlet":null,"published":null}`, []string{"||||x|"}},
		{"a byte order mark and CRLF", "\uFEFF{\"text\":\"x\"}\r\n{\"text\":\"y\"}\r\n", []string{"||||x|", "||||y|"}},
		{"a bad line does not hide the next", "{\"text\":\"x\"}\n{\"text\":3}\n{\"id\":\"e\",\"text\":\" \"}\n[1]\n{\"text\":\"y\"}",
			[]string{"||||x|", "! f:2: read: text is a number where text should be; write it as a JSON string", `! f:3 (e): read: no text; give the report's words as "text"`,
				"! f:4: read: an array where a report should be; each line must be one whole JSON object", "||||y|"}},
		{"what is no text", `{"id":"a","text":["x"]}` + "\n" + `{"text":"x","title":{}}` + "\n" + `{"text":"x","url":true}` + "\nnull",
			[]string{"! f:1 (a): read: text is an array where text should be; write it as a JSON string", "! f:2: read: title is an object where text should be; write it as a JSON string",
				"! f:3: read: url is a truth value where text should be; write it as a JSON string", "! f:4: read: null where a report should be; each line must be one whole JSON object"}},
		{"a cut line", `{"text":"x"}` + "\n" + `{"text":"y`, []string{"||||x|", "! f:2: read: unexpected end of JSON input; the last line is cut off: fetch the file again"}},
		{"not UTF-8", "{\"text\":\"x\xff\"}\n{\"text\":\"y\"}", []string{"! f:1: read: bytes 10-11: not UTF-8; convert the file to UTF-8", "||||y|"}},
		{"a NUL", `{"text":"x\u0000"}`, []string{"! f:1: read: bytes 1-2: a NUL character; take it out: it is no text"}},
		{"no time", `{"id":"a","text":"x","published":"yesterday"}`, []string{`! f:1 (a): read: published: "yesterday" is no time; write it as 2026-04-10T08:00:00Z or 2026-04-10, or leave it out`}},
		{"an array", `[{"id":"a","text":"x"},{"text":"y","n":1}]` + "\n", []string{"a||||x|", `||||y|{"n":1}`}},
		{"an array over several lines", " [\n{\"text\":\"x\"},\n\n  {\"id\":\"b\"},\n 3 , {\"text\":[\n]},\r\n  {\n\"text\":\"y\"\n}\n]",
			[]string{"||||x|", `! f:4 (b): read: no text; give the report's words as "text"`, `! f:5: read: a number where a report should be; each item must be an object as {"text":".."}`,
				"! f:5: read: text is an array where text should be; write it as a JSON string", "||||y|"}},
		{"an array that is cut", "[{\"text\":\"x\"},\n{\"text\":\"y", []string{"||||x|", "! f:2: read: the array does not end; the file is cut off: fetch it again"}},
		{"an array that is cut between items", "[{\"text\":\"x\"},\n", []string{"||||x|", "! f:2: read: the array does not end; the file is cut off: fetch it again"}},
		{"a broken array", "[{\"text\":\"x\"},\n{\"text\":\"y\"}\n{\"text\":\"z\"}]",
			[]string{"||||x|", "||||y|", "! f:3: read: expected comma after array element; mend it, or give a report a line: what follows is not read"}},
		{"arrays one after the other", "[]\n[{\"text\":\"x\"}][{\"text\":\"y\"}]", []string{"||||x|", "||||y|"}},
		{"an array and more", "[{\"text\":\"x\"}]\n{}", []string{"||||x|", "! f:2: read: more than an array; mend it, or give a report a line: what follows is not read"}},
		{"an empty array", " [ ] ", []string{"! f: read: the array is empty; give a file with reports in it"}},
		{"an array of other things", `["x", "y"]`, []string{`! f: read: a JSON array of something else than reports; each item must be an object as {"text":".."}`}},
		{"brackets in prose", "[Photo] The text.", []string{"f||||[Photo] The text.|"}},
		{"more brackets in prose", "[] The text.", []string{"f||||[] The text.|"}},
		{"objects over several lines", "{\n  \"id\": \"a\",\n\n  \"text\": \"x\",\n  \"tags\": [\n    {\n      \"n\": 1\n    }\n  ]\n}\n{\"text\":\"y\"}\n{\n\"id\":\"c\"}\n{\n \"text\": \"z\"}",
			[]string{`a||||x|{"tags":[{"n":1}]}`, "||||y|", `! f:12 (c): read: no text; give the report's words as "text"`, "||||z|"}},
		{"a broken object over several lines", "{\n  \"id\": \"a\",\n  \"text\": \"x\"\n  \"tags\": [\n    1\n  ]\n}\n{\"text\":\"y\"}",
			[]string{"! f:1: read: line 4: invalid character '\"' after object key:value pair; each line must be one whole JSON object", "||||y|"}},
		{"an object over several lines that is cut", "{\n  \"id\": \"a\",\n", []string{"! f:1: read: unexpected end of JSON input; the file is cut off: fetch it again"}},
		{"a cut line takes no other along", "{\"id\":\"a\",\n{\"text\":\n{\"text\":\"y\"}\n {\"text\":\"x\"\n {\"text\":\"z\"}\n",
			[]string{"! f:1: read: unexpected end of JSON input; each line must be one whole JSON object", "! f:2: read: unexpected end of JSON input; each line must be one whole JSON object", "||||y|",
				"! f:4: read: line 5: invalid character '{' after object key:value pair; each line must be one whole JSON object", "||||z|"}},
		{"two objects on a line", `{"text":"x"}{"text":"y"}` + "\n" + `{"text":"z"}`,
			[]string{"! f:1: read: invalid character '{' after top-level value; each line must be one whole JSON object", "||||z|"}},
		{"HTML", " \n<!DOCTYPE html><p>x", []string{"! f: read: HTML or XML: web pages and feeds are not read yet; give the words of each report as plain text, or as JSON Lines"}},
		{"a part of HTML", "<p class=a>x</p>", []string{"! f: read: HTML or XML: web pages and feeds are not read yet; give the words of each report as plain text, or as JSON Lines"}},
		{"a feed", "\uFEFF<?xml version='1.0'?><rss/>", []string{"! f: read: HTML or XML: web pages and feeds are not read yet; give the words of each report as plain text, or as JSON Lines"}},
		{"less-than signs in prose", "<mara@quill.example> wrote: 1 <2.", []string{"f||||<mara@quill.example> wrote: 1 <2.|"}},
		{"an office document", "PK\x03\x04abc", []string{"! f: read: a ZIP archive or an office document; unpack it, or save its words as plain text"}},
		{"a PDF", "%PDF-1.7\nabc", []string{"! f: read: a PDF; save its words as plain text"}},
		{"gzip", "\x1f\x8b\x08\x00abc", []string{"! f: read: compressed by gzip; unpack it with gzip -d"}},
		{"UTF-16", "\xff\xfea\x00", []string{"! f: read: UTF-16; convert the file to UTF-8"}},
		{"RTF", "{\\rtf1\\ansi\nabc}", []string{"! f: read: RTF, no plain text; save its words as plain text"}},
		{"binary", "abc\x00\x01\xff", []string{"! f: read: binary, no plain text: it has NUL bytes; save its words as plain text"}},
		{"plain text", "Headline\n\nThe text.\n", []string{"f|||Headline|Headline\n\nThe text.\n|"}},
		{"plain text without a headline", "The text.\nGoes on.", []string{"f||||The text.\nGoes on.|"}},
		{"nothing", "", []string{"! f: read: no text; give a file with a report's words in it"}},
		{"plain text that is not UTF-8", "a\xffb", []string{"! f: read: bytes 1-2: not UTF-8; convert the file to UTF-8"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if d := cmp.Diff(tt.want, told("f", tt.input)); d != "" {
				t.Errorf("Reports(%q) (-want +got):\n%s", tt.input, d)
			}
		})
	}
}

func TestLongLine(t *testing.T) {
	long := `{"text":"` + strings.Repeat("x", 50<<20) + `"}`
	got := told("f", long+"\n"+`{"text":"y"}`)
	want := []string{"! f:1: read: the line has more than 32 MB; split it into a report a line", "||||y|"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	got = told("f", "[\n"+long+",{}]")
	want = []string{"! f:2: read: an item has more than 32 MB; mend it, or give a report a line: what follows is not read"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	got = told("f", "{\"text\":\n"+strings.Repeat(strings.Repeat(" ", 1<<10)+"\n", 40<<10)+"\"x\"}\n"+`{"text":"y"}`)
	want = []string{"! f:1: read: the report has more than 32 MB; split it into a report a line", "||||y|"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// A report comes when its line is there, not when the stream ends.
func TestOpenStream(t *testing.T) {
	for _, line := range []string{`{"id":"a","text":"x"}`, "\n  " + `{"id":"a","text":"x"}`, "\uFEFF" + `{"id":"a","text":"x"}`, "{\n  \"id\":\"a\",\n  \"text\":\"x\"\n}", `[{"id":"a","text":"x"}`} {
		in, w := io.Pipe()
		late := time.AfterFunc(5*time.Second, func() { w.Close() })
		go io.WriteString(w, line+"\n")
		for r, err := range read.Reports("f", in) {
			if inTime := late.Stop(); err != nil || r.ID != "a" || !inTime {
				t.Errorf("%q: got %q, %v, in time: %t", line, r.ID, err, inTime)
			}
			break
		}
		in.Close()
	}
}

func TestBrokenStream(t *testing.T) {
	broken := errors.New("connection reset")
	var got []error
	for _, err := range read.Reports("f", iotest.ErrReader(broken)) {
		got = append(got, err)
	}
	if len(got) != 1 || !errors.Is(got[0], broken) {
		t.Errorf("got %v", got)
	}
}

func TestPath(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"b.jsonl": `{"id":"b","text":"x"}`, "sub/a.txt": "plain", ".hidden/c.txt": "never", ".d": "never", "a.jsonl": `{"id":"a","text":"x"}`, "page.html": "<p>"} {
		p := filepath.Join(dir, name)
		os.MkdirAll(filepath.Dir(p), 0o755)
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	other := t.TempDir()
	if err := os.WriteFile(filepath.Join(other, "far.jsonl"), []byte(`{"id":"far","text":"x"}`), 0o644); err != nil {
		t.Fatal(err)
	}
	for link, to := range map[string]string{"c.jsonl": filepath.Join(other, "far.jsonl"), "d": other, "e": "nowhere", "f": "f"} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "g"), 0o600); err != nil {
		t.Fatal(err)
	}
	home := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, home); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{dir, home} {
		var got []string
		in := func(path string) string { return strings.TrimPrefix(path, dir+"/") }
		for r, err := range read.Path(dir, nil, func(path, why string) { got = append(got, in(path)+" skipped: "+why) }) {
			if err != nil {
				got = append(got, in(err.Error()))
				continue
			}
			got = append(got, in(r.ID))
		}
		want := []string{".d skipped: hidden", ".hidden skipped: hidden", "d skipped: a link to a folder: name the folder to have it read", "g skipped: no file",
			"a", "b", "far", "e: read: a link that leads nowhere; mend it or take it away", "f: read: too many levels of symbolic links",
			"page.html: read: HTML or XML: web pages and feeds are not read yet; give the words of each report as plain text, or as JSON Lines", "sub/a.txt"}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("Path(%s) (-want +got):\n%s", dir, d)
		}
	}
	for _, path := range []string{filepath.Join(dir, "absent"), "https://news.example/"} {
		n := 0
		for _, err := range read.Path(path, nil, nil) {
			var e *ingest.Error
			if n++; !errors.As(err, &e) || e.Remedy == "" || e.Source != path {
				t.Errorf("Path(%q): %v", path, err)
			}
		}
		if n != 1 {
			t.Errorf("Path(%q) gave %d answers", path, n)
		}
	}
}

func FuzzReports(f *testing.F) {
	f.Add([]byte(`{"text":"x","published":"2026-01-01"}` + "\n" + `{"text":`))
	f.Add([]byte("plain\n\ntext"))
	f.Add([]byte("{\n \"text\": \"x\",\n \"a\": [\n{\n}]\n}\n{"))
	f.Add([]byte("[{\"text\":\"x\"},\n{\"id\":1},2]\n[{"))
	f.Fuzz(func(t *testing.T, in []byte) {
		for r, err := range read.Reports("f", bytes.NewReader(in)) {
			if err != nil {
				continue
			}
			if strings.TrimSpace(r.Text) == "" || !utf8.ValidString(r.Text) || strings.Contains(r.Text, "\x00") {
				t.Errorf("a text that cannot be read on: %q", r.Text)
			}
		}
	})
}
