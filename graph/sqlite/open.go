// Package sqlite keeps a graph in one file, or in as many as wanted, each for itself. It needs no server and no C
// compiler; any number of programs may have the file open at once.
//
//	s, err := sqlite.Open(ctx, "news.db")
//
// The file is an ordinary SQLite database (application_id "whnc"). Beside it, while it is in use, lie its -wal and
// -shm; the three belong together. A change is in the file when Put returns, and survives the end of the program,
// however violent; a loss of power may take the last changes along, each whole. migration/001.sql tells what the
// tables hold, and migration/002.sql has views for people:
//
//	sqlite3 news.db "SELECT text, actor_name, stance FROM reported_by WHERE text LIKE '%bridge%'"
//
// Every node is a row of node and one of its kind's table; what refers to another node does so as a row of link and
// nowhere else, so that a merge is one UPDATE. Every call that reads sees the graph of one moment.
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/whence-graph/whence/graph"
)

//go:embed migration/*.sql
var migrations embed.FS

// applicationID marks our files: "whnc".
const applicationID = 0x77686e63

// Open opens the store in the file, which is made if it does not exist. A file that is something else, or was
// written by a newer version, is graph.ErrForeign and stays as it is.
func Open(ctx context.Context, path string) (*Store, error) { return open(ctx, path, "rwc", patience) }

// OpenReadOnly opens a store that is there, to be read; an empty file is none, and stays empty. Put is graph.ErrUnavailable. The file may lie where nothing
// can be written.
func OpenReadOnly(ctx context.Context, path string) (*Store, error) {
	return open(ctx, path, "ro", patience)
}

func open(ctx context.Context, path, mode string, patience time.Duration) (*Store, error) {
	if err := look(path, mode); err != nil {
		return nil, err
	}
	s := &Store{path: path, readOnly: mode == "ro", turn: make(chan struct{}, 1), patience: patience}
	s.turn <- struct{}{}
	err := s.connect(ctx, url.Values{"mode": {mode}})
	if s.readOnly && isUnopened(err) && standsAlone(path) {
		// It lies where SQLite can make no -shm. Nobody can write there, and all of it is in the file.
		s.readers.close()
		s.readers.closed = false
		err = s.connect(ctx, url.Values{"mode": {mode}, "immutable": {"1"}})
	}
	if err != nil {
		s.Close()
		return nil, translate(ctx, path, err)
	}
	return s, nil
}

// look finds out what SQLite would call by one and the same error. It must not open the file: closing it would take
// away the locks that this program has on it.
func look(path, mode string) error {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return fmt.Errorf("%w: %s: it is a folder: name a file in it", graph.ErrForeign, path)
	case err == nil && !info.Mode().IsRegular():
		return fmt.Errorf("%w: %s: it is no file: name one", graph.ErrForeign, path)
	case err == nil && 0 < info.Size() && info.Size() < 512: // which SQLite would take for an empty file
		return fmt.Errorf("%w: %s: it is no SQLite file: name another, or one that does not exist yet", graph.ErrForeign, path)
	case errors.Is(err, os.ErrNotExist) && mode == "ro":
		return fmt.Errorf("%w: %s: there is no such file: see that the name is right", graph.ErrUnavailable, path)
	case errors.Is(err, os.ErrNotExist):
		if _, err := os.Stat(filepath.Dir(path)); errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("%w: %s: its folder does not exist: make it first", graph.ErrUnavailable, path)
		}
	}
	return nil
}

// standsAlone tells whether the file has no log beside it, so that all of the store is in it.
func standsAlone(path string) bool {
	_, err := os.Stat(path + "-wal")
	return errors.Is(err, os.ErrNotExist)
}

func (s *Store) connect(ctx context.Context, query url.Values) (err error) {
	s.readers.db, err = s.pool(query, "busy_timeout(5000)", "query_only(1)", "cache_size(-8192)")
	if err != nil {
		return err
	}
	if s.readOnly {
		return s.connectReader(ctx)
	}
	s.writers, err = s.pool(query, "busy_timeout(10)", "foreign_keys(1)", "synchronous(normal)", "cache_size(-65536)",
		"wal_autocheckpoint(4000)", "journal_size_limit(67108864)")
	if err != nil {
		return err
	}
	return patiently(ctx, s.patience, func() error { return s.connectWriter(ctx) })
}

func (s *Store) connectReader(ctx context.Context) error {
	r, err := s.readers.get(ctx)
	if err != nil {
		return err
	}
	defer s.readers.put(r)
	version, err := identify(ctx, r, s.path)
	switch {
	case err == nil && version == 0: // and an empty file that somebody else keeps is not to become one
		err = fmt.Errorf("%w: %s: the file is empty: see that the name is right", graph.ErrForeign, s.path)
	case err == nil && version < newest():
		err = fmt.Errorf("%w: %s: it was written by an older version: open it once for writing", graph.ErrUnavailable, s.path)
	}
	return err
}

// connectWriter changes nothing, not even how the file is written, before it knows that the file is ours.
func (s *Store) connectWriter(ctx context.Context) (err error) {
	if s.writer == nil {
		if s.writer, err = newSession(ctx, s.writers); err != nil {
			return err
		}
	}
	version, err := identify(ctx, s.writer, s.path)
	if err != nil {
		return err
	}
	if err := logAhead(ctx, s.writer, s.path); err != nil {
		return err
	}
	if version < newest() {
		return migrate(ctx, s.writer, s.path)
	}
	// Only to find out whether it may be written: SQLite opens what may not be, and even begins.
	if err := begin(ctx, s.writer, 0); err != nil {
		if isBusy(err) { // others write, so it may
			return nil
		}
		return err
	}
	return errors.Join(s.writer.exec(ctx, "UPDATE meta SET generation = generation"), s.writer.end("ROLLBACK"))
}

// pool makes connections to the file. It keeps none itself.
func (s *Store) pool(query url.Values, pragmas ...string) (*sql.DB, error) {
	q := url.Values{"_pragma": append(pragmas, "temp_store(memory)", "trusted_schema(0)"), "_dqs": {"0"}}
	for k, v := range query {
		q[k] = v
	}
	path, err := filepath.Abs(s.path)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(path), RawQuery: q.Encode()}).String())
	if err == nil {
		db.SetMaxIdleConns(0)
	}
	return db, err
}

// logAhead makes the file one whose readers and writers don't wait for each other.
func logAhead(ctx context.Context, w *session, path string) error {
	var mode string
	err := w.one(ctx, "PRAGMA journal_mode = wal", nil, &mode)
	if err == nil && mode != "wal" {
		return fmt.Errorf("%w: %s: the disk cannot share memory between programs: take a local one", graph.ErrUnavailable, path)
	}
	return err
}

// identify answers the version of the store, 0 for an empty file, or ErrForeign. It asks once, so that it never sees
// half of what another program does that makes the store at the same time.
func identify(ctx context.Context, s *session, path string) (version int, err error) {
	var application, objects int
	err = s.one(ctx, `SELECT (SELECT count(*) FROM sqlite_schema), application_id, user_version
		FROM pragma_application_id, pragma_user_version`, nil, &objects, &application, &version)
	if err != nil {
		return 0, err
	}
	switch {
	case application == 0 && objects == 0:
		return 0, nil
	case application != applicationID:
		return 0, fmt.Errorf("%w: %s: it is the database of another program: name another file, or one that does not exist yet", graph.ErrForeign, path)
	case version > newest():
		return 0, fmt.Errorf("%w: %s: it was written by a newer version of whence (its format is %d, this one knows %d): use that one", graph.ErrForeign, path, version, newest())
	}
	return version, nil
}

// newest is the version that this program writes.
func newest() int {
	list, _ := migrations.ReadDir("migration")
	return len(list)
}

// migrate brings the file up to the newest version.
func migrate(ctx context.Context, w *session, path string) error {
	if err := begin(ctx, w, 0); err != nil {
		return err
	}
	version, err := identify(ctx, w, path)
	if err == nil && version < newest() {
		err = upgrade(ctx, w, version)
	}
	if err == nil {
		err = w.end("COMMIT")
	}
	if err != nil {
		w.end("ROLLBACK")
	}
	return err
}

func upgrade(ctx context.Context, w *session, version int) error {
	list, err := migrations.ReadDir("migration")
	if err != nil {
		return err
	}
	for i, f := range list[version:] {
		text, err := migrations.ReadFile("migration/" + f.Name())
		if err != nil {
			return err
		}
		if n, err := strconv.Atoi(strings.TrimSuffix(f.Name(), ".sql")); err != nil || n != version+i+1 {
			return fmt.Errorf("migration %s is out of order", f.Name())
		}
		if _, err := w.conn.ExecContext(ctx, string(text)); err != nil {
			return fmt.Errorf("migration %s: %w", f.Name(), err)
		}
	}
	if 0 < version && version < 3 {
		if err := w.keyReports(ctx); err != nil {
			return err
		}
	}
	// Neither takes a parameter.
	_, err = w.conn.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, len(list)))
	return err
}

// keyReports writes the keys of all reports, of a store from before reports had any.
func (s *session) keyReports(ctx context.Context) error {
	for last := int64(0); ; {
		var list []int64
		err := s.each(ctx, "SELECT n FROM report WHERE n > ? ORDER BY n LIMIT 500", []any{last}, func(rows *sql.Rows) error {
			err := rows.Scan(&last)
			list = append(list, last)
			return err
		})
		if err != nil || len(list) == 0 {
			return err
		}
		reports, err := s.load(ctx, graph.ReportKind, list)
		if err != nil {
			return err
		}
		for n, r := range reports {
			for _, k := range graph.FindKeys(r) {
				if err := s.exec(ctx, "INSERT OR IGNORE INTO key (key, n) VALUES (?, ?)", k, n); err != nil {
					return err
				}
			}
		}
	}
}
