package schema

import (
	"context"

	"github.com/graphql-go/graphql"

	"github.com/whence-graph/whence/graph"
)

// The objects that answer questions: traces, networks, paths, searches, counts.

// maxChains is the most chains that a trace shows at once.
const maxChains = 1000

// traced keeps the nodes that a trace has brought along.
func (q *request) traced(t *graph.Tracing) any {
	if t == nil {
		return nil
	}
	q.remember(t.Claim)
	for _, n := range t.Actors {
		q.remember(n)
	}
	for _, n := range t.Reports {
		q.remember(n)
	}
	return t
}

func (t *types) traceFields() fields {
	type tr = *graph.Tracing
	chains := asks(some(t.chain), "From each report to the innermost source, the best first: those that reach a source, then those that end in a loop, "+
		"at a report that is not there, nowhere; then the earliest.", price{many: 20, limit: "first"},
		func(_ context.Context, _ *request, n tr, a arguments) (any, error) {
			first, err := a.count("first", 100, maxChains)
			if err != nil {
				return nil, err
			}
			return anys(n.Chains[:min(first, len(n.Chains))]), nil
		}).with(graphql.FieldConfigArgument{"first": argOr(graphql.Int, 100, "How many at most, up to 1,000.")})
	circular := asks(graphql.NewList(must(some(t.report))), "The loops of reports that cite each other for the claim, each by time of publication.", price{many: 2},
		func(ctx context.Context, q *request, n tr, _ arguments) (any, error) {
			out := make([]any, len(n.Circular))
			for i, loop := range n.Circular {
				reports, err := q.all(ctx, loop)
				if err != nil {
					return nil, err
				}
				out[i] = anys(reports)
			}
			return out, nil
		})
	return fields{
		"claim":      has(must(t.claim), "What is traced.", func(n tr) any { return n.Claim }),
		"chains":     chains,
		"chainCount": has(must(graphql.Int), "How many chains there are.", func(n tr) any { return len(n.Chains) }),
		"origin": has(t.origin, "Where the best chain ends; null where no source is named.", func(n tr) any {
			return n.Origin
		}),
		"earliest": has(t.report, "The first report of it, by time of publication.", func(n tr) any { return n.Earliest }),
		"independentOrigins": has(must(graphql.Int), "How many distinct innermost sources there are. Who in another chain cites somebody further in is none; "+
			"nor is who speaks against it, unless nobody speaks for it.", func(n tr) any { return n.IndependentOrigins }),
		"circular": circular,
		"denials":  asks(some(t.hop), "Who speaks against it, by time of publication; none where nobody speaks for it.", price{many: 3}, hopsOf(func(n tr) []graph.Hop { return n.Denials })),
		"copies": asks(some(t.copy), "The reports whose words for it are another's, by time of publication. What they share makes no chain.", price{many: 3},
			func(_ context.Context, _ *request, n tr, _ arguments) (any, error) { return anys(n.Copies), nil }),
		"corrections": asks(some(t.correction), "What takes back some of what was reported, by time of publication.", price{many: 2},
			func(_ context.Context, _ *request, n tr, _ arguments) (any, error) { return anys(n.Corrections), nil }),
		"withdrawn": has(must(graphql.Boolean), "Whether every chain depends on something that was taken back.", func(n tr) any { return n.Withdrawn }),
	}
}

func hopsOf(get func(*graph.Tracing) []graph.Hop) func(context.Context, *request, *graph.Tracing, arguments) (any, error) {
	return func(_ context.Context, _ *request, n *graph.Tracing, _ arguments) (any, error) {
		return anys(get(n)), nil
	}
}

// traceOf resolves to what f makes of a claim's trace.
func (q *request) traceOf(ctx context.Context, c *graph.Claim, a arguments, f func(*graph.Tracing) any) (any, error) {
	k := traceKey{c.ID, a.moment()}
	q.traces.want(k)
	return thunk(func() (any, error) {
		got, there, err := q.traces.get(ctx, k)
		if err != nil || !there || got == nil {
			return nil, err
		}
		q.traced(got)
		return f(got), nil
	}), nil
}

// copiesPrice is what it costs to look for a report's copies: a question a key.
const copiesPrice = 25 * callPrice

// copiesOf resolves to what f makes of a report's copies.
func (q *request) copiesOf(ctx context.Context, r *graph.Report, f func(copied) any) (any, error) {
	q.copies.want(r.ID)
	return thunk(func() (any, error) {
		got, there, err := q.copies.get(ctx, r.ID)
		if err != nil || !there {
			return nil, err
		}
		return f(got), nil
	}), nil
}

func (t *types) copyFields() fields {
	type c = graph.Copy
	return fields{
		"report":    refer(t.report, "The copy.", func(n c) graph.ID { return n.Report }),
		"of":        refer(t.report, "The earliest report that has its words.", func(n c) graph.ID { return n.Of }),
		"share":     has(must(graphql.Float), "How much of the copy stands there: 0 to 1.", func(n c) any { return n.Share }),
		"revision":  has(must(graphql.Boolean), "Whether it is a later text at the same address.", func(n c) any { return n.Revision }),
		"withdrawn": has(must(graphql.Boolean), "Whether a notice took back what it says, as far as the claim traced goes.", func(n c) any { return n.Withdrawn }),
	}
}

func (t *types) correctionFields() fields {
	type c = graph.Correction
	return fields{
		"report":    refer(t.report, "The report that tells it.", func(n c) graph.ID { return n.Report }),
		"published": has(dateTime, "When that was published.", func(n c) any { return n.Published }),
		"how":       has(must(correcting), "In what way.", func(n c) any { return n.How }),
		"withdraws": asks(some(t.attribution), "The attributions of the claim that it takes back.", price{many: 2},
			func(ctx context.Context, q *request, n c, _ arguments) (any, error) { return q.list(ctx, n.Withdraws) }),
		"evidence": has(must(t.evidence), "The words that take it back; of what a later text dropped, the words that are gone, in the earlier one.", func(n c) any { return n.Evidence }),
	}
}

func (t *types) candidateFields() fields {
	type c = graph.Candidate
	drift := has(all(t.drift), "What would have changed on the way, if it were the one.", func(n c) any { return anys(n.Drift) })
	drift.price.many = 1
	return fields{
		"report":   refer(t.report, "The report.", func(n c) graph.ID { return n.Report }),
		"why":      has(all(candidateWhy), "Why it could be the one.", func(n c) any { return anys(n.Why) }),
		"score":    has(must(graphql.Float), "How much of what is cited its closest sentence has: 0 to 1.", func(n c) any { return n.Score }),
		"evidence": has(must(t.evidence), "That sentence.", func(n c) any { return n.Evidence }),
		"drift":    drift,
	}
}

func (t *types) driftFields() fields {
	type d = graph.Drift
	return fields{
		"kind": has(must(driftKind), "What changed.", func(n d) any { return n.Kind }),
		"from": has(must(t.evidence), "As the report has it that was cited.", func(n d) any { return n.From }),
		"to":   has(must(t.evidence), "As the report has it that cites.", func(n d) any { return n.To }),
	}
}

func (t *types) chainFields() fields {
	type c = graph.Chain
	hops := has(all(t.hop), "From the outermost source that the report names inwards.", func(n c) any { return anys(n.Hops) })
	hops.price.many = 3
	candidates := has(all(t.candidate), "Of an open end: what could be the report that is cited, the likeliest first.", func(n c) any { return anys(n.Candidates) })
	return fields{
		"candidates": candidates,
		"withdrawn":  has(must(graphql.Boolean), "Whether something that it depends on was taken back.", func(n c) any { return n.Withdrawn }),
		"report":     refer(t.report, "The report that the chain starts from.", func(n c) graph.ID { return n.Report }),
		"hops":       hops,
		"end":        has(must(chainEnd), "Why it goes no further.", func(n c) any { return n.End }),
		"confidence": has(must(graphql.Float), "How sure it is that every hop is right, from 0 to 1.",
			func(n c) any { return n.Confidence }),
	}
}

func (t *types) hopFields() fields {
	type h = graph.Hop
	return fields{
		"actor":       refer(t.actor, "The source; null where the report names no one.", func(n h) graph.ID { return n.Actor }),
		"attribution": refer(t.attribution, "The attribution that says so.", func(n h) graph.ID { return n.Attribution }),
		"report":      refer(t.report, "The report that the attribution stands in.", func(n h) graph.ID { return n.Report }),
		"stance":      has(must(stance), "How the source stands to it.", func(n h) any { return n.Stance }),
		"evidence":    has(must(t.evidence), "Source, cue and content in one stretch.", func(n h) any { return n.Evidence }),
		"drift":       has(all(t.drift), "What the report before changed, where this hop is in the one that it cites.", func(n h) any { return anys(n.Drift) }),
		"confidence": has(must(graphql.Float), "How sure it is that the attribution stands in the text so, from 0 to 1.",
			func(n h) any { return n.Confidence }),
	}
}

func (t *types) originFields() fields {
	type o = *graph.Origin
	return fields{
		"actor":       refer(t.actor, "The source.", func(n o) graph.ID { return n.Actor }),
		"attribution": refer(t.attribution, "The attribution of the claim to it.", func(n o) graph.ID { return n.Attribution }),
		"report":      refer(t.report, "The report that the attribution stands in.", func(n o) graph.ID { return n.Report }),
		"published":   has(dateTime, "When that was published.", func(n o) any { return n.Published }),
	}
}

func (t *types) networkFields() fields {
	type n = *graph.Network
	return fields{
		"actors": onPage(all(t.actor), "Those at the ends of the relations, and those asked for, related or not.",
			func(net n) any { return anys(net.Actors) }),
		"relations": onPage(all(t.relation), "The relations, those closest to the actors asked for first.",
			func(net n) any { return anys(net.Relations) }),
		"cut": has(must(graphql.Boolean), "Whether there were more than the limit.", func(net n) any { return net.Cut }),
	}
}

// way is a path with the actors on it.
type way struct {
	relations []*graph.Relation
	actors    []graph.ID
}

func pathOn(from graph.ID, relations []*graph.Relation) *way {
	w := &way{relations: relations, actors: []graph.ID{from}}
	for _, r := range relations {
		if r.Subject == from {
			from = r.Object
		} else {
			from = r.Subject
		}
		w.actors = append(w.actors, from)
	}
	return w
}

func (t *types) pathFields() fields {
	relations := has(all(t.relation), "The relations, in order; none from an actor to itself.",
		func(w *way) any { return anys(w.relations) })
	relations.price.many = graph.MaxPath / 2
	return fields{
		"relations": relations,
		"actors": asks(some(t.actor), "The actors on the path, both ends among them.", price{many: graph.MaxPath/2 + 1},
			func(ctx context.Context, q *request, w *way, _ arguments) (any, error) { return q.list(ctx, w.actors) }),
	}
}

func (t *types) hitFields() fields {
	type h = graph.Hit
	return fields{
		"score": has(must(graphql.Float), "How much of the words' weight it has, and how little else it says: from 0 to 1.",
			func(n h) any { return n.Score }),
		"node": has(must(t.node), "What was found.", func(n h) any { return n.Node }),
	}
}

func (t *types) statsFields() fields {
	count := func(k graph.Kind) field {
		query := &graph.NodeQuery{Kind: k}
		return asks(long, "How many "+k.String()+"s there are.", price{calls: callPrice},
			func(ctx context.Context, q *request, _ *request, _ arguments) (any, error) {
				q.counts.want(query)
				return thunk(func() (any, error) {
					n, _, err := q.counts.get(ctx, query)
					return n, err
				}), nil
			})
	}
	return fields{
		"reports":      count(graph.ReportKind),
		"actors":       count(graph.ActorKind),
		"attributions": count(graph.AttributionKind),
		"claims":       count(graph.ClaimKind),
		"relations":    count(graph.RelationKind),
		"generation": asks(long, "A number that grows with every change: as long as it is the same, so are all answers.", price{calls: callPrice},
			func(ctx context.Context, q *request, _ *request, _ arguments) (any, error) {
				return q.reader.Generation(ctx)
			}),
	}
}
