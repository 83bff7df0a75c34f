package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const notebook = "../../schema/notebook"

// TestNotebook runs what an analyst runs against the real server: the tests of the Python client, the notebooks, whose texts must come
// out as they are kept (with -update they are kept as they come out), and README's example.
func TestNotebook(t *testing.T) {
	py := python(t)
	urls := []string{"WHENCE_URL=" + servedFrom(t, "--sample"), "WHENCE_OWN_URL=" + servedFrom(t, notebook+"/testdata/reports.jsonl")}
	run := func(t *testing.T, args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), py, args...)
		cmd.Dir = notebook
		cmd.Env = append(os.Environ(), append(urls, "PYTHONDONTWRITEBYTECODE=1", "IPYTHONDIR="+t.TempDir())...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("python %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	t.Run("client", func(t *testing.T) {
		run(t, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_whence.py")
	})
	t.Run("notebooks", func(t *testing.T) {
		paths, err := filepath.Glob(notebook + "/*.ipynb")
		if err != nil || len(paths) == 0 {
			t.Fatalf("no notebooks: %v", err)
		}
		args := []string{"execute.py"}
		if *update {
			args = append(args, "--update")
		}
		for _, path := range paths {
			args = append(args, filepath.Base(path))
		}
		run(t, args...)
	})
	t.Run("README", func(t *testing.T) {
		raw, err := os.ReadFile(readme)
		if err != nil {
			t.Fatal(err)
		}
		code := regexp.MustCompile("(?s)```python\n(.*?)```").FindSubmatch(raw)
		if code == nil {
			t.Fatal("README shows no Python")
		}
		run(t, "-W", "error", "-c", string(code[1]))
	})
}

// servedFrom starts the real server on a new store with these reports, and gives its address.
func servedFrom(t *testing.T, reports string) string {
	t.Helper()
	store := filepath.Join(t.TempDir(), "w.db")
	if _, stderr, code := whence(t, "ingest", "--store", store, reports); code != 0 {
		t.Fatal(stderr)
	}
	url, _ := serving(t, store)
	return url
}
