package encoder

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// BenchmarkForward gives tokens per second on one core, per length of sequence and per path.
func BenchmarkForward(b *testing.B) {
	m, _ := openReal(b)
	for _, n := range []int{1, 30, 128, 256, 512} {
		b.Run(fmt.Sprint(n), func(b *testing.B) { benchmark(b, m, n, max(1, 600/n)) })
	}
	b.Run("go/30", func(b *testing.B) { plain(func() { benchmark(b, m, 30, 4) }) })
}

func benchmark(b *testing.B, m *Model, length, count int) {
	var batch Batch
	if length == 1 {
		count = 1
	}
	for range count {
		batch.Lengths = append(batch.Lengths, length)
		for range length {
			batch.Pieces = append(batch.Pieces, rand.Int32N(int32(m.shape.Vocabulary)))
		}
	}
	for _, n := range m.shape.Features {
		row := make([]uint8, len(batch.Pieces))
		for i := range row {
			row[i] = uint8(rand.IntN(n))
		}
		batch.Features = append(batch.Features, row)
	}
	dst := make([]float32, len(batch.Pieces)*m.shape.Hidden)
	s := new(Scratch)
	for b.Loop() {
		if err := m.Forward(s, dst, batch); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*len(batch.Pieces))/b.Elapsed().Seconds(), "tokens/s")
}

func BenchmarkLoad(b *testing.B) {
	_, dir := openReal(b)
	words, layers := read(b, dir, "words.bin"), read(b, dir, "layers.bin")
	b.ReportAllocs()
	for b.Loop() {
		m, err := Load(words, layers)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := m.WordPiece(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDense is the hot kernel alone, in billions of products per second.
func BenchmarkDense(b *testing.B) {
	for _, c := range []struct{ in, out int }{{384, 1536}, {1536, 384}} {
		run := func(b *testing.B) {
			d, err := NewDense(c.in, c.out, make([]int8, c.in*c.out), make([]float32, c.out), nil)
			if err != nil {
				b.Fatal(err)
			}
			const rows = 48
			s, src, dst := new(Scratch), randoms(rand.New(rand.NewPCG(1, 2)), rows*c.in, 1), make([]float32, rows*c.out)
			for b.Loop() {
				d.Apply(s, dst, src, rows, Identity)
			}
			b.ReportMetric(float64(b.N)*rows*float64(c.in*c.out)/b.Elapsed().Seconds()/1e9, "Gproducts/s")
		}
		b.Run(fmt.Sprintf("%d-%d", c.in, c.out), run)
		b.Run(fmt.Sprintf("go/%d-%d", c.in, c.out), func(b *testing.B) { plain(func() { run(b) }) })
	}
}
