package export

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"io"
	"net/url"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/whence-graph/whence/graph"
)

// contextLD says which terms the keys of the JSON stand for.
//
//go:embed context.json
var contextLD []byte

// JSONLD writes one JSON-LD document, with its context in it.
//
// A report is a prov:Entity, attributed to its outlet. An attribution is the statement that it tells of: a prov:Entity, attributed to its
// sources, from which what reports it was derived: the statement outside it, or else the report; where any of it stands in quotation marks, the
// report was quoted from it. It states a claim with a stance, and is a specialization of that only where it asserts it. A relation is an
// rdf:Statement, which says that somebody said so and not that it is so; it was derived from the attribution that asserts it, else from the
// report. Nothing is called a primary source: who spoke first-hand is for a trace to say.
//
// Evidence is an oa:Annotation of the report, whose body is what it proves, with the words (TextQuoteSelector) and their place in code
// points (TextPositionSelector).
func JSONLD(ctx context.Context, w io.Writer, r graph.Reader) error {
	var compact bytes.Buffer
	if err := json.Compact(&compact, contextLD); err != nil {
		return err
	}
	first := true
	see := func(w *bufio.Writer, p graph.Piece) error {
		if !first {
			w.WriteByte(',')
		}
		first = false
		w.WriteByte('\n')
		var line bytes.Buffer
		e := json.NewEncoder(&line)
		e.SetEscapeHTML(false)
		if err := e.Encode(nodeLD(p)); err != nil {
			return err
		}
		_, err := w.Write(bytes.TrimSuffix(line.Bytes(), []byte("\n")))
		return err
	}
	return each(ctx, w, r, `{"@context":`+compact.String()+`,"@graph":[`, see, "\n]}\n")
}

type reportLD struct {
	ID        graph.ID   `json:"@id"`
	Type      []string   `json:"@type"`
	Title     string     `json:"title,omitempty"`
	URL       string     `json:"url,omitempty"`
	Published *time.Time `json:"published,omitempty"`
	Language  string     `json:"language,omitempty"`
	Author    string     `json:"author,omitempty"`
	Outlet    graph.ID   `json:"wasAttributedTo,omitempty"`
	Revises   graph.ID   `json:"wasRevisionOf,omitempty"`
	Hash      string     `json:"sha256"`
	Text      string     `json:"value"`
}

type actorLD struct {
	ID      graph.ID `json:"@id"`
	Type    []string `json:"@type"`
	Name    string   `json:"name"`
	Aliases []string `json:"alias,omitempty"`
	Roles   []roleLD `json:"role,omitempty"`
	Merged  []string `json:"mergedFrom,omitempty"`
}

type roleLD struct {
	Type     string         `json:"@type"`
	Title    string         `json:"title"`
	Of       graph.ID       `json:"of,omitempty"`
	Since    *time.Time     `json:"since,omitempty"`
	Until    *time.Time     `json:"until,omitempty"`
	Evidence []annotationLD `json:"evidence,omitempty"`
}

type attributionLD struct {
	ID         graph.ID       `json:"@id"`
	Type       []string       `json:"@type"`
	Sources    []graph.ID     `json:"wasAttributedTo,omitempty"`
	Words      string         `json:"value"`
	Stance     string         `json:"stance"`
	Quotation  string         `json:"quotation"`
	Claim      graph.ID       `json:"states"`
	General    graph.ID       `json:"specializationOf,omitempty"`
	Derived    graph.ID       `json:"hadDerivation,omitempty"` // the statement outside it, or the report
	Quoted     graph.ID       `json:"quotedAs,omitempty"`      // the report
	Confidence float64        `json:"confidence"`
	Evidence   []annotationLD `json:"evidence"`
}

type relationLD struct {
	ID         graph.ID       `json:"@id"`
	Type       []string       `json:"@type"`
	Subject    graph.ID       `json:"subject"`
	Predicate  string         `json:"predicate"`
	Object     graph.ID       `json:"object"`
	Class      string         `json:"class,omitempty"`
	Polarity   string         `json:"polarity"`
	Modality   string         `json:"modality"`
	Derived    graph.ID       `json:"wasDerivedFrom"`
	Confidence float64        `json:"confidence"`
	Evidence   []annotationLD `json:"evidence"`
}

type claimLD struct {
	ID     graph.ID `json:"@id"`
	Type   []string `json:"@type"`
	Text   string   `json:"value"`
	Forms  []string `json:"form,omitempty"`
	Merged []string `json:"mergedFrom,omitempty"`
}

type annotationLD struct {
	Type       string     `json:"@type"`
	Motivation string     `json:"motivation"`
	Part       string     `json:"part,omitempty"`
	Body       graph.ID   `json:"body,omitempty"` // where it does not stand inside its body
	Target     resourceLD `json:"target"`
}

type resourceLD struct {
	Type     string   `json:"@type"`
	Source   graph.ID `json:"source"`
	Selector [2]any   `json:"selector"`
}

type quoteLD struct {
	Type   string `json:"@type"`
	Exact  string `json:"exact"`
	Prefix string `json:"prefix,omitempty"`
	Suffix string `json:"suffix,omitempty"`
}

type positionLD struct {
	Type  string `json:"@type"`
	Start int    `json:"start"`
	End   int    `json:"end"`
}

var agentLD = map[graph.ActorType]string{graph.Person: "prov:Person", graph.Organization: "prov:Organization", graph.Outlet: "prov:Organization"}

func nodeLD(p graph.Piece) any {
	switch n := p.Node.(type) {
	case *graph.Report:
		return reportLD{n.ID, []string{"prov:Entity", "Report"}, n.Title, n.URL, moment(n.Published), n.Language, n.Author, n.Outlet, n.Revises, n.Hash, n.Text}
	case *graph.Actor:
		a := actorLD{ID: n.ID, Type: []string{"prov:Agent"}, Name: n.Name, Aliases: aliases(n), Merged: texts(n.MergedFrom)}
		if more := agentLD[n.Type]; more != "" {
			a.Type = append(a.Type, more)
		}
		a.Type = append(a.Type, kindLabel(string(n.Type)))
		for _, r := range n.Roles {
			role := roleLD{"Role", r.Title, r.Of, moment(r.Since), moment(r.Until), nil}
			for _, e := range r.Evidence {
				role.Evidence = append(role.Evidence, annotate(p, e, ""))
			}
			a.Roles = append(a.Roles, role)
		}
		return a
	case *graph.Attribution:
		a := attributionLD{ID: n.ID, Type: []string{"prov:Entity", "Attribution"}, Sources: n.Sources, Words: n.Words(), Stance: string(n.Stance), Quotation: string(n.Quotation),
			Claim: n.Claim, Derived: n.Via, Confidence: n.Confidence}
		if n.Stance == graph.Asserts {
			a.General = n.Claim
		}
		switch {
		case n.Quotation != graph.Indirect:
			a.Quoted = n.Report
		case n.Via == "":
			a.Derived = n.Report
		}
		for part, list := range [][]graph.Evidence{n.Source, n.Cue, n.Content} {
			for _, e := range list {
				a.Evidence = append(a.Evidence, annotate(p, e, [...]string{"source", "cue", "content"}[part]))
			}
		}
		return a
	case *graph.Relation:
		r := relationLD{n.ID, []string{"prov:Entity", "rdf:Statement", "Relation"}, n.Subject, "w:" + url.PathEscape(n.Predicate), n.Object, n.Class, string(n.Polarity), string(n.Modality), n.AssertedBy, n.Confidence, nil}
		if r.Derived == "" {
			r.Derived = n.Report
		}
		for _, e := range n.Evidence {
			r.Evidence = append(r.Evidence, annotate(p, e, ""))
		}
		return r
	case *graph.Claim:
		c := claimLD{ID: n.ID, Type: []string{"prov:Entity", "Claim"}, Text: n.Text, Merged: texts(n.MergedFrom)}
		for _, f := range n.Forms {
			for _, text := range []string{f.Text, f.Meaning()} {
				if text != n.Text && !slices.Contains(c.Forms, text) {
					c.Forms = append(c.Forms, text)
				}
			}
		}
		return c
	}
	a := annotate(p, p.Mention.Evidence, "")
	a.Motivation, a.Body = "identifying", p.Mention.Actor
	return a
}

// around is how many code points of the text a selector has before and after the words.
const around = 32

func annotate(p graph.Piece, e graph.Evidence, part string) annotationLD {
	at := p.Place(e)
	quote := quoteLD{Type: "TextQuoteSelector", Exact: e.Quote}
	if r := p.Report; r != nil && e.Span.In(r.Text) {
		quote.Prefix, quote.Suffix = last(r.Text[:e.Span.Start], around), first(r.Text[e.Span.End:], around)
	}
	return annotationLD{"Annotation", "describing", part, "", resourceLD{"SpecificResource", e.Report, [2]any{quote, positionLD{"TextPositionSelector", at[0], at[1]}}}}
}

func first(text string, n int) string {
	for i := range text {
		if n--; n < 0 {
			return text[:i]
		}
	}
	return text
}

func last(text string, n int) string {
	i := len(text)
	for ; i > 0 && n > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(text[:i])
		i -= size
	}
	return text[i:]
}
