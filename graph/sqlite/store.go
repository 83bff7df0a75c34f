package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/whence-graph/whence/graph"
)

// Store is a graph in a file. It may be used by many goroutines at once, and others may have the same file open.
type Store struct {
	path     string
	readOnly bool
	readers  readers
	writers  *sql.DB       // makes but one connection
	writer   *session      // it; nil when read-only
	turn     chan struct{} // holds one token; who has it writes
	patience time.Duration // how long to wait for another program's write
	closed   atomic.Bool
}

var _ graph.Store = (*Store)(nil)

// patience is how long Open and Put wait for other programs, unless their context ends before.
const patience = 10 * time.Second

// Close ends the use of the store. What is being read or written comes to its end first.
func (s *Store) Close() error {
	if s.closed.Swap(true) {
		return nil
	}
	err := s.readers.close()
	if s.writer != nil {
		<-s.turn
		// Moves what is in the -wal file into the main one, if nobody else has it open. If that
		// fails, the next to open it does it.
		s.writer.close()
		s.turn <- struct{}{} // those who wait find it closed
	}
	if s.writers != nil {
		err = errors.Join(err, s.writers.Close())
	}
	return translate(context.Background(), s.path, err)
}

func (s *Store) usable(ctx context.Context) error {
	if s.closed.Load() {
		return fmt.Errorf("%w: %s: it has been closed", graph.ErrUnavailable, s.path)
	}
	return ctx.Err()
}

// fail is the error as the caller gets it.
func (s *Store) fail(ctx context.Context, err error) error {
	if err != nil && s.closed.Load() {
		return fmt.Errorf("%w: %s: it has been closed (%w)", graph.ErrUnavailable, s.path, err)
	}
	return translate(ctx, s.path, err)
}

// read runs f in one read transaction: all that it sees is of one moment.
func (s *Store) read(ctx context.Context, f func(*session) error) (err error) {
	if err := s.usable(ctx); err != nil {
		return err
	}
	r, err := s.readers.get(ctx)
	if err != nil {
		return s.fail(ctx, err)
	}
	if err := r.exec(context.Background(), "BEGIN"); err != nil { // waits for nothing
		r.close()
		return s.fail(ctx, err)
	}
	defer func() {
		if r.end("COMMIT") != nil {
			r.close()
			return
		}
		s.readers.put(r)
	}()
	return s.fail(ctx, f(r))
}

// write runs f in one write transaction, which is kept if f answers true and no error.
func (s *Store) write(ctx context.Context, f func(*session) (bool, error)) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	if s.readOnly {
		return fmt.Errorf("%w: %s: it was opened read-only: open it for writing", graph.ErrUnavailable, s.path)
	}
	select {
	case <-s.turn:
		defer func() { s.turn <- struct{}{} }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := s.usable(ctx); err != nil {
		return err
	}
	if err := begin(ctx, s.writer, s.patience); err != nil {
		return s.fail(ctx, err)
	}
	changed, err := f(s.writer)
	if err == nil {
		err = ctx.Err()
	}
	if err == nil && changed {
		// Not to be cut short: an error must mean that nothing was written.
		if err = s.writer.end("COMMIT"); err == nil {
			return nil
		}
	}
	s.writer.end("ROLLBACK") // an error of its own only where SQLite has rolled back already
	return s.fail(ctx, err)
}

// begin starts a write transaction when it is its turn among all programs that write to the file. Each try waits for
// the writer's busy_timeout only and is not to be cut short: one could not tell whether it has begun.
func begin(ctx context.Context, w *session, patience time.Duration) error {
	return patiently(ctx, patience, func() error { return w.exec(context.Background(), "BEGIN IMMEDIATE") })
}

// patiently runs f again and again while the file is locked. SQLite's own way of waiting sleeps longer and longer, so
// that it may never come to its turn beside a busy writer; this one keeps knocking.
func patiently(ctx context.Context, patience time.Duration, f func() error) error {
	end := time.Now().Add(patience)
	for {
		err := f()
		if !isBusy(err) || time.Now().After(end) {
			return err
		}
		t := time.NewTimer(time.Millisecond + rand.N(4*time.Millisecond))
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return ctx.Err()
		}
	}
}

// Generation answers the number of the last change.
func (s *Store) Generation(ctx context.Context) (n int64, err error) {
	err = s.read(ctx, func(r *session) error {
		n, err = r.generation(ctx)
		return err
	})
	return n, err
}

func (s *session) generation(ctx context.Context) (n int64, err error) {
	err = s.one(ctx, "SELECT generation FROM meta", nil, &n)
	return n, err
}

// micros is a time as the file has it.
func micros(t time.Time) sql.NullInt64 {
	if t.IsZero() {
		return sql.NullInt64{}
	}
	return sql.NullInt64{Int64: t.UnixMicro(), Valid: true}
}

// moment is the time that micros was made of.
func moment(n sql.NullInt64) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return time.UnixMicro(n.Int64).UTC()
}
