package graph

import (
	"regexp"
	"slices"
)

// The kinds of edge that are drawn for people, besides those by the name of a relation's predicate. No store answers from them.
const (
	ReportedBy EdgeKind = "REPORTED_BY" // claim to the sources of the outermost attribution
	Cited      EdgeKind = "CITED"       // from there inwards, source to source
	DeniedBy   EdgeKind = "DENIED_BY"   // claim to those who deny it
)

// Drawn is an edge drawn for an attribution.
type Drawn struct {
	Kind        EdgeKind
	From, To    ID
	Claim       ID     // so that a path never runs from one claim into another through an actor that both share
	Attribution ID     // whose sources it ends at
	For         ID     // the attribution whose way it is a part of
	Stance      Stance // of that
}

// Draw is what is drawn for an attribution. way has it first, and then those outside it (VIA), to the outermost.
//
// Of one with a stance other than denies, that is the way from its claim inwards: REPORTED_BY from the claim to the sources of the
// outermost, and CITED from there inwards. An attribution without a source is passed over. Where one on the way states the same claim,
// the way from the claim to there is drawn for that one already, and only the rest for this. Of one that denies, it is DENIED_BY, and
// CITED as before.
func Draw(way []*Attribution) (edges []Drawn) {
	t := way[0]
	edge := func(kind EdgeKind, from, to ID, of *Attribution) {
		edges = append(edges, Drawn{kind, from, to, t.Claim, of.ID, t.ID, t.Stance})
	}
	if t.Stance == Denies {
		for _, to := range t.Sources {
			edge(DeniedBy, t.Claim, to, t)
		}
	}
	inner, joined := &Attribution{}, false // inner is the last that has sources
	for i, s := range way {
		joined = joined || i > 0 && s.Claim == t.Claim && s.Stance != Denies
		if len(s.Sources) == 0 {
			continue
		}
		for _, from := range s.Sources {
			for _, to := range inner.Sources {
				if from != to {
					edge(Cited, from, to, inner)
				}
			}
		}
		inner = s
		if joined {
			return edges
		}
	}
	if t.Stance != Denies {
		for _, to := range inner.Sources {
			edge(ReportedBy, t.Claim, to, inner)
		}
	}
	return edges
}

var predicateName = regexp.MustCompile(`^[A-Z][A-Z0-9_]{0,99}$`)

// DrawnKind is the kind of the edge that is drawn from a relation's subject to its object: the name of its predicate, with an
// underscore after it where that is a name of ours, and empty where it can be no name.
func DrawnKind(predicate string) EdgeKind {
	kind := EdgeKind(predicate)
	switch {
	case !predicateName.MatchString(predicate):
		return ""
	case slices.Contains(EdgeKinds, kind), kind == ReportedBy, kind == DeniedBy, kind == Cited, kind == "NOW":
		return kind + "_"
	}
	return kind
}
