#include "textflag.h"

// NEON. What each function computes is said beside its plain Go twin in kernel.go. Where Go's assembler lacks an
// instruction, the macro of its name makes the word; d, n and m are numbers of registers.

#define SXTL(d, n) WORD $(0x0F08A400 | n<<5 | d)  // d.8H = n.8B
#define SXTL2(d, n) WORD $(0x4F08A400 | n<<5 | d) // d.8H = upper n.16B

// d.4S += n.4H * m.H[i], and the upper half of n; i < 4 and m < 16.
#define SMLAL(d, n, m, i) WORD $(0x0F402000 | (i>>1)<<21 | (i&1)<<20 | m<<16 | n<<5 | d)
#define SMLAL2(d, n, m, i) WORD $(0x4F402000 | (i>>1)<<21 | (i&1)<<20 | m<<16 | n<<5 | d)

#define SCVTF(d, n) WORD $(0x4E21D800 | n<<5 | d)       // d.4S = float(n.4S)
#define FMUL(d, n, m) WORD $(0x6E20DC00 | m<<16 | n<<5 | d) // d.4S = n.4S * m.4S
#define FADD(d, n, m) WORD $(0x4E20D400 | m<<16 | n<<5 | d) // d.4S = n.4S + m.4S

// One row and one k: 16 columns lie in lo.8H and hi.8H.
#define INTROW(a, i, lo, hi, c0, c1, c2, c3) \
	SMLAL(c0, lo, a, i)  \
	SMLAL2(c1, lo, a, i) \
	SMLAL(c2, hi, a, i)  \
	SMLAL2(c3, hi, a, i)

// Two k: LD2 takes the pairs of a panel apart.
#define INTSTEP(i, j) \
	VLD2.P 32(R12), [V4.B16, V5.B16]           \
	SXTL(6, 4)                                 \
	SXTL2(7, 4)                                \
	SXTL(28, 5)                                \
	SXTL2(29, 5)                               \
	INTROW(0, i, 6, 7, 16, 17, 18, 19)         \
	INTROW(1, i, 6, 7, 20, 21, 22, 23)         \
	INTROW(2, i, 6, 7, 24, 25, 26, 27)         \
	INTROW(0, j, 28, 29, 16, 17, 18, 19)       \
	INTROW(1, j, 28, 29, 20, 21, 22, 23)       \
	INTROW(2, j, 28, 29, 24, 25, 26, 27)

#define INTQUAD(c, s, t) \
	SCVTF(c, c)    \
	FMUL(c, c, s)  \
	FMUL(c, c, 30) \
	FADD(c, c, t)

#define INTSTORE(c0, c1, c2, c3, v0, v1, v2, v3) \
	VLD1R.P 4(R6), [V30.S4]    \
	INTQUAD(c0, 8, 12)         \
	INTQUAD(c1, 9, 13)         \
	INTQUAD(c2, 10, 14)        \
	INTQUAD(c3, 11, 15)        \
	VST1 [v0.S4, v1.S4, v2.S4, v3.S4], (R4) \
	ADD R5, R4, R4

// func denseSIMD(k int, a *int16, lda int, b *int8, c *float32, ldc int, row, col, bias *float32)
TEXT ·denseSIMD(SB), NOSPLIT, $0-72
	MOVD k+0(FP), R0
	MOVD a+8(FP), R1
	MOVD lda+16(FP), R2
	MOVD b+24(FP), R3
	MOVD c+32(FP), R4
	MOVD ldc+40(FP), R5
	MOVD row+48(FP), R6
	MOVD col+56(FP), R7
	MOVD bias+64(FP), R8
	LSL  $1, R2
	LSL  $2, R5
	LSR  $2, R0
	VLD1 (R7), [V8.S4, V9.S4, V10.S4, V11.S4]
	VLD1 (R8), [V12.S4, V13.S4, V14.S4, V15.S4]
	MOVD $2, R13 // three rows at a time

three:
	MOVD R1, R9
	ADD  R2, R9, R10
	ADD  R2, R10, R11
	ADD  R2, R11, R1
	MOVD R3, R12
	MOVD R0, R14
	VEOR V16.B16, V16.B16, V16.B16
	VEOR V17.B16, V17.B16, V17.B16
	VEOR V18.B16, V18.B16, V18.B16
	VEOR V19.B16, V19.B16, V19.B16
	VEOR V20.B16, V20.B16, V20.B16
	VEOR V21.B16, V21.B16, V21.B16
	VEOR V22.B16, V22.B16, V22.B16
	VEOR V23.B16, V23.B16, V23.B16
	VEOR V24.B16, V24.B16, V24.B16
	VEOR V25.B16, V25.B16, V25.B16
	VEOR V26.B16, V26.B16, V26.B16
	VEOR V27.B16, V27.B16, V27.B16

denseloop:
	VLD1.P 8(R9), [V0.H4]
	VLD1.P 8(R10), [V1.H4]
	VLD1.P 8(R11), [V2.H4]
	INTSTEP(0, 1)
	INTSTEP(2, 3)
	SUB  $1, R14
	CBNZ R14, denseloop

	INTSTORE(16, 17, 18, 19, V16, V17, V18, V19)
	INTSTORE(20, 21, 22, 23, V20, V21, V22, V23)
	INTSTORE(24, 25, 26, 27, V24, V25, V26, V27)
	SUB  $1, R13
	CBNZ R13, three
	RET

#define FLOATROW(r, c0, c1, c2, c3) \
	VLD1R.P 4(r), [V6.S4] \
	FMUL(4, 0, 6)   \
	FMUL(5, 1, 6)   \
	FMUL(7, 2, 6)   \
	FMUL(6, 3, 6)   \
	FADD(c0, c0, 4) \
	FADD(c1, c1, 5) \
	FADD(c2, c2, 7) \
	FADD(c3, c3, 6)

// func floatSIMD(k int, a *float32, lda int, b *float32, ldb int, c *float32, ldc int)
TEXT ·floatSIMD(SB), NOSPLIT, $0-56
	MOVD k+0(FP), R0
	MOVD a+8(FP), R9
	MOVD lda+16(FP), R2
	MOVD b+24(FP), R3
	MOVD ldb+32(FP), R8
	MOVD c+40(FP), R4
	MOVD ldc+48(FP), R5
	LSL  $2, R2
	LSL  $2, R5
	LSL  $2, R8
	ADD  R2, R9, R10
	ADD  R2, R10, R11
	ADD  R2, R11, R12
	ADD  R2, R12, R13
	ADD  R2, R13, R14
	VEOR V8.B16, V8.B16, V8.B16
	VEOR V9.B16, V9.B16, V9.B16
	VEOR V10.B16, V10.B16, V10.B16
	VEOR V11.B16, V11.B16, V11.B16
	VEOR V12.B16, V12.B16, V12.B16
	VEOR V13.B16, V13.B16, V13.B16
	VEOR V14.B16, V14.B16, V14.B16
	VEOR V15.B16, V15.B16, V15.B16
	VEOR V16.B16, V16.B16, V16.B16
	VEOR V17.B16, V17.B16, V17.B16
	VEOR V18.B16, V18.B16, V18.B16
	VEOR V19.B16, V19.B16, V19.B16
	VEOR V20.B16, V20.B16, V20.B16
	VEOR V21.B16, V21.B16, V21.B16
	VEOR V22.B16, V22.B16, V22.B16
	VEOR V23.B16, V23.B16, V23.B16
	VEOR V24.B16, V24.B16, V24.B16
	VEOR V25.B16, V25.B16, V25.B16
	VEOR V26.B16, V26.B16, V26.B16
	VEOR V27.B16, V27.B16, V27.B16
	VEOR V28.B16, V28.B16, V28.B16
	VEOR V29.B16, V29.B16, V29.B16
	VEOR V30.B16, V30.B16, V30.B16
	VEOR V31.B16, V31.B16, V31.B16

floatloop:
	VLD1 (R3), [V0.S4, V1.S4, V2.S4, V3.S4]
	FLOATROW(R9, 8, 9, 10, 11)
	FLOATROW(R10, 12, 13, 14, 15)
	FLOATROW(R11, 16, 17, 18, 19)
	FLOATROW(R12, 20, 21, 22, 23)
	FLOATROW(R13, 24, 25, 26, 27)
	FLOATROW(R14, 28, 29, 30, 31)
	ADD  R8, R3
	SUB  $1, R0
	CBNZ R0, floatloop

	VST1 [V8.S4, V9.S4, V10.S4, V11.S4], (R4)
	ADD  R5, R4
	VST1 [V12.S4, V13.S4, V14.S4, V15.S4], (R4)
	ADD  R5, R4
	VST1 [V16.S4, V17.S4, V18.S4, V19.S4], (R4)
	ADD  R5, R4
	VST1 [V20.S4, V21.S4, V22.S4, V23.S4], (R4)
	ADD  R5, R4
	VST1 [V24.S4, V25.S4, V26.S4, V27.S4], (R4)
	ADD  R5, R4
	VST1 [V28.S4, V29.S4, V30.S4, V31.S4], (R4)
	RET
