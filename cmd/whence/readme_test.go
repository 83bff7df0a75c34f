package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/whence-graph/whence/ingest/sample"
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
	t.Run("exports", func(t *testing.T) { // in Python
		_, rest, _ := strings.Cut(string(raw), "\n## Exports\n")
		_, rest, _ = strings.Cut(rest, "```python\n")
		script, _, ok := strings.Cut(rest, "```\n")
		if !ok {
			t.Fatal("README shows no way to read an export")
		}
		python := python(t)
		if err := os.WriteFile(filepath.Join(dir, "read.py"), []byte(script), 0o644); err != nil {
			t.Fatal(err)
		}
		if out := shell(t, dir, python+" read.py"); !strings.Contains(out, "Renata Quist INVITED Joren Maelis") || !strings.Contains(out, "Ivo Tarrant") {
			t.Errorf("it says\n%s", out)
		}
	})
	if *update {
		if err := os.WriteFile(readme, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestExamples runs the examples of every --help, in a folder that has the files and the sample that they ask for.
func TestExamples(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "reports.jsonl"), sample.Reports, 0o644); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"report.txt":   "The bridge is safe, said Mara Quill.",
		"marked.jsonl": `{"text":"The bridge is safe, said Mara Quill.","attributions":[{"source":[[25,35]],"cue":[[20,24]],"content":[[0,18]]}]}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	shell(t, dir, "whence ingest --store whence.db --sample && whence export --store whence.db -o graph.jsonl")
	root := newRoot()
	for _, c := range append(root.Commands(), root) {
		if c.Example == "" {
			t.Errorf("%s --help has no example", c.CommandPath())
		}
		for line := range strings.Lines(c.Example) {
			if line = strings.TrimSpace(line); !strings.HasPrefix(line, "whence serve ") { // TestServe does that
				shell(t, dir, line)
			}
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
