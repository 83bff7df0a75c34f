package ingest

import (
	"slices"

	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/ingest/model"
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
	tree      *tree    // nil where only the rules read
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
	through int     // 1 + the verb of the attribution that this one is told through; 0 when that is still to be found out
	trust   float64 // how sure whoever found it is; confidence.go tells what that is worth
	grounds grounds // who found it
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

// read fills a reading of a text that opens with so many bytes of heading: who said what by the weights and by rule, all
// else by rule.
func read(text string, heading int) (*reading, error) {
	m, err := model.Load()
	if err != nil {
		return nil, err
	}
	seen, err := m.Read(text)
	if err != nil {
		return nil, err
	}
	r := inWords(text)
	var names []naming
	for _, n := range seen.Names {
		names = append(names, naming{r.covering(n.Span), graph.ActorType(n.Kind)})
	}
	r.byRule(names)
	r.skip(heading)
	r.plant(seen.Words)
	r.apposed()
	r.acts = slices.DeleteFunc(joinActs(actsByTree(r), r.acts), func(a act) bool { return r.words[a.whole.from].span.Start < heading })
	said, unsaid := r.join(r.triples(seen.Statements), r.said)
	if r.said, err = r.within(m, said, unsaid); err != nil {
		return nil, err
	}
	r.said = r.cite(r.asSaying(r.said))
	return r, nil
}

// inWords opens a reading: words, quotations, sentences.
func inWords(text string) *reading {
	r := &reading{text: text, words: split(text)}
	r.quotes = findQuotations(text, r.words)
	r.sentences = findSentences(r.words, r.quotes)
	tagWords(r.words)
	// a few words that are none, so that every step may look a little ahead of the last
	for range 4 {
		r.words = append(r.words, word{span: graph.Span{Start: len(text), End: len(text)}, sentence: int32(len(r.sentences)), paragraph: 1 << 30, quote: -1})
	}
	return r
}

// byRule finds names, attributions and acts by rule; told is what the weights take for names.
func (r *reading) byRule(told []naming) {
	r.spots = findNames(r, told)
	r.said = findAttributions(r)
	r.acts = findActs(r)
}
