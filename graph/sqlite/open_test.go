package sqlite_test

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/graph/graphtest"
	"github.com/whence-graph/whence/graph/sqlite"
)

// database runs SQL on a file, as another program would.
func database(t testing.TB, path string, statements ...string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	for _, s := range statements {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	return db
}

func open(t testing.TB, path string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// fill puts a generated graph, and answers all of it.
func fill(t testing.TB, s graph.Store, reports int) string {
	t.Helper()
	for _, b := range graphtest.Generate(1, reports) {
		if err := s.Put(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	return dump(t, s)
}

func dump(t testing.TB, s graph.Reader) string {
	t.Helper()
	text, err := graphtest.Dump(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestOpenRefuses opens what cannot be a store, or not now, and checks that the file is named, what to do is said,
// and the file left as it was.
func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	made := func(name string, statements ...string) string {
		path := filepath.Join(dir, name)
		database(t, path, statements...).Close()
		return path
	}
	newer := filepath.Join(dir, "newer.db")
	open(t, newer).Close()
	database(t, newer, "PRAGMA user_version = 999").Close()
	damaged := filepath.Join(dir, "damaged.db")
	s := open(t, damaged)
	fill(t, s, 3)
	s.Close()
	content, err := os.ReadFile(damaged)
	if err != nil {
		t.Fatal(err)
	}
	file("damaged.db", string(content[:4096])+strings.Repeat("damaged ", (len(content)-4096)/8))

	for _, c := range []struct {
		path string
		want error
		say  string
	}{
		{file("text.db", strings.Repeat("Lavrov invited Blinken. ", 100)), graph.ErrForeign, "no SQLite file"},
		{file("short.db", "x"), graph.ErrForeign, "no SQLite file"},
		{made("other.db", "CREATE TABLE t (a)"), graph.ErrForeign, "another program"},
		{made("marked.db", "PRAGMA application_id = 17"), graph.ErrForeign, "another program"},
		{newer, graph.ErrForeign, "newer version"},
		{damaged, graph.ErrForeign, "damaged"},
		{dir, graph.ErrForeign, "folder"},
		{"/dev/null", graph.ErrForeign, "no file"},
		{filepath.Join(dir, "nowhere", "graph.db"), graph.ErrUnavailable, "make it first"},
		{filepath.Join(dir, "text.db", "graph.db"), graph.ErrUnavailable, "cannot be opened"},
	} {
		t.Run(filepath.Base(c.path), func(t *testing.T) {
			before, _ := os.ReadFile(c.path)
			check := func(name string, s *sqlite.Store, err error) {
				if s != nil {
					t.Errorf("%s: got a store", name)
					s.Close()
				}
				if !errors.Is(err, c.want) {
					t.Fatalf("%s: got %v, want %v", name, err, c.want)
				}
				if !strings.Contains(err.Error(), c.path) || !strings.Contains(err.Error(), c.say) {
					t.Errorf("%s: %q names not the file, or does not say %q", name, err, c.say)
				}
			}
			s, err := sqlite.Open(t.Context(), c.path)
			check("Open", s, err)
			if _, err := os.Stat(c.path + "-wal"); err == nil {
				t.Errorf("a -wal was left beside the file")
			}
			if before != nil {
				s, err = sqlite.OpenReadOnly(t.Context(), c.path)
				check("OpenReadOnly", s, err)
			}
			after, _ := os.ReadFile(c.path)
			if string(before) != string(after) {
				t.Errorf("the file has changed")
			}
		})
	}
}

func TestOpenAnyName(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"plain", "a b", "what?mode=ro", "#1", "100%25", "naïve 📰.db", "-wal", "'quoted\"", "a&b=c", ":memory:", "file:x"} {
		path := filepath.Join(dir, name)
		s := open(t, path)
		want := fill(t, s, 1)
		s.Close()
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%q: %v", name, err)
		}
		if got := dump(t, open(t, path)); got != want {
			t.Errorf("%q: another content when opened again", name)
		}
	}
}

func TestOpenEmptyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "empty.db")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := sqlite.OpenReadOnly(t.Context(), path); !errors.Is(err, graph.ErrForeign) {
		t.Errorf("OpenReadOnly: got %v, want %v", err, graph.ErrForeign)
	}
	if raw, err := os.ReadFile(path); err != nil || len(raw) > 0 {
		t.Errorf("after OpenReadOnly the file has %d bytes, %v", len(raw), err)
	}
	fill(t, open(t, path), 1)
}

// TestOpenTogether opens a file that does not exist yet many times at once.
func TestOpenTogether(t *testing.T) {
	path := filepath.Join(t.TempDir(), "graph.db")
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			s, err := sqlite.Open(t.Context(), path)
			if err != nil {
				t.Errorf("Open: %v", err)
				return
			}
			defer s.Close()
			a := graph.NewActor(graph.Person, []string{fmt.Sprint("Opener ", i)}, nil)
			if err := s.Put(t.Context(), graph.Batch{Actors: []*graph.Actor{a}}); err != nil {
				t.Errorf("Put: %v", err)
			}
		})
	}
	wg.Wait()
	n, err := open(t, path).Count(t.Context(), graph.NodeQuery{Kind: graph.ActorKind})
	if n != 8 || err != nil {
		t.Errorf("Count: got %d, %v, want 8", n, err)
	}
}

func TestOpenReadOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "graph.db")
	if _, err := sqlite.OpenReadOnly(t.Context(), path); !errors.Is(err, graph.ErrUnavailable) {
		t.Errorf("OpenReadOnly of no file: got %v, want %v", err, graph.ErrUnavailable)
	}
	s := open(t, path)
	want := fill(t, s, 4)
	read := func() {
		t.Helper()
		r, err := sqlite.OpenReadOnly(t.Context(), path)
		if err != nil {
			t.Fatalf("OpenReadOnly: %v", err)
		}
		defer r.Close()
		if dump(t, r) != want {
			t.Error("another content when read")
		}
		if err := r.Put(t.Context(), graph.Batch{}); !errors.Is(err, graph.ErrUnavailable) || !strings.Contains(err.Error(), "read-only") {
			t.Errorf("Put: got %v, want %v", err, graph.ErrUnavailable)
		}
	}
	read() // beside a writer
	s.Close()
	read() // alone
}

// TestUpgrade opens a store of the first version.
func TestUpgrade(t *testing.T) {
	path := filepath.Join(t.TempDir(), "graph.db")
	s := open(t, path)
	want := fill(t, s, 4)
	s.Close()
	old := database(t, path)
	rows, err := old.QueryContext(t.Context(), "SELECT 'DROP VIEW ' || name FROM sqlite_schema WHERE type = 'view'")
	if err != nil {
		t.Fatal(err)
	}
	var drop []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		drop = append(drop, s)
	}
	rows.Close()
	old.Close()
	database(t, path, append(drop, "ALTER TABLE report DROP COLUMN ingested", "DROP INDEX report_came", "ALTER TABLE report DROP COLUMN came", "DROP INDEX claim_changed", "ALTER TABLE claim DROP COLUMN changed", "PRAGMA user_version = 1")...).Close()

	if _, err := sqlite.OpenReadOnly(t.Context(), path); !errors.Is(err, graph.ErrUnavailable) || !strings.Contains(err.Error(), "older version") {
		t.Errorf("OpenReadOnly: got %v, want %v", err, graph.ErrUnavailable)
	}
	s = open(t, path)
	if dump(t, s) != want {
		t.Error("another content after the upgrade")
	}
	s.Close()
	var views, version int
	if err := database(t, path).QueryRowContext(t.Context(), "SELECT count(*), (SELECT * FROM pragma_user_version) FROM sqlite_schema WHERE type = 'view'").Scan(&views, &version); err != nil {
		t.Fatal(err)
	}
	if views != len(drop) || version != 4 {
		t.Errorf("after the upgrade: %d views, version %d, want %d and 4", views, version, len(drop))
	}
}
