package encoder

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// seal makes the size and the checksum right again.
func seal(data []byte) []byte {
	if len(data) >= fileHeader {
		binary.LittleEndian.PutUint64(data[16:], uint64(len(data)))
		binary.LittleEndian.PutUint32(data[12:], crc32.Checksum(data[16:], crc32.MakeTable(crc32.Castagnoli)))
	}
	return data
}

func TestLoadRefusesDamage(t *testing.T) {
	words, layers := read(t, "testdata", "words.bin"), read(t, "testdata", "layers.bin")
	for n := range len(words) {
		if _, err := Load(words[:n], layers); !errors.Is(err, ErrTruncated) {
			t.Fatalf("words cut to %d bytes: %v", n, err)
		}
	}
	for n := 0; n < len(layers); n += 61 {
		if _, err := Load(words, layers[:n]); !errors.Is(err, ErrTruncated) {
			t.Fatalf("layers cut to %d bytes: %v", n, err)
		}
	}
	for i := 0; i < len(layers); i += 37 {
		bad := slices.Clone(layers)
		bad[i] ^= 0x10
		if _, err := Load(words, bad); err == nil {
			t.Fatalf("byte %d changed, and nobody minds", i)
		}
	}
	if _, err := Load(words, append(slices.Clone(layers), 0)); !errors.Is(err, ErrCorrupt) {
		t.Errorf("a byte too many: %v", err)
	}
	if _, err := Load(layers, words); !errors.Is(err, ErrShape) {
		t.Errorf("words and layers exchanged: %v", err)
	}
	if _, err := Load([]byte("PK\x03\x04 is not ours"), layers); !errors.Is(err, ErrFormat) {
		t.Errorf("another file: %v", err)
	}
	newer := slices.Clone(words)
	newer[8]++
	if _, err := Load(newer, layers); !errors.Is(err, ErrFormat) {
		t.Errorf("another version: %v", err)
	}
}

func TestLoadRefusesWhatDoesNotFit(t *testing.T) {
	words, layers := read(t, "testdata", "words.bin"), read(t, "testdata", "layers.bin")
	for name, at := range map[string]int{"layers": 28, "hidden": 32, "feed-forward": 36, "heads": 40, "vocabulary": 44, "positions": 48, "features": 52, "words": 56} {
		for _, v := range []uint32{0, 3, 1 << 20, math.MaxUint32} {
			if name == "features" && v == 0 {
				continue // their tables are then not asked for
			}
			bad := slices.Clone(layers)
			binary.LittleEndian.PutUint32(bad[at:], v)
			if _, err := Load(words, seal(bad)); !errors.Is(err, ErrShape) {
				t.Errorf("%s = %d: %v", name, v, err)
			}
		}
	}
	for name, v := range map[string]float32{"infinite": float32(math.Inf(1)), "not a number": float32(math.NaN())} {
		bad := slices.Clone(words)
		binary.LittleEndian.PutUint32(bad[len(bad)-60*64-64:], math.Float32bits(v)) // among the scales
		if _, err := Load(seal(bad), layers); !errors.Is(err, ErrCorrupt) && !errors.Is(err, ErrShape) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzLoad changes the files and makes their checksums right again.
func FuzzLoad(f *testing.F) {
	words, layers := read(f, "testdata", "words.bin"), read(f, "testdata", "layers.bin")
	f.Add([]byte{}, 0, 0, false)
	f.Add([]byte{0xff, 0xff, 0xff, 0x7f}, 24, 0, true)
	for at := 24; at < 900; at += 11 {
		f.Add([]byte{0xff, 0xff}, at, len(layers)-at, false)
		f.Add([]byte{2}, at, len(words), true)
	}
	f.Fuzz(func(t *testing.T, change []byte, at, size int, inWords bool) {
		pair := [2][]byte{slices.Clone(words), slices.Clone(layers)}
		k := 1
		if inWords {
			k = 0
		}
		if n := len(pair[k]); size > 0 && size < n {
			pair[k] = pair[k][:size]
		}
		if at >= 0 && at < len(pair[k]) {
			copy(pair[k][at:], change)
		}
		if k == 0 && len(seal(pair[0])) >= fileHeader {
			copy(pair[1][56:60], pair[0][12:16])
		}
		m, err := Load(pair[0], seal(pair[1]))
		if err != nil {
			return
		}
		b := randomBatch(rand.New(rand.NewPCG(1, 1)), m, min(3, m.shape.Positions), 1)
		if err := m.Forward(new(Scratch), make([]float32, len(b.Pieces)*m.shape.Hidden), b); err != nil {
			t.Fatal(err)
		}
		if w, err := m.WordPiece(); err == nil {
			w.Append(nil, "the said")
		}
		for name := range m.file.tensors {
			m.Dense(name)
			m.Norm(name)
			m.Text(name)
		}
	})
}
