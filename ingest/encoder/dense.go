package encoder

import (
	"fmt"
	"math"
)

// Activation is what a Dense layer does to its sums.
type Activation uint8

const (
	Identity Activation = iota
	GELU                // the exact (erf) form
	ReLU
	Tanh
)

// Dense is a layer out = act(in*W' + bias) whose weights are int8 with one scale per output.
// It is immutable and may be shared.
//
// A row of inputs is scaled to int16 by its largest absolute value, the products are summed exactly in int32, and
// only then is the sum scaled back. The inputs are rounded 256 times finer than the weights were; in return no order of
// summation can change a bit, and a vector unit does twice as many products as in float32.
type Dense struct {
	In, Out int
	depth   int       // In, rounded up to whole vectors
	limit   float32   // the greatest int16 that keeps every sum inside an int32
	panels  []int8    // [Out/16][depth/2][16][2], padded with zeros
	scale   []float32 // padded likewise
	bias    []float32
}

// NewDense packs weight[out][in], of which row i is to be multiplied by scale[i]. A nil bias is zero.
func NewDense(in, out int, weight []int8, scale, bias []float32) (*Dense, error) {
	const most = 1 << 16
	if in < 1 || out < 1 || in > most || out > most || len(weight) != in*out || len(scale) != out || bias != nil && len(bias) != out {
		return nil, fmt.Errorf("dense layer %d to %d: %d weights, %d scales, %d biases", in, out, len(weight), len(scale), len(bias))
	}
	d := &Dense{In: in, Out: out, depth: roundUp(in, lanes)}
	padded := roundUp(out, tileCols)
	d.panels = make([]int8, padded*d.depth)
	d.scale = make([]float32, padded)
	d.bias = make([]float32, padded)
	copy(d.scale, scale)
	copy(d.bias, bias)
	var heaviest int64
	for j := range out {
		row := weight[j*in:][:in]
		panel := d.panels[j/tileCols*tileCols*d.depth:][:tileCols*d.depth]
		var sum int64
		at := j % tileCols * 2
		for p, w := range row {
			panel[at+p&1] = w
			at += p & 1 * 2 * tileCols
			sum += max(int64(w), -int64(w))
		}
		heaviest = max(heaviest, sum)
	}
	d.limit = float32(min(math.MaxInt16, math.MaxInt32/max(1, heaviest)))
	return d, nil
}

// Apply writes rows*Out values to dst from rows*In values of src. The slices must not overlap.
// Each row of dst depends on its row of src alone, to the last bit.
func (d *Dense) Apply(s *Scratch, dst, src []float32, rows int, act Activation) {
	dst, src = dst[:rows*d.Out], src[:rows*d.In]
	for rows > 0 {
		n := min(rows, blockRows)
		q := s.quantise(d, src, n)
		d.multiply(s, q, dst, n, d.Out, 2*tileCols)
		block := dst[:n*d.Out]
		switch act {
		case GELU:
			gelu(block)
		case ReLU:
			for i, v := range block {
				block[i] = max(v, 0)
			}
		case Tanh:
			tanh(block)
		}
		dst, src, rows = dst[n*d.Out:], src[n*d.In:], rows-n
	}
}

// integers are rows of int16, each with the scale that turns it back into floats.
type integers struct {
	value []int16
	scale []float32
}

// quantise rounds rows of src for d. There is room behind them for a whole tile.
func (s *Scratch) quantise(d *Dense, src []float32, rows int) integers {
	padded := roundUp(rows, tileRows)
	q := integers{grow(&s.value, padded*d.depth), grow(&s.scale, padded)}
	for i := range rows {
		q.scale[i] = quantise(q.value[i*d.depth:][:d.depth], src[i*d.In:][:d.In], d.limit)
	}
	clear(q.scale[rows:])
	return q
}

func quantise(dst []int16, src []float32, limit float32) float32 {
	clear(dst[len(src):])
	top := largest(src)
	if top < 1e-30 {
		clear(dst)
		return 0
	}
	round16(dst, src, limit/top)
	return top / limit
}

// multiply writes the sums of q to c, whose rows are ldc apart and whose pairs of panels are apart apart: a plain
// matrix has 32 there, and the planes of attention the size of a plane.
func (d *Dense) multiply(s *Scratch, q integers, c []float32, rows, ldc, apart int) {
	k := d.depth
	for j := 0; j < d.Out; j += tileCols {
		panel, scale, bias := d.panels[j*k:][:tileCols*k], d.scale[j:][:tileCols], d.bias[j:][:tileCols]
		out := c[j/(2*tileCols)*apart+j%(2*tileCols):]
		whole := min(d.Out-j, tileCols)
		for i := 0; i < rows; i += tileRows {
			if whole == tileCols && rows >= tileRows {
				i = min(i, rows-tileRows) // the last tile may overlap the one before
				denseTile(k, q.value[i*k:], k, panel, out[i*ldc:], ldc, q.scale[i:], scale, bias)
				continue
			}
			denseTile(k, q.value[i*k:], k, panel, s.tile[:], tileCols, q.scale[i:], scale, bias)
			for r := range min(rows-i, tileRows) {
				copy(out[(i+r)*ldc:], s.tile[r*tileCols:][:whole])
			}
		}
	}
}

// Products writes dst[i*n+j] = a[i]·b[j] for m rows of a and n rows of b, each k long and close together: the
// last step of a bilinear or biaffine head. Each product is summed in order.
func Products(s *Scratch, dst, a, b []float32, m, n, k int) {
	dst, a, b = dst[:m*n], a[:m*k], b[:n*k]
	if k == 0 {
		clear(dst)
		return
	}
	panels := grow(&s.keys, roundUp(n, tileCols)*k)
	transpose(panels, b, n, k, k)
	rest := grow(&s.rows, tileRows*k)
	for i := 0; i < m; i += tileRows {
		rows := a[i*k:]
		if m-i < tileRows {
			clear(rest[copy(rest, rows):])
			rows = rest
		}
		for j := 0; j < n; j += tileCols {
			floatTile(k, rows, k, panels[j*k:], tileCols, s.tile[:], tileCols)
			for r := range min(m-i, tileRows) {
				copy(dst[(i+r)*n+j:][:min(n-j, tileCols)], s.tile[r*tileCols:])
			}
		}
	}
}

// Softmax replaces each of the rows, n long, by its softmax, with the encoder's own exp: the same bits anywhere.
func Softmax(s *Scratch, x []float32, n int) {
	padded := grow(&s.scores, roundUp(n, lanes))
	for ; len(x) >= n && n > 0; x = x[n:] {
		for i := copy(padded, x[:n]); i < len(padded); i++ {
			padded[i] = masked
		}
		by := 1 / expSum(padded)
		for i := range n {
			x[i] = padded[i] * by
		}
	}
}

// Norm is a layer normalisation. It is immutable and may be shared.
type Norm struct{ weight, bias []float32 }

// epsilon is BERT's.
const epsilon = 1e-12

// Apply normalises each row of x in place.
func (n Norm) Apply(x []float32) {
	for w := len(n.weight); w > 0 && len(x) >= w; x = x[w:] {
		normalise(x[:w], n.weight, n.bias, epsilon)
	}
}

func roundUp(n, to int) int { return (n + to - 1) / to * to }
