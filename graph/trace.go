package graph

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"regexp"
	"slices"
	"sort"
	"strings"
	"time"
	"unicode/utf8"
)

// Tracing is where a claim comes from: its chains through every report in the store, and where they end.
type Tracing struct {
	Claim *Claim
	// Chains, the best first: those that reach who said it, or a document, before those that end in a loop, at a report that is not
	// there, nowhere; then those that do so in the earliest report, in the order of its text. What a copy has of its original makes no chain.
	Chains []Chain
	// Origin is where the best chain ends; nil where no source is named.
	Origin *Origin
	// Earliest is the first report of the claim, by time of publication.
	Earliest *Report
	// IndependentOrigins counts the distinct innermost sources. One that elsewhere names somebody further in
	// is none; nor is who speaks against the claim, unless nobody speaks for it.
	IndependentOrigins int
	// Origins are those, each with the first report that has the claim from it, in the order of the chains.
	Origins []Origin
	// Denials are those who speak against the claim, by time of publication; none where nobody speaks for it.
	Denials []Hop
	// Circular lists the loops of reports that cite each other's outlets for the claim, each by time of publication.
	Circular [][]ID
	// Copies are the reports whose words for the claim are another's, by time of publication.
	Copies []Copy
	// Corrections are what takes back some of what was reported, by time of publication.
	Corrections []Correction
	// Withdrawn: every chain depends on something that was taken back.
	Withdrawn bool
	// Actors and Reports are those that all this names.
	Actors  map[ID]*Actor
	Reports map[ID]*Report
}

// Chain is the hops from a report to the innermost source of a claim.
type Chain struct {
	Report     ID
	Hops       []Hop // from the outermost source that the report names inwards; at least one
	End        End
	Candidates []Candidate // of an open end: what could be the report that is cited, the likeliest first
	Withdrawn  bool        // something that it depends on was taken back, by a notice
	Confidence float64     // that every hop is right: the product of theirs
}

// Hop is one source of a chain, and the words that prove it.
type Hop struct {
	Actor       ID // empty where the report names no one
	Attribution ID
	Report      ID // where the attribution stands
	Stance      Stance
	Evidence    Evidence // source, cue and content in one stretch
	Drift       []Drift  // of a hop in another report than the one before: what that one changed
	Confidence  float64
}

// Origin is a claim's first source, and the report that has it from that source.
type Origin struct {
	Actor       ID
	Attribution ID
	Report      ID
	Published   time.Time
}

// End tells why a chain goes no further.
type End string

// The ends of a chain. The first three reach a source, the others do not.
const (
	FirstHand    End = "first-hand"       // a person, organization, place or group speaks for itself, or an outlet in its own report
	AtDocument   End = "document"         // a document is quoted, and nobody behind it
	AtAnonymous  End = "anonymous"        // nobody outside the report can tell who
	InLoop       End = "loop"             // an outlet is cited that itself cites back
	Open         End = "open"             // a report is cited that has not been found, but there are candidates
	NotInStore   End = "not in the store" // a report is cited, and nothing in the store could be it
	UnnamedThere End = "no source named"
)

// Ends lists all ends, in their order.
var Ends = []End{FirstHand, AtDocument, AtAnonymous, InLoop, Open, NotInStore, UnnamedThere}

// acrossReports is how sure it is that an outlet's own report of a claim is the one that another means by its name.
const acrossReports = 0.95

// AsOf is a moment at which a question is to be answered. The zero value is now.
type AsOf struct {
	Published time.Time // as the press stood: only reports published by then, inclusive; zero for all
	Ingested  time.Time // as the store stood: only reports that it had got by then, inclusive; zero for all
}

// has tells whether the report was there at the moment. One whose time is not told was not.
func (m AsOf) has(r *Report) bool {
	by := func(at, limit time.Time) bool { return limit.IsZero() || !at.IsZero() && !at.After(limit) }
	return by(r.Published, m.Published) && by(r.Ingested, m.Ingested)
}

// Trace follows a claim to its origin. The ID is a claim's, or that of an attribution, which stands for its claim.
// It is ErrNotFound when absent.
//
// Within a report a chain follows the attributions' Via. Where a source is an outlet whose own report of the same
// claim is in the store, and was not published later, the chain goes on inside that report, along the chain there that
// agrees with what the first report says further in. A report that copies another stands for it.
//
// At a moment, actors and claims are merged as they are now, and corrections, copies and candidates are those of then.
func Trace(ctx context.Context, r Reader, id ID, at AsOf) (*Tracing, error) {
	claim, err := claimOf(ctx, r, id)
	if err != nil {
		return nil, err
	}
	t := &tracer{Tracing: &Tracing{Claim: claim, Actors: map[ID]*Actor{}, Reports: map[ID]*Report{}}, at: at, attributions: map[ID]*Attribution{}, wordings: map[ID]wording{}, whole: map[ID][][]step{}}
	if err := t.load(ctx, r); err != nil {
		return nil, err
	}
	t.readReports()
	if err := t.findCorrections(ctx, r); err != nil {
		return nil, err
	}
	t.foldCopies()
	t.findLoops()
	t.findChains()
	t.markWithdrawn()
	if err := t.findCandidates(ctx, r); err != nil {
		return nil, err
	}
	t.conclude()
	return t.Tracing, nil
}

// TraceText traces the claim that fits the text best, of those that hold at least half of its words and half of those longer than
// three letters: a claim that shares only "the" and "was" with a question is not what was asked about. It is ErrNotFound when none does.
func TraceText(ctx context.Context, r Reader, text string, at AsOf) (*Tracing, error) {
	hits, err := Search(ctx, r, []Kind{ClaimKind}, text, math.MaxInt)
	if err != nil {
		return nil, err
	}
	words := asked(text)
	for _, h := range hits {
		if holdsHalf(h.Node, words) {
			return Trace(ctx, r, h.Node.NodeID(), at)
		}
	}
	return nil, fmt.Errorf("a claim like %q: %w", text, ErrNotFound)
}

// holdsHalf tells whether the node has at least half of the words, and half of the long ones.
func holdsHalf(n Node, words []string) bool {
	has := map[string]bool{}
	for _, w := range strings.Fields(SearchText(n)) {
		has[w] = true
	}
	var all, held, long, longHeld int
	for _, w := range words {
		isLong := utf8.RuneCountInString(w) > 3
		all++
		if isLong {
			long++
		}
		if has[w] {
			held++
			if isLong {
				longHeld++
			}
		}
	}
	return 2*held >= all && 2*longHeld >= long
}

func claimOf(ctx context.Context, r Reader, id ID) (*Claim, error) {
	n, err := Get(ctx, r, id)
	if err != nil {
		return nil, err
	}
	if a, ok := n.(*Attribution); ok {
		if n, err = Get(ctx, r, a.Claim); err != nil {
			return nil, err
		}
	}
	c, ok := n.(*Claim)
	if !ok {
		return nil, fmt.Errorf("%w: %s is a %s: trace takes a claim or an attribution", ErrInvalid, id, id.Kind())
	}
	return c, nil
}

type tracer struct {
	*Tracing
	at           AsOf
	attributions map[ID]*Attribution // of the claim, and those that they are via
	mine         []*Attribution      // the claim's, that count: for it, or, where there are none, against it
	reports      []ID                // that have the claim, by time
	local        map[ID][][]step     // report: its chains by itself
	byOutlet     map[ID][]*Report    // outlet: its reports of the claim, by time
	original     map[ID]ID           // copy or revision: the report whose chains it shares
	folded       [][]step            // the chains that it shares
	whole        map[ID][][]step     // report: its chains as far as they go on; see extended
	withdrawn    map[ID]bool         // attributions that a notice takes back
	wordings     map[ID]wording      // of attributions, as far as they were asked for
}

// step is one hop before it is shown: a source of an attribution.
type step struct {
	a     *Attribution
	actor ID

	// Of the first hop in another report, that it is the one which the hop before cites; and what the report before says further in.
	cited bool
	told  []step
}

func (t *tracer) load(ctx context.Context, r Reader) error {
	want := []ID{}
	for e, err := range r.Edges(ctx, EdgeQuery{Kinds: []EdgeKind{States}, To: []ID{t.Claim.ID}}) {
		if err != nil {
			return err
		}
		want = append(want, e.From)
	}
	own := slices.Clone(want)
	for len(want) > 0 {
		nodes, err := r.Nodes(ctx, want)
		if err != nil {
			return err
		}
		want = nil
		for id, n := range nodes {
			t.attributions[id] = n.(*Attribution)
		}
		for _, n := range nodes {
			if via := n.(*Attribution).Via; via != "" && t.attributions[via] == nil && !slices.Contains(want, via) {
				want = append(want, via)
			}
		}
	}
	var ids []ID
	for _, a := range t.attributions {
		ids = append(ids, a.Report)
		ids = append(ids, a.Sources...)
	}
	if err := t.fetch(ctx, r, ids); err != nil {
		return err
	}
	for id, a := range t.attributions {
		if !t.at.has(t.Reports[a.Report]) {
			delete(t.attributions, id)
		}
	}
	for id, rep := range t.Reports {
		if !t.at.has(rep) {
			delete(t.Reports, id)
		}
	}
	for _, against := range []bool{false, true} {
		for _, id := range own {
			if a := t.attributions[id]; a != nil && a.Stance.Against() == against {
				t.mine = append(t.mine, a)
			}
		}
		if len(t.mine) > 0 {
			break
		}
	}
	ids = ids[:0]
	for _, rep := range t.Reports {
		if rep.Outlet != "" {
			ids = append(ids, rep.Outlet)
		}
	}
	return t.fetch(ctx, r, ids)
}

func (t *tracer) fetch(ctx context.Context, r Reader, ids []ID) error {
	ids = slices.DeleteFunc(ids, func(id ID) bool { return t.Actors[id] != nil || t.Reports[id] != nil })
	if len(ids) == 0 {
		return nil
	}
	slices.Sort(ids)
	nodes, err := r.Nodes(ctx, slices.Compact(ids))
	if err != nil {
		return err
	}
	for id, n := range nodes {
		switch n := n.(type) {
		case *Actor:
			t.Actors[id] = n
		case *Report:
			t.Reports[id] = n
		}
	}
	return nil
}

// before orders reports by time of publication, the untold last, then by ID.
func before(a, b *Report) int {
	if c := compareTime(a.Published, b.Published); c != 0 {
		return c
	}
	return strings.Compare(string(a.ID), string(b.ID))
}

func compareTime(a, b time.Time) int {
	switch {
	case a.Equal(b):
		return 0
	case a.IsZero():
		return 1
	case b.IsZero():
		return -1
	}
	return a.Compare(b)
}

// readReports makes the chains of each report by itself.
func (t *tracer) readReports() {
	t.local, t.byOutlet, t.reports = map[ID][][]step{}, map[ID][]*Report{}, nil
	outer := map[ID]bool{} // has an inner one of the same claim
	for _, a := range t.mine {
		outer[a.Via] = true
	}
	sort.Slice(t.mine, func(i, j int) bool {
		a, b := t.mine[i], t.mine[j]
		if a.Report != b.Report {
			return before(t.Reports[a.Report], t.Reports[b.Report]) < 0
		}
		return a.Order < b.Order
	})
	for _, a := range t.mine {
		if outer[a.ID] {
			continue
		}
		if t.local[a.Report] == nil {
			t.reports = append(t.reports, a.Report)
			if o := t.Reports[a.Report].Outlet; o != "" {
				t.byOutlet[o] = append(t.byOutlet[o], t.Reports[a.Report])
			}
		}
		t.local[a.Report] = append(t.local[a.Report], t.within(a)...)
	}
}

// findChains lets the chains go on in other reports.
func (t *tracer) findChains() {
	for _, id := range t.reports {
		for _, c := range t.extended(id)[:len(t.local[id])] {
			t.Chains = append(t.Chains, t.shown(id, c))
		}
	}
}

// within are the chains that end at the attribution: one for each of its sources.
func (t *tracer) within(a *Attribution) [][]step {
	var hops []step
	seen := map[ID]bool{a.ID: true}
	for o := t.attributions[a.Via]; o != nil && !seen[o.ID]; o = t.attributions[o.Via] {
		seen[o.ID] = true
		var s ID
		if len(o.Sources) > 0 {
			s = o.Sources[0]
		}
		hops = append(hops, step{a: o, actor: s})
	}
	slices.Reverse(hops)
	sources := a.Sources
	if len(sources) == 0 {
		sources = []ID{""}
	}
	var out [][]step
	for _, s := range sources {
		out = append(out, append(slices.Clone(hops), step{a: a, actor: s}))
	}
	return out
}

// extended are the chains inside a report, each as far as it goes on. They are made once for each report, or a claim that hundreds have from
// each other would take for ever; a report that is asked for its chains while they are being made has none, so that nothing goes round.
func (t *tracer) extended(report ID) [][]step {
	out, ok := t.whole[report]
	if !ok {
		t.whole[report] = nil
		for _, c := range t.inside(report) {
			out = append(out, t.extend(c))
		}
		t.whole[report] = out
	}
	return out
}

// extend lets a chain go on in the own report of the first outlet on it that has one; of several in one that the report links to.
func (t *tracer) extend(c []step) []step {
	for i, h := range c {
		here := t.Reports[h.a.Report]
		var best []step
		for _, there := range t.linkedFirst(here, t.byOutlet[h.actor]) {
			if compareTime(there.Published, here.Published) > 0 {
				continue
			}
			for _, inner := range t.extended(there.ID) {
				if t.agrees(inner, c[i+1:]) && (best == nil || t.rank(inner) < t.rank(best)) {
					best = inner
				}
			}
			if best != nil {
				best = slices.Clone(best)
				best[0].cited, best[0].told = true, c[i+1:]
				return append(slices.Clone(c[:i+1]), best...)
			}
		}
	}
	return t.behind(c)
}

// behind lets a chain that ends at a document go on to whom the document has it from, where another report tells that: what a document says
// is the same whoever quotes it.
func (t *tracer) behind(c []step) []step {
	last := c[len(c)-1]
	if a := t.Actors[last.actor]; a == nil || a.Type != Document {
		return c
	}
	for _, id := range t.reports {
		if id == last.a.Report {
			continue
		}
		for _, other := range t.local[id] {
			for i, h := range other[:len(other)-1] {
				if h.actor == last.actor {
					return append(slices.Clone(c), other[i+1:]...)
				}
			}
		}
	}
	return c
}

// inside are the chains of a report by itself, and those that it shares with its original.
func (t *tracer) inside(report ID) [][]step {
	if o := t.original[report]; o != "" {
		return slices.Concat(t.local[report], t.inside(o))
	}
	return t.local[report]
}

// linkedFirst are the reports with those to which one links before the others.
func (t *tracer) linkedFirst(from *Report, reports []*Report) []*Report {
	if len(reports) < 2 {
		return reports
	}
	to := links(from)
	if len(to) == 0 {
		return reports
	}
	out := slices.Clone(reports)
	slices.SortStableFunc(out, func(a, b *Report) int { return btoi(slices.Contains(to, b.URL)) - btoi(slices.Contains(to, a.URL)) })
	return out
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// agrees tells whether the actors of rest are met in this order along the chain.
func (t *tracer) agrees(chain, rest []step) bool {
	for _, h := range chain {
		if len(rest) > 0 && t.meant(h.actor, rest[0].actor) {
			rest = rest[1:]
		}
	}
	return len(rest) == 0
}

// meant tells whether one report, citing another, can mean the other's source by its own: the same or, of those whom each report knows
// for itself, one of the kind. Of documents and groups the words must have something in common.
func (t *tracer) meant(a, b ID) bool {
	x, y := t.Actors[a], t.Actors[b]
	switch {
	case a == b:
		return true
	case x == nil || y == nil || x.Type != y.Type:
		return false
	case x.Type == Anonymous:
		return true
	case x.Type == Document || x.Type == Group:
		_, n := wordingOf("", x.Name, Span{0, len(x.Name)}).held(wordingOf("", y.Name, Span{0, len(y.Name)}).roots())
		return n > 0
	}
	return false
}

func (t *tracer) end(c []step) End {
	last := c[len(c)-1]
	actor := t.Actors[last.actor]
	switch {
	case actor == nil:
		return UnnamedThere
	case actor.Type == Document:
		return AtDocument
	case actor.Type == Anonymous:
		return AtAnonymous
	case actor.Type == Outlet && t.loop(last.a.Report) != nil && len(t.byOutlet[last.actor]) > 0:
		return InLoop
	case (actor.Type == Outlet || actor.Type != Person && passesOn(last.a, t.Reports[last.a.Report].Text)) && !t.speaks(last.actor):
		return NotInStore
	}
	return FirstHand
}

var ofReports = regexp.MustCompile(`(?i)\breports? (?:from|by|of|in)\b|\baccording to (?:\S+ ){0,4}reports?\b`)

// passesOn tells whether what is cited is a report of the source, and not its word: "reports from the State Department".
func passesOn(a *Attribution, text string) bool {
	var spans []Span
	for _, e := range slices.Concat(a.Source, a.Cue) {
		spans = append(spans, e.Span)
	}
	h := Hull(spans...)
	return h.In(text) && h.Len() < 300 && ofReports.MatchString(text[h.Start:h.End])
}

// speaks tells whether the outlet speaks for itself: in a report of its own it names itself as the source.
func (t *tracer) speaks(outlet ID) bool {
	for _, r := range t.byOutlet[outlet] {
		for _, c := range t.inside(r.ID) {
			if len(c) == 1 && c[0].actor == outlet {
				return true
			}
		}
	}
	return false
}

// loop is the loop that the report is part of, or nil.
func (t *tracer) loop(report ID) []ID {
	for _, l := range t.Circular {
		if slices.Contains(l, report) {
			return l
		}
	}
	return nil
}

func (t *tracer) rank(c []step) int { return slices.Index(Ends, t.end(c)) }

func (t *tracer) shown(report ID, c []step) Chain {
	out := Chain{Report: report, End: t.end(c), Confidence: 1}
	at := report
	for i, h := range c {
		hop := Hop{Actor: h.actor, Attribution: h.a.ID, Report: h.a.Report, Stance: h.a.Stance, Evidence: h.a.Evidence(t.Reports[h.a.Report].Text), Confidence: h.a.Confidence}
		if h.a.Report != at {
			out.Confidence *= acrossReports
			at = h.a.Report
			if h.cited { // and not behind a document
				hop.Drift = t.drift(c[i-1], c[i:])
			}
		}
		out.Confidence *= h.a.Confidence
		out.Hops = append(out.Hops, hop)
	}
	return out
}

// words are those of an attribution's content.
func (t *tracer) words(a *Attribution) wording {
	w, ok := t.wordings[a.ID]
	if !ok {
		w = said(a, t.Reports[a.Report].Text)
		t.wordings[a.ID] = w
	}
	return w
}

// denials are what is said against the claim, by time and place.
func (t *tracer) denials() []Hop {
	var out []Hop
	if len(t.mine) == 0 || t.mine[0].Stance.Against() {
		return nil
	}
	for _, a := range t.attributions {
		if a.Claim != t.Claim.ID || !a.Stance.Against() {
			continue
		}
		sources := a.Sources
		if len(sources) == 0 {
			sources = []ID{""}
		}
		for _, s := range sources {
			out = append(out, Hop{Actor: s, Attribution: a.ID, Report: a.Report, Stance: a.Stance, Evidence: a.Evidence(t.Reports[a.Report].Text), Confidence: a.Confidence})
		}
	}
	slices.SortFunc(out, func(a, b Hop) int {
		return cmp.Or(before(t.Reports[a.Report], t.Reports[b.Report]), cmp.Compare(t.attributions[a.Attribution].Order, t.attributions[b.Attribution].Order), cmp.Compare(a.Actor, b.Actor))
	})
	return out
}

// drift tells what the last hop in one report, and what that report says further in, changed of the chain in the report that it cites.
func (t *tracer) drift(citing step, cited []step) []Drift {
	cue := func(a *Attribution) (wording, bool) {
		if len(a.Cue) == 0 {
			return wording{}, false
		}
		return wordingOf(a.Report, t.Reports[a.Report].Text, a.Cue[0].Span), true
	}
	source := func(a *Attribution) Evidence {
		if len(a.Source) > 0 {
			return a.Source[0]
		}
		return a.Evidence(t.Reports[a.Report].Text)
	}
	out := drift(t.words(cited[0].a), t.words(citing.a))
	told := cited[0].told
	last := cited[len(cited)-1]
	if len(told) == 0 { // the outlet's own word, where the outlet has somebody's
		if a := t.Actors[last.actor]; a != nil && a.Type == Anonymous {
			out = append(out, Drift{IntermediaryDropped, source(last.a), citing.a.Evidence(t.Reports[citing.a.Report].Text)})
		}
		return out
	}
	k := 0 // of those told, which is to be met next
	for _, h := range cited {
		if k < len(told) && t.meant(h.actor, told[k].actor) {
			from, ok := cue(h.a)
			to, too := cue(told[k].a)
			if k++; ok && too {
				a, i := scaled(from, scales[0])
				b, j := scaled(to, scales[0])
				if i >= 0 && i < j {
					out = append(out, Drift{VerbSharpened, a, b})
				} else if j >= 0 && j < i {
					out = append(out, Drift{VerbSoftened, a, b})
				}
			}
		} else if k < len(told) && h.actor != "" {
			out = append(out, Drift{IntermediaryDropped, source(h.a), told[k].a.Evidence(t.Reports[told[k].a.Report].Text)})
		}
	}
	return out
}

// findLoops finds the strongly connected reports: one leads to another when it cites the other's outlet for the
// claim (Tarjan 1972).
func (t *tracer) findLoops() {
	cites := map[ID][]ID{}
	for _, id := range t.reports {
		for _, c := range t.inside(id) {
			for _, h := range c {
				for _, there := range t.byOutlet[h.actor] {
					if there.ID != id && there.Outlet != t.Reports[id].Outlet {
						cites[id] = append(cites[id], there.ID)
					}
				}
			}
		}
	}
	index, low, on := map[ID]int{}, map[ID]int{}, map[ID]bool{}
	var stack []ID
	var visit func(ID)
	visit = func(v ID) {
		index[v] = len(index) + 1
		low[v] = index[v]
		stack, on[v] = append(stack, v), true
		for _, w := range cites[v] {
			if index[w] == 0 {
				visit(w)
				low[v] = min(low[v], low[w])
			} else if on[w] {
				low[v] = min(low[v], index[w])
			}
		}
		if low[v] != index[v] {
			return
		}
		k := slices.Index(stack, v)
		loop := slices.Clone(stack[k:])
		stack = stack[:k]
		for _, w := range loop {
			on[w] = false
		}
		if len(loop) > 1 {
			slices.SortFunc(loop, func(a, b ID) int { return before(t.Reports[a], t.Reports[b]) })
			t.Circular = append(t.Circular, loop)
		}
	}
	for _, id := range t.reports {
		if index[id] == 0 {
			visit(id)
		}
	}
	slices.SortFunc(t.Circular, func(a, b []ID) int { return before(t.Reports[a[0]], t.Reports[b[0]]) })
}

// conclude orders the chains and draws from them what the trace comes to.
func (t *tracer) conclude() {
	last := func(c Chain) Hop { return c.Hops[len(c.Hops)-1] }
	slices.SortStableFunc(t.Chains, func(a, b Chain) int {
		return cmp.Or(max(2, slices.Index(Ends, a.End))-max(2, slices.Index(Ends, b.End)), // the first three are as good as each other
			before(t.Reports[last(a).Report], t.Reports[last(b).Report]), before(t.Reports[a.Report], t.Reports[b.Report]))
	})
	for _, a := range t.mine {
		if r := t.Reports[a.Report]; t.Earliest == nil || before(r, t.Earliest) < 0 {
			t.Earliest = r
		}
	}
	passed, origins := map[ID]bool{}, map[ID]bool{}
	for _, c := range t.folded {
		last := c[len(c)-1]
		if o := t.Reports[last.a.Report].Outlet; last.actor != o {
			passed[o] = true
		}
	}
	for _, c := range t.Chains {
		for _, h := range c.Hops[:len(c.Hops)-1] {
			passed[h.Actor] = true
		}
		if o := t.Reports[c.Report].Outlet; c.End != InLoop && c.End != UnnamedThere && last(c).Actor != o {
			passed[o] = true // it says whom it had the claim from
		}
	}
	for _, c := range t.Chains {
		if o := t.origin(c); o != nil && !passed[o.Actor] && !origins[o.Actor] {
			origins[o.Actor] = true
			t.Origins = append(t.Origins, *o)
		}
	}
	if t.IndependentOrigins = len(origins); t.IndependentOrigins == 0 && len(t.Circular) > 0 {
		t.IndependentOrigins = 1 // everyone passes it on, but somebody began
	}
	t.Denials = t.denials()
	if len(t.Chains) > 0 {
		t.Origin = t.origin(t.Chains[0])
		if t.Origins == nil && t.IndependentOrigins > 0 {
			t.Origins = []Origin{*t.Origin}
		}
	}
}

// origin is where the chain ends; for one that ends in a loop, the outlet that had the claim first.
func (t *tracer) origin(c Chain) *Origin {
	h := c.Hops[len(c.Hops)-1]
	if c.End == InLoop {
		first := t.Reports[t.loop(h.Report)[0]]
		return &Origin{Actor: first.Outlet, Attribution: h.Attribution, Report: first.ID, Published: first.Published}
	}
	if h.Actor == "" {
		return nil
	}
	return &Origin{Actor: h.Actor, Attribution: h.Attribution, Report: h.Report, Published: t.Reports[h.Report].Published}
}
