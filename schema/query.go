package schema

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/graphql-go/graphql"

	"github.com/whence-graph/whence/graph"
)

func arg(kind graphql.Input, about string) *graphql.ArgumentConfig {
	return &graphql.ArgumentConfig{Type: kind, Description: about}
}

func argOr(kind graphql.Input, standard any, about string) *graphql.ArgumentConfig {
	return &graphql.ArgumentConfig{Type: kind, DefaultValue: standard, Description: about}
}

// pageArgs are the arguments that say which page.
func pageArgs() graphql.FieldConfigArgument {
	return graphql.FieldConfigArgument{
		"first": argOr(graphql.Int, defaultFirst, "How many at most; 100 is the most that can be had at once."),
		"after": arg(graphql.String, "A cursor: what comes behind it. It holds for the same list with the same arguments."),
	}
}

// filter is an argument of a graph.NodeQuery, and the letters of the kinds that it goes with: the first of their
// IDs, and E for what a list of relations has beyond networks and a report's relations.
type filter struct {
	letters string
	arg     *graphql.ArgumentConfig
}

const namesToo = ", by ID or by a name that nobody else goes by"

func filters(letter string) map[string]filter {
	text := map[string]string{"r": "its title and text", "a": "its names and titles", "c": "its wordings", "t": "its content", "E": "its predicate and evidence"}
	actors := map[string]string{"r": "reports that mention one of these", "c": "claims of which one of these is a source",
		"t": "attributions of which one of these is a source", "E": "relations from or to one of these"}
	reports := map[string]string{"a": "actors mentioned in one of these reports", "c": "claims made in one of these reports"}
	if reports[letter] == "" {
		reports[letter] = "what stands in one of these reports"
	}
	return map[string]filter{
		"text":          {"ractE", arg(graphql.String, "Only those with every word of this in "+text[letter]+", whatever the case and the accents.")},
		"urls":          {"r", arg(some(graphql.String), "Only those read at one of these addresses.")},
		"kinds":         {"a", arg(some(actorKind), "Only actors of one of these kinds.")},
		"outlets":       {"rcteE", arg(some(graphql.ID), "Only what was published by one of these"+namesToo+".")},
		"reports":       {"actE", arg(some(graphql.ID), "Only "+reports[letter]+", by ID.")},
		"actors":        {"rctE", arg(some(graphql.ID), "Only "+actors[letter]+namesToo+".")},
		"claims":        {"t", arg(some(graphql.ID), "Only attributions of one of these claims, by ID.")},
		"stances":       {"ct", arg(some(stance), "Only where the source takes one of these stances.")},
		"quotations":    {"ct", arg(some(quotation), "Only what is quoted in one of these ways.")},
		"predicates":    {"eE", arg(some(graphql.String), "Only these predicates: INVITED, HELD_TALKS; \"held talks\" is understood too.")},
		"polarities":    {"eE", arg(some(polarity), "Only what is said to be so, or not to be so.")},
		"modalities":    {"eE", arg(some(modality), "Only what is told as fact, or planned, or possible.")},
		"assertedBy":    {"E", arg(some(graphql.ID), "Only relations asserted by one of these attributions, by ID.")},
		"since":         {"rcteE", arg(dateTime, "Only what was published at this moment or later.")},
		"until":         {"rcteE", arg(dateTime, "Only what was published before this moment.")},
		"asOf":          {"rcteE", arg(dateTime, "As the press stood at this moment: only what was published by then, it included.")},
		"ingestedAsOf":  {"rcteE", arg(dateTime, "As the store stood at this moment: only what stands in reports that it had got by then. Reports of which nobody noted when are left out.")},
		"minConfidence": {"cteE", arg(graphql.Float, "Only what is at least so sure, from 0 to 1.")},
	}
}

// listArgs are the arguments of a list of a kind, but those in without.
func listArgs(kind graph.Kind, standard graph.Order, without ...string) graphql.FieldConfigArgument {
	letter := string(rune(kind))
	if kind == graph.RelationKind {
		letter = "E" // e has fewer: those of networks and of a report's relations
	}
	args := filterArgs(letter, without...)
	for name, a := range pageArgs() {
		args[name] = a
	}
	if kind != graph.ActorKind { // they have no time
		args["order"] = argOr(order, standard, "In which order.")
	}
	return args
}

func filterArgs(letter string, without ...string) graphql.FieldConfigArgument {
	args := graphql.FieldConfigArgument{}
	for name, f := range filters(letter) {
		if strings.Contains(f.letters, letter) && !slices.Contains(without, name) {
			args[name] = f.arg
		}
	}
	return args
}

// inReportArgs are those of a list in the order of a report's text.
func inReportArgs(kind graph.Kind) graphql.FieldConfigArgument {
	args := pageArgs()
	for name, a := range filterArgs(string(rune(kind)), "text", "outlets", "reports", "actors", "claims", "since", "until", "asOf", "ingestedAsOf") {
		args[name] = a
	}
	return args
}

// momentArgs are the arguments that say as of when.
func momentArgs() graphql.FieldConfigArgument {
	f := filters("t")
	return graphql.FieldConfigArgument{"asOf": f["asOf"].arg, "ingestedAsOf": f["ingestedAsOf"].arg}
}

// maxLimit is the most relations of a network.
const maxLimit = 5000

func (t *types) queryFields() fields {
	type top = *request
	one := func(kind graph.Kind, of *graphql.Object, about string) field {
		return asks(of, about, price{}, func(ctx context.Context, q *request, _ top, a arguments) (any, error) {
			id, _ := a["id"].(string)
			if graph.ID(id).Kind() != kind {
				return nil, nil
			}
			return q.node(ctx, graph.ID(id), same)
		}).with(graphql.FieldConfigArgument{"id": arg(must(graphql.ID), "Its ID, or that of another of its forms.")})
	}
	many := func(kind graph.Kind, of *graphql.Object, about string) field {
		return asks(of, about, paged(callPrice), root(kind)).with(listArgs(kind, graph.Newest))
	}
	network, path := filterArgs("e"), filterArgs("e")
	network["actors"] = arg(some(graphql.ID), "Where to start"+namesToo+". Without any, all relations that match.")
	network["depth"] = argOr(graphql.Int, 1, "How many relations away from them, up to 4.")
	network["limit"] = argOr(graphql.Int, graph.DefaultNetwork, "How many relations at most, up to 5,000.")
	path["from"] = arg(must(graphql.ID), "Where to start: an actor"+namesToo+".")
	path["to"] = arg(must(graphql.ID), "Where to get to: an actor"+namesToo+".")
	trace := momentArgs()
	trace["id"] = arg(graphql.ID, "A claim's ID, or that of an attribution of it.")
	trace["text"] = arg(graphql.String, "Words of the claim: of those that have half of them the one that fits best is traced.")
	path["depth"] = argOr(graphql.Int, graph.MaxPath, "How many relations the path may have, up to 6.")
	return fields{
		"node": asks(t.node, "The node with an ID, whatever it is; null when there is none.", price{},
			func(ctx context.Context, q *request, _ top, a arguments) (any, error) {
				id, _ := a["id"].(string)
				if graph.ID(id).Kind() == 0 {
					return nil, nil
				}
				return q.node(ctx, graph.ID(id), same)
			}).with(graphql.FieldConfigArgument{"id": arg(must(graphql.ID), "Its ID, or that of another of its forms.")}),
		"nodes": asks(graphql.NewList(t.node), "The nodes with these IDs, in this order, null where there is none.", price{each: "ids"}, nodesByID).
			with(graphql.FieldConfigArgument{"ids": arg(must(some(graphql.ID)), "Up to 1,000 IDs.")}),
		"report": asks(t.report, "A report, by ID or address; null when there is none.", price{}, reportBy).with(graphql.FieldConfigArgument{
			"id":  arg(graphql.ID, "Its ID."),
			"url": arg(graphql.String, "Where it was read: the latest text there."),
		}),
		"actor": asks(t.actor, "An actor, by ID or name; null when there is none.", price{calls: 10 * callPrice}, actorBy).with(graphql.FieldConfigArgument{
			"id":   arg(graphql.ID, "Its ID, or that of another of its names."),
			"name": arg(graphql.String, "One of its full names or, where nobody else goes by it, any name that it goes by."),
		}),
		"claim":        one(graph.ClaimKind, t.claim, "A claim by ID; null when there is none."),
		"reports":      many(graph.ReportKind, t.reports, "Reports, the latest first."),
		"actors":       many(graph.ActorKind, t.actors, "Actors, in no order that means anything."),
		"claims":       many(graph.ClaimKind, t.claims, "Claims, the latest first. Of the filters all but text hold of one attribution that states the claim."),
		"attributions": many(graph.AttributionKind, t.attributions, "Attributions, the latest first."),
		"relations":    many(graph.RelationKind, t.relations, "Relations, the latest first."),
		"search": asks(some(t.hits), "What fits a text best, best first: first what has every word, else what has the weightiest.",
			price{calls: searchPrice, many: defaultFirst, limit: "first"}, search).with(graphql.FieldConfigArgument{
			"text":  arg(must(graphql.String), "What to look for, in any words; the first 32 of them count."),
			"kinds": arg(some(nodeKind), "Only nodes of these kinds; without any, of all kinds."),
			"first": argOr(graphql.Int, defaultFirst, "How many at most, up to 100."),
		}),
		"trace": asks(t.trace, "Where a claim comes from: hop by hop to the first person, office or document that made it. Null when there is no such claim.",
			price{calls: tracePrice}, traceBy).with(trace),
		"network": asks(t.network, "Who deals with whom: relations around actors, each on its own word.",
			price{calls: networkPrice, many: graph.DefaultNetwork, limit: "limit", page: true}, networkOf).with(network),
		"path":  asks(t.path, "A shortest path of relations from one actor to another, whichever way each points; null when there is none.", price{calls: pathPrice}, pathOf).with(path),
		"stats": has(must(t.stats), "How much there is.", func(q top) any { return q }),
	}
}

const (
	searchPrice  = 5000
	networkPrice = 1000
	pathPrice    = 2000
)

func nodesByID(ctx context.Context, q *request, _ *request, a arguments) (any, error) {
	words := each[string](a, "ids")
	if len(words) > maxItems {
		return nil, errorf(Invalid, "ids: at most %d at once, and there are %d", maxItems, len(words))
	}
	for _, w := range words {
		if graph.ID(w).Kind() != 0 {
			q.nodes.want(graph.ID(w))
		}
	}
	return thunk(func() (any, error) {
		out := make([]any, len(words))
		for i, w := range words {
			if graph.ID(w).Kind() == 0 {
				continue
			}
			n, there, err := q.nodes.get(ctx, graph.ID(w))
			if err != nil {
				return nil, err
			}
			if there {
				out[i] = n
			}
		}
		return out, nil
	}), nil
}

// oneOf is the one of two arguments that is given.
func (a arguments) oneOf(x, y string) (name, value string, err error) {
	vx, isX := a[x].(string)
	vy, isY := a[y].(string)
	switch {
	case isX == isY:
		return "", "", errorf(Invalid, "%s or %s must be given, and not both", x, y)
	case isX:
		return x, vx, nil
	}
	if len(vy) > maxText {
		return "", "", errorf(Invalid, "%s: more than %d bytes", y, maxText)
	}
	return y, vy, nil
}

func reportBy(ctx context.Context, q *request, _ *request, a arguments) (any, error) {
	by, value, err := a.oneOf("id", "url")
	if err != nil {
		return nil, err
	}
	if by == "id" {
		if graph.ID(value).Kind() != graph.ReportKind {
			return nil, nil
		}
		return q.node(ctx, graph.ID(value), same)
	}
	p, err := q.reader.Find(ctx, graph.NodeQuery{Kind: graph.ReportKind, URLs: []string{value}, Order: graph.Newest, Limit: 1})
	if err != nil || len(p.Nodes) == 0 {
		return nil, err
	}
	q.remember(p.Nodes...)
	return p.Nodes[0], nil
}

func actorBy(ctx context.Context, q *request, _ *request, a arguments) (any, error) {
	by, value, err := a.oneOf("id", "name")
	if err != nil {
		return nil, err
	}
	if by == "name" {
		return q.called(ctx, "name", value)
	}
	if graph.ID(value).Kind() != graph.ActorKind {
		return nil, nil
	}
	return q.node(ctx, graph.ID(value), same)
}

func search(ctx context.Context, q *request, _ *request, a arguments) (any, error) {
	text, err := a.text("text")
	if err != nil {
		return nil, err
	}
	first, err := a.count("first", defaultFirst, maxFirst)
	if err != nil {
		return nil, err
	}
	kinds := each[graph.Kind](a, "kinds")
	if len(kinds) == 0 {
		kinds = slices.Clone(graph.Kinds)
	}
	slices.Sort(kinds)
	hits, err := graph.Search(ctx, q.reader, slices.Compact(kinds), text, first)
	if err != nil {
		return nil, err
	}
	for _, h := range hits {
		q.remember(h.Node)
	}
	return anys(hits), nil
}

func traceBy(ctx context.Context, q *request, _ *request, a arguments) (any, error) {
	by, value, err := a.oneOf("id", "text")
	if err != nil {
		return nil, err
	}
	var got *graph.Tracing
	if by == "text" {
		got, err = graph.TraceText(ctx, q.reader, value, a.moment())
	} else {
		switch id := graph.ID(value); id.Kind() {
		case graph.ClaimKind, graph.AttributionKind:
			got, err = graph.Trace(ctx, q.reader, id, a.moment())
		case 0:
			return nil, nil
		default:
			return nil, errorf(Invalid, "id: %s is the ID of %s, and that of a claim or an attribution is wanted", id, an(id.Kind()))
		}
	}
	if errors.Is(err, graph.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return q.traced(got), nil
}

// networkQuery reads what networks and paths have in common.
func (q *request) networkQuery(ctx context.Context, a arguments) (graph.NetworkQuery, error) {
	f, err := q.filter(ctx, graph.RelationKind, a)
	return graph.NetworkQuery{Actors: f.Actors, Predicates: f.Predicates, Polarities: f.Polarities, Modalities: f.Modalities,
		Outlets: f.Outlets, Since: f.Since, Until: f.Until, IngestedBy: f.IngestedBy, MinConfidence: f.MinConfidence}, err
}

func networkOf(ctx context.Context, q *request, _ *request, a arguments) (any, error) {
	query, err := q.networkQuery(ctx, a)
	if err != nil {
		return nil, err
	}
	if query.Depth, err = a.count("depth", 1, graph.MaxDepth); err != nil {
		return nil, err
	}
	if query.Limit, err = a.count("limit", graph.DefaultNetwork, maxLimit); err != nil {
		return nil, err
	}
	net, err := graph.Around(ctx, q.reader, query)
	if err != nil {
		return nil, err
	}
	for _, n := range net.Actors {
		q.remember(n)
	}
	return net, nil
}

func pathOf(ctx context.Context, q *request, _ *request, a arguments) (any, error) {
	query, err := q.networkQuery(ctx, a)
	if err != nil {
		return nil, err
	}
	if query.Depth, err = a.count("depth", graph.MaxPath, graph.MaxPath); err != nil {
		return nil, err
	}
	var ends [2]graph.ID
	for i, name := range []string{"from", "to"} {
		s, _ := a[name].(string)
		if ends[i], err = q.id(ctx, name, s, graph.ActorKind); err != nil {
			return nil, err
		}
		n, there, err := q.nodes.get(ctx, ends[i])
		if err != nil {
			return nil, err
		}
		if !there {
			return nil, errorf(NotFound, "%s: there is no actor %s", name, shown(s))
		}
		ends[i] = n.NodeID()
	}
	relations, err := graph.Path(ctx, q.reader, ends[0], ends[1], query)
	if err != nil || relations == nil && ends[0] != ends[1] {
		return nil, err
	}
	return pathOn(ends[0], relations), nil
}
