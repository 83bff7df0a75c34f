package sqlite

import (
	"fmt"

	"github.com/whence-graph/whence/graph"
)

// linkKind is an edge's kind as the table link has it. The numbers are in the order of the names, so that edges
// sort by them as by names; the gaps are for kinds to come. migration/*.sql have the same numbers.
type linkKind int

const (
	assertedBy  linkKind = 10
	from        linkKind = 20
	has         linkKind = 30
	holds       linkKind = 40
	mentions    linkKind = 50
	object      linkKind = 60
	publishedBy linkKind = 70
	readIn      linkKind = 80
	revises     linkKind = 90
	states      linkKind = 100
	subject     linkKind = 110
	via         linkKind = 120
)

var linkKinds = map[graph.EdgeKind]linkKind{
	graph.AssertedBy: assertedBy, graph.From: from, graph.Has: has, graph.Holds: holds, graph.Mentions: mentions,
	graph.Object: object, graph.PublishedBy: publishedBy, graph.ReadIn: readIn, graph.Revises: revises,
	graph.States: states, graph.Subject: subject, graph.Via: via,
}

var edgeKinds = func() map[linkKind]graph.EdgeKind {
	m := map[linkKind]graph.EdgeKind{}
	for e, l := range linkKinds {
		m[l] = e
	}
	return m
}()

// position is a number whose order is that of the IDs (as byte strings), so that what is found by words comes in
// that order, and the index of IDs is one of numbers. It is made of the kind and the first 12 of the 20 characters,
// 60 bits: among ten million nodes the odds that any two share it are one to twenty thousand; the second is refused.
func position(id graph.ID) (int64, error) {
	var p int64
	switch id.Kind() {
	case graph.ActorKind: // in the order of the letters
		p = 1
	case graph.ClaimKind:
		p = 2
	case graph.RelationKind:
		p = 3
	case graph.ReportKind:
		p = 4
	case graph.AttributionKind:
		p = 5
	default:
		return 0, fmt.Errorf("%w: %q is not an ID", graph.ErrInvalid, id)
	}
	for i := 2; i < len(id); i++ {
		var digit int64
		switch c := id[i]; {
		case '2' <= c && c <= '7':
			digit = int64(c - '2')
		case 'a' <= c && c <= 'z':
			digit = int64(c-'a') + 6
		default:
			return 0, fmt.Errorf("%w: %q is not an ID", graph.ErrInvalid, id)
		}
		if i < 14 {
			p = p<<5 | digit
		}
	}
	return p, nil
}

// positions are those of a kind: all p with first <= p < end.
func positions(k graph.Kind) (first, end int64) {
	first, _ = position(graph.ID(string(byte(k)) + ":22222222222222222222"))
	return first, first + 1<<60
}
