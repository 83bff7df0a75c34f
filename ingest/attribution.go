package ingest

// finder looks for the attributions of a text, a cue at a time.
type finder struct {
	*reading
	lex   *lexicon
	found []triple
	from  int // of the sentence in hand
	to    int
	first int          // index into found of the sentence's first triple
	prior int          // the same of the sentence before
	trail map[int]bool // what trailing answered in the sentence
}

// findAttributions looks at every word that may be a cue, then joins quotations that go on.
func findAttributions(r *reading) []triple {
	f := &finder{reading: r, lex: english()}
	for k, s := range r.sentences {
		f.prior = f.first
		f.first = len(f.found)
		f.from, f.to, f.trail = f.start(s), s.to, map[int]bool{}
		for i := f.from; i < s.to; i++ {
			if q := r.words[i].quote; q >= 0 && (r.quotes[q].speech || r.words[i].tag == openMark) {
				continue
			}
			if i >= f.to { // behind a semicolon: a clause of its own
				f.from = i
			}
			if i == f.from {
				f.to = r.semicolon(i, s.to)
			}
			f.at(i, k)
		}
		f.from, f.to = f.start(s), s.to
		f.quoted(k)
	}
	return tidy(f.found)
}

// semicolon is where the clause that begins at i ends: behind a semicolon outside of quotations, or at the end.
func (r *reading) semicolon(i, end int) int {
	for ; i < end; i++ {
		if r.words[i].low == ";" && r.words[i].quote < 0 {
			return i + 1
		}
	}
	return end
}

// start skips what stands before the sentence proper: a dateline with its dash.
func (f *finder) start(s sentence) int {
	if s.from > 0 && f.words[s.from-1].paragraph == f.words[s.from].paragraph {
		return s.from
	}
	for i := s.from; i < s.to && i < s.from+16; i++ {
		w := &f.words[i]
		dash := w.low == "-" || w.low == "--" || w.low == "—" || w.low == "–"
		if dash && i > s.from && f.words[i-1].span.End < w.span.Start && (f.words[s.from].caps || f.words[i-1].low == ")") && i+1 < s.to {
			return i + 1
		}
		if !dash && !w.upper && w.tag != punctuation && w.tag != numeral {
			break
		}
	}
	return s.from
}

// cueAt is the cue that the verb at i is, with the words of a verb in two parts.
func (f *finder) cueAt(i int) (c *cue, end int) {
	w := &f.words[i]
	if w.entry == nil {
		return nil, 0
	}
	for _, v := range w.entry.verbs {
		if i+1 < f.to {
			if c := f.lex.cues[v.lemma+"_"+f.words[i+1].low]; c != nil {
				return c, i + 2
			}
			if c := f.lex.cues[v.lemma+"_clear"]; c != nil && i+2 < f.to && (f.words[i+1].low == "it" && f.words[i+2].low == "clear") {
				return c, i + 3
			}
		}
	}
	for _, v := range w.entry.verbs {
		if c := f.lex.cues[v.lemma]; c != nil {
			return c, i + 1
		}
	}
	return nil, 0
}

// add keeps a triple that has a content.
func (f *finder) add(t triple) {
	var content []stretch
	for _, c := range t.content {
		if !c.none() {
			content = append(content, c)
		}
	}
	if len(content) > 0 {
		t.content = content
		f.found = append(f.found, t)
	}
}

// at looks whether word i is a cue, and of what.
func (f *finder) at(i, k int) {
	w := &f.words[i]
	switch {
	case w.low == ":" && i > f.from && i+1 < f.to && f.words[i+1].tag == openMark:
		f.colon(i)
		return
	case w.low == "according" && i+1 < f.to && f.words[i+1].low == "to":
		f.according(i)
		return
	case w.tag == noun && w.is(cueNoun), w.low == "view" || w.low == "words" || w.low == "opinion":
		f.nominal(i)
		return
	case w.low == "cited" && i > f.from && f.words[i-1].low == "as" && i+1 < f.to && f.words[i+1].low == "by":
		return // cite joins it to what it is about
	}
	if w.tag != verb && w.tag != participle && w.tag != gerund {
		return
	}
	for _, v := range w.entryVerbs() {
		switch v.lemma {
		case "quote":
			if f.quoting(i) {
				return
			}
		case "record", "report", "cite", "remember", "recall", "describe", "show":
			if f.asSaying(i) && f.quoting(i) {
				return
			}
		}
	}
	c, end := f.cueAt(i)
	if c == nil {
		return
	}
	g := f.group(i, f.from)
	g.to = end
	switch f.voice(g, i) {
	case passive:
		f.passive(c, g, i, k)
	case active:
		f.active(c, g, i)
	case participial:
		f.participial(c, g, i)
	}
}

// colon handles a name, a colon and a quotation.
func (f *finder) colon(i int) {
	end, head := f.described(f.from, i)
	if head < 0 || end != i && !(end == i-1 && f.words[end].low == ",") || f.words[head].tag != nameTag || f.kind(stretch{f.from, i}) != "person" {
		return
	}
	f.add(triple{source: stretch{f.from, end}, cue: []stretch{{i, i + 1}}, content: f.onward(int(f.words[i+1].quote)), verb: i, lemma: ":", trust: 0.7})
}

func (w *word) entryVerbs() []verbForm {
	if w.entry == nil {
		return nil
	}
	return w.entry.verbs
}

type voice uint8

const (
	noVoice voice = iota
	active
	passive
	participial
)

// voice tells what the verb at v does in its group.
func (f *finder) voice(g stretch, v int) voice {
	w := &f.words[v]
	be := false
	for i := g.from; i < v; i++ {
		be = be || f.words[i].tag == helper && f.words[i].is(beForm)
		if f.words[i].is(haveForm) {
			be = false
		}
		if f.words[i].low == "been" {
			be = true
		}
	}
	_, ing := w.form(ingShape)
	_, part := w.form(participleShape)
	switch {
	case ing && be:
		return active
	case ing:
		return participial
	case be && part:
		return passive
	case be:
		return noVoice
	}
	if g.from > f.from {
		switch p := &f.words[g.from-1]; {
		case p.tag == infinitive:
			return noVoice
		case p.tag == article || p.tag == prepositionTag && !p.is(subordinator):
			return noVoice
		}
	}
	if g.to < f.to && part && f.words[g.to].low == "by" {
		return passive
	}
	return active
}

// active handles "X said ..", "..., X said", "..., said X".
func (f *finder) active(c *cue, g stretch, v int) {
	if c.lemma == "read" && g.to-g.from > 1 {
		return
	}
	if s, ok := f.subjectOf(g.from, f.from); ok && f.mayBeSource(s, c) {
		f.withSource(c, g, v, f.trimSource(s), 0.9)
		return
	}
	// the subject of a verb before: "X denied it and said .."
	if g.from > f.from && (f.words[g.from-1].low == "and" || f.words[g.from-1].low == "but" || f.words[g.from-1].low == "then") {
		if s, ok := f.sharedSubject(g.from - 1); ok && f.mayBeSource(s, c) {
			f.withSource(c, g, v, s, 0.75)
			return
		}
	}
	if c.has(goesAfter) && c.lemma != "tell" && g.to-g.from <= 2 {
		f.inverted(c, g, v)
	}
}

// trimSource leaves out what only opens the clause: "But he", "For his part, Mr X".
func (f *finder) trimSource(s stretch) stretch {
	for s.to-s.from > 1 && (f.words[s.from].tag == adverbTag || f.words[s.from].tag == joiner) {
		s.from++
	}
	return s
}

// sharedSubject is the subject of the nearest verb before i that has one.
func (f *finder) sharedSubject(i int) (stretch, bool) {
	tries := 0
	for j := i - 1; j > f.from && i-j < 45 && tries < 6; j-- {
		w := &f.words[j]
		if w.tag == openMark || w.tag == closeMark {
			continue
		}
		if w.quote >= 0 || w.tag != verb && w.tag != participle && w.tag != helper {
			continue
		}
		tries++
		g := f.group(j, f.from)
		s, ok := f.subjectOf(g.from, f.from)
		if ok && (s.from == f.from || f.words[s.from-1].low == "," || f.words[s.from-1].tag == closeMark || f.words[s.from-1].tag == opener || f.words[s.from-1].tag == adverbTag || f.words[s.from-1].tag == joiner) {
			return f.trimSource(s), true
		}
		j = g.from
	}
	return stretch{}, false
}

// withSource finds the content of a cue whose source is known, after it or before it.
func (f *finder) withSource(c *cue, g stretch, v int, s stretch, trust float64) {
	t := triple{source: s, cue: []stretch{g}, verb: v, lemma: c.lemma, trust: trust}
	left := f.before(s, c)
	right, kind := f.after(c, g.to, len(left) > 0)
	if len(left) > 0 && f.words[left[len(left)-1].to-1].tag != closeMark {
		// a clause before that only leads up: "After the vote, she said that .."
		if r2, k2 := f.after(c, g.to, false); k2 != "" && k2 != "rest" && len(r2) > 0 && !f.comma(g.to, r2[0].from) {
			left, right, kind = nil, r2, k2
		}
	}
	if p := s.from - 1; p >= f.from && len(right) > 0 && kind != "rest" && kind != "quote" && (f.words[p].tag == opener || f.words[p].is(subordinator) && f.words[p].is(preposition)) && (p == f.from || f.words[p-1].low == ",") {
		right[0] = f.subordinate(right[0])
	}
	switch {
	case len(left) > 0 && kind == "":
		t.content = left
	case len(left) > 0 && (kind == "quote" || kind == "rest"):
		t.content = append(left, right...)
	case len(right) > 0 && kind != "rest":
		t.content = right
		if kind == "bare" {
			t.trust -= 0.05
		}
	default:
		return
	}
	if f.words[s.to-1].low == "who" && len(t.content) == 1 && kind != "quote" && kind != "" {
		t.content[0] = f.nominalClause(t.content[0].from)
	}
	if c.has(shows) && !c.has(takesQuote) && kind == "" && !f.documentary(s) {
		return
	}
	if !c.has(takesThat|takesBare) && kind == "" && f.words[left[len(left)-1].to-1].quote < 0 {
		return // "Asked about it, she laughed."
	}
	f.add(t)
}

func (f *finder) comma(from, to int) bool {
	for i := from; i < to; i++ {
		if f.words[i].low == "," {
			return true
		}
	}
	return false
}

// subordinate cuts a content whose attribution stands in a clause with while or as: the main clause follows its comma.
func (f *finder) subordinate(s stretch) stretch {
	for i := s.from + 1; i < s.to; i++ {
		if f.words[i].low == "," && f.words[i].quote < 0 && i+1 < s.to && !f.words[i+1].is(conjunction) && f.words[i+1].tag != asker && f.clause(i+1, min(s.to, i+12)) {
			return stretch{s.from, i}
		}
	}
	return s
}

// inverted handles "..., said X": the source comes after the cue.
func (f *finder) inverted(c *cue, g stretch, v int) {
	if g.from <= f.from {
		return
	}
	p := &f.words[g.from-1]
	if p.tag != closeMark && p.low != "," && p.low != "?" && p.low != "!" {
		return
	}
	if f.words[g.from].tag == participle && f.words[g.from].low != "said" && g.to < f.to && f.words[g.to].tag == prepositionTag {
		return
	}
	end, head := f.described(g.to, f.to)
	if head < 0 || end == g.to || f.words[g.to].tag == thatTag {
		return
	}
	s := stretch{g.to, end}
	if !f.mayBeSource(s, c) || f.words[head].is(timeWord) {
		return
	}
	if p.tag != closeMark && (f.words[head].tag == subject || f.words[end].tag == verb || f.words[end].tag == helper) {
		return
	}
	left := f.before(stretch{g.from, g.from}, c)
	if len(left) == 0 {
		return
	}
	t := triple{source: s, cue: []stretch{g}, content: left, verb: v, lemma: c.lemma, trust: 0.9}
	if p.tag != closeMark {
		t.trust = 0.8
		if !f.clause(left[0].from, left[0].to) {
			return
		}
	}
	if right, kind := f.after(c, end, true); kind == "quote" || kind == "rest" && p.tag != closeMark {
		t.content = append(t.content, right...)
	}
	f.add(t)
}

// participial handles "saying that ..", "adding that ..": the source is that of the sentence so far.
func (f *finder) participial(c *cue, g stretch, v int) {
	if c.lemma == "read" || g.from == f.from && f.words[g.from].tag != gerund {
		return
	}
	if g.from > f.from {
		if p := &f.words[g.from-1]; p.tag == article || p.tag == ownership || p.tag == prepositionTag || p.tag == descriptor {
			return
		}
	}
	right, kind := f.after(c, g.to, false)
	if len(right) == 0 || kind == "rest" || kind == "noun" || kind == "bare" && !c.has(takesQuote) {
		return
	}
	var s stretch
	trust := 0.75
	switch {
	case len(f.found) > f.first && g.from > f.from && f.words[g.from-1].low == "," && c.lemma != "suggest" && c.lemma != "show" && c.lemma != "indicate":
		s = f.found[len(f.found)-1].source
	default:
		if g.from > f.from && f.words[g.from-1].nominal() { // "reports suggesting that", "a letter saying that"
			b := f.back(g.from, f.from)
			if b < 0 {
				return
			}
			if b-2 >= f.from && (f.words[b-1].low == "from" || f.words[b-1].low == "by") && f.words[b-2].is(documentNoun|cueNoun) {
				b -= 2
			}
			if t, ok := f.reports(stretch{b, g.from}, g, v, c, right); ok {
				f.add(t)
				return
			}
			s = stretch{b, g.from}
			if !f.documentary(s) {
				return
			}
			break
		}
		if g.from == f.from || f.words[g.from-1].low != "," {
			return
		}
		var ok bool
		if s, ok = f.sharedSubject(g.from - 1); !ok {
			return
		}
		trust = 0.6
	}
	if s.none() || !f.mayBeSource(s, c) {
		return
	}
	f.add(triple{source: s, cue: []stretch{g}, content: right, verb: v, lemma: c.lemma, trust: trust})
}

// reports handles "reports from X suggesting that", "a statement by X saying that".
func (f *finder) reports(s stretch, g stretch, v int, c *cue, content []stretch) (triple, bool) {
	for i := s.from; i+1 < s.to; i++ {
		if (f.words[i].low == "from" || f.words[i].low == "by") && i > s.from && f.words[i-1].is(documentNoun|cueNoun) {
			src := stretch{i + 1, s.to}
			if f.kind(src) == "" {
				return triple{}, false
			}
			return triple{source: src, cue: []stretch{{i - 1, i}, g}, content: content, verb: v, lemma: c.lemma, trust: 0.7}, true
		}
	}
	return triple{}, false
}

// passive handles "This was reported by X", "X was quoted as saying", "X was told that".
func (f *finder) passive(c *cue, g stretch, v, k int) {
	j := g.to
	for j+1 < f.to && j < g.to+4 && (f.words[j].tag == adverbTag || f.words[j].is(timeWord) || f.words[j].low == "on" && f.words[j+1].is(timeWord)) {
		j++
	}
	if j >= f.to || f.words[j].low != "by" {
		return
	}
	end, head := f.described(j+1, f.to)
	if head < 0 {
		return
	}
	s := stretch{j + 1, end}
	if f.kind(s) == "" || !c.has(takesThat|takesQuote) {
		return
	}
	t := triple{source: s, cue: []stretch{{v, g.to}}, verb: v, lemma: c.lemma, trust: 0.75}
	if f.words[f.from].low == "that" && g.from > f.from+2 && f.words[f.from+1].tag != verb && f.words[f.from+1].tag != helper { // That it rained was said by X
		t.content = []stretch{{f.from, g.from}}
		f.add(t)
		return
	}
	subj, ok := f.subjectOf(g.from, f.from)
	if !ok {
		return
	}
	low := f.words[subj.from].low
	switch {
	case low == "it" && end < f.to && f.words[end].tag == thatTag:
		t.content = []stretch{f.clauseTo(end)}
	case (low == "this" || low == "these" || low == "that" || low == "it") && c.has(takesThat) && k > 0 && f.sentences[k-1].from >= 0:
		p := f.sentences[k-1]
		if f.words[p.from].paragraph != f.words[f.from].paragraph {
			return
		}
		t.content = []stretch{f.trim(stretch(p))}
		// where the sentence before is itself attributed, it is that content which was reported
		if n := f.first; n > f.prior && f.prior < len(f.found) {
			last := f.found[n-1]
			if len(last.content) > 0 && last.content[0].from >= p.from {
				t.content = last.content
			}
		}
	default:
		return
	}
	f.add(t)
}

// tidy drops what was found twice and puts the rest in the order of the cues.
func tidy(list []triple) []triple {
	out := list[:0]
	seen := map[[4]int]bool{}
	for _, t := range list {
		if len(t.content) == 0 || len(t.cue) == 0 {
			continue
		}
		key := [4]int{t.content[0].from, t.content[0].to, t.source.from, t.cue[0].from}
		if seen[key] {
			continue
		}
		seen[key] = true
		out = append(out, t)
	}
	return out
}

// documentary tells whether a phrase is about a document or figures.
func (r *reading) documentary(s stretch) bool {
	_, head := r.core(s.from, s.to)
	return head >= 0 && r.words[head].is(documentNoun)
}
