package neo4j

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/graph/graphtest"
)

// server runs deploy/neo4j/neo4j.sh on a server of its own and answers what it prints.
func server(t *testing.T, arguments ...string) string {
	t.Helper()
	out, err := exec.CommandContext(context.WithoutCancel(t.Context()), "../../deploy/neo4j/neo4j.sh", arguments...).Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 4 {
		leaveOut(t, "no server can be started here: "+string(exit.Stderr))
	}
	if err != nil {
		t.Fatalf("neo4j.sh %s: %v", arguments[0], err)
	}
	return strings.TrimSpace(string(out))
}

// A server that is killed while reports are put, and comes back.
func TestServerKilled(t *testing.T) {
	if os.Getenv(variable) == "" {
		leaveOut(t, variable+" is not set, so no server is started either")
	}
	if testing.Short() {
		t.Skip("starting a server takes long")
	}
	data := t.TempDir()
	address, err := url.Parse(server(t, "start", "--data", data, "--port", "0"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server(t, "stop", "--data", data, "--kill") })
	impatient := *address
	impatient.RawQuery = "retry=1s"
	s, err := Open(t.Context(), impatient.String())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()

	batches := graphtest.Generate(5, 400)
	written := 0 // how many batches were acknowledged
	underway, over := make(chan bool), make(chan error)
	go func() {
		for _, b := range batches {
			if err := s.Put(t.Context(), b); err != nil {
				over <- err
				return
			}
			if written++; written == 3 {
				close(underway)
			}
		}
		over <- nil
	}()
	<-underway
	server(t, "stop", "--data", data, "--kill")
	if err := <-over; !errors.Is(err, graph.ErrUnavailable) {
		t.Errorf("Put while the server is killed: got %v, want %v", err, graph.ErrUnavailable)
	}
	start := time.Now()
	_, err = s.Count(t.Context(), graph.NodeQuery{Kind: graph.ClaimKind})
	if !errors.Is(err, graph.ErrUnavailable) {
		t.Errorf("Count without a server: got %v, want %v", err, graph.ErrUnavailable)
	}
	if d := time.Since(start); d > 10*time.Second {
		t.Errorf("Count without a server took %v, though told to try for 1s", d)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err = s.Generation(ctx); !errors.Is(err, graph.ErrUnavailable) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Generation without a server and without time: got %v, want %v and %v", err, graph.ErrUnavailable, context.DeadlineExceeded)
	}

	// One that tries longer gets through when the server is back.
	patient, err := parse(address.String())
	if err != nil {
		t.Fatal(err)
	}
	patient.retry = 5 * time.Minute
	waiting, err := newStore(patient)
	if err != nil {
		t.Fatal(err)
	}
	defer waiting.Close()
	counted := make(chan error)
	go func() {
		n, err := waiting.Count(t.Context(), graph.NodeQuery{Kind: graph.ReportKind})
		if err == nil && n != written && n != written+1 { // the last may be in or not
			err = fmt.Errorf("%d reports, though %d were acknowledged", n, written)
		}
		counted <- err
	}()
	server(t, "start", "--data", data, "--port", address.Port())
	if err := <-counted; err != nil {
		t.Errorf("Count that waited for the server: %v", err)
	}
	for _, b := range batches[written:][:2] {
		if err := s.Put(t.Context(), b); err != nil {
			t.Fatalf("Put when the server is back: %v", err)
		}
	}
	n, err := s.Count(t.Context(), graph.NodeQuery{Kind: graph.ReportKind})
	if err != nil || n != written+2 {
		t.Errorf("Count when the server is back: got %d, %v, want %d", n, err, written+2)
	}
}

// One who holds the lock makes others wait, no longer than they want to.
func TestWaiting(t *testing.T) {
	place := fresh(t)
	s, err := place(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	other := bare(t, testAddress(t).String())
	defer other.Close()
	session := other.driver.NewSession(t.Context(), other.session)
	defer session.Close(t.Context())
	held, err := session.BeginTransaction(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (tx{held}).run(t.Context(), lockAlone+"RETURN generation", nil); err != nil {
		t.Fatal(err)
	}
	b := graph.Batch{Actors: []*graph.Actor{graph.NewActor(graph.Person, []string{"A"}, nil)}}
	claims := graph.NodeQuery{Kind: graph.ClaimKind}
	for what, call := range map[string]func(context.Context) error{
		"Put":   func(ctx context.Context) error { return s.Put(ctx, b) },
		"Count": func(ctx context.Context) error { _, err := s.Count(ctx, claims); return err },
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		if err := call(ctx); !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, graph.ErrUnavailable) {
			t.Errorf("%s while another writes, with a deadline: got %v, want %v", what, err, context.DeadlineExceeded)
		}
		cancel()
		ctx, cancel = context.WithCancel(t.Context())
		failed := make(chan error)
		go func() { failed <- call(ctx) }()
		cancel()
		if err := <-failed; !errors.Is(err, context.Canceled) || errors.Is(err, graph.ErrUnavailable) {
			t.Errorf("%s while another writes, cancelled: got %v, want %v", what, err, context.Canceled)
		}
	}
	waiting := make(chan error)
	go func() { waiting <- s.Put(t.Context(), b) }()
	if err := held.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-waiting; err != nil {
		t.Errorf("Put when the other has gone: %v", err)
	}
	if n, err := s.Generation(t.Context()); n != 2 || err != nil {
		t.Errorf("Generation: got %d, %v, want 2, of the one Put that was not given up", n, err)
	}
}

// A call that waits ends when the store is closed.
func TestCloseWhileWaiting(t *testing.T) {
	at, err := parse("bolt://" + free(t) + "?retry=5m")
	if err != nil {
		t.Fatal(err)
	}
	s, err := newStore(at)
	if err != nil {
		t.Fatal(err)
	}
	failed := make(chan error)
	go func() {
		_, err := s.Generation(t.Context())
		failed <- err
	}()
	if err := s.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if err := <-failed; !errors.Is(err, graph.ErrUnavailable) {
		t.Errorf("Generation of a store that is closed meanwhile: got %v, want %v", err, graph.ErrUnavailable)
	}
}

// A server that speaks something else.
func TestNoBolt(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var wg sync.WaitGroup
	defer wg.Wait()
	for range 2 {
		wg.Go(func() {
			if c, err := l.Accept(); err == nil {
				fmt.Fprint(c, "HTTP/1.1 400 Bad Request\r\n\r\n")
				c.Close()
			}
		})
	}
	for _, scheme := range []string{"bolt", "neo4j"} {
		u := &url.URL{Scheme: scheme, User: url.UserPassword("neo4j", "some-password"), Host: l.Addr().String()}
		want := graph.ErrInvalid
		if scheme == "neo4j" {
			want = graph.ErrUnavailable
		}
		refused(t, u, want, "HTTP")
	}
}
