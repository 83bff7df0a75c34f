package sqlite_test

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/graph/graphtest"
	"github.com/whence-graph/whence/graph/sqlite"
)

func place(t testing.TB) graphtest.Place {
	path := filepath.Join(t.TempDir(), "graph.db")
	return func(ctx context.Context) (graph.Store, error) { return sqlite.Open(ctx, path) }
}

func TestStore(t *testing.T) { graphtest.Run(t, place) }

func BenchmarkStore(b *testing.B) { graphtest.Bench(b, place, 300) }

// TestScale tells how fast answers are on graphs of WHENCE_SCALE claims ("10000 100000 1000000"); it takes minutes for a million.
func TestScale(t *testing.T) {
	for n := range strings.FieldsSeq(os.Getenv("WHENCE_SCALE")) {
		claims, err := strconv.Atoi(n)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(n, func(t *testing.T) { graphtest.Scale(t, place, claims) })
	}
}
