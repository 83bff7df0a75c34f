package asset_test

import (
	"bytes"
	"compress/gzip"
	"embed"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/whence-graph/whence/schema/asset"
)

//go:embed testdata
var embedded embed.FS

// A file comes as it is, packed for who takes that, and not again for who has it.
func TestServe(t *testing.T) {
	plain, err := os.ReadFile("testdata/note.txt")
	if err != nil {
		t.Fatal(err)
	}
	files := asset.New(embedded, "testdata")
	get := func(method, name string, headers ...string) *http.Response {
		r := httptest.NewRequest(method, "/"+name, nil)
		for _, h := range headers {
			key, value, _ := strings.Cut(h, ": ")
			r.Header.Set(key, value)
		}
		w := httptest.NewRecorder()
		files.Serve(w, r, name)
		return w.Result()
	}
	for name, cache := range map[string]string{"note.txt": "no-cache", "old-1.0.txt": "public, max-age=31536000, immutable"} {
		for encoding, packed := range map[string]bool{"": false, "gzip": true, "br, gzip;q=0.5": true, "gzip;q=0": false, "br": false} {
			res := get("GET", name, "Accept-Encoding: "+encoding)
			body, _ := io.ReadAll(res.Body)
			if got := res.Header.Get("Content-Encoding") == "gzip"; got != packed {
				t.Errorf("%s for %q: packed: %t", name, encoding, got)
			}
			if packed {
				r, err := gzip.NewReader(bytes.NewReader(body))
				if err != nil {
					t.Fatal(err)
				}
				body, _ = io.ReadAll(r)
			}
			if !bytes.Equal(body, plain) || res.Header.Get("Content-Type") != "text/plain; charset=utf-8" || res.Header.Get("Cache-Control") != cache {
				t.Errorf("%s for %q: %v\n%s", name, encoding, res.Header, body)
			}
			again := get("GET", name, "Accept-Encoding: "+encoding, "If-None-Match: "+res.Header.Get("ETag"))
			if again.StatusCode != http.StatusNotModified || again.Header.Get("Content-Encoding") != "" {
				t.Errorf("%s for %q, known already: %s", name, encoding, again.Status)
			}
		}
	}
	if a, b := get("GET", "note.txt").Header.Get("ETag"), get("GET", "note.txt", "Accept-Encoding: gzip").Header.Get("ETag"); a == b {
		t.Error("packed or not, the tag is the same")
	}
	if res := get("GET", "nothing.txt"); res.StatusCode != http.StatusNotFound {
		t.Errorf("a file that is not there: %s", res.Status)
	}
}
