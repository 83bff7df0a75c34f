package graph

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Candidate is a report that could be the one which another cites.
type Candidate struct {
	Report   ID
	Evidence Evidence // its sentence that comes closest to what is cited from it
	Why      []Reason // at least one
	Score    float64  // how much of what is cited the sentence has: 0 to 1
	Drift    []Drift  // what would have changed on the way, if it were the one
}

// Reason is why a report could be the one.
type Reason string

// The reasons, the strongest first.
const (
	Linked     Reason = "linked"      // the citing report gives its address
	Publishes  Reason = "publishes"   // the source that is cited published it, in the days before
	SameSource Reason = "same source" // it has something like it from the same source, in the days before
)

const (
	window         = 7 * 24 * time.Hour // how long before a citing report the one it cites may have been published
	mostLooked     = 50                 // how many reports are looked at for an open end
	mostCandidates = 3                  // how many are shown
	mostOpen       = 16                 // for how many open ends of a claim candidates are looked for, in the order of the chains
	related        = 0.4                // how much of what is cited a candidate's sentence must have, where the report is not linked
)

// findCandidates looks, for the chains that end at a report which is not in the store, for what could be it.
func (t *tracer) findCandidates(ctx context.Context, r Reader) error {
	type open struct{ source, report ID }
	found := map[open][]Candidate{}
	for i := range t.Chains {
		c := &t.Chains[i]
		if c.End != NotInStore {
			continue
		}
		h := c.Hops[len(c.Hops)-1]
		k := open{h.Actor, h.Report}
		list, ok := found[k]
		if !ok && len(found) < mostOpen {
			var err error
			if list, err = t.candidates(ctx, r, h); err != nil {
				return err
			}
			found[k] = list
		}
		if c.Candidates = list; len(list) > 0 {
			c.End = Open
		}
	}
	return nil
}

// candidates are those for what the hop cites.
func (t *tracer) candidates(ctx context.Context, r Reader, h Hop) ([]Candidate, error) {
	here := t.Reports[h.Report]
	cited := t.words(t.attributions[h.Attribution])
	why := map[ID][]Reason{}
	reports := map[ID]*Report{}
	add := func(rep *Report, reason Reason) {
		if rep.ID != here.ID && t.at.has(rep) && compareTime(rep.Published, here.Published) <= 0 && !slices.Contains(why[rep.ID], reason) && (rep.URL == "" || rep.URL != here.URL) {
			reports[rep.ID] = rep
			why[rep.ID] = append(why[rep.ID], reason)
		}
	}
	if to := links(here); len(to) > 0 {
		p, err := r.Find(ctx, NodeQuery{Kind: ReportKind, URLs: to, Order: Newest, Limit: mostLooked})
		if err != nil {
			return nil, err
		}
		for _, n := range p.Nodes {
			add(n.(*Report), Linked)
		}
	}
	if !here.Published.IsZero() && h.Actor != "" {
		since, until := here.Published.Add(-window), here.Published.Add(time.Microsecond)
		p, err := r.Find(ctx, NodeQuery{Kind: ReportKind, Outlets: []ID{h.Actor}, Since: since, Until: until, Order: Newest, Limit: mostLooked})
		if err != nil {
			return nil, err
		}
		for _, n := range p.Nodes {
			add(n.(*Report), Publishes)
		}
		if t.Actors[h.Actor].Type != Outlet { // whose reports would be its own
			if err := t.sameSource(ctx, r, cited, NodeQuery{Kind: AttributionKind, Actors: []ID{h.Actor}, Since: since, Until: until, Order: Newest, Limit: mostLooked}, add); err != nil {
				return nil, err
			}
		}
	}
	var out []Candidate
	for id, rep := range reports {
		c := Candidate{Report: id, Why: why[id]}
		for _, s := range sentences(rep.Text) {
			w := wordingOf(id, rep.Text, s)
			if share, n := cited.held(w.roots()); share > c.Score && n > 1 {
				c.Score, c.Evidence, c.Drift = share, w.whole(), slices.DeleteFunc(drift(w, cited), isWeak)
			}
		}
		if c.Score >= related || c.Evidence.Quote != "" && slices.Contains(c.Why, Linked) {
			out = append(out, c)
		}
	}
	linked := func(c Candidate) int { return -btoi(slices.Contains(c.Why, Linked)) }
	slices.SortFunc(out, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(linked(a), linked(b)), cmp.Compare(b.Score, a.Score), -compareTime(reports[a.Report].Published, reports[b.Report].Published), cmp.Compare(a.Report, b.Report))
	})
	out = out[:min(len(out), mostCandidates)]
	var ids []ID
	for _, c := range out {
		t.Reports[c.Report] = reports[c.Report]
		if o := reports[c.Report].Outlet; o != "" {
			ids = append(ids, o)
		}
	}
	return out, t.fetch(ctx, r, ids)
}

// sameSource adds the reports that have something like what is cited among the attributions that the query finds.
func (t *tracer) sameSource(ctx context.Context, r Reader, cited wording, q NodeQuery, add func(*Report, Reason)) error {
	p, err := r.Find(ctx, q)
	if err != nil {
		return err
	}
	var ids []ID
	for _, n := range p.Nodes {
		a := n.(*Attribution)
		w := wordingOf(a.Report, a.Words(), Span{0, len(a.Words())})
		if share, n := cited.held(w.roots()); share >= related && n > 1 {
			ids = append(ids, a.Report)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	nodes, err := r.Nodes(ctx, ids)
	for _, n := range nodes {
		add(n.(*Report), SameSource)
	}
	return err
}

// isWeak tells whether a drift may come from what stands beside the cited words in a sentence.
func isWeak(d Drift) bool { return d.Kind != NumberChanged && d.Kind != DateChanged }

var address = regexp.MustCompile(`https?://[^\s"'<>()\[\]{}|\\^` + "`" + `]+`)

// mostLinks is how many of a report's links count.
const mostLinks = 100

// links are the addresses that a report's text, and what its source told beside, hold.
func links(r *Report) []string {
	var out []string
	for _, text := range []string{r.Text, r.Extra} {
		if !strings.Contains(text, "://") {
			continue
		}
		for _, a := range address.FindAllString(text, mostLinks) {
			if a = strings.TrimRight(a, ".,;:!?"); a != r.URL && !slices.Contains(out, a) {
				out = append(out, a)
			}
		}
	}
	return out[:min(len(out), mostLinks)]
}
