package sample

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestReports(t *testing.T) {
	if !utf8.Valid(Reports) {
		t.Fatal("the sample is not UTF-8")
	}
	ids := map[string]bool{}
	stories := map[string]int{}
	for i, line := range bytes.Split(bytes.TrimSuffix(Reports, []byte("\n")), []byte("\n")) {
		var report map[string]string
		if err := json.Unmarshal(line, &report); err != nil {
			t.Errorf("line %d: %v", i+1, err)
			continue
		}
		for _, key := range []string{"id", "outlet", "published", "url", "title", "text", "language", "author"} {
			if report[key] == "" {
				t.Errorf("line %d: no %q", i+1, key)
			}
		}
		id := report["id"]
		if ids[id] {
			t.Errorf("line %d: %q is not the first report of that id", i+1, id)
		}
		ids[id] = true
		story, _, _ := strings.Cut(id, "-")
		stories[story]++
		if _, err := time.Parse(time.RFC3339, report["published"]); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
	if len(ids) < 15 {
		t.Errorf("got %d reports, want at least 15", len(ids))
	}
	if len(stories) != 3 {
		t.Errorf("got stories %v, want 3", stories)
	}
}
