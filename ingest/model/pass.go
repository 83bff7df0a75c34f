package model

import (
	"sync"

	"github.com/whence-graph/whence/ingest/encoder"
)

// batchPieces is how many pieces of windows go through the encoder together, at least one window.
const batchPieces = 384

// pass is the memory of one reading.
type pass struct {
	scratch  encoder.Scratch
	id       []int32
	features [3][]uint8
	lengths  []int
	rows     []float32 // [pieces][hidden]
	raw      []float32 // [tokens of a window][hidden], as the encoder gives them
	x        []float32 // the same, normed for the attributions
	tree     []float32 // the same, normed for the tree, behind the root's
	begin    []float32 // [tokens]
	u        []float32 // [pairs][labels][wide]
	e        []float32 // [tokens][tags]
	word     []float32 // [tokens][wide]
	ends     []float32 // [cues][2*hidden]
	cue      []float32 // [cues][wide]
	sum      []float32 // [tokens][wide]
}

var passes = sync.Pool{New: func() any { return new(pass) }}

func sized(s *[]float32, n int) []float32 {
	if cap(*s) < n {
		*s = make([]float32, n)
	}
	*s = (*s)[:n]
	return *s
}

// read reads a text's tokens: statements by place of their cue; and into out, unless it is nil, words and names.
func (h *heads) read(text string, list []token, out *Reading) (said []statement, err error) {
	p := passes.Get().(*pass)
	defer passes.Put(p)
	ids := piecesOf(text, list, h.split)
	ws := windows(list, ids)
	if out != nil {
		out.Words = make([]Word, 0, len(list))
	}
	for len(ws) > 0 {
		n, size := 0, 0
		for n < len(ws) && (n == 0 || size < batchPieces) {
			size += 2 + int(ids.at[ws[n].to]-ids.at[ws[n].from])
			n++
		}
		if err := h.encode(p, list, ids, ws[:n]); err != nil {
			return nil, err
		}
		at := 0
		for i, w := range ws[:n] {
			h.gather(p, ids, w, p.rows[at*h.hidden:])
			said = h.window(p, list, w, said)
			if out != nil {
				h.trees.parse(p, list[w.from:w.to], p.raw, out)
			}
			at += p.lengths[i]
		}
		ws = ws[n:]
	}
	return said, nil
}

// encode fills p.rows with the vectors of the windows' pieces.
func (h *heads) encode(p *pass, list []token, ids pieces, ws []stretch) error {
	p.id, p.lengths = p.id[:0], p.lengths[:0]
	for f := range p.features {
		p.features[f] = p.features[f][:0]
	}
	add := func(id int32, shape, quoted, gap uint8) {
		p.id = append(p.id, id)
		p.features[0] = append(p.features[0], shape)
		p.features[1] = append(p.features[1], quoted)
		p.features[2] = append(p.features[2], gap)
	}
	for _, w := range ws {
		n := len(p.id)
		add(h.split.CLS, edgeShape, 0, startGap)
		for i := w.from; i < w.to; i++ {
			for _, id := range ids.id[ids.at[i]:ids.at[i+1]] {
				add(id, list[i].shape, list[i].quoted, list[i].gap)
			}
		}
		add(h.split.SEP, edgeShape, 0, startGap)
		p.lengths = append(p.lengths, len(p.id)-n)
	}
	return h.encoder.Forward(&p.scratch, sized(&p.rows, len(p.id)*h.hidden),
		encoder.Batch{Pieces: p.id, Features: p.features[:], Lengths: p.lengths})
}

// window asks who said what in one window.
func (h *heads) window(p *pass, list []token, w stretch, out []statement) []statement {
	n := w.to - w.from
	x := sized(&p.x, n*h.hidden)
	copy(x, p.raw)
	h.norm.Apply(x)
	e := sized(&p.e, n*int(roleTags))
	h.tag.Apply(&p.scratch, e, x, n, encoder.Identity)
	views := func(cues []stretch) []view { return h.views(p, list[w.from:w.to], cues) }
	for _, s := range h.decode(p, e, views) {
		s.shift(w.from)
		out = append(out, s)
	}
	return out
}

// gather fills p.raw with the vector of each token: that of its first piece.
func (h *heads) gather(p *pass, ids pieces, w stretch, rows []float32) {
	n := w.to - w.from
	raw := sized(&p.raw, n*h.hidden)
	for i := range n {
		at := 1 + int(ids.at[w.from+i]-ids.at[w.from])
		copy(raw[i*h.hidden:][:h.hidden], rows[at*h.hidden:])
	}
}

// view is what a cue says of each token of a window: the probabilities of neither, source, content, row after row.
type view []float32

func (v view) mean(s stretch, of int) float64 {
	var sum float64
	for i := s.from; i < s.to; i++ {
		sum += float64(v[i*shares+of])
	}
	return sum / float64(s.to-s.from)
}

// views ask each cue about every token of the window.
func (h *heads) views(p *pass, list []token, cues []stretch) []view {
	n, wide := len(list), h.cue.Out
	word := sized(&p.word, n*wide)
	h.word.Apply(&p.scratch, word, p.x, n, encoder.Identity)
	ends := sized(&p.ends, len(cues)*2*h.hidden)
	for i, c := range cues {
		copy(ends[2*i*h.hidden:], p.x[c.from*h.hidden:][:h.hidden])
		copy(ends[(2*i+1)*h.hidden:], p.x[(c.to-1)*h.hidden:][:h.hidden])
	}
	cue := sized(&p.cue, len(cues)*wide)
	h.cue.Apply(&p.scratch, cue, ends, len(cues), encoder.Identity)
	out := make([]view, len(cues))
	all := make([]float32, len(cues)*n*shares)
	sum := sized(&p.sum, n*wide)
	for i, c := range cues {
		for k := range list {
			d := min(k-c.from, 0) + max(k-(c.to-1), 0)
			far := h.far[bucket(d)*wide:][:wide]
			side := 1 + max(-1, min(1, list[k].paragraph-list[c.from].paragraph))
			par := h.par[int(side)*wide:][:wide]
			row, a, b := sum[k*wide:][:wide], cue[i*wide:][:wide], word[k*wide:][:wide]
			for j := range row {
				row[j] = max(0, a[j]+b[j]+far[j]+par[j])
			}
		}
		out[i] = all[i*n*shares:][:n*shares]
		h.out.Apply(&p.scratch, out[i], sum, n, encoder.Identity)
		encoder.Softmax(&p.scratch, out[i], shares)
	}
	return out
}
