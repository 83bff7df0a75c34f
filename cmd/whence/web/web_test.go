package web

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// TestBundle makes the scripts anew and wants the very bytes that are committed.
func TestBundle(t *testing.T) {
	dir := t.TempDir()
	cmd := exec.Command("go", "run", ".", dir)
	cmd.Dir = "tools"
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=readonly", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		fetched := exec.Command("go", "list", "-deps", ".")
		fetched.Dir = "tools"
		if fetched.Run() != nil && os.Getenv("WHENCE_TEST_ALL") != "1" {
			t.Skipf("LEFT OUT: the bundler's module cannot be fetched:\n%s", out)
		}
		t.Fatalf("go -C cmd/whence/web/tools run .: %v\n%s", err, out)
	}
	made, err := os.ReadDir(dir)
	if err != nil || len(made) == 0 {
		t.Fatalf("nothing was made: %v", err)
	}
	for _, e := range made {
		want, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join("static", e.Name()))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("static/%s is not what src gives: go -C cmd/whence/web/tools run .", e.Name())
		}
	}
}

// get fetches from a handler that lies below a prefix, as behind a proxy.
func get(t *testing.T, server, path string, header http.Header) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, server+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header = header
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

var links = regexp.MustCompile(`(?:src|href)="([^"#]+)"`)

// Every view answers with the page, and what the page links to is there, wherever all of it is mounted.
func TestPage(t *testing.T) {
	for _, prefix := range []string{"", "/deep/down"} {
		server := httptest.NewServer(http.StripPrefix(prefix, Handler()))
		defer server.Close()
		var wg sync.WaitGroup
		for _, view := range Views {
			wg.Go(func() {
				resp, body := get(t, server.URL, prefix+view, nil)
				if resp.StatusCode != http.StatusOK || !strings.Contains(body, "<main") {
					t.Errorf("%s: %s", prefix+view, resp.Status)
				}
				for _, m := range links.FindAllStringSubmatch(body, -1) {
					if m[1] == "graphql" || m[1] == "graphiql" { // which others serve
						continue
					}
					target, err := resp.Request.URL.Parse(m[1])
					if err != nil {
						t.Errorf("%s: %v", m[1], err)
						continue
					}
					part, content := get(t, server.URL, target.Path, nil)
					if part.StatusCode != http.StatusOK || content == "" {
						t.Errorf("%s links to %s: %s", prefix+view, target.Path, part.Status)
					}
				}
			})
		}
		wg.Wait()
		for _, absent := range []string{"/nothing", "/explorer/", "/explorer/nothing.js", "/explorer/../web.go", "/search/more"} {
			if resp, _ := get(t, server.URL, prefix+absent, nil); resp.StatusCode != http.StatusNotFound {
				t.Errorf("%s: %s", absent, resp.Status)
			}
		}
	}
}

// The browser is told to run nothing but our scripts, and to ask nobody but us.
func TestHeaders(t *testing.T) {
	server := httptest.NewServer(Handler())
	defer server.Close()
	resp, page := get(t, server.URL, "/trace?claim=c:x", nil)
	csp := resp.Header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "script-src 'self';", "style-src 'self';", "connect-src 'self'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"} {
		if !strings.Contains(csp, want) {
			t.Errorf("the policy lacks %s: %s", want, csp)
		}
	}
	if strings.Contains(csp, "unsafe") {
		t.Errorf("the policy is loose: %s", csp)
	}
	if regexp.MustCompile(`<style|style="|<script>|javascript:|\son[a-z]+="|https?://`).MatchString(page) {
		t.Error("the page holds what its own policy forbids, or an address elsewhere")
	}
	if resp.Header.Get("X-Content-Type-Options") != "nosniff" || resp.Header.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("headers: %v", resp.Header)
	}

	resp, _ = get(t, server.URL, "/explorer/explorer.js", http.Header{"Accept-Encoding": {"gzip"}})
	if resp.Header.Get("Content-Encoding") != "gzip" || resp.Header.Get("Content-Type") != "text/javascript; charset=utf-8" {
		t.Errorf("the script: %v", resp.Header)
	}
	again, _ := get(t, server.URL, "/explorer/explorer.js", http.Header{"Accept-Encoding": {"gzip"}, "If-None-Match": {resp.Header.Get("ETag")}})
	if again.StatusCode != http.StatusNotModified {
		t.Errorf("what is known already is sent again: %s", again.Status)
	}
}
