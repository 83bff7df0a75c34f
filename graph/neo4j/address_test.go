package neo4j

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/whence-graph/whence/graph"
)

func TestAddress(t *testing.T) {
	for text, want := range map[string]address{
		"neo4j://localhost": {server: "neo4j://localhost:7687", host: "localhost:7687", database: "neo4j", retry: patience},
		"bolt+s://ann:p%40ss@db.example.org:17687/news/?retry=1500ms": {
			server: "bolt+s://db.example.org:17687", host: "db.example.org:17687", auth: true, user: "ann", password: "p@ss",
			database: "news", retry: 1500 * time.Millisecond,
		},
		"neo4j+ssc://ann:@[::1]/neo4j": {server: "neo4j+ssc://[::1]:7687", host: "[::1]:7687", auth: true, user: "ann", database: "neo4j", retry: patience},
	} {
		got, err := parse(text)
		if d := cmp.Diff(want, got, cmp.AllowUnexported(address{})); d != "" || err != nil {
			t.Errorf("parse(%q): error %v (-want +got):\n%s", text, err, d)
		}
	}
}

func TestBadAddress(t *testing.T) {
	const secret = "s3cret"
	for _, text := range []string{
		"", "neo4j", "whence.db", "http://ann:s3cret@localhost:7474", "postgres://ann:s3cret@localhost/neo4j", "neo4j:ann:s3cret@localhost",
		"neo4j://", "neo4j:///neo4j", "neo4j://ann:s3cret@/neo4j", "neo4j://ann:s3cret@:7687/neo4j", "neo4j://ann:s3cret@localhost:port/neo4j",
		"neo4j://ann:%s3cret@localhost", "neo4j://ann:s3cret#1@localhost", "neo4j://ann:s3cret/1@localhost", "neo4j://ann:s3cret 1@localhost\x7f",
		"neo4j://ann:s3cret?@localhost", "neo4j://ann:s3cret@localhost/neo4j/more", "neo4j://ann:s3cret@localhost?retry=soon",
		"neo4j://ann:s3cret@localhost?retry=-1s", "neo4j://ann:s3cret@localhost?policy=eu", "neo4j://ann:s3cret@localhost/a%zz",
	} {
		s, err := Open(t.Context(), text)
		if !errors.Is(err, graph.ErrInvalid) {
			t.Errorf("Open(%q): got %v, want %v", text, err, graph.ErrInvalid)
		}
		if err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("Open(%q): the error shows the password: %v", text, err)
		}
		if s != nil {
			s.Close()
		}
	}
}

func TestSufficient(t *testing.T) {
	for agent, want := range map[string]bool{
		"Neo4j/4.4.40": false, "Neo4j/5.0.0": false, "Neo4j/5.25.1": false, "Neo4j/5.26.0": true, "Neo4j/5.26.30": true, "Neo4j/2025.10.1": true, "Memgraph": true,
	} {
		if got := sufficient(agent); got != want {
			t.Errorf("sufficient(%q): got %t", agent, got)
		}
	}
}
