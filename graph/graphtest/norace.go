//go:build !race

package graphtest

// size is n: see race.go.
func size(n int) int { return n }
