package encoder

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// plain runs f without the assembly kernels.
func plain(f func()) {
	was := simd
	simd = false
	defer func() { simd = was }()
	f()
}

func randoms(r *rand.Rand, n int, scale float64) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64() * scale)
	}
	return x
}

func same(t *testing.T, what string, got, want []float32) {
	t.Helper()
	for i := range want {
		if math.Float32bits(got[i]) != math.Float32bits(want[i]) {
			t.Fatalf("%s: element %d of %d is %v with %s and %v in plain Go", what, i, len(want), got[i], simdName(), want[i])
		}
	}
}

func clone(x []float32) []float32 { return append([]float32(nil), x...) }

func needSIMD(t testing.TB) {
	if !simd {
		t.Skip("no assembly kernels on this processor")
	}
}

func TestKernelsGiveTheSameBits(t *testing.T) {
	needSIMD(t)
	r := rand.New(rand.NewPCG(1, 2))
	for n := 1; n < 400; n++ {
		vectorKernels(t, r, 1+(n-1)%200)
	}
}

func TestTilesGiveTheSameBits(t *testing.T) {
	needSIMD(t)
	r := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		tileKernels(t, r)
	}
}

func FuzzKernels(f *testing.F) {
	needSIMD(f)
	f.Add(uint64(1), uint16(16))
	f.Fuzz(func(t *testing.T, seed uint64, n uint16) {
		r := rand.New(rand.NewPCG(seed, 0))
		vectorKernels(t, r, 1+int(n)%2000)
		tileKernels(t, r)
	})
}

// vectorKernels gives each function a slice of n that starts anywhere and has more behind it.
func vectorKernels(t *testing.T, r *rand.Rand, n int) {
	scale := math.Exp(r.Float64()*12 - 6)
	x, y, w := randoms(r, n+20, scale), randoms(r, n+20, 1), randoms(r, n, 1)
	by := float32(r.NormFloat64())
	off := r.IntN(8)
	each := func(name string, f func(x []float32)) {
		t.Helper()
		a, b := clone(x), clone(x)
		f(a[off : off+n])
		plain(func() { f(b[off : off+n]) })
		same(t, fmt.Sprintf("%s(%d)", name, n), a, b)
	}
	each("gelu", gelu)
	each("axpy", func(x []float32) { axpy(x, y[:n], by) })
	each("normalise", func(x []float32) { normalise(x, w, y[:n], epsilon) })
	if n%lanes == 0 {
		each("expSum", func(x []float32) { x[0] = expSum(x) })
	}
	each("largest", func(x []float32) { x[0] = largest(x) })
	each("round16", func(x []float32) {
		q := make([]int16, n)
		round16(q, x, math.MaxInt16/largest(x))
		for i, v := range q {
			x[i] = float32(v)
		}
	})
}

func tileKernels(t *testing.T, r *rand.Rand) {
	k := 4 * (1 + r.IntN(60))
	lda, ldc := k+r.IntN(9), tileCols+r.IntN(9)
	a, b := make([]int16, tileRows*lda), make([]int8, k*tileCols)
	top := 1 + r.IntN(128)
	limit := min(math.MaxInt16, math.MaxInt32/(k*top)) // which keeps the sums inside an int32
	for i := range a {
		if a[i] = int16(r.IntN(2*limit+1) - limit); r.IntN(8) == 0 {
			a[i] = int16(limit)
		}
	}
	for i := range b {
		b[i] = int8(min(r.IntN(2*top+1)-top, math.MaxInt8))
	}
	row, col, bias := randoms(r, tileRows, 1), randoms(r, tileCols, 1), randoms(r, tileCols, 1)
	got := randoms(r, tileRows*ldc, 1)
	want := clone(got)
	denseTile(k, a, lda, b, got, ldc, row, col, bias)
	denseGo(k, a, lda, b, want, ldc, row, col, bias)
	same(t, fmt.Sprintf("denseTile(%d)", k), got, want)

	k = 1 + r.IntN(100)
	lda, ldb := k+r.IntN(20), tileCols+r.IntN(20)
	x, y := randoms(r, tileRows*lda, 1), randoms(r, k*ldb+tileCols, 1)
	floatTile(k, x, lda, y, ldb, got, ldc)
	floatGo(k, x, lda, y, ldb, want, ldc)
	same(t, fmt.Sprintf("floatTile(%d)", k), got, want)

	rows, ld := 1+r.IntN(50), k+r.IntN(5)
	src, size := randoms(r, rows*ld+k, 1), roundUp(rows, tileCols)*k
	p, q := randoms(r, size, 1), randoms(r, size, 1)
	transpose(p, src, rows, k, ld)
	plain(func() { transpose(q, src, rows, k, ld) })
	same(t, fmt.Sprintf("transpose(%d, %d)", rows, k), p, q)
}

func TestFunctionsAreAccurate(t *testing.T) {
	const n = 1 << 16
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(i-n/2) / (n / 2) * 12
	}
	g, h := clone(x), clone(x)
	gelu(g)
	tanh(h)
	for i, v := range x {
		v := float64(v)
		if want := 0.5 * v * (1 + math.Erf(v/math.Sqrt2)); math.Abs(float64(g[i])-want) > 2e-6 {
			t.Fatalf("gelu(%v) = %v, want %v", v, g[i], want)
		}
		if want := math.Tanh(v); math.Abs(float64(h[i])-want) > 2e-7 {
			t.Fatalf("tanh(%v) = %v, want %v", v, h[i], want)
		}
		e := float64(expGo(float32(-math.Abs(v) * 7)))
		if want := math.Exp(float64(float32(-math.Abs(v) * 7))); math.Abs(e-want) > 1e-7*want+1e-37 {
			t.Fatalf("exp(%v) = %v, want %v", -math.Abs(v)*7, e, want)
		}
	}
}

func TestNormHasMeanAndVariance(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for _, n := range []int{1, 5, 16, 33, 384} {
		x, w, b := randoms(r, n, 3), randoms(r, n, 1), randoms(r, n, 1)
		var mean, square float64
		for _, v := range x {
			mean += float64(v) / float64(n)
		}
		for _, v := range x {
			square += (float64(v) - mean) * (float64(v) - mean) / float64(n)
		}
		y := clone(x)
		Norm{w, b}.Apply(y)
		for i := range x {
			want := (float64(x[i])-mean)/math.Sqrt(square+epsilon)*float64(w[i]) + float64(b[i])
			if math.Abs(want-float64(y[i])) > 1e-5 {
				t.Fatalf("norm of %d: element %d is %v, want %v", n, i, y[i], want)
			}
		}
	}
}

func TestDenseIsAMatrixProduct(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	s := new(Scratch)
	for range 60 {
		in, out, rows := 1+r.IntN(90), 1+r.IntN(70), 1+r.IntN(110)
		weight := make([]int8, in*out)
		for i := range weight {
			weight[i] = int8(r.IntN(256) - 128)
		}
		scale, bias, src := randoms(r, out, 0.01), randoms(r, out, 1), randoms(r, rows*in, 1)
		clear(src[:in]) // a row of zeros gives the bias
		d, err := NewDense(in, out, weight, scale, bias)
		if err != nil {
			t.Fatal(err)
		}
		for act, f := range map[Activation]func(float64) float64{
			Identity: func(x float64) float64 { return x },
			ReLU:     func(x float64) float64 { return max(x, 0) },
			Tanh:     math.Tanh,
			GELU:     func(x float64) float64 { return 0.5 * x * (1 + math.Erf(x/math.Sqrt2)) },
		} {
			dst := make([]float32, rows*out)
			d.Apply(s, dst, src, rows, act)
			for i := range rows {
				for j := range out {
					sum := float64(bias[j])
					for p := range in {
						sum += float64(src[i*in+p]) * float64(weight[j*in+p]) * float64(scale[j])
					}
					if want := f(sum); math.Abs(want-float64(dst[i*out+j])) > 3e-3 {
						t.Fatalf("%d to %d, activation %d, row %d of %d: %v, want %v", in, out, act, i, rows, dst[i*out+j], want)
					}
				}
			}
		}
	}
}

// The heaviest weights and the largest inputs there can be must not leave an int32.
func TestDenseDoesNotOverflow(t *testing.T) {
	for _, in := range []int{16, 384, 1536, 1 << 16} {
		weight := make([]int8, in*tileCols)
		src := make([]float32, in*tileRows)
		for i := range weight {
			weight[i] = -128
		}
		for i := range src {
			src[i] = -3
		}
		scale := make([]float32, tileCols)
		for i := range scale {
			scale[i] = 1
		}
		d, err := NewDense(in, tileCols, weight, scale, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range []func(func()){func(f func()) { f() }, plain} {
			dst := make([]float32, tileRows*tileCols)
			path(func() { d.Apply(new(Scratch), dst, src, tileRows, Identity) })
			want := 3 * 128 * float64(in)
			for _, v := range dst {
				if math.Abs(float64(v)-want) > 1e-3*want {
					t.Fatalf("%d inputs: %v, want %v", in, v, want)
				}
			}
		}
	}
}

func TestDenseRefuses(t *testing.T) {
	w, s := make([]int8, 6), make([]float32, 2)
	for _, f := range []func() (*Dense, error){
		func() (*Dense, error) { return NewDense(3, 3, w, s, nil) },
		func() (*Dense, error) { return NewDense(0, 2, nil, s, nil) },
		func() (*Dense, error) { return NewDense(3, 2, w, s[:1], nil) },
		func() (*Dense, error) { return NewDense(3, 2, w, s, s[:1]) },
	} {
		if d, err := f(); err == nil {
			t.Errorf("%d to %d is no error", d.In, d.Out)
		}
	}
}

func TestProductsAndSoftmax(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	s := new(Scratch)
	for range 60 {
		m, n, k := r.IntN(40), r.IntN(40), r.IntN(70)
		a, b, dst := randoms(r, m*k, 1), randoms(r, n*k, 1), randoms(r, m*n, 1)
		Products(s, dst, a, b, m, n, k)
		for i := range m {
			for j := range n {
				var want float64
				for p := range k {
					want += float64(a[i*k+p]) * float64(b[j*k+p])
				}
				if math.Abs(want-float64(dst[i*n+j])) > 1e-4 {
					t.Fatalf("%d by %d of %d: [%d][%d] is %v, want %v", m, n, k, i, j, dst[i*n+j], want)
				}
			}
		}
		raw := clone(dst)
		Softmax(s, dst, n)
		for i := range m {
			var sum float64
			for _, v := range raw[i*n:][:n] {
				sum += math.Exp(float64(v))
			}
			for j, v := range raw[i*n:][:n] {
				if want := math.Exp(float64(v)) / sum; math.Abs(want-float64(dst[i*n+j])) > 1e-6 {
					t.Fatalf("softmax of %d: %v, want %v", n, dst[i*n+j], want)
				}
			}
		}
	}
}
