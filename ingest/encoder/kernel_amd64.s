#include "textflag.h"

// AVX2. What each function computes is said beside its plain Go twin in kernel.go, and so is why the order of
// operations must not change and why there is no fused multiply-add here.

// One row of the integer tile: two products at a time are summed by VPMADDWD, into 16 columns.
#define INTROW(addr, c0, c1) \
	VPBROADCASTD addr, Y2       \
	VPMADDWD     Y0, Y2, Y15    \
	VPMADDWD     Y1, Y2, Y2     \
	VPADDD       Y15, c0, c0    \
	VPADDD       Y2, c1, c1

#define INTSTEP(d, e) \
	VPMOVSXBW e(DX), Y0           \
	VPMOVSXBW e+16(DX), Y1        \
	INTROW(d(SI), Y3, Y4)         \
	INTROW(d(SI)(R8*1), Y5, Y6)   \
	INTROW(d(SI)(R8*2), Y7, Y8)   \
	INTROW(d(R10), Y9, Y10)       \
	INTROW(d(R10)(R8*1), Y11, Y12) \
	INTROW(d(R10)(R8*2), Y13, Y14)

#define INTSTORE(d, c0, c1) \
	VBROADCASTSS d(R11), Y0    \
	VCVTDQ2PS    c0, c0        \
	VCVTDQ2PS    c1, c1        \
	VMULPS       (R12), c0, c0 \
	VMULPS       32(R12), c1, c1 \
	VMULPS       Y0, c0, c0    \
	VMULPS       Y0, c1, c1    \
	VADDPS       (R13), c0, c0 \
	VADDPS       32(R13), c1, c1 \
	VMOVUPS      c0, (DI)      \
	VMOVUPS      c1, 32(DI)

#define ZEROTILE \
	VPXOR Y3, Y3, Y3    \
	VPXOR Y4, Y4, Y4    \
	VPXOR Y5, Y5, Y5    \
	VPXOR Y6, Y6, Y6    \
	VPXOR Y7, Y7, Y7    \
	VPXOR Y8, Y8, Y8    \
	VPXOR Y9, Y9, Y9    \
	VPXOR Y10, Y10, Y10 \
	VPXOR Y11, Y11, Y11 \
	VPXOR Y12, Y12, Y12 \
	VPXOR Y13, Y13, Y13 \
	VPXOR Y14, Y14, Y14

// func denseAVX2(k int, a *int16, lda int, b *int8, c *float32, ldc int, row, col, bias *float32)
TEXT ·denseAVX2(SB), NOSPLIT, $0-72
	MOVQ k+0(FP), CX
	MOVQ a+8(FP), SI
	MOVQ lda+16(FP), R8
	MOVQ b+24(FP), DX
	MOVQ c+32(FP), DI
	MOVQ ldc+40(FP), R9
	MOVQ row+48(FP), R11
	MOVQ col+56(FP), R12
	MOVQ bias+64(FP), R13
	SHLQ $1, R8
	SHLQ $2, R9
	LEAQ (R8)(R8*2), AX
	LEAQ (SI)(AX*1), R10
	ZEROTILE
	SHRQ $2, CX
	PCALIGN $32

denseloop:
	INTSTEP(0, 0)
	INTSTEP(4, 32)
	ADDQ $64, DX
	ADDQ $8, SI
	ADDQ $8, R10
	DECQ CX
	JNZ  denseloop

	INTSTORE(0, Y3, Y4)
	ADDQ R9, DI
	INTSTORE(4, Y5, Y6)
	ADDQ R9, DI
	INTSTORE(8, Y7, Y8)
	ADDQ R9, DI
	INTSTORE(12, Y9, Y10)
	ADDQ R9, DI
	INTSTORE(16, Y11, Y12)
	ADDQ R9, DI
	INTSTORE(20, Y13, Y14)
	VZEROUPPER
	RET

// AVX-512 with its neural network instructions: VPDPWSSD multiplies, sums pairs and adds them up in one. Two sums per row,
// for even and odd steps, keep it from waiting for itself.
#define VNNIROW(a, b, c0, c1) \
	VPDPWSSD.BCST a, Z0, c0 \
	VPDPWSSD.BCST b, Z1, c1

#define VNNISTORE(d, c0, c1) \
	VPADDD      c1, c0, c0      \
	VCVTDQ2PS   c0, c0          \
	VMULPS      Z2, c0, c0      \
	VMULPS.BCST d(R11), c0, c0  \
	VADDPS      Z3, c0, c0      \
	VMOVUPS     c0, (DI)

// func denseVNNI(k int, a *int16, lda int, b *int8, c *float32, ldc int, row, col, bias *float32)
TEXT ·denseVNNI(SB), NOSPLIT, $0-72
	MOVQ k+0(FP), CX
	MOVQ a+8(FP), SI
	MOVQ lda+16(FP), R8
	MOVQ b+24(FP), DX
	MOVQ c+32(FP), DI
	MOVQ ldc+40(FP), R9
	MOVQ row+48(FP), R11
	MOVQ col+56(FP), R12
	MOVQ bias+64(FP), R13
	SHLQ $1, R8
	SHLQ $2, R9
	LEAQ (R8)(R8*2), AX
	LEAQ (SI)(AX*1), R10
	VPXORD Z8, Z8, Z8
	VPXORD Z9, Z9, Z9
	VPXORD Z10, Z10, Z10
	VPXORD Z11, Z11, Z11
	VPXORD Z12, Z12, Z12
	VPXORD Z13, Z13, Z13
	VPXORD Z14, Z14, Z14
	VPXORD Z15, Z15, Z15
	VPXORD Z16, Z16, Z16
	VPXORD Z17, Z17, Z17
	VPXORD Z18, Z18, Z18
	VPXORD Z19, Z19, Z19
	SHRQ $2, CX
	PCALIGN $32

vnniloop:
	VPMOVSXBW (DX), Z0
	VPMOVSXBW 32(DX), Z1
	VNNIROW((SI), 4(SI), Z8, Z14)
	VNNIROW((SI)(R8*1), 4(SI)(R8*1), Z9, Z15)
	VNNIROW((SI)(R8*2), 4(SI)(R8*2), Z10, Z16)
	VNNIROW((R10), 4(R10), Z11, Z17)
	VNNIROW((R10)(R8*1), 4(R10)(R8*1), Z12, Z18)
	VNNIROW((R10)(R8*2), 4(R10)(R8*2), Z13, Z19)
	ADDQ $64, DX
	ADDQ $8, SI
	ADDQ $8, R10
	DECQ CX
	JNZ  vnniloop

	VMOVUPS (R12), Z2
	VMOVUPS (R13), Z3
	VNNISTORE(0, Z8, Z14)
	ADDQ R9, DI
	VNNISTORE(4, Z9, Z15)
	ADDQ R9, DI
	VNNISTORE(8, Z10, Z16)
	ADDQ R9, DI
	VNNISTORE(12, Z11, Z17)
	ADDQ R9, DI
	VNNISTORE(16, Z12, Z18)
	ADDQ R9, DI
	VNNISTORE(20, Z13, Z19)
	VZEROUPPER
	RET

#define FLOATROW(addr, c0, c1) \
	VBROADCASTSS addr, Y2    \
	VMULPS       Y0, Y2, Y15 \
	VMULPS       Y1, Y2, Y2  \
	VADDPS       Y15, c0, c0 \
	VADDPS       Y2, c1, c1

// func floatSIMD(k int, a *float32, lda int, b *float32, ldb int, c *float32, ldc int)
TEXT ·floatSIMD(SB), NOSPLIT, $0-56
	MOVQ k+0(FP), CX
	MOVQ a+8(FP), SI
	MOVQ lda+16(FP), R8
	MOVQ b+24(FP), DX
	MOVQ ldb+32(FP), R11
	MOVQ c+40(FP), DI
	MOVQ ldc+48(FP), R9
	SHLQ $2, R8
	SHLQ $2, R9
	SHLQ $2, R11
	LEAQ (R8)(R8*2), AX
	LEAQ (SI)(AX*1), R10
	ZEROTILE
	PCALIGN $32

floatloop:
	VMOVUPS (DX), Y0
	VMOVUPS 32(DX), Y1
	FLOATROW((SI), Y3, Y4)
	FLOATROW((SI)(R8*1), Y5, Y6)
	FLOATROW((SI)(R8*2), Y7, Y8)
	FLOATROW((R10), Y9, Y10)
	FLOATROW((R10)(R8*1), Y11, Y12)
	FLOATROW((R10)(R8*2), Y13, Y14)
	ADDQ R11, DX
	ADDQ $4, SI
	ADDQ $4, R10
	DECQ CX
	JNZ  floatloop

	VMOVUPS Y3, (DI)
	VMOVUPS Y4, 32(DI)
	ADDQ    R9, DI
	VMOVUPS Y5, (DI)
	VMOVUPS Y6, 32(DI)
	ADDQ    R9, DI
	VMOVUPS Y7, (DI)
	VMOVUPS Y8, 32(DI)
	ADDQ    R9, DI
	VMOVUPS Y9, (DI)
	VMOVUPS Y10, 32(DI)
	ADDQ    R9, DI
	VMOVUPS Y11, (DI)
	VMOVUPS Y12, 32(DI)
	ADDQ    R9, DI
	VMOVUPS Y13, (DI)
	VMOVUPS Y14, 32(DI)
	VZEROUPPER
	RET

// func transposeSIMD(dst, src *float32, k, ld int)
TEXT ·transposeSIMD(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ k+16(FP), CX
	MOVQ ld+24(FP), R8
	SHLQ $2, R8
	SHRQ $3, CX
	LEAQ (R8)(R8*2), R9
	MOVQ $2, DX // two halves of eight rows

half:
	MOVQ SI, AX
	MOVQ DI, BX
	MOVQ CX, R11

block:
	LEAQ (AX)(R8*4), R10
	VMOVUPS (AX), Y0
	VMOVUPS (AX)(R8*1), Y1
	VMOVUPS (AX)(R8*2), Y2
	VMOVUPS (AX)(R9*1), Y3
	VMOVUPS (R10), Y4
	VMOVUPS (R10)(R8*1), Y5
	VMOVUPS (R10)(R8*2), Y6
	VMOVUPS (R10)(R9*1), Y7

	VUNPCKLPS Y1, Y0, Y8
	VUNPCKHPS Y1, Y0, Y9
	VUNPCKLPS Y3, Y2, Y10
	VUNPCKHPS Y3, Y2, Y11
	VUNPCKLPS Y5, Y4, Y12
	VUNPCKHPS Y5, Y4, Y13
	VUNPCKLPS Y7, Y6, Y14
	VUNPCKHPS Y7, Y6, Y15

	VSHUFPS $0x44, Y10, Y8, Y0
	VSHUFPS $0xEE, Y10, Y8, Y1
	VSHUFPS $0x44, Y11, Y9, Y2
	VSHUFPS $0xEE, Y11, Y9, Y3
	VSHUFPS $0x44, Y14, Y12, Y4
	VSHUFPS $0xEE, Y14, Y12, Y5
	VSHUFPS $0x44, Y15, Y13, Y6
	VSHUFPS $0xEE, Y15, Y13, Y7

	VPERM2F128 $0x20, Y4, Y0, Y8
	VPERM2F128 $0x20, Y5, Y1, Y9
	VPERM2F128 $0x20, Y6, Y2, Y10
	VPERM2F128 $0x20, Y7, Y3, Y11
	VPERM2F128 $0x31, Y4, Y0, Y12
	VPERM2F128 $0x31, Y5, Y1, Y13
	VPERM2F128 $0x31, Y6, Y2, Y14
	VPERM2F128 $0x31, Y7, Y3, Y15

	VMOVUPS Y8, (BX)
	VMOVUPS Y9, 64(BX)
	VMOVUPS Y10, 128(BX)
	VMOVUPS Y11, 192(BX)
	VMOVUPS Y12, 256(BX)
	VMOVUPS Y13, 320(BX)
	VMOVUPS Y14, 384(BX)
	VMOVUPS Y15, 448(BX)

	ADDQ $32, AX
	ADDQ $512, BX
	DECQ R11
	JNZ  block

	LEAQ (SI)(R8*8), SI
	ADDQ $32, DI
	DECQ DX
	JNZ  half
	VZEROUPPER
	RET

// func largestSIMD(x *float32, n int) float32
TEXT ·largestSIMD(SB), NOSPLIT, $0-20
	MOVQ x+0(FP), SI
	MOVQ n+8(FP), CX
	VPCMPEQD Y3, Y3, Y3
	VPSRLD   $1, Y3, Y3
	VPXOR    Y0, Y0, Y0
	VPXOR    Y1, Y1, Y1

largestloop:
	VANDPS (SI), Y3, Y4
	VANDPS 32(SI), Y3, Y5
	VMAXPS Y4, Y0, Y0
	VMAXPS Y5, Y1, Y1
	ADDQ   $64, SI
	SUBQ   $16, CX
	JNZ    largestloop

	VMAXPS       Y1, Y0, Y0
	VEXTRACTF128 $1, Y0, X1
	VMAXPS       X1, X0, X0
	VMOVHLPS     X0, X0, X1
	VMAXPS       X1, X0, X0
	VMOVSHDUP    X0, X1
	VMAXSS       X1, X0, X0
	VMOVSS       X0, ret+16(FP)
	VZEROUPPER
	RET

// func round16SIMD(dst *int16, x *float32, n int, by float32)
TEXT ·round16SIMD(SB), NOSPLIT, $0-28
	MOVQ dst+0(FP), DI
	MOVQ x+8(FP), SI
	MOVQ n+16(FP), CX
	VBROADCASTSS by+24(FP), Y3

roundloop:
	VMULPS    (SI), Y3, Y0
	VMULPS    32(SI), Y3, Y1
	VCVTPS2DQ Y0, Y0
	VCVTPS2DQ Y1, Y1
	VPACKSSDW Y1, Y0, Y0
	VPERMQ    $0xD8, Y0, Y0
	VMOVDQU   Y0, (DI)
	ADDQ      $64, SI
	ADDQ      $32, DI
	SUBQ      $16, CX
	JNZ       roundloop
	VZEROUPPER
	RET

// func axpySIMD(dst, x *float32, n int, by float32)
TEXT ·axpySIMD(SB), NOSPLIT, $0-28
	MOVQ dst+0(FP), DI
	MOVQ x+8(FP), SI
	MOVQ n+16(FP), CX
	VBROADCASTSS by+24(FP), Y3

axpyloop:
	VMULPS  (SI), Y3, Y0
	VADDPS  (DI), Y0, Y0
	VMOVUPS Y0, (DI)
	ADDQ    $32, SI
	ADDQ    $32, DI
	SUBQ    $8, CX
	JNZ     axpyloop
	VZEROUPPER
	RET

#define HORNER(c, t, p) \
	VMULPS t, p, p \
	VADDPS c, p, p

// func geluSIMD(x *float32, n int)
TEXT ·geluSIMD(SB), NOSPLIT, $0-16
	MOVQ x+0(FP), SI
	MOVQ n+8(FP), CX

geluloop:
	VMOVUPS (SI), Y0
	VMINPS  ·geluTable+0(SB), Y0, Y1
	VMAXPS  ·geluTable+32(SB), Y1, Y1
	VMULPS  Y1, Y1, Y2
	VMULPS  ·geluTable+64(SB), Y2, Y3
	VADDPS  ·geluTable+96(SB), Y3, Y3
	HORNER(·geluTable+128(SB), Y2, Y3)
	HORNER(·geluTable+160(SB), Y2, Y3)
	HORNER(·geluTable+192(SB), Y2, Y3)
	HORNER(·geluTable+224(SB), Y2, Y3)
	HORNER(·geluTable+256(SB), Y2, Y3)
	VMULPS  ·geluTable+288(SB), Y2, Y4
	VADDPS  ·geluTable+320(SB), Y4, Y4
	HORNER(·geluTable+352(SB), Y2, Y4)
	HORNER(·geluTable+384(SB), Y2, Y4)
	HORNER(·geluTable+416(SB), Y2, Y4)
	VMULPS  Y1, Y3, Y3
	VDIVPS  Y4, Y3, Y3
	VMULPS  ·geluTable+448(SB), Y0, Y0
	VMULPS  Y0, Y3, Y3
	VADDPS  Y0, Y3, Y3
	VMOVUPS Y3, (SI)
	ADDQ    $32, SI
	SUBQ    $8, CX
	JNZ     geluloop
	VZEROUPPER
	RET

// exp of Y0 in place, by way of Y2, Y3, Y4 and Y5.
#define EXP \
	VCMPPS $5, ·expTable+0(SB), Y0, Y5 \
	VMULPS ·expTable+32(SB), Y0, Y2    \
	VADDPS ·expTable+64(SB), Y2, Y2    \
	VSUBPS ·expTable+64(SB), Y2, Y3    \
	VMULPS ·expTable+96(SB), Y3, Y4    \
	VSUBPS Y4, Y0, Y0                  \
	VMULPS ·expTable+128(SB), Y3, Y4   \
	VSUBPS Y4, Y0, Y0                  \
	VMULPS ·expTable+160(SB), Y0, Y3   \
	VADDPS ·expTable+192(SB), Y3, Y3   \
	HORNER(·expTable+224(SB), Y0, Y3)        \
	HORNER(·expTable+256(SB), Y0, Y3)        \
	HORNER(·expTable+288(SB), Y0, Y3)        \
	VMULPS Y0, Y3, Y3                  \
	VMULPS Y0, Y3, Y3                  \
	VADDPS Y0, Y3, Y3                  \
	VADDPS ·expTable+320(SB), Y3, Y3   \
	VPSLLD $23, Y2, Y2                 \
	VPADDD Y2, Y3, Y3                  \
	VANDPS Y5, Y3, Y0

// The lanes of Y0 and Y1, folded by halves into X0.
#define FOLD(op) \
	op           Y1, Y0, Y0    \
	VEXTRACTF128 $1, Y0, X1    \
	op           X1, X0, X0    \
	VMOVHLPS     X0, X0, X1    \
	op           X1, X0, X0    \
	VMOVSHDUP    X0, X1        \
	op           X1, X0, X0

// func expSumSIMD(x *float32, n int) float32
TEXT ·expSumSIMD(SB), NOSPLIT, $0-20
	MOVQ x+0(FP), SI
	MOVQ n+8(FP), CX
	MOVQ SI, DI
	MOVQ CX, DX
	VMOVUPS (SI), Y0
	VMOVUPS 32(SI), Y1

maxloop:
	VMAXPS (SI), Y0, Y0
	VMAXPS 32(SI), Y1, Y1
	ADDQ   $64, SI
	SUBQ   $16, CX
	JNZ    maxloop
	FOLD(VMAXPS)
	VBROADCASTSS X0, Y8
	VPXOR        Y6, Y6, Y6
	VPXOR        Y7, Y7, Y7

exploop:
	VMOVUPS (DI), Y0
	VSUBPS  Y8, Y0, Y0
	EXP
	VMOVUPS Y0, (DI)
	VADDPS  Y0, Y6, Y6
	VMOVUPS 32(DI), Y0
	VSUBPS  Y8, Y0, Y0
	EXP
	VMOVUPS Y0, 32(DI)
	VADDPS  Y0, Y7, Y7
	ADDQ    $64, DI
	SUBQ    $16, DX
	JNZ     exploop
	VMOVAPS Y6, Y0
	VMOVAPS Y7, Y1
	FOLD(VADDPS)
	VMOVSS X0, ret+16(FP)
	VZEROUPPER
	RET

// func normSIMD(x *float32, n int, weight, bias *float32, eps float32)
TEXT ·normSIMD(SB), NOSPLIT, $0-36
	MOVQ x+0(FP), SI
	MOVQ n+8(FP), CX
	MOVQ weight+16(FP), R8
	MOVQ bias+24(FP), R9
	VXORPS X5, X5, X5
	VCVTSI2SSQ CX, X5, X5
	MOVQ   SI, DI
	MOVQ   CX, DX
	VPXOR  Y0, Y0, Y0
	VPXOR  Y1, Y1, Y1

sumloop:
	VADDPS (DI), Y0, Y0
	VADDPS 32(DI), Y1, Y1
	ADDQ   $64, DI
	SUBQ   $16, DX
	JNZ    sumloop
	FOLD(VADDPS)
	VDIVSS       X5, X0, X0
	VBROADCASTSS X0, Y6
	MOVQ         SI, DI
	MOVQ         CX, DX
	VPXOR        Y0, Y0, Y0
	VPXOR        Y1, Y1, Y1

varloop:
	VMOVUPS (DI), Y2
	VMOVUPS 32(DI), Y3
	VSUBPS  Y6, Y2, Y2
	VSUBPS  Y6, Y3, Y3
	VMULPS  Y2, Y2, Y2
	VMULPS  Y3, Y3, Y3
	VADDPS  Y2, Y0, Y0
	VADDPS  Y3, Y1, Y1
	ADDQ    $64, DI
	SUBQ    $16, DX
	JNZ     varloop
	FOLD(VADDPS)
	VDIVSS       X5, X0, X0
	VADDSS       eps+32(FP), X0, X0
	VSQRTSS      X0, X0, X0
	VMOVSS       ·expTable+320(SB), X1
	VDIVSS       X0, X1, X0
	VBROADCASTSS X0, Y7

scaleloop:
	VMOVUPS (SI), Y2
	VSUBPS  Y6, Y2, Y2
	VMULPS  Y7, Y2, Y2
	VMULPS  (R8), Y2, Y2
	VADDPS  (R9), Y2, Y2
	VMOVUPS Y2, (SI)
	ADDQ    $32, SI
	ADDQ    $32, R8
	ADDQ    $32, R9
	SUBQ    $8, CX
	JNZ     scaleloop
	VZEROUPPER
	RET
