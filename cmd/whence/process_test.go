package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/whence-graph/whence/ingest/sample"
)

// whence runs the program to its end and gives what it wrote.
func whence(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "whence", args...)
	var o, e bytes.Buffer
	cmd.Stdout, cmd.Stderr = &o, &e
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return o.String(), e.String(), cmd.ProcessState.ExitCode()
}

func exported(t *testing.T, store string) string {
	t.Helper()
	out, stderr, code := whence(t, "export", "--store", store)
	if code != 0 {
		t.Fatalf("export: %d: %s", code, stderr)
	}
	return out
}

// manyReports writes so many reports: the sample's, over and over, with the names of one story's people changed each time.
func manyReports(t *testing.T, n int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "many.jsonl")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	defer w.Flush()
	lines := strings.Split(strings.TrimSpace(string(sample.Reports)), "\n")
	for i := range n {
		var r map[string]any
		if err := json.Unmarshal([]byte(lines[i%len(lines)]), &r); err != nil {
			t.Fatal(err)
		}
		round := i / len(lines)
		r["url"] = fmt.Sprintf("%v?%d", r["url"], round)
		r["text"] = strings.NewReplacer("Tarrant", fmt.Sprintf("Tarrant%c", 'a'+round%26)).Replace(r["text"].(string))
		line, _ := json.Marshal(r)
		w.Write(append(line, '\n'))
	}
	return path
}

// An ingest that is killed at any moment and run again comes to the same graph as one that was left alone.
func TestKilledIngest(t *testing.T) {
	reports := manyReports(t, 120)
	dir := t.TempDir()
	calm := filepath.Join(dir, "calm.db")
	start := time.Now()
	if _, stderr, code := whence(t, "ingest", "--store", calm, reports); code != 0 {
		t.Fatal(stderr)
	}
	took := time.Since(start)
	killed := filepath.Join(dir, "killed.db")
	for range 5 {
		cmd := exec.Command("whence", "ingest", "--store", killed, reports)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(time.Duration(rand.Int64N(int64(took/3))), func() { cmd.Process.Kill() })
		cmd.Wait()
	}
	if _, stderr, code := whence(t, "ingest", "--store", killed, reports); code != 0 {
		t.Fatal(stderr)
	}
	if exported(t, killed) != exported(t, calm) {
		t.Error("the killed ingest came to another graph")
	}
}

// Who waits for standard input can be interrupted, and ends with what was read before.
func TestInterrupted(t *testing.T) {
	cmd := exec.Command("whence", "extract", "-")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	late := time.AfterFunc(20*time.Second, func() { cmd.Process.Kill() })
	defer late.Stop()
	io.WriteString(in, `{"id":"one","text":"The bridge is safe, said Mara Quill."}`+"\n") // and the input stays open
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.Contains(line, `"id":"one"`) {
		t.Fatalf("got %q, %v; %s", line, err, stderr.String())
	}
	cmd.Process.Signal(os.Interrupt)
	cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != exitFailed || stderr.String() != "whence: interrupted\n" {
		t.Errorf("exit code %d (-1 is killed, for it went on): %q", code, stderr.String())
	}
}

// The exit codes are those that the help tells.
func TestExitCodes(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.WriteFile("mixed.jsonl", []byte("{\"text\":\"The bridge is safe, said Mara Quill.\"}\n{}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("text.db", bytes.Repeat([]byte("no database "), 100), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		code int
		args string
	}{
		{0, "ingest --store w.db --sample"},
		{0, "trace --store w.db exercise"},
		{0, "query --store w.db {stats{reports}}"},
		{0, "export --store w.db -o w.jsonl"},
		{0, "import --store w.db w.jsonl"},
		{exitRefused, "ingest --store w.db mixed.jsonl"},
		{exitRefused, "extract mixed.jsonl"},
		{exitRefused, "ingest --store w.db absent.jsonl"},
		{exitFailed, "ingest --store text.db --sample"},
		{exitFailed, "trace --store w.db zymurgy"},
		{exitFailed, "query --store w.db {statz{reports}}"},
		{exitFailed, "export --store w.db -o absent/out.jsonl"},
		{exitFailed, "import --store new.db absent.jsonl"},
		{exitFailed, "import --store new.db mixed.jsonl"},
		{exitUsage, "nonsense"},
		{exitUsage, "trace --store w.db"},
		{exitUsage, "trace --store absent.db exercise"},
		{exitUsage, "trace exercise"},
		{exitUsage, "ingest --store w.db"},
		{exitUsage, "export --store w.db --format parchment"},
		{exitUsage, "import --store w.db w.jsonl"}, // there is a report more by now
		{exitUsage, "query --store w.db --variables [] {stats{reports}}"},
		{exitUsage, "serve --store w.db --addr 8080"},
		{exitUsage, "serve --store w.db --addr 127.0.0.1:99999"},
	} {
		if _, stderr, code := whence(t, strings.Fields(c.args)...); code != c.code {
			t.Errorf("whence %s: exit code %d, want %d: %s", c.args, code, c.code, stderr)
		}
	}
}

func TestImpatient(t *testing.T) {
	for store, want := range map[string]string{
		"neo4j://neo4j:p%3F@h:7687/neo4j": "neo4j://neo4j:p%3F@h:7687/neo4j?retry=2s",
		"bolt://h":                        "bolt://h?retry=2s",
		"neo4j://h/neo4j?retry=1m":        "neo4j://h/neo4j?retry=1m",
		"whence.db":                       "whence.db",
		"what?.db":                        "what?.db",
	} {
		if got := impatient(store); got != want {
			t.Errorf("impatient(%s): got %s, want %s", store, got, want)
		}
	}
}

func TestReachable(t *testing.T) {
	for addr, want := range map[string]string{
		"127.0.0.1:8080": "127.0.0.1:8080", "[::1]:8080": "[::1]:8080", "0.0.0.0:8080": "localhost:8080", "[::]:8080": "localhost:8080",
	} {
		a, err := net.ResolveTCPAddr("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		if got := reachable(a); got != want {
			t.Errorf("reachable(%s): got %s, want %s", addr, got, want)
		}
	}
}

func TestServe(t *testing.T) {
	db := filepath.Join(t.TempDir(), "w.db")
	if _, stderr, code := whence(t, "ingest", "--store", db, "--sample"); code != 0 {
		t.Fatal(stderr)
	}
	cmd := exec.Command("whence", "serve", "--store", db, "--addr", "127.0.0.1:0")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	var said strings.Builder
	lines := bufio.NewScanner(out)
	var url, body string
	for lines.Scan() {
		said.WriteString(lines.Text() + "\n")
		if m := regexp.MustCompile(`(http://[^/ ]+)/graphql  `).FindStringSubmatch(lines.Text()); m != nil {
			url = m[1]
		}
		if m := regexp.MustCompile(`-d '(.+)'$`).FindStringSubmatch(lines.Text()); m != nil {
			body = m[1]
			break
		}
	}
	if url == "" || body == "" {
		t.Fatalf("serve does not say where and what to ask:\n%s", said.String())
	}
	go io.Copy(io.Discard, out)

	// The query that it prints has chains of two hops with verbatim evidence.
	resp, err := http.Post(url+"/graphql", "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		Data struct {
			Trace struct {
				Chains []struct {
					Hops []struct{ Evidence struct{ Quote string } }
				}
			}
		}
		Errors []any
	}
	err = json.NewDecoder(resp.Body).Decode(&answer)
	resp.Body.Close()
	if err != nil || len(answer.Errors) > 0 {
		t.Fatalf("%v, %v", err, answer.Errors)
	}
	deepest := 0
	var texts string
	for line := range strings.Lines(string(sample.Reports)) {
		var r struct{ Text string }
		json.Unmarshal([]byte(line), &r)
		texts += r.Text + "\n\n\n"
	}
	for _, c := range answer.Data.Trace.Chains {
		deepest = max(deepest, len(c.Hops))
		for _, h := range c.Hops {
			if h.Evidence.Quote == "" || !strings.Contains(texts, h.Evidence.Quote) {
				t.Errorf("not the words of a report: %q", h.Evidence.Quote)
			}
		}
	}
	if deepest < 2 {
		t.Errorf("the deepest chain has %d hops", deepest)
	}

	for path, want := range map[string]int{"/": 200, "/healthz": 200, "/readyz": 200, "/graphiql": 200, "/nothing": 404} {
		resp, err := http.Get(url + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("GET %s: %s", path, resp.Status)
		}
	}

	addr := strings.TrimPrefix(url, "http://")
	if _, stderr, code := whence(t, "serve", "--store", db, "--addr", addr); code != 1 || !strings.Contains(stderr, "is taken") {
		t.Errorf("a second server on the port: %d: %s", code, stderr)
	}

	cmd.Process.Signal(syscall.SIGTERM)
	if err := cmd.Wait(); err != nil {
		t.Errorf("serve did not end well: %v", err)
	}
}
