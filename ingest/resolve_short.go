package ingest

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/whence-graph/whence/graph"
)

// Whom a short name stands for (see graph.Short) follows from the reports around: the one actor whose full name has it for a part and
// stands in a report of the same months that tells of the same people and places. Each report that is added may name that one, or
// another, so that nobody is taken for the only one any more; then the reports that have the short name are given their actors anew. What stands for
// whom is thus a function of the set of reports, as all else.

// companions is how many other names two reports must share to tell of the same affair.
const companions = 3

// window is how many months before and after a report a full name may stand.
const window = 1

// short is a short name in a report.
type short struct {
	graph.Short
	id    graph.ID // of the actor known by it
	names map[string]bool
}

// shortName is the folded name of an actor that its report knows by a part of a name only; "" for all others.
func shortName(a Actor) string {
	if len(a.Names) > 0 || a.Type != graph.Person && a.Type != graph.Organization && a.Type != graph.Outlet {
		return ""
	}
	words, article := graph.Words(a.Name), ""
	if len(words) > 1 && words[0] == "the" {
		words, article = words[1:], "the "
	}
	fields := strings.Fields(a.Name)
	if len(words) == 0 || len(words) > 3 || len(words[0]) < 3 {
		return ""
	}
	if r, _ := utf8.DecodeRuneInString(fields[len(fields)-1]); !unicode.IsUpper(r) {
		return ""
	}
	for _, w := range words { // the Company, the Ministry: any of them
		if e := english().words[w]; e == nil || e.class&(organizationNoun|outletNoun|human) == 0 {
			return article + strings.Join(words, " ")
		}
	}
	return ""
}

// nameParts are the short names that may stand for a full one: its beginnings and ends, of up to three words; the ends with an article too (the
// Trumpet is the Daily Trumpet, but the Central is not the Central African Republic).
func nameParts(name string) (out []string) {
	words := graph.Words(name)
	for len(words) > 0 { // Mr Okan, President Okan are no fuller than Okan
		if e := english().words[words[0]]; words[0] != "the" && (e == nil || e.class&(human|anyHonorific) == 0) {
			break
		}
		words = words[1:]
	}
	if len(words) > 8 {
		return nil
	}
	for n := 1; n < len(words) && n <= 3; n++ {
		end := strings.Join(words[len(words)-n:], " ")
		out = append(out, strings.Join(words[:n], " "), end, "the "+end)
	}
	return out
}

// partsOf are the keys of an actor for the short names that may stand for it.
func partsOf(t graph.ActorType, names []string) (keys []string) {
	for _, n := range names {
		for _, p := range nameParts(n) {
			if t != graph.Person || !strings.HasPrefix(p, "the ") {
				keys = append(keys, graph.PartKey(p))
			}
		}
	}
	return mergeSets(keys, nil)
}

// companionsOf are the names in a text, word by word, of people, places and bodies.
func companionsOf(text string) map[string]bool {
	out := map[string]bool{}
	for _, w := range capitalised(text) {
		if e := english().words[w]; !months[w] && !weekday[w] && (e == nil || e.class&(human|organizationNoun) == 0) {
			out[w] = true
		}
	}
	return out
}

var weekday = wordSet("monday tuesday wednesday thursday friday saturday sunday")

// kindred tells whether two reports share enough names beside the short one.
func kindred(a, b map[string]bool, name string) bool {
	skip, n := map[string]bool{}, 0
	for w := range strings.FieldsSeq(name) {
		skip[stem(w)] = true
	}
	for w := range a {
		if b[w] && !skip[w] {
			n++
		}
	}
	return n >= companions
}

// resolveShort gives the report's short names those that they stand for, and notes which short names of other reports are to be given
// theirs anew (see reassign).
func (v *resolver) resolveShort(old map[graph.ID]*graph.Actor) error {
	v.names = companionsOf(v.r.Text)
	v.inFull = map[string][]graph.ID{}
	for _, m := range v.an.Mentions {
		if len(v.an.Actors[m.Actor].Names) > 0 {
			for _, p := range nameParts(v.r.Text[m.Span.Start:m.Span.End]) {
				v.inFull[p] = append(v.inFull[p], v.who[m.Actor])
			}
		}
	}
	month := graph.Month(v.r.Published)
	// The report's own.
	var mine []short
	place := map[graph.ID]int{}
	for i, a := range v.an.Actors {
		if name := shortName(a); name != "" {
			place[v.who[i]] = i
			mine = append(mine, short{Short: graph.Short{Name: name, Report: v.id, Month: month}, id: v.who[i], names: v.names})
		}
	}
	became, err := v.standFor(mine, true)
	if err != nil {
		return err
	}
	for _, s := range mine {
		v.actors[s.id].Keys = became[s.id].Keys()
		if to := became[s.id].to; to != "" {
			v.who[place[s.id]] = to
		}
	}
	// Those of others which it may change.
	keys := map[string]bool{}
	for _, p := range slices.Sorted(maps.Keys(v.inFull)) {
		for m := month - window; m <= month+window; m++ {
			keys[graph.ShortKey(p, m)] = true
		}
	}
	for i := range v.an.Actors {
		if to := v.actors[v.who[i]]; to != nil && v.joined(to, old) {
			for _, k := range to.Keys {
				if p, ok := strings.CutPrefix(k, graph.PartKey("")); ok {
					keys[graph.UnsureKey(p)] = true
				}
			}
		}
	}
	if len(keys) == 0 {
		return nil
	}
	reports := map[graph.ID]bool{}
	for n, err := range graph.All(v.ctx, v.g, graph.NodeQuery{Kind: graph.ActorKind, Keys: slices.Sorted(maps.Keys(keys)), Limit: graph.MaxLimit}) {
		if err != nil {
			return err
		}
		if s, ok := n.(*graph.Actor).Short(); ok && s.Report != v.id && (!s.Unsure || keys[graph.UnsureKey(s.Name)]) {
			reports[s.Report] = true
		}
	}
	for _, id := range slices.Sorted(maps.Keys(reports)) {
		if err := v.reassign(id); err != nil {
			return err
		}
	}
	return nil
}

// joined tells whether an actor is made of several that were there.
func (v *resolver) joined(a *graph.Actor, old map[graph.ID]*graph.Actor) bool {
	n := 0
	for id := range old {
		if id == a.ID || slices.Contains(a.MergedFrom, id) {
			n++
		}
	}
	return n > 1
}

// standing is a short name and whom it stands for; nobody: "".
type standing struct {
	graph.Short
	to graph.ID
}

// standFor tells whom the short names of one report stand for: the only one near that each may be, and no other's. with tells whether the report
// that is being resolved counts.
func (v *resolver) standFor(list []short, with bool) (map[graph.ID]standing, error) {
	out := map[graph.ID]standing{}
	times := map[graph.ID]int{}
	for _, s := range list {
		all, err := v.bearers(s, with)
		if err != nil {
			return nil, err
		}
		st := standing{Short: s.Short}
		st.Unsure, st.Settled = len(all) > 1, false
		if len(all) == 1 {
			st.to = all[0]
			times[st.to]++
		}
		out[s.id] = st
	}
	for id, st := range out {
		if times[st.to] > 1 {
			st.to = ""
		}
		st.Settled = st.to != ""
		out[id] = st
	}
	return out, nil
}

// bearers are those that a short name may stand for: actors with a full name of which it is a part, in a kindred report of these months. A report that has such a full name itself keeps the two apart for a reason: then it stands for nobody.
func (v *resolver) bearers(s short, with bool) ([]graph.ID, error) {
	found := map[graph.ID]bool{}
	if with && s.Report != v.id && v.near(s.Month, graph.Month(v.r.Published)) && kindred(s.names, v.names, s.Name) {
		for _, id := range v.inFull[s.Name] {
			found[id] = true
		}
	}
	if s.Report == v.id && len(v.inFull[s.Name]) > 0 {
		return nil, nil
	}
	for n, err := range graph.All(v.ctx, v.g, graph.NodeQuery{Kind: graph.ActorKind, Keys: []string{graph.PartKey(s.Name)}}) {
		if err != nil {
			return nil, err
		}
		a := n.(*graph.Actor)
		if itself, err := v.namesInFull(s.Report, a, s.Name); err != nil || itself {
			return nil, err
		}
		id := a.ID
		if with {
			id = v.now(id)
		}
		if !found[id] {
			near, err := v.bearsNear(a, s)
			if err != nil {
				return nil, err
			}
			if near {
				found[id] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found)), nil
}

// now is the ID that an actor of the store has once the batch is put.
func (v *resolver) now(id graph.ID) graph.ID {
	for to, a := range v.actors {
		if slices.Contains(a.MergedFrom, id) {
			return to
		}
	}
	return id
}

func (v *resolver) near(a, b int) bool { return a-b <= window && b-a <= window }

// bearsNear tells whether an actor's full name stands in a report of the same months that is kindred to the short name's.
func (v *resolver) bearsNear(a *graph.Actor, s short) (bool, error) {
	q := graph.NodeQuery{Kind: graph.ReportKind, Actors: []graph.ID{a.ID}, Limit: 16} // one of the first will do
	if s.Month > 0 {
		q.Since, q.Until = graph.MonthBegins(s.Month-window), graph.MonthBegins(s.Month+window+1)
	}
	for n, err := range graph.All(v.ctx, v.g, q) {
		if err != nil {
			return false, err
		}
		r := n.(*graph.Report)
		if !v.near(graph.Month(r.Published), s.Month) || !kindred(s.names, v.companionsIn(r), s.Name) {
			continue
		}
		if full, err := v.namesInFull(r.ID, a, s.Name); err != nil || full {
			return full, err
		}
	}
	return false, nil
}

// companionsIn are the names in the text of a report of the store.
func (v *resolver) companionsIn(r *graph.Report) map[string]bool {
	if v.others == nil {
		v.others = map[graph.ID]map[string]bool{}
	}
	m := v.others[r.ID]
	if m == nil {
		m = companionsOf(r.Text)
		v.others[r.ID] = m
	}
	return m
}

// namesInFull tells whether a report has a full name of the actor of which the short one is a part.
func (v *resolver) namesInFull(report graph.ID, a *graph.Actor, name string) (bool, error) {
	for e, err := range v.g.Edges(v.ctx, graph.EdgeQuery{Kinds: []graph.EdgeKind{graph.Mentions}, From: []graph.ID{report}, To: []graph.ID{a.ID}}) {
		if err != nil {
			return false, err
		}
		if slices.Contains(nameParts(e.Evidence.Quote), name) {
			return true, nil
		}
	}
	return false, nil
}

// reassign gives the short names of another report those that they stand for now.
func (v *resolver) reassign(report graph.ID) error {
	n, err := graph.Get(v.ctx, v.g, report)
	if err != nil {
		return err
	}
	r := n.(*graph.Report)
	var list []short
	actors := map[graph.ID]*graph.Actor{}
	for n, err := range graph.All(v.ctx, v.g, graph.NodeQuery{Kind: graph.ActorKind, Keys: []string{graph.ShortIn(report)}}) {
		if err != nil {
			return err
		}
		a := n.(*graph.Actor)
		if s, ok := a.Short(); ok {
			actors[a.ID] = a
			list = append(list, short{Short: s, id: a.ID, names: v.companionsIn(r)})
		}
	}
	before, err := v.standFor(list, false)
	if err != nil {
		return err
	}
	after, err := v.standFor(list, true)
	if err != nil {
		return err
	}
	swap := map[graph.ID]graph.ID{}
	for id, to := range after {
		if keys := to.Keys(); !slices.Equal(keys, actors[id].Keys) {
			a := *actors[id]
			a.Keys = keys
			v.actors[id] = &a
		}
		was, is := cmp.Or(v.now(before[id].to), id), cmp.Or(to.to, id)
		if was != is {
			swap[was] = is
		}
	}
	if len(swap) > 0 {
		v.moved = append(v.moved, move{r, swap})
	}
	return nil
}

// move is that what a report says of some actors is said of others.
type move struct {
	report *graph.Report
	to     map[graph.ID]graph.ID
}

// makeMoves puts again what the moves change: the mentions of their reports, and the attributions and relations of those who were moved.
func (v *resolver) makeMoves() error {
	for _, m := range v.moved {
		who := func(id graph.ID) graph.ID {
			id = v.now(id)
			return cmp.Or(m.to[id], id)
		}
		if i := slices.IndexFunc(v.batch.Reports, func(r *graph.Report) bool { return r.ID == m.report.ID }); i < 0 {
			v.batch.Reports = append(v.batch.Reports, m.report)
			for e, err := range v.g.Edges(v.ctx, graph.EdgeQuery{Kinds: []graph.EdgeKind{graph.Mentions}, From: []graph.ID{m.report.ID}}) {
				if err != nil {
					return err
				}
				v.batch.Mentions = append(v.batch.Mentions, graph.Mention{Actor: who(e.To), Evidence: *e.Evidence})
			}
		} else {
			for k := range v.batch.Mentions {
				if x := &v.batch.Mentions[k]; x.Evidence.Report == m.report.ID {
					x.Actor = who(x.Actor)
				}
			}
		}
		for _, kind := range []graph.Kind{graph.AttributionKind, graph.RelationKind} {
			for n, err := range graph.All(v.ctx, v.g, graph.NodeQuery{Kind: kind, Reports: []graph.ID{m.report.ID}}) {
				if err != nil {
					return err
				}
				switch n := n.(type) {
				case *graph.Attribution:
					c := *n
					c.Sources = nil
					for _, s := range n.Sources {
						if to := who(s); !slices.Contains(c.Sources, to) {
							c.Sources = append(c.Sources, to)
						}
					}
					if !slices.Equal(c.Sources, n.Sources) {
						v.batch.Attributions = append(v.batch.Attributions, &c)
					}
				case *graph.Relation:
					c := *n
					c.Subject, c.Object = who(n.Subject), who(n.Object)
					if c.Subject != n.Subject || c.Object != n.Object {
						v.batch.Relations = append(v.batch.Relations, &c)
					}
				}
			}
		}
	}
	return nil
}
