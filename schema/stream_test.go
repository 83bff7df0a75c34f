package schema

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/graph/graphtest"
	"github.com/whence-graph/whence/graph/sqlite"
)

const asEvents = "Accept: text/event-stream"

// heard is one event of a stream.
type heard struct{ name, id, data string }

// stream is an answer that goes on.
type heardStream struct {
	testing.TB
	res    *http.Response
	events chan heard // closed when the stream ends
}

// follow opens a stream; who asks gives it a minute.
func follow(t testing.TB, base, method, query string, headers ...string) *heardStream {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	path, body := "/graphql", fmt.Sprintf(`{"query":%q}`, query)
	if method == "GET" {
		path, body = path+"?query="+url.QueryEscape(query), ""
	}
	req, err := http.NewRequestWithContext(ctx, method, base+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range append(headers, asEvents) {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Add(name, value)
	}
	if method == "POST" {
		req.Header.Set("Content-Type", "application/json")
	}
	tr := &http.Transport{}
	t.Cleanup(tr.CloseIdleConnections)
	res, err := tr.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	s := &heardStream{t, res, make(chan heard, 10_000)}
	t.Cleanup(func() { res.Body.Close() })
	go func() {
		defer close(s.events)
		var e heard
		lines := bufio.NewReader(res.Body)
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				return
			}
			line = strings.TrimSuffix(line, "\n")
			switch name, value, _ := strings.Cut(line, ": "); name {
			case "":
				if e != (heard{}) {
					s.events <- e
				}
				e = heard{}
			case ":":
				e.name = ":"
			case "event":
				e.name = value
			case "id":
				e.id = value
			case "data":
				e.data = value
			default:
				e.name = "?" + line
			}
		}
	}()
	return s
}

// next is the next event that is no heartbeat.
func (s *heardStream) next() heard {
	s.Helper()
	late := time.After(30 * time.Second)
	for {
		select {
		case e, ok := <-s.events:
			if !ok {
				s.Fatal("the stream has ended")
			}
			if e.name != ":" {
				return e
			}
		case <-late:
			s.Fatal("nothing is told")
		}
	}
}

// ends reads up to the stream's end and answers the last event.
func (s *heardStream) ends(within time.Duration) (last heard) {
	s.Helper()
	late := time.After(within)
	for {
		select {
		case e, ok := <-s.events:
			if !ok {
				return last
			}
			last = e
		case <-late:
			s.Fatal("the stream does not end")
		}
	}
}

// twice is a store opened twice, as by two programs.
func twice(t testing.TB) (reader, writer graph.Store) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "graph.db")
	for _, s := range []*graph.Store{&writer, &reader} {
		got, err := sqlite.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { got.Close() })
		*s = got
	}
	return reader, writer
}

func put(t testing.TB, s graph.Store, batches ...graph.Batch) {
	t.Helper()
	for _, b := range batches {
		if err := s.Put(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
}

const newReports = `subscription { reportIngested { id } }`

// What another program writes is told, once, in the form of the protocol, and a stream that broke off goes on where it did.
func TestStream(t *testing.T) {
	reader, writer := twice(t)
	batches := graphtest.Generate(3, 12)
	put(t, writer, batches[0])
	s := serve(t, reader, Options{})
	get, post := follow(t, s.URL, "GET", newReports), follow(t, s.URL, "POST", newReports)
	claims := follow(t, s.URL, "POST", `subscription { claimChanged { id text } }`)
	for _, f := range []*heardStream{get, post, claims} {
		if f.res.StatusCode != 200 || f.res.Header.Get("Content-Type") != "text/event-stream; charset=utf-8" || f.res.Header.Get("Cache-Control") != "no-store" {
			t.Fatalf("%s %v", f.res.Status, f.res.Header)
		}
	}
	begin := get.res.Header.Get("Last-Event-ID")
	var last string
	for _, b := range batches[1:4] {
		put(t, writer, b)
		want := fmt.Sprintf(`{"data":{"reportIngested":{"id":%q}}}`, b.Reports[0].ID)
		e := get.next()
		if e.name != "next" || e.data != want || e.id == "" {
			t.Fatalf("got %v, want %s", e, want)
		}
		if other := post.next(); other != e {
			t.Fatalf("by POST %v, by GET %v", other, e)
		}
		last = e.id
	}
	changed := map[string]bool{}
	for len(changed) == 0 || !changed[last] {
		e := claims.next()
		if !strings.HasPrefix(e.data, `{"data":{"claimChanged":{"id":"c:`) {
			t.Fatalf("got %v", e)
		}
		changed[e.id] = true
	}

	get.res.Body.Close()
	put(t, writer, batches[4:7]...)
	for from, want := range map[string][]graph.Batch{last: batches[4:7], begin: batches[1:7]} {
		again := follow(t, s.URL, "GET", newReports, "Last-Event-ID: "+from)
		left := map[string]bool{}
		for _, b := range want {
			left[string(b.Reports[0].ID)] = true
		}
		for len(left) > 0 {
			e := again.next()
			id := strings.TrimSuffix(strings.TrimPrefix(e.data, `{"data":{"reportIngested":{"id":"`), `"}}}`)
			if !left[id] {
				t.Fatalf("after %s: %v is not wanted, or again", from, e)
			}
			delete(left, id)
		}
	}
}

// Of a batch with many reports each is told; only the last event bears the generation.
func TestStreamOfOneBatch(t *testing.T) {
	reader, writer := twice(t)
	f := follow(t, serve(t, reader, Options{}).URL, "POST", newReports)
	var b graph.Batch
	const n = 1000 + graph.MaxLimit/2 // more than one page
	for i := range n {
		text := fmt.Sprintf("Report %d", i)
		b.Reports = append(b.Reports, &graph.Report{ID: graph.ReportID(fmt.Sprintf("https://example.org/%d", i), text), Text: text, Hash: graph.Hash(text)})
	}
	put(t, writer, b)
	begin := f.res.Header.Get("Last-Event-ID")
	seen := map[string]bool{}
	for i := range n {
		e := f.next()
		if seen[e.data] || e.id == begin != (i < n-1) {
			t.Fatalf("event %d: %v", i, e)
		}
		seen[e.data] = true
	}
}

func TestStreamFilters(t *testing.T) {
	y := graphtest.Generate(5, 40)
	reader, writer := twice(t)
	put(t, writer, y[:20]...)
	var outlet graph.ID
	var claim *graph.Claim
	for _, b := range y[20:] {
		if outlet == "" {
			outlet = b.Reports[0].Outlet
		}
		for _, c := range b.Claims {
			if nodes, err := reader.Nodes(t.Context(), []graph.ID{c.ID}); err != nil {
				t.Fatal(err)
			} else if nodes[c.ID] != nil {
				claim = c // which others know already
			}
		}
	}
	if outlet == "" || claim == nil {
		t.Fatal("the draw has left out what this is about")
	}
	s := serve(t, reader, Options{})
	outlets := follow(t, s.URL, "POST", fmt.Sprintf(`subscription { reportIngested(outlets: [%q]) { id outlet { id } } }`, outlet))
	claims := follow(t, s.URL, "POST", fmt.Sprintf(`subscription { claimChanged(ids: [%q]) { id } }`, claim.ID))
	put(t, writer, y[20:]...)
	if e := outlets.next(); !strings.Contains(e.data, `"outlet":{"id":"`+string(outlet)) {
		t.Errorf("of another outlet: %v", e)
	}
	if e := claims.next(); e.data != fmt.Sprintf(`{"data":{"claimChanged":{"id":%q}}}`, claim.ID) {
		t.Errorf("another claim: %v", e)
	}
}

// The guards are those of queries; a fault is an event, as the protocol wants it, and so is a query's answer.
func TestStreamFaults(t *testing.T) {
	store, _ := openStory(t)
	s := serve(t, store, Options{})
	for query, want := range map[string]string{
		`{ stats { claims } }`: `{"data":{"stats":{"claims":4}}}`,
		`{ statz }`:            "INVALID",
		`subscription {`:       "SYNTAX",
		`subscription { reportIngested { id } claimChanged { id } }`:                                                   "one field",
		`subscription { a: reportIngested { id } b: reportIngested { id } }`:                                           "one field",
		`subscription { ...F } fragment F on Subscription { reportIngested { id } }`:                                   "one field",
		`subscription { __typename }`:                                                                                  "one field",
		`subscription { reportIngested @skip(if: true) { id } }`:                                                       "one field",
		`subscription { reportIngested { words } }`:                                                                    "INVALID",
		`subscription { reportIngested(outlets: ["Nobody's Gazette"]) { id } }`:                                        "NOT_FOUND",
		`subscription { claimChanged(ids: ["r:aaaaaaaaaaaaaaaaaaaa"]) { id } }`:                                        "INVALID",
		`subscription { reportIngested { ` + strings.Repeat("revises { ", 20) + "id" + strings.Repeat(" }", 21) + ` }`: "TOO_DEEP",
		`subscription { claimChanged { attributions(first: 100) { nodes { claim { attributions(first: 100) { nodes { sources { name } report { title url author } inner { id words sources { id name kind } } } } } } } } }`: "TOO_COSTLY",
	} {
		f := follow(t, s.URL, "POST", query)
		if e := f.next(); e.name != "next" || !strings.Contains(e.data, want) || e.id != "" {
			t.Errorf("%s: got %v, want %s", query, e, want)
		}
		if e := f.ends(10 * time.Second); e.name != "complete" || e.data != "" {
			t.Errorf("%s: the last event is %v", query, e)
		}
	}
	for _, id := range []string{"x", "0", "-1", "999999", "1.5"} {
		f := follow(t, s.URL, "POST", newReports, "Last-Event-ID: "+id)
		if e := f.next(); !strings.Contains(e.data, "NOT_FOUND") {
			t.Errorf("after %s: %v", id, e)
		}
	}
	// Who does not take events cannot subscribe; who takes either gets a query's answer as ever.
	if _, body := send(t, s, "POST", "/graphql", `{"query":"subscription { reportIngested { id } }"}`, asJSON); !strings.Contains(body, "text/event-stream") {
		t.Errorf("as JSON: %s", body)
	}
	const either = "Accept: application/json, text/event-stream"
	if res, body := send(t, s, "POST", "/graphql", `{"query":"{ stats { claims } }"}`, asJSON, either); !strings.Contains(body, `{"claims":4}`) || !strings.HasPrefix(res.Header.Get("Content-Type"), "application/json") {
		t.Errorf("either: %v %s", res.Header, body)
	}
	if f := follow(t, s.URL, "POST", newReports, either); f.res.Header.Get("Content-Type") != "text/event-stream; charset=utf-8" {
		t.Errorf("either, and a subscription: %v", f.res.Header)
	}
	for _, headers := range [][]string{{asJSON, asEvents, "Sec-Fetch-Site: cross-site"}, {"Content-Type: text/plain", asEvents}} {
		if res, body := send(t, s, "POST", "/graphql", `{"query":"`+newReports+`"}`, headers...); res.StatusCode < 400 || !strings.Contains(body, "REFUSED") {
			t.Errorf("%v: %s %s", headers, res.Status, body)
		}
	}
}

// There are so many subscriptions and no more; one that ends makes room. Heartbeats come, and all ends at once when it is to.
func TestStreamBounds(t *testing.T) {
	reader, _ := twice(t)
	until := make(chan struct{})
	s := serve(t, reader, Options{Streams: 2, Heartbeat: 600 * time.Millisecond, Until: until})
	one, two := follow(t, s.URL, "POST", newReports), follow(t, s.URL, "GET", newReports)
	for range 2 {
		if e := <-one.events; e.name != ":" {
			t.Errorf("got %v, want a heartbeat", e)
		}
	}
	res, body := send(t, s, "POST", "/graphql", `{"query":"`+newReports+`"}`, asJSON, asEvents)
	if res.StatusCode != 503 || res.Header.Get("Retry-After") == "" || !strings.Contains(body, "BUSY") || !strings.Contains(body, "2 subscriptions") {
		t.Errorf("the third: %s %s", res.Status, body)
	}
	if _, body := send(t, s, "POST", "/graphql", `{"query":"{stats{reports}}"}`, asJSON); !strings.Contains(body, `"reports":0`) {
		t.Errorf("queries are not answered: %s", body)
	}
	two.res.Body.Close()
	var three *heardStream
	for three == nil || three.res.StatusCode != 200 {
		three = follow(t, s.URL, "POST", newReports)
	}
	close(until)
	for _, f := range []*heardStream{one, three} {
		if e := f.ends(5 * time.Second); e.name == "complete" {
			t.Error("a stream that breaks off says that it is complete")
		}
	}
}

// Who never reads is given up and holds nobody else up.
func TestStreamNeverRead(t *testing.T) {
	reader, writer := twice(t)
	s := serve(t, reader, Options{Streams: 1, Heartbeat: time.Second})
	c, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var wide strings.Builder
	for i := range 50 {
		fmt.Fprintf(&wide, " t%d: text", i)
	}
	query := url.QueryEscape("subscription { reportIngested {" + wide.String() + " } }")
	fmt.Fprintf(c, "GET /graphql?query=%s HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n", query, asEvents)
	begin := make([]byte, 12) // and nothing after that
	if _, err := io.ReadFull(c, begin); err != nil || string(begin) != "HTTP/1.1 200" {
		t.Fatalf("%q: %v", begin, err)
	}
	var b graph.Batch
	for i := range 200 {
		text := fmt.Sprintf("Report %d: %s", i, strings.Repeat("long ", 2000))
		b.Reports = append(b.Reports, &graph.Report{ID: graph.ReportID(fmt.Sprintf("https://example.org/%d", i), text), Text: text, Hash: graph.Hash(text)})
	}
	put(t, writer, b) // which makes 100 MB of events
	deadline := time.Now().Add(30 * time.Second)
	for {
		res, _ := send(t, s, "POST", "/graphql", `{"query":"`+newReports+`"}`, asJSON, asEvents, "Last-Event-ID: x")
		if res.StatusCode == 200 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("who never reads still has the only place")
		}
		time.Sleep(100 * time.Millisecond)
	}
	c.SetReadDeadline(time.Now().Add(10 * time.Second))
	if n, err := io.Copy(io.Discard, c); n > 50<<20 || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("it still has its stream, after %d MB: %v", n>>20, err)
	}
}
