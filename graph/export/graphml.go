package export

import (
	"bufio"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"
	"time"

	"github.com/whence-graph/whence/graph"
)

// GraphML writes one directed graph in which two nodes can have several edges. Nodes and edges have a "label" for Gephi to show, and
// lists are JSON. XML has no control characters: where a text has them, they are shown as U+FFFD.
//
// Nodes come before edges, as some readers want it. The edges wait for that in a temporary file.
func GraphML(ctx context.Context, w io.Writer, r graph.Reader) (err error) {
	temp, err := os.CreateTemp("", "whence-export-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, temp.Close()) }()
	os.Remove(temp.Name())

	nodes, edges := bufio.NewWriterSize(w, 1<<16), bufio.NewWriterSize(temp, 1<<16)
	graphmlHead(nodes)
	count := 0
	for row, err := range rows(ctx, r) {
		if err != nil {
			return err
		}
		to := nodes
		v, table := reflect.ValueOf(row), tableOf(row)
		first := 1 // of the fields that are data: the others are attributes
		if e, ok := row.(edgeRow); ok {
			to, first = edges, 3
			count++
			fmt.Fprintf(to, `<edge id="x%d" source="%s" target="%s">`, count, xmlText(e.From), xmlText(e.To))
			graphmlData(to, "e-kind", e.Kind)
			graphmlData(to, "e-label", e.Kind)
		} else {
			fmt.Fprintf(to, `<node id="%s">`, xmlText(v.Field(0).String()))
			graphmlData(to, "n-type", table.label)
			graphmlData(to, "n-label", nodeLabel(row))
		}
		for i, name := range columns(table.of) {
			if i < first {
				continue
			}
			var text string
			switch f := v.Field(i).Interface().(type) {
			case []string:
				text = asJSON(f)
			case []int64:
				text = asJSON(f)
			default:
				text = scalar(f)
			}
			graphmlData(to, graphmlKey(table, name), text)
		}
		if table.label == "" {
			to.WriteString("</edge>\n")
		} else {
			to.WriteString("</node>\n")
		}
	}
	if err := edges.Flush(); err != nil {
		return err
	}
	if _, err := temp.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if _, err := io.Copy(nodes, temp); err != nil {
		return err
	}
	nodes.WriteString("</graph>\n</graphml>\n")
	return nodes.Flush() // has the first error of all
}

func graphmlKey(t table, name string) string {
	if t.label == "" {
		return "e-" + name
	}
	return "n-" + name
}

// graphmlHead declares the fields, each once for all the tables that have it.
func graphmlHead(w *bufio.Writer) {
	w.WriteString(xml.Header + `<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"` +
		` xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">` + "\n")
	declared := map[string]bool{}
	declare := func(of, id, name, kind string) {
		if !declared[id] {
			declared[id] = true
			fmt.Fprintf(w, `<key id="%s" for="%s" attr.name="%s" attr.type="%s"/>`+"\n", id, of, name, kind)
		}
	}
	declare("node", "n-type", "type", "string")
	declare("node", "n-label", "label", "string")
	declare("edge", "e-kind", "kind", "string")
	declare("edge", "e-label", "label", "string")
	for _, t := range tables {
		of, first := "node", 1
		if t.label == "" {
			of, first = "edge", 3
		}
		for i, name := range columns(t.of) {
			if i >= first {
				declare(of, graphmlKey(t, name), name, graphmlTypes[t.of.Field(i).Type])
			}
		}
	}
	w.WriteString(`<graph id="whence" edgedefault="directed">` + "\n")
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

// graphmlData writes a value, where there is one.
func graphmlData(w *bufio.Writer, key, text string) {
	if text == "" {
		return
	}
	w.WriteString(`<data key="` + key + `">`)
	xml.EscapeText(w, []byte(text)) // an error stays with w
	w.WriteString("</data>")
}

func asJSON[T any](list []T) string {
	if len(list) == 0 {
		return ""
	}
	raw, _ := json.Marshal(list) // texts and numbers are always fit for it
	return string(raw)
}

func xmlText(s string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(s)) // a Builder takes all
	return b.String()
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
