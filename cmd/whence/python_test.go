package main

import (
	"os"
	"testing"
)

// python is the interpreter that has what deploy/requirements.txt lists; where there is none the test is skipped.
func python(t *testing.T) string {
	t.Helper()
	path := os.Getenv("WHENCE_PYTHON")
	if path == "" {
		if os.Getenv("WHENCE_TEST_ALL") == "1" {
			t.Fatal("WHENCE_TEST_ALL forbids leaving the tests with Python out, and WHENCE_PYTHON is not set")
		}
		t.Skip("WHENCE_PYTHON is not set: no Python is asked (make test sets it; by hand: export WHENCE_PYTHON=$(deploy/python.sh))")
	}
	return path
}
