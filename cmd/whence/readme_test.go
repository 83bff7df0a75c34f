package main

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
)

const readme = "../../README.md"

// TestREADME runs the commands that README shows ("$ bin/whence ..", in its console blocks, in one folder) and wants the very
// answers that it prints. With -update they are written into it.
func TestREADME(t *testing.T) {
	raw, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	const open, shut = "```console\n", "```\n"
	dir := t.TempDir()
	var out strings.Builder
	rest, n := string(raw), 0
	for {
		before, block, ok := strings.Cut(rest, open)
		out.WriteString(before)
		if !ok {
			break
		}
		var got strings.Builder
		block, rest, _ = strings.Cut(block, shut)
		command := ""
		for line := range strings.Lines(block) {
			if strings.HasPrefix(line, "$ ") || command != "" && strings.HasSuffix(strings.TrimSpace(command), "\\") {
				command += strings.TrimPrefix(line, "$ ")
				got.WriteString(line)
				if strings.HasSuffix(strings.TrimSpace(line), "\\") {
					continue
				}
				n++
				got.WriteString(shell(t, dir, strings.ReplaceAll(command, "bin/whence", "whence")))
				command = ""
			}
		}
		if got.String() != block && !*update {
			t.Errorf("README shows\n%s\nbut the program says\n%s", block, got.String())
		}
		out.WriteString(open + got.String() + shut)
	}
	if n == 0 {
		t.Error("README shows no command")
	}
	if *update {
		if err := os.WriteFile(readme, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// shell runs one line and gives what it wrote to standard output.
func shell(t *testing.T, dir, command string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh", "-c", command)
	cmd.Dir = dir
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", command, err, stderr.String())
	}
	return stdout.String()
}
