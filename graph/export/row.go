package export

import (
	"context"
	"iter"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/whence-graph/whence/graph"
)

// The rows that GraphML, CSV and Parquet write: a type for each kind of node, and one for edges. The tags name the columns. A pointer
// that is nil, an empty text and an empty list are absent.

type reportRow struct {
	ID        string     `parquet:"id"`
	Outlet    string     `parquet:"outlet,optional"`
	Published *time.Time `parquet:"published,optional,timestamp(microsecond)"`
	URL       string     `parquet:"url,optional"`
	Title     string     `parquet:"title,optional"`
	Language  string     `parquet:"language,optional"`
	Author    string     `parquet:"author,optional"`
	Wire      string     `parquet:"wire,optional"`
	Credit    string     `parquet:"credit,optional"`
	Revises   string     `parquet:"revises,optional"`
	Given     string     `parquet:"given,optional"`
	Hash      string     `parquet:"hash"`
	Extra     string     `parquet:"extra,optional"`
	Text      string     `parquet:"text"`
}

type actorRow struct {
	ID         string   `parquet:"id"`
	Kind       string   `parquet:"kind"`
	Name       string   `parquet:"name"`
	Aliases    []string `parquet:"aliases,list"`
	Titles     []string `parquet:"titles,list"` // of all roles, also of those that are of nobody and make no edge
	MergedFrom []string `parquet:"mergedFrom,list"`
}

type attributionRow struct {
	ID         string   `parquet:"id"`
	Report     string   `parquet:"report"`
	Order      *int64   `parquet:"order,optional"`
	Sources    []string `parquet:"sources,list"`
	Stance     string   `parquet:"stance"`
	Quotation  string   `parquet:"quotation"`
	Claim      string   `parquet:"claim"`
	Via        string   `parquet:"via,optional"`
	Source     string   `parquet:"source,optional"` // the words
	Cue        string   `parquet:"cue,optional"`
	Content    string   `parquet:"content"`
	SourceAt   []int64  `parquet:"sourceAt,list"` // their places: starts and ends in turn
	CueAt      []int64  `parquet:"cueAt,list"`
	ContentAt  []int64  `parquet:"contentAt,list"`
	Confidence *float64 `parquet:"confidence,optional"`
}

type relationRow struct {
	ID         string   `parquet:"id"`
	Report     string   `parquet:"report"`
	Order      *int64   `parquet:"order,optional"`
	Subject    string   `parquet:"subject"`
	Predicate  string   `parquet:"predicate"`
	Class      string   `parquet:"class,optional"`
	Object     string   `parquet:"object"`
	Polarity   string   `parquet:"polarity"`
	Modality   string   `parquet:"modality"`
	AssertedBy string   `parquet:"assertedBy,optional"`
	Quote      string   `parquet:"quote"`
	QuoteAt    []int64  `parquet:"quoteAt,list"`
	Confidence *float64 `parquet:"confidence,optional"`
}

type claimRow struct {
	ID         string     `parquet:"id"`
	Text       string     `parquet:"text"`
	Meaning    string     `parquet:"meaning"` // the text with names for its pronouns, where they are known
	Forms      []string   `parquet:"forms,list"`
	First      *time.Time `parquet:"first,optional,timestamp(microsecond)"`
	MergedFrom []string   `parquet:"mergedFrom,list"`
}

type edgeRow struct {
	From       string     `parquet:"from"`
	To         string     `parquet:"to"`
	Kind       string     `parquet:"kind"`
	Drawn      bool       `parquet:"drawn"` // for people; the store has none such
	Order      *int64     `parquet:"order,optional"`
	Report     string     `parquet:"report,optional"` // where the quote stands
	Quote      string     `parquet:"quote,optional"`
	Start      *int64     `parquet:"start,optional"`
	End        *int64     `parquet:"end,optional"`
	Title      string     `parquet:"title,optional"` // of HOLDS
	Since      *time.Time `parquet:"since,optional,timestamp(microsecond)"`
	Until      *time.Time `parquet:"until,optional,timestamp(microsecond)"`
	Claim      string     `parquet:"claim,optional"` // of REPORTED_BY, CITED, DENIED_BY, as are the next three
	Reason     string     `parquet:"attribution,optional"`
	DrawnFor   string     `parquet:"drawnFor,optional"`
	Stance     string     `parquet:"stance,optional"`
	Relation   string     `parquet:"relation,optional"` // of those called by a predicate, as are the rest
	Polarity   string     `parquet:"polarity,optional"`
	Modality   string     `parquet:"modality,optional"`
	AssertedBy string     `parquet:"assertedBy,optional"`
	Confidence *float64   `parquet:"confidence,optional"`
}

// table is all rows of one type.
type table struct {
	name    string // of its file, without the ending
	label   string // of the nodes; empty for edges
	row     reflect.Type
	columns []string // the names of the row's fields
}

var tables = []table{
	newTable[actorRow]("actors", "Actor"),
	newTable[reportRow]("reports", "Report"),
	newTable[attributionRow]("attributions", "Attribution"),
	newTable[relationRow]("relations", "Relation"),
	newTable[claimRow]("claims", "Claim"),
	newTable[edgeRow]("edges", ""),
}

func newTable[T any](name, label string) table {
	t := table{name: name, label: label, row: reflect.TypeFor[T]()}
	for i := range t.row.NumField() {
		column, _, _ := strings.Cut(t.row.Field(i).Tag.Get("parquet"), ",")
		t.columns = append(t.columns, column)
	}
	return t
}

// tableOf is the table of a row.
func tableOf(row any) table {
	return tables[slices.IndexFunc(tables, func(t table) bool { return t.row == reflect.TypeOf(row) })]
}

// rows are all rows of the graph. Those of a table come in the order of the walk, edges after the node that owns them.
func rows(ctx context.Context, r graph.Reader) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		var inside map[graph.ID]*graph.Attribution // of the report that the walk is in
		for p, err := range graph.Walk(ctx, r) {
			if err != nil {
				yield(nil, err)
				return
			}
			var of []any
			if p.Mention != nil {
				e := edgeRow{From: string(p.Report.ID), To: string(p.Mention.Actor), Kind: string(graph.Mentions)}
				e.prove(p, p.Mention.Evidence)
				of = append(of, e)
			} else {
				of = append(of, nodeRow(p))
				for _, e := range graph.Edges(p.Node) {
					of = append(of, ownedRow(p, e))
				}
			}
			switch n := p.Node.(type) {
			case *graph.Report:
				inside = map[graph.ID]*graph.Attribution{}
			case *graph.Attribution:
				inside[n.ID] = n
				for _, d := range graph.Draw(wayOut(n, inside)) {
					of = append(of, edgeRow{From: string(d.From), To: string(d.To), Kind: string(d.Kind), Drawn: true,
						Claim: string(d.Claim), Reason: string(d.Attribution), DrawnFor: string(d.For), Stance: string(d.Stance)})
				}
			case *graph.Relation:
				if kind := graph.DrawnKind(n.Predicate); kind != "" {
					e := edgeRow{From: string(n.Subject), To: string(n.Object), Kind: string(kind), Drawn: true, Report: string(n.Report), Relation: string(n.ID),
						Polarity: string(n.Polarity), Modality: string(n.Modality), AssertedBy: string(n.AssertedBy), Quote: words(n.Evidence), Confidence: &n.Confidence}
					of = append(of, e)
				}
			}
			for _, row := range of {
				if !yield(row, nil) {
					return
				}
			}
		}
	}
}

// wayOut is the attribution and those outside it.
func wayOut(n *graph.Attribution, inside map[graph.ID]*graph.Attribution) (way []*graph.Attribution) {
	for n != nil && len(way) <= len(inside) {
		way = append(way, n)
		n = inside[n.Via]
	}
	return way
}

func nodeRow(p graph.Piece) any {
	switch n := p.Node.(type) {
	case *graph.Report:
		return reportRow{string(n.ID), string(n.Outlet), moment(n.Published), n.URL, n.Title, n.Language, n.Author, n.Wire, n.Credit, string(n.Revises), n.Given, n.Hash, n.Extra, n.Text}
	case *graph.Actor:
		a := actorRow{ID: string(n.ID), Kind: string(n.Type), Name: n.Name, Aliases: aliases(n), MergedFrom: texts(n.MergedFrom)}
		for _, r := range n.Roles {
			a.Titles = append(a.Titles, r.Title)
		}
		return a
	case *graph.Attribution:
		return attributionRow{string(n.ID), string(n.Report), number(n.Order), texts(n.Sources), string(n.Stance), string(n.Quotation), string(n.Claim), string(n.Via),
			words(n.Source), words(n.Cue), words(n.Content), places(p, n.Source), places(p, n.Cue), places(p, n.Content), &n.Confidence}
	case *graph.Relation:
		return relationRow{string(n.ID), string(n.Report), number(n.Order), string(n.Subject), n.Predicate, n.Class, string(n.Object), string(n.Polarity), string(n.Modality),
			string(n.AssertedBy), words(n.Evidence), places(p, n.Evidence), &n.Confidence}
	}
	n := p.Node.(*graph.Claim)
	c := claimRow{ID: string(n.ID), Text: n.Text, MergedFrom: texts(n.MergedFrom)}
	for i, f := range n.Forms {
		c.Forms = append(c.Forms, f.Text)
		if i == 0 {
			c.Meaning, c.First = f.Meaning(), moment(f.First)
		}
	}
	return c
}

// ownedRow is an edge that the piece's node owns.
func ownedRow(p graph.Piece, e graph.Edge) edgeRow {
	row := edgeRow{From: string(e.From), To: string(e.To), Kind: string(e.Kind)}
	switch e.Kind {
	case graph.From, graph.Has, graph.ReadIn:
		row.Order = number(e.Order)
	case graph.Holds:
		role := p.Node.(*graph.Actor).Roles[e.Order]
		row.Order, row.Title, row.Since, row.Until = number(e.Order), role.Title, moment(role.Since), moment(role.Until)
		row.prove(p, *e.Evidence)
	}
	return row
}

func (row *edgeRow) prove(p graph.Piece, e graph.Evidence) {
	at := p.Place(e)
	row.Report, row.Quote, row.Start, row.End = string(e.Report), e.Quote, number(at[0]), number(at[1])
}

// kindLabel is what actors of a kind are called: "Person".
func kindLabel(kind string) string { return strings.ToUpper(kind[:1]) + kind[1:] }

// aliases are the names of an actor but the one that is shown.
func aliases(a *graph.Actor) (others []string) {
	for _, s := range a.Aliases {
		if s != a.Name {
			others = append(others, s)
		}
	}
	return others
}

// words is what the evidence says as one string, gaps shown as "..".
func words(list []graph.Evidence) string { return (&graph.Attribution{Content: list}).Words() }

func places(p graph.Piece, list []graph.Evidence) (at []int64) {
	for _, e := range list {
		s := p.Place(e)
		at = append(at, int64(s[0]), int64(s[1]))
	}
	return at
}

func texts[T ~string](list []T) (out []string) {
	for _, s := range list {
		out = append(out, string(s))
	}
	return out
}

func number(n int) *int64 {
	v := int64(n)
	return &v
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
