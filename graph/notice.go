package graph

import (
	"cmp"
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
)

// NoticeKey is the key of reports that take back, or tell that somebody takes back, what was reported: corrections,
// retractions, "an earlier version of this report said ..". See FindKeys.
const NoticeKey = "notice"

// notice is a passage of a report that takes back what was said before.
type notice struct {
	report ID
	at     Span      // the sentence that says so
	lines  Span      // the paragraph around it
	own    bool      // it is about this very report, or begins with "Correction": it needs no name to be its outlet's own
	wrong  []wording // what was said before, sentence by sentence; without the sentences that tell how it really is
}

var (
	label    = regexp.MustCompile(`^(?i:corrections?|corrected|clarifications?|retractions?|editor.s note)\s*[:—–-]|^(?:CORRECTIONS?|CLARIFICATION|RETRACTION|CORRECTED)\b`)
	earlier  = regexp.MustCompile(`(?i)\b(?:earlier|previous|original|first|prior) (?:version|edition)s? of (?:this|the|our) (?:report|article|story|dispatch|item|piece|post|column|page)\b`)
	amended  = regexp.MustCompile(`(?i)\bthis (?:report|article|story|dispatch|item|piece|post) (?:has been|was|is) (?:corrected|amended|withdrawn|retracted)\b`)
	takeBack = regexp.MustCompile(`(?i)\b(?:withdr[ae]ws?|withdrawn|withdrew|retracts?|retracted|corrects?|corrected|takes? back|took back)\b[^.!?]*?\b(?:it|reports?|reporting|statements?|stor(?:y|ies)|articles?|claims?|account|headline)\b`)
	wrongly  = regexp.MustCompile(`(?i)\b(?:report|article|story|headline|account|claim) (?:was|were|is) (?:wrong|incorrect|false|inaccurate|untrue|mistaken|in error)\b|\b(?:misstated|misreported|misidentified|misquoted|regrets? the error)\b|\b(?:we|(?:incorrectly|wrongly|mistakenly|erroneously)) (?:said|stated|reported|wrote|printed|gave|identified|published)\b[^.!?]*\b(?:wrong|in error|incorrectly|wrongly|mistakenly|erroneously|that)\b`)
	saying   = regexp.MustCompile(`(?i)\b(?:reported|said|says|wrote|stated|gave|told|printed|published|misstated|misreported|misidentified|misquoted|incorrectly|wrongly|erroneously|mistakenly|version|withdr[ae]ws?|withdrawn|withdrew|retracts?|retracted|statement|headline|claim)\b`)
	rather   = regexp.MustCompile(`(?i)\b(?:instead of|rather than)\b`)
	quoted   = regexp.MustCompile(`^["'“‘«„]`)
	clause   = regexp.MustCompile(`\bthat\b`)
	contrast = regexp.MustCompile(`(?i),? (?:and|but)? ?not\b`)
)

// hints are what a passage that takes something back has one of: quick to look for, since nearly no report has any.
var hints = [...]string{"correct", "clarif", "retract", "withdr", "apolog", "version", "edition", "wrong", "inaccura", "regret", "s note", "amended", "took back", "take back", "takes back",
	"false", "untrue", "mistak", "in error", "erroneous", "misstat", "misreport", "misident", "misquot"}

func hinted(text string) bool {
	text = strings.ToLower(text)
	return slices.ContainsFunc(hints[:], func(h string) bool { return strings.Contains(text, h) })
}

// notices are the passages of a report that take back what was said before.
func notices(r *Report) []notice {
	title := label.MatchString(r.Title)
	if !title && !hinted(r.Text) {
		return nil
	}
	var out []notice
	for lines := range paragraphs(r.Text) {
		text := r.Text[lines.Start:lines.End]
		labelled := label.MatchString(text) || title && len(out) == 0
		if !labelled && !hinted(text) {
			continue
		}
		var list []Span
		for _, s := range sentences(text) {
			list = append(list, Span{lines.Start + s.Start, lines.Start + s.End})
		}
		n := notice{report: r.ID, lines: lines, own: labelled}
		for _, s := range list {
			words := r.Text[s.Start:s.End]
			this := earlier.MatchString(words) || amended.MatchString(words)
			if n.at.Len() == 0 && (labelled || this || takeBack.MatchString(words) || wrongly.MatchString(words)) {
				n.at = s
			}
			n.own = n.own || this
		}
		if n.at.Len() == 0 {
			continue
		}
		for _, s := range list {
			if words := r.Text[s.Start:s.End]; saying.MatchString(words) && !quoted.MatchString(words) { // what somebody says is no report
				n.wrong = append(n.wrong, wordingOf(r.ID, r.Text, s))
			}
		}
		if n.wrong == nil {
			n.wrong = []wording{wordingOf(r.ID, r.Text, n.at)}
		}
		out = append(out, n)
	}
	return out
}

// paragraphs gives the places of a text's lines that are not empty.
func paragraphs(text string) func(func(Span) bool) {
	return func(yield func(Span) bool) {
		for start := 0; start < len(text); {
			end := len(text)
			if i := strings.IndexByte(text[start:], '\n'); i >= 0 {
				end = start + i
			}
			line := text[start:end]
			trimmed := strings.TrimLeft(line, " \t\r")
			at := start + len(line) - len(trimmed)
			if trimmed = strings.TrimRight(trimmed, " \t\r"); trimmed != "" && !yield(Span{at, at + len(trimmed)}) {
				return
			}
			start = end + 1
		}
	}
}

// takenBack is how much of what is claimed a sentence must have to take it back, or the claim of the clause that tells what was
// wrong. Numbers must agree: "12, not 14" takes back 14.
const takenBack = 0.6

// takesBack answers the sentence that takes the wording back.
func (n notice) takesBack(w wording) (Evidence, bool) {
	for _, s := range n.wrong {
		words := s.text[s.at.Start:s.at.End]
		ok := most(w, s, 3)
		if i := clause.FindStringIndex(words); i != nil && !ok {
			ok = most(wordingOf(s.report, s.text, Span{s.at.Start + i[1], s.at.End}), w, 4)
		}
		if !ok {
			continue
		}
		wrong := s
		if i := rather.FindStringIndex(words); i != nil {
			wrong = wordingOf(s.report, s.text, Span{s.at.Start, s.at.Start + i[0]})
		} else if i := contrast.FindStringIndex(words); i != nil && len(w.figures()) > 0 {
			wrong = wordingOf(s.report, s.text, Span{s.at.Start + i[1], s.at.End})
		}
		if within(w.figures(), wrong.figures()) {
			return s.whole(), true
		}
	}
	return Evidence{}, false
}

// most tells whether one wording has most of another, at least so many words, and half of what is said of those whom both name.
func most(of, in wording, least int) bool {
	roots := in.roots()
	share, n := of.held(roots)
	deeds, some := of.deeds().held(roots)
	return share >= takenBack && n >= least && deeds >= 0.5 && some > 0
}

// within tells whether one of two sets holds all of the other; an empty one none but an empty one.
func within(a, b map[string]bool) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	for x := range a {
		if !b[x] {
			return false
		}
	}
	return len(a) > 0 || len(b) == 0
}

// named tells whether the passage names one of the outlet's names, all of it or, of the report's own outlet, a part of some length.
func (n notice) named(text string, names []string, part bool) bool {
	passage := " " + Fold(text[n.lines.Start:n.lines.End]) + " "
	for _, name := range names {
		if f := Fold(name); f != "" && strings.Contains(passage, " "+f+" ") {
			return true
		}
		for _, w := range Words(name) {
			if part && len(w) > 3 && strings.Contains(passage, " "+w+" ") {
				return true
			}
		}
	}
	return part && (strings.Contains(passage, " we ") || strings.Contains(passage, " our ") || strings.Contains(passage, " here "))
}

// A Correction tells that what a report said no longer stands.
type Correction struct {
	Report    ID         // that tells it
	Published time.Time  // when
	How       Correcting // in what way
	Withdraws []ID       // the attributions of the claim that it takes back, by report and place
	Evidence  Evidence   // the words that take it back; of what a revision dropped, the words that are gone, in the earlier report
}

// Correcting is a way to take something back.
type Correcting string

// The ways. A dropped wording is weaker than the others: nobody said that it was wrong.
const (
	Noticed Correcting = "notice"   // the outlet says so itself
	ToldOf  Correcting = "told of"  // another report says that the outlet has
	Dropped Correcting = "revision" // a later text under the same URL does not have it any more
)

// mostNotices is how many notices are looked at for a claim, the newest.
const mostNotices = 500

// findCorrections finds what takes back some of what the claim's reports say: a notice of the same outlet, a later revision, or another
// report that tells of it. What a notice says again in order to take it back is no report of the claim, and left out.
func (t *tracer) findCorrections(ctx context.Context, r Reader) error {
	outlets, since := map[ID]bool{}, time.Time{}
	for _, id := range t.reports {
		rep := t.Reports[id]
		if rep.Outlet != "" {
			outlets[rep.Outlet] = true
		}
		if !rep.Published.IsZero() && (since.IsZero() || rep.Published.Before(since)) {
			since = rep.Published
		}
	}
	later, err := t.revisions(ctx, r)
	if err != nil {
		return err
	}
	tell := map[ID]*Report{} // those that may take something back
	for _, l := range later {
		tell[l.ID] = l
	}
	if len(outlets) > 0 && !since.IsZero() {
		for _, q := range []NodeQuery{{Outlets: slices.Sorted(maps.Keys(outlets))}, {Actors: slices.Sorted(maps.Keys(outlets))}} {
			q.Kind, q.Keys, q.Since, q.IngestedBy, q.Order, q.Limit = ReportKind, []string{NoticeKey}, since, t.at.Ingested, Newest, mostNotices
			if !t.at.Published.IsZero() {
				q.Until = t.at.Published.Add(time.Microsecond)
			}
			p, err := r.Find(ctx, q)
			if err != nil {
				return err
			}
			for _, n := range p.Nodes {
				tell[n.NodeID()] = n.(*Report)
			}
		}
	}
	all := slices.SortedFunc(maps.Values(tell), before)
	t.withdrawn = map[ID]bool{}
	again := map[ID]bool{} // what a notice says again in order to take it back
	for _, by := range all {
		if !t.at.has(by) {
			continue
		}
		for _, n := range notices(by) {
			if c := t.takenBack(n, by, later); len(c.Withdraws) > 0 {
				t.Corrections = append(t.Corrections, c)
				for _, id := range c.Withdraws {
					t.withdrawn[id] = true
				}
				for _, a := range t.mine {
					if a.Report == by.ID && n.lines.Contains(t.words(a).at) {
						again[a.ID] = true
					}
				}
				t.Reports[by.ID] = by
			}
		}
	}
	t.Corrections = append(t.Corrections, t.disowned()...)
	for _, id := range t.reports {
		now := later[id]
		if now == nil || !t.at.has(now) || t.local[now.ID] != nil {
			continue
		}
		c := Correction{Report: now.ID, Published: now.Published, How: Dropped}
		for _, a := range t.mine {
			if a.Report == id && !t.withdrawn[a.ID] && !stands(t.words(a), now.Text) {
				c.Withdraws = append(c.Withdraws, a.ID)
				c.Evidence = a.Evidence(t.Reports[id].Text)
			}
		}
		if len(c.Withdraws) > 0 {
			t.Corrections = append(t.Corrections, c)
			t.Reports[now.ID] = now
		}
	}
	slices.SortStableFunc(t.Corrections, func(a, b Correction) int { return before(t.Reports[a.Report], t.Reports[b.Report]) })
	var ids []ID
	for _, c := range t.Corrections {
		if o := t.Reports[c.Report].Outlet; o != "" {
			ids = append(ids, o)
		}
	}
	if len(again) > 0 && len(again) < len(t.mine) {
		t.mine = slices.DeleteFunc(t.mine, func(a *Attribution) bool { return again[a.ID] })
		t.readReports()
	}
	return t.fetch(ctx, r, ids)
}

// markWithdrawn marks the chains that depend on what was taken back: on its words, or on an outlet that has nothing else.
func (t *tracer) markWithdrawn() {
	stands := map[ID]bool{} // outlets some of whose words stand
	for _, a := range t.mine {
		stands[t.Reports[a.Report].Outlet] = stands[t.Reports[a.Report].Outlet] || !t.withdrawn[a.ID]
	}
	for i := range t.Copies {
		c := &t.Copies[i]
		c.Withdrawn = slices.ContainsFunc(t.mine, func(a *Attribution) bool { return a.Report == c.Report && t.withdrawn[a.ID] })
	}
	t.Withdrawn = len(t.Chains) > 0
	for i := range t.Chains {
		c := &t.Chains[i]
		for _, h := range c.Hops {
			c.Withdrawn = c.Withdrawn || t.withdrawn[h.Attribution] || len(t.byOutlet[h.Actor]) > 0 && !stands[h.Actor]
		}
		t.Withdrawn = t.Withdrawn && c.Withdrawn
	}
}

// disowned are the corrections that the graph has as denials: an outlet denies, there or in another report, what it reported before.
func (t *tracer) disowned() []Correction {
	var out []Correction
	var denials []*Attribution
	for _, a := range t.attributions {
		if a.Claim == t.Claim.ID && a.Stance == Denies {
			denials = append(denials, a)
		}
	}
	slices.SortFunc(denials, func(a, b *Attribution) int {
		return cmp.Or(before(t.Reports[a.Report], t.Reports[b.Report]), a.Order-b.Order)
	})
	for _, d := range denials {
		by := t.Reports[d.Report]
		c := Correction{Report: by.ID, Published: by.Published, How: Noticed, Evidence: d.Evidence(by.Text)}
		for _, o := range d.Sources {
			if by.Outlet != o {
				c.How = ToldOf
			}
			for _, a := range t.mine {
				rep := t.Reports[a.Report]
				if rep.Outlet == o && rep.ID != by.ID && !a.Stance.Against() && !t.withdrawn[a.ID] && compareTime(rep.Published, by.Published) <= 0 {
					c.Withdraws = append(c.Withdraws, a.ID)
				}
			}
		}
		for _, id := range c.Withdraws {
			t.withdrawn[id] = true
		}
		if len(c.Withdraws) > 0 {
			out = append(out, c)
		}
	}
	return out
}

// revisions are the last revision of each of the claim's reports that has a later one.
func (t *tracer) revisions(ctx context.Context, r Reader) (map[ID]*Report, error) {
	last := map[ID]*Report{}
	from := map[ID][]ID{} // revision: the claim's reports that it is a later text of
	for _, id := range t.reports {
		if t.Reports[id].URL != "" {
			from[id] = []ID{id}
		}
	}
	for len(from) > 0 {
		next := map[ID][]ID{}
		for e, err := range r.Edges(ctx, EdgeQuery{Kinds: []EdgeKind{Revises}, To: slices.Sorted(maps.Keys(from))}) {
			if err != nil {
				return nil, err
			}
			next[e.From] = append(next[e.From], from[e.To]...)
		}
		if len(next) == 0 {
			break
		}
		nodes, err := r.Nodes(ctx, slices.Sorted(maps.Keys(next)))
		if err != nil {
			return nil, err
		}
		for id, firsts := range next {
			rep, ok := nodes[id].(*Report)
			if !ok || !t.at.has(rep) {
				delete(next, id)
				continue
			}
			for _, f := range firsts {
				if last[f] == rep {
					return last, nil // they go round
				}
				last[f] = rep
			}
			if len(firsts) > len(t.reports) {
				return last, nil
			}
		}
		from = next
	}
	return last, nil
}

// takenBack is what the notice takes back of the claim's attributions; they come by report and place.
func (t *tracer) takenBack(n notice, by *Report, later map[ID]*Report) Correction {
	c := Correction{Report: by.ID, Published: by.Published, How: Noticed}
	for _, a := range t.mine {
		rep := t.Reports[a.Report]
		if rep.ID == by.ID || compareTime(rep.Published, by.Published) > 0 {
			continue
		}
		var names []string
		if o := t.Actors[rep.Outlet]; o != nil {
			names = o.Aliases
		}
		revises := later[rep.ID] == by
		how := Noticed
		switch {
		case revises || rep.Outlet != "" && rep.Outlet == by.Outlet:
			if !n.own && !n.named(by.Text, names, true) {
				continue
			}
		case rep.Outlet != "" && !n.own && takeBack.MatchString(by.Text[n.at.Start:n.at.End]) && n.named(by.Text, names, false):
			how = ToldOf
		default:
			continue
		}
		n := n
		if how == ToldOf {
			n.wrong = []wording{wordingOf(by.ID, by.Text, n.at)}
		}
		if e, ok := n.takesBack(t.words(a)); ok {
			c.How, c.Evidence = how, e
			c.Withdraws = append(c.Withdraws, a.ID)
		}
	}
	return c
}

// stands tells whether a sentence of the text has at least half of what the wording says.
func stands(w wording, text string) bool {
	for _, s := range sentences(text) {
		if share, _ := w.held(wordingOf("", text, s).roots()); share >= 0.5 {
			return true
		}
	}
	return false
}
