package ingest

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/whence-graph/whence/graph"
)

// resolveClaims joins each content with the claims that say the same.
func (v *resolver) resolveClaims() error {
	forms := map[graph.ID]graph.Form{}
	for _, a := range v.an.Attributions {
		f := v.form(a)
		v.what = append(v.what, f.ID())
		if _, ok := forms[f.ID()]; !ok {
			forms[f.ID()] = f
		}
	}
	ids := slices.Sorted(maps.Keys(forms))
	there, err := v.g.Nodes(v.ctx, ids)
	if err != nil {
		return err
	}
	old := map[graph.ID]*graph.Claim{}
	u := union{}
	for id, n := range there {
		old[n.NodeID()] = n.(*graph.Claim)
		u.join(id, n.NodeID())
	}
	// Only wordings that nobody used before can say the same as something else; the others were compared then.
	fresh := slices.DeleteFunc(slices.Clone(ids), func(id graph.ID) bool { return there[id] != nil })
	means, keys := map[graph.ID]meaning{}, map[graph.ID][]string{}
	var all []string
	for _, id := range fresh {
		u.join(id, id)
		means[id] = meaningOf(forms[id].Meaning())
		if forms[id].In == "" {
			keys[id] = means[id].keys()
			all = append(all, keys[id]...)
		}
	}
	for i, a := range fresh {
		for _, b := range fresh[:i] {
			if keyInCommon(keys[a], keys[b]) && means[a].same(means[b]) {
				u.join(a, b)
			}
		}
	}
	if len(all) > 0 {
		for n, err := range graph.All(v.ctx, v.g, graph.NodeQuery{Kind: graph.ClaimKind, Keys: mergeSets(all, nil), Limit: graph.MaxLimit}) {
			if err != nil {
				return err
			}
			c := n.(*graph.Claim)
			for _, f := range c.Forms {
				m := meaningOf(f.Meaning())
				theirs := m.keys()
				for _, id := range fresh {
					if f.In == "" && keyInCommon(keys[id], theirs) && means[id].same(m) {
						old[c.ID] = c
						u.join(id, c.ID)
					}
				}
			}
		}
	}
	together := map[graph.ID][]graph.Form{}
	ks := map[graph.ID][]string{}
	for id, c := range old {
		top := u.find(id)
		together[top] = append(together[top], c.Forms...)
		ks[top] = append(ks[top], c.Keys...)
	}
	for id, f := range forms {
		top := u.find(id)
		together[top] = append(together[top], f)
		ks[top] = append(ks[top], keys[id]...)
	}
	for top, fs := range together {
		c := graph.NewClaim(fs)
		c.Keys = mergeSets(ks[top], nil)
		if o := old[c.ID]; o == nil || !equalClaims(c, o) {
			v.claims[c.ID] = c
		}
		for i, id := range v.what {
			if u.find(id) == top {
				v.what[i] = c.ID
			}
		}
	}
	return nil
}

// keyInCommon tells whether two sorted sets of keys have one in common.
func keyInCommon(a, b []string) bool { return graph.Common(a, b) > 0 }

func equalClaims(a, b *graph.Claim) bool {
	return a.ID == b.ID && a.Text == b.Text && slices.Equal(a.Keys, b.Keys) && slices.Equal(a.MergedFrom, b.MergedFrom) &&
		slices.EqualFunc(a.Forms, b.Forms, func(x, y graph.Form) bool {
			return x.Text == y.Text && x.Resolved == y.Resolved && x.In == y.In && x.First.Equal(y.First)
		})
}

// form is a content as a wording: its words without the quotation marks, the "that" and the comma at its edges.
func (v *resolver) form(a Attribution) graph.Form {
	text, resolved := make([]string, len(a.Content)), make([]string, len(a.Content))
	speaker := v.speaker(a)
	for i, s := range a.Content {
		text[i] = trimContent(v.r.Text[s.Start:s.End])
		resolved[i] = trimContent(v.withNames(s, speaker))
	}
	f := graph.Form{Text: strings.Join(text, " "), Resolved: strings.Join(resolved, " "), First: v.r.Published}
	if f.Resolved == f.Text {
		f.Resolved = ""
	}
	if meaningOf(f.Meaning()).keys() == nil {
		f.In = v.id
	}
	return f
}

// speaker is the name of who says "I" in what is quoted of an attribution's content; "" when that is not one person with a name.
func (v *resolver) speaker(a Attribution) string {
	if a.Quotation == graph.Indirect || len(a.Sources) != 1 {
		return ""
	}
	who := v.an.Actors[v.an.Mentions[a.Sources[0]].Actor]
	if who.Type != graph.Person || len(who.Names) == 0 {
		return ""
	}
	return who.Name
}

// withNames is what a stretch of the report says with names in the place of the pronouns and descriptions that stand for somebody
// whom the report names, and of the "I" of a speaker.
func (v *resolver) withNames(s graph.Span, speaker string) string {
	text := v.r.Text
	var b strings.Builder
	at := s.Start
	copyTo := func(end int) {
		part := text[at:end]
		if speaker != "" {
			part = firstPerson.ReplaceAllString(part, strings.ReplaceAll(speaker, "$", "$$"))
		}
		b.WriteString(part)
	}
	for _, m := range v.an.Mentions { // by place
		who := v.an.Actors[m.Actor]
		if m.Span.Start < at || m.Span.End > s.End || len(who.Names) == 0 || namesOf(who).in(text[m.Span.Start:m.Span.End]) {
			continue
		}
		copyTo(m.Span.Start)
		b.WriteString(who.Name)
		at = m.Span.End
	}
	copyTo(s.End)
	return b.String()
}

// firstPerson is what a speaker calls herself by.
var firstPerson = regexp.MustCompile(`\b(I|me|my|myself|mine)\b`)

// nameWords are the words of an actor's names.
type nameWords map[string]bool

func namesOf(a Actor) nameWords {
	m := nameWords{}
	for _, n := range append([]string{a.Name}, a.Names...) {
		for _, w := range graph.Words(n) {
			m[w] = true
		}
	}
	return m
}

// in tells whether a text has one of the words.
func (m nameWords) in(text string) bool {
	return slices.ContainsFunc(graph.Words(text), func(w string) bool { return m[w] })
}

func trimContent(s string) string {
	t := strings.Trim(s, " \t\r\n\"“”„«»‘’',;:")
	for _, w := range []string{"that ", "That "} {
		t = strings.TrimPrefix(t, w)
	}
	if t = strings.TrimSpace(t); t == "" {
		return s
	}
	return t
}
