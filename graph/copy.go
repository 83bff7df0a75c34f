package graph

import (
	"cmp"
	"context"
	"slices"
	"strconv"
)

// What tells a copy: wire text under another byline, cut, shuffled or lightly edited.
//
// A report's shingles are its runs of four words, hashed (Broder, "On the resemblance and containment of documents", 1997). A report
// copies an earlier one that has most of its shingles. So that the pairs worth comparing are found without comparing all,
// each report has a sketch, its least hashes: of a part of a text, those that are among the least of the whole are among the
// least of the part too, so that the two sketches meet however much was cut.
const (
	shingle    = 4   // words
	sketchSize = 24  // hashes
	leastWords = 24  // shingles without which a text is too short to be called a copy
	mostCopied = 0.4 // what share of a copy's shingles stand in what it copies
	wireCopied = 0.2 // the same, where the report names the other's outlet as its agency
)

// Copy is a report that says what another says, nearly word for word, or that revises it and says the same of the claim.
type Copy struct {
	Report   ID
	Of       ID      // the earliest that has its words; itself no copy
	Share    float64 // how much of the copy stands there: 0 to 1
	Revision bool    // it is a later text under the same URL

	Withdrawn bool // in a trace: a notice takes back what it says
}

// shingles are the hashes of a text's runs of words, sorted, each once.
func shingles(text string) []uint64 {
	words := Words(text)
	if len(words) < shingle {
		return nil
	}
	hashes := make([]uint64, len(words))
	for i, w := range words {
		h := uint64(14695981039346656037) // FNV-1a
		for j := 0; j < len(w); j++ {
			h = (h ^ uint64(w[j])) * 1099511628211
		}
		hashes[i] = h
	}
	out := make([]uint64, 0, len(words)-shingle+1)
	for i := range len(words) - shingle + 1 {
		h := uint64(0)
		for _, w := range hashes[i : i+shingle] {
			h = Spread(h*31 + w)
		}
		out = append(out, h)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Spread makes every bit of a hash depend on every other (the finaliser of MurmurHash3), so that the least of many are a fair sample.
func Spread(x uint64) uint64 {
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	x *= 0xc4ceb9fe1a85ec53
	return x ^ x>>33
}

// sketch are the least of the shingles.
func sketch(shingles []uint64) []uint64 {
	if len(shingles) < leastWords {
		return nil
	}
	return shingles[:sketchSize]
}

// contained is the share of the shingles of part that are among those of whole.
func contained(part, whole []uint64) float64 {
	if len(part) == 0 {
		return 0
	}
	return float64(Common(part, whole)) / float64(len(part))
}

// Common counts what two rising lists have in common.
func Common[T cmp.Ordered](a, b []T) int {
	n := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch cmp.Compare(a[i], b[j]) {
		case 0:
			n++
			i++
			j++
		case -1:
			i++
		default:
			j++
		}
	}
	return n
}

// CopyKeys are such that of two reports one of which copies the other, by far most have one in common: the sketch of the text,
// as keys. A text that is too short has none.
func CopyKeys(text string) []string {
	var out []string
	for _, h := range sketch(shingles(text)) {
		out = append(out, "s:"+strconv.FormatUint(h, 36))
	}
	return out
}

// findCopies tells which of the reports copy which. The reports come in the order in which one may copy those before it. wired tells
// whether the first names the second's outlet as its agency.
func findCopies(reports []*Report, wired func(a, b *Report) bool) []Copy {
	type original struct {
		*Report
		shingles []uint64
	}
	var out []Copy
	met := map[uint64][]int{} // by hash of a sketch, which of the originals have it
	var originals []original
	for _, r := range reports {
		own := shingles(r.Text)
		best, seen := Copy{Report: r.ID}, map[int]bool{}
		for _, h := range sketch(own) {
			for _, i := range met[h] {
				o := originals[i]
				if seen[i] || r.URL != "" && r.URL == o.URL { // a revision is no copy
					continue
				}
				seen[i] = true
				least := mostCopied
				if wired(r, o.Report) {
					least = wireCopied
				}
				if share := contained(own, o.shingles); share >= least && share > best.Share {
					best.Of, best.Share = o.ID, share
				}
			}
		}
		if best.Of != "" {
			out = append(out, best)
			continue
		}
		originals = append(originals, original{r, own})
		for _, h := range sketch(own) {
			met[h] = append(met[h], len(originals)-1)
		}
	}
	return out
}

// mostShared is how many reports may have a key in common for it to tell anything: what more have is a phrase that everybody prints.
const mostShared = 200

// CopiesOf answers which report a report copies, nil for none, and which copy it, by time of publication. It looks at the reports that
// share a CopyKey with it, however many there are in all.
func CopiesOf(ctx context.Context, r Reader, report *Report) (of *Copy, copies []Copy, err error) {
	near := map[ID]*Report{report.ID: report}
	for _, k := range CopyKeys(report.Text) {
		p, err := r.Find(ctx, NodeQuery{Kind: ReportKind, Keys: []string{k}, Limit: mostShared + 1})
		if err != nil {
			return nil, nil, err
		}
		for _, n := range p.Nodes[:len(p.Nodes)*btoi(len(p.Nodes) <= mostShared)] {
			near[n.NodeID()] = n.(*Report)
		}
	}
	var list []*Report
	var outlets []ID
	for _, n := range near {
		list = append(list, n)
		if n.Outlet != "" {
			outlets = append(outlets, n.Outlet)
		}
	}
	slices.SortFunc(list, before)
	actors, err := r.Nodes(ctx, outlets)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range findCopies(list, func(a, b *Report) bool { o, _ := actors[b.Outlet].(*Actor); return names(a.Wire, o) }) {
		switch report.ID {
		case c.Report:
			of = &c
		case c.Of:
			copies = append(copies, c)
		}
	}
	return of, copies, nil
}

// names tells whether the agency that a report names is the actor.
func names(wire string, a *Actor) bool {
	return wire != "" && a != nil && slices.ContainsFunc(a.Aliases, func(n string) bool { return Fold(n) == Fold(wire) })
}

// foldCopies finds which of the claim's reports copy which, and takes out of each the chains that it shares with its original: wire
// text is one report, under however many bylines. What a copy has beside that is its own.
func (t *tracer) foldCopies() {
	t.original = map[ID]ID{}
	cited := map[ID]int{} // outlet: in how many chains
	for _, id := range t.reports {
		for _, c := range t.local[id] {
			for _, h := range c {
				cited[h.actor]++
			}
		}
	}
	var list []*Report
	for _, id := range t.reports {
		list = append(list, t.Reports[id])
	}
	slices.SortStableFunc(list, func(a, b *Report) int {
		if c := compareTime(a.Published, b.Published); c != 0 {
			return c
		}
		return cmp.Compare(cited[b.Outlet], cited[a.Outlet]) // then by ID, as they come
	})
	copies := findCopies(list, func(a, b *Report) bool { return names(a.Wire, t.Actors[b.Outlet]) })
	first := map[string]*Report{} // URL: the first of its revisions
	for _, r := range list {
		if e := first[r.URL]; e != nil && r.URL != "" {
			copies = append(copies, Copy{Report: r.ID, Of: e.ID, Share: contained(shingles(r.Text), shingles(e.Text)), Revision: true})
		} else {
			first[r.URL] = r
		}
	}
	for _, c := range copies {
		for t.original[c.Of] != "" { // the first of some revisions may be a copy
			c.Of = t.original[c.Of]
		}
		if t.original[c.Report] != "" || c.Of == c.Report {
			continue
		}
		var own [][]step
		n := len(t.folded)
		for _, chain := range t.local[c.Report] {
			if t.shares(chain, c) {
				t.folded = append(t.folded, chain)
			} else {
				own = append(own, chain)
			}
		}
		if len(t.folded) > n {
			t.local[c.Report] = own
			t.original[c.Report] = c.Of
			t.Copies = append(t.Copies, c)
		}
	}
	slices.SortFunc(t.Copies, func(a, b Copy) int { return before(t.Reports[a.Report], t.Reports[b.Report]) })
}

// shares tells whether a copy has the chain from its original: the same sources stand there or, of a copy, the same words.
func (t *tracer) shares(chain []step, c Copy) bool {
	for _, other := range t.inside(c.Of) {
		if slices.EqualFunc(chain, other, func(a, b step) bool {
			x, y := t.Actors[a.actor], t.Actors[b.actor]
			return a.actor == b.actor || x != nil && y != nil && x.Type == Anonymous && y.Type == Anonymous && Fold(x.Name) == Fold(y.Name)
		}) {
			return true
		}
	}
	last, there := chain[len(chain)-1].a, t.Reports[c.Of].Text
	for _, e := range last.Source {
		if share, n := wordingOf("", e.Quote, Span{0, len(e.Quote)}).held(wordingOf("", there, Span{0, len(there)}).roots()); share < 1 && n < 2 {
			return false // it adds somebody of its own
		}
	}
	return !c.Revision && contained(shingles(last.Evidence(t.Reports[c.Report].Text).Quote), shingles(there)) >= 0.5
}
