package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// server is a Neo4j of this test's own, since it is killed.
type server struct{ dir string }

// newServer starts one where the stores' tests have one too; elsewhere it skips.
func newServer(t *testing.T) server {
	t.Helper()
	if os.Getenv("WHENCE_NEO4J") == "" {
		if os.Getenv("WHENCE_TEST_ALL") == "1" {
			t.Fatal("WHENCE_TEST_ALL forbids leaving the Neo4j tests out, and WHENCE_NEO4J is not set")
		}
		t.Skip("WHENCE_NEO4J is not set: no Neo4j can be started here (make test sets it where Java and Maven are)")
	}
	s := server{filepath.Join(t.TempDir(), "neo4j")}
	t.Cleanup(func() { s.do(t, "stop", "--kill") })
	return s
}

func (s server) do(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command("../../deploy/neo4j/neo4j.sh", append(args, "--data", s.dir)...)
	var out, why bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &why
	if err := cmd.Run(); err != nil {
		t.Fatalf("neo4j.sh %v: %v\n%s", args, err, why.String())
	}
	return strings.TrimSpace(out.String())
}

// One Neo4j serves the whole story: the same reports come to the same bytes as in a file, also when the server is killed while
// they are read, and the program says what is wrong when it is away or the password is not right.
func TestNeo4j(t *testing.T) {
	reports := manyReports(t, 60)
	file := filepath.Join(t.TempDir(), "w.db")
	if _, stderr, code := whence(t, "ingest", "--store", file, reports); code != 0 {
		t.Fatal(stderr)
	}
	want := exported(t, file)

	s := newServer(t)
	url := s.do(t, "start", "--port", "0")
	port := url[strings.LastIndexByte(url, ':')+1 : strings.LastIndexByte(url, '/')]

	// Killed in the middle, twice, and started again while the ingest goes on or after it gave up.
	for _, wait := range []time.Duration{1500 * time.Millisecond, 3 * time.Second} {
		cmd := exec.Command("whence", "ingest", "--store", url, reports)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(wait)
		s.do(t, "stop", "--kill")
		s.do(t, "start", "--port", port)
		cmd.Wait() // it may have survived the outage, or ended with an error
	}
	if _, stderr, code := whence(t, "ingest", "--store", url, reports); code != 0 {
		t.Fatal(stderr)
	}
	if got := exported(t, url); got != want {
		t.Errorf("Neo4j exports %d bytes, SQLite %d, and they differ", len(got), len(want))
	}

	// The same trace from both.
	for _, args := range [][]string{{"trace", "--json"}, {"trace"}} {
		ask := func(store string) string {
			out, stderr, code := whence(t, append(args, "--store", store, "invited to observe the naval exercise")...)
			if code != 0 {
				t.Fatal(stderr)
			}
			return out
		}
		if ask(url) != ask(file) {
			t.Errorf("%v differs between the stores", args)
		}
	}

	user, rest, _ := strings.Cut(strings.TrimPrefix(url, "neo4j://"), "@")
	if _, stderr, code := whence(t, "export", "--store", "neo4j://neo4j:wrong-password@"+rest); code != 1 || !strings.Contains(stderr, "password") || strings.Contains(stderr, "wrong-password") {
		t.Errorf("a wrong password: %d: %s", code, stderr)
	}
	s.do(t, "stop")
	if _, stderr, code := whence(t, "export", "--store", url); code != 1 || !strings.Contains(stderr, "unavailable") || strings.Contains(stderr, strings.TrimPrefix(user, "neo4j:")) {
		t.Errorf("a server that is away: %d: %s", code, stderr)
	}
}
