package graph

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"strings"
)

// ID names a node. It is a letter for its kind, a colon and 20 characters that
// follow from its content (the first 100 bits of a SHA-256, in lower-case base 32).
//
// Actors and claims are merged as more reports are read. Each is known by the least
// of the IDs of its forms (an actor's names, a claim's wordings), so the ID depends
// on the set of reports and not on their order, and the IDs of the other forms go
// on answering: see MergedFrom.
type ID string

// Kind tells what a node is. It is the first letter of its ID.
type Kind byte

// The kinds of node.
const (
	ReportKind      Kind = 'r'
	ActorKind       Kind = 'a'
	AttributionKind Kind = 't'
	ClaimKind       Kind = 'c'
	RelationKind    Kind = 'e'
)

// Kinds lists all kinds of node, in the order in which a dump writes them.
var Kinds = []Kind{ActorKind, ReportKind, AttributionKind, RelationKind, ClaimKind}

// String is the kind in a word: "report", "actor", ..
func (k Kind) String() string {
	switch k {
	case ReportKind:
		return "report"
	case ActorKind:
		return "actor"
	case AttributionKind:
		return "attribution"
	case ClaimKind:
		return "claim"
	case RelationKind:
		return "relation"
	}
	return "unknown"
}

const idLength = 2 + 20

// Kind answers the kind that the ID was made for, or 0 when it is not an ID of ours.
func (id ID) Kind() Kind {
	if len(id) != idLength || id[1] != ':' {
		return 0
	}
	switch k := Kind(id[0]); k {
	case ReportKind, ActorKind, AttributionKind, ClaimKind, RelationKind:
		return k
	}
	return 0
}

var base = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// newID hashes the parts, each with its length before it so that no two lists of
// parts run together into the same bytes.
func newID(k Kind, parts ...string) ID {
	h := sha256.New()
	var n [8]byte
	for _, p := range parts {
		binary.LittleEndian.PutUint64(n[:], uint64(len(p)))
		h.Write(n[:])
		h.Write([]byte(p))
	}
	sum := base.EncodeToString(h.Sum(nil))
	return ID([]byte{byte(k), ':'}) + ID(sum[:idLength-2])
}

func spanParts(parts []string, list []Evidence) []string {
	var b strings.Builder
	for _, e := range list {
		b.WriteString(e.Span.String())
		b.WriteByte(' ')
	}
	return append(parts, b.String())
}

// ReportID is the ID of a revision: by where it was published (its URL, or its outlet's name where it has none) and its text.
func ReportID(where, text string) ID { return newID(ReportKind, where, Hash(text)) }

// ActorID is the ID of the actor who bears a name anywhere. Names that fold alike
// (case, marks, spacing; see Fold) are one.
func ActorID(name string) ID { return newID(ActorKind, Fold(name)) }

// LocalActorID is the ID of an actor who is nobody outside a report: anonymous
// people, groups, a surname that nothing in the report explains.
func LocalActorID(report ID, first Span) ID {
	return newID(ActorKind, string(report), first.String())
}

// AttributionID is the ID of an attribution, by its place in a report.
func AttributionID(report ID, source, cue, content []Evidence) ID {
	parts := []string{string(report)}
	parts = spanParts(parts, source)
	parts = spanParts(parts, cue)
	parts = spanParts(parts, content)
	return newID(AttributionKind, parts...)
}

// ClaimID is the ID of the claim that a content states in these words.
func ClaimID(content string) ID { return newID(ClaimKind, Fold(content)) }

// RelationID is the ID of a relation, by the places of its subject and object in a report.
func RelationID(report ID, subject Span, predicate string, object Span) ID {
	return newID(RelationKind, string(report), subject.String(), predicate, object.String())
}
