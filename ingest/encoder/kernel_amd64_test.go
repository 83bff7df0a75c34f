package encoder

import "testing"

// Where the wider integer tile runs, the other tests would never see the narrower one.
func TestTilesGiveTheSameBitsWithoutVNNI(t *testing.T) {
	if !vnni {
		t.Skip("the tiles are AVX2's anyway")
	}
	vnni = false
	defer func() { vnni = true }()
	TestTilesGiveTheSameBits(t)
	TestSameBitsOnEveryMachine(t)
}
