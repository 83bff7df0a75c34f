package score

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/ingest"
	"github.com/whence-graph/whence/ingest/read"
)

// Marked is a report with the attributions that people marked in it.
type Marked struct {
	Report ingest.Report
	Gold   []Item
}

// Gold reads the marked reports of a file, or of all files of a folder. A file is either JSON Lines of reports, each with
// its "attributions" of "source", "cue" and "content", lists of [start, end] in code points, as PolNeAR has them, and a "hop" if it is not 1; or one story: an
// object with "reports" and "attributions", whose spans are [words, n], the n-th time that the words stand in the text, and
// whose "via" names the attribution around. What cannot be read is an *ingest.Error, and the rest goes on.
func Gold(path string) iter.Seq2[Marked, error] {
	return func(yield func(Marked, error) bool) {
		err := filepath.WalkDir(path, func(file string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() || file != path && filepath.Ext(file) != ".json" && filepath.Ext(file) != ".jsonl" {
				return nil
			}
			if filepath.Ext(file) == ".json" {
				return story(file, yield)
			}
			return lines(file, yield)
		})
		if err != nil && !errors.Is(err, fs.SkipAll) {
			yield(Marked{}, &ingest.Error{Source: path, Step: "gold", Err: err, Remedy: "name a file or folder that can be read"})
		}
	}
}

func lines(file string, yield func(Marked, error) bool) error {
	for r, err := range read.Path(file, nil, nil) {
		var m Marked
		if err == nil {
			m, err = marked(file, r)
		}
		if !yield(m, err) {
			return fs.SkipAll
		}
	}
	return nil
}

func marked(file string, r ingest.Report) (Marked, error) {
	var extra struct {
		Attributions []struct {
			Source, Cue, Content [][2]int
			Hop                  int
		}
	}
	bad := func(err error) error {
		return &ingest.Error{Source: file, Report: r.ID, Step: "gold", Err: err, Remedy: `write "attributions" as lists of [start, end] in code points`}
	}
	if r.Extra != "" {
		if err := json.Unmarshal([]byte(r.Extra), &extra); err != nil {
			return Marked{}, bad(err)
		}
	}
	at := make([]int, 0, len(r.Text)+1) // the byte of each code point
	for i := range r.Text {
		at = append(at, i)
	}
	at = append(at, len(r.Text))
	var failed error
	spans := func(list [][2]int) (out []graph.Span) {
		for _, s := range list {
			if s[0] < 0 || s[1] < s[0] || s[1] >= len(at) {
				failed = fmt.Errorf("%v is not in a text of %d", s, len(at)-1)
				return nil
			}
			out = append(out, graph.Span{Start: at[s[0]], End: at[s[1]]})
		}
		return out
	}
	m := Marked{Report: r}
	for _, a := range extra.Attributions {
		m.Gold = append(m.Gold, Item{Source: spans(a.Source), Cue: spans(a.Cue), Content: spans(a.Content), Hop: max(1, min(a.Hop, 16))})
	}
	if failed != nil {
		return Marked{}, bad(failed)
	}
	return m, nil
}

// place is the n-th time that words stand in a text.
type place struct {
	words string
	n     int
}

func (p *place) UnmarshalJSON(raw []byte) error {
	return json.Unmarshal(raw, &[2]any{&p.words, &p.n})
}

func (p place) in(text string) (graph.Span, error) {
	at := -1
	for range p.n {
		next := strings.Index(text[at+1:], p.words)
		if next < 0 || p.words == "" {
			return graph.Span{}, fmt.Errorf("%q does not stand there %d times", p.words, p.n)
		}
		at += 1 + next
	}
	if at < 0 {
		return graph.Span{}, fmt.Errorf("%q: count from 1", p.words)
	}
	return graph.Span{Start: at, End: at + len(p.words)}, nil
}

func story(file string, yield func(Marked, error) bool) error {
	raw, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	type attribution struct {
		Key, Report          string
		Source, Cue, Content []place
		Via                  string
	}
	var s struct {
		Reports      []json.RawMessage
		Attributions []attribution
	}
	bad := func(id string, err error) bool {
		return yield(Marked{}, &ingest.Error{Source: file, Report: id, Step: "gold", Err: err, Remedy: `a story has "reports", and "attributions" whose spans are [words, n]`})
	}
	if err := json.Unmarshal(raw, &s); err != nil {
		if !bad("", err) {
			return fs.SkipAll
		}
		return nil
	}
	via := map[string]string{}
	for _, a := range s.Attributions {
		via[a.Key] = a.Via
	}
	hop := func(key string) int {
		n := 1
		for key = via[key]; key != "" && n < 16; key = via[key] {
			n++
		}
		return n
	}
	for _, line := range s.Reports {
		for r, err := range read.Reports(file, bytes.NewReader(line)) {
			if err != nil {
				if !yield(Marked{}, err) {
					return fs.SkipAll
				}
				continue
			}
			m := Marked{Report: r}
			var failed error
			spans := func(list []place) (out []graph.Span) {
				for _, p := range list {
					s, err := p.in(r.Text)
					failed = errors.Join(failed, err)
					out = append(out, s)
				}
				return out
			}
			for _, a := range s.Attributions {
				if a.Report == r.ID {
					m.Gold = append(m.Gold, Item{Source: spans(a.Source), Cue: spans(a.Cue), Content: spans(a.Content), Hop: hop(a.Key)})
				}
			}
			ok := false
			if failed != nil {
				ok = bad(r.ID, failed)
			} else {
				ok = yield(m, nil)
			}
			if !ok {
				return fs.SkipAll
			}
		}
	}
	return nil
}
