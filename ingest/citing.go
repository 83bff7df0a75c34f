package ingest

import "github.com/whence-graph/whence/graph"

// according handles "according to X" before, after or in the middle of its content.
func (f *finder) according(i int) {
	end, head := f.described(i+2, f.to)
	if head < 0 {
		return
	}
	s := stretch{i + 2, end}
	if k := f.kind(s); k == "" && !f.words[head].is(cueNoun) && f.words[head].entry != nil {
		return
	}
	if f.words[head].is(timeWord) {
		return
	}
	t := triple{source: s, cue: []stretch{{i, i + 2}}, verb: i, lemma: "according", trust: 0.9}
	opens := i == f.from || f.onlyOpens(f.from, i)
	if !opens && (f.words[i-1].is(conjunction) || f.words[i-1].tag == opener) {
		opens = true
	}
	if opens {
		if end < f.to && f.words[end].low == "," {
			t.content = []stretch{f.clauseTo(end + 1)}
			f.add(t)
		}
		return
	}
	e := i
	if f.words[e-1].low == "," {
		e--
	}
	from := f.from
	if n := len(f.found); n > f.first {
		if h := f.found[n-1].end(); h < e && h > from {
			from = h
		}
	}
	for from < e && (f.words[from].is(conjunction) || f.words[from].low == "," || f.words[from].low == ";") {
		from++
	}
	left := f.trim(stretch{from, e})
	if left.none() {
		return
	}
	t.content = []stretch{left}
	if f.words[e].low == "," && end < f.to && f.words[end].low == "," && !(end+1 < f.to && f.words[end+1].low == "as") {
		if rest, kind := f.remainder(end + 1); kind == "rest" {
			t.content = append(t.content, rest...)
		}
	}
	f.add(t)
}

// nominal handles "X's claim that S", "the claim by X that S", "in X's view", "in her words".
func (f *finder) nominal(i int) {
	w := &f.words[i]
	c := f.lex.nouns[w.low]
	if w.low == "view" || w.low == "words" || w.low == "opinion" {
		if i+1 >= f.to || f.words[i+1].tag != thatTag {
			f.inView(i)
			return
		}
		c = f.lex.cues["believe"]
	}
	if c == nil || i+1 >= f.to {
		return
	}
	// what follows: that S, or to V
	j := i + 1
	var s stretch
	if f.words[j].low == "by" || f.words[j].low == "from" {
		end, head := f.long(j+1, f.to)
		if head < 0 || f.kind(stretch{j + 1, end}) == "" {
			return
		}
		s, j = stretch{j + 1, end}, end
	}
	if j >= f.to {
		return
	}
	var content stretch
	switch {
	case f.words[j].tag == thatTag && c.has(takesThat) && j+1 < f.to && f.words[j+1].tag != verb && f.words[j+1].tag != helper:
		content = f.nominalClause(j)
	case f.words[j].tag == infinitive && c.has(takesTo) && f.verbal(j+1) && c.stance == graph.Promises:
		content = f.nominalClause(j)
	default:
		return
	}
	if s.none() {
		k := i - 1
		for k > f.from && (f.words[k].tag == descriptor || f.words[k].tag == noun) {
			k--
		}
		switch {
		case k >= f.from && f.words[k].tag == ownership:
			b := f.back(k, f.from)
			if b < 0 {
				return
			}
			for p := b; p < k; p++ { // "evidence of her father's claim"
				if f.words[p].tag == prepositionTag && !f.words[max(p-1, b)].is(human) {
					b = p + 1
				}
			}
			s = stretch{b, k + 1}
		case k >= f.from && f.words[k].is(possessive):
			s = stretch{k, k + 1}
		default:
			return
		}
	}
	if k := f.kind(s); k == "" && f.words[s.from].tag != article {
		return
	}
	f.add(triple{source: s, cue: []stretch{{i, i + 1}}, content: []stretch{content}, verb: i, lemma: c.lemma, nominal: true, trust: 0.75})
}

// nominalClause is the clause at j that belongs to a noun: as far as the verb whose subject the noun is.
func (f *finder) nominalClause(j int) stretch {
	s := f.clauseTo(j)
	verbs := 0
	for i := j + 1; i < s.to; i++ {
		w := &f.words[i]
		if w.quote >= 0 {
			continue
		}
		if w.low == "," && verbs > 0 {
			return f.trim(stretch{j, i})
		}
		finite := w.tag == verb || w.tag == helper || w.tag == participle && i+1 < s.to && f.words[i-1].tag != helper
		if !finite || i > j+1 && (f.words[i-1].tag == helper || f.words[i-1].tag == infinitive || f.words[i-1].tag == adverbTag && i > j+2 && f.words[i-2].tag == helper) {
			continue
		}
		verbs++
		// a second finite verb with nothing that opens a clause between
		if verbs > 1 {
			open := false
			for k := i - 1; k > j && k > i-12; k-- {
				if p := &f.words[k]; p.tag == joiner && !f.nounish(k+1) && f.words[k+1].tag != prepositionTag || p.tag == opener || p.tag == asker || p.tag == thatTag || p.is(subordinator) {
					open = true
					break
				}
			}
			if !open {
				return f.trim(stretch{j, i})
			}
		}
	}
	return s
}

// inView handles "in the view of X", "in X's view" and "in X's words".
func (f *finder) inView(i int) {
	var s stretch
	in, end := -1, i+1
	for k := i - 1; k >= f.from && i-k < 12; k-- {
		if f.words[k].low == "in" {
			in = k
			break
		}
		if f.words[k].tag == verb || f.words[k].low == "," {
			break
		}
	}
	if in < 0 {
		return
	}
	var cues []stretch
	switch {
	case i+1 < f.to && f.words[i+1].low == "of":
		e, head := f.described(i+2, f.to)
		if head < 0 {
			return
		}
		s, end = stretch{i + 2, e}, e
		if e > i+2 && f.words[e-1].low == "," {
			end = e - 1
		}
		cues = []stretch{{in, i + 2}}
	case i-in == 2 && f.words[in+1].is(possessive):
		s = stretch{in + 1, in + 2}
		cues = []stretch{{in, in + 1}, {i, i + 1}}
	case f.words[i-1].tag == ownership:
		s = stretch{in + 1, i}
		cues = []stretch{{in, in + 1}, {i, i + 1}}
	default:
		return
	}
	if f.words[s.from].tag != article && f.kind(s) == "" {
		return
	}
	t := triple{source: s, cue: cues, verb: i, lemma: f.words[i].low, nominal: true, trust: 0.8}
	// a quotation straight after takes the words before it along: It was, in his words, "a barn"
	j := end
	comma := j < f.to && f.words[j].low == ","
	if comma {
		j++
	}
	left := stretch{f.from, in}
	if n := len(f.found); n > f.first && f.found[n-1].end() < in {
		left.from = f.found[n-1].end()
	}
	left = f.trim(left)
	for left.from < left.to && (f.words[left.from].is(conjunction) || f.words[left.from].low == ",") {
		left.from++
	}
	switch {
	case in == f.from || f.onlyOpens(f.from, in):
		if j >= f.to || !comma {
			return
		}
		t.content = []stretch{f.clauseTo(j)}
	case j < f.to && f.words[j].tag == openMark:
		q := f.quotes[f.words[j].quote]
		if !left.none() && left.to-left.from < 25 {
			t.content = []stretch{left}
		}
		t.content = append(t.content, stretch{j, int(q.to)})
	case !left.none() && f.clause(left.from, left.to) && f.words[in-1].low == ",":
		t.content = []stretch{left}
	default:
		return
	}
	f.add(t)
}

// asSaying tells whether "as saying" or the like follows in the sentence, before another verb.
func (f *finder) asSaying(i int) bool {
	for j := i + 1; j+1 < f.to && j < i+reach; j++ {
		if f.words[j].low == "as" && f.words[j+1].tag == gerund {
			c, _ := f.cueAt(j + 1)
			return c != nil
		}
		if t := f.words[j].tag; t == verb || t == helper || t == thatTag || f.words[j].tag == openMark {
			return false
		}
	}
	return false
}

// quoting handles "Y quoted X as saying that S", "X was quoted (by Y) as saying S", and tells whether it was one.
func (f *finder) quoting(i int) bool {
	w := &f.words[i]
	if w.low == "quoting" {
		return true // cite joins it
	}
	g := f.group(i, f.from)
	v := f.voice(g, i)
	j := i + 1
	var reporter, source stretch
	switch v {
	case passive, noVoice:
		s, ok := f.subjectOf(g.from, f.from)
		if !ok {
			return true
		}
		source = s
		if j < f.to && f.words[j].low == "by" {
			e, h := f.long(j+1, f.to)
			if h < 0 {
				return true
			}
			reporter, j = stretch{j + 1, e}, e
		}
	case active:
		s, ok := f.subjectOf(g.from, f.from)
		if !ok {
			return true
		}
		reporter = s
		e, h := f.described(j, f.to)
		if h < 0 {
			return true
		}
		source, j = stretch{j, e}, e
		if j < f.to && f.words[j].low == "," {
			j++
		}
	default:
		return true
	}
	if j+1 >= f.to || f.words[j].low != "as" || f.words[j+1].tag != gerund {
		return true
	}
	c, end := f.cueAt(j + 1)
	if c == nil {
		return true
	}
	content, kind := f.after(c, end, false)
	if len(content) == 0 || kind == "rest" {
		return true
	}
	if v == active {
		f.add(triple{source: reporter, cue: []stretch{g}, content: content, verb: i, lemma: "quote", trust: 0.85})
		f.add(triple{source: source, cue: []stretch{{j + 1, end}}, content: content, verb: j + 1, lemma: c.lemma, trust: 0.85})
		return true
	}
	cues := []stretch{{g.from, end}}
	if !reporter.none() {
		f.add(triple{source: reporter, cue: []stretch{{g.from, i + 2}}, content: content, verb: i, lemma: "quote", trust: 0.85})
		cues = []stretch{{j, end}}
	}
	f.add(triple{source: source, cue: cues, content: content, verb: j + 1, lemma: c.lemma, trust: 0.85})
	return true
}

// quoted joins a sentence that is all quotation to the quoted words before it in the paragraph.
func (f *finder) quoted(k int) {
	if f.from >= f.to || f.words[f.from].tag != openMark || len(f.found) > f.first {
		return
	}
	q := int(f.words[f.from].quote)
	if !f.quotes[q].speech {
		return
	}
	if end := int(f.quotes[q].to); end < f.to && !f.trim(stretch{end, f.to}).none() {
		return
	}
	for n := range f.found[max(0, f.first-4):f.first] { // it may have come along already
		for _, c := range f.found[max(0, f.first-4)+n].content {
			if c.from == f.from {
				return
			}
		}
	}
	if f.first == 0 || k == 0 {
		return
	}
	t := &f.found[f.first-1]
	last := t.content[len(t.content)-1]
	if f.words[last.from].quote < 0 || f.words[t.end()-1].paragraph != f.words[f.from].paragraph && !f.quotes[q].continues {
		return
	}
	if f.words[t.verb].sentence < int32(k)-6 || f.words[last.from].tag != openMark {
		return
	}
	t.content = append(t.content, f.onward(q)...)
}
