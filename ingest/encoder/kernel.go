package encoder

import (
	"math"
	"unsafe"
)

// Every kernel exists twice: here in plain Go, and in assembly where the processor has a vector unit we know.
// The two give the same bits, because each fixes its order of operations:
//
//   - products of weights are sums of integers, which no order can change;
//   - float sums run in 16 lanes (element i goes to lane i%16), folded by halves at the end;
//   - a product and the sum that follows it are rounded apart. The conversions float32(a*b) below are what
//     forbids a compiler to fuse them.
//
// The assembly takes whole vectors only, so the functions here cut off the tail and give it to plain Go.

const (
	tileRows = 6  // rows of a tile, in integer and float products alike
	tileCols = 16 // columns of a tile, and the width of a packed panel
	lanes    = 16 // of a float sum
)

// Constants of the polynomials.
const (
	expLog2e  = 1.4426950408889634
	expRound  = 12582912 // 1.5 * 2^23: adding it leaves the nearest integer in the low bits
	expHigh   = 0.693359375
	expLow    = -2.1219444005469058e-4 // expHigh + expLow is ln 2
	expLowest = -86                    // below, exp is 0: its bits would no longer be a normal number's
	exp2      = 0.4999999403953552
	exp3      = 0.1666652113199234
	exp4      = 0.04166838899254799
	exp5      = 0.008368716575205326
	exp6      = 0.001381459878757596

	// erf(x/sqrt2) is x*P(x*x)/Q(x*x) to 5e-8 on [-5.6, 5.6], and 1 to 3e-8 beyond. A minimax fit of our own.
	geluEdge = 5.6
	geluP0   = 0.7978842258453369
	geluP1   = 0.0742299035191536
	geluP2   = 0.009175432845950127
	geluP3   = 0.0003649866848718375
	geluP4   = 6.723775641148677e-06
	geluP5   = -4.399494102358403e-08
	geluP6   = 2.160427392539077e-10
	geluQ1   = 0.25969749689102173
	geluQ2   = 0.029787417501211166
	geluQ3   = 0.0019016229780390859
	geluQ4   = 6.625661626458168e-05
)

// denseTile writes c[r][j] = float(sum over p of a[r][p]*b[p][j]) * col[j] * row[r] + bias[j] for a whole tile.
// k is a multiple of 4. A panel b holds pairs: [k/2][tileCols][2].
func denseTile(k int, a []int16, lda int, b []int8, c []float32, ldc int, row, col, bias []float32) {
	_, _, _ = a[(tileRows-1)*lda+k-1], b[k*tileCols-1], c[(tileRows-1)*ldc+tileCols-1]
	_, _, _ = row[tileRows-1], col[tileCols-1], bias[tileCols-1]
	if simd {
		denseSIMD(k, &a[0], lda, &b[0], &c[0], ldc, &row[0], &col[0], &bias[0])
		return
	}
	denseGo(k, a, lda, b, c, ldc, row, col, bias)
}

func denseGo(k int, a []int16, lda int, b []int8, c []float32, ldc int, row, col, bias []float32) {
	// Two rows share a multiplication: x holds one row's value in its low half and the other's above it, and so
	// does each sum, because neither half leaves int32. A negative low half borrows from the high one; halves gives it back.
	for r := 0; r < tileRows; r += 2 {
		low, high := a[r*lda:][:k], a[(r+1)*lda:][:k]
		for j := 0; j < tileCols; j += 4 {
			var s0, s1, s2, s3 int64
			w := b[2*j:]
			for p := 1; p < len(low) && p < len(high); p += 2 {
				x := int64(low[p-1]) + int64(high[p-1])<<32
				y := int64(low[p]) + int64(high[p])<<32
				v := (*[8]int8)(w)
				s0 += x*int64(v[0]) + y*int64(v[1])
				s1 += x*int64(v[2]) + y*int64(v[3])
				s2 += x*int64(v[4]) + y*int64(v[5])
				s3 += x*int64(v[6]) + y*int64(v[7])
				w = w[min(2*tileCols, len(w)):]
			}
			for i, s := range [4]int64{s0, s1, s2, s3} {
				first, second := halves(s)
				i += j
				c[r*ldc+i] = float32(float32(float32(first)*col[i])*row[r]) + bias[i]
				c[(r+1)*ldc+i] = float32(float32(float32(second)*col[i])*row[r+1]) + bias[i]
			}
		}
	}
}

func halves(s int64) (low, high int32) {
	low = int32(s)
	return low, int32((s - int64(low)) >> 32)
}

// floatTile writes c[r][j] = sum over p of a[r][p]*b[p][j] for a whole tile, in the order of p.
func floatTile(k int, a []float32, lda int, b []float32, ldb int, c []float32, ldc int) {
	_, _, _ = a[(tileRows-1)*lda+k-1], b[(k-1)*ldb+tileCols-1], c[(tileRows-1)*ldc+tileCols-1]
	if simd {
		floatSIMD(k, &a[0], lda, &b[0], ldb, &c[0], ldc)
		return
	}
	floatGo(k, a, lda, b, ldb, c, ldc)
}

func floatGo(k int, a []float32, lda int, b []float32, ldb int, c []float32, ldc int) {
	for r := range tileRows {
		x := a[r*lda:][:k]
		for j := 0; j < tileCols; j += 4 {
			var s0, s1, s2, s3 float32
			for p, v := range x {
				w := b[p*ldb+j:][:4]
				s0 += float32(v * w[0])
				s1 += float32(v * w[1])
				s2 += float32(v * w[2])
				s3 += float32(v * w[3])
			}
			copy(c[r*ldc+j:][:4], []float32{s0, s1, s2, s3})
		}
	}
}

// transpose writes panels of 16 rows of src each: dst[i/16][p][i%16] = src[i][p]. Missing rows are zeros.
func transpose(dst, src []float32, rows, k, ld int) {
	for i := 0; i < rows; i += tileCols {
		panel := dst[i*k:][:tileCols*k]
		if n := rows - i; n < tileCols {
			clear(panel)
			for r := range n {
				for p, v := range src[(i+r)*ld:][:k] {
					panel[p*tileCols+r] = v
				}
			}
			return
		}
		block := src[i*ld:]
		_ = block[(tileCols-1)*ld+k-1]
		done := 0
		if simd && k >= 8 {
			done = k &^ 7
			transposeSIMD(&panel[0], &block[0], done, ld)
		}
		transposeGo(panel, block, done, k, ld)
	}
}

func transposeGo(panel, block []float32, from, k, ld int) {
	for r := range tileCols {
		row := block[r*ld:][:k]
		for p := from; p < k; p++ {
			panel[p*tileCols+r] = row[p]
		}
	}
}

// largest is the greatest absolute value.
func largest(x []float32) float32 {
	var m float32
	if n := len(x) &^ (lanes - 1); simd && n > 0 {
		m = largestSIMD(&x[0], n)
		x = x[n:]
	}
	return max(m, largestGo(x))
}

func largestGo(x []float32) float32 {
	var m float32
	for _, v := range x {
		if v = math.Float32frombits(math.Float32bits(v) &^ (1 << 31)); v > m {
			m = v
		}
	}
	return m
}

// round16 rounds x*by to the nearest integers, halves to even. No product may exceed an int16.
func round16(dst []int16, x []float32, by float32) {
	dst = dst[:len(x)]
	if n := len(x) &^ (lanes - 1); simd && n > 0 {
		round16SIMD(&dst[0], &x[0], n, by)
		dst, x = dst[n:], x[n:]
	}
	round16Go(dst, x, by)
}

func round16Go(dst []int16, x []float32, by float32) {
	for i, v := range x {
		dst[i] = int16(math.Float32bits(float32(v*by)+expRound) - math.Float32bits(expRound))
	}
}

// axpy adds by*x to dst.
func axpy(dst, x []float32, by float32) {
	dst = dst[:len(x)]
	if n := len(x) &^ 7; simd && n > 0 {
		axpySIMD(&dst[0], &x[0], n, by)
		dst, x = dst[n:], x[n:]
	}
	axpyGo(dst, x, by)
}

func axpyGo(dst, x []float32, by float32) {
	for i, v := range x {
		dst[i] += float32(v * by)
	}
}

// gelu replaces each x by x*Phi(x), where Phi is the normal distribution's (the erf form).
func gelu(x []float32) {
	if n := len(x) &^ 7; simd && n > 0 {
		geluSIMD(&x[0], n)
		x = x[n:]
	}
	geluGo(x)
}

func geluGo(x []float32) {
	for i, v := range x {
		c := max(min(v, geluEdge), -geluEdge)
		t := float32(c * c)
		p := float32(t*geluP6) + geluP5
		p = float32(p*t) + geluP4
		p = float32(p*t) + geluP3
		p = float32(p*t) + geluP2
		p = float32(p*t) + geluP1
		p = float32(p*t) + geluP0
		q := float32(t*geluQ4) + geluQ3
		q = float32(q*t) + geluQ2
		q = float32(q*t) + geluQ1
		q = float32(q*t) + 1
		e := float32(c*p) / q
		h := float32(v * 0.5)
		x[i] = float32(h*e) + h
	}
}

// expSum replaces each x by exp(x-max) and returns the sum. The length must be a multiple of 16.
func expSum(x []float32) float32 {
	if len(x) == 0 {
		return 0
	}
	_ = x[lanes-1]
	if simd {
		return expSumSIMD(&x[0], len(x))
	}
	return expSumGo(x)
}

func expSumGo(x []float32) float32 {
	m := x[0]
	for _, v := range x {
		if v > m {
			m = v
		}
	}
	var sum [lanes]float32
	for ; len(x) >= lanes; x = x[lanes:] {
		for i, v := range x[:lanes] {
			e := expGo(v - m)
			x[i] = e
			sum[i] += e
		}
	}
	return fold(&sum)
}

// expGo is exp(x) for x <= 0, to 8e-8 of its value; 0 below expLowest.
func expGo(x float32) float32 {
	if x < expLowest {
		return 0
	}
	t := float32(x*expLog2e) + expRound
	n := t - expRound
	r := x - float32(n*expHigh)
	r -= float32(n * expLow)
	p := float32(r*exp6) + exp5
	p = float32(p*r) + exp4
	p = float32(p*r) + exp3
	p = float32(p*r) + exp2
	p = float32(float32(p*r)*r) + r
	return math.Float32frombits(math.Float32bits(p+1) + math.Float32bits(t)<<23)
}

// tanh is for the heads; it is never on the hot path.
func tanh(x []float32) {
	for i, v := range x {
		e := expGo(-2 * max(v, -v))
		y := (1 - e) / (1 + e)
		if v < 0 {
			y = -y
		}
		x[i] = y
	}
}

// normalise is layer normalisation in place.
func normalise(x, weight, bias []float32, eps float32) {
	weight, bias = weight[:len(x)], bias[:len(x)]
	if simd && len(x) > 0 && len(x)%lanes == 0 {
		normSIMD(&x[0], len(x), &weight[0], &bias[0], eps)
		return
	}
	normGo(x, weight, bias, eps)
}

func normGo(x, weight, bias []float32, eps float32) {
	n := float32(len(x))
	var sum [lanes]float32
	for i, v := range x {
		sum[i%lanes] += v
	}
	mean := fold(&sum) / n
	sum = [lanes]float32{}
	for i, v := range x {
		v -= mean
		sum[i%lanes] += float32(v * v)
	}
	by := 1 / float32(math.Sqrt(float64(fold(&sum)/n+eps)))
	for i, v := range x {
		x[i] = float32(float32((v-mean)*by)*weight[i]) + bias[i]
	}
}

// fold adds up the lanes, the upper half to the lower, until one is left.
func fold(sum *[lanes]float32) float32 {
	for n := lanes / 2; n > 0; n /= 2 {
		for i := range n {
			sum[i] += sum[i+n]
		}
	}
	return sum[0]
}

// bytesAsInt8 looks at b as signed bytes, without a copy.
func bytesAsInt8(b []byte) []int8 {
	return unsafe.Slice((*int8)(unsafe.Pointer(unsafe.SliceData(b))), len(b))
}
