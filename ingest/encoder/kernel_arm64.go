package encoder

import "unsafe"

// simd says whether the assembly kernels run: the two tiles, where nine tenths of the time go. Tests turn it off.
var simd = true

func simdName() string { return "neon" }

//go:noescape
func denseSIMD(k int, a *int16, lda int, b *int8, c *float32, ldc int, row, col, bias *float32)

//go:noescape
func floatSIMD(k int, a *float32, lda int, b *float32, ldb int, c *float32, ldc int)

func transposeSIMD(dst, src *float32, k, ld int) {
	transposeGo(unsafe.Slice(dst, tileCols*k), unsafe.Slice(src, (tileCols-1)*ld+k), 0, k, ld)
}
func largestSIMD(x *float32, n int) float32 { return largestGo(unsafe.Slice(x, n)) }
func round16SIMD(dst *int16, x *float32, n int, by float32) {
	round16Go(unsafe.Slice(dst, n), unsafe.Slice(x, n), by)
}
func axpySIMD(dst, x *float32, n int, by float32) {
	axpyGo(unsafe.Slice(dst, n), unsafe.Slice(x, n), by)
}
func geluSIMD(x *float32, n int)           { geluGo(unsafe.Slice(x, n)) }
func expSumSIMD(x *float32, n int) float32 { return expSumGo(unsafe.Slice(x, n)) }
func normSIMD(x *float32, n int, weight, bias *float32, eps float32) {
	normGo(unsafe.Slice(x, n), unsafe.Slice(weight, n), unsafe.Slice(bias, n), eps)
}
