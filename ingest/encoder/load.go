package encoder

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"strconv"
)

// A file of weights is
//
//	 0  "whence-w"
//	 8  version, 1
//	12  CRC-32C of everything behind these 16 bytes
//	16  size of the file, 64 bits
//	24  number of tensors
//	28  layers, hidden, feed-forward, heads, vocabulary, positions, features: the Shape
//	56  in a file of layers, the checksum of the file of words it was trained on; else 0
//	60  0
//	64  the directory: for each tensor its kind (a byte), the length of its name (a byte), its name, rows, columns
//	..  the tensors in that order, each from the next multiple of 64
//
// Integers are little endian and 32 bits wide unless said. A tensor of floats is rows*columns float32; one of bytes is
// one float32 scale per row, then, from the next multiple of 64, rows*columns int8; text is rows*columns bytes.
// train/export_encoder.py writes it.
const (
	fileMagic   = "whence-w"
	fileVersion = 1
	fileHeader  = 64
	fileAlign   = 64
	maxTensors  = 1 << 12
	maxElements = 1 << 28
)

// Errors of Load. The text around them says which file, and what in it.
var (
	ErrTruncated = errors.New("file ends early")
	ErrCorrupt   = errors.New("file is damaged")
	ErrFormat    = errors.New("not a file of weights of a version known here")
	ErrShape     = errors.New("weights do not fit together")
)

type kind uint8

const (
	floats kind = iota
	rows8
	text
)

func (k kind) String() string {
	switch k {
	case floats:
		return "floats"
	case rows8:
		return "bytes with scales"
	}
	return "text"
}

type tensor struct {
	kind       kind
	rows, cols int
	float      []float32 // of floats: the values; of rows8: the scales
	signed     []int8    // of rows8, shared with the file
	text       []byte    // of text, shared with the file
}

type file struct {
	checksum, words uint32
	shape           Shape
	features        int
	tensors         map[string]tensor
}

// header checks what the first bytes say of data.
func header(data []byte) error {
	le := binary.LittleEndian
	switch {
	case len(data) < fileHeader && len(data) >= len(fileMagic) && string(data[:len(fileMagic)]) != fileMagic:
		return ErrFormat
	case len(data) < fileHeader:
		return fmt.Errorf("%w: %d bytes", ErrTruncated, len(data))
	case string(data[:8]) != fileMagic:
		return ErrFormat
	case le.Uint32(data[8:]) != fileVersion:
		return fmt.Errorf("%w: version %d, want %d", ErrFormat, le.Uint32(data[8:]), fileVersion)
	case le.Uint64(data[16:]) > uint64(len(data)):
		return fmt.Errorf("%w: %d of %d bytes", ErrTruncated, len(data), le.Uint64(data[16:]))
	case le.Uint64(data[16:]) < uint64(len(data)):
		return fmt.Errorf("%w: %d bytes beyond its end", ErrCorrupt, uint64(len(data))-le.Uint64(data[16:]))
	case crc32.Checksum(data[16:], crc32.MakeTable(crc32.Castagnoli)) != le.Uint32(data[12:]):
		return fmt.Errorf("%w: checksum differs", ErrCorrupt)
	}
	return nil
}

func parse(data []byte) (*file, error) {
	if err := header(data); err != nil {
		return nil, err
	}
	le := binary.LittleEndian
	field := func(i int) int { return int(min(le.Uint32(data[24+4*i:]), math.MaxInt32)) }
	f := &file{
		checksum: le.Uint32(data[12:]), words: le.Uint32(data[56:]),
		shape:    Shape{Layers: field(1), Hidden: field(2), FeedForward: field(3), Heads: field(4), Vocabulary: field(5), Positions: field(6)},
		features: field(7),
		tensors:  map[string]tensor{},
	}
	count := field(0)
	if count > maxTensors {
		return nil, fmt.Errorf("%w: %d tensors", ErrCorrupt, count)
	}
	at := fileHeader
	take := func(n int) ([]byte, error) {
		if n > len(data)-at {
			return nil, fmt.Errorf("%w: nothing at byte %d", ErrCorrupt, at+n)
		}
		b := data[at : at+n : at+n]
		at += n
		return b, nil
	}
	names := make([]string, 0, min(count, len(data)/10))
	for range count {
		b, err := take(2)
		if err != nil {
			return nil, err
		}
		k := kind(b[0])
		if b, err = take(int(b[1]) + 8); err != nil {
			return nil, err
		}
		name, rest := string(b[:len(b)-8]), b[len(b)-8:]
		rows, cols := le.Uint32(rest), le.Uint32(rest[4:])
		if k > text || rows > maxElements || cols > maxElements || uint64(rows)*uint64(cols) > maxElements {
			return nil, fmt.Errorf("%w: tensor %q: kind %d, %d by %d", ErrCorrupt, name, k, rows, cols)
		}
		if _, twice := f.tensors[name]; twice {
			return nil, fmt.Errorf("%w: two tensors %q", ErrCorrupt, name)
		}
		f.tensors[name] = tensor{kind: k, rows: int(rows), cols: int(cols)}
		names = append(names, name)
	}
	align := func() { at = min(roundUp(at, fileAlign), len(data)) }
	for _, name := range names {
		t := f.tensors[name]
		align()
		values, bytes := 0, t.rows*t.cols
		switch t.kind {
		case floats:
			values, bytes = bytes, 0
		case rows8:
			values = t.rows
		}
		b, err := take(4 * values)
		if err != nil {
			return nil, fmt.Errorf("tensor %q: %w", name, err)
		}
		t.float = make([]float32, values)
		for i := range t.float {
			v := math.Float32frombits(le.Uint32(b[4*i:]))
			if !(math.Abs(float64(v)) <= math.MaxFloat32) {
				return nil, fmt.Errorf("%w: tensor %q: value %d is %v", ErrCorrupt, name, i, v)
			}
			t.float[i] = v
		}
		if t.kind != floats {
			align()
			if b, err = take(bytes); err != nil {
				return nil, fmt.Errorf("tensor %q: %w", name, err)
			}
			t.text, t.signed = b, bytesAsInt8(b)
		}
		f.tensors[name] = t
	}
	return f, nil
}

// Load makes a Model of two files, the words and the layers that belong to them. It keeps and never changes the bytes,
// and takes some 20 ms for 22 million weights. The errors wrap ErrTruncated, ErrCorrupt, ErrFormat or ErrShape.
func Load(words, layers []byte) (*Model, error) {
	w, err := parse(words)
	if err != nil {
		return nil, fmt.Errorf("words: %w", err)
	}
	l, err := parse(layers)
	if err != nil {
		return nil, fmt.Errorf("layers: %w", err)
	}
	if l.words != w.checksum {
		return nil, fmt.Errorf("%w: layers made for words %08x, not %08x", ErrShape, l.words, w.checksum)
	}
	s := l.shape
	if w.shape.Hidden != s.Hidden || w.shape.Vocabulary != s.Vocabulary {
		return nil, fmt.Errorf("%w: words %d by %d, layers want %d by %d", ErrShape, w.shape.Vocabulary, w.shape.Hidden, s.Vocabulary, s.Hidden)
	}
	if s.Hidden != s.Heads*headDim || !within(s.Heads, 1, 128) || !within(s.Layers, 1, 128) || !within(s.FeedForward, 1, 1<<15) ||
		!within(s.Positions, 1, 1<<12) || !within(s.Vocabulary, 1, 1<<22) || !within(l.features, 0, 32) {
		return nil, fmt.Errorf("%w: %+v with %d features", ErrShape, s, l.features)
	}
	b := builder{file: l}
	m := &Model{shape: s, file: l}
	m.words = (&builder{file: w}).need(&b.err, "words", rows8, s.Vocabulary, s.Hidden)
	m.vocabulary = (&builder{file: w}).need(&b.err, "vocabulary", text, 1, -1).text
	m.position = b.floats("position", s.Positions, s.Hidden)
	for i := range l.features {
		name := "feature." + strconv.Itoa(i)
		rows := l.tensors[name].rows
		if !within(rows, 1, 256) {
			b.fail("%q has %d rows", name, rows)
		}
		m.features = append(m.features, b.floats(name, rows, s.Hidden))
		m.shape.Features = append(m.shape.Features, rows)
	}
	m.norm = b.norm("norm", s.Hidden)
	for i := range s.Layers {
		name := "layer." + strconv.Itoa(i)
		m.layers = append(m.layers, layer{
			qkv:   b.dense(name+".qkv", 3*s.Hidden, s.Hidden),
			out:   b.dense(name+".out", s.Hidden, s.Hidden),
			norm1: b.norm(name+".norm1", s.Hidden),
			up:    b.dense(name+".up", s.FeedForward, s.Hidden),
			down:  b.dense(name+".down", s.Hidden, s.FeedForward),
			norm2: b.norm(name+".norm2", s.Hidden),
		})
		if b.err != nil {
			break
		}
		m.layers[i].qkv.shrinkQueries(s.Hidden)
	}
	if _, mixed := l.tensors["mix"]; mixed {
		m.mix = b.floats("mix", 1, s.Layers+1)
	}
	if _, normed := l.tensors["mix.norm.weight"]; normed {
		m.mixNorm = b.norm("mix.norm", s.Hidden)
	}
	if b.err != nil {
		return nil, b.err
	}
	return m, nil
}

func within(n, low, high int) bool { return low <= n && n <= high }

// builder takes tensors out of a file and remembers the first that did not fit.
type builder struct {
	file *file
	err  error
}

func (b *builder) fail(format string, args ...any) {
	if b.err == nil {
		b.err = fmt.Errorf("%w: "+format, append([]any{ErrShape}, args...)...)
	}
}

// need finds a tensor; -1 columns are any number.
func (b *builder) need(err *error, name string, k kind, rows, cols int) tensor {
	t, ok := b.file.tensors[name]
	if !ok {
		b.fail("no tensor %q", name)
	} else if t.kind != k || t.rows != rows || cols >= 0 && t.cols != cols {
		b.fail("%q is %d by %d %v, want %d by %d %v", name, t.rows, t.cols, t.kind, rows, cols, k)
	}
	if *err == nil {
		*err = b.err
	}
	return t
}

func (b *builder) floats(name string, rows, cols int) []float32 {
	return b.need(&b.err, name, floats, rows, cols).float
}

func (b *builder) norm(name string, n int) Norm {
	return Norm{b.floats(name+".weight", 1, n), b.floats(name+".bias", 1, n)}
}

func (b *builder) dense(name string, out, in int) *Dense {
	w := b.need(&b.err, name, rows8, out, in)
	bias := b.floats(name+".bias", 1, out)
	if b.err != nil {
		return nil
	}
	d, err := NewDense(in, out, w.signed, w.float, bias)
	if err != nil {
		b.fail("%q: %v", name, err)
	}
	return d
}

// Dense is the layer that the file of layers holds under a name (and its bias under name.bias): a head. What a head
// is for, encoder does not know.
func (m *Model) Dense(name string) (*Dense, error) {
	t := m.file.tensors[name]
	b := builder{file: m.file}
	d := b.dense(name, t.rows, t.cols)
	return d, b.err
}

// Floats is a table of floats that the file of layers holds. The caller must not change it.
func (m *Model) Floats(name string) (values []float32, rows, cols int, err error) {
	t := m.file.tensors[name]
	b := builder{file: m.file}
	return b.floats(name, t.rows, t.cols), t.rows, t.cols, b.err
}

// Norm is a layer normalisation that the file of layers holds.
func (m *Model) Norm(name string) (Norm, error) {
	b := builder{file: m.file}
	n := b.norm(name, m.file.tensors[name+".weight"].cols)
	return n, b.err
}

// Text is a text that the file of layers holds, such as the names of a head's labels.
func (m *Model) Text(name string) (string, error) {
	b := builder{file: m.file}
	t := b.need(&b.err, name, text, 1, -1)
	return string(t.text), b.err
}
