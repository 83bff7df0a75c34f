package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/graph/neo4j"
	"github.com/whence-graph/whence/graph/sqlite"
)

// storeFlag adds --store to a command that needs one.
func storeFlag(cmd *cobra.Command) *string {
	return cmd.Flags().String("store", "", "the store: a file, or neo4j://user:password@host:port/database (WHENCE_STORE)")
}

// openStore opens what --store names, and makes a file that is not there.
func openStore(ctx context.Context, flag string) (graph.Store, error) {
	if flag == "" {
		return nil, usage("no store: give --store whence.db or --store neo4j://.., or set WHENCE_STORE")
	}
	if scheme, _, ok := strings.Cut(flag, "://"); ok {
		switch scheme {
		case "neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc":
			return neo4j.Open(ctx, flag)
		}
		return nil, usage("no such kind of store: %s://: give a file, or neo4j:// or bolt:// (also with +s)", scheme)
	}
	return sqlite.Open(ctx, flag)
}

// openToRead is openStore for commands that only ask. They need not be allowed to write the file, and one that is not there is a
// slip, not a store without reports.
func openToRead(ctx context.Context, flag string) (graph.Store, error) {
	if flag == "" || strings.Contains(flag, "://") {
		return openStore(ctx, flag)
	}
	if _, err := os.Stat(flag); errors.Is(err, fs.ErrNotExist) {
		return nil, usage("no store at %s: whence ingest --store %s makes one", flag, flag)
	}
	s, err := sqlite.OpenReadOnly(ctx, flag)
	if errors.Is(err, graph.ErrUnavailable) { // one of an older version is brought up to date first
		return openStore(ctx, flag)
	}
	return s, err
}
