package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestArrows holds the imports between our packages to the layout that README draws. Whoever adds an arrow adds it here,
// and says why in the package's doc comment.
func TestArrows(t *testing.T) {
	const module = "github.com/whence-graph/whence/"
	allowed := map[string][]string{
		"graph":           {},
		"graph/dump":      {"graph"},
		"graph/export":    {"graph"},
		"graph/graphtest": {"graph"},
		"graph/neo4j":     {"graph"},
		"graph/sqlite":    {"graph"},
		"ingest":          {"graph", "ingest/model"},
		"ingest/encoder":  {},
		"ingest/model":    {"graph", "ingest/encoder"},
		"ingest/read":     {"graph", "ingest"},
		"ingest/sample":   {},
		"ingest/score":    {"graph", "ingest", "ingest/read"},
		"schema":          {"graph", "schema/asset"},
		"schema/asset":    {},
		"cmd/whence/web":  {"schema/asset"},
		"cmd/whence":      {"cmd/whence/web", "graph", "graph/dump", "graph/export", "graph/neo4j", "graph/sqlite", "ingest", "ingest/read", "ingest/sample", "ingest/score", "schema"},
	}
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, module+"...").CombinedOutput()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		f := strings.Fields(line)
		pkg := strings.TrimPrefix(f[0], module)
		arrows, ok := allowed[pkg]
		if !ok {
			t.Errorf("package %s is not in the layout", pkg)
		}
		for _, to := range f[1:] {
			if to, ours := strings.CutPrefix(to, module); ours && !slices.Contains(arrows, to) {
				t.Errorf("%s must not import %s", pkg, to)
			}
			if pkg == "graph" && strings.Contains(strings.SplitN(to, "/", 2)[0], ".") {
				t.Errorf("graph must import the standard library only, not %s", to)
			}
		}
	}
}
