package model

import (
	"fmt"
	"slices"
	"strings"

	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/ingest/encoder"
)

// Word is a token in the tree of its sentence, by Universal Dependencies (universaldependencies.org), labels without subtypes.
type Word struct {
	graph.Span
	Head     int    // index of the word that it hangs on, -1 at the root of a sentence
	Label    string // nsubj, obj, ..
	Sentence int    // from 0
}

// Name is a proper name.
type Name struct {
	graph.Span
	Kind string // person, organization, place
}

// trees are the heads that parse.
type trees struct {
	norm                 *encoder.Norm
	sentence             *encoder.Dense
	root                 []float32
	dep, head, dep2, gov *encoder.Dense // for arcs, then for labels
	arc, label           *biaffine
	labels               []string

	spans     *encoder.Norm
	name      *encoder.Dense
	kinds     []string
	nameStep  [roleTags][roleTags]float64
	nameStart [roleTags]float64
}

// biaffine scores pairs: the sum over i of y[i]*(u z)[i], plus a y, plus b z, once for each output.
type biaffine struct {
	u, a, b *encoder.Dense
	wide    int
}

func (l *loader) trees() *trees {
	t := &trees{norm: l.norm("norm.tree"), spans: l.norm("norm.spans"), root: l.floats("root", l.hidden), labels: strings.Fields(l.text("labels")), kinds: strings.Fields(l.text("names"))}
	t.sentence = l.dense("sentence", l.hidden, 1)
	t.dep, t.head = l.dense("arc.dep", l.hidden, 0), l.dense("arc.head", l.hidden, 0)
	t.dep2, t.gov = l.dense("lab.dep", l.hidden, 0), l.dense("lab.head", l.hidden, 0)
	t.name = l.dense("name", l.hidden, 1+2*len(t.kinds))
	if l.err != nil {
		return nil
	}
	t.arc, t.label = l.biaffine("arc", t.dep.Out, 1), l.biaffine("lab", t.dep2.Out, len(t.labels))
	if len(t.kinds) != 3 {
		l.fail(fmt.Errorf("names of %d kinds, want 3", len(t.kinds)))
	}
	for b := 2; b < int(roleTags); b += 2 {
		t.nameStart[b] = never
		for a := range t.nameStep {
			if a != b && a != b-1 {
				t.nameStep[a][b] = never
			}
		}
	}
	return t
}

func (l *loader) biaffine(name string, wide, out int) *biaffine {
	return &biaffine{l.dense(name+".u", wide, out*wide), l.dense(name+".a", wide, out), l.dense(name+".b", wide, out), wide}
}

// parse appends a window's words and names. rows are the vectors of its tokens.
func (t *trees) parse(p *pass, list []token, rows []float32, out *Reading) {
	n, hidden := len(list), len(t.root)
	base, sentences := len(out.Words), 0
	if base > 0 {
		sentences = out.Words[base-1].Sentence + 1
	}
	words, names := out.Words, out.Names
	x := sized(&p.tree, (n+1)*hidden)
	copy(x, t.root)
	copy(x[hidden:], rows[:n*hidden])
	t.norm.Apply(x[hidden:])
	begin := sized(&p.begin, n)
	t.sentence.Apply(&p.scratch, begin, x[hidden:], n, encoder.Identity)
	y, z := t.both(p, t.dep, t.head, x, n)
	arcs := t.arc.all(p, y, z, n)
	heads := make([]int, 0, n) // column of each word's head
	for i := 0; i < n; {
		j := i + 1
		for j < n && begin[j] <= 0 && list[j].cut != paragraphCut {
			j++
		}
		a := make([][]float32, j-i) // of each word: the root, then each word of the sentence
		for k := range a {
			row := arcs[(i+k)*(n+1):]
			a[k] = append(append(make([]float32, 0, 1+j-i), row[0]), row[1+i:1+j]...)
		}
		for k, head := range tree(a) {
			w := Word{Span: list[i+k].span, Head: -1, Sentence: sentences}
			if head >= 0 {
				w.Head = base + i + head
				heads = append(heads, 1+i+head)
			} else {
				heads = append(heads, 0)
			}
			words = append(words, w)
		}
		sentences++
		i = j
	}
	y, z = t.both(p, t.dep2, t.gov, x, n)
	chosen := make([]float32, 0, n*t.label.wide)
	for _, k := range heads {
		chosen = append(chosen, z[k*t.label.wide:][:t.label.wide]...)
	}
	for i, k := range t.label.choose(p, y, chosen, n) {
		words[len(words)-n+i].Label = t.labels[k]
	}
	copy(x[hidden:], rows[:n*hidden])
	t.spans.Apply(x[hidden:])
	e := sized(&p.e, n*int(roleTags))
	t.name.Apply(&p.scratch, e, x[hidden:], n, encoder.Identity)
	tags := path(rowsOf(e), &t.nameStep, &t.nameStart)
	first := len(names)
	for k, kind := range t.kinds {
		for _, s := range runs(tags, roleTag(1+2*k)) {
			names = append(names, Name{graph.Span{Start: list[s.from].span.Start, End: list[s.to-1].span.End}, kind})
		}
	}
	slices.SortFunc(names[first:], func(a, b Name) int { return a.Start - b.Start })
	out.Words, out.Names = words, names
}

// both applies the layer of the dependents to n words, that of the heads to the root and the words.
func (t *trees) both(p *pass, dep, head *encoder.Dense, x []float32, n int) (y, z []float32) {
	y, z = make([]float32, n*dep.Out), make([]float32, (n+1)*head.Out)
	dep.Apply(&p.scratch, y, x[len(t.root):], n, encoder.ReLU)
	head.Apply(&p.scratch, z, x, n+1, encoder.ReLU)
	return y, z
}

// all scores every pair of a biaffine form with one output: n rows of n+1.
func (f *biaffine) all(p *pass, y, z []float32, n int) []float32 {
	u, a, b := make([]float32, (n+1)*f.wide), make([]float32, n), make([]float32, n+1)
	f.u.Apply(&p.scratch, u, z, n+1, encoder.Identity)
	f.a.Apply(&p.scratch, a, y, n, encoder.Identity)
	f.b.Apply(&p.scratch, b, z, n+1, encoder.Identity)
	out := make([]float32, n*(n+1))
	encoder.Products(&p.scratch, out, y, u, n, n+1, f.wide)
	for i := range n {
		for j := range n + 1 {
			out[i*(n+1)+j] += a[i] + b[j]
		}
	}
	return out
}

// choose is, for each of n pairs, the output with the highest score.
func (f *biaffine) choose(p *pass, y, z []float32, n int) []int {
	outs := f.a.Out
	u, a, b := sized(&p.u, n*outs*f.wide), make([]float32, n*outs), make([]float32, n*outs)
	f.u.Apply(&p.scratch, u, z, n, encoder.Identity)
	f.a.Apply(&p.scratch, a, y, n, encoder.Identity)
	f.b.Apply(&p.scratch, b, z, n, encoder.Identity)
	scores := sized(&p.sum, outs)
	best := make([]int, n)
	for i := range best {
		encoder.Products(&p.scratch, scores, u[i*outs*f.wide:][:outs*f.wide], y[i*f.wide:][:f.wide], outs, 1, f.wide)
		for k := range scores {
			scores[k] += a[i*outs+k] + b[i*outs+k]
			if scores[k] > scores[best[i]] {
				best[i] = k
			}
		}
	}
	return best
}

// tree is the head of each of a sentence's words, -1 for the root's, from scores[word][1+word]; column 0 is the root.
//
// Each word takes its best head. The root is the word that loses least by it. While a circle is left, the word of the circle that
// loses least takes its best head outside of what hangs on it. (The first step of Chu and Liu's algorithm, 1965, and a cheap
// rest: a circle is rare.)
func tree(scores [][]float32) []int {
	n := len(scores)
	head := make([]int, n)
	root, least := 0, float32(0)
	for w, row := range scores {
		best := -1
		for h := range n {
			if h != w && (best < 0 || row[1+h] > row[1+best]) {
				best = h
			}
		}
		head[w] = best
		if best < 0 {
			continue // the only word
		}
		if lost := row[1+best] - row[0]; w == 0 || lost < least {
			root, least = w, lost
		}
	}
	head[root] = -1
	for {
		circle := circleIn(head)
		if circle == nil {
			return head
		}
		word, to, gain := -1, -1, float32(0)
		for _, w := range circle {
			under := below(head, w)
			for h := range n {
				if under[h] {
					continue
				}
				if g := scores[w][1+h] - scores[w][1+head[w]]; word < 0 || g > gain {
					word, to, gain = w, h, g
				}
			}
		}
		head[word] = to
	}
}

// circleIn are the words of a circle, rising, or none.
func circleIn(head []int) []int {
	state := make([]int, len(head)) // 0 unseen, else 1 + the word whose walk came by
	for w := range head {
		v := w
		for v >= 0 && state[v] == 0 {
			state[v] = 1 + w
			v = head[v]
		}
		if v >= 0 && state[v] == 1+w {
			in := make([]bool, len(head))
			for !in[v] {
				in[v] = true
				v = head[v]
			}
			var out []int
			for k, yes := range in {
				if yes {
					out = append(out, k)
				}
			}
			return out
		}
	}
	return nil
}

// below tells of each word whether it is w or hangs on it.
func below(head []int, w int) []bool {
	out := make([]bool, len(head))
	out[w] = true
	for again := true; again; {
		again = false
		for k, h := range head {
			if !out[k] && h >= 0 && out[h] {
				out[k], again = true, true
			}
		}
	}
	return out
}
