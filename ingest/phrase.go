package ingest

import "strings"

// reach is how many words a noun phrase or a clause is looked for.
const reach = 60

// core is the noun phrase that starts at i, without what follows its head: the end, exclusive, and the head.
// end is i when there is none.
func (r *reading) core(i, limit int) (end, head int) {
	j, head := i, -1
	for j < limit && j < i+reach {
		w := &r.words[j]
		switch w.tag {
		case article, numeral, descriptor:
			if w.tag == descriptor && head >= 0 && r.words[head].tag == noun && r.bearsName(j, limit) {
				break // veteran foreign affairs man Ann Bell
			}
			if w.tag == descriptor && head >= 0 && r.words[head].tag == nameTag && j+1 < limit && r.words[j+1].tag == noun && r.words[j+1].is(speaks) {
				break // Nordic state television
			}
			if head >= 0 {
				if w.tag == numeral && r.words[head].tag == nameTag {
					j++
					continue
				}
				return head + 1, head
			}
			if w.tag == numeral || w.low == "one" {
				if n := j + 1; n >= limit || !r.nounish(n) {
					return j + 1, j
				}
			}
		case noun, nameTag:
			if head >= 0 && w.is(anyHonorific) && w.tag == nameTag {
				return head + 1, head
			}
			if head >= 0 && w.is(timeWord) && (r.words[head].tag == nameTag) != (w.tag == noun) {
				return head + 1, head
			}
			head = j
		case subject:
			if head >= 0 {
				return head + 1, head
			}
			if j == i || r.words[j-1].low == "all" {
				return j + 1, j
			}
			return i, -1
		case ownership:
			if head < 0 {
				return i, -1
			}
			if n := j + 1; n < limit && r.nounish(n) {
				head = -1
			} else {
				return head + 1, head
			}
		case adverbTag:
			if head >= 0 || j+1 >= limit || r.words[j+1].tag != descriptor && r.words[j+1].tag != numeral {
				if head >= 0 {
					return head + 1, head
				}
				return i, -1
			}
		case participle, gerund:
			if head >= 0 || j+1 >= limit || !r.nounish(j+1) || j == i && w.tag == participle {
				if head >= 0 {
					return head + 1, head
				}
				return i, -1
			}
		case thatTag:
			if j != i || j+1 >= limit || !r.nounish(j+1) || r.words[j+1].tag == article {
				if head >= 0 {
					return head + 1, head
				}
				return i, -1
			}
		case joiner:
			if w.low != "&" || head < 0 {
				if head >= 0 {
					return head + 1, head
				}
				return i, -1
			}
		case openMark, closeMark:
			if w.quote < 0 || r.quotes[w.quote].speech || head >= 0 && w.tag == openMark {
				if head >= 0 {
					return head + 1, head
				}
				return i, -1
			}
		default:
			if w.low == "(" && head >= 0 && j+2 < limit && r.words[j+2].low == ")" {
				return j + 3, head // (NRC)
			}
			if w.is(particle) && head >= 0 && r.words[head].tag == nameTag && j+1 < limit && r.words[j+1].tag == nameTag && w.low != "to" {
				break
			}
			if head >= 0 {
				return head + 1, head
			}
			return i, -1
		}
		j++
	}
	if head < 0 {
		return i, -1
	}
	return head + 1, head
}

// bearsName tells whether the run of adjectives and nouns at i ends in a name: foreign affairs man Ann Bell.
func (r *reading) bearsName(i, limit int) bool {
	j := i
	for j < limit && j < i+6 && (r.words[j].tag == descriptor || r.words[j].tag == noun) {
		j++
	}
	return j < limit && j > i+1 && r.words[j].tag == nameTag && r.words[j-1].is(human)
}

// nounish tells whether a word can open or go on with a noun phrase.
func (r *reading) nounish(i int) bool {
	switch r.words[i].tag {
	case noun, nameTag, descriptor, numeral, article:
		return true
	}
	return false
}

// long is the noun phrase at i with what follows its head: "of the company", "and his deputy", "(NRC)".
// For a subject any of the usual prepositions may follow; otherwise only those that seldom belong to the verb.
func (r *reading) long(i, limit int) (end, head int) {
	end, head = r.core(i, limit)
	if head < 0 {
		return end, head
	}
	for end+1 < limit && end-i < reach {
		w := &r.words[end]
		switch {
		case w.low == "of", w.low == "for", w.low == "at", w.low == "from", w.low == "with", w.low == "in", w.low == "to" && r.words[head].is(human):
			e, h := r.core(end+1, limit)
			if h < 0 || r.words[h].is(timeWord) && w.low != "of" || r.words[h].tag == subject {
				return end, head
			}
			end = e
		case w.low == "and" || w.low == "or":
			e, h := r.core(end+1, limit)
			if h < 0 || e < limit && (r.words[e].tag == verb || r.words[e].tag == helper) || r.words[h].tag == subject {
				return end, head
			}
			end = e
		case closeTo(w.low):
			if end+2 >= limit || r.words[end+1].tag != prepositionTag && r.words[end+1].tag != infinitive {
				return end, head
			}
			e, h := r.core(end+2, limit)
			if h < 0 {
				return end, head
			}
			end = e
		default:
			return end, head
		}
	}
	return end, head
}

// described is the long phrase at i with an apposition or a relative clause after it, as far as limit.
func (r *reading) described(i, limit int) (end, head int) {
	end, head = r.long(i, limit)
	if head < 0 {
		return end, head
	}
	for end+1 < limit && end-i < reach {
		w, n := &r.words[end], &r.words[end+1]
		switch {
		case w.tag == asker && (w.low == "who" || w.low == "whose"):
			return r.relative(end, limit), head
		case w.low != ",":
			return end, head
		case n.tag == asker && (n.low == "who" || n.low == "whose" || n.low == "which" || n.low == "where"):
			return r.relative(end+1, limit), head
		}
		if n.tag == gerund || n.tag == participle {
			return end, head
		}
		e, h := r.long(end+1, limit)
		if h < 0 || n.tag == subject || r.words[h].is(timeWord) {
			return end, head
		}
		if !r.words[h].is(speaks) && r.words[h].tag != nameTag && !(r.words[head].tag == nameTag && n.is(determiner) && (e >= limit || r.words[e].low == "," || r.ends(e))) {
			return end, head
		}
		if e < limit && (r.words[e].tag == verb || r.words[e].tag == helper || r.words[e].tag == participle && r.words[e].low != "called") {
			return end, head // a clause of its own
		}
		end = e
	}
	return end, head
}

// relative is where the relative clause at i ends: at a comma or the end of the sentence.
func (r *reading) relative(i, limit int) int {
	for j := i + 1; j < limit && j < i+reach; j++ {
		if w := &r.words[j]; w.low == "," || w.tag == openMark || w.low == ";" || w.low == "—" || w.low == ":" {
			return j
		}
	}
	if limit-i < reach {
		for limit > i && r.ends(limit-1) {
			limit--
		}
		return limit
	}
	return i
}

// ends tells whether the word is a full stop or the like.
func (r *reading) ends(i int) bool {
	w := r.words[i].low
	return w == "." || w == "!" || w == "?" || ellipsis(w) || w == ":" || w == ";"
}

// back is the start of the noun phrase that ends before end, not before left; -1 when there is none.
func (r *reading) back(end, left int) int {
	i := end - 1
	if i < left {
		return -1
	}
	if r.words[i].low == ")" {
		for i > left && r.words[i].low != "(" && end-i < 8 {
			i--
		}
		i--
		if i < left {
			return -1
		}
	}
	switch r.words[i].tag {
	case subject:
		if strings.HasSuffix(r.words[i].low, "self") || strings.HasSuffix(r.words[i].low, "selves") { // the minister herself
			return r.back(i, left)
		}
		if i > left && r.words[i-1].low == "of" { // "one of them"
			if i-2 >= left && (r.words[i-2].tag == numeral || r.words[i-2].tag == subject || r.words[i-2].is(determiner)) {
				return i - 2
			}
		}
		return i
	case article, thatTag:
		switch r.words[i].low {
		case "this", "that", "these", "those", "some", "many", "most", "both", "several", "few":
			return i
		}
		return -1
	case noun, nameTag, numeral:
	case descriptor, participle:
		if r.words[i].tag == participle && i > left && (r.words[i-1].low == "those" || r.words[i-1].is(groupNoun|personNoun) && strings.HasSuffix(r.words[i-1].low, "s")) {
			return r.back(i, left) // those surveyed
		}
		if r.words[i].tag == participle || i > left && r.words[i-1].tag != article {
			return -1
		}
	default:
		return -1
	}
	start, stop := i, false
	safe := -1 // the start before a preposition that may not belong to the phrase
	for !stop && i >= left && end-i < reach {
		w := &r.words[i]
		switch w.tag {
		case noun, nameTag, descriptor, numeral:
			if w.is(timeWord) && w.tag == nameTag && start != end-1 && r.words[i+1].tag != ownership && (i+1 < end && r.words[i+1].tag != noun) {
				stop = true
				continue
			}
			start = i
			if w.is(anyHonorific) && w.tag == nameTag {
				if !(i-1 >= left && r.words[i-1].low == "and") {
					stop = true
				}
			}
			i--
		case ownership:
			i--
		case article:
			start = i
			i--
			if i >= left && r.words[i].low != "of" && r.words[i].low != "and" && !(r.prepositionIn(i) && i-1 >= left && (r.words[i-1].nominal() || closeTo(r.words[i-1].low))) && r.words[i].low != "all" && r.words[i].low != "both" {
				stop = true
			}
		case participle, gerund:
			if i+1 < end && r.nounish(i+1) && i-1 >= left && (r.words[i-1].tag == article || r.words[i-1].tag == descriptor) {
				i--
				continue
			}
			stop = true
		case adverbTag:
			if i+1 < end && (r.words[i+1].tag == descriptor || r.words[i+1].tag == noun) && i-1 >= left && r.words[i-1].tag == article {
				i--
				continue
			}
			stop = true
		case joiner:
			if w.low == "and" && i-1 >= left && i+1 < end && r.words[i-1].tag == descriptor && r.words[i+1].tag == descriptor {
				i-- // current and former officials
				continue
			}
			if w.low == "&" || w.low == "and" && i-1 >= left && r.words[i-1].nominal() {
				if safe < 0 && w.low == "and" {
					safe = start
				}
				i--
				continue
			}
			stop = true
		default:
			switch {
			case w.low == "of" && i-1 >= left && (r.words[i-1].nominal() || r.words[i-1].tag == numeral || r.words[i-1].is(determiner) || r.words[i-1].low == "one"):
				i--
				if r.words[i].is(determiner) || r.words[i].low == "one" {
					start = i
				}
			case (w.low == "with" || w.low == "to" || w.low == "on" || w.low == "in") && i-2 >= left && r.words[i-2].nominal() && closeTo(r.words[i-1].low):
				i -= 2
			case r.prepositionIn(i) && i-1 >= left && r.words[i-1].nominal() && !r.words[i-1].is(timeWord):
				if safe < 0 {
					safe = start
				}
				i--
			case w.is(particle) && w.low != "to" && i-1 >= left && r.words[i-1].tag == nameTag:
				i--
			case w.low == ")" && i-3 >= left:
				k := i
				for k > left && r.words[k].low != "(" && i-k < 6 {
					k--
				}
				if r.words[k].low != "(" {
					stop = true
					continue
				}
				i = k - 1
			case w.low == "-" && i-1 >= left && r.words[i-1].span.End == w.span.Start:
				i--
			default:
				stop = true
			}
		}
	}
	if safe >= 0 && !r.border(start, left) {
		start = safe
	}
	return start
}

// closeTo are adjectives after those whom they describe: officials familiar with the talks.
func closeTo(low string) bool {
	return low == "familiar" || low == "close" || low == "briefed" || low == "involved"
}

func (r *reading) prepositionIn(i int) bool {
	switch r.words[i].low {
	case "for", "at", "from", "in", "with", "to", "on", "about", "behind", "near":
		return true
	}
	return false
}

// border tells whether a clause may start at i.
func (r *reading) border(i, left int) bool {
	if i <= left {
		return true
	}
	p := &r.words[i-1]
	switch p.tag {
	case openMark, closeMark, joiner, opener, thatTag, asker, adverbTag, verb, gerund:
		return true
	case punctuation:
		return true
	case participle:
		return true
	case prepositionTag:
		return p.is(subordinator) || p.low == "than"
	case noun, nameTag:
		return p.is(timeWord)
	}
	return false
}

// group is the verb group that ends with the verb at v: "has repeatedly said", "would only say". Negations,
// helpers and the adverbs between them belong to it.
func (r *reading) group(v, left int) stretch {
	i := v
	for i > left && v-i < 8 {
		p := &r.words[i-1]
		if p.tag == helper && p.low != "'s" || p.low == "'s" && p.tag == helper || p.tag == adverbTag && !p.is(timeWord) {
			i--
			continue
		}
		break
	}
	return stretch{i, v + 1}
}
