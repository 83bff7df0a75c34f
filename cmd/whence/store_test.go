package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Whoever may read a store but not write it can ask everything, and is told when it would have to be written.
func TestReadOnlyStore(t *testing.T) {
	dir, err := os.MkdirTemp("", "whence") // one that others may enter
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
	program, store := filepath.Join(dir, "whence"), filepath.Join(dir, "w.db")
	if err := os.WriteFile(program, raw, 0o755); err != nil {
		t.Fatal(err)
	}
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
		cmd := exec.CommandContext(t.Context(), program, append(c.args, "--store", store)...)
		cmd.Dir = dir
		if os.Getuid() == 0 { // whom no mode concerns
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		}
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
			t.Fatal(err)
		}
		if cmd.ProcessState.ExitCode() != c.code || !strings.Contains(out.String(), c.say) {
			t.Errorf("whence %v: exit code %d, want %d and %q: %.300s", c.args, cmd.ProcessState.ExitCode(), c.code, c.say, out.String())
		}
	}
}
