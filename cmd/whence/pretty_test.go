package main

import (
	"bytes"
	"encoding/json"
	"testing"
)

func TestPretty(t *testing.T) {
	got, err := pretty([]byte(`{"z":[1,2.50,{"a":null}],"long":["first thing","second thing"],"e":[],"q":"<\"é\n"}`), 30)
	want := `{
  "z": [1, 2.50, {"a": null}],
  "long": [
    "first thing",
    "second thing"
  ],
  "e": [],
  "q": "<\"é\n"
}`
	if err != nil || got != want {
		t.Errorf("got %v\n%s\nwant\n%s", err, got, want)
	}
}

// However it is laid out, it is the same JSON.
func FuzzPretty(f *testing.F) {
	f.Add([]byte(`{"a":[1,{"b":"c"}]}`), 10)
	f.Fuzz(func(t *testing.T, raw []byte, width int) {
		var before, after bytes.Buffer
		if json.Compact(&before, raw) != nil {
			t.Skip()
		}
		out, err := pretty(raw, width%200)
		if err != nil {
			t.Fatalf("%q: %v", raw, err)
		}
		again, err := pretty([]byte(out), width%200)
		if err != nil || again != out {
			t.Fatalf("%q becomes %q, then %q, %v", raw, out, again, err)
		}
		if err := json.Compact(&after, []byte(out)); err != nil {
			t.Fatal(err)
		}
	})
}
