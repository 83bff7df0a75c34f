// Package dump writes a whole graph as JSON Lines and reads it back: one typed object a line, in the form that the
// contract of `whence export` gives.
//
// The lines stand in the order of graph.Walk: everything after what it names, but that an attribution and its claim name each
// other: the claim comes last. Equal graphs give equal bytes, from whatever store.
//
// The first line has "dump":1 and the last one "lines", which is how many there are: so a dump that was cut off, at whatever place, is
// told from a whole one. Dumps of before there were these fields have neither, and are read all the same.
//
// Offsets in a dump are code points; inside they are bytes (see graph.Points). Quotes are left out where the report's text
// and the place give them back.
package dump

import (
	"encoding/json"
	"time"

	"github.com/whence-graph/whence/graph"
)

// format is the number in the first line.
const format = 1

type span [2]int

type reportLine struct {
	Type      string          `json:"type"`
	ID        graph.ID        `json:"id"`
	Given     string          `json:"given,omitempty"`
	URL       string          `json:"url"`
	Title     string          `json:"title"`
	Outlet    *graph.ID       `json:"outlet"`
	Published *string         `json:"published"`
	Language  string          `json:"language"`
	Author    string          `json:"author,omitempty"`
	Wire      string          `json:"wire,omitempty"`
	Credit    string          `json:"credit,omitempty"`
	Revises   graph.ID        `json:"revises,omitempty"`
	Hash      string          `json:"hash"`
	Extra     json.RawMessage `json:"extra,omitempty"`
	Text      string          `json:"text"`
}

type actorLine struct {
	Type       string          `json:"type"`
	ID         graph.ID        `json:"id"`
	Kind       graph.ActorType `json:"kind"`
	Name       string          `json:"name"`
	Aliases    []string        `json:"aliases"`
	Roles      []roleLine      `json:"roles"`
	Keys       []string        `json:"keys,omitempty"`
	MergedFrom []graph.ID      `json:"mergedFrom,omitempty"`
}

type roleLine struct {
	Title    string         `json:"title"`
	Of       *graph.ID      `json:"of"`
	Since    *string        `json:"since"`
	Until    *string        `json:"until"`
	Evidence []evidenceLine `json:"evidence"`
}

// evidenceLine is evidence that stands apart from its report's lines.
type evidenceLine struct {
	Report graph.ID `json:"report"`
	Span   span     `json:"span"`
	Quote  string   `json:"quote"`
}

type mentionLine struct {
	Type   string   `json:"type"`
	Actor  graph.ID `json:"actor"`
	Report graph.ID `json:"report"`
	Span   span     `json:"span"`
}

type attributionLine struct {
	Type       string          `json:"type"`
	ID         graph.ID        `json:"id"`
	Report     graph.ID        `json:"report"`
	Sources    []graph.ID      `json:"sources"`
	Source     []span          `json:"source"`
	Cue        []span          `json:"cue"`
	Content    []span          `json:"content"`
	Quote      graph.Quotation `json:"quote"`
	Stance     graph.Stance    `json:"stance"`
	Via        *graph.ID       `json:"via"`
	Claim      graph.ID        `json:"claim"`
	Confidence float64         `json:"confidence"`
}

type relationLine struct {
	Type       string         `json:"type"`
	ID         graph.ID       `json:"id"`
	Subject    graph.ID       `json:"subject"`
	Predicate  string         `json:"predicate"`
	Class      string         `json:"class,omitempty"`
	Object     graph.ID       `json:"object"`
	Report     graph.ID       `json:"report"`
	Evidence   []span         `json:"evidence"`
	AssertedBy *graph.ID      `json:"assertedBy"`
	Polarity   graph.Polarity `json:"polarity"`
	Modality   graph.Modality `json:"modality"`
	Confidence float64        `json:"confidence"`
}

type claimLine struct {
	Type         string     `json:"type"`
	ID           graph.ID   `json:"id"`
	Text         string     `json:"text"`
	Attributions []graph.ID `json:"attributions"`
	Forms        []formLine `json:"forms"`
	Keys         []string   `json:"keys,omitempty"`
	MergedFrom   []graph.ID `json:"mergedFrom,omitempty"`
}

type formLine struct {
	Text     string   `json:"text"`
	Resolved string   `json:"resolved,omitempty"`
	First    *string  `json:"first"`
	In       graph.ID `json:"in,omitempty"`
}

func optional(id graph.ID) *graph.ID {
	if id == "" {
		return nil
	}
	return &id
}

func moment(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := t.UTC().Format(time.RFC3339Nano)
	return &s
}
