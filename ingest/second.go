package ingest

import (
	"slices"
	"sort"
	"strings"

	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/ingest/model"
)

// cite adds the sources that attributions cite: "citing X", "as quoted by X", "which in turn had it from X". They told the same words, and
// the attribution that cites them tells it through them, or they through it.
func (r *reading) cite(list []triple) []triple {
	c := citer{reading: r, list: list}
	sort.SliceStable(c.list, func(i, j int) bool { return c.list[i].verb < c.list[j].verb })
	n := len(list)
	at := 0
	for _, s := range r.sentences {
		for at < n && c.list[at].verb < s.from {
			at++
		}
		end := at
		for end < n && c.list[end].verb < s.to {
			end++
		}
		if at < end {
			c.sentence(s, c.list[at:end])
		}
		at = end
	}
	out := append(c.list[:n:n], c.found...)
	sort.SliceStable(out, func(i, j int) bool { return out[i].verb < out[j].verb })
	return out
}

type citer struct {
	*reading
	list, found []triple
}

// nearby is how many attributions before and behind a word may have to do with it.
const nearby = 16

// near are those of a list, by place of the cue, that lie around a word.
func near(list []triple, i int) []triple {
	k := sort.Search(len(list), func(k int) bool { return list[k].verb >= i })
	return list[max(0, k-nearby):min(len(list), k+nearby)]
}

// sentence looks for what cites in one, among whose attributions are all.
func (c *citer) sentence(s sentence, all []triple) {
	first := len(c.found)
	for i := s.from; i < s.to; i++ {
		w := &c.words[i]
		if w.quote >= 0 || w.entry == nil {
			continue
		}
		said, end := near(all, i), c.citing(i)
		switch {
		case end > 0:
			if t := c.about(i, said, near(c.found[first:], i)); t != nil {
				c.add(said, *t, i, stretch{i, end}, end, s.to, "cite")
			}
		case (w.low == "heard" || w.low == "learned" || w.low == "learnt") && i+1 < s.to && c.words[i+1].low == "from":
			c.learned(said, i, s.to)
		case w.low == "which" || w.low == "who":
			// X reported, citing Y, which in turn had it from Z: the hop before is the one whose source ends here
			cue, ok := c.relays(i+1, s.to)
			if !ok {
				continue
			}
			for _, list := range [][]triple{near(c.found[first:], i), said} {
				if t := c.named(list, i); t != nil {
					c.add(said, *t, cue.from, cue, cue.to, s.to, "cite")
					break
				}
			}
		case (w.low == "cited" || w.low == "quoted" || w.low == "reported" || w.low == "relayed" || w.low == "carried") && i+1 < s.to && c.words[i+1].low == "by" && i > s.from && (c.words[i-1].low == "as" || c.words[i-1].low == ","):
			if t := c.about(i, said, nil); t != nil {
				c.add(said, *t, i, stretch{i, i + 2}, i+2, s.to, "cited by")
			}
		}
	}
}

// citing is where the words end that cite at i ("citing", "on the strength of"), before whom they cite; 0 where nothing does.
func (r *reading) citing(i int) int {
	w := &r.words[i]
	if w.quote >= 0 || i > 0 && r.words[i-1].tag == article {
		return 0
	}
	for _, words := range english().citing[w.low] {
		if end := r.matches(words, i); end > 0 && (w.low != "referring" && w.low != "relying" && w.low != "drawing" || i > 0 && r.words[i-1].low == ",") {
			return end
		}
	}
	return 0
}

// matches is where a run of words ends that begins at i, in which * is up to four words of any kind; 0 where it does not match.
func (r *reading) matches(words []string, i int) int {
	for k, want := range words {
		if want == "*" {
			for j := i; j < i+5 && j < len(r.words); j++ {
				if end := r.matches(words[k+1:], j); end > 0 {
					return end
				}
			}
			return 0
		}
		if i >= len(r.words) || r.words[i].low != want {
			return 0
		}
		i++
	}
	return i
}

// learned takes "the Herald has learned from X" for what X told it.
func (c *citer) learned(said []triple, i, limit int) {
	end, head := c.described(i+2, limit)
	if s := (stretch{i + 2, end}); head >= 0 && c.kind(s) != "" {
		for k := range said {
			if t := &said[k]; markedBy(t.cue, []stretch{{i, i + 1}}) {
				t.source, t.cue, t.verb = s, []stretch{{i, i + 2}}, i
			}
		}
	}
}

// relays is the cue of a relative clause that tells from whom its head has it: in turn cited, had it from, relied on.
func (c *citer) relays(i, limit int) (stretch, bool) {
	for j := i; j+1 < limit && j < i+6; j++ {
		w, next := c.words[j].low, c.words[j+1].low
		switch w {
		case "cited", "quoted", "cites", "quotes", "credited", "credits":
			return stretch{j, j + 1}, true
		case "citing", "quoting":
			return stretch{}, false // the case of its own
		case "invokes", "invoked":
			return stretch{j, j + 1}, true
		case "referred", "refers", "pointed", "points":
			return stretch{j, j + 2}, next == "to"
		case "relied", "relies", "drew", "draws":
			if next == "in" && c.words[j+2].low == "turn" {
				return stretch{j, j + 4}, c.words[j+3].low == "on" || c.words[j+3].low == "upon"
			}
			return stretch{j, j + 2}, next == "on" || next == "upon"
		case "had", "has", "got", "heard", "took", "learned", "learnt":
			if next == "it" || next == "this" || next == "that" || next == "the" {
				for k := j + 1; k < limit && k < j+5; k++ {
					if c.words[k].low == "from" {
						return stretch{j, k + 1}, true
					}
				}
			}
		case "attributed", "attributes", "attributing":
			for k := j + 1; k < limit && k < j+6; k++ {
				if c.words[k].low == "to" {
					return stretch{j, k + 1}, true
				}
			}
		}
		if c.words[j].tag == verb {
			break
		}
	}
	return stretch{}, false
}

// named is the attribution whose source is the phrase that a relative clause at i belongs to.
func (c *citer) named(list []triple, i int) *triple {
	for k := len(list) - 1; k >= 0; k-- {
		t := &list[k]
		if s := t.source; !s.none() && s.from < i && (s.to == i || s.to == i-1 && c.words[i-1].low == "," || s.to > i) {
			return t
		}
	}
	return nil
}

// about is the attribution that a citation at i belongs to: the nearest that starts before it, else the first after it.
func (c *citer) about(i int, said, cited []triple) *triple {
	var best *triple
	for k := range said {
		if t := &said[k]; t.verb < i && (best == nil || t.verb > best.verb) {
			best = t
		}
	}
	for k := range cited { // "citing X, quoting Y" goes on from X, "citing X and citing Y" from the same
		if t := &cited[k]; best != nil && t.verb > best.verb && t.verb < i && t.source.to >= i-1 && c.words[i-1].low != "and" {
			best = t
		}
	}
	if best == nil && len(said) > 0 {
		best = &said[0]
	}
	return best
}

// add makes an attribution of the phrase at j, which told what t tells.
func (c *citer) add(said []triple, t triple, verb int, cue stretch, j, limit int, lemma string) {
	end, head := c.described(j, limit)
	if lemma == "cited by" {
		end, head = c.long(j, limit)
	}
	if head < 0 {
		return
	}
	for k := head + 1; k < end; k++ { // what it had from somebody else is the next hop
		if w := c.words[k].low; w == "which" || w == "who" {
			if _, ok := c.relays(k+1, limit); ok {
				end = k
				for end > head+1 && c.words[end-1].low == "," {
					end--
				}
			}
		}
	}
	s := stretch{j, end}
	if w := &c.words[head]; c.kind(s) == "" && !w.is(documentNoun) && !(lemma == "cite" && cue.to-cue.from > 1 && w.tag == noun && !w.is(timeWord)) {
		return
	}
	through := 1 + t.verb
	if lemma == "cited by" {
		through = 0
	}
	c.found = append(c.found, triple{source: s, cue: []stretch{cue}, content: t.content, verb: verb, lemma: lemma, trust: t.trust - 0.05, grounds: secondHand, through: through})
	// X reports, citing Y, that Z said so: what Z said is told through Y
	for i := range said {
		if x := &said[i]; x.through == 0 && c.holds(&t, x) && c.opens(&t, x) {
			x.through = 1 + verb
		}
	}
	// citing a letter in which Y told: what Y told is told through the letter
	if k := head + 1; k+1 < limit && (c.words[k].low == "in" || c.words[k].low == "where") && (c.words[k].low == "where" || c.words[k+1].low == "which") {
		for i := range said {
			if x := &said[i]; x.source.from > k && x.verb < limit && x.through == 0 {
				x.through = 1 + verb
				break
			}
		}
	}
}

// asSaying adds "the minutes record Bell as saying that S", which needs the tree: two attributions of S.
func (r *reading) asSaying(list []triple) []triple {
	f := finder{reading: r, lex: english()}
	cues := make([]int32, len(r.words)) // of each word: 1 + index into list of whose cue it is
	for k := range list {
		setMark(cues, list[k].cue, int32(k+1))
	}
	var found []triple
	drop := map[int]bool{}
	for g := range r.words[:len(r.words)-4] {
		i := r.tree.head[g]
		if i < 0 || r.words[g].tag != gerund || r.tree.label[g] != "advcl" || g == 0 || r.words[g-1].low != "as" {
			continue
		}
		subject, object := r.tree.kid(i, "nsubj"), r.tree.kid(i, "obj")
		if object < 0 && r.words[i].tag == participle && subject >= 0 && subject < i {
			if told, ok := r.quotedAs(list, cues, i, g, subject); ok {
				found = append(found, told...)
				drop[int(max(cues[i], cues[g]))-1] = true
			}
			continue
		}
		s := r.sentences[r.words[g].sentence]
		f.from, f.to, f.trail = s.from, s.to, map[int]bool{}
		c, end := f.cueAt(g)
		if c == nil || cues[g] != 0 || object < i || object > g || subject < 0 || subject > i {
			continue
		}
		content, kind := f.after(c, end, false)
		if len(content) == 0 || kind == "rest" {
			continue
		}
		if k := cues[i]; k != 0 {
			drop[int(k-1)] = true
		}
		found = append(found, triple{source: r.phrase(subject), cue: []stretch{{i, i + 1}}, content: content, verb: i, lemma: "quote", trust: 0.8, grounds: secondHand},
			triple{source: r.phrase(object), cue: []stretch{{g, end}}, content: content, verb: g, lemma: c.lemma, trust: 0.8, grounds: secondHand, through: 1 + i})
	}
	if len(found) == 0 {
		return list
	}
	out := found
	for k := range list {
		if !drop[k] {
			out = append(out, list[k])
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].verb < out[j].verb })
	return out
}

// quotedAs takes apart who was quoted as saying something from who quotes him: "S", Bell was quoted by the Herald as saying. i is the word
// "quoted", g the word "saying"; one of them is in the cue of the attribution that is taken apart.
func (r *reading) quotedAs(list []triple, cues []int32, i, g, subject int) ([]triple, bool) {
	k, outer := max(cues[i], cues[g]), -1
	for _, o := range r.tree.kids[i] {
		if p := r.preposition(o); r.tree.label[o] == "obl" && (p == "by" || p == "in") && !r.isTime(o) {
			outer = o
		}
	}
	if k == 0 || outer < 0 || cues[i] != 0 && cues[g] != 0 && cues[i] != cues[g] {
		return nil, false
	}
	t := list[k-1]
	content := slices.DeleteFunc(slices.Clone(t.content), func(s stretch) bool { return s.contains(stretch{g, g + 1}) && s.to-s.from <= 3 })
	if len(content) == 0 || t.content[0].contains(stretch{i, i + 1}) {
		return nil, false
	}
	for j, s := range content {
		if s.from == g-1 || s.from == g { // as saying that S
			content[j].from = g + 1
		}
	}
	v := r.words[g].entryVerbs()
	if len(v) == 0 {
		return nil, false
	}
	by := t
	by.source, by.cue, by.verb, by.lemma, by.content, by.grounds = r.phrase(outer), []stretch{{i, i + 1}}, i, "quote", content, secondHand
	said := by
	said.source, said.cue, said.verb, said.lemma, said.through = r.phrase(subject), []stretch{{g, g + 1}}, g, v[0].lemma, 1+i
	return []triple{by, said}, true
}

// within reads the contents once more by themselves: the weights were trained on articles in which no attribution lies inside another.
// What they find where a content opens is told through the attribution that has the content; and where nobody has it ("Bell is said to have
// told friends that ..") it is all that is told.
func (r *reading) within(m *model.Model, list, unsaid []triple) ([]triple, error) {
	cues := make([]int32, len(r.words))
	for k := range list {
		setMark(cues, list[k].cue, 1)
	}
	budget := 2 * len(r.words) // contents inside contents may be longer in all than the text
	for _, t := range append(list[:len(list):len(list)], unsaid...) {
		content, cut := shortened(t.content)
		for _, s := range content {
			budget -= s.to - s.from
		}
		if budget < 0 {
			break
		}
		if !r.mayTell(content) {
			continue
		}
		var text strings.Builder
		var at []int // where each piece begins in text
		for _, s := range content {
			at = append(at, text.Len())
			p := r.span(s)
			text.WriteString(r.text[p.Start:p.End] + " ")
		}
		text.WriteString(".")
		seen, err := m.Statements(text.String())
		if err != nil {
			return nil, err
		}
		back := func(p graph.Span) (out []stretch) { // of the text read, in words of the report
			for k, s := range content {
				whole := r.span(s)
				from, to := max(p.Start, at[k]), min(p.End, at[k]+whole.Len())
				if from < to {
					out = append(out, r.covering(graph.Span{Start: whole.Start + from - at[k], End: whole.Start + to - at[k]}))
				}
			}
			return out
		}
		for _, s := range seen {
			source, cue := back(s.Source), back(s.Cue)
			if len(source) != 1 || len(cue) != 1 || s.Trust < likely {
				continue
			}
			in := triple{source: source[0], cue: cue, trust: min(s.Trust, t.trust), grounds: secondHand}
			for _, c := range s.Content {
				in.content = append(in.content, back(c)...)
			}
			if last := len(in.content) - 1; cut && last >= 0 && in.content[last].to == content[len(content)-1].to {
				in.content[last].to = t.content[len(content)-1].to
			}
			r.tellCue(&in)
			if len(in.content) == 0 || r.toCome(&in) || !r.speaks(&in) || !r.opens(&t, &in) || !slices.ContainsFunc(in.content, r.tells) {
				continue
			}
			if markAt(cues, in.cue) == 0 {
				list = append(list, in)
				setMark(cues, in.cue, 1)
			}
			break
		}
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].verb < list[j].verb })
	return list, nil
}

// shortened is as much of a content as is read once more: what is told in it is told at its beginning. cut tells that it goes on.
func shortened(content []stretch) (out []stretch, cut bool) {
	left := 96
	for _, s := range content {
		if left <= 0 {
			return out, false
		}
		if s.to-s.from > left {
			return append(out, stretch{s.from, s.from + left}), true
		}
		left -= s.to - s.from
		out = append(out, s)
	}
	return out, false
}

// mayTell tells whether there is a word outside quotations that might be a cue.
func (r *reading) mayTell(content []stretch) bool {
	for _, s := range content {
		for i := s.from; i < s.to; i++ {
			w := &r.words[i]
			if w.quote >= 0 || w.entry == nil {
				continue
			}
			if w.low == "according" || w.is(cueNoun) {
				return true
			}
			for _, v := range w.entryVerbs() {
				if c := english().cues[v.lemma]; c != nil && c.has(takesQuote) {
					return true
				}
			}
		}
	}
	return false
}

// toCome tells whether nobody has said it yet: she would say, he may announce, free to tell.
func (r *reading) toCome(t *triple) bool {
	for _, s := range t.cue {
		if r.words[s.from].tag == infinitive && !(s.from+1 < s.to && r.words[s.from+1].is(haveForm)) {
			return true
		}
		for i := max(0, s.from-3); i < s.to; i++ {
			if r.words[i].is(modal) && i >= t.start() {
				return true
			}
		}
	}
	return false
}

// opens tells whether an attribution inside a content is what the content tells, and not some clause of it: nothing but opening
// words stands before it.
func (r *reading) opens(out, in *triple) bool {
	from := out.content[0].from
	for i := from; i < in.start() && i < from+8; i++ {
		switch w := &r.words[i]; {
		case w.tag == thatTag, w.tag == punctuation, w.tag == adverbTag, w.tag == prepositionTag, w.is(timeWord), w.tag == article, w.low == "whether":
		default:
			return false
		}
	}
	return in.start() < from+8
}

// markedBy tells whether two lists of stretches have a word in common.
func markedBy(a, b []stretch) bool {
	for _, x := range a {
		for _, y := range b {
			if x.from < y.to && y.from < x.to {
				return true
			}
		}
	}
	return false
}
