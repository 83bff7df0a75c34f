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
	var means []meaning // of each attribution's content
	var pointing [][2]graph.ID
	for i, a := range v.an.Attributions {
		f := v.form(a)
		means = append(means, meaningOf(f))
		if k := v.antecedent(i, means); k != None {
			f.In = v.id
			pointing = append(pointing, [2]graph.ID{f.ID(), v.what[k]})
		} else if k := v.denied(i, means); k != None {
			pointing = append(pointing, [2]graph.ID{f.ID(), v.what[k]})
		}
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
	fresher, keys := map[graph.ID]meaning{}, map[graph.ID][]string{}
	var all []string
	for _, id := range fresh {
		u.join(id, id)
		fresher[id] = meaningOf(forms[id])
		if forms[id].In == "" {
			keys[id] = fresher[id].keys()
			all = append(all, keys[id]...)
		}
	}
	for i, a := range fresh {
		for _, b := range fresh[:i] {
			if keyInCommon(keys[a], keys[b]) && fresher[a].same(fresher[b]) {
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
				m := meaningOf(f)
				theirs := m.keys()
				for _, id := range fresh {
					if f.In == "" && keyInCommon(keys[id], theirs) && fresher[id].same(m) {
						old[c.ID] = c
						u.join(id, c.ID)
					}
				}
			}
		}
	}
	for _, p := range pointing {
		u.join(p[0], p[1])
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
	if meaningOf(f).keys() == nil {
		f.In = v.id
	}
	return f
}

// antecedent is the attribution that the i-th's content points back to ("no such order", "anything of the kind", a denial of "the report"); None where
// it does not or nothing tells which. What points back means something in its own report only.
func (v *resolver) antecedent(i int, means []meaning) int {
	const far = 8
	a := v.an.Attributions[i]
	var words []string
	for _, s := range a.Content {
		words = append(words, graph.Words(v.r.Text[s.Start:s.End])...)
	}
	noun, kind := "", false
	for k, w := range words {
		switch {
		case w == "such" && k+1 < len(words) && words[k+1] != "as" && !empty[words[k+1]]:
			noun = stem(words[k+1])
		case (w == "kind" || w == "sort") && k > 1 && words[k-1] == "the" && words[k-2] == "of":
			kind = true
		}
	}
	bare := a.Stance.Against() && len(words) < 3 && pointer[words[len(words)-1]] && (len(words) == 1 || pointsAt[words[0]])
	if noun == "" && !kind && !bare || len(means[i].stems) > few+1 {
		return None
	}
	for k := i - 1; k >= 0 && k >= i-far; k-- {
		b := v.an.Attributions[k]
		switch {
		case b.Content[0].Start >= a.Content[0].Start || b.Content[len(b.Content)-1].End > a.Content[0].Start: // around it, not before it
		case noun != "" && !v.does(b, noun):
		case noun == "" && (v.sameSource(a, b) || v.paragraphs(b, a) > 1):
		case kind && graph.Common(means[i].stems, means[k].stems) == 0:
		default:
			return k
		}
	}
	return None
}

// denied is the attribution of another source, shortly before in the report, whose claim the i-th denies in words of its own: what a report tells of a denial is
// seldom of anything but what it has just told. At least half of what is denied must stand there, and more than a name. None where nothing fits.
func (v *resolver) denied(i int, means []meaning) int {
	const far = 8
	a, m := v.an.Attributions[i], means[i]
	if !a.Stance.Against() {
		return None
	}
	best, most := None, 0.0
	for k := i - 1; k >= 0 && k >= i-far; k-- {
		b, o := v.an.Attributions[k], means[k]
		if b.Stance.Against() || b.Content[len(b.Content)-1].End > a.Content[0].Start || v.sameSource(a, b) || !within(m.numbers, o.numbers) || !within(m.dates, o.dates) {
			continue
		}
		common, plain := m.common(o), 0
		for _, s := range m.stems {
			if has(o.stems, s) && !has(m.names, s) {
				plain++
			}
		}
		if plain > 0 && common > 1 && 2*common >= m.size(o) && m.dice(o) > most {
			best, most = k, m.dice(o)
		}
	}
	return best
}

var (
	pointer  = wordSet("it this that so claim claims allegation allegations accusation accusations report reports charge charges suggestion suggestions story rumour rumours rumor rumors")
	pointsAt = wordSet("the this that these those such")
)

// does tells whether an attribution's content tells of what a noun names as of something done: "had ordered him to", for an order.
func (v *resolver) does(a Attribution, noun string) bool {
	for _, s := range a.Content {
		words := graph.Words(v.r.Text[s.Start:s.End])
		for k, w := range words {
			if stem(w) == noun && k > 0 && (strings.HasSuffix(w, "ed") || strings.HasSuffix(w, "ing") || irregular[w] != "" || words[k-1] == "to") {
				return true
			}
		}
	}
	return false
}

// sameSource tells whether two attributions have a source in common.
func (v *resolver) sameSource(a, b Attribution) bool {
	for _, x := range a.Sources {
		for _, y := range b.Sources {
			if v.an.Mentions[x].Actor == v.an.Mentions[y].Actor {
				return true
			}
		}
	}
	return false
}

// paragraphs is how many paragraphs end between the contents of two attributions.
func (v *resolver) paragraphs(a, b Attribution) int {
	from, to := a.Content[0].Start, b.Content[0].Start
	return strings.Count(v.r.Text[min(from, to):max(from, to)], "\n\n")
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
	named := map[int]bool{} // those it names itself
	for _, m := range v.an.Mentions {
		if m.Span.Start >= s.Start && m.Span.End <= s.End && namesOf(v.an.Actors[m.Actor]).in(text[m.Span.Start:m.Span.End]) {
			named[m.Actor] = true
		}
	}
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
		if m.Span.Start < at || m.Span.End > s.End || len(who.Names) == 0 || named[m.Actor] {
			continue
		}
		copyTo(m.Span.Start)
		b.WriteString(who.Name)
		if w := text[m.Span.Start:m.Span.End]; belongs[strings.ToLower(w)] {
			b.WriteString("'s")
		}
		at = m.Span.End
	}
	copyTo(s.End)
	return b.String()
}

// belongs are the pronouns after which comes what is theirs. "Her" may be either, and reads well enough without.
var belongs = wordSet("his its their whose")

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
