package ingest

import (
	"strings"

	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/ingest/model"
)

// linkedBy is how far back the weights are asked whom a phrase refers to, in references.
const linkedBy = 60

// likeliest is the being among those who may be it that the weights link a phrase to, from a score on; None when there is no such. The score is
// how much better the link is than none.
func (c *cast) likeliest(s stretch, least float64, may func(*being) bool) int {
	if c.links == nil {
		return None
	}
	m, best := c.mention(s), None
	for n := len(c.refs) - 1; n >= 0 && n >= len(c.refs)-linkedBy; n-- {
		ref := &c.refs[n]
		if ref.from >= s.from || ref.to > s.from || ref.being == best || !may(&c.beings[ref.being]) {
			continue
		}
		if score, ok := c.links.Same(m, c.mention(ref.stretch)); ok && score >= least {
			best, least = ref.being, score
		}
	}
	return best
}

// mention is a phrase as the weights know it: its first word, with a title before a name, and the word that hangs on none in it.
func (r *reading) mention(s stretch) model.Mention {
	head, first := r.tree.top(s), s.from
	if sp := r.spotAt(head); sp != nil {
		first = min(first, r.leftmost(head))
	}
	return model.Mention{First: r.words[first].span.Start, Head: r.words[head].span.Start}
}

// linkDefinite is the score from which a description is taken for another name of somebody.
const linkDefinite = 1.5

// couldBe tells whether a being can be what a noun describes.
func (c *cast) couldBe(b *being, h *word, many bool) bool {
	if b.many != many {
		return false
	}
	switch {
	case h.is(human):
		return (b.kind == graph.Person || b.kind == graph.Anonymous && !b.thing) && !(b.male && strings.HasSuffix(h.low, "woman")) && !(b.female && strings.HasSuffix(h.low, "man") && !strings.HasSuffix(h.low, "woman"))
	case h.is(documentNoun):
		return b.kind == graph.Document
	case h.is(organizationNoun) || h.is(outletNoun):
		return b.kind == graph.Organization || b.kind == graph.Outlet
	}
	return b.kind != graph.Place
}
