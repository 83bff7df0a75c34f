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

	"github.com/chromedp/chromedp"
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
	t.Run("file", func(t *testing.T) { live(t, filepath.Join(t.TempDir(), "w.db"), 1000) })
	t.Run("neo4j", func(t *testing.T) {
		store := newServer(t).do(t, "start", "--port", "0")
		atOnce(t, store, 1000) // of which the ingest would take minutes
		live(t, store, 30)
	})
}

func roads(n int) (list []map[string]string) {
	for i := range n {
		list = append(list, map[string]string{"outlet": []string{"Harbour Post", "Inland Post"}[i%2], "url": fmt.Sprintf("https://post.example/%d", i),
			"text": fmt.Sprintf("The road number %d is long.", i)})
	}
	return list
}

// atOnce imports many reports into an empty store that is followed.
func atOnce(t *testing.T, store string, many int) {
	dir := t.TempDir()
	file, dump := filepath.Join(dir, "w.db"), filepath.Join(dir, "w.jsonl")
	address, stop := serving(t, store)
	defer stop()
	reports, _ := subscribe(t, address, `subscription { reportIngested { id text } }`, "")
	for _, args := range [][]string{{"ingest", "--store", file, reportsFile(t, roads(many))}, {"export", "--store", file, "-o", dump}, {"import", "--store", store, dump}} {
		if _, stderr, code := whence(t, args...); code != 0 {
			t.Fatal(stderr)
		}
	}
	heard := map[string]bool{}
	for n := range many {
		if e := hear(t, reports); heard[e.node.ID] || e.node.ID == "" {
			t.Fatalf("event %d: %v is told again, or nobody", n, e)
		} else {
			heard[e.node.ID] = true
		}
	}
}

func live(t *testing.T, store string, many int) {
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

	list := roads(2000)[2000-many:] // which are not there yet
	want := map[string]bool{}
	for _, r := range list {
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
	if many > 500 {
		time.Sleep(time.Until(start.Add(20 * time.Second)))
	}
	idle.SetReadDeadline(time.Now().Add(10 * time.Second))
	n, err := io.Copy(io.Discard, idle)
	if many > 500 && (errors.Is(err, os.ErrDeadlineExceeded) || n > 10<<20) { // else the way holds it all
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

// TestExplorerLive: who looks at a view hears what another program reads meanwhile, in passing, and sees it on asking; also what was
// read while the server was away.
func TestExplorerLive(t *testing.T) {
	if raced {
		t.Skip("without the race detector only")
	}
	store := sampleStore(t)
	address, stop := serving(t, store)
	d := sit(t, address)
	n := 0
	ingest := func(texts ...string) {
		t.Helper()
		var list []map[string]string
		for _, text := range texts {
			n++
			list = append(list, map[string]string{"outlet": "Harbour Post", "url": fmt.Sprintf("https://harbour.example/%d", n), "published": "2026-04-18T08:00:00Z", "text": text})
		}
		if _, stderr, code := whence(t, "ingest", "--store", store, reportsFile(t, list)); code != 0 {
			t.Fatal(stderr)
		}
	}
	const news = `(document.querySelector("#news:not([hidden]) span")?.textContent ?? "")`
	const connected = `document.getElementById("live").textContent === "Live"`
	hits := func() int { return tells[int](d, `document.querySelectorAll(".hits > li").length`) }

	d.open("/search?q=lighthouse")
	d.wait(connected)
	if got := tells[string](d, news); got != "" {
		t.Errorf("before anything has come it says %q", got)
	}
	before := hits()
	ingest("The lighthouse on Grey Point has been dark since Tuesday, said Mara Quill.", "The pier is closed, said Mara Quill.")
	d.wait(news + ` === "2 new reports"`)
	if hits() != before {
		t.Error("what is looked at has changed by itself")
	}
	if dir := os.Getenv("WHENCE_PICTURES"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, "news.png"), act(d, chromedp.FullScreenshot(100)), 0o644); err != nil {
			t.Error(err)
		}
	}
	d.click("#news button", "Show")
	d.wait(news + ` === "" && document.querySelectorAll(".hits > li").length > ` + fmt.Sprint(before) + " && " + settled)
	if !tells[bool](d, `document.activeElement === document.querySelector("main h1")`) {
		t.Error("the keyboard has lost its place")
	}

	// The server goes, and comes again when more has been read.
	d.wait(connected)
	stop()
	d.wait(`!(` + connected + `)`)
	ingest("The lighthouse is lit again, said Mara Quill.")
	servingAt(t, store, strings.TrimPrefix(address, "http://"))
	d.wait(news + ` === "1 new report" && ` + connected)

	// A trace hears of its claim only.
	d.click("#news button", "Show")
	d.wait(news + ` === "" && document.querySelector(".hits").innerText.includes("lit again") && ` + settled)
	d.click(".hits .said a", "dark since Tuesday")
	d.wait(`location.pathname === "/trace" && ` + settled + " && " + connected)
	ingest("The ferry is late, said Otto Brandt.")
	ingest("The lighthouse on Grey Point has been dark since Tuesday, said Otto Brandt.")
	d.wait(news + ` === "There is more about this claim"`)
	d.click("#news button", "Show")
	d.wait(news + ` === "" && document.querySelector("main").innerText.includes("Otto Brandt")`)

	// As of a day nothing is new.
	d.open("/network?asof=2026-04-14")
	d.wait(`document.querySelectorAll("tbody tr").length > 3`)
	if tells[bool](d, `[...document.querySelectorAll("tbody tr")].some((r) => /1[5-9] Apr 2026/.test(r.innerText)) || !document.querySelector("input[name=asof]")`) {
		t.Error("the network as of a day shows what was told later")
	}
	all := tells[string](d, `document.querySelector(".told").textContent`)
	d.click("main a", "Up to now")
	d.wait(`document.querySelector(".told").textContent !== ` + fmt.Sprintf("%q", all))
}
