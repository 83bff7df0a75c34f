package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// nobody is a folder that others may enter, and a way to run the program in it as one to whom modes matter: to root they do not.
func nobody(t *testing.T) (dir string, run func(args ...string) (out string, code int)) {
	t.Helper()
	dir, err := os.MkdirTemp("", "whence")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(dir, 0o700); os.RemoveAll(dir) })
	self, err := exec.LookPath("whence")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "whence")
	if err := errors.Join(os.Chmod(dir, 0o755), os.WriteFile(program, raw, 0o755)); err != nil {
		t.Fatal(err)
	}
	return dir, func(args ...string) (string, int) {
		cmd := exec.CommandContext(t.Context(), program, args...)
		cmd.Dir = dir
		if os.Getuid() == 0 {
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		}
		out, err := cmd.CombinedOutput()
		if err != nil && cmd.ProcessState == nil {
			t.Fatal(err)
		}
		return string(out), cmd.ProcessState.ExitCode()
	}
}

// Whoever may read a store but not write it can ask everything, and is told when it would have to be written.
func TestReadOnlyStore(t *testing.T) {
	dir, run := nobody(t)
	store := filepath.Join(dir, "w.db")
	if _, stderr, code := whence(t, "ingest", "--store", store, "--sample"); code != 0 {
		t.Fatal(stderr)
	}
	if err := errors.Join(os.Chmod(store, 0o444), os.Chmod(dir, 0o555)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		code int
		say  string
	}{
		{[]string{"query", "{ stats { reports } }"}, 0, `"reports": 21`},
		{[]string{"trace", "invited to observe the exercise"}, 0, "Origin "},
		{[]string{"export"}, 0, `"type":"claim"`},
		{[]string{"verify"}, 0, "21 reports have their hashes"},
		{[]string{"ingest", "--sample"}, exitFailed, "may not be written"},
	} {
		out, code := run(append(c.args, "--store", store)...)
		if code != c.code || !strings.Contains(out, c.say) {
			t.Errorf("whence %v: exit code %d, want %d and %q: %.300s", c.args, code, c.code, c.say, out)
		}
	}
}

// A folder that may not be read costs itself, and not those beside it.
func TestUnreadableFolder(t *testing.T) {
	dir, run := nobody(t)
	for _, f := range []struct {
		name string
		mode os.FileMode
	}{{"in", 0o755}, {"in/a", 0o755}, {"in/locked", 0}, {"in/z", 0o755}} {
		if err := os.Mkdir(filepath.Join(dir, f.name), f.mode); err != nil {
			t.Fatal(err)
		}
	}
	for name, mode := range map[string]os.FileMode{"in/a/one.txt": 0o644, "in/a/two.txt": 0o000, "in/z/three.txt": 0o644, "in/z/.four": 0o644} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(name), mode); err != nil {
			t.Fatal(err)
		}
	}
	out, code := run("extract", "in")
	if code != exitRefused {
		t.Errorf("exit code %d, want %d", code, exitRefused)
	}
	for _, say := range []string{`"id":"in/a/one.txt"`, "in/a/two.txt: read: permission denied; make it readable", "in/locked: read: permission denied; make it readable", `"id":"in/z/three.txt"`, `"path":"in/z/.four","why":"hidden"`} {
		if !strings.Contains(out, say) {
			t.Errorf("it does not say %q:\n%s", say, out)
		}
	}
}
