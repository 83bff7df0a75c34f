package sqlite_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"go.uber.org/goleak"

	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/graph/graphtest"
	"github.com/whence-graph/whence/graph/sqlite"
)

// TestMain runs the tests, or, where one of them has started this program again, what that one wants done.
func TestMain(m *testing.M) {
	path := os.Getenv("WHENCE_CHILD_FILE")
	switch os.Getenv("WHENCE_CHILD") {
	case "put":
		putForever(path)
	case "open":
		s, err := sqlite.Open(context.Background(), path)
		fmt.Println(errors.Is(err, graph.ErrUnavailable), s == nil, err)
		r, err := sqlite.OpenReadOnly(context.Background(), path)
		if err != nil {
			fmt.Println(err)
			return
		}
		n, err := r.Count(context.Background(), graph.NodeQuery{Kind: graph.ReportKind})
		fmt.Println(n, err)
	default:
		goleak.VerifyTestMain(m)
	}
}

// child is this program once more.
func child(t *testing.T, what, path string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), self)
	c.Env = append(os.Environ(), "WHENCE_CHILD="+what, "WHENCE_CHILD_FILE="+path)
	c.Stderr = os.Stderr
	return c
}

// many are the batches that the child puts one after the other.
const many = 400

// putForever puts from where the store stands, and says so after each.
func putForever(path string) {
	ctx := context.Background()
	s, err := sqlite.Open(ctx, path)
	if err != nil {
		panic(err)
	}
	n, err := s.Generation(ctx)
	if err != nil {
		panic(err)
	}
	for i, b := range graphtest.Generate(9, many)[n-1:] {
		if err := s.Put(ctx, b); err != nil {
			panic(err)
		}
		fmt.Println(int(n) + i)
	}
}

// TestKilled kills a program that writes, again and again, and looks what it has left: every batch whose Put had
// returned, and the one that was under way whole or not at all.
func TestKilled(t *testing.T) {
	rounds := 4
	if testing.Short() {
		rounds = 2
	}
	path := filepath.Join(t.TempDir(), "killed.db")
	beside := open(t, filepath.Join(t.TempDir(), "beside.db")) // put the same, in peace
	batches := graphtest.Generate(9, many)
	done := 0
	for round := range rounds {
		c := child(t, "put", path)
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		said := 0
		for range 1 + rand.IntN(6) {
			if !lines.Scan() {
				t.Fatalf("the child has ended by itself: %v", lines.Err())
			}
			fmt.Sscan(lines.Text(), &said)
		}
		for range rand.IntN(1 << 20) { // to meet it anywhere in its next Put
			runtime.Gosched()
		}
		c.Process.Kill()
		for lines.Scan() {
			fmt.Sscan(lines.Text(), &said)
		}
		c.Wait()

		s := open(t, path)
		n, err := s.Generation(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if int(n)-1 < said {
			t.Fatalf("round %d: %d batches are there, but %d had been put", round, n-1, said)
		}
		for ; done < int(n)-1; done++ {
			if err := beside.Put(t.Context(), batches[done]); err != nil {
				t.Fatal(err)
			}
		}
		if dump(t, s) != dump(t, beside) {
			t.Fatalf("round %d: other than after %d batches", round, done)
		}
		s.Close()
		var sound string
		if err := database(t, path).QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&sound); err != nil || sound != "ok" {
			t.Fatalf("round %d: %s, %v", round, sound, err)
		}
	}
	t.Logf("%d batches in %d lives", done, rounds)
}

// TestReadOnlyFile opens a file that may not be written, as a user whom that concerns.
func TestReadOnlyFile(t *testing.T) {
	dir, err := os.MkdirTemp("", "whence")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(dir, 0o700); os.RemoveAll(dir) })
	path := filepath.Join(dir, "graph.db")
	s := open(t, path)
	fill(t, s, 2)
	s.Close()
	for _, mode := range []struct {
		what      string
		dir, file os.FileMode
		reads     bool
	}{
		{"the file is read-only", 0o777, 0o444, true},
		{"the folder is read-only, too", 0o555, 0o444, true},
		{"the file may not even be read", 0o555, 0o000, false},
	} {
		t.Run(mode.what, func(t *testing.T) {
			if err := errors.Join(os.Chmod(path, mode.file), os.Chmod(dir, mode.dir)); err != nil {
				t.Fatal(err)
			}
			c := child(t, "open", path)
			if os.Getuid() == 0 { // whom no mode concerns
				c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
				readable(t, c)
			}
			raw, err := c.Output()
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
			if !strings.HasPrefix(lines[0], "true true") || !strings.Contains(lines[0], path) {
				t.Errorf("Open: %s", lines[0])
			}
			if mode.reads && lines[1] != "2 <nil>" {
				t.Errorf("OpenReadOnly: %s", lines[1])
			}
			if !mode.reads && !strings.Contains(lines[1], path) {
				t.Errorf("OpenReadOnly: %s", lines[1])
			}
		})
	}
}

// readable lets everybody run the program, which a test's folder does not.
func readable(t *testing.T, c *exec.Cmd) {
	t.Helper()
	raw, err := os.ReadFile(c.Path)
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "whence")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	c.Path = filepath.Join(dir, "child")
	if err := errors.Join(os.Chmod(dir, 0o755), os.WriteFile(c.Path, raw, 0o755)); err != nil {
		t.Fatal(err)
	}
	c.Dir = dir
}
