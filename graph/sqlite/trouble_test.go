package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/graph/graphtest"
)

func openHere(t *testing.T) *Store {
	t.Helper()
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "graph.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// unavailable checks that the error says so, names the file and what to do.
func unavailable(t *testing.T, s *Store, err error, say string) {
	t.Helper()
	if !errors.Is(err, graph.ErrUnavailable) || !strings.Contains(err.Error(), s.path) || !strings.Contains(err.Error(), say) {
		t.Fatalf("got %v, want %v with the file and %q", err, graph.ErrUnavailable, say)
	}
}

func somebody(i int) graph.Batch {
	return graph.Batch{Actors: []*graph.Actor{graph.NewActor(graph.Person, []string{fmt.Sprint("Somebody ", i)}, nil)}}
}

func TestLocked(t *testing.T) {
	s := openHere(t)
	other, err := Open(t.Context(), s.path)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if err := begin(t.Context(), other.writer, 0); err != nil {
		t.Fatal(err)
	}
	s.patience = 30 * time.Millisecond
	unavailable(t, s, s.Put(t.Context(), somebody(1)), "another program")

	s.patience = time.Hour
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	if err := s.Put(ctx, somebody(1)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Put beside another's write: got %v, want %v", err, context.DeadlineExceeded)
	}
	if n, err := s.Count(t.Context(), graph.NodeQuery{Kind: graph.ActorKind}); n != 0 || err != nil {
		t.Errorf("Count beside another's write: got %d, %v, want 0", n, err)
	}
	if err := other.writer.end("ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if err := s.Put(t.Context(), somebody(1)); err != nil {
		t.Errorf("Put after it: %v", err)
	}
}

func TestLockedWhole(t *testing.T) {
	s := openHere(t)
	path := s.path
	s.Close()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(t.Context(), "PRAGMA locking_mode = exclusive; BEGIN EXCLUSIVE; CREATE TABLE x (y)"); err != nil {
		t.Fatal(err)
	}
	_, err = open(t.Context(), path, "rwc", 30*time.Millisecond)
	unavailable(t, s, err, "another program")
	if _, err := db.ExecContext(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	db.Close()
	s, err = Open(t.Context(), path)
	if err != nil {
		t.Fatalf("Open after it: %v", err)
	}
	s.Close()
}

func TestFull(t *testing.T) {
	s := openHere(t)
	var pages int
	if err := s.writer.one(t.Context(), "PRAGMA page_count", nil, &pages); err != nil {
		t.Fatal(err)
	}
	limit := func(n int) {
		if _, err := s.writer.conn.ExecContext(t.Context(), fmt.Sprintf("PRAGMA max_page_count = %d", n)); err != nil {
			t.Fatal(err)
		}
	}
	limit(pages + 60)
	var before string
	var failed graph.Batch
	kept := 0
	for _, b := range graphtest.Generate(1, 40) {
		var err error
		if before, err = graphtest.Dump(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		if err = s.Put(t.Context(), b); err != nil {
			unavailable(t, s, err, "no room left")
			failed = b
			break
		}
		kept++
	}
	if failed.Reports == nil || kept == 0 {
		t.Fatalf("%d batches were kept in %d pages, and none refused", kept, pages+60)
	}
	after, err := graphtest.Dump(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if before != after {
		t.Error("half a batch was written")
	}
	limit(1 << 20)
	if err := s.Put(t.Context(), failed); err != nil {
		t.Errorf("Put after there is room: %v", err)
	}
	sound(t, s)
}

// sound checks what SQLite and this package know of how the file must be.
func sound(t *testing.T, s *Store) {
	t.Helper()
	// A connection of its own: integrity_check trusts what a connection remembers of the words' index, and what it
	// remembers from before another's writing looks like corruption (any query of words refreshes it).
	fresh, err := OpenReadOnly(t.Context(), s.path)
	if err != nil {
		t.Fatal(err)
	}
	defer fresh.Close()
	r, err := fresh.readers.get(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer fresh.readers.put(r)
	for query, want := range map[string]string{
		"SELECT group_concat(integrity_check) FROM pragma_integrity_check": "ok",
		"SELECT count(*) FROM pragma_foreign_key_check":                    "0",
		// Every node has one row, of its own kind, and its words.
		"SELECT count(*) FROM node WHERE kind <> substr(id, 1, 1)": "0",
		`SELECT (SELECT count(*) FROM node) - (SELECT count(*) FROM actor) - (SELECT count(*) FROM report)
			- (SELECT count(*) FROM attribution) - (SELECT count(*) FROM relation) - (SELECT count(*) FROM claim)`: "0",
		"SELECT count(*) FROM node LEFT JOIN words ON words.rowid = node.pos WHERE words.rowid IS NULL": "0",
		"SELECT count(*) FROM words LEFT JOIN node ON words.rowid = node.pos WHERE node.n IS NULL":      "0",
		// What stands in a report is ordered by the report's time.
		`SELECT count(*) FROM link JOIN node AS a ON a.n = from_n JOIN node AS b ON b.n = to_n
			WHERE link.kind IN (30, 80) AND a.time IS NOT b.time`: "0",
		"SELECT count(*) FROM key LEFT JOIN node USING (n) WHERE node.n IS NULL":                               "0",
		"SELECT count(*) FROM merged LEFT JOIN node USING (n) WHERE node.n IS NULL":                            "0",
		"SELECT count(*) FROM merged JOIN node USING (id)":                                                     "0",
		"SELECT count(*) FROM (SELECT DISTINCT kind FROM link) WHERE kind NOT IN (SELECT kind FROM link_kind)": "0",
	} {
		var got string
		if err := r.one(t.Context(), query, nil, &got); err != nil || got != want {
			t.Errorf("%s: got %q, %v, want %q", query, got, err, want)
		}
	}
}

// TestSound checks the file after all that a graph goes through.
func TestSound(t *testing.T) {
	s := openHere(t)
	list := graphtest.Generate(5, 30)
	for _, b := range list {
		if err := s.Put(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	sound(t, s)
	last := list[len(list)-1]
	r := *last.Reports[0]
	r.Published = r.Published.AddDate(-1, 0, 0)
	if err := s.Put(t.Context(), graph.Batch{Reports: []*graph.Report{&r}}); err != nil {
		t.Fatal(err)
	}
	sound(t, s)
	gone := graph.Batch{Remove: []graph.ID{r.ID}}
	for _, a := range last.Attributions {
		gone.Remove = append(gone.Remove, a.ID)
	}
	for _, e := range last.Relations {
		gone.Remove = append(gone.Remove, e.ID)
	}
	if err := s.Put(t.Context(), gone); err != nil {
		t.Fatal(err)
	}
	sound(t, s)
}

// TestNoScan asks every kind of question and looks how SQLite answers it: never by going through all of a table.
func TestNoScan(t *testing.T) {
	s := openHere(t)
	for _, b := range graphtest.Generate(2, 12) {
		if err := s.Put(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	known := 0
	for _, k := range graph.Kinds {
		ask(t, s, k)
		r := s.readers.idle[len(s.readers.idle)-1]
		known += len(r.statements)
		noScan(t, r)
		r.forget()
	}
	if known < 200 {
		t.Errorf("only %d statements were looked at", known)
	}
	noScan(t, s.writer)
}

func noScan(t *testing.T, s *session) {
	if len(s.statements) == statementsKept {
		t.Error("some statements have been forgotten")
	}
	for query := range s.statements {
		if !strings.HasPrefix(query, "SELECT") && !strings.HasPrefix(query, "UPDATE") && !strings.HasPrefix(query, "DELETE") {
			continue
		}
		rows, err := s.conn.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query, make([]any, strings.Count(query, "?"))...)
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		for rows.Next() {
			var a, b, c int
			var step string
			if err := rows.Scan(&a, &b, &c, &step); err != nil {
				t.Fatal(err)
			}
			switch name, scan := strings.CutPrefix(step, "SCAN "); {
			case !scan, strings.Contains(name, "VIRTUAL TABLE"), strings.HasPrefix(name, "(subquery"):
			case name == "CONSTANT ROW", name == "d", name == "meta", name == "sqlite_master":
			default:
				t.Errorf("%s\n\tin %s", step, query)
			}
		}
		rows.Close()
	}
}

// ask asks for a kind by each field and by each two, in each order.
func ask(t *testing.T, s *Store, k graph.Kind) {
	actor := graph.ActorID("Reuters")
	report := graph.ReportID("x", "y")
	var some []graph.ID
	for _, of := range graph.Kinds {
		p, err := s.Find(t.Context(), graph.NodeQuery{Kind: of, Limit: 3})
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range p.Nodes {
			some = append(some, n.NodeID())
		}
	}
	if _, err := s.Nodes(t.Context(), append(some, actor, report)); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2023, 1, 1, 9, 0, 0, 0, time.UTC)
	fields := []func(*graph.NodeQuery){
		func(q *graph.NodeQuery) {},
		func(q *graph.NodeQuery) { q.Text = "said million" },
		func(q *graph.NodeQuery) { q.Keys = []string{"a", "b"} },
		func(q *graph.NodeQuery) { q.Keys = []string{"a"} },
		func(q *graph.NodeQuery) { q.URLs = []string{"a"} },
		func(q *graph.NodeQuery) { q.Types = graph.ActorTypes },
		func(q *graph.NodeQuery) { q.Outlets = some },
		func(q *graph.NodeQuery) { q.Outlets = some[:1] },
		func(q *graph.NodeQuery) { q.Reports = some },
		func(q *graph.NodeQuery) { q.Actors = some },
		func(q *graph.NodeQuery) { q.Actors = some[:1] },
		func(q *graph.NodeQuery) { q.Claims = some },
		func(q *graph.NodeQuery) { q.Stances = graph.Stances },
		func(q *graph.NodeQuery) { q.Quotations = graph.Quotations },
		func(q *graph.NodeQuery) { q.Predicates = []string{"MET"} },
		func(q *graph.NodeQuery) { q.Polarities = graph.Polarities },
		func(q *graph.NodeQuery) { q.AssertedBy = some },
		func(q *graph.NodeQuery) { q.Since = at },
		func(q *graph.NodeQuery) { q.Since, q.Until = at, at.AddDate(0, 0, 1) },
		func(q *graph.NodeQuery) { q.MinConfidence = 0.5 },
	}
	for _, order := range []graph.Order{graph.ByID, graph.Oldest, graph.Newest} {
		for i, f := range fields {
			others := fields[i:]
			if order != graph.Newest {
				others = fields[i : i+1]
			}
			for _, g := range others {
				q := graph.NodeQuery{Kind: k, Order: order, Limit: 2}
				f(&q)
				g(&q)
				p, err := s.Find(t.Context(), q)
				if err == nil && p.Next != "" {
					q.After = p.Next
					_, err = s.Find(t.Context(), q)
				}
				if err == nil {
					_, err = s.Count(t.Context(), q)
				}
				if err != nil && !errors.Is(err, graph.ErrInvalid) {
					t.Fatal(err)
				}
			}
		}
	}
	for _, q := range []graph.EdgeQuery{{From: some}, {To: some}, {From: some, To: some[:1]}, {From: some[:1], To: some}, {From: some, Kinds: graph.EdgeKinds[:3]}} {
		for _, err := range s.Edges(t.Context(), q) {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestPosition holds the order of positions against that of IDs.
func TestPosition(t *testing.T) {
	var ids []graph.ID
	for i := range 2000 {
		name := fmt.Sprint(i)
		ids = append(ids, graph.ActorID(name), graph.ClaimID(name), graph.ReportID(name, ""), graph.AttributionID(graph.ID(name), nil, nil, nil), graph.RelationID(graph.ID(name), graph.Span{}, "", graph.Span{}))
	}
	slices.Sort(ids)
	last := int64(0)
	for _, id := range ids {
		p, err := position(id)
		if err != nil {
			t.Fatal(err)
		}
		first, end := positions(id.Kind())
		if p <= last || p < first || p >= end {
			t.Fatalf("%s: position %d after %d, of its kind's %d to %d", id, p, last, first, end)
		}
		last = p
	}
	s := openHere(t)
	a, b := somebody(1), somebody(1)
	b.Actors[0].ID = a.Actors[0].ID[:14] + "222222"
	c := somebody(1)
	c.Actors[0].ID = "a:AAAAAAAAAAAAAAAAAAAA"
	if err := s.Put(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	for _, b := range []graph.Batch{b, c} {
		if err := s.Put(t.Context(), b); !errors.Is(err, graph.ErrInvalid) {
			t.Errorf("Put of %s: got %v, want %v", b.Actors[0].ID, err, graph.ErrInvalid)
		}
	}
	if n, err := s.Count(t.Context(), graph.NodeQuery{Kind: graph.ActorKind}); n != 1 || err != nil {
		t.Errorf("Count: got %d, %v, want 1", n, err)
	}
	if m, err := s.Nodes(t.Context(), []graph.ID{b.Actors[0].ID, c.Actors[0].ID}); len(m) != 0 || err != nil {
		t.Errorf("Nodes of IDs that were refused: got %v, %v", m, err)
	}
}
