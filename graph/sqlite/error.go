package sqlite

import (
	"context"
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/whence-graph/whence/graph"
)

// translate says what an error means to the caller: which promise it touches, which file, and what to do. SQLite's
// errors are recognised by their code.
func translate(ctx context.Context, path string, err error) error {
	if err == nil || errors.Is(err, graph.ErrInvalid) || errors.Is(err, graph.ErrConflict) ||
		errors.Is(err, graph.ErrUnavailable) || errors.Is(err, graph.ErrForeign) {
		return err
	}
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", path, ctx.Err())
	}
	var se *sqlite.Error
	if !errors.As(err, &se) {
		return fmt.Errorf("%s: %w", path, err)
	}
	kind, remedy := graph.ErrUnavailable, ""
	switch se.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		remedy = "another program holds it locked: close that program or try again"
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH:
		remedy = "it may not be written: give yourself the right to write the file and its folder, or open it read-only"
	case sqlite3.SQLITE_FULL:
		remedy = "there is no room left: free some on the disk and put the batch again"
	case sqlite3.SQLITE_CANTOPEN:
		remedy = "it cannot be opened: see that its folder exists and that you may read and write in it"
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PROTOCOL:
		remedy = "the disk does not answer: see that it is connected, has room and is no network share"
	case sqlite3.SQLITE_NOTADB:
		kind, remedy = graph.ErrForeign, "it is no SQLite file: name another, or one that does not exist yet"
	case sqlite3.SQLITE_CORRUPT:
		kind, remedy = graph.ErrForeign, "it is damaged: take a copy from before, or ingest the reports into a new file"
	case sqlite3.SQLITE_TOOBIG:
		kind, remedy = graph.ErrInvalid, "a text is longer than SQLite can hold: leave it out or cut it"
	default:
		return fmt.Errorf("%s: %w", path, err)
	}
	return fmt.Errorf("%w: %s: %s (%w)", kind, path, remedy, err)
}

func isBusy(err error) bool {
	var se *sqlite.Error
	return errors.As(err, &se) && se.Code()&0xff == sqlite3.SQLITE_BUSY
}

func isUnopened(err error) bool {
	var se *sqlite.Error
	return errors.As(err, &se) && (se.Code()&0xff == sqlite3.SQLITE_CANTOPEN || se.Code()&0xff == sqlite3.SQLITE_READONLY)
}

// isTaken tells whether a row was refused since another has what must be its own.
func isTaken(err error) bool {
	var se *sqlite.Error
	return errors.As(err, &se) && se.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE
}
