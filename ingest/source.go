package ingest

import (
	"strings"

	"github.com/whence-graph/whence/graph"
)

// headOf is the word that tells what a phrase is about.
func (r *reading) headOf(s stretch) int {
	from := s.from
	for from < s.to && (r.words[from].tag == adverbTag || r.words[from].tag == joiner || r.words[from].low == ",") {
		from++
	}
	_, head := r.core(from, s.to)
	if head >= 0 && (r.words[head].low == "one" || r.words[head].is(numberWord|determiner) || r.words[head].low == "number" || r.words[head].low == "group" || r.words[head].low == "spokesman") && head+2 < s.to && r.words[head+1].low == "of" {
		if r.words[head].low == "spokesman" {
			return head
		}
		if _, h := r.core(head+2, s.to); h >= 0 && (r.words[head].tag != noun || r.words[h].is(human)) {
			return h
		}
	}
	return head
}

// kind tells what sort of actor a phrase refers to, as far as its words tell; "" when it is none that speaks.
func (r *reading) kind(s stretch) graph.ActorType {
	if k := r.kindOfHead(s); k != "" {
		return k
	}
	// the island's number two, Ann Bell
	if end, head := r.long(s.from, s.to); head >= 0 {
		if end < s.to && r.words[end].tag == numeral {
			end++
		}
		if end+1 < s.to && r.words[end].low == "," {
			if _, h := r.core(end+1, s.to); h >= 0 {
				if sp := r.spotAt(h); sp != nil && sp.kind == graph.Person {
					return graph.Person
				}
			}
		}
	}
	return ""
}

func (r *reading) kindOfHead(s stretch) graph.ActorType {
	head := r.headOf(s)
	if head < 0 {
		return ""
	}
	h := &r.words[head]
	if h.tag == subject || h.low == "who" {
		switch h.low {
		case "he", "she", "i", "who", "him", "me":
			return graph.Person
		case "they", "we", "them", "us", "everyone", "everybody", "many", "some", "others":
			return graph.Group
		case "it":
			return graph.Organization
		case "somebody", "someone", "one":
			return graph.Anonymous
		}
		return ""
	}
	if h.tag == asker {
		return graph.Person
	}
	if h.tag == numeral || h.tag == article || h.tag == descriptor {
		if h.tag == numeral && h.is(numberWord) || h.low == "others" || h.low == "some" || h.low == "many" || h.low == "most" || h.low == "both" {
			return graph.Group
		}
		return ""
	}
	low := h.low
	many := low != singular(low) || h.is(groupNoun) && low == "police" || low == "people" || low == "men" || low == "women"
	start := r.words[s.from]
	if sp := r.spotAt(head); sp != nil && h.tag == nameTag {
		return sp.kind
	}
	switch {
	case h.tag == nameTag && h.is(outletName|outletNoun):
		return graph.Outlet
	case h.is(organizationNoun) && !(many && h.is(human)) && !h.is(titleNoun|personNoun) || low == "police" || low == "government":
		if many {
			return graph.Group
		}
		return graph.Organization
	case h.is(human):
		if many {
			if start.tag == numeral || r.anonymous(s) {
				return graph.Anonymous
			}
			return graph.Group
		}
		if h.tag == nameTag {
			return graph.Person
		}
		if start.low == "a" || start.low == "an" || start.low == "another" || start.low == "one" {
			if r.namedInside(s) {
				return graph.Person
			}
			return graph.Anonymous
		}
		return graph.Person
	case h.is(outletNoun):
		return graph.Outlet
	case h.is(documentNoun):
		return graph.Document
	case h.is(placeName):
		return graph.Place
	case h.tag == nameTag:
		if h.caps {
			return graph.Organization
		}
		if strings.HasSuffix(low, "s") && start.low == "the" {
			return graph.Organization
		}
		return graph.Person
	case h.is(timeWord | signNoun | cueNoun):
		return ""
	case personLike(low):
		if many {
			return graph.Group
		}
		if start.low == "a" || start.low == "an" {
			return graph.Anonymous
		}
		return graph.Person
	}
	return ""
}

// anonymous tells whether people are told of without a name: two officials, sources familiar with ..
func (r *reading) anonymous(s stretch) bool {
	for i := s.from; i < s.to; i++ {
		switch r.words[i].low {
		case "familiar", "anonymity", "anonymous", "unnamed", "sources", "source", "unidentified", "insiders":
			return true
		}
	}
	return false
}

func (r *reading) namedInside(s stretch) bool {
	for i := range s.to - s.from {
		if sp := r.spotAt(s.from + i); sp != nil && sp.kind == graph.Person && !sp.given.none() {
			// in apposition, not "a friend of Ann Bell"
			j := sp.from - 1
			return j < s.from || r.words[j].low == "," || r.words[j].nominal()
		}
	}
	return false
}

// personLike knows nouns of people by how they end.
func personLike(low string) bool {
	low = singular(low)
	for _, s := range []string{"man", "woman", "ician", "ologist", "ographer", "ographer", "eer", "nomist", "ologian", "ntist", "rian"} {
		if len(low) > len(s)+1 && strings.HasSuffix(low, s) {
			return true
		}
	}
	return len(low) > 5 && (strings.HasSuffix(low, "ist") || strings.HasSuffix(low, "or") && !strings.HasSuffix(low, "ior") && !strings.HasSuffix(low, "our") && low != "factor" && low != "error" && low != "terror" && low != "sector" && low != "corridor")
}

// mayBeSource tells whether the phrase can be who the cue attributes to.
func (f *finder) mayBeSource(s stretch, c *cue) bool {
	head := f.headOf(s)
	if head < 0 {
		return false
	}
	h := &f.words[head]
	first := f.words[s.from].low
	if first == "nobody" || first == "no" || first == "none" || h.low == "nobody" || h.low == "nothing" || h.low == "everything" || h.low == "anything" || h.low == "something" || h.low == "himself" || h.low == "itself" {
		return false
	}
	if (h.low == "they" || h.low == "we" || h.low == "you" || h.low == "i" || h.low == "one") && (h.low != "they" || f.asTheySay(s)) {
		if h.low != "they" && h.low != "one" && f.words[head].quote < 0 {
			return false // the narrator, the reader
		}
		if h.low == "they" {
			return false
		}
	}
	if h.is(signNoun) && h.tag == noun {
		return false
	}
	if h.low == "who" || h.low == "which" || h.tag == thatTag {
		return h.low == "who" && s.to-s.from > 1
	}
	k := f.kind(s)
	switch {
	case c.has(shows) && !c.has(takesBare) || c.lemma == "indicate" || c.lemma == "reveal" || c.lemma == "suggest" || c.lemma == "signal" || c.lemma == "show" || c.lemma == "mean":
		return k != ""
	case k == graph.Document:
		switch c.lemma {
		case "say", "state", "read", "warn", "conclude", "note", "add", "claim", "report", "describe", "argue", "find", "estimate", "predict", "allege", "quote", "confirm", "explain", "declare", "accuse", "forecast", "recommend", "tell", "propose", "acknowledge", "deny", "announce", "repeat", "call", "ask", "cite", "mention", "insist", "contend", "assert", "stress", "ponder":
			return true
		}
		return false
	case k != "":
		return true
	}
	// an unknown noun: only with the plainest verbs of speech, and not an abstract one
	if !c.has(takesQuote|takesTo) || c.has(shows) {
		return false
	}
	return h.tag == noun && h.entry == nil && !abstract(h.low)
}

func abstract(low string) bool {
	for _, s := range []string{"tion", "sion", "ness", "ment", "ity", "ism", "ance", "ence", "ship", "ing", "tions", "ments", "ities", "ure", "age", "dom"} {
		if strings.HasSuffix(low, s) {
			return true
		}
	}
	return false
}

// asTheySay tells a proverb's "as they say" from somebody's statement.
func (f *finder) asTheySay(s stretch) bool {
	return s.from > f.from && (f.words[s.from-1].low == "as")
}
