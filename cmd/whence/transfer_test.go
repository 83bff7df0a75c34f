package main

import (
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// An export takes the place of a file and of nothing else: a pipe or a device gets the lines, a link stays a link.
func TestExportOutput(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	db := filepath.Join(dir, "w.db")
	if _, stderr, code := whence(t, "ingest", "--store", db, "--sample"); code != 0 {
		t.Fatal(stderr)
	}
	want := exported(t, db)

	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := os.OpenFile(pipe, os.O_RDWR, 0) // open at both ends, so that nobody waits for the other
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan string, 1)
	go func() {
		raw, _ := io.ReadAll(io.LimitReader(r, int64(len(want))))
		got <- string(raw)
	}()
	_, stderr, code := whence(t, "export", "--store", db, "-o", pipe)
	info, err := os.Lstat(pipe)
	if err != nil {
		t.Fatal(err)
	}
	if code != 0 || info.Mode().Type() != os.ModeNamedPipe {
		t.Fatalf("to a pipe: %d: %s; it is now %v", code, stderr, info.Mode())
	}
	if <-got != want {
		t.Error("the pipe got something else than standard output")
	}
	r.Close()

	file, link := filepath.Join(dir, "file"), filepath.Join(dir, "link")
	if err := os.WriteFile(file, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("file", link); err != nil {
		t.Fatal(err)
	}
	if _, stderr, code := whence(t, "export", "--store", db, "-o", link); code != 0 {
		t.Fatal(stderr)
	}
	if raw, err := os.ReadFile(file); err != nil || string(raw) != want {
		t.Errorf("the file behind the link has %d bytes, %v", len(raw), err)
	}
	if _, err := os.Readlink(link); err != nil {
		t.Errorf("the link is none any more: %v", err)
	}

	if out, stderr, code := whence(t, "export", "--store", db, "-o", "-"); code != 0 || out != want {
		t.Errorf("-o -: %d: %s, and %d bytes on standard output", code, stderr, len(out))
	}
}
