//go:build !amd64 && !arm64

package encoder

// Without assembly kernels, simd stays false and nothing below is called.
var simd = false

func simdName() string { return "" }

func denseSIMD(k int, a *int16, lda int, b *int8, c *float32, ldc int, row, col, bias *float32) {}
func floatSIMD(k int, a *float32, lda int, b *float32, ldb int, c *float32, ldc int)            {}
func transposeSIMD(dst, src *float32, k, ld int)                                                {}
func largestSIMD(x *float32, n int) float32                                                     { return 0 }
func round16SIMD(dst *int16, x *float32, n int, by float32)                                     {}
func axpySIMD(dst, x *float32, n int, by float32)                                               {}
func geluSIMD(x *float32, n int)                                                                {}
func expSumSIMD(x *float32, n int) float32                                                      { return 0 }
func normSIMD(x *float32, n int, weight, bias *float32, eps float32)                            {}
