package neo4j

import (
	"context"
	"fmt"
	"hash/fnv"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"go.uber.org/goleak"

	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/graph/graphtest"
)

// WHENCE_NEO4J is the URL of a database that tests may empty, as deploy/neo4j/neo4j.sh start prints it.
const variable = "WHENCE_NEO4J"

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestStore(t *testing.T)      { graphtest.Run(t, fresh) }
func BenchmarkStore(b *testing.B) { graphtest.Bench(b, fresh, 300) }

// fresh makes a place of the test database, emptied, and keeps tests of other packages out of it meanwhile.
func fresh(t testing.TB) graphtest.Place {
	t.Helper()
	url := os.Getenv(variable)
	if url == "" {
		leaveOut(t, variable+" is not set: it is to be the URL of a Neo4j database that may be emptied (deploy/neo4j/neo4j.sh start prints one)")
	}
	hold(t, url)
	empty(t, url)
	return func(ctx context.Context) (graph.Store, error) { return Open(ctx, url) }
}

// leaveOut skips a test, where that is allowed.
func leaveOut(t testing.TB, why string) {
	t.Helper()
	if os.Getenv("WHENCE_TEST_ALL") == "1" {
		t.Fatal("WHENCE_TEST_ALL forbids leaving this out: " + why)
	}
	t.Skip(why)
}

// testAddress is the URL of the test database.
func testAddress(t testing.TB) *url.URL {
	t.Helper()
	u, err := url.Parse(os.Getenv(variable))
	if err != nil {
		t.Fatal("malformed " + variable)
	}
	return u
}

// hold locks the server until the test ends: a lock on the file whence-neo4j-HASH.lock in the temporary directory,
// HASH being FNV-1a, 64 bits, of the URL in hexadecimal. Whoever uses WHENCE_NEO4J in tests does the same.
func hold(t testing.TB, url string) {
	t.Helper()
	h := fnv.New64a()
	h.Write([]byte(url))
	f, err := os.OpenFile(filepath.Join(os.TempDir(), fmt.Sprintf("whence-neo4j-%x.lock", h.Sum64())), os.O_CREATE|os.O_RDWR, 0o666)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
}

// empty deletes everything in the database but the schema.
func empty(t testing.TB, url string) {
	t.Helper()
	cypher(t, url, "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 1000 ROWS", nil)
}

// cypher runs a statement on its own and answers its rows.
func cypher(t testing.TB, url, statement string, params map[string]any) [][]any {
	t.Helper()
	s := bare(t, url)
	defer s.Close()
	session := s.driver.NewSession(t.Context(), s.session)
	defer session.Close(t.Context())
	result, err := session.Run(t.Context(), statement, params)
	if err != nil {
		t.Fatal(err)
	}
	records, err := result.Collect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]any
	for _, r := range records {
		rows = append(rows, r.Values)
	}
	return rows
}

// bare is a store that has not looked at its database.
func bare(t testing.TB, url string) *Store {
	t.Helper()
	at, err := parse(url)
	if err != nil {
		t.Fatal(err)
	}
	s, err := newStore(at)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestScale tells how fast answers are on graphs of WHENCE_SCALE claims ("10000 100000 1000000"); it takes hours for a million.
func TestScale(t *testing.T) {
	for n := range strings.FieldsSeq(os.Getenv("WHENCE_SCALE")) {
		claims, err := strconv.Atoi(n)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(n, func(t *testing.T) { graphtest.Scale(t, fresh, claims) })
	}
}
