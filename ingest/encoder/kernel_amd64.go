package encoder

import "golang.org/x/sys/cpu"

// simd says whether the assembly kernels run, and vnni whether the integer tile has the wider one. Tests turn them off.
var (
	simd = cpu.X86.HasAVX2
	vnni = simd && cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512VNNI
)

func simdName() string {
	if vnni {
		return "avx2 and avx512-vnni"
	}
	return "avx2"
}

func denseSIMD(k int, a *int16, lda int, b *int8, c *float32, ldc int, row, col, bias *float32) {
	if vnni {
		denseVNNI(k, a, lda, b, c, ldc, row, col, bias)
		return
	}
	denseAVX2(k, a, lda, b, c, ldc, row, col, bias)
}

type vec [8]float32

func splat(x float32) vec { return vec{x, x, x, x, x, x, x, x} }

// The constants of kernel.go, once per lane: operands that the assembly finds by their place.
var (
	//lint:ignore U1000 read by the assembly
	expTable = [...]vec{
		splat(expLowest), splat(expLog2e), splat(expRound), splat(expHigh), splat(expLow),
		splat(exp6), splat(exp5), splat(exp4), splat(exp3), splat(exp2), splat(1),
	}
	//lint:ignore U1000 read by the assembly
	geluTable = [...]vec{
		splat(geluEdge), splat(-geluEdge),
		splat(geluP6), splat(geluP5), splat(geluP4), splat(geluP3), splat(geluP2), splat(geluP1), splat(geluP0),
		splat(geluQ4), splat(geluQ3), splat(geluQ2), splat(geluQ1), splat(1), splat(0.5),
	}
)

//go:noescape
func denseAVX2(k int, a *int16, lda int, b *int8, c *float32, ldc int, row, col, bias *float32)

// denseVNNI was checked against C under an emulated processor, tile by tile; where there is a real one, the tests run it.
//
//go:noescape
func denseVNNI(k int, a *int16, lda int, b *int8, c *float32, ldc int, row, col, bias *float32)

//go:noescape
func floatSIMD(k int, a *float32, lda int, b *float32, ldb int, c *float32, ldc int)

// transposeSIMD makes one whole panel of 16 rows; k is a multiple of 8.
//
//go:noescape
func transposeSIMD(dst, src *float32, k, ld int)

// largestSIMD, round16SIMD, expSumSIMD and normSIMD need n to be a multiple of 16; axpySIMD and geluSIMD of 8.
//
//go:noescape
func largestSIMD(x *float32, n int) float32

//go:noescape
func round16SIMD(dst *int16, x *float32, n int, by float32)

//go:noescape
func axpySIMD(dst, x *float32, n int, by float32)

//go:noescape
func geluSIMD(x *float32, n int)

//go:noescape
func expSumSIMD(x *float32, n int) float32

//go:noescape
func normSIMD(x *float32, n int, weight, bias *float32, eps float32)
