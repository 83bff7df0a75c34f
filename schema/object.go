package schema

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/graphql-go/graphql"

	"github.com/whence-graph/whence/graph"
)

// types are the objects of the schema.
type types struct {
	prices map[string]price // Type.field
	schema graphql.Schema

	node                                           *graphql.Interface
	report, actor, attribution, claim, relation    *graphql.Object
	evidence, role, form, mention, pageInfo        *graphql.Object
	reports, actors, attributions, claims          *graphql.Object // connections
	relations, mentions                            *graphql.Object
	trace, chain, hop, origin, network, path, hits *graphql.Object
	copy, correction, candidate, drift             *graphql.Object
	stats, subscription                            *graphql.Object
}

func schema() *graphql.Schema { return &built().schema }

// built is made once: it depends on nothing.
var built = sync.OnceValue(func() *types {
	t := &types{prices: map[string]price{}}
	t.node = graphql.NewInterface(graphql.InterfaceConfig{
		Name:        "Node",
		Description: "Anything that has an ID.",
		Fields: graphql.Fields{"id": &graphql.Field{Type: graphql.NewNonNull(graphql.ID),
			Description: "What the node is known by, here, in the export and on the command line."}},
		ResolveType: func(p graphql.ResolveTypeParams) *graphql.Object {
			switch p.Value.(type) {
			case *graph.Report:
				return t.report
			case *graph.Actor:
				return t.actor
			case *graph.Attribution:
				return t.attribution
			case *graph.Claim:
				return t.claim
			case *graph.Relation:
				return t.relation
			}
			return nil
		},
	})
	t.report = t.object("Report", "One published document, as it was read.", t.reportFields, t.node)
	t.actor = t.object("Actor", "One who can speak or act.", t.actorFields, t.node)
	t.attribution = t.object("Attribution", "That a source said, thought or wrote something, in one report.", t.attributionFields, t.node)
	t.claim = t.object("Claim", "What is asserted, shared by all attributions that say the same thing, in any report.", t.claimFields, t.node)
	t.relation = t.object("Relation", "Who did what to whom, as one stretch of a report has it.", t.relationFields, t.node)
	t.evidence = t.object("Evidence", "Verbatim words and their place in a report: what proves everything else. "+
		"As in the W3C's Web Annotation, both a TextPositionSelector (start, end) and a TextQuoteSelector (quote, prefix, suffix).", t.evidenceFields)
	t.role = t.object("Role", "An office that an actor holds.", t.roleFields)
	t.form = t.object("Form", "One wording of a claim.", t.formFields)
	t.mention = t.object("Mention", "A stretch of a report that refers to an actor: by name, by title, by pronoun.", t.mentionFields)
	t.pageInfo = t.object("PageInfo", "Where a page begins and ends.", t.pageInfoFields)
	t.reports = t.connection("Report", t.report)
	t.actors = t.connection("Actor", t.actor)
	t.attributions = t.connection("Attribution", t.attribution)
	t.claims = t.connection("Claim", t.claim)
	t.relations = t.connection("Relation", t.relation)
	t.mentions = t.mentionConnection()
	t.trace = t.object("Trace", "Where a claim comes from.", t.traceFields)
	t.chain = t.object("Chain", "The hops from a report to the innermost source of a claim.", t.chainFields)
	t.hop = t.object("Hop", "One source of a chain, and the words that prove it.", t.hopFields)
	t.origin = t.object("Origin", "A claim's first source, and the report that has the claim from it.", t.originFields)
	t.copy = t.object("Copy", "A report that says what another says, nearly word for word.", t.copyFields)
	t.correction = t.object("Correction", "That what a report said no longer stands.", t.correctionFields)
	t.candidate = t.object("Candidate", "A report that could be the one which another cites.", t.candidateFields)
	t.drift = t.object("Drift", "What changed of a claim from one report to the next, with the words on both sides.", t.driftFields)
	t.network = t.object("Network", "Relations, and the actors at their ends.", t.networkFields)
	t.path = t.object("Path", "How one actor is connected with another.", t.pathFields)
	t.hits = t.object("SearchHit", "What a search has found.", t.hitFields)
	t.stats = t.object("Stats", "How much there is.", t.statsFields)
	query := t.object("Query", "What may be asked.", t.queryFields)
	t.subscription = t.object("Subscription", "What may be followed, by Server-Sent Events: ask with Accept: text/event-stream, and each `next` is one answer. "+
		"It is told from the store, whoever changes it; Last-Event-ID resumes where a stream broke off.", t.subscriptionFields)
	s, err := graphql.NewSchema(graphql.SchemaConfig{Query: query, Subscription: t.subscription, Types: []graphql.Type{t.report, t.actor, t.attribution, t.claim, t.relation}})
	if err != nil {
		panic(err) // the same at every start: the tests would have shown it
	}
	settle(&s)
	t.schema = s
	for name, p := range introspectionPrices {
		t.prices[name] = p
	}
	return t
})

// argumentOrder is that in which arguments are shown: which, what, when, how sure, how many.
var argumentOrder = []string{"id", "ids", "url", "name", "from", "to", "text", "kinds", "urls", "outlets", "reports", "actors", "claims", "stances",
	"quotations", "predicates", "polarities", "modalities", "assertedBy", "since", "until", "asOf", "ingestedAsOf", "minConfidence", "depth", "limit", "order", "first", "after"}

// settle puts in order what graphql-go has in maps, and makes it note down at once what it else would when it is
// first asked, in maps that all queries share.
func settle(s *graphql.Schema) {
	for _, of := range s.TypeMap() {
		switch of := of.(type) {
		case *graphql.Object:
			of.Interfaces()
			for _, f := range of.Fields() {
				slices.SortFunc(f.Args, func(a, b *graphql.Argument) int {
					return slices.Index(argumentOrder, a.Name()) - slices.Index(argumentOrder, b.Name())
				})
			}
		case *graphql.Interface:
			of.Fields()
			list := s.PossibleTypes(of)
			slices.SortFunc(list, func(a, b *graphql.Object) int { return strings.Compare(a.Name(), b.Name()) })
			s.IsPossibleType(of, list[0])
		case *graphql.Enum:
			of.Serialize(nil)
			of.ParseValue("")
		}
	}
}

// introspectionPrices are about how many there are of each.
var introspectionPrices = map[string]price{
	"__Schema.types": {many: 55}, "__Schema.directives": {many: 4}, "__Type.fields": {many: 9}, "__Type.enumValues": {many: 2},
	"__Type.inputFields": {many: 1}, "__Type.interfaces": {many: 1}, "__Type.possibleTypes": {many: 1}, "__Field.args": {many: 2},
	"__Directive.args": {many: 1}, "__Directive.locations": {many: 1},
}

func (t *types) object(name, about string, get func() fields, interfaces ...*graphql.Interface) *graphql.Object {
	all := graphql.Fields{}
	o := graphql.NewObject(graphql.ObjectConfig{Name: name, Description: about, Interfaces: interfaces, Fields: graphql.FieldsThunk(func() graphql.Fields {
		for field, f := range get() {
			t.prices[name+"."+field] = f.price
			all[field] = &graphql.Field{Type: f.kind, Description: f.about, Args: f.args, Resolve: f.resolve}
		}
		return all
	})})
	return o
}

func must(t graphql.Type) graphql.Output { return graphql.NewNonNull(t) }

// some is a list without holes; all is one that is never missing.
func some(t graphql.Type) graphql.Output { return graphql.NewList(must(t)) }
func all(t graphql.Type) graphql.Output  { return must(some(t)) }

func id[T graph.Node]() field {
	return has(must(graphql.ID), "What the node is known by. It follows from content: reading the same reports again gives the same ID.",
		func(n T) any { return string(n.NodeID()) })
}

// refer makes a field out of a reference to another node.
func refer[T any](kind graphql.Output, about string, get func(T) graph.ID) field {
	return asks(kind, about, price{}, func(ctx context.Context, q *request, from T, _ arguments) (any, error) {
		return q.node(ctx, get(from), same)
	})
}

// proof makes a field out of evidence that is there.
func (t *types) proof(many int, about string, get func(*graph.Attribution) []graph.Evidence) field {
	f := has(all(t.evidence), about, func(a *graph.Attribution) any { return anys(get(a)) })
	f.price.many = many
	return f
}

func (t *types) reportFields() fields {
	type r = *graph.Report
	return fields{
		"id":        id[r](),
		"given":     word("The ID that it came with, if any.", func(n r) string { return n.Given }),
		"url":       word("Where it was read.", func(n r) string { return n.URL }),
		"title":     word("Its headline.", func(n r) string { return n.Title }),
		"text":      has(must(graphql.String), "All of its text. Evidence is counted in its code points.", func(n r) any { return n.Text }),
		"outlet":    refer(t.actor, "Who published it.", func(n r) graph.ID { return n.Outlet }),
		"published": has(dateTime, "When it was published; null when not told.", func(n r) any { return n.Published }),
		"language":  word("Its language (BCP 47).", func(n r) string { return n.Language }),
		"author":    word("Whose name stands over it.", func(n r) string { return n.Author }),
		"wire":      word("The agency whose copy it is.", func(n r) string { return n.Wire }),
		"credit":    word("Whom it thanks.", func(n r) string { return n.Credit }),
		"hash": has(must(graphql.String), "The SHA-256 of its text, in hexadecimal: what evidence is verified against.",
			func(n r) any { return n.Hash }),
		"extra":    has(graphql.String, "What else its source told: a JSON object, as text.", func(n r) any { return jsonText(n.Extra) }),
		"ingested": has(dateTime, "When the store got it; null when nobody noted it.", func(n r) any { return n.Ingested }),
		"copyOf": asks(t.copy, "The earliest report whose words it has, for wire text and the like.", price{calls: copiesPrice},
			func(ctx context.Context, q *request, n r, _ arguments) (any, error) {
				return q.copiesOf(ctx, n, func(c copied) any {
					if c.of == nil {
						return nil
					}
					return *c.of
				})
			}),
		"copies": asks(some(t.copy), "The reports that have its words, by time of publication.", price{calls: copiesPrice, many: 3},
			func(ctx context.Context, q *request, n r, _ arguments) (any, error) {
				return q.copiesOf(ctx, n, func(c copied) any { return anys(c.copies) })
			}),
		"revises": refer(t.report, "The earlier text under the same URL.", func(n r) graph.ID { return n.Revises }),
		"revisedBy": asks(t.report, "The next text under the same URL.", price{},
			func(ctx context.Context, q *request, n r, _ arguments) (any, error) {
				return q.far(ctx, end{kind: graph.Revises, to: n.ID}, func(later []graph.Node) (any, error) {
					if len(later) == 0 {
						return nil, nil
					}
					err := q.order(ctx, later, graph.Oldest)
					return later[0], err
				})
			}),
		"attributions": asks(t.attributions, "Who says what in it, in the order of the text.", paged(0), reportAttributions).with(inReportArgs(graph.AttributionKind)),
		"relations":    asks(t.relations, "Who does what to whom in it, in the order of the text.", paged(0), reportRelations).with(inReportArgs(graph.RelationKind)),
		"mentions":     asks(t.mentions, "Where it refers to whom, in the order of the text.", paged(0), reportMentions).with(pageArgs()),
		"actors": asks(some(t.actor), "Whom it mentions, each once, in the order in which they come up.", price{many: 8},
			func(ctx context.Context, q *request, n r, _ arguments) (any, error) {
				return q.far(ctx, end{kind: graph.Mentions, from: n.ID}, func(list []graph.Node) (any, error) { return anys(list), nil })
			}),
	}
}

func (t *types) actorFields() fields {
	type a = *graph.Actor
	aliases := has(all(graphql.String), "Every name that it goes by in the reports.", func(n a) any { return anys(n.Aliases) })
	merged := has(all(graphql.ID), "The IDs of its other names. They answer too.", func(n a) any { return anys(n.MergedFrom) })
	roles := has(all(t.role), "The offices that it holds.", func(n a) any { return anys(n.Roles) })
	roles.price.many = 2
	return fields{
		"id":         id[a](),
		"kind":       has(must(actorKind), "What it is.", func(n a) any { return n.Type }),
		"name":       has(must(graphql.String), "The fullest of its names.", func(n a) any { return n.Name }),
		"aliases":    aliases,
		"roles":      roles,
		"mergedFrom": merged,
		"candidates": asks(some(t.actor), "Who it may be, where a report knows it by a part of a name only: those whose full names have that part, at most ten. Where one alone stands near the report, what the report says of it is said of that one.",
			price{calls: callPrice, many: 10}, func(ctx context.Context, q *request, n a, _ arguments) (any, error) {
				list, err := graph.Candidates(ctx, q.reader, n, 10)
				return anys(list), err
			}),
		"attributions": asks(t.attributions, "What it is quoted with.", paged(callPrice), related[*graph.Actor](graph.AttributionKind, graph.From)).
			with(listArgs(graph.AttributionKind, graph.Newest, "actors")),
		"claims": asks(t.claims, "The claims of which it is a source.", paged(callPrice), related[*graph.Actor](graph.ClaimKind)).
			with(listArgs(graph.ClaimKind, graph.Newest, "actors")),
		"relations": asks(t.relations, "What it does to others, and others to it.", paged(callPrice), related[*graph.Actor](graph.RelationKind, graph.Subject, graph.Object)).
			with(listArgs(graph.RelationKind, graph.Newest, "actors")),
		"reports": asks(t.reports, "The reports that mention it.", paged(callPrice), related[*graph.Actor](graph.ReportKind)).
			with(listArgs(graph.ReportKind, graph.Newest, "actors", "urls")),
		"mentions": asks(t.mentions, "Where reports refer to it, report by report.", paged(callPrice), actorMentions).with(pageArgs()),
	}
}

func (t *types) roleFields() fields {
	type r = graph.Role
	proof := has(all(t.evidence), "The words that say so.", func(n r) any { return anys(n.Evidence) })
	return fields{
		"title":    has(must(graphql.String), "The title, without the state or organization.", func(n r) any { return n.Title }),
		"of":       refer(t.actor, "The state or organization.", func(n r) graph.ID { return n.Of }),
		"since":    has(dateTime, "From when, where told.", func(n r) any { return n.Since }),
		"until":    has(dateTime, "Until when, where told.", func(n r) any { return n.Until }),
		"evidence": proof,
	}
}

func (t *types) attributionFields() fields {
	type a = *graph.Attribution
	return fields{
		"id":     id[a](),
		"report": refer(t.report, "The report that it stands in.", func(n a) graph.ID { return n.Report }),
		"sources": asks(some(t.actor), "Who said it; empty where the report names no one.", price{},
			func(ctx context.Context, q *request, n a, _ arguments) (any, error) {
				return q.list(ctx, n.Sources)
			}),
		"source": t.proof(1, "The words that name the source.", func(n a) []graph.Evidence { return n.Source }),
		"cue": t.proof(1, "The words that tell of saying: \"denied\", \"according to\".",
			func(n a) []graph.Evidence { return n.Cue }),
		"content": t.proof(1, "The words that tell what was said.", func(n a) []graph.Evidence { return n.Content }),
		"words":   has(must(graphql.String), "The content as one text, gaps shown as \"..\".", func(n a) any { return n.Words() }),
		"order": has(must(graphql.Int), "Its place among the report's attributions, from 0; an outer one comes before its inner ones.",
			func(n a) any { return n.Order }),
		"quotation": has(must(quotation), "How it is quoted.", func(n a) any { return n.Quotation }),
		"stance":    has(must(stance), "How the source stands to it.", func(n a) any { return n.Stance }),
		"via": refer(t.attribution, "The attribution outside it, for what was had at second hand: \"TASS reported, citing Pankin\".",
			func(n a) graph.ID { return n.Via }),
		"inner": t.farAttributions("The attributions inside it, had through its source.", graph.Via),
		"claim": refer(t.claim, "What is claimed.", func(n a) graph.ID { return n.Claim }),
		"confidence": has(must(graphql.Float), "How sure it is that it stands in the text so, from 0 to 1.",
			func(n a) any { return n.Confidence }),
		"evidence": asks(t.evidence, "Source, cue and content in one stretch.", price{},
			func(ctx context.Context, q *request, n a, _ arguments) (any, error) {
				return q.node(ctx, n.Report, func(r graph.Node) any { return n.Evidence(r.(*graph.Report).Text) })
			}),
		"relations": asks(some(t.relation), "Who did what to whom, on the word of this source.", price{many: 2},
			func(ctx context.Context, q *request, n a, _ arguments) (any, error) {
				return q.far(ctx, end{kind: graph.AssertedBy, to: n.ID}, func(list []graph.Node) (any, error) { return anys(list), nil })
			}),
	}
}

func (t *types) farAttributions(about string, k graph.EdgeKind) field {
	return asks(some(t.attribution), about, price{many: 1},
		func(ctx context.Context, q *request, n *graph.Attribution, _ arguments) (any, error) {
			return q.far(ctx, end{kind: k, to: n.ID}, func(list []graph.Node) (any, error) { return anys(list), nil })
		})
}

func (t *types) claimFields() fields {
	type c = *graph.Claim
	forms := has(all(t.form), "Its wordings, the first published first.", func(n c) any { return anys(n.Forms) })
	forms.price.many = 2
	return fields{
		"id":         id[c](),
		"text":       has(must(graphql.String), "The words of its first form.", func(n c) any { return n.Text }),
		"forms":      forms,
		"mergedFrom": has(all(graphql.ID), "The IDs of its other wordings. They answer too.", func(n c) any { return anys(n.MergedFrom) }),
		"attributions": asks(t.attributions, "Who says so, denies it or doubts it, the first to be published first.", paged(callPrice), related[*graph.Claim](graph.AttributionKind, graph.States)).
			with(listArgs(graph.AttributionKind, graph.Oldest, "claims")),
		"trace": asks(t.trace, "Where it comes from.", price{calls: tracePrice},
			func(ctx context.Context, q *request, n c, a arguments) (any, error) {
				return q.traceOf(ctx, n, a, func(t *graph.Tracing) any { return t })
			}).with(momentArgs()),
		"denials": asks(t.attributions, "Who denies or doubts it, the first to be published first.", paged(callPrice),
			func(ctx context.Context, q *request, n c, a arguments) (any, error) {
				against := arguments{"stances": []any{graph.Denies, graph.Doubts}}
				for name, v := range a {
					against[name] = v
				}
				return related[*graph.Claim](graph.AttributionKind, graph.States)(ctx, q, n, against)
			}).with(listArgs(graph.AttributionKind, graph.Oldest, "claims", "stances")),
		"origins": asks(some(t.origin), "Its distinct innermost sources, each with the first report that has it from there.", price{calls: tracePrice, many: 2},
			func(ctx context.Context, q *request, n c, a arguments) (any, error) {
				return q.traceOf(ctx, n, a, func(t *graph.Tracing) any {
					out := make([]any, len(t.Origins))
					for i := range t.Origins {
						out[i] = &t.Origins[i]
					}
					return out
				})
			}).with(momentArgs()),
		"copies": asks(some(t.copy), "The reports that have it from another nearly word for word, and add no source of their own.", price{calls: tracePrice, many: 3},
			func(ctx context.Context, q *request, n c, a arguments) (any, error) {
				return q.traceOf(ctx, n, a, func(t *graph.Tracing) any { return anys(t.Copies) })
			}).with(momentArgs()),
	}
}

func (t *types) formFields() fields {
	type f = graph.Form
	return fields{
		"text":     has(must(graphql.String), "The words.", func(n f) any { return n.Text }),
		"resolved": word("The words with names for the pronouns and descriptions in them, where there are any.", func(n f) string { return n.Resolved }),
		"first":    has(dateTime, "When it was first published so.", func(n f) any { return n.First }),
	}
}

func (t *types) relationFields() fields {
	type r = *graph.Relation
	proof := has(all(t.evidence), "The words that prove it.", func(n r) any { return anys(n.Evidence) })
	return fields{
		"id":      id[r](),
		"report":  refer(t.report, "The report that it was read in.", func(n r) graph.ID { return n.Report }),
		"subject": refer(t.actor, "Who did it.", func(n r) graph.ID { return n.Subject }),
		"predicate": has(must(graphql.String), "What was done: a verb in the past tense, upper case: INVITED, HELD_TALKS.",
			func(n r) any { return n.Predicate }),
		"class": word("PLOVER's class of such events, where one fits: CONSULT, ACCUSE, SANCTION.",
			func(n r) string { return n.Class }),
		"object":   refer(t.actor, "To whom.", func(n r) graph.ID { return n.Object }),
		"order":    has(must(graphql.Int), "Its place among the report's relations, from 0.", func(n r) any { return n.Order }),
		"polarity": has(must(polarity), "Whether it is said to be so.", func(n r) any { return n.Polarity }),
		"modality": has(must(modality), "Whether it is told as fact.", func(n r) any { return n.Modality }),
		"assertedBy": refer(t.attribution, "The attribution that asserts it; null where the report itself does.",
			func(n r) graph.ID { return n.AssertedBy }),
		"evidence": proof,
		"confidence": has(must(graphql.Float), "How sure it is that it stands in the text so, from 0 to 1.",
			func(n r) any { return n.Confidence }),
	}
}

// around is how many characters prefix and suffix have.
const around = 32

func (t *types) evidenceFields() fields {
	type e = graph.Evidence
	placed := func(kind graphql.Output, about string, get func(*graph.Report, graph.Points, e) any) field {
		return asks(kind, about, price{}, func(ctx context.Context, q *request, n e, _ arguments) (any, error) {
			return q.node(ctx, n.Report, func(node graph.Node) any {
				r, ok := node.(*graph.Report)
				if !ok {
					return nil
				}
				return get(r, q.pointsOf(r), n)
			})
		})
	}
	return fields{
		"report": refer(t.report, "The report that the words stand in.", func(n e) graph.ID { return n.Report }),
		"quote":  has(must(graphql.String), "The words.", func(n e) any { return n.Quote }),
		"start": placed(graphql.Int, "Where they start in the report's text, in Unicode code points from 0.",
			func(_ *graph.Report, p graph.Points, n e) any { return p.Point(n.Span.Start) }),
		"end": placed(graphql.Int, "Where they end: the first code point after them.",
			func(_ *graph.Report, p graph.Points, n e) any { return p.Point(n.Span.End) }),
		"prefix": placed(graphql.String, "The 32 characters before them, or what there is.",
			func(r *graph.Report, p graph.Points, n e) any {
				return cut(r.Text, p.Offset(p.Point(n.Span.Start)-around), n.Span.Start)
			}),
		"suffix": placed(graphql.String, "The 32 characters after them, or what there is.", func(r *graph.Report, p graph.Points, n e) any {
			return cut(r.Text, n.Span.End, p.Offset(p.Point(n.Span.End)+around))
		}),
	}
}

// cut is the part of a text, however wrong the borders.
func cut(text string, from, to int) string {
	from, to = max(0, min(from, len(text))), max(0, min(to, len(text)))
	return text[min(from, to):to]
}

func (t *types) mentionFields() fields {
	type m = graph.Edge // of MENTIONS
	return fields{
		"actor":  refer(t.actor, "Who is meant.", func(n m) graph.ID { return n.To }),
		"report": refer(t.report, "The report.", func(n m) graph.ID { return n.From }),
		"evidence": has(t.evidence, "The words.", func(n m) any {
			if n.Evidence == nil {
				return nil
			}
			return *n.Evidence
		}),
	}
}
