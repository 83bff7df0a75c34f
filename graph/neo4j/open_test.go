package neo4j

import (
	"context"
	"errors"
	"net"
	"net/url"
	"strings"
	"testing"

	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/graph/graphtest"
)

// refused opens what must fail with want, in words that hold those given and not the password.
func refused(t *testing.T, address *url.URL, want error, words ...string) {
	t.Helper()
	s, err := Open(t.Context(), address.String())
	if s != nil {
		s.Close()
	}
	if !errors.Is(err, want) {
		t.Fatalf("Open(%s): got %v, want %v", address.Redacted(), err, want)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("Open(%s): the error does not say %q: %v", address.Redacted(), w, err)
		}
	}
	if password, _ := address.User.Password(); password != "" && strings.Contains(err.Error(), password) {
		t.Errorf("Open(%s): the error shows the password: %v", address.Redacted(), err)
	}
}

func TestRefusal(t *testing.T) {
	fresh(t)
	good := testAddress(t)
	change := func(f func(*url.URL)) *url.URL {
		u := *good
		f(&u)
		return &u
	}
	refused(t, change(func(u *url.URL) { u.User = url.UserPassword("neo4j", "not-the-password") }), graph.ErrInvalid, "check the user and the password")
	refused(t, change(func(u *url.URL) { u.User = nil }), graph.ErrInvalid, "user", "password")
	for _, scheme := range []string{"neo4j", "bolt"} {
		refused(t, change(func(u *url.URL) { u.Scheme, u.Path = scheme, "/nosuchdatabase" }), graph.ErrInvalid, "nosuchdatabase", "name another")
		refused(t, change(func(u *url.URL) { u.Scheme, u.Host = scheme, free(t) }), graph.ErrUnavailable, "is the server running")
		refused(t, change(func(u *url.URL) { u.Scheme = scheme + "+s" }), graph.ErrUnavailable) // it speaks no TLS
	}
}

// free is the address of a port where nobody listens.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func TestForeign(t *testing.T) {
	place := fresh(t)
	good := testAddress(t)
	cypher(t, good.String(), "CREATE (:Film {title: 'Metropolis'})", nil)
	refused(t, good, graph.ErrForeign, "something else", "DETACH DELETE")
	if rows := cypher(t, good.String(), "MATCH (n) RETURN labels(n)[0], count(*)", nil); len(rows) != 1 || rows[0][0] != "Film" {
		t.Errorf("after a refusal the database holds %v, want the film", rows)
	}
	empty(t, good.String())

	s, err := place(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	cypher(t, good.String(), "MATCH (w:Whence) SET w.version = $version", map[string]any{"version": version + 1})
	refused(t, good, graph.ErrForeign, "newer whence")

	// A database emptied behind our back.
	empty(t, good.String())
	_, countErr := s.Count(t.Context(), graph.NodeQuery{Kind: graph.ClaimKind})
	_, generationErr := s.Generation(t.Context())
	for what, err := range map[string]error{
		"Count": countErr, "Generation": generationErr, "Put": s.Put(t.Context(), graph.Batch{Actors: []*graph.Actor{graph.NewActor(graph.Person, []string{"A"}, nil)}}),
	} {
		if !errors.Is(err, graph.ErrUnavailable) {
			t.Errorf("%s in an emptied database: got %v, want %v", what, err, graph.ErrUnavailable)
		}
	}
	if rows := cypher(t, good.String(), "MATCH (n) RETURN count(n)", nil); rows[0][0] != int64(0) {
		t.Errorf("an emptied database holds %v nodes after being read", rows[0][0])
	}
}

// Several programs may set up the same database at once.
func TestOpenTogether(t *testing.T) {
	place := fresh(t)
	good := testAddress(t).String()
	for _, row := range cypher(t, good, "SHOW CONSTRAINTS YIELD name WHERE name STARTS WITH 'whence_' RETURN name", nil) {
		cypher(t, good, "DROP CONSTRAINT "+row[0].(string), nil)
	}
	for _, row := range cypher(t, good, "SHOW INDEXES YIELD name WHERE name STARTS WITH 'whence_' RETURN name", nil) {
		cypher(t, good, "DROP INDEX "+row[0].(string), nil)
	}
	type opened struct {
		s   graph.Store
		err error
	}
	ch := make(chan opened)
	for range 4 {
		go func() {
			s, err := place(context.Background())
			ch <- opened{s, err}
		}()
	}
	for range 4 {
		o := <-ch
		if o.err != nil {
			t.Errorf("Open: %v", o.err)
			continue
		}
		if n, err := o.s.Generation(t.Context()); n != 1 || err != nil {
			t.Errorf("Generation: got %d, %v, want 1", n, err)
		}
		o.s.Close()
	}
	if rows := cypher(t, good, "SHOW INDEXES YIELD name WHERE name STARTS WITH 'whence_' RETURN count(*)", nil); rows[0][0] != int64(len(statements(schema))) {
		t.Errorf("%v indexes, want %d", rows[0][0], len(statements(schema)))
	}
}

// A database from before generations of reports and claims were noted is brought up to that, and keeps what it has.
func TestUpgrade(t *testing.T) {
	place := fresh(t)
	good := testAddress(t).String()
	s, err := place(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	batches := graphtest.Generate(7, 3)
	for _, b := range batches[:2] {
		if err := s.Put(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	s.Close()
	cypher(t, good, "MATCH (n) REMOVE n.came, n.changed", nil)
	cypher(t, good, "MATCH (w:Whence) SET w.version = 1", nil)
	for _, index := range []string{"whence_report_came", "whence_claim_changed"} {
		cypher(t, good, "DROP INDEX "+index, nil)
	}
	s, err = place(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	before, err := s.Generation(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Put(t.Context(), batches[2]); err != nil {
		t.Fatal(err)
	}
	for q, want := range map[*graph.NodeQuery]int{
		{Kind: graph.ReportKind, Past: before}: 1,
		{Kind: graph.ReportKind, UpTo: before}: 2,
	} {
		if n, err := s.Count(t.Context(), *q); n != want || err != nil {
			t.Errorf("Count(%+v): got %d, %v, want %d", q, n, err, want)
		}
	}
	if rows := cypher(t, good, "MATCH (w:Whence) RETURN w.version", nil); rows[0][0] != int64(version) {
		t.Errorf("the version is %v", rows)
	}
}
