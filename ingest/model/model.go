// Package model is the reader's weights and what they say of a text: who said what, by an encoder and the heads on it.
// It knows one language, the one that it was trained in, and nothing beyond the text in front of it. README.md is the
// card of the weights; train/export.py, which wrote them, lists what the files hold, and train/decode.py is the decoder
// in Python, which this one follows step by step (golden.json holds them to each other).
//
//	tokens      The | rail | .. | Jonas | Weil | , |; case, quotation marks, breaks                token.go
//	windows     as many whole paragraphs as the encoder reads at once                              window.go
//	encode      a vector for each token                                                            pass.go
//	path        The/B-content rail/I-content .. reported/B-cue; how likely each is                 viterbi.go
//	views       for each cue: which tokens are in its source, which in its content                 pass.go
//	decode      statements: source, cue, contents, trust                                           decode.go
//
// It lives beside the weights and not in package ingest, because the tokens and features here are a contract with the
// training, which the rules of ingest must be free of.
package model

import (
	_ "embed"
	"fmt"
	"sync"

	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/ingest/encoder"
)

//go:embed words.bin
var words []byte

//go:embed layers.bin
var layers []byte

// Statement is an attribution as the weights read it, in bytes of the text.
type Statement struct {
	Source  graph.Span // empty when nobody is told
	Cue     graph.Span
	Content []graph.Span // one at least, in order
	Trust   float64      // 0 to 1, as the heads have it, not calibrated
}

// Model reads texts. Any number of goroutines may use one.
type Model struct{ heads *heads }

// Load unpacks the weights when they are first asked for, and gives the same Model ever after.
var Load = sync.OnceValues(unpack)

func unpack() (*Model, error) {
	m, err := encoder.Load(words, layers)
	if err != nil {
		return nil, fmt.Errorf("embedded weights: %w", err)
	}
	h, err := newHeads(m)
	if err != nil {
		return nil, fmt.Errorf("embedded weights: %w", err)
	}
	return &Model{h}, nil
}

// longest is how many tokens of a text are read: some hundred pages of print, which no news report fills, and a dozen
// seconds of one processor.
const longest = 1 << 16

// Reading is what the weights make of a text.
type Reading struct {
	Statements []Statement // by place of their cue; they overlap nowhere but in sources that are shared
	Words      []Word      // all of the text
	Names      []Name      // by place, none over another
}

// Read reads a text, of a very long one the beginning (longest). The same text gives the same bits on every machine.
func (m *Model) Read(text string) (Reading, error) {
	list := tokens(text)
	list = list[:min(len(list), longest)]
	var out Reading
	said, err := m.heads.read(text, list, &out)
	if err != nil {
		return Reading{}, err
	}
	out.Statements = statements(said, list)
	return out, nil
}

// Statements reads a text for its statements alone, which is a little quicker.
func (m *Model) Statements(text string) ([]Statement, error) {
	list := tokens(text)
	list = list[:min(len(list), longest)]
	said, err := m.heads.read(text, list, nil)
	return statements(said, list), err
}

// statements turns tokens into bytes.
func statements(said []statement, list []token) []Statement {
	span := func(s stretch) graph.Span {
		if s.none() {
			return graph.Span{}
		}
		return graph.Span{Start: list[s.from].span.Start, End: list[s.to-1].span.End}
	}
	out := make([]Statement, len(said))
	for i, s := range said {
		out[i] = Statement{Source: span(s.source), Cue: span(s.cue), Trust: s.trust}
		for _, c := range s.content {
			out[i].Content = append(out[i].Content, span(c))
		}
	}
	return out
}
