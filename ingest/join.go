package ingest

import (
	"slices"
	"sort"
)

// The weights find twice as much as the rules; but what they were trained on has no second hand, and what the rules know they
// know exactly. Hence these rules, in this order:
//
//	0  a word that cites is no cue of what is reported, and who is cited no content         passOver, dropCited
//	1  where the rules see something told at second hand, their reading holds whole         layers
//	2  else the weights hold; rules that read the same cue correct what they are known to    correct
//	   get wrong, sharpen the borders and name a source that is missing                      sharpen
//	3  what the weights alone read must be somebody's, and something                         believable
//	4  what the rules alone read counts where the weights read nothing at all, or only
//	   what it lies inside of

const (
	// nearly is how much two contents that differ in their borders only have in common: twice the words of both, of all.
	nearly = 0.75
	// likely is the trust from which a content needs no verb: "criticised the plan".
	likely = 0.5
	// certain is the trust from which what relates two actors may be a statement too: "A accused B of fraud".
	certain = 0.8
)

// join makes one list, by place of the cue, of what the weights and what the rules read. The second list is what nobody is told to have said,
// and which may yet hold what somebody is said to have said.
func (r *reading) join(read, ruled []triple) (said, unsaid []triple) {
	second := r.layers(ruled)
	cues := make([]int32, len(r.words)) // of each word: 1 + index into ruled of whose cue it is
	for _, layer := range []bool{false, true} {
		for k := range ruled {
			if second[k] == layer {
				setMark(cues, ruled[k].cue, int32(k+1))
			}
		}
	}
	var out, nobody []triple
	posted := make([]int32, len(r.words)) // the cues of signs
	taken := make([]int32, len(r.words))  // 1 + index into out of whose cue or content it is
	for i := range read {
		t := &read[i]
		if !r.passOver(t, read, ruled) {
			continue
		}
		r.dropCited(t)
		t.grounds = byWeights
		k := markAt(cues, t.cue) - 1
		if k >= 0 {
			t.grounds = byBoth
			r.correct(t, &ruled[k])
		}
		if t.source.none() && r.mayTell(t.content) && !(k >= 0 && second[k]) {
			nobody = append(nobody, *t)
		}
		if t.source.none() || k >= 0 && second[k] || r.cites(t, ruled) || r.says(t) == 0 || k < 0 && !r.believable(t) {
			continue
		}
		if r.posted(t) {
			setMark(posted, t.cue, 1)
			continue
		}
		out = append(out, *t)
		setMark(taken, t.cue, int32(len(out)))
		setMark(taken, t.content, int32(len(out)))
	}
	for k := range ruled {
		t := &ruled[k]
		over := max(markAt(taken, t.cue), markAt(taken, t.content))
		if markAt(posted, t.cue) > 0 || !t.source.none() && r.posted(t) {
			continue
		}
		if second[k] || over == 0 || r.holds(&out[over-1], t) && r.opens(&out[over-1], t) && r.speaks(t) {
			out = append(out, *t)
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].verb < out[j].verb })
	return out, nobody
}

// speaks tells whether an attribution inside another is told by somebody else: not "she said she hopes".
func (r *reading) speaks(t *triple) bool {
	c := english().cues[t.lemma]
	return (t.lemma == "according" || c != nil && (c.has(takesQuote) || t.nominal)) && r.words[t.source.from].tag != subject
}

// correct takes over what the rules know better where both read the same cue.
func (r *reading) correct(t, by *triple) {
	switch {
	case !by.source.none() && (inside(t.content, by.source) || r.says(t) == 0 && r.says(by) > 0): // "A told B": its source is not what it says; nor is "that"
		*t = *by
		t.grounds = byBoth
	case r.pointsBack(t.content): // "This invitation was reported by X": the rules know which
		t.content = by.content
	case by.nominal && t.content[0].from >= by.content[0].from-1: // "X's claim that A is B was met with silence"
		t.content = by.content
	}
	if !t.source.none() && !by.source.none() && !markedBy([]stretch{t.source}, []stretch{by.source}) && r.doer(t.verb, by.source) && !r.doer(t.verb, t.source) {
		t.source = by.source
	}
	if t.source != by.source && !by.source.none() && t.source.contains(by.source) { // "reports from X suggesting": X tells it
		if h := r.headOf(t.source); h >= 0 && r.words[h].is(cueNoun|documentNoun) && !by.source.contains(stretch{h, h + 1}) {
			t.source = by.source
		}
	}
	t.sharpen(by)
}

// doer tells whether the subject of a verb, as the tree has it, lies in a stretch.
func (r *reading) doer(verb int, s stretch) bool {
	k := r.tree.kid(verb, "nsubj")
	return k >= s.from && k < s.to
}

// cites tells whether the weights took a source that is cited for a content: "citing two officials", "which relied on a memo".
func (r *reading) cites(t *triple, ruled []triple) bool {
	switch t.lemma {
	case "cite", "citing", "quote", "quoting", "refer", "rely", "credit":
	default:
		return false
	}
	if !slices.ContainsFunc(t.content, r.tells) {
		return true
	}
	return len(t.content) > 1 && slices.ContainsFunc(near(ruled, t.verb), func(x triple) bool { return x.verb != t.verb && inCommon(x.content, t.content) >= nearly })
}

// says counts the words of a content that are not pronouns or alike: "it differently" has one, "nothing" none.
func (r *reading) says(t *triple) int {
	n := 0
	for _, s := range t.content {
		for i := s.from; i < s.to; i++ {
			w := &r.words[i]
			if w.quote >= 0 {
				return 2
			}
			if letterWord(w.low) && w.low != "nothing" && w.low != "little" && w.low != "so" && !w.is(pronoun|possessive|whWord|determiner|preposition|conjunction) {
				n++
			}
		}
	}
	return n
}

// pointsBack tells whether a content is but a pointer to what was told before: "this invitation".
func (r *reading) pointsBack(content []stretch) bool {
	if len(content) != 1 || r.tells(content[0]) {
		return false
	}
	switch r.words[content[0].from].low {
	case "this", "that", "these", "those", "such", "it":
		return true
	}
	return false
}

func setMark(words []int32, list []stretch, as int32) {
	for _, s := range list {
		for i := s.from; i < s.to; i++ {
			words[i] = as
		}
	}
}

// markAt is the mark of the first marked word.
func markAt(words []int32, list []stretch) int32 {
	for _, s := range list {
		for i := s.from; i < s.to; i++ {
			if words[i] != 0 {
				return words[i]
			}
		}
	}
	return 0
}

// layers tells which triples have a part in something told at second hand: one inside the other's content, or two of the same words.
// What somebody is said to hope or know is not told by them.
func (r *reading) layers(list []triple) []bool {
	out := make([]bool, len(list))
	for i := range list {
		c := english().cues[list[i].lemma]
		told := c == nil || c.has(takesQuote) || list[i].nominal
		for j := max(0, i-12); j < min(len(list), i+13); j++ {
			quoted := list[j].lemma == "quote" && same(list[i].content, list[j].content) // "quotes him as hoping"
			if i != j && (told && (r.holds(&list[j], &list[i]) || same(list[i].content, list[j].content)) || quoted) {
				out[i], out[j] = true, true
			}
		}
	}
	return out
}

// sharpen takes over what the rules know better of the same cue.
func (t *triple) sharpen(by *triple) {
	if t.source.none() {
		t.source = by.source
	}
	if inCommon(t.content, by.content) >= nearly {
		t.cue, t.verb, t.lemma, t.nominal, t.content = by.cue, by.verb, by.lemma, by.nominal, by.content
	}
}

// inCommon is twice the words that two lists of stretches share, of all their words.
func inCommon(a, b []stretch) float64 {
	all, both := 0, 0
	for _, x := range a {
		all += x.to - x.from
		for _, y := range b {
			both += max(0, min(x.to, y.to)-max(x.from, y.from))
		}
	}
	for _, y := range b {
		all += y.to - y.from
	}
	return float64(2*both) / float64(max(1, all))
}

// passOver sets an attribution right whose cue is a word that cites: "X reported on Monday, citing Y, that S" is X's report of S, whatever
// the weights took for its cue. It is false for one that another tells already, or that tells nothing else.
func (r *reading) passOver(t *triple, read, ruled []triple) bool {
	c := t.cue[0]
	at := -1
	for i := c.from; i < c.to && at < 0; i++ {
		if r.citing(i) > 0 {
			at = i
		}
	}
	if at < 0 {
		return true
	}
	if t.source.from > at { // "X reported, citing Y, that S": Y is found anew (cite) when X has told S
		deed := r.tree.head[at]
		for _, list := range [][]triple{read, near(ruled, at)} {
			for k := range list {
				if x := &list[k]; x.verb != t.verb && r.words[x.verb].sentence == r.words[at].sentence && r.citing(x.verb) == 0 && (x.verb == deed || inCommon(x.content, t.content) >= nearly) {
					return false
				}
			}
		}
		if teller := r.tree.kid(max(deed, 0), "nsubj"); deed >= 0 && teller >= 0 && r.words[deed].tag == verb {
			t.source, t.cue = r.phrase(teller), []stretch{{deed, deed + 1}}
			r.tellCue(t)
		}
		return true
	}
	if at > c.from { // reported on its website, citing
		to := at
		for to > c.from+1 && r.words[to-1].low == "," {
			to--
		}
		t.cue = []stretch{{c.from, to}}
		r.tellCue(t)
		end := r.citing(at)
		return slices.ContainsFunc(t.content, func(s stretch) bool { return s.from != end }) || r.retell(t, t.verb, at)
	}
	deed := r.tree.head[at]
	if deed < 0 || deed > at || r.words[deed].sentence != r.words[at].sentence || r.words[deed].tag != verb && r.words[deed].tag != participle {
		return slices.ContainsFunc(t.content, r.tells)
	}
	for _, list := range [][]triple{read, near(ruled, deed)} {
		for k := range list {
			if x := &list[k]; x.cue[0].from <= deed && deed < x.cue[0].to {
				return false
			}
		}
	}
	if !r.retell(t, deed, at) {
		return false
	}
	t.cue = []stretch{{deed, deed + 1}}
	r.tellCue(t)
	return true
}

// retell makes the clause that a verb tells, as the tree has it, the content; false where there is none before it or behind who is cited at a word.
func (r *reading) retell(t *triple, deed, at int) bool {
	for _, k := range r.tree.kids[deed] {
		if s := r.clause(k); (r.tree.label[k] == "ccomp" || r.tree.label[k] == "parataxis") && (s.from > at || s.to <= deed) {
			t.content = []stretch{s}
			return true
		}
	}
	if h := r.tree.head[deed]; h >= 0 && h < deed && r.tree.label[deed] == "parataxis" { // S, the Herald reported
		s := stretch{r.clause(h).from, deed}
		if t.source.from < deed {
			s.to = min(s.to, t.source.from)
		}
		for s.to > s.from && r.words[s.to-1].tag == punctuation {
			s.to--
		}
		if s.to > s.from && r.tells(s) {
			t.content = []stretch{s}
			return true
		}
	}
	return false
}

// clause is all that hangs on a word, without the marks at its ends.
func (r *reading) clause(i int) stretch {
	s, todo := stretch{i, i + 1}, []int{i}
	for len(todo) > 0 {
		k := todo[len(todo)-1]
		todo = append(todo[:len(todo)-1], r.tree.kids[k]...)
		s.from, s.to = min(s.from, k), max(s.to, k+1)
	}
	for s.to > s.from+1 && r.words[s.to-1].tag == punctuation {
		s.to--
	}
	for s.from < s.to-1 && r.words[s.from].tag == punctuation {
		s.from++
	}
	return s
}

// dropCited takes out of a content who is cited for it: "the dam is safe, citing an engineer". Something always stays.
func (r *reading) dropCited(t *triple) {
	cited := func(s stretch) bool { // "citing", or a part that begins with it or stands behind it
		for i := max(0, s.from-5); i <= s.from; i++ {
			if end := r.citing(i); end > 0 && (i == s.from || end == s.from) {
				return true
			}
		}
		return false
	}
	if slices.ContainsFunc(t.content, func(s stretch) bool { return !cited(s) }) {
		t.content = slices.DeleteFunc(t.content, cited)
	}
}

// posted tells whether the words are a sign's or a machine's, and nobody says them: a banner said, somebody had chalked on the door.
func (r *reading) posted(t *triple) bool {
	s := t.source
	h := r.headOf(s)
	return h >= 0 && r.isSign(h) || r.isSign(r.tree.top(s)) || r.ofSign(s) || anybody[r.words[s.from].low] && marks[stem(r.words[t.verb].low)]
}

// believable tells whether what the weights alone read is somebody's statement: not nobody's, not a proverb's, not what a day
// brings, no act that is a relation ("A invited B"); and unless it is likely, with a verb or a quotation in its content.
func (r *reading) believable(t *triple) bool {
	s := t.source
	switch first := r.words[s.from].low; {
	case first == "nobody" || first == "no" || first == "none" || first == "nothing":
		return false
	case first == "they" && s.from > 0 && r.words[s.from-1].low == "as":
		return false
	}
	if r.kind(s) == "" && r.words[s.from].tag == article && signifies[t.lemma] { // the move signals interest: nobody speaks
		return false
	}
	if h := r.headOf(s); h >= 0 && r.isTime(h) {
		return false
	}
	if perceives[t.lemma] && r.thing(t) && (t.lemma == "tell" || !r.documentary(s)) || t.lemma == "look" && r.words[t.verb+1].low == "as" { // found a table, told a story, looked as if
		return false
	}
	k := sort.Search(len(r.acts), func(i int) bool { return r.acts[i].verb >= t.cue[0].from })
	if k < len(r.acts) && r.acts[k].verb < t.cue[0].to && t.trust < certain {
		return false
	}
	return t.trust >= likely || slices.ContainsFunc(t.content, r.tells)
}

// signifies are verbs by which things mean something, and nobody speaks.
var signifies = wordSet("signal signify mean underscore underline reflect highlight illustrate symbolise symbolize imply entail")

var anybody = wordSet("somebody someone")

// marks are the verbs of whoever leaves words on walls.
var marks = wordSet("chalk scrawl scribbl paint daub scratch carv writ spray stencil engrav")

// perceives are verbs whose object is a thing as often as a statement.
var perceives = wordSet("find show tell see discover spot")

// thing tells whether all that follows a cue is a thing that its verb is done to: "tells a different story".
func (r *reading) thing(t *triple) bool {
	if len(t.content) != 1 {
		return false
	}
	s := t.content[0]
	top := r.tree.top(s)
	return s.from > t.verb && r.tree.head[top] == t.verb && r.tree.label[top] == "obj" && r.words[s.from].quote < 0 && r.words[s.to].low != ":" && (r.words[top].tag == noun || r.words[top].tag == nameTag)
}

func (r *reading) isSign(i int) bool { return r.words[i].is(signNoun) && r.words[i].tag == noun }

// ofSign tells whether a source is "it" or "which" for a sign just told of.
func (r *reading) ofSign(s stretch) bool {
	if w := &r.words[s.from]; s.to != s.from+1 || w.low != "it" && w.low != "which" && w.low != "that" {
		return false
	}
	n := int(r.words[s.from].sentence)
	for i := s.from - 1; i >= r.sentences[max(0, n-1)].from; i-- {
		switch w := &r.words[i]; {
		case w.tag == noun && (w.is(speaks) || w.is(signNoun)), w.tag == nameTag:
			return r.isSign(i)
		}
	}
	return false
}

func (r *reading) isTime(i int) bool {
	w := &r.words[i]
	if w.is(timeWord) {
		return true
	}
	e := english().words[singular(w.low)]
	return e != nil && e.class&timeWord != 0
}

// tells tells whether there is a verb or a quotation.
func (r *reading) tells(s stretch) bool {
	return slices.ContainsFunc(r.words[s.from:s.to], func(w word) bool {
		return w.tag == verb || w.tag == helper || w.tag == infinitive || w.tag == participle || w.tag == gerund || w.quote >= 0
	})
}
