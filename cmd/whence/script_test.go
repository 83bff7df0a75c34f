package main

import (
	"flag"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite what the scripts want with what the program says")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"whence": main})
}

// TestScripts runs testdata/script against the real program. Scripts that need the real Neo4j ask for [neo4j]:
// WHENCE_NEO4J names a server that the tests may empty.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: *update,
		Condition: func(cond string) (bool, error) {
			return cond == "root" && os.Geteuid() == 0, nil
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}
