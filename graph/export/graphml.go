package export

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"reflect"
	"time"

	"github.com/whence-graph/whence/graph"
)

// GraphML writes one directed graph in which two nodes can have several edges. Nodes and edges have a "label" for Gephi to show, and
// lists are JSON. XML has no control characters: where a text has them, they are shown as U+FFFD.
//
// Nodes stand before edges, as some readers want it, so the graph is walked twice.
func GraphML(ctx context.Context, w io.Writer, r graph.Reader) error {
	g := &graphml{w: bufio.NewWriterSize(w, 1<<16)}
	before, err := r.Generation(ctx)
	if err != nil {
		return err
	}
	g.head()
	for _, edges := range []bool{false, true} {
		for row, err := range rows(ctx, r) {
			if err != nil {
				return err
			}
			e, isEdge := row.(edgeRow)
			switch {
			case isEdge != edges:
				continue
			case isEdge:
				err = g.edge(e)
			default:
				err = g.node(row)
			}
			if err != nil {
				return err
			}
		}
	}
	if after, err := r.Generation(ctx); err != nil || after != before {
		return cmp.Or(err, graph.ErrMoved)
	}
	g.w.WriteString("</graph>\n</graphml>\n")
	return g.w.Flush()
}

// graphml is a file in the making. An error of w stays with it, and is given at the end of each node and edge.
type graphml struct {
	w     *bufio.Writer
	edges int
}

// The numbers of fields that are no data of a node or an edge but its attributes.
const nodeAttributes, edgeAttributes = 1, 3

// head declares the fields, each once for all the tables that have it.
func (g *graphml) head() {
	g.w.WriteString(xml.Header + `<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"` +
		` xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">` + "\n")
	declared := map[string]bool{}
	declare := func(of, name, kind string) {
		if id := of[:1] + "-" + name; !declared[id] {
			declared[id] = true
			fmt.Fprintf(g.w, `<key id="%s" for="%s" attr.name="%s" attr.type="%s"/>`+"\n", id, of, name, kind)
		}
	}
	declare("node", "type", "string")
	declare("node", "label", "string")
	declare("edge", "kind", "string")
	declare("edge", "label", "string")
	for _, t := range tables {
		of, attributes := "node", nodeAttributes
		if t.label == "" {
			of, attributes = "edge", edgeAttributes
		}
		for i, name := range t.columns[attributes:] {
			declare(of, name, graphmlTypes[t.row.Field(attributes+i).Type])
		}
	}
	g.w.WriteString(`<graph id="whence" edgedefault="directed">` + "\n")
}

var graphmlTypes = map[reflect.Type]string{
	reflect.TypeFor[string]():     "string",
	reflect.TypeFor[bool]():       "boolean",
	reflect.TypeFor[*int64]():     "long",
	reflect.TypeFor[*float64]():   "double",
	reflect.TypeFor[*time.Time](): "string",
	reflect.TypeFor[[]string]():   "string",
	reflect.TypeFor[[]int64]():    "string",
}

func (g *graphml) node(row any) error {
	v, t := reflect.ValueOf(row), tableOf(row)
	g.w.WriteString(`<node id="`)
	xml.EscapeText(g.w, []byte(v.Field(0).String()))
	g.w.WriteString(`">`)
	g.data("n-", "type", t.label)
	g.data("n-", "label", nodeLabel(row))
	g.fields("n-", t, v, nodeAttributes)
	_, err := g.w.WriteString("</node>\n")
	return err
}

func (g *graphml) edge(e edgeRow) error {
	g.edges++
	fmt.Fprintf(g.w, `<edge id="x%d" source="`, g.edges)
	xml.EscapeText(g.w, []byte(e.From))
	g.w.WriteString(`" target="`)
	xml.EscapeText(g.w, []byte(e.To))
	g.w.WriteString(`">`)
	g.data("e-", "kind", e.Kind)
	g.data("e-", "label", e.Kind)
	g.fields("e-", tableOf(e), reflect.ValueOf(e), edgeAttributes)
	_, err := g.w.WriteString("</edge>\n")
	return err
}

// fields writes the row's fields from the first on.
func (g *graphml) fields(prefix string, t table, row reflect.Value, first int) {
	for i, name := range t.columns[first:] {
		switch f := row.Field(first + i).Interface().(type) {
		case []string:
			g.data(prefix, name, asJSON(f))
		case []int64:
			g.data(prefix, name, asJSON(f))
		default:
			g.data(prefix, name, scalar(f))
		}
	}
}

// data writes a value, where there is one.
func (g *graphml) data(prefix, name, text string) {
	if text == "" {
		return
	}
	g.w.WriteString(`<data key="` + prefix + name + `">`)
	xml.EscapeText(g.w, []byte(text))
	g.w.WriteString("</data>")
}

func asJSON[T any](list []T) string {
	if len(list) == 0 {
		return ""
	}
	raw, _ := json.Marshal(list) // texts and numbers are always fit for it
	return string(raw)
}

// nodeLabel is what a drawing shows at a node.
func nodeLabel(row any) string {
	switch row := row.(type) {
	case actorRow:
		return row.Name
	case reportRow:
		for _, s := range []string{row.Title, row.URL, row.Text} {
			if s != "" {
				return excerpt(s, 80)
			}
		}
	case attributionRow:
		return row.Stance
	case relationRow:
		return row.Predicate
	case claimRow:
		return excerpt(row.Text, 80)
	}
	return ""
}
