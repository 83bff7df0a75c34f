// Package encoder turns words into vectors: BERT's word pieces and its forward pass, in Go and a little assembly.
// It knows nothing of news or attribution, opens no file and starts no goroutine.
//
//	text --WordPiece--> pieces --Model.Forward--> one vector per piece --Dense, Products--> scores
//
// Shapes. A matrix is a flat []float32, row after row. Forward takes T piece numbers, the sequences one behind the other
// without padding, and fills T rows of Shape.Hidden values. A head is 32 wide. Word pieces carry the bytes of the text they
// stand for, half open: text[p.Start:p.End].
//
// The same bits. A row of results depends on its own sequence and nothing else: not on the batch around it, its place
// there, the number of goroutines, or the processor. Products of weights are sums of integers, and the few float sums
// have one order that plain Go and assembly share (see kernel.go).
//
// Precision. Weights are int8, one scale per output row. Activations enter a product as int16, one scale per row: 256
// times finer. Against the same weights in float32, values of the last layer of six, about 0.2 in size, differ by 6e-5 (root
// of the mean square) and by 1.2e-3 at worst; a whole row by 8e-4 of its length. On any machine it is the same difference.
//
// Errors. Load and Forward return errors and never panic on what a file or a text may hold. Apply, Products and Softmax
// are inner loops: slices too short for what they were told are the caller's mistake, and panic.
//
// Concurrency. A Model, a Dense and a WordPiece never change and may be shared. A Scratch belongs to one call at a
// time; give each goroutine its own. Once it has grown, nothing is allocated.
//
// The model is that of Devlin et al., BERT (NAACL 2019); the word pieces are those of Wu et al., Google's Neural Machine
// Translation System (2016), as BERT uncased has them; the mix of layers is that of Peters et al., Deep contextualized
// word representations (NAACL 2018).
package encoder

import (
	"errors"
	"fmt"
	"math"
	"runtime"
)

const (
	headDim = 32
	// blockRows rows go through the feed-forward layers together: their inner activations stay in the second-level cache.
	blockRows = 48
	// groupRows is the least number of rows, if there are so many, that go through all layers together: enough to read each
	// weight rarely, and few enough that a scratch stays small however large the batch.
	groupRows = 96
	// masked is a score whose exp is 0 beside any true score.
	masked = -1e30
)

// ErrTooLong says that a sequence has more pieces than the model has positions.
var ErrTooLong = errors.New("sequence too long")

// Shape is what a model is made of.
type Shape struct {
	Layers, Hidden, FeedForward, Heads, Vocabulary, Positions int
	Features                                                  []int // rows of each table of features
}

// Model is a BERT encoder.
type Model struct {
	shape      Shape
	file       *file
	words      tensor
	vocabulary []byte
	position   []float32   // with the embedding of the one segment that we use
	features   [][]float32 // added to a piece's embedding
	norm       Norm
	layers     []layer
	mix        []float32 // nil: the last layer; else the weight of the embeddings and of each layer
	mixNorm    Norm      // empty: none
}

type layer struct {
	qkv, out, up, down *Dense
	norm1, norm2       Norm
}

// Shape says what the model takes and gives.
func (m *Model) Shape() Shape {
	s := m.shape
	s.Features = append([]int(nil), s.Features...)
	return s
}

// WordPiece makes the splitter for the model's vocabulary.
func (m *Model) WordPiece() (*WordPiece, error) { return NewWordPiece(string(m.vocabulary)) }

// shrinkQueries builds attention's 1/sqrt(32) into the rows that make queries.
func (d *Dense) shrinkQueries(n int) {
	by := float32(1 / math.Sqrt(headDim))
	for i := range n {
		d.scale[i] *= by
		d.bias[i] *= by
	}
}

// Batch is what Forward reads: the pieces of all sequences, and how long each sequence is.
type Batch struct {
	Pieces   []int32
	Features [][]uint8 // for each table of features, a row per piece
	Lengths  []int
}

func (m *Model) check(b *Batch, dst []float32) error {
	n := len(b.Pieces)
	if len(dst) != n*m.shape.Hidden {
		return fmt.Errorf("%d values for %d pieces of %d", len(dst), n, m.shape.Hidden)
	}
	for i, l := range b.Lengths {
		if l > m.shape.Positions {
			return fmt.Errorf("%w: sequence %d has %d pieces, the model %d positions", ErrTooLong, i, l, m.shape.Positions)
		}
		if l < 0 || l > n {
			return fmt.Errorf("sequence %d: length %d with %d pieces left", i, l, n)
		}
		n -= l
	}
	if n != 0 {
		return fmt.Errorf("%d pieces behind the last sequence", n)
	}
	for i, p := range b.Pieces {
		if p < 0 || int(p) >= m.shape.Vocabulary {
			return fmt.Errorf("piece %d is %d, the vocabulary has %d", i, p, m.shape.Vocabulary)
		}
	}
	if len(b.Features) != len(m.features) {
		return fmt.Errorf("%d features, the model has %d", len(b.Features), len(m.features))
	}
	for f, values := range b.Features {
		if len(values) != len(b.Pieces) {
			return fmt.Errorf("feature %d has %d values for %d pieces", f, len(values), len(b.Pieces))
		}
		for i, v := range values {
			if int(v) >= m.shape.Features[f] {
				return fmt.Errorf("feature %d of piece %d is %d, of %d", f, i, v, m.shape.Features[f])
			}
		}
	}
	return nil
}

// Scratch is the memory of a call. The zero value is ready; it grows to what the calls need and keeps it.
type Scratch struct {
	planes []float32 // [3*heads][rows][32]: queries, keys, values
	attend []float32 // [rows][hidden]
	mixed  []float32 // [rows][hidden]
	inner  []float32 // [blockRows][feed-forward]
	outer  []float32 // [blockRows][hidden]
	keys   []float32 // the keys of a head, in panels
	rows   []float32
	scores []float32 // [tileRows][keys]
	value  []int16
	scale  []float32
	tile   [tileRows * tileCols]float32
	head   [tileRows * headDim]float32
}

func grow[T any](s *[]T, n int) []T {
	if cap(*s) < n {
		*s = make([]T, n)
	}
	return (*s)[:n]
}

// Forward fills dst with a row of Hidden values for each piece: the last layer's, or the learned mix of all layers if the
// model has one. An error leaves dst as it was.
func (m *Model) Forward(s *Scratch, dst []float32, b Batch) error {
	if err := m.check(&b, dst); err != nil {
		return fmt.Errorf("encoder: %w", err)
	}
	first, at := 0, 0
	for first < len(b.Lengths) {
		last, rows := first, 0
		for last < len(b.Lengths) && rows < groupRows {
			rows += b.Lengths[last]
			last++
		}
		m.group(s, dst[at*m.shape.Hidden:][:rows*m.shape.Hidden], &b, at, b.Lengths[first:last])
		first, at = last, at+rows
	}
	return nil
}

// group runs some sequences, from piece at on, through all layers. x holds the residual stream.
func (m *Model) group(s *Scratch, x []float32, b *Batch, at int, lengths []int) {
	hidden := m.shape.Hidden
	rows := len(x) / hidden
	if rows == 0 {
		return
	}
	m.embed(x, b, at, lengths)
	m.norm.Apply(x)
	var mixed []float32
	if m.mix != nil {
		mixed = grow(&s.mixed, len(x))
		clear(mixed)
		axpy(mixed, x, m.mix[0])
	}
	// Tiles may read, not write, beyond the last row.
	plane := (rows + tileRows) * headDim
	planes := grow(&s.planes, 3*m.shape.Heads*plane)
	attend := grow(&s.attend, len(x))
	outer := grow(&s.outer, blockRows*hidden)
	inner := grow(&s.inner, blockRows*m.shape.FeedForward)
	for i := range m.layers {
		l := &m.layers[i]
		for r := 0; r < rows; r += blockRows {
			n := min(blockRows, rows-r)
			q := s.quantise(l.qkv, x[r*hidden:], n)
			l.qkv.multiply(s, q, planes[r*headDim:], n, headDim, plane)
		}
		m.attention(s, attend, planes, plane, lengths)
		for r := 0; r < rows; r += blockRows {
			n := min(blockRows, rows-r)
			block := x[r*hidden:][:n*hidden]
			l.out.Apply(s, outer, attend[r*hidden:], n, Identity)
			axpy(block, outer[:len(block)], 1)
			l.norm1.Apply(block)
			l.up.Apply(s, inner, block, n, GELU)
			l.down.Apply(s, outer, inner, n, Identity)
			axpy(block, outer[:len(block)], 1)
			l.norm2.Apply(block)
		}
		if mixed != nil {
			axpy(mixed, x, m.mix[i+1])
		}
	}
	if mixed != nil {
		copy(x, mixed)
	}
	m.mixNorm.Apply(x)
}

// embed adds up what is known of each piece before its neighbours are.
func (m *Model) embed(x []float32, b *Batch, at int, lengths []int) {
	hidden := m.shape.Hidden
	for _, n := range lengths {
		for i := range n {
			row, id := x[:hidden], int(b.Pieces[at])
			word, scale := m.words.signed[id*hidden:][:hidden], m.words.float[id]
			position := m.position[i*hidden:][:hidden]
			for d := range row {
				row[d] = float32(float32(word[d])*scale) + position[d]
			}
			for f, table := range m.features {
				axpy(row, table[int(b.Features[f][at])*hidden:][:hidden], 1)
			}
			x = x[hidden:]
			at++
		}
	}
}

// attention lets the pieces of each sequence look at each other, a head at a time.
func (m *Model) attention(s *Scratch, dst, planes []float32, plane int, lengths []int) {
	hidden, heads := m.shape.Hidden, m.shape.Heads
	longest := 0
	for _, n := range lengths {
		longest = max(longest, roundUp(n, tileCols))
	}
	keys := grow(&s.keys, longest*headDim)
	scores := grow(&s.scores, longest*tileRows)
	at := 0
	for _, n := range lengths {
		padded := roundUp(n, tileCols)
		for h := range heads {
			query := planes[h*plane+at*headDim:]
			value := planes[(2*heads+h)*plane+at*headDim:]
			transpose(keys, planes[(heads+h)*plane+at*headDim:][:n*headDim], n, headDim, headDim)
			for i := 0; i < n; i += tileRows {
				for j := 0; j < padded; j += tileCols {
					floatTile(headDim, query[i*headDim:], headDim, keys[j*headDim:], tileCols, scores[j:], padded)
				}
				whole := min(n-i, tileRows)
				var by [tileRows]float32
				for r := range whole {
					row := scores[r*padded:][:padded]
					for j := n; j < padded; j++ {
						row[j] = masked
					}
					by[r] = 1 / expSum(row)
				}
				floatTile(n, scores, padded, value, headDim, s.head[:], headDim)
				floatTile(n, scores, padded, value[tileCols:], headDim, s.head[tileCols:], headDim)
				for r := range whole {
					row := dst[(at+i+r)*hidden+h*headDim:][:headDim]
					for d, v := range s.head[r*headDim:][:headDim] {
						row[d] = v * by[r]
					}
				}
			}
		}
		at += n
	}
}

// Kernels names what Forward runs on here: the vector instructions, or "go" for plain Go, and the architecture.
func Kernels() string {
	if simd {
		return simdName() + " on " + runtime.GOARCH
	}
	return "go on " + runtime.GOARCH
}
