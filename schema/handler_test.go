package schema

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/graph/graphtest"
)

// serve starts a server for the test.
func serve(t testing.TB, r graph.Reader, o Options) *httptest.Server {
	s := httptest.NewServer(Handler(r, o))
	t.Cleanup(s.Close)
	return s
}

// send makes a request; headers are "Name: value". Any goroutine may.
func send(t testing.TB, s *httptest.Server, method, path, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	failed := func(err error) (*http.Response, string) {
		t.Errorf("%s %.100s: %v", method, path, err)
		return &http.Response{Header: http.Header{}}, ""
	}
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		return failed(err)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Add(name, value)
	}
	tr := &http.Transport{DisableCompression: true}
	defer tr.CloseIdleConnections()
	res, err := tr.RoundTrip(req)
	if err != nil {
		return failed(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return failed(err)
	}
	return res, string(raw)
}

const (
	asJSON  = "Content-Type: application/json"
	newType = "Accept: application/graphql-response+json"
)

// GraphQL over HTTP: what is asked how, and with what status it is answered.
func TestHandler(t *testing.T) {
	store, _ := openStory(t)
	s := serve(t, store, Options{})
	const good, data = `{"query":"{stats{claims}}"}`, `{"data":{"stats":{"claims":4}}}`
	for _, c := range []struct {
		name, method, path, body string
		headers                  []string
		status                   int
		want                     string
	}{
		{"POST", "POST", "/graphql", good, []string{asJSON}, 200, data},
		{"POST in UTF-8", "POST", "/graphql", good, []string{"Content-Type: application/json; charset=UTF-8"}, 200, data},
		{"POST with the new type", "POST", "/graphql", good, []string{asJSON, newType}, 200, data},
		{"POST of a bare query", "POST", "/graphql", "{stats{claims}}", []string{"Content-Type: application/graphql"}, 200, data},
		{"POST with all there is", "POST", "/graphql", `{"query":"query A($n:Int){reports(first:$n){nodes{id}}} query B{stats{claims}}","operationName":"B","variables":{"n":1},"extensions":{"a":1}}`, []string{asJSON}, 200, data},
		{"nulls", "POST", "/graphql", `{"query":"{stats{claims}}","operationName":null,"variables":null,"extensions":null}`, []string{asJSON}, 200, data},
		{"GET", "GET", "/graphql?query=" + url.QueryEscape("{stats{claims}}"), "", nil, 200, data},
		{"GET with variables", "GET", "/graphql?operationName=Q&query=" + url.QueryEscape("query Q($no:Boolean!){stats{claims reports@skip(if:$no)}}") + "&variables=" + url.QueryEscape(`{"no":true}`), "", nil, 200, data},
		{"GET with bad variables", "GET", "/graphql?query={stats{claims}}&variables=[1]", "", nil, 400, `variables is not a JSON object`},
		{"GET of a mutation", "GET", "/graphql?query=" + url.QueryEscape("mutation{a}"), "", []string{newType}, 400, `only queries and subscriptions are answered`},
		{"a long GET", "GET", "/graphql?query=" + strings.Repeat("a", 70000), "", nil, 414, "TOO_LARGE"},
		{"PUT", "PUT", "/graphql", good, []string{asJSON}, 405, "by POST or GET"},
		{"no type", "POST", "/graphql", good, nil, 415, "application/json or"},
		{"a form", "POST", "/graphql", good, []string{"Content-Type: text/plain"}, 415, "application/json or"},
		{"another charset", "POST", "/graphql", good, []string{"Content-Type: application/json; charset=latin1"}, 415, "UTF-8"},
		{"a compressed body", "POST", "/graphql", good, []string{asJSON, "Content-Encoding: gzip"}, 415, "not compressed"},
		{"not to be had", "POST", "/graphql", good, []string{asJSON, "Accept: image/png"}, 406, "answers are"},
		{"anything accepted", "POST", "/graphql", good, []string{asJSON, "Accept: image/png, */*;q=0.1"}, 200, data},
		{"no JSON", "POST", "/graphql", "{", []string{asJSON}, 400, "not a JSON object"},
		{"two JSONs", "POST", "/graphql", good + good, []string{asJSON}, 400, "not a JSON object"},
		{"a list", "POST", "/graphql", "[" + good + "]", []string{asJSON}, 400, "one query at a time"},
		{"a string", "POST", "/graphql", `"x"`, []string{asJSON}, 400, "not a JSON object"},
		{"a query that is no text", "POST", "/graphql", `{"query":1}`, []string{asJSON}, 400, "query is not of the right type"},
		{"variables in a string", "POST", "/graphql", `{"query":"{stats{claims}}","variables":"{}"}`, []string{asJSON}, 400, "variables is not of the right type"},
		{"no query", "POST", "/graphql", `{"variables":{}}`, []string{asJSON}, 400, "no query"},
		{"an empty query", "POST", "/graphql", `{"query":" "}`, []string{asJSON}, 400, "no query"},
		{"no UTF-8", "POST", "/graphql", "{\"query\":\"\xff\"}", []string{asJSON}, 400, "not UTF-8"},
		{"deep JSON", "POST", "/graphql", `{"query":"{a}","variables":{"a":` + strings.Repeat("[", 60000), []string{asJSON}, 400, "not a JSON object"},
		{"a faulty query, old type", "POST", "/graphql", `{"query":"{statz}"}`, []string{asJSON}, 200, `"code":"INVALID"`},
		{"a faulty query, new type", "POST", "/graphql", `{"query":"{statz}"}`, []string{asJSON, newType}, 400, `"code":"INVALID"`},
		{"a fault in a part", "POST", "/graphql", `{"query":"{stats{claims} reports(first:0){totalCount}}"}`, []string{asJSON, newType}, 200, `"reports":null`},
		{"another site's POST", "POST", "/graphql", good, []string{asJSON, "Sec-Fetch-Site: cross-site"}, 403, "other sites"},
		{"another origin's POST", "POST", "/graphql", good, []string{asJSON, "Origin: https://evil.example"}, 403, "other sites"},
		{"another site's GET", "GET", "/graphql?query={stats{claims}}", "", []string{"Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors"}, 403, "other sites"},
		{"the page's own POST", "POST", "/graphql", good, []string{asJSON, "Sec-Fetch-Site: same-origin"}, 200, data},
		{"a preflight", "OPTIONS", "/graphql", "", []string{"Origin: https://evil.example", "Access-Control-Request-Method: POST"}, 405, ""},
		{"alive", "GET", "/healthz", "", nil, 200, "alive"},
		{"ready", "GET", "/readyz", "", nil, 200, "ready"},
		{"the bare address", "GET", "/", "", nil, 200, "/graphiql   a page to write queries in"},
		{"the bare address in a browser", "GET", "/", "", []string{"Accept: text/html,*/*;q=0.8"}, 303, ""},
		{"something else", "GET", "/else", "", nil, 404, ""},
	} {
		res, body := send(t, s, c.method, c.path, c.body, c.headers...)
		if res.StatusCode != c.status || !strings.Contains(body, c.want) {
			t.Errorf("%s: got %d %.300s, want %d %s", c.name, res.StatusCode, body, c.status, c.want)
		}
		for _, h := range []string{"X-Content-Type-Options", "Content-Security-Policy", "Referrer-Policy", "Cache-Control"} {
			if res.Header.Get(h) == "" {
				t.Errorf("%s: no %s", c.name, h)
			}
		}
		if res.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: other sites may read it", c.name)
		}
		if c.path != "/graphql" || c.status == 404 {
			continue
		}
		want := "application/json; charset=utf-8"
		if strings.Contains(strings.Join(c.headers, ""), newType) {
			want = "application/graphql-response+json; charset=utf-8"
		}
		if got := res.Header.Get("Content-Type"); got != want {
			t.Errorf("%s: Content-Type %s, want %s", c.name, got, want)
		}
		if !json.Valid([]byte(body)) {
			t.Errorf("%s: no JSON: %s", c.name, body)
		}
	}
	res, body := send(t, s, "HEAD", "/graphql?query={stats{claims}}", "")
	if res.StatusCode != 200 || body != "" || res.ContentLength < 10 {
		t.Errorf("HEAD: %d %q %d", res.StatusCode, body, res.ContentLength)
	}
	res, _ = send(t, s, "GET", "/graphql", "", "Accept: text/html,application/xhtml+xml,*/*;q=0.8")
	if res.StatusCode != 303 || res.Header.Get("Location") != "graphiql" {
		t.Errorf("a browser is sent to %d %s", res.StatusCode, res.Header.Get("Location"))
	}
}

func TestGzip(t *testing.T) {
	s := serve(t, openStore(t, graphtest.Generate(1, 10)...), Options{})
	const query = `{"query":"{reports(first:100){nodes{id title text}}}"}`
	_, want := send(t, s, "POST", "/graphql", query, asJSON)
	for header, packed := range map[string]bool{"gzip": true, "br;q=1, gzip;q=0.5": true, "gzip;q=0": false, "gzip; q=0.000": false, "br": false, "": false} {
		res, body := send(t, s, "POST", "/graphql", query, asJSON, "Accept-Encoding: "+header)
		if got := res.Header.Get("Content-Encoding") == "gzip"; got != packed {
			t.Errorf("%q: gzip %t", header, got)
		}
		if packed {
			r, err := gzip.NewReader(strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			raw, _ := io.ReadAll(r)
			if len(body)*2 > len(raw) {
				t.Errorf("%d bytes packed, %d plain", len(body), len(raw))
			}
			body = string(raw)
		}
		if body != want {
			t.Errorf("%q: another answer", header)
		}
		if !strings.Contains(res.Header.Get("Vary"), "Accept-Encoding") {
			t.Error("caches are not told")
		}
	}
}

// A body of a gigabyte is refused unread, whether or not it says how large it is; and the server serves on.
func TestBodyOfAGigabyte(t *testing.T) {
	store, _ := openStory(t)
	s := serve(t, store, Options{})
	for name, head := range map[string]string{
		"announced":       "Content-Length: 1073741824\r\n",
		"in small pieces": "Transfer-Encoding: chunked\r\n",
	} {
		start := time.Now()
		c, err := net.Dial("tcp", s.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(c, "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n%s\r\n", head)
		var sent int64
		done := make(chan struct{})
		go func() {
			defer close(done)
			piece := bytes.Repeat([]byte("x"), 1<<16)
			for sent < 1<<30 {
				var n int
				var err error
				if strings.HasPrefix(head, "Transfer") {
					n, err = fmt.Fprintf(c, "%x\r\n%s\r\n", len(piece), piece)
				} else {
					n, err = c.Write(piece)
				}
				sent += int64(n)
				if err != nil {
					return
				}
			}
		}()
		res, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		body, _ := io.ReadAll(res.Body)
		d := time.Since(start)
		c.Close()
		<-done
		if res.StatusCode != 413 || !strings.Contains(string(body), "TOO_LARGE") || d > 2*time.Second {
			t.Errorf("%s: %d %s after %s", name, res.StatusCode, body, d)
		}
		if sent > 16<<20 {
			t.Errorf("%s: %d bytes were taken", name, sent)
		}
		t.Logf("%s: refused after %s, %d KB sent", name, d, sent>>10)
	}
	if res, body := send(t, s, "POST", "/graphql", `{"query":"{stats{claims}}"}`, asJSON); res.StatusCode != 200 {
		t.Errorf("afterwards: %d %s", res.StatusCode, body)
	}
}

// One hostile query after the other, then all at once, and the server serves on.
func TestServerSurvives(t *testing.T) {
	s := serve(t, nothing{}, Options{})
	var wg sync.WaitGroup
	for _, h := range hostile {
		wg.Go(func() {
			body, _ := json.Marshal(map[string]string{"query": h.query})
			res, got := send(t, s, "POST", "/graphql", string(body), asJSON)
			if (res.StatusCode >= 500 || !strings.Contains(got, `"errors"`)) && !strings.Contains(got, "BUSY") {
				t.Errorf("%s: %d %.200s", h.name, res.StatusCode, got)
			}
		})
	}
	wg.Wait()
	if res, body := send(t, s, "POST", "/graphql", `{"query":"{stats{claims}}"}`, asJSON); res.StatusCode != 200 {
		t.Errorf("afterwards: %d %s", res.StatusCode, body)
	}
}

func TestStatusOfFailure(t *testing.T) {
	store, _ := openStory(t)
	slow := serve(t, failing{Reader: store, hang: true}, Options{Timeout: 20 * time.Millisecond})
	if res, body := send(t, slow, "POST", "/graphql", `{"query":"{stats{claims}}"}`, asJSON); res.StatusCode != 504 || !strings.Contains(body, "TIMEOUT") {
		t.Errorf("too slow: %d %s", res.StatusCode, body)
	}

	stuck := deaf{asked: make(chan struct{}, 1), wait: make(chan struct{})}
	full := serve(t, stuck, Options{Concurrent: 1})
	var wg sync.WaitGroup
	wg.Go(func() { send(t, full, "POST", "/graphql", `{"query":"{stats{claims}}"}`, asJSON) })
	<-stuck.asked // it is in
	res, body := send(t, full, "POST", "/graphql", `{"query":"{stats{claims}}"}`, asJSON)
	if res.StatusCode != 503 || res.Header.Get("Retry-After") == "" || !strings.Contains(body, "BUSY") {
		t.Errorf("full: %d %s", res.StatusCode, body)
	}
	close(stuck.wait)
	wg.Wait()

	var told []error
	lost := serve(t, failing{Reader: store, err: fmt.Errorf("%w: where", graph.ErrUnavailable)}, Options{OnError: func(_ context.Context, err error) { told = append(told, err) }})
	if res, body := send(t, lost, "GET", "/readyz", ""); res.StatusCode != 503 || strings.Contains(body, "where") {
		t.Errorf("not ready: %d %s", res.StatusCode, body)
	}
	if res, _ := send(t, lost, "GET", "/healthz", ""); res.StatusCode != 200 {
		t.Errorf("alive all the same: %d", res.StatusCode)
	}
	if len(told) != 1 || !errors.Is(told[0], graph.ErrUnavailable) {
		t.Errorf("OnError had %v", told)
	}
	panics := serve(t, failing{Reader: store, panic: "secret"}, Options{})
	if res, body := send(t, panics, "GET", "/readyz", ""); res.StatusCode != 503 || strings.Contains(body, "secret") {
		t.Errorf("a panic: %d %s", res.StatusCode, body)
	}
}

func TestPage(t *testing.T) {
	if err := fstest.TestFS(graphiql, "graphiql/index.html", "graphiql/start.js", "graphiql/licences.txt"); err != nil {
		t.Error(err)
	}
	store, _ := openStory(t)
	s := serve(t, store, Options{})
	res, index := send(t, s, "GET", "/graphiql", "")
	if res.StatusCode != 200 || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		t.Fatalf("%d %s", res.StatusCode, res.Header)
	}
	policy := res.Header.Get("Content-Security-Policy")
	if strings.Contains(policy, "http") || !strings.Contains(policy, "script-src 'self';") || !strings.Contains(policy, "frame-ancestors 'none'") {
		t.Errorf("policy %s", policy)
	}
	links := regexp.MustCompile(`(?:src|href)="([^"]+)"`).FindAllStringSubmatch(index, -1)
	if len(links) < 7 {
		t.Fatalf("%d links", len(links))
	}
	var wg sync.WaitGroup
	size := 0
	for _, l := range links {
		if strings.HasPrefix(l[1], "data:") || l[1] == "graphql" {
			continue
		}
		if strings.Contains(l[1], "://") {
			t.Errorf("%s is elsewhere", l[1])
		}
		plain, body := send(t, s, "GET", "/"+l[1], "")
		packed, small := send(t, s, "GET", "/"+l[1], "", "Accept-Encoding: gzip")
		size += len(small)
		r, err := gzip.NewReader(strings.NewReader(small))
		if err != nil {
			t.Fatalf("%s: %v", l[1], err)
		}
		raw, err := io.ReadAll(r)
		if plain.StatusCode != 200 || packed.Header.Get("Content-Encoding") != "gzip" || err != nil || string(raw) != body || len(body) == 0 {
			t.Errorf("%s: %d, %v", l[1], plain.StatusCode, err)
		}
		kind := map[string]string{"css": "text/css", "js": "text/javascript"}[l[1][strings.LastIndex(l[1], ".")+1:]]
		if !strings.HasPrefix(plain.Header.Get("Content-Type"), kind) {
			t.Errorf("%s: %s", l[1], plain.Header.Get("Content-Type"))
		}
		versioned := regexp.MustCompile(`-\d+\.\d+\.\d+\.`).MatchString(l[1])
		if immutable := strings.Contains(plain.Header.Get("Cache-Control"), "immutable"); immutable != versioned {
			t.Errorf("%s: Cache-Control %s", l[1], plain.Header.Get("Cache-Control"))
		}
		again, none := send(t, s, "GET", "/"+l[1], "", "If-None-Match: "+plain.Header.Get("ETag"))
		if again.StatusCode != 304 || none != "" {
			t.Errorf("%s: again %d", l[1], again.StatusCode)
		}
		for range 4 {
			wg.Go(func() { send(t, s, "GET", "/"+l[1], "") })
		}
	}
	wg.Wait()
	if size > 450<<10 {
		t.Errorf("the page is %d KB", size>>10)
	}
	for path, status := range map[string]int{"/graphiql/": 301, "/graphiql/none.js": 404, "/graphiql/../go.mod": 307, "/graphiql/licences.txt": 200, "/graphiql/graphiql-4.1.2.min.js.gz": 404} {
		if res, _ := send(t, s, "GET", path, ""); res.StatusCode != status {
			t.Errorf("%s: %d, want %d", path, res.StatusCode, status)
		}
	}
	without := serve(t, store, Options{Without: GraphiQL})
	if res, body := send(t, without, "GET", "/", "", "Accept: text/html"); res.StatusCode != 200 || strings.Contains(body, "graphiql") {
		t.Errorf("without the page / answers %s: %s", res.Status, body)
	}
	if res, _ := send(t, without, "GET", "/graphiql", ""); res.StatusCode != 404 {
		t.Errorf("without the page: %d", res.StatusCode)
	}
}

// The queries that the page starts with are answered, and the one in the package's comment.
func TestFirstQueries(t *testing.T) {
	raw, err := graphiql.ReadFile("graphiql/start.js")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(raw), "const firstQuery = `")
	query, _, ok := strings.Cut(rest, "`")
	if !ok {
		t.Fatal("start.js has no query")
	}
	store, _ := openStory(t)
	for _, name := range []string{"Start", "Whence", "Network"} {
		if r := New(store).Execute(t.Context(), query, nil, name); r.Errors != nil {
			t.Errorf("%s: %v", name, r.Errors[0])
		}
	}

	source, err := os.ReadFile("schema.go")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ = strings.Cut(string(source), "//\tquery {\n")
	body, _, ok := strings.Cut(rest, "//\n")
	if !ok {
		t.Fatal("the package's comment has no query")
	}
	if r := New(store).Execute(t.Context(), "{"+strings.ReplaceAll(body, "//\t", ""), nil, ""); r.Errors != nil || len(r.Data) < 500 {
		t.Errorf("the package's example: %s", r.AppendJSON(nil))
	}
}
