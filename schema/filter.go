package schema

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/whence-graph/whence/graph"
)

// arguments are a field's, as graphql-go has read them.
type arguments map[string]any

// The bounds of arguments.
const (
	maxItems = 1000 // of a list
	maxText  = 1000 // bytes of a text searched for
)

// each are the items of a list argument.
func each[T any](a arguments, name string) []T {
	list, _ := a[name].([]any)
	var out []T
	for _, v := range list {
		if t, ok := v.(T); ok {
			out = append(out, t)
		}
	}
	return out
}

func (a arguments) text(name string) (string, error) {
	s, _ := a[name].(string)
	if len(s) > maxText {
		return "", errorf(Invalid, "%s: more than %d bytes", name, maxText)
	}
	return s, nil
}

func (a arguments) number(name string) float64 {
	n, _ := a[name].(float64)
	return n
}

func (a arguments) time(name string) time.Time {
	t, _ := a[name].(time.Time)
	return t
}

// count is an argument that says how many, within its bounds.
func (a arguments) count(name string, standard, most int) (int, error) {
	n, ok := a[name].(int)
	switch {
	case !ok:
		return standard, nil
	case n < 1:
		return 0, errorf(Invalid, "%s: must be at least 1, and is %d", name, n)
	case n > most:
		return 0, errorf(Invalid, "%s: at most %d, and it is %d", name, most, n)
	}
	return n, nil
}

// first is how many are wanted on a page that others follow.
func (a arguments) first() (int, error) {
	if n, _ := a["first"].(int); n > maxFirst {
		return 0, errorf(Invalid, "first: at most %d, and it is %d; where there is more, ask for the next page with after", maxFirst, n)
	}
	return a.count("first", defaultFirst, maxFirst)
}

// predicates may be written as a person would: "held talks".
func (a arguments) predicates() []string {
	var out []string
	for _, p := range each[string](a, "predicates") {
		out = append(out, strings.ToUpper(strings.Join(strings.Fields(p), "_")))
	}
	return out
}

// paged adds to a query which page of it is wanted.
func (a arguments) paged(q *graph.NodeQuery) (err error) {
	if q.Limit, err = a.first(); err != nil {
		return err
	}
	q.After, _ = a["after"].(string)
	reason := func(err error) string { return strings.TrimPrefix(err.Error(), graph.ErrInvalid.Error()+": ") }
	if err := q.Check(); err != nil {
		return newError(Invalid, reason(err))
	}
	if _, _, err := q.Start(); err != nil {
		return newError(Invalid, "after: "+reason(err))
	}
	return nil
}

func an(k graph.Kind) string {
	if k == graph.ActorKind || k == graph.AttributionKind {
		return "an " + k.String()
	}
	return "a " + k.String()
}

var idForm = regexp.MustCompile(`^[a-z]:\S*$`)

// id reads what stands for a node: its ID or, for an actor, its name.
func (q *request) id(ctx context.Context, arg, s string, kind graph.Kind) (graph.ID, error) {
	id := graph.ID(s)
	switch {
	case id.Kind() == kind:
		return id, nil
	case id.Kind() != 0:
		return "", errorf(Invalid, "%s: %s is the ID of %s, and that of %s is wanted", arg, id, an(id.Kind()), an(kind))
	case kind != graph.ActorKind || idForm.MatchString(s) || graph.Fold(s) == "":
		return "", errorf(Invalid, "%s: %s is not an ID", arg, shown(s))
	case len(s) > maxText:
		return "", errorf(Invalid, "%s: more than %d bytes", arg, maxText)
	}
	a, err := q.called(ctx, arg, s)
	if err != nil {
		return "", err
	}
	if a == nil {
		return "", errorf(NotFound, "%s: there is no actor called %s", arg, shown(s))
	}
	return a.ID, nil
}

// called finds who goes by a name; nil for nobody. A full name is found by the ID that follows from it; any other
// is looked for, and is wrong where several go by it.
func (q *request) called(ctx context.Context, arg, name string) (*graph.Actor, error) {
	n, there, err := q.nodes.get(ctx, graph.ActorID(name))
	if err != nil {
		return nil, err
	}
	if there {
		return n.(*graph.Actor), nil
	}
	fold := graph.Fold(name)
	known, asked := q.names[fold]
	if !asked {
		p, err := q.reader.Find(ctx, graph.NodeQuery{Kind: graph.ActorKind, Text: name, Limit: graph.MaxLimit})
		if err != nil {
			return nil, err
		}
		for _, n := range p.Nodes {
			if a, ok := n.(*graph.Actor); ok && slices.ContainsFunc(a.Aliases, func(s string) bool { return graph.Fold(s) == fold }) {
				known = append(known, a)
			}
		}
		q.names[fold] = known
	}
	switch len(known) {
	case 0:
		return nil, nil
	case 1:
		return known[0], nil
	}
	return nil, errorf(Invalid, "%s: several actors go by %s, among them %s (%s) and %s (%s); name one by ID", arg, shown(name),
		known[0].Name, known[0].ID, known[1].Name, known[1].ID)
}

func (q *request) ids(ctx context.Context, a arguments, name string, kind graph.Kind) ([]graph.ID, error) {
	words := each[string](a, name)
	if len(words) > maxItems {
		return nil, errorf(Invalid, "%s: more than %d", name, maxItems)
	}
	if kind == graph.ActorKind {
		for _, w := range words {
			if graph.ID(w).Kind() == 0 {
				q.nodes.want(graph.ActorID(w))
			}
		}
	}
	var out []graph.ID
	for _, w := range words {
		id, err := q.id(ctx, name, w, kind)
		if err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, nil
}

// filter is what the arguments say of nodes of a kind. It is checked here, where the reason can be told.
func (q *request) filter(ctx context.Context, kind graph.Kind, a arguments) (f graph.NodeQuery, err error) {
	f = graph.NodeQuery{Kind: kind, URLs: each[string](a, "urls"), Types: each[graph.ActorType](a, "kinds"),
		Stances: each[graph.Stance](a, "stances"), Quotations: each[graph.Quotation](a, "quotations"), Predicates: a.predicates(),
		Polarities: each[graph.Polarity](a, "polarities"), Modalities: each[graph.Modality](a, "modalities"),
		Since: a.time("since"), Until: a.time("until"), MinConfidence: a.number("minConfidence")}
	if f.Text, err = a.text("text"); err != nil {
		return f, err
	}
	for _, x := range []struct {
		name string
		kind graph.Kind
		to   *[]graph.ID
	}{
		{"outlets", graph.ActorKind, &f.Outlets}, {"reports", graph.ReportKind, &f.Reports}, {"actors", graph.ActorKind, &f.Actors},
		{"claims", graph.ClaimKind, &f.Claims}, {"assertedBy", graph.AttributionKind, &f.AssertedBy},
	} {
		if *x.to, err = q.ids(ctx, a, x.name, x.kind); err != nil {
			return f, err
		}
	}
	if f.MinConfidence < 0 || f.MinConfidence > 1 {
		return f, errorf(Invalid, "minConfidence: must be from 0 to 1, and is %v", f.MinConfidence)
	}
	if len(f.URLs)+len(f.Predicates) > maxItems {
		return f, errorf(Invalid, "urls, predicates: more than %d", maxItems)
	}
	f.Order, _ = a["order"].(graph.Order)
	at := a.moment()
	f.IngestedBy = at.Ingested
	if !at.Published.IsZero() {
		if until := at.Published.Add(time.Microsecond); f.Until.IsZero() || until.Before(f.Until) {
			f.Until = until
		}
	}
	return f, nil
}

// moment is the moment at which the question is to be answered.
func (a arguments) moment() graph.AsOf {
	return graph.AsOf{Published: a.time("asOf"), Ingested: a.time("ingestedAsOf")}
}
