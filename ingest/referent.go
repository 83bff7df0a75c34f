package ingest

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/whence-graph/whence/graph"
)

// describe settles whom a phrase refers to: a name in it, the antecedent of a pronoun, the holder of a title,
// or somebody new.
func (c *cast) describe(s stretch, spoken bool) {
	c.meant[s] = nil
	if w := &c.words[s.from]; w.low == "both" && s.to == s.from+1 || w.low == "the" && s.to == s.from+2 && (c.words[s.from+1].low == "two" || c.words[s.from+1].low == "pair") {
		for _, k := range c.pair(s) {
			c.refer(s, k)
			c.meant[s] = append(c.meant[s], len(c.refs)-1)
		}
		if len(c.meant[s]) > 0 {
			return
		}
	}
	for _, part := range c.parts(s) {
		if k := c.one(part); k != None {
			c.meant[s] = append(c.meant[s], k)
			if spoken {
				c.said(c.refs[k].being, s.from)
			}
		}
	}
}

// parts takes "X and Y" apart, where each is a phrase of its own.
func (c *cast) parts(s stretch) []stretch {
	end, head := c.long(s.from, s.to)
	if head < 0 {
		return []stretch{s}
	}
	for i := s.from + 1; i < end-1; i++ {
		if c.words[i].low != "and" || c.spotAt(i) != nil && c.spotAt(i).contains(stretch{i - 1, i + 2}) {
			continue
		}
		a, b := stretch{s.from, i}, stretch{i + 1, s.to}
		if c.kind(a) != "" && c.kind(b) != "" && (c.words[c.headOf(a)].tag == nameTag || c.words[c.headOf(b)].tag == nameTag || c.words[b.from].tag == article) {
			return append([]stretch{a}, c.parts(b)...)
		}
	}
	return []stretch{s}
}

// one is the index of the reference that a phrase of one head makes; None when it refers to nobody.
func (c *cast) one(s stretch) int {
	for s.to > s.from+1 && (c.words[s.to-1].low == "," || c.words[s.to-1].low == "who" || c.words[s.to-1].tag == ownership) {
		s.to--
	}
	for s.from < s.to-1 && (c.words[s.from].tag == adverbTag || c.words[s.from].tag == joiner) {
		s.from++
	}
	if s.to == s.from+1 && c.tree != nil {
		switch w := &c.words[s.from]; w.low { // "Bell, who says": whom the clause is about
		case "who", "which", "that":
			if v := c.tree.head[s.from]; v >= 0 && c.tree.label[v] == "acl" {
				if h := c.tree.head[v]; h >= 0 && h < s.from {
					s = c.phrase(h)
				}
			}
		}
	}
	if sp := c.nameOf(s); sp != nil {
		if k := c.meet(sp); k != None {
			return k
		}
	}
	head := c.headOf(s)
	if head < 0 {
		if c.words[s.from].is(possessive) { // her, in "in her words"
			return c.pronoun(stretch{s.from, s.from + 1}, s.from)
		}
		return c.unnamed(s)
	}
	if sp := c.spotAt(head); sp != nil {
		if k := c.meet(sp); k != None {
			return k
		}
	}
	h := &c.words[head]
	if sp := c.spotAt(head + 1); sp != nil && sp.from == head+1 && sp.to <= s.to && h.tag == noun && (sp.kind == graph.Person && h.is(human) || sp.kind != graph.Person && h.is(outletNoun|organizationNoun)) {
		if k := c.meet(sp); k != None { // the weekly Valley Herald
			return k
		}
	}
	if h.tag == subject && (h.low != "them" || head == s.from) {
		return c.pronoun(stretch{head, head + 1}, head)
	}
	// a description with the name after it: the operator, Northern Grid,
	end, _ := c.long(s.from, s.to)
	if end < s.to && c.words[end].tag == numeral {
		end++
	}
	if end+1 < s.to && c.words[end].low == "," {
		if _, h2 := c.core(end+1, s.to); h2 >= 0 {
			if sp := c.spotAt(h2); sp != nil && (sp.kind == graph.Person || !h.is(human)) {
				if k := c.meet(sp); k != None {
					return k
				}
			}
		}
	}
	return c.definite(stretch{s.from, end}, head)
}

// pair are the two that "both" means: the last two names that "and" joins, in the sentence or the one before.
func (c *cast) pair(s stretch) []int {
	if c.tree == nil {
		return nil
	}
	for i := s.from - 1; i >= 0 && c.words[s.from].sentence-c.words[i].sentence <= 1; i-- {
		h := c.tree.head[i]
		if c.tree.label[i] != "conj" || h < 0 || c.spotAt(i) == nil || c.spotAt(h) == nil {
			continue
		}
		if a, b := c.named(stretch{h, h + 1}), c.named(stretch{i, i + 1}); a != None && b != None && a != b {
			return []int{a, b}
		}
	}
	return nil
}

// unnamed is who a phrase means that has no noun where one is looked for: "the first officer", "those who plead before her", "a third".
func (c *cast) unnamed(s stretch) int {
	if c.tree == nil {
		return None
	}
	head := c.tree.top(s)
	w := &c.words[head]
	switch {
	case w.tag == noun:
		return c.definite(stretch{s.from, head + 1}, head)
	case w.low == "those" || w.low == "others" || w.low == "some" || w.low == "many" || w.low == "most" || w.low == "several" || w.low == "few":
		k := c.fresh(s, head, graph.Anonymous)
		c.beings[c.refs[k].being].many = true
		return k
	case w.low == "another" || c.words[s.from].tag == article && head == s.from+1: // another; a third, the younger
		return c.fresh(s, head, graph.Anonymous)
	}
	return None
}

// pronoun finds the nearest being before that fits, preferring who spoke or acted last; None when nobody does.
func (c *cast) pronoun(s stretch, i int) int {
	w := &c.words[i]
	female := w.low == "she" || w.low == "her"
	male := w.low == "he" || w.low == "him" || w.low == "his"
	many := w.low == "they" || w.low == "them" || w.low == "their"
	thing := w.low == "it" || w.low == "its"
	if !female && !male && !many && !thing {
		return c.fresh(s, i, graph.Anonymous)
	}
	fits := func(b *being) bool {
		switch {
		case female:
			return (b.kind == graph.Person || b.kind == graph.Anonymous && !b.thing) && !b.male && !b.many
		case male:
			return (b.kind == graph.Person || b.kind == graph.Anonymous && !b.thing) && !b.female && !b.many
		case many:
			return b.many || b.kind == graph.Group
		}
		return b.kind == graph.Organization || b.kind == graph.Outlet || b.kind == graph.Document || b.kind == graph.Place
	}
	if female || male {
		if k := c.subjectBeside(i); k != None && fits(&c.beings[k]) {
			c.refer(s, k)
			return len(c.refs) - 1
		}
	}
	if k := c.subjectBefore(i, thing); k != None && (fits(&c.beings[k]) || thing && c.beings[k].kind == graph.Document) {
		c.refer(s, k)
		return len(c.refs) - 1
	}
	if female || male {
		if k := c.onlyOne(i, fits); k != None {
			c.refer(s, k)
			return len(c.refs) - 1
		}
	}
	for n := len(c.speakers) - 1; n >= 0 && n >= len(c.speakers)-8; n-- {
		b := &c.beings[c.speakers[n]]
		at := c.speakerAt[n]
		if at >= i || w.paragraph-c.words[at].paragraph > 3 {
			continue
		}
		// "one of the officials said; he added": he is that one
		one := n == len(c.speakers)-1 && b.many && (female || male) && (c.words[at].low == "one" || c.words[at].low == "another") && w.paragraph == c.words[at].paragraph
		if one || fits(b) {
			c.refer(s, c.speakers[n])
			return len(c.refs) - 1
		}
	}
	// nobody spoke: a person told of in the paragraph, or the last of the one before
	for n := len(c.refs) - 1; n >= 0 && n >= len(c.refs)-12; n-- {
		ref := c.refs[n]
		if ref.from >= i || w.paragraph-c.words[ref.from].paragraph > 1 || thing && c.beings[ref.being].kind == graph.Place { // a place that has said nothing
			continue
		}
		if fits(&c.beings[ref.being]) {
			c.refer(s, ref.being)
			return len(c.refs) - 1
		}
	}
	if many {
		for n := len(c.speakers) - 1; n >= 0 && n >= len(c.speakers)-3; n-- {
			if b := &c.beings[c.speakers[n]]; b.kind == graph.Organization && w.paragraph-c.words[c.speakerAt[n]].paragraph <= 1 {
				c.refer(s, c.speakers[n])
				return len(c.refs) - 1
			}
		}
	}
	return None
}

// subjectBefore is the subject of the sentence before, in the same paragraph, as the tree has it: a person, or for "it" a body or
// document; None when nothing tells.
func (c *cast) subjectBefore(i int, thing bool) int {
	n := int(c.words[i].sentence) - 1
	if c.tree == nil || n < 0 || n >= len(c.sentences) {
		return None
	}
	s := c.sentences[n]
	if s.to <= s.from || c.words[s.from].paragraph != c.words[i].paragraph || c.words[s.from].quote >= 0 {
		return None
	}
	for k := s.from; k < s.to; k++ {
		if c.tree.label[k] != "nsubj" || c.tree.head[k] < 0 || c.tree.label[c.tree.head[k]] != "root" {
			continue
		}
		if c.spotAt(k) != nil {
			return c.named(stretch{k, k + 1})
		}
		if name, ok := c.nameBeside(k); ok {
			return c.named(name)
		}
		if w := &c.words[k]; thing && w.tag == noun && w.is(documentNoun) && singular(w.low) == w.low {
			if ref := c.definite(c.phrase(k), k); ref != None {
				return c.refs[ref].being
			}
		}
		return None
	}
	return None
}

// subjectBeside is the subject of the clause that the pronoun's is joined to: "the governor had fled; he said", "Vell has not been seen since the
// president dismissed him". None when there is none with a name.
func (c *cast) subjectBeside(i int) int {
	if c.tree == nil || c.tree.head[i] < 0 {
		return None
	}
	v := c.tree.head[i]
	switch c.tree.label[i] {
	case "nsubj":
		if c.tree.label[v] != "conj" && c.tree.label[v] != "parataxis" {
			return None
		}
	case "obj":
		if c.tree.label[v] != "advcl" {
			return None
		}
	default:
		return None
	}
	u := c.tree.head[v]
	if u < 0 || u >= i || c.tree.label[v] == "parataxis" && !slices.ContainsFunc(c.words[u:i], func(w word) bool { return w.low == ";" || w.low == ":" }) { // "Bell has left, she said"
		return None
	}
	for k := c.sentences[c.words[i].sentence].from; k < i; k++ {
		if c.tree.head[k] == u && strings.HasPrefix(c.tree.label[k], "nsubj") {
			if c.spotAt(k) != nil {
				return c.named(stretch{k, k + 1})
			}
			if name, ok := c.nameBeside(k); ok {
				return c.named(name)
			}
		}
	}
	return None
}

// onlyOne is the only person whom the sentence before, of the same paragraph, names and the pronoun can mean.
func (c *cast) onlyOne(i int, fits func(*being) bool) int {
	n, found := c.words[i].sentence-1, None
	for k := len(c.refs) - 1; k >= 0 && k >= len(c.refs)-12; k-- {
		ref := c.refs[k]
		if ref.from >= i || c.words[ref.from].sentence != n || c.words[ref.from].paragraph != c.words[i].paragraph {
			continue
		}
		if b := &c.beings[ref.being]; !b.named || !fits(b) || ref.being == found {
			continue
		}
		if found != None {
			return None
		}
		found = ref.being
	}
	return found
}

// said remembers a being as the last to speak.
func (c *cast) said(k, at int) {
	c.speakers = append(c.speakers, k)
	c.speakerAt = append(c.speakerAt, at)
}

// definite finds who "the deputy minister", "the company", "the memo" is, or makes somebody new of it.
func (c *cast) definite(s stretch, head int) int {
	h := &c.words[head]
	first := &c.words[s.from]
	low := singular(h.low)
	kind := c.kind(s)
	many := h.low != low
	if kind == "" {
		kind = graph.Anonymous
	}
	if h.low == "them" || h.low == "those" { // one of them
		if k := c.recent(func(b *being) bool { return b.many }, 60); k != None {
			c.refer(stretch{s.from, head + 1}, k)
			return len(c.refs) - 1
		}
	}
	refersBack := first.low == "the" || first.low == "this" || first.low == "that" || first.tag != article && !many && h.tag == noun && s.to-s.from == 1
	if refersBack || h.tag == nameTag && first.low == "the" {
		if k := c.bearer(s, head, low, many); k != None {
			c.refer(stretch{s.from, head + 1}, k)
			return len(c.refs) - 1
		}
	}
	if first.is(possessive) && (low == "predecessor" || low == "successor") {
		if k := c.predecessor(s, low); k != None {
			c.refer(stretch{s.from, head + 1}, k)
			return len(c.refs) - 1
		}
	}
	return c.fresh(stretch{s.from, min(s.to, c.coreEnd(s))}, head, kind)
}

func (c *cast) coreEnd(s stretch) int {
	end, head := c.core(s.from, s.to)
	if head < 0 || end <= s.from {
		return s.to
	}
	if low := c.words[head].low; head+2 < s.to && c.words[head+1].low == "of" && (low == "chief" || low == "head" || low == "secretary" || low == "director" || low == "member") {
		if e, h := c.core(head+2, s.to); h >= 0 {
			return e
		}
	}
	if head+2 < s.to && (c.words[head].tag == numeral || c.words[head].low == "one") {
		return s.to
	}
	return end
}

// fresh makes a being of a description.
func (c *cast) fresh(s stretch, head int, kind graph.ActorType) int {
	h := &c.words[head]
	text := c.str(s)
	if r, n := utf8.DecodeRuneInString(text); c.words[s.from].tag != nameTag && unicode.IsUpper(r) && !c.words[s.from].caps {
		text = string(unicode.ToLower(r)) + text[n:]
	}
	low := singular(h.low)
	b := being{kind: kind, names: []string{text}, words: c.lows(s), last: -1, nouns: []string{low}, many: h.low != low || kind == graph.Group || h.is(groupNoun) && h.low == low && h.low == "people"}
	if c.words[s.from].tag == numeral {
		b.many = true
	}
	b.thing = h.tag == noun && !h.is(human) && low != "one" && low != "man" && low != "woman"
	if h.is(human) && h.tag == noun {
		for i := s.from; i <= head; i++ {
			if w := &c.words[i]; w.tag != article {
				b.titles = append(b.titles, w.low)
			}
		}
		b.female = strings.HasSuffix(h.low, "woman")
		b.male = strings.HasSuffix(h.low, "man") && !b.female
	}
	if h.tag == nameTag && kind == graph.Person && s.to-s.from == 1 {
		b.surname = h.low
	}
	k := c.add(b)
	c.byHead[low] = append(c.byHead[low], k)
	c.refer(s, k)
	return len(c.refs) - 1
}

// recent is the being last mentioned that passes, looking back over n mentions.
func (c *cast) recent(pass func(*being) bool, n int) int {
	for i := len(c.refs) - 1; i >= 0 && i >= len(c.refs)-n; i-- {
		if k := c.refs[i].being; pass(&c.beings[k]) {
			return k
		}
	}
	return None
}

var kinship = map[string]string{
	"company": "company firm operator group corporation corp inc ltd plc manufacturer maker bank airline utility grid industries systems holdings", "firm": "company firm corp inc ltd",
	"operator": "company operator", "newspaper": "newspaper paper daily", "paper": "newspaper daily", "agency": "agency", "broadcaster": "broadcasting tv radio",
	"union": "union", "bank": "bank", "group": "group",
}

// bearer is who goes by a description: a person by title, a body by its last word, a document by its kind.
func (c *cast) bearer(s stretch, head int, low string, many bool) int {
	h := &c.words[head]
	var mods []string
	for i := s.from; i <= head; i++ {
		if w := &c.words[i]; w.tag != article && w.tag != thatTag && letterWord(w.low) && !w.is(adjective) || w.is(adjective) && (w.low == "deputy" || w.low == "former" || w.low == "foreign" || w.low == "prime" || w.low == "vice" || w.low == "chief") {
			mods = append(mods, singular(w.low))
		}
	}
	switch {
	case (h.is(human) || strings.HasSuffix(h.low, "-year-old")) && !many:
		if k := c.succession(s, low); k != None {
			return k
		}
		deputy := contains(mods, "deputy") || contains(mods, "vice") || contains(mods, "former")
		if k := c.recent(func(b *being) bool {
			if b.many || b.kind != graph.Person && b.kind != graph.Anonymous {
				return false
			}
			for _, m := range mods {
				if !contains(b.titles, m) && !contains(b.nouns, m) {
					return false
				}
			}
			has := contains(b.titles, "deputy") || contains(b.titles, "vice") || contains(b.titles, "former")
			return len(mods) > 0 && (deputy || !has)
		}, 80); k != None {
			return k
		}
		if k := c.lone(s, h.low); k != None {
			return k
		}
		return c.stranger(s, h)
	case h.is(outletNoun) && h.tag == noun && !h.is(documentNoun) || low == "paper" && h.tag == noun || low == "agency" && h.tag == noun:
		if k := c.recent(func(b *being) bool { return b.kind == graph.Outlet }, 60); k != None {
			return k
		}
		if low == "agency" {
			return c.byKin(low)
		}
		return None
	case h.is(organizationNoun) && !many:
		if k := c.byKin(low); k != None {
			if len(mods) > 1 { // "the foreign ministry" is not the interior's
				b := &c.beings[k]
				for _, m := range mods {
					if !contains(b.words, m) && !contains(b.nouns, m) {
						return None
					}
				}
			}
			return k
		}
		return None
	case h.is(documentNoun):
		for i := len(c.byHead[low]) - 1; i >= 0; i-- {
			if k := c.byHead[low][i]; c.beings[k].kind == graph.Document {
				return k
			}
		}
		if low == "document" || low == "paper" || low == "text" {
			return c.recent(func(b *being) bool { return b.kind == graph.Document && !b.many }, 40)
		}
		return None
	}
	list := c.byHead[low]
	for i := len(list) - 1; i >= 0 && i >= len(list)-5; i-- {
		if b := &c.beings[list[i]]; b.many == many {
			return list[i]
		}
	}
	return None
}

// lone is the only person of whom a description can be another name: the one that the paragraph has named before it, of whom no other
// office is known ("Ann Bell would not comment. The engineer said ..").
func (c *cast) lone(s stretch, low string) int {
	if c.words[s.from].low != "the" || len(c.byHead[low]) > 0 {
		return None
	}
	found := None
	for n := len(c.refs) - 1; n >= 0 && n >= len(c.refs)-12; n-- {
		ref := c.refs[n]
		if ref.from >= s.from {
			continue
		}
		if c.words[ref.from].paragraph != c.words[s.from].paragraph {
			break
		}
		b := &c.beings[ref.being]
		if b.kind != graph.Person || ref.being == found {
			continue
		}
		if found != None || !b.named || b.female && isMan(low) || b.male && isWoman(low) {
			return None
		}
		for _, t := range b.titles {
			if e := english().words[t]; e == nil || e.class&anyHonorific == 0 {
				return None
			}
		}
		if len(b.nouns) > 0 || len(b.roles) > 0 {
			return None
		}
		found = ref.being
	}
	return found
}

// stranger is who spoke last, where that was somebody unnamed who was just introduced: "a neighbour told the Herald. The woman said ..".
func (c *cast) stranger(s stretch, h *word) int {
	n := len(c.speakers) - 1
	if c.words[s.from].low != "the" || n < 0 || h.is(titleNoun) && !seldomAlone[h.low] || len(c.byHead[h.low]) > 0 {
		return None
	}
	b := &c.beings[c.speakers[n]]
	if b.named || b.surname != "" || b.many || b.thing || b.kind != graph.Anonymous && b.kind != graph.Person || c.words[s.from].paragraph-c.words[c.speakerAt[n]].paragraph > 1 {
		return None
	}
	introduced := strings.HasPrefix(b.names[0], "a ") || strings.HasPrefix(b.names[0], "an ")
	if !introduced || b.female && isMan(h.low) || b.male && isWoman(h.low) {
		return None
	}
	return c.speakers[n]
}

// seldomAlone are titles of which there are so many that the word tells of no office.
var seldomAlone = wordSet("envoy ambassador diplomat officer official inspector detective")

func isWoman(low string) bool { return strings.HasSuffix(low, "woman") }
func isMan(low string) bool   { return strings.HasSuffix(low, "man") && !isWoman(low) }

// succession is who "the new governor" or "the former leader" is, where the report tells who followed whom in that office, or was given it.
func (c *cast) succession(s stretch, low string) int {
	fresh, past := false, false
	for i := s.from; i < s.to; i++ {
		switch c.words[i].low {
		case "new", "incoming":
			fresh = true
		case "former", "outgoing", "ousted", "departing":
			past = true
		}
	}
	if fresh == past {
		return None
	}
	for k := len(c.acts) - 1; k >= 0; k-- {
		a := &c.acts[k]
		if a.verb >= s.from || a.negated || a.modality != graph.Actual {
			continue
		}
		side := stretch{}
		switch a.lemma {
		case "succeed", "replace":
			side = a.object
			if fresh {
				side = a.subject
			}
		case "appoint", "elect", "name", "install":
			if fresh {
				side = a.object
			}
		}
		if side.none() || !c.concerns(a, low) {
			continue
		}
		if who := c.named(side); who != None {
			return who
		}
	}
	return None
}

// concerns tells whether an act is about an office: it is named in the sentence or in the one before.
func (c *cast) concerns(a *act, low string) bool {
	n := int(c.words[a.verb].sentence)
	for i := c.sentences[max(0, n-1)].from; i < c.sentences[n].to; i++ {
		if singular(c.words[i].low) == low {
			return true
		}
	}
	return false
}

// byKin is the body last mentioned whose name or description ends in the word or one like it.
func (c *cast) byKin(low string) int {
	like := strings.Fields(kinship[low])
	if len(like) == 0 {
		like = []string{low}
	}
	best := None
	for _, l := range like {
		list := c.byHead[l]
		for i := len(list) - 1; i >= 0 && i >= len(list)-6; i-- {
			b := &c.beings[list[i]]
			if b.kind != graph.Organization && b.kind != graph.Outlet || b.last < 0 {
				continue
			}
			if best == None || b.last > c.beings[best].last {
				best = list[i]
			}
		}
	}
	return best
}

// predecessor reads "A succeeded B" elsewhere in the report for "her predecessor".
func (c *cast) predecessor(s stretch, low string) int {
	possessor := None
	for n := len(c.speakers) - 1; n >= 0 && n >= len(c.speakers)-6; n-- {
		if b := &c.beings[c.speakers[n]]; b.kind == graph.Person && c.speakerAt[n] < s.from && !(c.words[s.from].low == "her" && b.male) && !(c.words[s.from].low == "his" && b.female) {
			possessor = c.speakers[n]
			break
		}
	}
	if possessor == None {
		return None
	}
	for _, a := range c.acts {
		if a.lemma != "succeed" && a.lemma != "replace" {
			continue
		}
		x, y := c.named(a.subject), c.named(a.object)
		if low == "predecessor" && x == possessor {
			return y
		}
		if low == "successor" && y == possessor {
			return x
		}
	}
	return None
}

// named is the being of the name in a stretch, or None.
func (c *cast) named(s stretch) int {
	for i := s.from; i < s.to; i++ {
		if sp := c.spotAt(i); sp != nil {
			if k, ok := c.at[sp.head]; ok {
				return c.refs[k].being
			}
		}
	}
	return None
}
