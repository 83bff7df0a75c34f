package ingest

// clauseTo is the clause that starts at j: to the end of the sentence, or to where another voice begins.
func (f *finder) clauseTo(j int) stretch {
	end := f.to
	for i := j + 1; i < f.to; i++ {
		w := &f.words[i]
		if w.quote >= 0 {
			if w.tag == openMark && i > j+1 && f.words[i-1].low == "." {
				end = i
				break
			}
			continue
		}
		if w.low == ";" {
			end = i
			break
		}
		if w.low != "," || i+1 >= f.to {
			if w.is(conjunction) && i > j+2 && f.newVoice(i) {
				end = i
				break
			}
			continue
		}
		n := &f.words[i+1]
		if n.low == "citing" || n.low == "quoting" || n.low == "according" || n.low == "adding" || n.low == "saying" || n.low == "noting" {
			end = i
			break
		}
		if n.low == "as" && i+3 < f.to && (f.words[i+2].low == "cited" || f.words[i+2].low == "reported" || f.words[i+2].low == "quoted") {
			end = i
			break
		}
		if f.newVoice(i+1) || f.trailing(i+1) || f.comment(i+1) {
			end = i
			break
		}
	}
	return f.trim(stretch{j, end})
}

// newVoice tells whether a conjunction opens an attribution of its own: ".., and she denied that".
func (f *finder) newVoice(i int) bool {
	w := &f.words[i]
	if !w.is(conjunction) && w.low != "while" && w.low != "although" || i+2 >= f.to {
		return false
	}
	n := &f.words[i+1]
	if n.tag == participle || n.tag == verb { // "and added that"
		c, end := f.cueAt(i + 1)
		return c != nil && c.has(takesThat) && end < f.to && (f.words[end].tag == thatTag || f.words[end].tag == openMark || c.has(takesTo) && f.words[end].tag == infinitive)
	}
	e, h := f.long(i+1, f.to)
	if h < 0 {
		return false
	}
	for e < f.to && f.words[e].tag == adverbTag {
		e++
	}
	if e >= f.to || f.words[e].tag != verb && f.words[e].tag != participle {
		return false
	}
	c, end := f.cueAt(e)
	if c == nil || !c.has(takesThat|takesQuote) || f.kind(stretch{i + 1, e}) == "" {
		return false
	}
	return end < f.to && (f.words[end].tag == thatTag || f.words[end].tag == openMark || c.lemma == "say" || c.has(takesBare) && f.words[end].tag == subject || c.has(takesTo) && f.words[end].tag == infinitive || c.has(takesAsking) && f.words[end].tag == asker)
}

// trailing tells whether the words after a comma are "X said" to the end of the sentence or the next comma.
func (f *finder) trailing(i int) bool {
	yes, known := f.trail[i]
	if !known {
		yes = f.trails(i)
		f.trail[i] = yes
	}
	return yes
}

func (f *finder) trails(i int) bool {
	if f.words[i].is(conjunction) || f.words[i].tag == openMark {
		return false
	}
	for k := i; k < f.to && k < i+40; k++ {
		w := &f.words[k]
		if w.tag == openMark || w.tag == thatTag {
			return false
		}
		if w.tag != verb && w.tag != participle && w.tag != helper {
			continue
		}
		c, end := f.cueAt(k)
		if c == nil || !c.has(goesAfter) {
			if w.tag == helper || f.words[i].tag == subject {
				continue
			}
			continue
		}
		g := f.group(k, i)
		s := f.back(g.from, i)
		if s != i && !(s > i && f.words[g.from-1].low == ",") {
			if k == i { // "said X"
				if e, h := f.long(end, f.to); h >= 0 && f.kind(stretch{end, e}) != "" {
					return true
				}
			}
			continue
		}
		if s == i && f.kind(stretch{s, g.from}) == "" {
			return false
		}
		if s > i {
			x, ok := f.subjectOf(g.from, i)
			if !ok || x.from != i {
				continue
			}
		}
		// nothing but adjuncts after the cue
		for end < f.to && !f.ends(end) && f.words[end].low != "," {
			x := &f.words[end]
			if x.tag == adverbTag || x.is(timeWord) || x.tag == numeral {
				end++
				continue
			}
			if x.tag == prepositionTag || x.tag == infinitive {
				if e, h := f.core(end+1, f.to); h >= 0 {
					end = e
					continue
				}
			}
			if c.has(takesHearer) {
				if e, h := f.core(end, f.to); h >= 0 {
					end = e
					continue
				}
			}
			return false
		}
		return true
	}
	return false
}

// comment tells whether an apposition to the whole clause follows: ", a view that ..".
func (f *finder) comment(i int) bool {
	if f.words[i].low != "a" && f.words[i].low != "an" && f.words[i].low != "the" {
		return false
	}
	e, h := f.core(i, f.to)
	if h < 0 || e >= f.to {
		return false
	}
	w := &f.words[h]
	return (w.is(cueNoun) || w.low == "view" || w.low == "move" || w.low == "position" || w.low == "opinion" || w.low == "idea") && (f.words[e].tag == thatTag || f.words[e].tag == asker || f.words[e].tag == subject)
}
