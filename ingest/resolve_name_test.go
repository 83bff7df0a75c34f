package ingest

import (
	"testing"

	"github.com/whence-graph/whence/graph"
)

// Spellings of one name, and names that only look like it.
func TestSpelled(t *testing.T) {
	one := func(name string) string {
		if s := spelled(name); s != "" {
			return s
		}
		return graph.Fold(name)
	}
	for _, tt := range []struct {
		a, b string
		same bool
	}{
		{"Oleh Marunchenko", "Oleg Maruntschenko", true},
		{"Gheorghi Pashlev", "Georgy Pashleff", true},
		{"Muhammad el-Tarifi", "Mohammed al Tarifi", true},
		{"Dmytro Belski", "Dmitri Belski", true},
		{"Olena Vasko", "Elena Vasko", false},
		{"Sara Bell", "Sarah Bell", false},
		{"David Mitchell", "David Michell", false},
		{"Stuart Moor", "Stewart Moor", false},
		{"Sergei", "Sergey", false}, // too little to go by
	} {
		if got := one(tt.a) == one(tt.b); got != tt.same {
			t.Errorf("%q and %q are one: %v; spelled %q and %q", tt.a, tt.b, got, one(tt.a), one(tt.b))
		}
	}
}
