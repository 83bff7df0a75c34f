package neo4j

import (
	"slices"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/whence-graph/whence/graph"
)

// filter is what a query asks of one node, as Cypher about a variable.
type filter struct {
	variable, label string
	links           []link   // to other nodes
	holds           []string // conditions on its own properties
}

// link asks that a node is linked to one of a list of nodes, x.
type link struct {
	pattern string // from the variable to x
	label   string // of x
	param   string // the IDs of x
	rank    rank
}

// rank orders what a statement can start from: the lesser, the fewer nodes it leaves, as a rule.
type rank int

const (
	byKey rank = iota // keys, URLs
	byClaim
	byReport
	byWeek // a time of publication that is not long
	byWord
	byActor
	byOutlet
	byPredicate
	byNothing
)

// link adds a link, when the list asks for one. The pattern has ? for the variable.
func (f *filter) link(param string, ids []string, rank rank, pattern string, params map[string]any) {
	if len(ids) > 0 {
		params[param] = ids
		_, label, _ := strings.Cut(pattern, "(x:")
		label, _, _ = strings.Cut(label, ")")
		f.links = append(f.links, link{strings.Replace(pattern, "?", f.variable+":"+f.label, 1), label, param, rank})
	}
}

// among adds that a property is one of the list, when there is one.
func (f *filter) among(property string, list []string, params map[string]any) {
	if len(list) > 0 {
		params[property] = list
		f.holds = append(f.holds, f.variable+"."+property+" IN $p."+property)
	}
}

// best is the link of least rank, and -1 if none is of less than limit.
func (f *filter) best(limit rank) int {
	best := -1
	for i, l := range f.links {
		if l.rank < limit {
			best, limit = i, l.rank
		}
	}
	return best
}

// match is a statement's beginning that gives the nodes of the filter, each once. It begins with start or, where best
// is a link's place, with that.
func (f *filter) match(start string, best int, more ...string) string {
	where := slices.Concat(f.holds, more)
	for i, l := range f.links {
		if i != best {
			where = append(where, "EXISTS { MATCH "+l.pattern+" WHERE x.id IN $p."+l.param+" }")
		}
	}
	if best >= 0 {
		l := f.links[best]
		start = "MATCH " + l.pattern + " USING INDEX SEEK x:" + l.label + "(id) WHERE x.id IN $p." + l.param + "\nWITH DISTINCT " + f.variable
	}
	if len(where) == 0 {
		return start
	}
	return start + "\nWHERE " + strings.Join(where, " AND ")
}

// question is a query of nodes, as Cypher about n and, of claims, about one attribution t that states it.
type question struct {
	graph.NodeQuery
	n, t   filter
	search string // begins a statement with what the fulltext index finds, if it is to begin with that
	params map[string]any
}

// references are the IDs that the query names.
func queried(q graph.NodeQuery) []graph.ID {
	return slices.Concat(q.Outlets, q.Reports, q.Actors, q.Claims, q.AssertedBy)
}

// ask is the question that the query asks, with IDs followed through merges.
func (r reader) ask(q graph.NodeQuery) *question {
	a := &question{
		NodeQuery: q, params: map[string]any{},
		n: filter{variable: "n", label: kinds[q.Kind].label}, t: filter{variable: "t", label: "Attribution"},
	}
	outlets, reports, actors := r.follow(q.Outlets), r.follow(q.Reports), r.follow(q.Actors)
	// Lists that name nobody who is there still ask for something.
	f := &a.n
	link := func(param string, asked []graph.ID, ids []string, rank rank, pattern string) {
		if len(asked) > 0 && len(ids) == 0 {
			ids = []string{""}
		}
		f.link(param, ids, rank, pattern, a.params)
	}
	switch q.Kind {
	case graph.ReportKind:
		link("outlets", q.Outlets, outlets, byOutlet, "(?)-[:PUBLISHED_BY]->(x:Actor)")
		link("actors", q.Actors, actors, byActor, "(?)-[:MENTIONS]->(x:Actor)")
		f.among("url", q.URLs, a.params)
	case graph.ActorKind:
		link("reports", q.Reports, reports, byReport, "(?)<-[:MENTIONS]-(x:Report)")
		f.among("type", strs(q.Types), a.params)
	case graph.RelationKind:
		link("outlets", q.Outlets, outlets, byOutlet, "(?)-[:READ_IN]->()-[:PUBLISHED_BY]->(x:Actor)")
		link("reports", q.Reports, reports, byReport, "(?)-[:READ_IN]->(x:Report)")
		link("actors", q.Actors, actors, byActor, "(?)-[:SUBJECT|OBJECT]->(x:Actor)")
		link("assertedBy", q.AssertedBy, r.follow(q.AssertedBy), byClaim, "(?)-[:ASSERTED_BY]->(x:Attribution)")
		f.among("predicate", q.Predicates, a.params)
		f.among("polarity", strs(q.Polarities), a.params)
		f.among("modality", strs(q.Modalities), a.params)
	case graph.ClaimKind, graph.AttributionKind:
		if q.Kind == graph.ClaimKind {
			f = &a.t
		}
		link("outlets", q.Outlets, outlets, byOutlet, "(?)<-[:HAS]-()-[:PUBLISHED_BY]->(x:Actor)")
		link("reports", q.Reports, reports, byReport, "(?)<-[:HAS]-(x:Report)")
		link("actors", q.Actors, actors, byActor, "(?)-[:FROM]->(x:Actor)")
		link("claims", q.Claims, r.follow(q.Claims), byClaim, "(?)-[:STATES]->(x:Claim)")
		f.among("stance", strs(q.Stances), a.params)
		f.among("quotation", strs(q.Quotations), a.params)
	}
	if !q.Since.IsZero() {
		a.params["since"] = at(q.Since)
		f.holds = append(f.holds, f.variable+".published >= $p.since")
	}
	if !q.Until.IsZero() {
		a.params["until"] = at(q.Until)
		f.holds = append(f.holds, f.variable+".published < $p.until")
	}
	if !q.IngestedBy.IsZero() {
		a.params["ingestedBy"] = at(q.IngestedBy)
		in := map[graph.Kind]string{graph.ReportKind: "n", graph.RelationKind: "r"}[q.Kind]
		switch {
		case in == "n":
			f.holds = append(f.holds, "n.ingested <= $p.ingestedBy")
		case in == "r":
			f.holds = append(f.holds, "EXISTS { MATCH ("+f.variable+")-[:READ_IN]->(r:Report) WHERE r.ingested <= $p.ingestedBy }")
		default:
			f.holds = append(f.holds, "EXISTS { MATCH ("+f.variable+")<-[:HAS]-(r:Report) WHERE r.ingested <= $p.ingestedBy }")
		}
	}
	if q.Past != 0 {
		a.params["past"] = q.Past
		a.n.holds = append(a.n.holds, "n."+generation[q.Kind]+" > $p.past")
	}
	if q.UpTo != 0 {
		a.params["upTo"] = q.UpTo
		a.n.holds = append(a.n.holds, "coalesce(n."+generation[q.Kind]+", 0) <= $p.upTo")
	}
	if q.MinConfidence != 0 {
		a.params["confidence"] = q.MinConfidence
		f.holds = append(f.holds, f.variable+".confidence >= $p.confidence")
	}
	if len(q.Keys) > 0 {
		a.params["keys"] = q.Keys
		a.n.holds = append(a.n.holds, "ANY(key IN n.keys WHERE key IN $p.keys)")
	}
	a.words()
	return a
}

// generation is the property that tells of when a node came or changed.
var generation = map[graph.Kind]string{graph.ReportKind: "came", graph.ClaimKind: "changed"}

// What one search of a fulltext index may hold. It takes 1024 clauses, and splits words of more than 255 UTF-16 units.
const (
	mostClauses = 400
	longestWord = 255
)

// words decides whether the statement begins with a search, and adds what the search cannot tell to the conditions.
func (a *question) words() {
	terms, rank := slices.Concat(a.Keys, a.URLs), byKey
	if len(terms) == 0 {
		terms, rank = a.Predicates, byPredicate
	}
	if len(terms) == 0 {
		rank = byNothing
	}
	list := graph.Words(a.Text)
	slices.Sort(list)
	list = slices.Compact(list)
	if len(list) > 0 {
		rank = min(rank, byWord)
	}
	if rank > byWeek && a.withinWeek() {
		rank = byNothing
	}
	searched := rank < byNothing && a.n.best(rank) < 0 && a.t.best(rank) < 0
	var sought, others []string
	for _, w := range list {
		if searched && len(sought) < mostClauses && len(utf16.Encode([]rune(w))) <= longestWord {
			sought = append(sought, `+words:"`+w+`"`) // letters and digits
		} else {
			others = append(others, " "+w+" ")
		}
	}
	if len(others) > 0 {
		a.params["words"] = others
		a.n.holds = append(a.n.holds, "ALL(word IN $p.words WHERE ' ' + n.words + ' ' CONTAINS word)")
	}
	if !searched || len(sought)+len(terms) == 0 {
		return
	}
	all := strings.Join(append([]string{"+keyed:" + a.n.label}, sought...), " ")
	var searches []string
	for chunk := range slices.Chunk(hashes(terms), mostClauses) {
		searches = append(searches, all+" +keyed:("+strings.Join(chunk, " ")+")")
	}
	if len(terms) == 0 {
		searches = []string{all}
	}
	a.params["searches"] = searches
	a.search = "UNWIND $p.searches AS search\nCALL db.index.fulltext.queryNodes('whence_words', search) YIELD node AS n\nWITH DISTINCT n"
}

// week is how long a time of publication may be for its nodes to be few: what anybody has published in it is no more when the store grows.
const week = 8 * 24 * time.Hour

// withinWeek tells whether the question is best begun with the index of times.
func (a *question) withinWeek() bool {
	f := a.filterOfTime()
	return !a.Since.IsZero() && !a.Until.IsZero() && a.Until.Sub(a.Since) <= week && f == &a.n && f.best(byWeek) < 0 && len(a.Keys)+len(a.URLs) == 0
}

// filterOfTime is the filter of the nodes that are asked when they were published.
func (a *question) filterOfTime() *filter {
	if a.Kind == graph.ClaimKind {
		return &a.t
	}
	return &a.n
}

// match begins a statement with the nodes n that the question asks for, each once, and for which more holds.
func (a *question) match(more ...string) string {
	start := "MATCH (n:" + a.n.label + ")"
	if a.search == "" && a.withinWeek() {
		return a.n.match(start+" USING INDEX n:"+a.n.label+"(published)", -1, more...)
	}
	if a.search != "" {
		start = a.search
	}
	ofAttribution := len(a.t.links)+len(a.t.holds) > 0
	if a.search == "" && a.Past != 0 {
		if ofAttribution {
			more = append(more, "EXISTS { "+a.t.match("MATCH (n)<-[:STATES]-(t:Attribution)", -1)+" }")
		}
		return a.n.match(start+" USING INDEX n:"+a.n.label+"("+generation[a.Kind]+")", -1, more...)
	}
	if best := a.t.best(byNothing); ofAttribution && a.search == "" && best >= 0 {
		return a.n.match(a.t.match("", best)+"\nMATCH (t)-[:STATES]->(n:Claim)\nWITH DISTINCT n", -1, more...)
	}
	if ofAttribution {
		more = append(more, "EXISTS { "+a.t.match("MATCH (n)<-[:STATES]-(t:Attribution)", -1)+" }")
	}
	best := -1
	if a.search == "" {
		best = a.n.best(byNothing)
	}
	return a.n.match(start, best, more...)
}
