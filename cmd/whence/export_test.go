package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/graph/graphtest"
	"github.com/whence-graph/whence/graph/sqlite"
)

// hostile is a report whose texts are trouble in some format: what quotes, ends or separates there, what XML cannot have, and
// characters of more than one unit.
func hostile() graph.Batch {
	text := "\"𝔐ara; Quill\", 'engineer'\x1f \r\n said,\t\x01 “]]> <b>&amp; #quot; %%{init}%% \\\" {{x}} it is 1,5 m” … 🌉\n\nend"
	at := func(words string) []graph.Evidence {
		i := strings.Index(text, words)
		return []graph.Evidence{{Span: graph.Span{Start: i, End: i + len(words)}, Quote: words}}
	}
	source, cue, content := at("𝔐ara; Quill"), at("said"), append(at("]]> <b>&amp; #quot; %%{init}%% \\\" {{x}} it is 1,5 m"), at("🌉\n\nend")...)
	r := &graph.Report{ID: graph.ReportID("Hostile", text), Text: text, Hash: graph.Hash(text), Title: "a,b\"c\nd;e<f>", URL: "not an address", Language: "x-none", Extra: `{"a":"\u0000;"}`}
	for _, list := range [][]graph.Evidence{source, cue, content} {
		for i := range list {
			list[i].Report = r.ID
		}
	}
	a := graph.NewActor(graph.Person, []string{"𝔐ara; Quill"}, []string{"Qu\x1fill", `Qu"ill`, "x;y,z", "<&>"})
	doc := graph.NewActor(graph.Document, []string{"a <memo>"}, nil)
	a.Roles = []graph.Role{
		{Title: "engineer; chief", Evidence: at("'engineer'"), Since: time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)},
		{Title: "holder", Of: doc.ID, Evidence: at("'engineer'")},
	}
	for i := range a.Roles {
		a.Roles[i].Evidence[0].Report = r.ID
	}
	c := graph.NewClaim([]graph.Form{{Text: (&graph.Attribution{Content: content}).Words()}})
	t := &graph.Attribution{ID: graph.AttributionID(r.ID, source, cue, content), Report: r.ID, Sources: []graph.ID{a.ID}, Source: source, Cue: cue, Content: content,
		Quotation: graph.Mixed, Stance: graph.Asserts, Claim: c.ID, Confidence: 0.5}
	e := &graph.Relation{ID: graph.RelationID(r.ID, source[0].Span, "no verb/at <all>", cue[0].Span), Report: r.ID, Subject: a.ID, Object: doc.ID, Predicate: "no verb/at <all>",
		Polarity: graph.Negated, Modality: graph.Possible, Evidence: source, Confidence: 1}
	return graph.Batch{Reports: []*graph.Report{r}, Actors: []*graph.Actor{a, doc}, Claims: []*graph.Claim{c}, Attributions: []*graph.Attribution{t}, Relations: []*graph.Relation{e},
		Mentions: []graph.Mention{{Actor: a.ID, Evidence: source[0]}, {Actor: doc.ID, Evidence: cue[0]}}}
}

// filled is a store with a generated graph of so many reports and the hostile one, and what it has: nodes by the names of the tables,
// edges by kind and in all.
func filled(t *testing.T, reports int) (path string, has map[string]int) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "w.db")
	s, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, b := range append(graphtest.Generate(1, reports), hostile()) {
		if err := s.Put(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	has = map[string]int{}
	var all []graph.ID
	for _, k := range graph.Kinds {
		for n, err := range graph.All(t.Context(), s, graph.NodeQuery{Kind: k}) {
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, n.NodeID())
			has[k.String()+"s"]++
		}
	}
	for e, err := range s.Edges(t.Context(), graph.EdgeQuery{From: all}) {
		if err != nil {
			t.Fatal(err)
		}
		has[string(e.Kind)]++
		has["edges"]++
	}
	return path, has
}

// exportAll writes the store in every format into a folder, under the names that read.py knows.
func exportAll(t *testing.T, store string) string {
	t.Helper()
	dir := t.TempDir()
	for format, name := range map[string]string{"jsonl": "graph.jsonl", "graphml": "graph.graphml", "jsonld": "graph.jsonld", "ftm": "graph.ftm", "csv": "csv", "parquet": "parquet"} {
		if _, stderr, code := whence(t, "export", "--store", store, "--format", format, "-o", filepath.Join(dir, name)); code != 0 {
			t.Fatalf("%s: %d: %s", format, code, stderr)
		}
	}
	return dir
}

// Each form is read by the program that it is for, and has all that the store has, word for word.
func TestExportsAreRead(t *testing.T) {
	python := python(t)
	store, has := filled(t, 8)
	cmd := exec.Command(python, "testdata/export/read.py", exportAll(t, store))
	var why bytes.Buffer
	cmd.Stderr = &why
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, why.String())
	}
	var found map[string]map[string]int
	if err := json.Unmarshal(out, &found); err != nil {
		t.Fatal(err)
	}
	has["mentions"] = has["MENTIONS"]
	has["PUBLISHED_BY and FROM"] = has["PUBLISHED_BY"] + has["FROM"]
	has["entities"] = has["reports"] + has["attributions"] + has["relations"] + has["claims"]
	has["REPORTED_BY"], has["CITED"], has["DENIED_BY"] = found["csv"]["REPORTED_BY"], found["csv"]["CITED"], found["csv"]["DENIED_BY"] // what is drawn is not there to be counted
	for format, counts := range found {
		drawn := 0
		for what, n := range counts {
			if want, known := has[what]; known && n != want {
				t.Errorf("%s has %d %s, the store %d", format, n, what, want)
			} else if !known && what != "drawn" {
				drawn += n // by a predicate
			}
		}
		if format == "jsonld" || format == "ftm" {
			continue
		}
		if named := has["relations"] - 1; drawn != named { // the hostile one's predicate can be no name
			t.Errorf("%s draws %d relations, and %d have a name", format, drawn, named)
		}
		if n := counts["REPORTED_BY"] + counts["CITED"] + counts["DENIED_BY"] + drawn; counts["drawn"] != n || counts["REPORTED_BY"] == 0 || counts["CITED"] == 0 || counts["DENIED_BY"] == 0 {
			t.Errorf("%s draws %d: %v", format, counts["drawn"], counts)
		}
		for _, k := range append([]string{"actors", "reports", "attributions", "relations", "claims", "edges"}, kinds()...) {
			if _, ok := counts[k]; !ok {
				t.Errorf("%s was not asked for %s", format, k)
			}
		}
	}
	for _, format := range []string{"parquet", "csv", "graphml", "jsonld", "ftm"} {
		if len(found[format]) == 0 {
			t.Errorf("%s was not read", format)
		}
	}
}

func kinds() (list []string) {
	for _, k := range graph.EdgeKinds {
		list = append(list, string(k))
	}
	return list
}

// The real neo4j-admin makes a database of the CSV folder, and has as much in it as the store.
func TestExportIntoNeo4j(t *testing.T) {
	s := newServer(t)
	store, has := filled(t, 5)
	folder := filepath.Join(t.TempDir(), "csv")
	if _, stderr, code := whence(t, "export", "--store", store, "--format", "csv", "-o", folder); code != 0 {
		t.Fatal(stderr)
	}
	script, err := filepath.Abs("../../deploy/neo4j/neo4j.sh")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(script, "admin", "--data", s.dir, "database", "import", "full", "neo4j", "@import.args")
	cmd.Dir = folder
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	imported := func(what string) int {
		m := regexp.MustCompile(`(?m)^\s+(\d+) ` + what + `$`).FindSubmatch(out)
		if m == nil {
			t.Fatalf("no number of %s:\n%s", what, out)
		}
		n, _ := strconv.Atoi(string(m[1]))
		return n
	}
	if got, want := imported("nodes"), has["actors"]+has["reports"]+has["attributions"]+has["relations"]+has["claims"]; got != want {
		t.Errorf("%d nodes were imported, the store has %d", got, want)
	}
	edges, err := os.ReadFile(filepath.Join(folder, "edges.csv"))
	if err != nil {
		t.Fatal(err)
	}
	drawn := strings.Count(string(edges), ",true,")
	if got, want := imported("relationships"), has["edges"]+drawn; got != want {
		t.Errorf("%d relationships were imported, the store has %d and %d are drawn", got, want-drawn, drawn)
	}
	// The folder has what the import left there, and can be written again.
	if _, stderr, code := whence(t, "export", "--store", store, "--format", "csv", "-o", folder); code != 0 {
		t.Error(stderr)
	}
}

// Equal graphs are equal bytes in every form, and import gives an equal graph.
func TestExportsAreEqual(t *testing.T) {
	store, _ := filled(t, 10)
	first := exportAll(t, store)
	copied := filepath.Join(t.TempDir(), "copy.db")
	if _, stderr, code := whence(t, "import", "--store", copied, filepath.Join(first, "graph.jsonl")); code != 0 {
		t.Fatal(stderr)
	}
	read := func(dir string) map[string]string {
		files := map[string]string{}
		err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			raw, err := os.ReadFile(path)
			files[strings.TrimPrefix(path, dir)] = string(raw)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return files
	}
	a, b := read(first), read(exportAll(t, copied))
	for name, want := range a {
		if b[name] != want {
			t.Errorf("%s is another one when it is exported from the copy", name)
		}
	}
	if len(a) != len(b) || len(a) < 16 {
		t.Errorf("there are %d and %d files", len(a), len(b))
	}
}

// Every line of a drawing is one that Mermaid knows, and no text of a report gets out of its label.
func TestExportMermaid(t *testing.T) {
	store, _ := filled(t, 25)
	claim := hostile().Claims[0]
	draw := func(claim string) string {
		t.Helper()
		out, stderr, code := whence(t, "export", "--store", store, "--format", "mermaid", "--claim", claim)
		if code != 0 {
			t.Fatalf("%s: %d: %s", claim, code, stderr)
		}
		return out
	}
	const name, label = `[a-z]+\d+`, `"(?:[^"\\#<>{}&]|#\d+;|<br>)+"`
	known := regexp.MustCompile(`^(?:flowchart LR|classDef [a-z]+ [a-z0-9:, -]+|class ` + name + ` origin|  class ` + name + ` withdrawn|  ` + name +
		`(?:\{\{` + label + `\}\}|\[` + label + `\]|\(\[` + label + `\]\)|\[\[` + label + `\]\]):::[a-z]+|  ` + name + ` (?:-->|-\.->)(?:\|` + label + `\|)? ` + name + `)$`)
	said := draw(string(claim.ID))
	for _, drawing := range []string{said, draw("had accused over at a cost of million"), draw("would sanction")} {
		shown := map[string]bool{}
		for line := range strings.Lines(drawing) {
			line = strings.TrimSuffix(line, "\n")
			if !known.MatchString(line) || strings.Contains(line, "%%") {
				t.Errorf("not Mermaid: %s", line)
			}
			if m := regexp.MustCompile(`^  (` + name + `)[\[({]`).FindStringSubmatch(line); m != nil {
				shown[m[1]] = true
			} else if m := regexp.MustCompile(`^  (` + name + `) -.* (` + name + `)$`).FindStringSubmatch(line); m != nil && (!shown[m[1]] || !shown[m[2]]) {
				t.Errorf("an arrow between what is not shown: %s", line)
			}
		}
	}
	if !strings.Contains(said, `"#93;#93;#62; #60;b#62;#38;amp#59; #35;quot#59; %#37;#123;init`) || !strings.Contains(said, "𝔐ara") {
		t.Errorf("the words are not there:\n%s", said)
	}
}

// What was asked for wrongly, and what cannot be written, is told; nothing is left of it.
func TestExportTrouble(t *testing.T) {
	store, _ := filled(t, 2)
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.MkdirAll("mine/sub", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("file", []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		code int
		args string
		want string
	}{
		{exitUsage, "--format parchment", "export writes jsonl, csv, graphml"},
		{exitUsage, "--format csv", "name a folder for them with -o"},
		{exitUsage, "--format parquet -o -", "name a folder for them with -o"},
		{exitUsage, "--format csv -o file", "file is a file"},
		{exitUsage, "--format csv -o mine", "mine has sub, which this export does not write"},
		{exitUsage, "--format mermaid", "name the claim with --claim"},
		{exitUsage, "--format graphml --claim x", "--claim does not go with --format graphml"},
		{exitUsage, "--claim x", "--claim does not go with --format jsonl"},
		{exitFailed, "--format mermaid --claim unheardofwords", "no claim has half of these words"},
		{exitFailed, "--format mermaid --claim c:aaaaaaaaaaaaaaaaaaaa", "not found"},
		{exitFailed, "--format csv -o absent/csv", "no such file"},
		{exitFailed, "--format jsonld -o absent/x", "no such file"},
		{exitFailed, "--format graphml -o /dev/full", "no space left"},
		{exitFailed, "--format jsonld -o /dev/full", "no space left"},
		{exitFailed, "--format ftm -o /dev/full", "no space left"},
	} {
		out, stderr, code := whence(t, append([]string{"export", "--store", store}, strings.Fields(c.args)...)...)
		if code != c.code || !strings.Contains(stderr, c.want) || out != "" {
			t.Errorf("export %s: %d: %s%s", c.args, code, stderr, out)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 {
		t.Errorf("there is %v, %v", entries, err)
	}
	// A folder takes the place of its like.
	for range 2 {
		if _, stderr, code := whence(t, "export", "--store", store, "--format", "parquet", "-o", "graph/"); code != 0 {
			t.Fatal(stderr)
		}
	}
	// An interrupt leaves nothing.
	gone, interrupt := context.WithCancel(t.Context())
	interrupt()
	for _, x := range exports {
		args := []string{"export", "--store", store, "--format", x.name, "-o", "interrupted"}
		if x.name == "mermaid" {
			args = append(args, "--claim", string(hostile().Claims[0].ID))
		}
		var out, why bytes.Buffer
		if code := run(gone, args, strings.NewReader(""), &out, &why); code != exitFailed || why.String() != "whence: interrupted\n" {
			t.Errorf("%s: %d: %s", x.name, code, why.String())
		}
	}
	if left, _ := filepath.Glob("*interrupted*"); len(left) > 0 {
		t.Errorf("there is %v", left)
	}
	if left, _ := filepath.Glob(".*"); len(left) > 0 {
		t.Errorf("there is %v", left)
	}
	// Nor is there trouble for who reads no more.
	for _, format := range []string{"jsonl", "graphml", "jsonld", "ftm"} {
		cmd := exec.Command("sh", "-c", fmt.Sprintf("whence export --store %s --format %s | head -c 10 >/dev/null", store, format))
		if out, err := cmd.CombinedOutput(); err != nil || strings.Contains(string(out), "panic") {
			t.Errorf("%s to head: %v: %s", format, err, out)
		}
	}
}

// An export of a graph of WHENCE_EXPORT edges (1000000) keeps within 300 MB, in every form. It takes minutes.
func TestExportScale(t *testing.T) {
	edges, err := strconv.Atoi(os.Getenv("WHENCE_EXPORT"))
	if err != nil {
		t.Skip("WHENCE_EXPORT is not set: a number of edges")
	}
	path := filepath.Join(t.TempDir(), "w.db")
	s, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	n := graphtest.Fill(t, s, edges)
	p, err := s.Find(t.Context(), graph.NodeQuery{Kind: graph.ClaimKind, Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	claim := p.Nodes[0].NodeID()
	s.Close()
	t.Logf("%d edges", n)
	for _, x := range exports {
		out := filepath.Join(t.TempDir(), "out")
		args := []string{"export", "--store", path, "--format", x.name, "-o", out}
		if x.name == "mermaid" {
			args = append(args, "--claim", string(claim))
		}
		start := time.Now()
		resident := peak(t, exec.Command("whence", args...))
		took := time.Since(start)
		size := int64(0)
		filepath.Walk(out, func(_ string, info os.FileInfo, err error) error {
			if err == nil && !info.IsDir() {
				size += info.Size()
			}
			return err
		})
		t.Logf("| %s | %.0f s | %.1f MB | %d MB |", x.name, took.Seconds(), float64(size)/1e6, resident)
		if resident == 0 || resident > 300 {
			t.Errorf("%s: %d MB are resident", x.name, resident)
		}
		os.RemoveAll(out)
	}
}

// peak runs the command and answers how many MB it had resident at most. (What wait4 tells counts its parent's, too.)
func peak(t *testing.T, cmd *exec.Cmd) (most int) {
	t.Helper()
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- cmd.Wait() }()
	for {
		status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", cmd.Process.Pid))
		if m := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(status); m != nil {
			kb, _ := strconv.Atoi(string(m[1]))
			most = max(most, kb*1024/1e6)
		}
		select {
		case err := <-done:
			if err != nil {
				t.Fatalf("%v: %v: %s", cmd, err, said.String())
			}
			return most
		case <-time.After(20 * time.Millisecond):
		}
	}
}
