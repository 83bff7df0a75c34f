package main

import (
	"bufio"
	"encoding/json"
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
)

// told is one event of a subscription.
type told struct {
	name, id string
	node     struct{ ID, Text string }
}

// subscribe opens a subscription; the channel is closed when the stream ends.
func subscribe(t *testing.T, address, query, last string) (events <-chan told, leave func()) {
	t.Helper()
	body, _ := json.Marshal(map[string]string{"query": query})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address+"/graphql", strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "text/event-stream")
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("subscribe: %s", resp.Status)
	}
	out := make(chan told, 10_000)
	go func() {
		defer close(out)
		var e told
		lines := bufio.NewScanner(resp.Body)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch name {
			case "event":
				e.name = value
			case "id":
				e.id = value
			case "data":
				var answer struct {
					Data map[string]struct{ ID, Text string }
				}
				if err := json.Unmarshal([]byte(value), &answer); value != "" && err != nil || strings.Contains(value, `"errors"`) {
					t.Errorf("told: %s", value)
				}
				for _, n := range answer.Data {
					e.node = n
				}
			case "":
				if e.name != "" {
					out <- e
				}
				e = told{}
			}
		}
	}()
	return out, func() { resp.Body.Close() }
}

// hear waits for an event.
func hear(t *testing.T, events <-chan told) told {
	t.Helper()
	select {
	case e, ok := <-events:
		if !ok {
			t.Fatal("the stream has ended")
		}
		return e
	case <-time.After(patience):
		t.Fatal("nothing is told")
	}
	return told{}
}

func reportsFile(t *testing.T, reports []map[string]string) string {
	t.Helper()
	var lines strings.Builder
	for _, r := range reports {
		line, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		lines.Write(append(line, '\n'))
	}
	path := filepath.Join(t.TempDir(), "reports.jsonl")
	if err := os.WriteFile(path, []byte(lines.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// What one process reads, those who follow another hear, from either kind of store.
func TestLive(t *testing.T) {
	t.Run("file", func(t *testing.T) { live(t, filepath.Join(t.TempDir(), "w.db")) })
	t.Run("neo4j", func(t *testing.T) { live(t, newServer(t).do(t, "start", "--port", "0")) })
}

func live(t *testing.T, store string) {
	if _, stderr, code := whence(t, "ingest", "--store", store, "--sample"); code != 0 {
		t.Fatal(stderr)
	}
	out, stderr, code := whence(t, "trace", "--json", "--store", store, "Quist has invited Maelis to observe the naval exercise")
	var trace struct{ Claim struct{ ID string } }
	if json.Unmarshal([]byte(out), &trace) != nil || code != 0 {
		t.Fatalf("%s%s", out, stderr)
	}
	address, stop := serving(t, store)
	reports, _ := subscribe(t, address, `subscription { reportIngested { id text } }`, "")
	first, leave := subscribe(t, address, `subscription { reportIngested { id text } }`, "")
	claim, _ := subscribe(t, address, fmt.Sprintf(`subscription { claimChanged(ids: [%q]) { id text } }`, trace.Claim.ID), "")

	// A client that never reads. What it is to be told comes to more than lies on any way.
	idle, err := net.Dial("tcp", strings.TrimPrefix(address, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer idle.Close()
	wide := ""
	for i := range 400 {
		wide += fmt.Sprintf(" t%d: text", i)
	}
	fmt.Fprintf(idle, "GET /graphql?query=%s HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n", url.QueryEscape("subscription { reportIngested {"+wide+" } }"))

	const text = "Renata Quist has invited Joren Maelis to observe the Grey Heron naval exercise, Ivo Tarrant said."
	if _, stderr, code := whence(t, "ingest", "--store", store, reportsFile(t, []map[string]string{{"outlet": "Harbour Post", "url": "https://harbour.example/again", "text": text}})); code != 0 {
		t.Fatal(stderr)
	}
	if e := hear(t, reports); e.node.Text != text {
		t.Errorf("told of %q", e.node.Text)
	}
	if e := hear(t, claim); e.node.ID != trace.Claim.ID {
		t.Errorf("told of the claim %v", e.node)
	}
	hear(t, first)
	harbour, _ := subscribe(t, address, `subscription { reportIngested(outlets: ["Harbour Post"]) { id text } }`, "")

	const many = 1000
	var list []map[string]string
	want := map[string]bool{}
	for i := range many {
		r := map[string]string{"outlet": []string{"Harbour Post", "Inland Post"}[i%2], "url": fmt.Sprintf("https://post.example/%d", i),
			"text": fmt.Sprintf("The road number %d is long.", i)}
		list = append(list, r)
		want[r["text"]] = true
	}
	start := time.Now()
	ingested := make(chan string, 1)
	go func() {
		_, stderr, code := whence(t, "ingest", "--store", store, reportsFile(t, list))
		if code == 0 {
			stderr = ""
		}
		ingested <- stderr
	}()
	// One leaves in the middle and comes again: between them it hears all.
	heard, last := map[string]bool{}, ""
	for len(heard) < many/3 {
		e := hear(t, first)
		heard[e.node.Text], last = true, e.id
	}
	leave()
	again, _ := subscribe(t, address, `subscription { reportIngested { id text } }`, last)
	for len(heard) < many {
		heard[hear(t, again).node.Text] = true
	}
	for n := range many {
		e := hear(t, reports)
		if !want[e.node.Text] {
			t.Fatalf("event %d: %.60q is told again, or not wanted", n, e.node.Text)
		}
		delete(want, e.node.Text)
	}
	for text := range heard {
		if !strings.HasPrefix(text, "The road number") {
			t.Errorf("heard of %.60q", text)
		}
	}
	for n := range many / 2 {
		if e := hear(t, harbour); !strings.HasPrefix(e.node.Text, "The road number") {
			t.Fatalf("event %d of one outlet: %v", n, e)
		}
	}
	if stderr := <-ingested; stderr != "" {
		t.Fatal(stderr)
	}
	t.Logf("%d reports were told within %s of the ingest's start", many, time.Since(start).Round(time.Millisecond))

	// Who never read has been cut off, with no more kept for it than the machine does of itself. When the server stops, everybody is, at once.
	time.Sleep(time.Until(start.Add(20 * time.Second)))
	idle.SetReadDeadline(time.Now().Add(10 * time.Second))
	n, err := io.Copy(io.Discard, idle)
	if errors.Is(err, os.ErrDeadlineExceeded) || n > 10<<20 {
		t.Errorf("who never reads is still served: %d MB, %v", n>>20, err)
	}
	start = time.Now()
	stop()
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("the server took %s to stop", took)
	}
	for name, events := range map[string]<-chan told{"reports": reports, "again": again, "claim": claim, "harbour": harbour} {
		for e := range events {
			if e.name == "complete" {
				t.Errorf("%s: what breaks off says that it is complete", name)
			}
			if name != "claim" {
				t.Errorf("%s: told %v after all", name, e)
			}
		}
	}
}
