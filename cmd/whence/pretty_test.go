package main

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
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

// However it is laid out, it is the same JSON, in the same order.
func FuzzPretty(f *testing.F) {
	f.Add([]byte(`{"a":[1,{"b":"c"}]}`), 10)
	f.Add([]byte(`{"b":1.50,"a":[],"a":{},"":null,"é":"\u0000<\"é\n"}`), 4)
	f.Add([]byte(`[{"a":[1,2],"b":"c"},null]`), 100)
	f.Fuzz(func(t *testing.T, raw []byte, width int) {
		if !json.Valid(raw) {
			t.Skip()
		}
		out, err := pretty(raw, width%200)
		if err != nil {
			t.Fatalf("%q: %v", raw, err)
		}
		if before, after := tokens(t, raw), tokens(t, []byte(out)); !slices.Equal(before, after) {
			t.Fatalf("%q becomes %q:\n%v\n%v", raw, out, before, after)
		}
		again, err := pretty([]byte(out), width%200)
		if err != nil || again != out {
			t.Fatalf("%q becomes %q, then %q, %v", raw, out, again, err)
		}
	})
}

// tokens are all that JSON says, in its order.
func tokens(t *testing.T, raw []byte) (out []json.Token) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	for {
		token, err := d.Token()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatalf("%q: %v", raw, err)
		}
		out = append(out, token)
	}
}
