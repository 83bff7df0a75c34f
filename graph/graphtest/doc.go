// Package graphtest is the promise that every graph.Store keeps, as tests and benchmarks.
//
// Run holds a kind of store to the list in promises.go, whose names are sentences. They are the ones that
// package graph makes with its interfaces:
//
//   - what is put comes back equal, whatever the text, also after closing and opening again;
//   - a Put is seen whole or not at all, by every handle; putting twice is putting once;
//   - what is refused, too late or cancelled has written nothing;
//   - merged IDs go on answering, and whatever referred to them refers to the survivor;
//   - each query gives the same nodes and edges in the same order from every kind of store, and each search the same
//     hits with the same scores; pages are stable while writes go on, and Count agrees with Find.
//
// The last is checked against a model: maps and linear scans, too simple to be wrong, put the same random
// batches and asked the same random questions. There is no way to skip a promise.
//
// The test of a store is a function that makes a place for one, and two calls:
//
//	func place(t testing.TB) graphtest.Place {
//		path := filepath.Join(t.TempDir(), "graph.db")
//		return func(ctx context.Context) (graph.Store, error) { return sqlite.Open(ctx, path) }
//	}
//
//	func TestStore(t *testing.T)      { graphtest.Run(t, place) }
//	func BenchmarkStore(b *testing.B) { graphtest.Bench(b, place, 300) }
//
// Generate makes graphs to try things on: seeded, as large as wanted, and shaped like the news.
package graphtest
