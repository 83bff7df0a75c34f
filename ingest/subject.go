package ingest

import (
	"strings"
)

// subjectOf is the noun phrase that is the subject of the verb group which starts at v, and false when none
// is seen. Insertions between commas and relative clauses belong to it.
func (r *reading) subjectOf(v, left int) (stretch, bool) {
	e := v
	if e <= left {
		return stretch{}, false
	}
	if p := &r.words[e-1]; p.low == "," {
		return r.inserted(e-1, left)
	}
	if p := &r.words[e-1]; p.low == "who" && e-1 > left { // critics who say; Ann Bell, who says
		k := e - 1
		if r.words[k-1].low == "," {
			k--
		}
		if b := r.back(k, left); b >= 0 {
			return stretch{b, e}, true
		}
		return stretch{}, false
	}
	// "a diplomat who has worked there doubted": a relative clause without commas
	if s, ok := r.withRelative(e, left); ok {
		return s, true
	}
	start := r.back(e, left)
	if start < 0 {
		return stretch{}, false
	}
	if !r.border(start, left) && !r.opensWith(left, start) {
		return stretch{}, false
	}
	return stretch{start, e}, true
}

// opensWith tells whether the words from left to start are a preposition and its phrase: After the vote ..
func (r *reading) opensWith(left, start int) bool {
	if start-left > 12 || r.words[left].tag != prepositionTag {
		return false
	}
	for i := left + 1; i < start; {
		end, head := r.core(i, start)
		if head < 0 {
			return false
		}
		if end == start {
			return true
		}
		if r.words[end].tag != prepositionTag {
			return false
		}
		i = end + 1
	}
	return false
}

// withRelative finds "NP who .. " before e.
func (r *reading) withRelative(e, left int) (stretch, bool) {
	verbs := 0
	for i := e - 1; i > left && e-i < 30; i-- {
		w := &r.words[i]
		if w.tag == punctuation || w.tag == openMark || w.tag == closeMark {
			return stretch{}, false
		}
		if w.tag == verb || w.tag == helper || w.tag == participle {
			verbs++
		}
		if verbs == 0 && (w.tag == thatTag || w.tag == asker || w.tag == opener) {
			return stretch{}, false
		}
		who := w.low == "who" || w.low == "which" && r.words[i-1].low != "in" || w.tag == thatTag
		if w.tag == gerund && verbs == 0 && r.words[i-1].nominal() && strings.HasSuffix(r.words[i-1].low, "s") && i+2 < e && !r.words[i].is(cueNoun) {
			if s := r.back(i, left); s >= 0 && r.border(s, left) { // farmers living there
				return stretch{s, e}, true
			}
		}
		if w.tag == participle && r.words[i-1].nominal() && i+1 < e && (r.words[i+1].low == "by" || verbs == 1 && r.words[i+1].tag == prepositionTag) {
			if s := r.back(i, left); s >= 0 && r.border(s, left) { // a memo seen by the paper
				return stretch{s, e}, true
			}
			return stretch{}, false
		}
		if !who || verbs == 0 || i == e-1 {
			continue
		}
		if !r.words[i-1].nominal() && r.words[i-1].low != ")" && r.words[i-1].tag != subject {
			return stretch{}, false
		}
		if w.tag == thatTag && (r.words[i-1].is(cueNoun) || !r.words[i-1].is(speaks) && r.back(i, left) < 0) {
			return stretch{}, false
		}
		s := r.back(i, left)
		if s < 0 || !r.border(s, left) {
			return stretch{}, false
		}
		return stretch{s, e}, true
	}
	return stretch{}, false
}

// inserted is the subject whose insertion closes with the comma at c: "Ann Bell, a doctor, said".
func (r *reading) inserted(c, left int) (stretch, bool) {
	for i := c - 1; i > left && c-i < 40; i-- {
		w := &r.words[i]
		if w.tag == openMark || w.tag == closeMark || r.ends(i) && w.low != ":" {
			return stretch{}, false
		}
		if w.low != "," {
			continue
		}
		if !r.insertion(i+1, c) {
			if r.words[i+1].is(conjunction) || r.words[i+1].tag == subject {
				return stretch{}, false
			}
			continue
		}
		start := r.back(i, left)
		if start < 0 {
			continue
		}
		if !r.border(start, left) {
			if s, ok := r.withRelative(i, left); ok {
				return stretch{s.from, c + 1}, true
			}
			return stretch{}, false
		}
		// "the deputy, Ann Bell, a doctor, said": go on over an apposition before
		if start-1 > left && r.words[start-1].low == "," {
			if s, ok := r.inserted2(start-1, start, i, left); ok {
				start = s
			}
		}
		return stretch{start, c + 1}, true
	}
	return stretch{}, false
}

// inserted2 widens a phrase between commas to the one before it, when that one is described by it.
func (r *reading) inserted2(comma, from, to, left int) (int, bool) {
	s := r.back(comma, left)
	if s < 0 || !r.border(s, left) {
		return 0, false
	}
	_, head := r.core(s, comma)
	if head < 0 || !r.words[head].is(human) || s == left && r.words[s].is(preposition) {
		return 0, false
	}
	if _, h := r.core(from, to); h < 0 || r.words[h].tag != nameTag {
		return 0, false
	}
	return s, true
}

// insertion tells whether the words between two commas can be one: an apposition, a relative clause, a participle.
func (r *reading) insertion(from, to int) bool {
	if from >= to {
		return false
	}
	for from+1 < to && (r.words[from].tag == adverbTag || r.words[from].low == "first") && r.words[from+1].tag == participle {
		from++
	}
	w := &r.words[from]
	if w.tag == asker && w.low != "what" && w.low != "how" && w.low != "why" || w.low == "whose" {
		return true
	}
	if w.tag == gerund && to-from < 25 && to-from > 1 {
		return true
	}
	if w.tag == participle && to-from < 25 {
		return true
	}
	if w.tag == subject && w.low != "one" {
		return false
	}
	if r.words[from].tag == adverbTag && to-from <= 3 {
		return true
	}
	if w.low == "of" || w.low == "in" && to-from < 8 || w.low == "at" && to-from < 8 || w.low == "for" && to-from < 8 || w.tag == numeral && to-from <= 2 {
		return true
	}
	end, head := r.long(from, to)
	if head < 0 {
		return false
	}
	if end == to {
		return true
	}
	// a longer apposition, or one with a relative clause: no finite verb straight after its head
	switch n := &r.words[end]; n.tag {
	case verb, helper:
		return false
	case participle:
		for _, v := range n.entryVerbs() {
			if english().cues[v.lemma] != nil && end+1 == to { // "the board, he said, .."
				return false
			}
		}
		return to-from < 30 && r.words[head].tag != subject
	case asker, thatTag, punctuation, prepositionTag, gerund, infinitive, openMark, adverbTag:
		return to-from < 30 && r.words[head].tag != subject
	}
	return false
}
