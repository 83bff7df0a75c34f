package neo4j

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j/config"

	"github.com/whence-graph/whence/graph"
)

// Store is a graph.Store in a Neo4j database.
type Store struct {
	at      address
	driver  neo4j.DriverWithContext
	session neo4j.SessionConfig

	mu      sync.Mutex
	closing context.Context // done when Close has been called
	close   context.CancelFunc
	busy    sync.WaitGroup
}

var _ graph.Store = (*Store)(nil)

// Open answers the store at scheme://user:password@host:port/database, and sets an empty database up as one. The
// scheme is neo4j or bolt, encrypted with +s, with a certificate of one's own with +ssc; the port is 7687 and the
// database neo4j when not told. With ?retry=30s calls go on trying for so long (the default) while the server is away.
//
// Open itself tries once: a server that does not answer is graph.ErrUnavailable, an address that cannot be right
// graph.ErrInvalid, a database of something else or of a newer whence graph.ErrForeign.
func Open(ctx context.Context, url string) (*Store, error) {
	at, err := parse(url)
	if err != nil {
		return nil, err
	}
	s, err := newStore(at)
	if err != nil {
		return nil, err
	}
	if err := s.connect(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// newStore is a store that has yet to connect.
func newStore(at address) (*Store, error) {
	auth := neo4j.NoAuth()
	if at.auth {
		auth = neo4j.BasicAuth(at.user, at.password, "")
	}
	driver, err := neo4j.NewDriverWithContext(at.server, auth, func(c *config.Config) {
		c.MaxTransactionRetryTime = at.retry
		c.ConnectionAcquisitionTimeout = max(at.retry, 5*time.Second)
		c.FetchSize = neo4j.FetchAll // every answer is wanted whole
		c.TelemetryDisabled = true
		c.UserAgent = "whence"
	})
	if err != nil {
		return nil, fmt.Errorf("%w: neo4j: %w", graph.ErrInvalid, err)
	}
	s := &Store{at: at, driver: driver, session: neo4j.SessionConfig{
		DatabaseName:    at.database,
		BookmarkManager: driver.ExecuteQueryBookmarkManager(), // so that a reader sees what a writer has written
	}}
	s.closing, s.close = context.WithCancel(context.Background())
	return s, nil
}

// connect sees to it that a server of a sufficient version answers and that the database is ours.
func (s *Store) connect(ctx context.Context) error {
	in, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	info, err := s.driver.GetServerInfo(in)
	var usage *neo4j.UsageError
	if errors.As(err, &usage) { // it speaks, but not Bolt
		return fmt.Errorf("%w: neo4j at %s: %w", graph.ErrInvalid, s.at.host, err)
	}
	if err != nil {
		return s.translate(ctx, err)
	}
	if !sufficient(info.Agent()) {
		return fmt.Errorf("%w: neo4j: the server at %s is %s: 5.26 or later is needed", graph.ErrInvalid, s.at.host, info.Agent())
	}
	return s.prepare(ctx)
}

// sufficient tells whether a server that calls itself Neo4j/5.26.1 or Neo4j/2025.10.1 has all that is used here.
// What calls itself otherwise is given a try.
func sufficient(agent string) bool {
	parts := strings.Split(strings.TrimPrefix(agent, "Neo4j/"), ".")
	if len(parts) < 2 {
		return true
	}
	major, err1 := strconv.Atoi(parts[0])
	minor, err2 := strconv.Atoi(parts[1])
	return err1 != nil || err2 != nil || major > 5 || major == 5 && minor >= 26
}

// Close waits for the calls under way, which it ends unless they are already committing. Closing twice does no harm.
func (s *Store) Close() error {
	s.mu.Lock()
	s.close()
	s.mu.Unlock()
	s.busy.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return s.driver.Close(ctx)
}

// enter is called before a transaction; false means that the store is closed. Else s.busy.Done is owed.
func (s *Store) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing.Err() != nil {
		return false
	}
	s.busy.Add(1)
	return true
}

// Generation answers the number that the last Put that changed something left.
func (s *Store) Generation(ctx context.Context) (n int64, err error) {
	err = s.transact(ctx, reading, func(ctx context.Context, t tx) error {
		rows, err := t.run(ctx, "MATCH (w:Whence) RETURN w.generation", nil)
		if err == nil && len(rows) > 0 {
			n, _ = rows[0].Values[0].(int64)
		}
		return err
	})
	if err == nil && n == 0 {
		err = s.emptied()
	}
	return n, err
}
