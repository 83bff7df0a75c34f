package model

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/whence-graph/whence/ingest/encoder"
)

// heads ask the encoder's vectors who said what. They never change.
type heads struct {
	encoder *encoder.Model
	split   *encoder.WordPiece
	hidden  int

	norm *encoder.Norm  // of what the heads read
	tag  *encoder.Dense // hidden to the tags

	step, stepE   [roleTags][roleTags]float64 // score of a tag after another, and its exponential up to a factor
	start, startE [roleTags]float64           // of the first

	cue   *encoder.Dense // the vectors of a cue's first and last token to wide
	word  *encoder.Dense // hidden to wide
	far   []float32      // [distances][wide]: how far a token stands from the cue
	par   []float32      // [3][wide]: in a paragraph before the cue's, in it, after it
	out   *encoder.Dense // wide to neither, source, content
	knobs knobs

	trees *trees
}

// knobs are what decoding was tuned to.
type knobs struct {
	Cue, Src, Con float64 // added to the scores of a cue's, a source's, a content's beginning
	Again         float64 // how much the second reading trusts what the cues say
	Source        float64 // the least that a cue must say of its source
	Content       float64 // and of its content
	Least         float64 // the least confidence
}

// shares are what a cue says of a token.
const (
	neither = iota
	inSource
	inContent
	shares
)

const distances = 21 // buckets of distance, 10 each way

// loader takes heads out of a model and keeps the first error.
type loader struct {
	*encoder.Model
	hidden int
	err    error
}

func (l *loader) fail(err error) {
	if l.err == nil {
		l.err = err
	}
}

// dense is a layer of a name; an in or out of 0 may be any.
func (l *loader) dense(name string, in, out int) *encoder.Dense {
	d, err := l.Dense(name)
	l.fail(err)
	if err == nil && (d.In != in && in > 0 || d.Out != out && out > 0) {
		l.fail(fmt.Errorf("head %q takes %d to %d, want %d to %d", name, d.In, d.Out, in, out))
	}
	return d
}

func (l *loader) floats(name string, n int) []float32 {
	v, rows, columns, err := l.Floats(name)
	l.fail(err)
	if err == nil && len(v) != n {
		l.fail(fmt.Errorf("%q is %d by %d, want %d values", name, rows, columns, n))
	}
	return v
}

func (l *loader) norm(name string) *encoder.Norm {
	n, err := l.Norm(name)
	l.fail(err)
	return &n
}

func (l *loader) text(name string) string {
	s, err := l.Text(name)
	l.fail(err)
	return s
}

func newHeads(m *encoder.Model) (*heads, error) {
	l := &loader{Model: m, hidden: m.Shape().Hidden}
	h := &heads{encoder: m, hidden: l.hidden, norm: l.norm("norm.roles"), tag: l.dense("tag", l.hidden, int(roleTags)), cue: l.dense("said.cue", 2*l.hidden, 0)}
	if l.err != nil {
		return nil, l.err
	}
	wide := h.cue.Out
	h.word, h.out = l.dense("said.word", h.hidden, wide), l.dense("said.out", wide, shares)
	h.far, h.par = l.floats("said.far", distances*wide), l.floats("said.par", 3*wide)
	step, start := l.floats("crf.trans", int(roleTags)*int(roleTags)), l.floats("crf.start", int(roleTags))
	knobs := l.text("knobs")
	split, err := m.WordPiece()
	l.fail(err)
	h.split = split
	h.trees = l.trees()
	if l.err != nil {
		return nil, l.err
	}
	if err := json.Unmarshal([]byte(knobs), &h.knobs); err != nil {
		return nil, fmt.Errorf("knobs: %w", err)
	}
	var s encoder.Scratch
	stepE, startE := append([]float32(nil), step...), append([]float32(nil), start...)
	encoder.Softmax(&s, stepE, len(stepE))
	encoder.Softmax(&s, startE, len(startE))
	for i := range h.step {
		for k := range h.step {
			h.step[i][k], h.stepE[i][k] = float64(step[i*len(h.step)+k]), float64(stepE[i*len(h.step)+k])
		}
		h.start[i], h.startE[i] = float64(start[i]), float64(startE[i])
	}
	return h, nil
}

// bucket is the row for a token d tokens after the cue: 0, then 1, 2, 3, 4-5, 6-8, 9-13, 14-21, 22-35, 36-60, more.
func bucket(d int) int {
	far, k := max(d, -d), 0
	for k < 10 && far >= [10]int{1, 2, 3, 4, 6, 9, 14, 22, 36, 61}[k] {
		k++
	}
	if d < 0 {
		return distances/2 - k
	}
	return distances/2 + k
}

// natural is the logarithm of x > 0, with the same bits on every machine, which math.Log does not promise: 2^e * f is e*ln 2
// plus twice the series of artanh.
func natural(x float64) float64 {
	f, e := math.Frexp(x)
	if f < math.Sqrt2/2 {
		f, e = f*2, e-1
	}
	z := (f - 1) / (f + 1)
	square := float64(z * z)
	var sum float64
	for k := 19; k > 0; k -= 2 {
		sum = float64(sum*square) + 1/float64(k)
	}
	return float64(float64(e)*math.Ln2) + float64(2*float64(z*sum))
}
