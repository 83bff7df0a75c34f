package ingest

import "github.com/whence-graph/whence/graph"

// Found is an attribution with who found it and how sure they were, before that is made a confidence.
type Found struct {
	Source, Cue, Content []graph.Span
	Grounds              int
	Trust                float64
}

// GroundNames are those of Found.Grounds.
var GroundNames = []string{"byRule", "byWeights", "byBoth", "secondHand"}

// Find reads a text as far as that.
func Find(text string) ([]Found, error) {
	r, err := read(text, 0)
	if err != nil {
		return nil, err
	}
	said, _ := r.chain(r.said)
	var out []Found
	for _, t := range said {
		f := Found{Cue: r.spans(t.cue), Content: r.spans(t.content), Grounds: int(t.grounds), Trust: t.trust}
		if !t.source.none() {
			f.Source = r.spans([]stretch{t.source})
		}
		out = append(out, f)
	}
	return out, nil
}
