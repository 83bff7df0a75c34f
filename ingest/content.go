package ingest

import "github.com/whence-graph/whence/graph"

// trim drops full stops and commas at both ends of a content that is not a quotation.
func (f *finder) trim(s stretch) stretch {
	for s.to > s.from && (f.ends(s.to-1) && f.words[s.to-1].low != "?" || f.words[s.to-1].low == "," || f.words[s.to-1].low == "—" || f.words[s.to-1].low == "-" || f.words[s.to-1].low == "–") && f.words[s.to-1].quote < 0 {
		s.to--
	}
	for s.from < s.to && (f.words[s.from].low == "," || f.words[s.from].low == ":" || f.words[s.from].low == "—" || f.words[s.from].low == "-" || f.words[s.from].low == "–") {
		s.from++
	}
	return s
}

// before is the content that stands before a source: a clause and its comma, or a quotation.
func (f *finder) before(s stretch, c *cue) []stretch {
	if s.from <= f.from || !c.has(goesAfter) {
		return nil
	}
	e := s.from
	p := &f.words[e-1]
	if p.tag != closeMark && p.low != "," && p.low != "—" && p.low != "–" && p.low != "?" {
		if !(p.low == "," || p.tag == adverbTag && e-2 > f.from && (f.words[e-2].tag == closeMark || f.words[e-2].low == ",")) {
			return nil
		}
		e--
		p = &f.words[e-1]
	}
	if p.low == "," && e-2 >= f.from && f.words[e-2].tag == closeMark {
		e--
		p = &f.words[e-1]
	}
	from := f.from
	if n := len(f.found); n > f.first { // after the attribution before it in the sentence
		h := f.found[n-1]
		if end := h.end(); end > from && end < e && h.source.from < e && !f.nestable(h, e) {
			from = end
		}
	}
	for from < e && (f.words[from].is(conjunction) || f.words[from].low == "," || f.words[from].low == ";") {
		from++
	}
	for i := e - 1; i > from && e-i < reach; i-- { // after a colon
		if f.words[i].low == ":" && f.words[i].quote < 0 && f.clause(i+1, e) {
			from = i + 1
			break
		}
	}
	if p.tag == closeMark {
		q := f.quotes[p.quote]
		if int(q.from) <= from || f.onlyOpens(from, int(q.from)) {
			return f.wholeQuotation(int(p.quote))
		}
		if !q.speech && !f.clause(from, e) {
			return nil
		}
		if f.words[q.from-1].low == "," || f.words[q.from-1].low == ":" {
			return f.wholeQuotation(int(p.quote))
		}
		return []stretch{{from, e}}
	}
	out := f.trim(stretch{from, e})
	if out.none() || !f.clause(out.from, out.to) && !f.broken(s) {
		return nil
	}
	if f.words[out.from].is(subordinator) && !f.mainAfter(out) && !f.broken(s) || f.words[out.from].tag == asker && p.low != "?" {
		return nil
	}
	return []stretch{out}
}

// nestable tells whether an attribution before e in the sentence may lie inside the content that ends there.
func (f *finder) nestable(h triple, e int) bool {
	return h.source.from == f.from || h.source.from > f.from && f.words[h.source.from-1].tag == closeMark || h.content[0].from < h.source.from && h.source.from > h.content[0].from
}

// broken tells whether the source stands in the middle of its clause: "The tunnel, she said, was dry."
func (f *finder) broken(s stretch) bool {
	for i := s.to; i < f.to && i < s.to+6; i++ {
		if f.words[i].low != "," || i+1 >= f.to {
			continue
		}
		switch f.words[i+1].tag {
		case verb, helper, participle:
			return true
		case noun, nameTag, article, subject, descriptor, numeral, gerund:
			return f.clause(i+1, f.to)
		}
		return false
	}
	return false
}

// onlyOpens tells whether nothing but an opening word stands between: But "..," he said.
func (f *finder) onlyOpens(from, to int) bool {
	if to-from > 1 && to-from < 8 && f.words[to-1].low == "," && f.opensWith(from, to-1) {
		return true // In addition,
	}
	for i := from; i < to; i++ {
		if w := &f.words[i]; w.tag != joiner && w.tag != adverbTag && w.low != "," && w.low != ":" {
			return false
		}
	}
	return true
}

// wholeQuotation is the quotation with those paragraphs before it that it continues.
func (f *finder) wholeQuotation(q int) []stretch {
	var out []stretch
	k := q
	for k > 0 && f.quotes[k].continues && q-k < 20 {
		k--
	}
	for ; k <= q; k++ {
		out = append(out, stretch{int(f.quotes[k].from), int(f.quotes[k].to)})
	}
	return out
}

// end is the word after the last of the triple.
func (t *triple) end() int {
	e := t.source.to
	for _, s := range t.cue {
		e = max(e, s.to)
	}
	for _, s := range t.content {
		e = max(e, s.to)
	}
	return e
}

func (t *triple) start() int {
	s := t.content[0].from
	if !t.source.none() {
		s = min(s, t.source.from)
	}
	for _, c := range t.cue {
		s = min(s, c.from)
	}
	return s
}

// clause tells whether the words hold a subject and a finite verb.
func (f *finder) clause(from, to int) bool {
	nominal := false
	for i := from; i < to && i < from+reach; i++ {
		w := &f.words[i]
		switch w.tag {
		case noun, nameTag, subject, numeral, thatTag, asker:
			nominal = true
		case helper, verb:
			if nominal || i == from {
				return true
			}
		case participle:
			if nominal && i+1 <= to {
				return true
			}
		}
	}
	return false
}

// mainAfter tells whether a main clause follows the subordinate one that opens the stretch.
func (f *finder) mainAfter(s stretch) bool {
	for i := s.from; i < s.to; i++ {
		if f.words[i].low == "," && f.clause(i+1, s.to) {
			return true
		}
	}
	return f.words[s.from].is(preposition) && !f.words[s.from].is(subordinator)
}

// after is the content that follows a cue, and of what kind it is: "quote", "that", "asking", "to", "ing",
// "bare", "noun"; or "rest", the remainder of a clause whose beginning stood before.
func (f *finder) after(c *cue, j int, hasLeft bool) ([]stretch, string) {
	start := j
	hearer := false
	for j < f.to && j-start < 24 {
		w := &f.words[j]
		switch {
		case w.tag == openMark:
			if !c.has(takesQuote|takesName|takesAs) && !f.quotes[w.quote].speech {
				return nil, ""
			}
			if c.has(takesName) {
				return nil, ""
			}
			q := int(w.quote)
			end := int(f.quotes[q].to)
			if !f.quotes[q].speech && end-j < 7 && c.lemma != "say" && c.lemma != "reply" && c.lemma != "write" && c.lemma != "shout" {
				return nil, "" // a word in marks
			}
			if f.quotes[q].speech && (end >= f.to || f.ends(end-2) || f.words[end-2].low == "," || f.trim(stretch{end, f.to}).none()) || !c.has(takesBare|takesThat) {
				return f.onward(q), "quote"
			}
			return []stretch{f.clauseTo(j)}, "quote"
		case w.low == ":" && c.has(takesQuote):
			if j+1 >= f.to { // the quotation is the next paragraph
				if j+1 < len(f.words) && f.words[j+1].tag == openMark {
					return f.onward(int(f.words[j+1].quote)), "quote"
				}
				return nil, ""
			}
			if f.words[j+1].tag == openMark {
				return f.onward(int(f.words[j+1].quote)), "quote"
			}
			if hasLeft {
				return nil, ""
			}
			return []stretch{f.trim(stretch{j + 1, f.to})}, "quote"
		case w.tag == thatTag && c.has(takesThat) && (j+1 < f.to):
			if hasLeft && j > start && f.words[j-1].low == "," {
				return nil, ""
			}
			return []stretch{f.clauseTo(j)}, "that"
		case (w.tag == asker || w.low == "if" || w.low == "whether") && c.has(takesAsking):
			if hasLeft || (w.low == "who" || w.low == "which") && j > start && f.words[j-1].tag != verb || w.low == "if" && c.stance != graph.Asks && c.stance != graph.Doubts || w.low == "when" && c.stance != graph.Asks {
				return nil, ""
			}
			return []stretch{f.clauseTo(j)}, "asking"
		case w.low == "not" && c.has(takesTo) && !hasLeft && j+2 < f.to && f.words[j+1].tag == infinitive && f.verbal(j+2):
			return []stretch{f.clauseTo(j)}, "to"
		case (w.tag == opener || w.is(subordinator) && w.is(preposition)) && j == start && c.has(takesBare) && c.has(takesQuote) && !hasLeft && w.low != "as" && w.low != "so" && w.low != "if" && f.mainAfter(stretch{j, f.to}):
			return []stretch{f.clauseTo(j)}, "bare"
		case w.low == "if" && j == start && c.lemma == "say" && !hasLeft:
			return []stretch{f.clauseTo(j)}, "bare"
		case w.tag == infinitive && c.has(takesTo) && !hasLeft && j+1 < f.to && f.verbal(j+1):
			return []stretch{f.clauseTo(j)}, "to"
		case (w.tag == gerund || w.low == "having" || w.low == "being") && c.has(takesIng) && j == start:
			return []stretch{f.clauseTo(j)}, "ing"
		case w.low == ",":
			if j+1 < f.to && f.words[j+1].tag == openMark {
				j++
				continue
			}
			if hasLeft {
				return f.remainder(j + 1)
			}
			// an insertion, then the content: "said, however, that"
			k := j + 1
			for k < f.to && k-j < 14 && f.words[k].low != "," {
				k++
			}
			if k < f.to && f.words[k].low == "," && k+1 < f.to && (f.words[k+1].tag == thatTag || f.words[k+1].tag == openMark || k-j <= 2) {
				j = k + 1
				continue
			}
			return nil, ""
		case w.tag == adverbTag, w.is(timeWord) && w.tag != verb, w.tag == numeral && j > start:
			j++
			continue
		case (w.tag == prepositionTag || w.tag == infinitive) && !(w.low == "as" || w.low == "than") && c.has(takesThat|takesQuote|takesTo):
			if e, h := f.core(j+1, f.to); h >= 0 && f.words[h].tag != subject && !hasLeft && f.clauseSoon(j) && !f.adjunct(j, h) && c.has(takesBare) && c.has(takesQuote) && (w.low == "in" || w.low == "after" || w.low == "before" || w.low == "for" || w.low == "under") {
				return []stretch{f.clauseTo(j)}, "bare" // "said in May it would .."
			} else if h >= 0 {
				j = e
				continue
			}
			if w.tag == prepositionTag && j+1 < f.to && f.words[j+1].tag == gerund {
				j += 2
				continue
			}
			return nil, ""
		}
		if hasLeft {
			return nil, ""
		}
		if c.has(takesHearer) && !hearer {
			if e, h := f.long(j, f.to); h >= 0 && f.words[e].tag != helper && f.words[e].tag != verb && (f.words[e].tag != participle || c.lemma == "tell") {
				hearer = true
				j = e
				continue
			}
		}
		return f.bare(c, j, hearer)
	}
	return nil, ""
}

// adjunct tells whether a preposition and its noun belong to the cue: in a statement, on Monday, to reporters.
func (f *finder) adjunct(i, head int) bool {
	h := &f.words[head]
	return h.is(timeWord|documentNoun|cueNoun) || f.words[i].tag == infinitive || f.words[i].low == "at" || f.words[i].low == "on"
}

// clauseSoon tells whether the words from i on are a clause: a verb before the next comma.
func (f *finder) clauseSoon(i int) bool {
	for j := i; j < f.to && j < i+25; j++ {
		if w := &f.words[j]; w.tag == helper || w.tag == verb || w.tag == participle && j > i+1 {
			return true
		}
	}
	return false
}

func (f *finder) verbal(i int) bool {
	if i >= f.to {
		return false
	}
	w := &f.words[i]
	_, base := w.form(baseShape)
	return base || w.low == "be" || w.low == "have" || w.low == "do" || w.tag == verb || w.tag == adverbTag || w.tag == noun && w.entry == nil
}

// bare finds a content that nothing opens: a clause, or the noun phrase that some cues take.
func (f *finder) bare(c *cue, j int, hearer bool) ([]stretch, string) {
	if j >= f.to {
		return nil, ""
	}
	if c.has(takesAs) {
		for k := j; k < f.to && k < j+16; k++ {
			w := &f.words[k]
			if w.tag == verb || w.tag == helper || w.low == "," {
				break
			}
			if w.low == "as" && k > j {
				if e, h := f.core(k+1, f.to); h >= 0 && e < f.to && (f.words[e].tag == verb || f.words[e].tag == helper || f.words[e].tag == participle && f.finite(e)) {
					break
				}
				return []stretch{f.clauseTo(j)}, "noun"
			}
		}
		return nil, ""
	}
	if c.has(takesName) {
		if e, h := f.long(j, f.to); h >= 0 && e < f.to && (f.words[e].tag == openMark || f.words[e].tag == article) {
			return []stretch{f.clauseTo(j)}, "noun"
		}
		return nil, ""
	}
	end, head := f.long(j, f.to)
	if c.has(takesObject) && head >= 0 && end+1 < f.to && f.words[end].tag == infinitive && f.verbal(end+1) {
		return []stretch{f.clauseTo(j)}, "to"
	}
	if hearer && c.has(takesTo) && f.words[j].tag == infinitive {
		return []stretch{f.clauseTo(j)}, "to"
	}
	switch f.words[j].low {
	case "them", "him", "me", "us", "himself", "herself", "itself", "themselves":
		return nil, ""
	}
	if c.has(takesBare) && (head >= 0 || f.words[j].low == "there" || f.words[j].tag == gerund || f.words[j].tag == asker) {
		inside := false // a relative clause
		for k := max(end, j+1); k < f.to && k < j+28; k++ {
			w := &f.words[k]
			if w.tag == opener || w.is(subordinator) && w.tag == prepositionTag {
				break
			}
			if w.tag == thatTag || w.tag == asker {
				inside = true
				continue
			}
			if inside && (w.tag == helper || w.tag == verb || w.tag == participle) {
				inside = w.tag == helper
				continue
			}
			if w.tag == openMark {
				if f.quotes[w.quote].speech {
					return []stretch{f.clauseTo(j)}, "bare"
				}
				continue
			}
			if w.tag == helper || w.tag == verb || w.tag == participle && f.finite(k) {
				return []stretch{f.clauseTo(j)}, "bare"
			}
			if w.low == "," && k == end && !f.insertionSoon(k) || w.low == ";" || w.low == ":" {
				break
			}
		}
	}
	if c.has(takesNoun) && head >= 0 && f.words[head].tag != subject {
		if w := &f.words[head]; w.is(cueNoun|documentNoun) || w.low == "accusation" || w.low == "accusations" || w.low == "wrongdoing" {
			return []stretch{f.clauseTo(j)}, "noun"
		}
	}
	return nil, ""
}

// insertionSoon tells whether the comma at i opens an insertion that closes again.
func (f *finder) insertionSoon(i int) bool {
	for j := i + 1; j < f.to && j < i+25; j++ {
		if f.words[j].low == "," {
			return f.insertion(i+1, j)
		}
	}
	return false
}

// finite tells whether a form that may be a participle is likely the clause's verb.
func (f *finder) finite(i int) bool {
	_, past := f.words[i].form(pastShape)
	return (past || f.words[i].entry == nil) && (i+1 >= f.to || f.words[i+1].low != "by")
}

// remainder is the rest of a clause that a source and cue interrupt: "The tunnel, she said, was dry."
func (f *finder) remainder(j int) ([]stretch, string) {
	if j >= f.to {
		return nil, ""
	}
	w := &f.words[j]
	switch {
	case w.tag == openMark:
		return f.onward(int(w.quote)), "quote"
	case w.tag == gerund || w.tag == asker || w.is(subordinator) && w.tag != thatTag || w.low == "citing" || w.low == "according" || w.is(conjunction) && w.low != "and" && w.low != "but":
		return nil, ""
	case w.is(conjunction):
		if _, ok := f.cueSoon(j); ok {
			return nil, ""
		}
		if f.words[j+1].tag == participle || f.words[j+1].tag == verb || f.words[j+1].tag == gerund {
			return nil, ""
		}
	}
	if f.words[j].tag == article || f.words[j].tag == subject || f.words[j].tag == nameTag {
		if _, ok := f.cueSoon(j); ok {
			return nil, ""
		}
	}
	s := f.clauseTo(j)
	if s.none() || s.to-s.from < 2 {
		return nil, ""
	}
	return []stretch{s}, "rest"
}

// cueSoon tells whether a new attribution begins at j.
func (f *finder) cueSoon(j int) (int, bool) {
	for k := j; k < f.to && k < j+12; k++ {
		w := &f.words[k]
		if w.low == "," && k > j {
			return 0, false
		}
		if w.tag == verb || w.tag == participle {
			if c, _ := f.cueAt(k); c != nil && c.has(takesThat|takesQuote) {
				return k, true
			}
			return 0, false
		}
	}
	return 0, false
}

// onward is a quotation with the paragraphs that continue it.
func (f *finder) onward(q int) []stretch {
	out := []stretch{{int(f.quotes[q].from), int(f.quotes[q].to)}}
	for q+1 < len(f.quotes) && f.quotes[q+1].continues && len(out) < 20 {
		q++
		out = append(out, stretch{int(f.quotes[q].from), int(f.quotes[q].to)})
	}
	return out
}
