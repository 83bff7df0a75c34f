package ingest

import "github.com/whence-graph/whence/graph"

// Analysis is what one report says: all of it read from its text alone, with places in bytes. Indexes
// point into its own lists; None stands for nothing.
type Analysis struct {
	Actors       []Actor       // who is who inside the report, by first mention
	Mentions     []Mention     // by place in the text
	Attributions []Attribution // an outer one before its inner ones
	Relations    []Relation    // by place in the text
}

// None is the index of nothing.
const None = -1

// Actor is an actor as one report knows it.
type Actor struct {
	Type graph.ActorType
	Name string // the fullest name, or the words of the first mention
	// Names are those by which other reports may know the actor too: full names, acronyms that the report
	// explains. Bare surnames, titles, pronouns, groups and the anonymous have none: they are of this report only.
	Names []string
	Roles []Role
}

// Role is an office that the report says the actor holds.
type Role struct {
	Title string // "deputy foreign minister"
	Of    int    // index into Actors: the state or organization; or None
	Span  graph.Span
}

// Mention is a stretch that refers to an actor.
type Mention struct {
	Span  graph.Span
	Actor int // index into Actors
}

// Attribution is that a source said something, in the words of the report.
type Attribution struct {
	Sources    []int // indexes into Mentions: who; empty where no one is named
	Source     []graph.Span
	Cue        []graph.Span
	Content    []graph.Span // at least one
	Quotation  graph.Quotation
	Stance     graph.Stance
	Via        int // index into Attributions, lower than its own; or None
	Confidence float64
}

// Relation is who did what to whom, in the words of the report.
type Relation struct {
	Subject    int // index into Mentions
	Predicate  string
	Class      string
	Object     int // index into Mentions
	Evidence   []graph.Span
	AssertedBy int // index into Attributions, or None: the report itself
	Polarity   graph.Polarity
	Modality   graph.Modality
	Confidence float64
}
