package encoder

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
)

// The files in testdata are what train/export_encoder.py makes with its commands tiny and wordpiece.

// realModel names a folder with a whole model: words.bin, layers.bin and golden.json, as train/export_encoder.py
// writes them.
const realModel = "WHENCE_ENCODER_MODEL"

func read(t testing.TB, dir, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func open(t testing.TB, dir string) *Model {
	t.Helper()
	m, err := Load(read(t, dir, "words.bin"), read(t, dir, "layers.bin"))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func openReal(t testing.TB) (*Model, string) {
	dir := os.Getenv(realModel)
	if dir == "" {
		t.Skip(realModel + " names no model")
	}
	return open(t, dir), dir
}

// golden reads sequences and what torch made of them in float32, with the weights as the files have them.
func golden(t testing.TB, dir string) (Batch, []float32) {
	var g struct {
		Pieces   []int32
		Features [][]int
		Lengths  []int
		Hidden   string
	}
	if err := json.Unmarshal(read(t, dir, "golden.json"), &g); err != nil {
		t.Fatal(err)
	}
	b := Batch{Pieces: g.Pieces, Lengths: g.Lengths}
	for _, f := range g.Features {
		row := make([]uint8, len(f))
		for i, v := range f {
			row[i] = uint8(v)
		}
		b.Features = append(b.Features, row)
	}
	raw, err := base64.StdEncoding.DecodeString(g.Hidden)
	if err != nil {
		t.Fatal(err)
	}
	hidden := make([]float32, len(raw)/4)
	for i := range hidden {
		hidden[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
	}
	return b, hidden
}

func forward(t testing.TB, m *Model, b Batch) []float32 {
	t.Helper()
	dst := make([]float32, len(b.Pieces)*m.shape.Hidden)
	if err := m.Forward(new(Scratch), dst, b); err != nil {
		t.Fatal(err)
	}
	return dst
}

// apart is the greatest difference, and the root of the mean square.
func apart(got, want []float32) (worst, mean float64) {
	for i := range want {
		d := math.Abs(float64(got[i]) - float64(want[i]))
		worst = max(worst, d)
		mean += d * d
	}
	return worst, math.Sqrt(mean / float64(len(want)))
}

func compare(t *testing.T, m *Model, dir string, worst, mean float64) {
	b, want := golden(t, dir)
	w, a := apart(forward(t, m, b), want)
	t.Logf("%s: differs from torch by %.1e at worst, %.1e in the mean", Kernels(), w, a)
	if w > worst || a > mean {
		t.Errorf("differs from torch by %.1e at worst, %.1e in the mean, want %.1e and %.1e", w, a, worst, mean)
	}
}

func TestForwardAgreesWithTorch(t *testing.T) {
	m := open(t, "testdata")
	compare(t, m, "testdata", 5e-4, 1e-4)
	plain(func() { compare(t, m, "testdata", 5e-4, 1e-4) })
}

// The difference is what rounding activations to int16 costs: simulated in torch, it comes out the same.
func TestRealModelAgreesWithTorch(t *testing.T) {
	m, dir := openReal(t)
	compare(t, m, dir, 2e-3, 1e-4)
}

// checksum is of the bits of x.
func checksum(x []float32) uint32 {
	h := crc32.NewIEEE()
	binary.Write(h, binary.LittleEndian, x)
	return h.Sum32()
}

// The literal was computed once, with AVX2. Any processor and any path must find it again.
func TestSameBitsOnEveryMachine(t *testing.T) {
	m := open(t, "testdata")
	b, _ := golden(t, "testdata")
	const want = 0x05daae34
	if got := checksum(forward(t, m, b)); got != want {
		t.Errorf("%s: bits %#08x, want %#08x", Kernels(), got, want)
	}
	plain(func() {
		if got := checksum(forward(t, m, b)); got != want {
			t.Errorf("plain Go: bits %#08x, want %#08x", got, want)
		}
	})
}

func TestRealModelGivesTheSameBitsInPlainGo(t *testing.T) {
	m, dir := openReal(t)
	b, _ := golden(t, dir)
	b.Lengths = b.Lengths[:9] // plain Go is slow
	n := 0
	for _, l := range b.Lengths {
		n += l
	}
	b.Pieces = b.Pieces[:n]
	want := forward(t, m, b)
	plain(func() { same(t, "Forward", want, forward(t, m, b)) })
}

func randomBatch(r *rand.Rand, m *Model, lengths ...int) Batch {
	b := Batch{Lengths: lengths, Features: make([][]uint8, len(m.features))}
	for _, n := range lengths {
		for range n {
			b.Pieces = append(b.Pieces, r.Int32N(int32(m.shape.Vocabulary)))
			for f, rows := range m.shape.Features {
				b.Features[f] = append(b.Features[f], uint8(r.IntN(rows)))
			}
		}
	}
	return b
}

// choose makes a batch of some sequences of b, in that order.
func choose(b Batch, order ...int) Batch {
	c := Batch{Features: make([][]uint8, len(b.Features))}
	for _, k := range order {
		at := 0
		for _, n := range b.Lengths[:k] {
			at += n
		}
		n := b.Lengths[k]
		c.Lengths = append(c.Lengths, n)
		c.Pieces = append(c.Pieces, b.Pieces[at:at+n]...)
		for f := range b.Features {
			c.Features[f] = append(c.Features[f], b.Features[f][at:at+n]...)
		}
	}
	return c
}

func TestRowsDoNotDependOnTheBatch(t *testing.T) {
	m := open(t, "testdata")
	r := rand.New(rand.NewPCG(5, 6))
	const most = 40 // the test model's positions
	var lengths []int
	for n := range most + 1 {
		lengths = append(lengths, n) // the empty sequence too
	}
	all := randomBatch(r, m, lengths...)
	alone := make([][]float32, len(lengths))
	for k := range lengths {
		alone[k] = forward(t, m, choose(all, k))
	}
	s := new(Scratch) // with what the round before left behind
	for range 60 {
		order := make([]int, 1+r.IntN(30))
		for i := range order {
			order[i] = r.IntN(len(lengths))
		}
		b := choose(all, order...)
		got := make([]float32, len(b.Pieces)*m.shape.Hidden)
		if err := m.Forward(s, got, b); err != nil {
			t.Fatal(err)
		}
		for _, k := range order {
			same(t, fmt.Sprintf("sequence of %d in %v", lengths[k], b.Lengths), got[:len(alone[k])], alone[k])
			got = got[len(alone[k]):]
		}
	}
}

func TestGoroutinesShareAModel(t *testing.T) {
	m := open(t, "testdata")
	b, _ := golden(t, "testdata")
	want := forward(t, m, b)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			s, got := new(Scratch), make([]float32, len(want))
			for range 3 {
				if err := m.Forward(s, got, b); err != nil || checksum(got) != checksum(want) {
					t.Errorf("another goroutine: %v, bits %#x, want %#x", err, checksum(got), checksum(want))
				}
			}
		})
	}
	wg.Wait()
}

func TestForwardAllocatesNothing(t *testing.T) {
	m := open(t, "testdata")
	b, want := golden(t, "testdata")
	s, dst := new(Scratch), make([]float32, len(want))
	run := func() {
		if err := m.Forward(s, dst, b); err != nil {
			t.Fatal(err)
		}
	}
	run()
	if n := testing.AllocsPerRun(10, run); n != 0 {
		t.Errorf("%v allocations", n)
	}
	head, err := m.Dense("head")
	if err != nil {
		t.Fatal(err)
	}
	out, pairs := make([]float32, len(b.Pieces)*head.Out), make([]float32, 50*50)
	heads := func() {
		head.Apply(s, out, dst, len(b.Pieces), Tanh)
		Softmax(s, out, head.Out)
		Products(s, pairs, dst, dst, 50, 50, m.shape.Hidden)
	}
	heads()
	if n := testing.AllocsPerRun(10, heads); n != 0 {
		t.Errorf("heads: %v allocations", n)
	}
}

func TestForwardRefuses(t *testing.T) {
	m := open(t, "testdata")
	good := func() Batch { return randomBatch(rand.New(rand.NewPCG(7, 8)), m, 3, 4) }
	for name, spoil := range map[string]func(*Batch){
		"a piece below the vocabulary":  func(b *Batch) { b.Pieces[3] = -1 },
		"a piece beyond the vocabulary": func(b *Batch) { b.Pieces[6] = int32(m.shape.Vocabulary) },
		"a feature too few":             func(b *Batch) { b.Features = b.Features[:1] },
		"a feature too short":           func(b *Batch) { b.Features[1] = b.Features[1][:5] },
		"a feature beyond its table":    func(b *Batch) { b.Features[0][2] = 7 },
		"lengths that fall short":       func(b *Batch) { b.Lengths = []int{3, 3} },
		"lengths that go too far":       func(b *Batch) { b.Lengths = []int{3, 5} },
		"a negative length":             func(b *Batch) { b.Lengths = []int{8, -1} },
		"lengths that overflow":         func(b *Batch) { b.Lengths = []int{math.MaxInt, math.MaxInt, 9} },
	} {
		b := good()
		spoil(&b)
		if err := m.Forward(new(Scratch), make([]float32, 7*m.shape.Hidden), b); err == nil {
			t.Errorf("%s is no error", name)
		}
	}
	if err := m.Forward(new(Scratch), make([]float32, 5), good()); err == nil {
		t.Error("too small a result is no error")
	}
	b := randomBatch(rand.New(rand.NewPCG(7, 8)), m, 41)
	if err := m.Forward(new(Scratch), make([]float32, 41*m.shape.Hidden), b); !errors.Is(err, ErrTooLong) {
		t.Errorf("41 pieces for 40 positions: %v", err)
	}
	if err := m.Forward(new(Scratch), nil, Batch{Features: make([][]uint8, 2)}); err != nil {
		t.Errorf("an empty batch: %v", err)
	}
}

func TestModelHoldsItsHeads(t *testing.T) {
	m := open(t, "testdata")
	if s := m.Shape(); !slices.Equal(s.Features, []int{7, 3}) || s.Layers != 2 || s.Hidden != 64 || s.FeedForward != 100 || s.Heads != 2 || s.Positions != 40 {
		t.Errorf("shape %+v", s)
	}
	if w, err := m.WordPiece(); err != nil || len(w.Append(nil, "the said")) != 2 {
		t.Errorf("the model's own word pieces: %v", err)
	}
	if d, err := m.Dense("head"); err != nil || d.In != 64 || d.Out != 5 {
		t.Errorf("head: %v", err)
	}
	if s, err := m.Text("head.labels"); err != nil || s != "none source cue content via" {
		t.Errorf("labels %q: %v", s, err)
	}
	if _, rows, cols, err := m.Floats("feature.1"); err != nil || rows != 3 || cols != 64 {
		t.Errorf("table %d by %d: %v", rows, cols, err)
	}
	if n, err := m.Norm("mix.norm"); err != nil || len(n.weight) != 64 {
		t.Errorf("norm: %v", err)
	}
	for _, err := range []error{
		second(m.Dense("nothing")), second(m.Dense("head.bias")), second(m.Text("head")), second(m.Norm("head")),
	} {
		if !errors.Is(err, ErrShape) {
			t.Errorf("what is not there: %v", err)
		}
	}
}

func second[T any](_ T, err error) error { return err }
