package schema

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/graphql-go/graphql"
	"github.com/graphql-go/graphql/language/ast"

	"github.com/whence-graph/whence/graph"
)

const exampleTime = "2026-04-10T08:00:00Z"

// dateTime is the only type that has times: an Int would be cut off at 32 bits, a String could be anything.
var dateTime = graphql.NewScalar(graphql.ScalarConfig{
	Name:        "DateTime",
	Description: "A moment, as RFC 3339 writes it: " + exampleTime + ". Answers are in UTC, to the microsecond.",
	Serialize: func(v any) any {
		if t, ok := v.(time.Time); ok && !t.IsZero() {
			return t.UTC().Format(time.RFC3339Nano)
		}
		return nil
	},
	ParseValue: func(v any) any {
		if s, ok := v.(string); ok {
			return parseTime(s)
		}
		return nil
	},
	ParseLiteral: func(v ast.Value) any {
		if s, ok := v.(*ast.StringValue); ok {
			return parseTime(s.Value)
		}
		return nil
	},
})

// parseTime is the strict reading of RFC 3339; nil for anything else.
func parseTime(s string) any {
	var t time.Time
	if t.UnmarshalText([]byte(s)) != nil {
		return nil
	}
	return t.UTC()
}

// long is a count: GraphQL's own Int has 32 bits, and graphql-go makes null of what does not fit.
var long = graphql.NewScalar(graphql.ScalarConfig{
	Name:        "Long",
	Description: "A whole number of up to 64 bits, written as a JSON number.",
	Serialize: func(v any) any {
		switch n := v.(type) {
		case int:
			return int64(n)
		case int64:
			return n
		}
		return nil
	},
	ParseValue:   func(any) any { return nil }, // no argument takes one
	ParseLiteral: func(ast.Value) any { return nil },
})

// enum makes a type of a kind of word. Its names are the words of the export in upper case.
func enum[T any](name, about string, word func(T) string, values []T, abouts ...string) *graphql.Enum {
	config := graphql.EnumValueConfigMap{}
	var names []string
	for i, v := range values {
		names = append(names, strings.NewReplacer(" ", "_", "-", "_").Replace(strings.ToUpper(word(v))))
		config[names[i]] = &graphql.EnumValueConfig{Value: v, Description: abouts[i]}
	}
	e := graphql.NewEnum(graphql.EnumConfig{Name: name, Description: about, Values: config})
	slices.SortFunc(e.Values(), func(a, b *graphql.EnumValueDefinition) int { // which come out of a map
		return slices.Index(names, a.Name) - slices.Index(names, b.Name)
	})
	return e
}

func itself[T ~string](v T) string { return string(v) }

var nodeKind = enum("NodeKind", "What a node of the graph is.", graph.Kind.String,
	[]graph.Kind{graph.ReportKind, graph.ActorKind, graph.AttributionKind, graph.ClaimKind, graph.RelationKind},
	"A published document.", "One who can speak or act.", "That a source said something, in one report.",
	"What is asserted, whoever asserts it.", "Who did what to whom.")

var actorKind = enum("ActorKind", "What an actor is.", itself[graph.ActorType],
	[]graph.ActorType{graph.Person, graph.Organization, graph.Outlet, graph.Place, graph.Group, graph.Document, graph.Anonymous},
	"A human being.", "A body with a name: a ministry, a company, an army.", "Who publishes reports: a newspaper, an agency, a channel.",
	"A place that speaks or acts: \"Moscow said\".", "People without a name of their own: \"analysts\".",
	"A document that is quoted: \"a memo\".", "Somebody whom the report does not name: \"two officials\".")

var stance = enum("Stance", "How a source stands to what it is quoted with.", itself[graph.Stance],
	[]graph.Stance{graph.Asserts, graph.Denies, graph.Doubts, graph.Asks, graph.Promises, graph.Predicts},
	"The source says that it is so.", "The source says that it is not so.", "The source is not sure of it.",
	"The source wants to know, or wants it done.", "The source says that it will do it.", "The source says that it will or may happen.")

var quotation = enum("Quotation", "How words are quoted.", itself[graph.Quotation],
	[]graph.Quotation{graph.Direct, graph.Mixed, graph.Indirect},
	"All of it stands in quotation marks.", "Some of it stands in quotation marks.", "None of it stands in quotation marks.")

var polarity = enum("Polarity", "Whether something is said to be so.", itself[graph.Polarity],
	[]graph.Polarity{graph.Affirmed, graph.Negated}, "It is said to be so.", "It is said not to be so.")

var modality = enum("Modality", "Whether something is told as fact.", itself[graph.Modality],
	[]graph.Modality{graph.Actual, graph.Planned, graph.Possible}, "It is told as fact.", "It is meant to happen.", "It may be or may happen.")

var chainEnd = enum("ChainEnd", "Why a chain goes no further. The first three reach a source, the others do not.", itself[graph.End],
	graph.Ends,
	"A person, organization, place or group speaks for itself.", "A document is quoted, and nobody behind it.",
	"The source is not named; nobody outside the report can tell who it is.", "An outlet is cited that itself cites back.",
	"A report is cited that has not been found, but there are candidates.", "A report is cited, and nothing in the store could be it.", "The report names no source.")

var correcting = enum("CorrectionHow", "In what way something is taken back.", itself[graph.Correcting],
	[]graph.Correcting{graph.Noticed, graph.ToldOf, graph.Dropped},
	"The outlet says so itself.", "Another report says that the outlet has.", "A later text at the same address does not have it any more; nobody said that it was wrong.")

var candidateWhy = enum("CandidateWhy", "Why a report could be the one that is cited, the strongest reason first.", itself[graph.Reason],
	[]graph.Reason{graph.Linked, graph.Publishes, graph.SameSource},
	"The citing report gives its address.", "The source that is cited published it, in the days before.", "It has something like it from the same source, in the days before.")

var driftKind = enum("DriftKind", "What changed.", itself[graph.DriftKind],
	[]graph.DriftKind{graph.HedgeDropped, graph.HedgeAdded, graph.IntermediaryDropped, graph.VerbSharpened, graph.VerbSoftened, graph.NumberChanged, graph.DateChanged, graph.NegationChanged},
	"What was left open is told as fact.", "What was told as fact is left open.", "Somebody through whom it was had is not named any more.", "A stronger verb.", "A weaker verb.",
	"Another number of the same thing.", "Another day or month.", "What was denied is affirmed, or the other way round.")

// order has ID for graph.ByID, which has no word.
var order = enum("Order", "In which order a list comes.",
	func(o graph.Order) string {
		if o == graph.ByID {
			return "ID"
		}
		return string(o)
	},
	[]graph.Order{graph.Newest, graph.Oldest, graph.ByID},
	"By time, the latest first; what has no time comes last. The time is that of publication; a claim's, that of its first wording.",
	"By time, the earliest first; what has no time comes last.", "By ID: no meaning, and the quickest way through all of a large graph.")

// jsonText is a report's extra, which is JSON already, as the text that a String holds.
func jsonText(s string) any {
	if s == "" || !json.Valid([]byte(s)) {
		return nil
	}
	return s
}
