package neo4j

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"github.com/whence-graph/whence/graph"
)

func (s *Store) closed() error {
	return fmt.Errorf("%w: neo4j: the store is closed", graph.ErrUnavailable)
}

// emptied is for a database whose (:Whence) node has gone since it was opened.
func (s *Store) emptied() error {
	return fmt.Errorf("%w: neo4j: database %q at %s has been emptied: open it again", graph.ErrUnavailable, s.at.database, s.at.host)
}

// translate makes an error of the driver one of package graph's, by its type or the server's code. What it does not
// know stays as it is, a fault of ours. ctx is the caller's.
func (s *Store) translate(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	for _, ours := range []error{graph.ErrUnavailable, graph.ErrConflict, graph.ErrInvalid, graph.ErrForeign} {
		if errors.Is(err, ours) {
			return err
		}
	}
	switch ctxErr := ctx.Err(); {
	case errors.Is(ctxErr, context.DeadlineExceeded):
		return fmt.Errorf("%w: neo4j: %s did not answer in time: %w", graph.ErrUnavailable, s.at.host, ctxErr)
	case ctxErr != nil:
		return fmt.Errorf("neo4j: %w", ctxErr)
	case s.closing.Err() != nil:
		return s.closed()
	}
	var server *neo4j.Neo4jError
	if errors.As(err, &server) {
		return s.translateCode(server)
	}
	var limit *neo4j.TransactionExecutionLimit
	if errors.As(err, &limit) && len(limit.Errors) > 0 {
		last := limit.Errors[len(limit.Errors)-1]
		if errors.As(last, &server) {
			return s.translateCode(server)
		}
		return s.unreachable(last)
	}
	var usage *neo4j.UsageError
	if errors.As(err, &usage) {
		return fmt.Errorf("neo4j: %w", err)
	}
	return s.unreachable(err) // no connection, or one that was lost
}

func (s *Store) unreachable(err error) error {
	return fmt.Errorf("%w: neo4j: no answer from %s: is the server running, and is this its Bolt port? (%w)", graph.ErrUnavailable, s.at.host, err)
}

// remedies are told by the beginning of the server's code, the longer before the shorter.
var remedies = []struct {
	code string
	is   error
	text func(a address) string
}{
	{"Neo.ClientError.Security.AuthenticationRateLimit", graph.ErrUnavailable, func(a address) string {
		return "too many wrong passwords: wait a few seconds and check the one in the address"
	}},
	{"Neo.ClientError.Security.CredentialsExpired", graph.ErrInvalid, func(a address) string {
		return "the password of user " + a.user + " must first be changed, in Neo4j's browser or with cypher-shell"
	}},
	{"Neo.ClientError.Security.AuthorizationExpired", graph.ErrUnavailable, func(address) string { return "log in again" }},
	{"Neo.ClientError.Security.Forbidden", graph.ErrInvalid, func(a address) string {
		return "user " + a.user + " must be allowed to write here, which reading needs as well"
	}},
	{"Neo.ClientError.Security.", graph.ErrInvalid, func(a address) string {
		if !a.auth {
			return "the server wants a user and a password: neo4j://user:password@" + a.host + "/" + a.database
		}
		return "user " + a.user + " is not let in: check the user and the password in the address"
	}},
	{"Neo.ClientError.Database.DatabaseNotFound", graph.ErrInvalid, func(a address) string {
		return fmt.Sprintf("there is no database %q: name another in the address (the first one of a server is neo4j)", a.database)
	}},
	{"Neo.ClientError.Database.IllegalAliasChain", graph.ErrInvalid, func(address) string { return "name another database in the address" }},
	{"Neo.ClientError.General.ForbiddenOnReadOnlyDatabase", graph.ErrUnavailable, func(address) string {
		return "the database is read-only: make it writable, which reading needs as well"
	}},
	{"Neo.ClientError.Transaction.InvalidBookmark", graph.ErrUnavailable, func(address) string { return "the database was restored: open it again" }},
	{"Neo.ClientError.Transaction.", graph.ErrUnavailable, func(address) string { return "the server ended the transaction: try again" }},
	{"Neo.ClientError.Cluster.", graph.ErrUnavailable, func(address) string { return "the cluster is choosing another leader: try again" }},
	{"Neo.TransientError.", graph.ErrUnavailable, func(address) string { return "try again" }},
	{"Neo.DatabaseError.", graph.ErrUnavailable, func(address) string { return "look into the server's log; is its disk full?" }},
}

func (s *Store) translateCode(err *neo4j.Neo4jError) error {
	for _, r := range remedies {
		if strings.HasPrefix(err.Code, r.code) {
			return fmt.Errorf("%w: neo4j at %s: %s (%w)", r.is, s.at.host, r.text(s.at), err)
		}
	}
	return fmt.Errorf("neo4j at %s: %w", s.at.host, err)
}
