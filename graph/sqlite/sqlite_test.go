package sqlite_test

import (
	"context"
	"path/filepath"
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
