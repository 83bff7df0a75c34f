package model

import (
	"sort"

	"github.com/whence-graph/whence/ingest/encoder"
)

// Mention is a phrase that refers to somebody or something, by the bytes at which its first word and its head begin.
type Mention struct{ First, Head int }

// Links tells of a text's mentions which refer to the same. One goroutine at a time may use it.
//
// A mention is ranked against each before it and against "none of them", as Lee et al. do (End-to-end neural coreference
// resolution, EMNLP 2017), but for spans: which phrases refer at all is the caller's knowledge.
type Links struct {
	*linker
	starts []int     // of the tokens, in bytes
	rows   []float32 // [tokens][hidden], normed
	known  map[Mention]*linked
}

// linker is the head that ranks.
type linker struct {
	hidden           int
	mention, earlier *encoder.Dense
	none             *encoder.Dense
	form             *biaffine
	far              []float32 // [distances]
}

// linked is what of a mention enters every score.
type linked struct {
	at           int       // token of the head
	y, uz        []float32 // as the later of two, and as the earlier
	later, prior float32
}

// linkable is how many tokens of a text are kept for its links: two dozen pages of print.
const linkable = 1 << 14

// farStep is how many tokens make a step of the distance between two mentions.
const farStep = 8

func (l *loader) linker() *linker {
	k := &linker{hidden: l.hidden, mention: l.dense("coref.mention", 2*l.hidden, 0), earlier: l.dense("coref.earlier", 2*l.hidden, 0), far: l.floats("coref.far", distances)}
	if l.err != nil {
		return nil
	}
	k.none = l.dense("coref.none", k.mention.Out, 1)
	k.form = l.biaffine("coref", k.mention.Out, 1)
	return k
}

// Same is how much better it scores that the later mention refers to what the earlier does than that it refers to nothing
// before: above 0 it rather does. ok is false where a mention lies outside of what was read.
func (l *Links) Same(later, earlier Mention) (score float64, ok bool) {
	p := passes.Get().(*pass)
	defer passes.Put(p)
	m, a := l.link(p, later), l.link(p, earlier)
	if m == nil || a == nil {
		return 0, false
	}
	var dot [1]float32
	encoder.Products(&p.scratch, dot[:], m.y, a.uz, 1, 1, len(m.y))
	d := m.at - a.at
	if d < 0 {
		d -= farStep - 1 // towards minus infinity
	}
	return float64(dot[0] + m.later + a.prior + l.far[bucket(d/farStep)]), true
}

func (l *Links) link(p *pass, m Mention) *linked {
	if x, ok := l.known[m]; ok {
		return x
	}
	first, head := l.token(m.First), l.token(m.Head)
	if first < 0 || head < 0 {
		return nil
	}
	wide := l.mention.Out
	ends := append(append(make([]float32, 0, 2*l.hidden), l.rows[first*l.hidden:][:l.hidden]...), l.rows[head*l.hidden:][:l.hidden]...)
	x := &linked{at: head, y: make([]float32, wide), uz: make([]float32, wide)}
	z := make([]float32, wide)
	l.mention.Apply(&p.scratch, x.y, ends, 1, encoder.ReLU)
	l.earlier.Apply(&p.scratch, z, ends, 1, encoder.ReLU)
	l.form.u.Apply(&p.scratch, x.uz, z, 1, encoder.Identity)
	var a, b, none [1]float32
	l.form.a.Apply(&p.scratch, a[:], x.y, 1, encoder.Identity)
	l.form.b.Apply(&p.scratch, b[:], z, 1, encoder.Identity)
	l.none.Apply(&p.scratch, none[:], x.y, 1, encoder.Identity)
	x.later, x.prior = a[0]-none[0], b[0]
	l.known[m] = x
	return x
}

// token is the one that begins at a byte or holds it, or -1.
func (l *Links) token(at int) int {
	k := sort.SearchInts(l.starts, at+1) - 1
	if k < 0 || k >= len(l.rows)/l.hidden {
		return -1
	}
	return k
}

// keep adds a window's tokens, whose normed vectors are x.
func (l *Links) keep(list []token, x []float32) {
	n := min(len(list), linkable-len(l.starts))
	for _, t := range list[:n] {
		l.starts = append(l.starts, t.span.Start)
	}
	l.rows = append(l.rows, x[:n*l.hidden]...)
}
