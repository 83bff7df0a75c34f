package ingest

// grounds is who found an attribution.
type grounds uint8

const (
	byRule grounds = iota
	byWeights
	byBoth
	secondHand // told through another attribution
	allGrounds
)

// point says that of what was found with about this trust so large a share was right.
type point struct{ trust, right float64 }

// measured is how often attributions are right (the words, in the mouth, as package score counts), by who found them and
// with what trust; a share lies on the line between two points. TestFitConfidence prints it, from a marked file: PolNeAR's
// development split. That corpus has no second hand, and the rules read much that it does not mark: secondHand stands on
// invented stories, byRule on both.
var measured = [allGrounds][]point{
	byRule:     {{0.86, 0.56}},
	byWeights:  {{0.58, 0.55}, {0.77, 0.58}, {0.91, 0.78}, {0.98, 0.87}, {1.00, 0.93}},
	byBoth:     {{0.84, 0.89}, {0.98, 0.93}, {0.99, 0.97}, {1.00, 0.99}},
	secondHand: {{0.79, 0.85}},
}

// confidence is how likely a triple is right.
func (t *triple) confidence() float64 {
	list := measured[t.grounds]
	if t.trust <= list[0].trust {
		return list[0].right
	}
	for i, p := range list[1:] {
		if q := list[i]; t.trust <= p.trust {
			return q.right + (p.right-q.right)*(t.trust-q.trust)/(p.trust-q.trust)
		}
	}
	return list[len(list)-1].right
}
