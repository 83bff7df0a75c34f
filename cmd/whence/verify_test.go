package main

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite" // to change what whence itself never would
)

// A text that somebody changed behind whence's back is found out.
func TestVerifyFindsTampering(t *testing.T) {
	for what, change := range map[string]string{
		"is not the one that was read": `UPDATE report SET text = replace(text, 'Tarrant', 'Torrent') WHERE text LIKE '%Tarrant%'`,
		"does not have":                `UPDATE attribution SET evidence = replace(evidence, 'invited', 'summons') WHERE evidence LIKE '%invited%'`,
	} {
		file := filepath.Join(t.TempDir(), "w.db")
		if _, stderr, code := whence(t, "ingest", "--store", file, "--sample"); code != 0 {
			t.Fatal(stderr)
		}
		db, err := sql.Open("sqlite", file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec(change); err != nil {
			t.Fatal(err)
		}
		db.Close()
		if _, stderr, code := whence(t, "verify", "--store", file); code != 1 || !strings.Contains(stderr, what) {
			t.Errorf("%s: exit %d: %s", change, code, stderr)
		}
	}
}
