package neo4j

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strings"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"github.com/whence-graph/whence/graph"
)

// version is that of the shape of the data. A database of a lesser one is brought up to it, one of a greater one refused.
const version = 2

//go:embed schema.cypher
var schema string

// prepare sets an empty database up, and refuses one that is not ours.
func (s *Store) prepare(ctx context.Context) error {
	var found any
	var nodes bool
	err := s.transact(ctx, reading, func(ctx context.Context, t tx) error {
		rows, err := t.run(ctx, "OPTIONAL MATCH (w:Whence) RETURN w.version, EXISTS { MATCH () } LIMIT 1", nil)
		if err == nil {
			found, nodes = rows[0].Values[0], rows[0].Values[1] == true
		}
		return err
	})
	if err != nil {
		return err
	}
	switch v, ours := found.(int64); {
	case !ours && nodes:
		return fmt.Errorf("%w: neo4j: database %q at %s holds something else: name an empty database in the address, "+
			"or empty this one with MATCH (n) DETACH DELETE n", graph.ErrForeign, s.at.database, s.at.host)
	case v > version:
		return fmt.Errorf("%w: neo4j: database %q at %s is of version %d and this whence knows %d: use a newer whence",
			graph.ErrForeign, s.at.database, s.at.host, v, version)
	case v == version:
		return nil
	}
	for _, statement := range statements(schema) {
		err := s.transact(ctx, writing, func(ctx context.Context, t tx) error {
			_, err := t.run(ctx, statement, nil)
			return err
		})
		var e *neo4j.Neo4jError
		if errors.As(err, &e) && e.Code == "Neo.ClientError.Schema.EquivalentSchemaRuleAlreadyExists" {
			continue // another program is setting up the same
		}
		if err != nil {
			return fmt.Errorf("setting up: %w", err)
		}
	}
	return s.transact(ctx, writing, func(ctx context.Context, t tx) error {
		if _, err := t.run(ctx, "CALL db.awaitIndexes(60)", nil); err != nil {
			return err
		}
		_, err := t.run(ctx, "MERGE (w:Whence {singleton: 1}) ON CREATE SET w.generation = 1 SET w.version = $p.version", map[string]any{"version": version})
		return err
	})
}

// statements are those of a file, without the lines that are comments.
func statements(file string) []string {
	var out []string
	var b strings.Builder
	for line := range strings.Lines(file) {
		if !strings.HasPrefix(line, "//") {
			b.WriteString(line)
		}
		if strings.HasSuffix(strings.TrimSpace(line), ";") {
			out = append(out, strings.TrimSuffix(strings.TrimSpace(b.String()), ";"))
			b.Reset()
		}
	}
	return out
}
