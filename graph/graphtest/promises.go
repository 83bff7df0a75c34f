package graphtest

import (
	"time"
)

// patience is how long a promise that needs many goroutines may take before it counts as stuck.
const patience = 2 * time.Minute

// promises is all that a Store promises. The names are the promises.
var promises = []struct {
	name string
	keep func(*test)
}{
	// put.go
	{"an empty store answers that it is empty", emptyStore},
	{"what is put comes back equal", comesBackEqual},
	{"putting twice is putting once", putTwice},
	{"a node that is put again is replaced, with the edges that it owns", replaced},
	{"the mentions of a report are replaced with it", mentionsReplaced},
	{"what is removed is gone, with the edges that it owned", removed},
	{"a reference to nobody is refused and nothing is written", dangling},
	{"a batch that breaks the model is refused and nothing is written", invalidBatch},
	{"a batch computed from an older generation is a conflict", staleBase},
	{"an empty batch changes nothing", emptyBatch},
	{"what is handed over is not shared", notShared},
	{"what was put is there after closing and opening again", reopened},

	// value.go
	{"any text comes back as it was", anyText},
	{"text that is not UTF-8 is refused", notUTF8},
	{"a long report comes back whole and is searched to its end", longReport},
	{"times are kept to the microsecond in UTC, and no time stays no time", times},
	{"numbers come back exactly", numbers},
	{"empty lists come back nil", emptyLists},

	// merge.go
	{"merging leads old IDs and all that referred to them to the survivor", merging},
	{"merging what was merged leads every ID to the last survivor", mergingAgain},
	{"a new least ID takes over from the old one", renaming},
	{"a reference to a merged ID means the survivor", mergedReference},
	{"parting what was merged brings the ID back as a node of its own", parting},
	{"an ID that would belong to two nodes is refused", twoOwners},

	// read.go
	{"an absent ID is left out", absentID},
	{"five thousand IDs are answered at once", manyIDs},
	{"edges are selected by kind and end, in order", edgesSelected},
	{"edges are followed through merges", edgesMerged},
	{"edges may be stopped early", edgesStopped},
	{"edges from and to anywhere are refused", edgesAnywhere},
	{"edges may be asked for while edges are read", edgesNested},

	// find.go
	{"reports are found by every field", findReports},
	{"actors are found by every field", findActors},
	{"attributions are found by every field", findAttributions},
	{"claims are found by every field, all of one attribution", findClaims},
	{"relations are found by every field", findRelations},
	{"reports that came and claims that changed are found by generation", findHappened},
	{"words are found whatever their case, marks and place", findWords},
	{"a word of a query language is a word like any other", findSyntax},

	// page.go
	{"pages come in the order asked for, what has no time last", pageOrder},
	{"a page is no larger than asked for, nor than the maximum", pageSize},
	{"a query that makes no sense is refused", senselessQuery},
	{"a cursor that is garbage or of another query is refused", foreignCursor},
	{"pages are stable while writes go on", stablePages},

	// together.go
	{"a cancelled context writes nothing", cancelled},
	{"a cancelled context ends reading", cancelledReading},
	{"half a batch is never seen", neverHalf},
	{"half a batch is never seen through another handle", neverHalfElsewhere},
	{"concurrent writers lose nothing", concurrentWriters},
	{"a closed store is unavailable", closedStore},

	// random.go
	{"random small graphs give the model's answers", randomGraphs},
	{"a generated graph gives the model's answers", generatedGraph},
	{"a claim's trace and an actor's network are the model's", generatedTraces},
	{"the same search answers", generatedSearches},
}
