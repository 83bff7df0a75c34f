// Package graph is the model of who said what, where, and on whose word.
//
// A report is one published document. In it an attribution says that a source
// (an actor) said, thought or wrote something: its content states a claim, which
// all attributions that say the same thing share, in whatever report. An
// attribution that was had at second hand is via the attribution outside it. A
// relation is who did what to whom, asserted by an attribution or, where none
// covers it, by the report itself.
//
//	Report ──PUBLISHED_BY──▶ Actor            Relation ──SUBJECT, OBJECT──▶ Actor
//	  │ │ ──MENTIONS───────▶ Actor                │  └──ASSERTED_BY──▶ Attribution
//	  │ └──REVISES, CITES──▶ Report               └─────READ_IN──────▶ Report
//	 HAS
//	  ▼                                       Actor ──HOLDS {title}──▶ Actor
//	Attribution ──FROM──▶ Actor
//	  │   └──────VIA──▶ Attribution (the outer one)
//	STATES
//	  ▼
//	Claim
//
// "TASS reported, citing Pankin, that Lavrov invited Blinken" is two attributions
// of one claim: Pankin's is via TASS's. From such steps, followed through every
// report in the store, Trace makes chains and finds a claim's origin.
//
// A trace is a question, not a part of the graph: which report copies which (copy.go), what changed on the way (drift.go), what was
// taken back (notice.go) and what an open end could mean (candidate.go) are told from the reports' words each time, so that they
// follow from the set of reports and an ingest pays for none of them but for the keys (see FindKeys) by which they are found.
//
// Every attribution, relation, mention and role carries Evidence: the verbatim
// words that prove it and their place in a report. Without evidence there is no edge.
//
// Offsets in this package are bytes into the report's text, start inclusive, end
// exclusive, on rune borders; Points turns them into the code points that the
// world outside sees (W3C Web Annotation, TextPositionSelector).
//
// An ID follows from content (see ID), so that reading the same reports again, in
// any order, gives the same graph. A Store keeps it; what a Store promises is told
// with the interfaces in store.go and tested by package graphtest.
//
// Values passed in or out are never shared: callers may change theirs freely.
// Nothing here keeps state or does I/O but through a Reader, and all of it may be
// used by many goroutines at once. The package imports the standard library only.
package graph
