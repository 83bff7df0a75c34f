package ingest

import (
	"strings"

	"github.com/whence-graph/whence/graph"
)

// frame is a content that a cue takes, and where, as a set; cue.txt tells what each means.
type frame uint16

const (
	takesQuote frame = 1 << iota
	takesThat
	takesBare
	takesAsking
	takesTo
	takesObject
	takesIng
	takesNoun
	takesAs
	takesName
	goesAfter
	takesHearer
	shows
)

var frameNames = map[string]frame{
	"quote": takesQuote, "that": takesThat, "bare": takesBare, "asking": takesAsking, "to": takesTo, "object": takesObject, "ing": takesIng,
	"noun": takesNoun, "as": takesAs, "name": takesName, "after": goesAfter, "hearer": takesHearer, "show": shows,
}

// cue is a verb that attributes.
type cue struct {
	lemma, second string // "point", "out"
	frames        frame
	stance        graph.Stance
	nouns         []string
}

// parseCues reads lines of "lemma frame.. stance | noun..", and "+ words" that cite.
func parseCues(text string) (out []*cue, citing [][]string) {
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "" {
			continue
		}
		if words, ok := strings.CutPrefix(line, "+ "); ok {
			citing = append(citing, strings.Fields(words))
			continue
		}
		head, nouns, _ := strings.Cut(line, "|")
		f := strings.Fields(head)
		c := &cue{lemma: f[0], stance: graph.Stance(f[len(f)-1]), nouns: strings.Fields(nouns)}
		_, c.second, _ = strings.Cut(c.lemma, "_")
		for _, name := range f[1 : len(f)-1] {
			c.frames |= frameNames[name]
		}
		out = append(out, c)
	}
	return out, citing
}

// has tells whether the cue takes all or any of the frames.
func (c *cue) has(any frame) bool { return c.frames&any != 0 }
