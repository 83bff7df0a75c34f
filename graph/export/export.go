// Package export writes a graph in the forms that other tools read.
//
//	GraphML          one XML file: Gephi, networkx, yEd
//	JSONLD           one JSON-LD file: PROV-O, with Web Annotation selectors for the evidence
//	FollowTheMoney   JSON Lines: Aleph, OpenSanctions' tools
//	CSV              a folder: neo4j-admin database import full
//	Parquet          a folder: pandas, DuckDB, Spark
//	Mermaid          a drawing of one trace
//
// They are for reading and not for coming back: each has what its form has words for, and package dump alone has all. GraphML,
// CSV and Parquet show the graph as Neo4j's browser does: the nodes and edges of the store, and drawn for people, between claims and
// actors, the edges of graph.Draw and those that are called by a relation's predicate.
//
// All are written from one graph.Walk, as it goes: memory grows with the longest report and not with the graph. Equal graphs
// give equal bytes. Places are code points, end exclusive.
package export

import (
	"bufio"
	"context"
	"fmt"
	"io"

	"github.com/whence-graph/whence/graph"
)

// Create makes a file of a folder, by its name.
type Create func(name string) (io.WriteCloser, error)

// each gives every piece of the graph to see, and buffers what is written.
func each(ctx context.Context, w io.Writer, r graph.Reader, head string, see func(*bufio.Writer, graph.Piece) error, tail string) error {
	b := bufio.NewWriterSize(w, 1<<16)
	if _, err := b.WriteString(head); err != nil {
		return err
	}
	for p, err := range graph.Walk(ctx, r) {
		if err != nil {
			return err
		}
		if err := see(b, p); err != nil {
			return err
		}
	}
	if _, err := b.WriteString(tail); err != nil {
		return err
	}
	return b.Flush()
}

// excerpt is the text, cut to so many code points.
func excerpt(text string, most int) string {
	n := 0
	for i := range text {
		if n++; n > most {
			return fmt.Sprintf("%s…", text[:i])
		}
	}
	return text
}
