//go:build race

package graphtest

// size is a part of n under the race detector, which makes a store written in Go fifteen times slower: it is there to find races, and
// the same promises run at full size without it.
func size(n int) int { return n / 4 }
