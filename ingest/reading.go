package ingest

import (
	"github.com/whence-graph/whence/graph"
)

// reading is what one pass over a text sees. It is the seam of the extractor: the steps that fill it (here, by
// rule) may be replaced as one, and the steps after it read nothing else.
type reading struct {
	text      string
	words     []word
	sentences []sentence
	quotes    []quotation
	spots     []spot   // what refers to an actor, by place
	said      []triple // attributions as found, by place of their cue
	acts      []act    // subject, verb, object, by place of the verb
}

// stretch is a run of words, to exclusive. The zero stretch is none.
type stretch struct{ from, to int }

func (s stretch) none() bool              { return s.to <= s.from }
func (s stretch) contains(o stretch) bool { return s.from <= o.from && o.to <= s.to }

// spot is a stretch that refers to an actor. Its head is the word that tells what it is.
type spot struct {
	stretch
	head  int
	kind  graph.ActorType
	given stretch // of a person: the name without titles; of others the same as the stretch
}

// triple is a source, a cue and a content that belong together.
type triple struct {
	source  stretch // none when no one is named
	cue     []stretch
	content []stretch
	verb    int     // the word of the cue that tells its lemma
	lemma   string  // "say"; "according", "words" and "view" stand for themselves
	nominal bool    // the cue is a noun: X's claim that
	trust   float64 // how often what is found this way is so
}

// act is that a subject does something to an object.
type act struct {
	subject, object stretch
	verb            int
	lemma           string
	predicate       string // where it is not made of the lemma: HELD_TALKS
	whole           stretch
	negated         bool
	definite        bool // it is spoken of as known: A's invitation to B
	modality        graph.Modality
	trust           float64
}

func (r *reading) span(s stretch) graph.Span {
	return graph.Span{Start: r.words[s.from].span.Start, End: r.words[s.to-1].span.End}
}

func (r *reading) spans(list []stretch) []graph.Span {
	var out []graph.Span
	for _, s := range list {
		if s.none() {
			continue
		}
		p := r.span(s)
		if p.Start < p.End {
			out = append(out, p)
		}
	}
	return out
}

// read fills a reading by rule.
func read(text string) *reading {
	r := &reading{text: text, words: split(text)}
	r.quotes = findQuotations(text, r.words)
	r.sentences = findSentences(r.words, r.quotes)
	tagWords(r.words)
	// a few words that are none, so that every step may look a little ahead of the last
	for range 4 {
		r.words = append(r.words, word{span: graph.Span{Start: len(text), End: len(text)}, sentence: int32(len(r.sentences)), paragraph: 1 << 30, quote: -1})
	}
	r.spots = findNames(r)
	r.said = findAttributions(r)
	r.acts = findActs(r)
	return r
}
