package ingest

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/whence-graph/whence/graph"
)

// Resolve looks up who and what an analysis speaks of, and makes the batch that adds the report to the graph.
//
// Actors are the same across reports when they share a full name, in whatever spelling (see spelled), or a name that some report gives both; claims when
// they say the same (see meaning.same). Both are closed under being the same, and being the same depends on nothing but
// the two, so that the graph is a function of the set of reports and not of their order. Unsure means apart.
func Resolve(ctx context.Context, g graph.Reader, r Report, an Analysis) (graph.Batch, error) {
	v := &resolver{ctx: ctx, g: g, r: r, an: an, id: r.GraphID(), actors: map[graph.ID]*graph.Actor{}, claims: map[graph.ID]*graph.Claim{}}
	if err := v.resolveActors(); err != nil {
		return graph.Batch{}, err
	}
	if err := v.resolveClaims(); err != nil {
		return graph.Batch{}, err
	}
	v.assemble()
	if err := v.revise(); err != nil {
		return graph.Batch{}, err
	}
	if err := v.makeMoves(); err != nil {
		return graph.Batch{}, err
	}
	return v.batch, nil
}

type resolver struct {
	ctx context.Context
	g   graph.Reader
	r   Report
	an  Analysis
	id  graph.ID

	who    []graph.ID // of each of the analysis's actors
	outlet graph.ID
	actors map[graph.ID]*graph.Actor // to be put

	names  map[string]bool              // companionsOf the report
	others map[graph.ID]map[string]bool // and of other reports
	inFull map[string][]graph.ID        // who in the report has a full name of which this is a part
	moved  []move

	what   []graph.ID                // of each of the analysis's attributions
	claims map[graph.ID]*graph.Claim // to be put

	batch graph.Batch
}

func (v *resolver) evidence(spans ...graph.Span) []graph.Evidence {
	out := make([]graph.Evidence, len(spans))
	for i, s := range spans {
		out[i] = graph.Evidence{Report: v.id, Span: s, Quote: v.r.Text[s.Start:s.End]}
	}
	return out
}

// union keeps IDs that are one together (disjoint sets; the least ID stands for its set).
type union map[graph.ID]graph.ID

func (u union) find(id graph.ID) graph.ID {
	for u[id] != "" && u[id] != id {
		id = u[id]
	}
	return id
}

func (u union) join(a, b graph.ID) {
	a, b = u.find(a), u.find(b)
	u[max(a, b)] = min(a, b)
	u[min(a, b)] = min(a, b)
}

// assemble makes the batch, but for what the revision of an earlier report changes.
func (v *resolver) assemble() {
	b := &v.batch
	for _, id := range slices.Sorted(maps.Keys(v.actors)) {
		b.Actors = append(b.Actors, v.actors[id])
	}
	for _, id := range slices.Sorted(maps.Keys(v.claims)) {
		b.Claims = append(b.Claims, v.claims[id])
	}
	b.Reports = append(b.Reports, &graph.Report{ID: v.id, Given: v.r.ID, Outlet: v.outlet, Published: v.r.Published, URL: v.r.URL, Title: v.r.Title, Text: v.r.Text,
		Language: v.r.Language, Author: v.r.Author, Wire: v.r.Wire, Credit: v.r.Credit, Hash: graph.Hash(v.r.Text), Extra: v.r.Extra, Ingested: v.r.Ingested})
	for _, m := range v.an.Mentions {
		b.Mentions = append(b.Mentions, graph.Mention{Actor: v.who[m.Actor], Evidence: v.evidence(m.Span)[0]})
	}
	// Two that stand on the very same words are one: the place is the ID.
	attributions := make([]graph.ID, len(v.an.Attributions))
	seen := map[graph.ID]bool{}
	for i, a := range v.an.Attributions {
		n := &graph.Attribution{Report: v.id, Order: len(b.Attributions), Source: v.evidence(a.Source...), Cue: v.evidence(a.Cue...), Content: v.evidence(a.Content...),
			Quotation: a.Quotation, Stance: a.Stance, Claim: v.what[i], Confidence: a.Confidence}
		n.ID = graph.AttributionID(v.id, n.Source, n.Cue, n.Content)
		attributions[i] = n.ID
		if seen[n.ID] {
			continue
		}
		seen[n.ID] = true
		for _, m := range a.Sources {
			if who := v.who[v.an.Mentions[m].Actor]; !slices.Contains(n.Sources, who) {
				n.Sources = append(n.Sources, who)
			}
		}
		if a.Via != None && attributions[a.Via] != n.ID {
			n.Via = attributions[a.Via]
		}
		b.Attributions = append(b.Attributions, n)
	}
	for _, r := range v.an.Relations {
		s, o := v.an.Mentions[r.Subject], v.an.Mentions[r.Object]
		n := &graph.Relation{ID: graph.RelationID(v.id, s.Span, r.Predicate, o.Span), Report: v.id, Order: len(b.Relations), Subject: v.who[s.Actor], Predicate: r.Predicate, Class: r.Class,
			Object: v.who[o.Actor], Polarity: r.Polarity, Modality: r.Modality, Evidence: v.evidence(r.Evidence...), Confidence: r.Confidence}
		if r.AssertedBy != None {
			n.AssertedBy = attributions[r.AssertedBy]
		}
		if !seen[n.ID] {
			seen[n.ID] = true
			b.Relations = append(b.Relations, n)
		}
	}
}

// revise orders the revisions of a URL by time of publication, then by ID, and lets each revise the one before it.
func (v *resolver) revise() error {
	if v.r.URL == "" {
		return nil
	}
	mine := v.batch.Reports[0]
	all := []*graph.Report{mine}
	for n, err := range graph.All(v.ctx, v.g, graph.NodeQuery{Kind: graph.ReportKind, URLs: []string{v.r.URL}}) {
		if err != nil {
			return err
		}
		all = append(all, n.(*graph.Report))
	}
	slices.SortFunc(all, func(a, b *graph.Report) int {
		return cmp.Or(a.Published.Compare(b.Published), cmp.Compare(a.ID, b.ID)) // one without a time comes first
	})
	i := slices.Index(all, mine)
	if i > 0 {
		mine.Revises = all[i-1].ID
	}
	if i+1 == len(all) {
		return nil
	}
	next := all[i+1]
	next.Revises = mine.ID
	v.batch.Reports = append(v.batch.Reports, next)
	for e, err := range v.g.Edges(v.ctx, graph.EdgeQuery{Kinds: []graph.EdgeKind{graph.Mentions}, From: []graph.ID{next.ID}}) {
		if err != nil {
			return err
		}
		to := e.To
		for id, a := range v.actors { // its actor may have been merged just now
			if slices.Contains(a.MergedFrom, to) {
				to = id
			}
		}
		v.batch.Mentions = append(v.batch.Mentions, graph.Mention{Actor: to, Evidence: *e.Evidence})
	}
	return nil
}
