package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"sync"
)

// session is one connection and the statements prepared on it. One goroutine uses it at a time.
type session struct {
	conn       *sql.Conn
	statements map[string]*sql.Stmt
}

// statementsKept bounds the shapes of query that a session keeps.
const statementsKept = 256

func (s *session) prepare(query string) (*sql.Stmt, error) {
	if st := s.statements[query]; st != nil {
		return st, nil
	}
	if len(s.statements) >= statementsKept {
		s.forget()
	}
	st, err := s.conn.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, err
	}
	s.statements[query] = st
	return st, nil
}

func (s *session) exec(ctx context.Context, query string, args ...any) error {
	st, err := s.prepare(query)
	if err != nil {
		return err
	}
	_, err = st.ExecContext(ctx, args...)
	return err
}

// each runs the query and calls row for every row of the answer, which scans it.
func (s *session) each(ctx context.Context, query string, args []any, row func(*sql.Rows) error) (err error) {
	st, err := s.prepare(query)
	if err != nil {
		return err
	}
	rows, err := st.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// one scans the only row of the answer.
func (s *session) one(ctx context.Context, query string, args []any, into ...any) error {
	st, err := s.prepare(query)
	if err != nil {
		return err
	}
	return st.QueryRowContext(ctx, args...).Scan(into...)
}

// end leaves a transaction, whatever became of the context.
func (s *session) end(how string) error { return s.exec(context.Background(), how) }

// close must forget the statements first, or SQLite would keep the file open for them.
func (s *session) close() error {
	s.forget()
	return s.conn.Close()
}

func (s *session) forget() {
	for q, st := range s.statements {
		st.Close()
		delete(s.statements, q)
	}
}

// readers are the connections that read. There are as many as calls at a time, so that a call inside a loop over
// edges never waits for the loop; a few are kept for the next call.
type readers struct {
	db     *sql.DB
	mu     sync.Mutex
	idle   []*session
	closed bool
}

const readersKept = 8

func (r *readers) get(ctx context.Context) (*session, error) {
	r.mu.Lock()
	if n := len(r.idle); n > 0 {
		s := r.idle[n-1]
		r.idle = r.idle[:n-1]
		r.mu.Unlock()
		return s, nil
	}
	r.mu.Unlock()
	return newSession(ctx, r.db)
}

func newSession(ctx context.Context, db *sql.DB) (*session, error) {
	c, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &session{conn: c, statements: map[string]*sql.Stmt{}}, nil
}

func (r *readers) put(s *session) {
	r.mu.Lock()
	keep := !r.closed && len(r.idle) < readersKept
	if keep {
		r.idle = append(r.idle, s)
	}
	r.mu.Unlock()
	if !keep {
		s.close()
	}
}

func (r *readers) close() error {
	r.mu.Lock()
	idle := r.idle
	r.idle, r.closed = nil, true
	r.mu.Unlock()
	for _, s := range idle {
		s.close()
	}
	if r.db == nil { // never opened
		return nil
	}
	return r.db.Close()
}

// array is a list of numbers as JSON, by which SQL takes it: IN (SELECT value FROM json_each(?)).
func array(list []int64) string {
	b := make([]byte, 0, 2+20*len(list))
	b = append(b, '[')
	for i, n := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, n, 10)
	}
	return string(append(b, ']'))
}
