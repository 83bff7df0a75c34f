package model

import "github.com/whence-graph/whence/ingest/encoder"

const (
	windowPieces = 192 // of a window, with the pieces that open and close it
	tokenPieces  = 8   // of a token; what a longer one goes on with is not read
)

// stretch is a run of tokens, to exclusive. The zero stretch is none.
type stretch struct{ from, to int }

func (s stretch) none() bool { return s.to <= s.from }

// pieces are the word pieces of tokens: those of token i are id[at[i]:at[i+1]].
type pieces struct{ id, at []int32 }

func piecesOf(text string, list []token, w *encoder.WordPiece) pieces {
	p := pieces{make([]int32, 0, len(list)*5/4), make([]int32, 1, len(list)+1)}
	var buf []encoder.Piece
	for i := range list {
		buf = w.AppendWord(buf[:0], text, list[i].span.Start, list[i].span.End)
		for _, x := range buf[:min(len(buf), tokenPieces)] {
			p.id = append(p.id, x.ID)
		}
		p.at = append(p.at, int32(len(p.id)))
	}
	return p
}

// windows packs tokens, without overlap, as many as the weights read at once: up to the last paragraph that fits whole, else to the
// last sentence, else as they come.
func windows(list []token, p pieces) []stretch {
	var out []stretch
	for i := 0; i < len(list); {
		j, best := i, 0
		for j < len(list) && 2+int(p.at[j+1]-p.at[i]) <= windowPieces {
			j++
			if j < len(list) && list[j].cut != noCut && (best == 0 || list[j].cut >= list[best].cut) {
				best = j
			}
		}
		if j < len(list) && best > 0 {
			j = best
		}
		out = append(out, stretch{i, j})
		i = j
	}
	return out
}
