package ingest

import (
	"sort"

	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/ingest/model"
)

// triples turns what the weights read into triples.
func (r *reading) triples(list []model.Statement) []triple {
	var out []triple
	for _, s := range list {
		t := triple{cue: []stretch{r.covering(s.Cue)}, trust: s.Trust}
		if s.Source.End > s.Source.Start {
			t.source = r.closed(r.covering(s.Source))
		}
		for _, c := range s.Content {
			c := r.covering(c)
			if n := len(t.content); n > 0 && c.from <= t.content[n-1].to {
				t.content[n-1].to = max(t.content[n-1].to, c.to)
				continue
			}
			t.content = append(t.content, c)
		}
		r.tellCue(&t)
		out = append(out, t)
	}
	return out
}

// closed is a source with the comma that closes what a comma in it opens: "Jonas Weil, a union official," and no less.
func (r *reading) closed(s stretch) stretch {
	for i := s.from + 1; i < s.to-1; i++ {
		if r.words[i].low == "," && r.words[s.to-1].low != "," && s.to < len(r.words) && r.words[s.to].low == "," {
			s.to++
		}
	}
	return s
}

// covering are the words that a span lies in. The tokens of the weights are finer than words.
func (r *reading) covering(s graph.Span) stretch {
	return stretch{
		sort.Search(len(r.words), func(i int) bool { return r.words[i].span.End > s.Start }),
		sort.Search(len(r.words), func(i int) bool { return r.words[i].span.Start >= s.End }),
	}
}

// tellCue finds which word of a cue tells what it does: its first verb that attributes, a noun made of one, "according", else
// its last verb, else its last word. In "was quoted as saying" it is "saying".
func (r *reading) tellCue(t *triple) {
	lex, c := english(), t.cue[0]
	defer r.tellDeed(t)
	t.verb, t.lemma = c.to-1, r.words[c.to-1].low
	last := -1
	for i := c.from; i < c.to; i++ {
		w := &r.words[i]
		switch {
		case w.low == "according" || w.low == ":":
			t.verb, t.lemma = i, w.low
			return
		case w.tag == noun && w.is(cueNoun) && lex.nouns[w.low] != nil:
			t.verb, t.lemma, t.nominal = i, lex.nouns[w.low].lemma, true
			return
		case w.low == "cited" && i+1 < c.to && r.words[i+1].low == "by":
			t.verb, t.lemma = i, "cited by"
			return
		case w.tag != verb && w.tag != participle && w.tag != gerund:
			continue
		}
		last = i
		for _, v := range w.entryVerbs() {
			if v.lemma == "cite" {
				t.verb, t.lemma = i, "cite"
				return
			}
			if q := lex.cues[v.lemma]; q != nil && v.lemma != "quote" {
				t.verb, t.lemma = i, v.lemma
				return
			}
		}
	}
	if last >= 0 {
		t.verb = last
		if v := r.words[last].entryVerbs(); len(v) > 0 {
			t.lemma = v[0].lemma
		}
	}
}

// tellDeed tells what a verb that says little does with a noun that says more: repeated his threat, wants to know.
func (r *reading) tellDeed(t *triple) {
	lex, c := english(), t.cue[0]
	if t.lemma == "want" || t.lemma == "like" || t.lemma == "ask" {
		for i := c.from; i < c.to; i++ {
			if r.words[i].low == "know" {
				t.lemma = "ask"
			}
		}
	}
	if q := lex.cues[t.lemma]; t.nominal || q != nil && q.stance != graph.Asserts {
		return
	}
	for i := t.verb + 1; i < c.to; i++ {
		if n := lex.nouns[r.words[i].low]; n != nil && r.words[i].tag == noun && n.stance != graph.Asserts && n.stance != graph.Denies {
			t.lemma = n.lemma
			return
		}
	}
}
