package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// serving starts the real server on a store, and gives its address and how to end it.
func serving(t testing.TB, store string) (address string, stop func()) {
	t.Helper()
	return servingAt(t, store, "127.0.0.1:0")
}

func servingAt(t testing.TB, store, addr string) (address string, stop func()) {
	t.Helper()
	cmd := exec.Command("whence", "serve", "--store", store, "--addr", addr)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stop = sync.OnceFunc(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		cmd.Wait()
	})
	t.Cleanup(stop)
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if m := regexp.MustCompile(`(http://[^/ ]+)/graphql  `).FindStringSubmatch(lines.Text()); m != nil {
			go io.Copy(io.Discard, out)
			return m[1], stop
		}
	}
	t.Fatal("serve does not say where")
	return "", nil
}

// desk is a browser in front of the explorer, and whoever sits there.
type desk struct {
	testing.TB
	ctx context.Context
	url string

	mu   sync.Mutex
	said []string // by the browser's console: what went wrong
}

// evidence is the evidence that is open in a trace.
const evidence = `[...document.querySelectorAll(".evidence-panel .evidence")].map((e) => e.textContent).join("")`

// sit opens a browser on a server; without one it skips, loudly.
func sit(t testing.TB, url string) *desk {
	t.Helper()
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		if os.Getenv("WHENCE_TEST_ALL") == "1" {
			t.Fatal("no browser, and WHENCE_TEST_ALL=1 forbids leaving out: apt-get install chromium")
		}
		t.Skip("LEFT OUT: no browser to show the explorer to: apt-get install chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU)
	for _, name := range []string{"disable-quic", "disable-background-networking", "disable-component-update", "disable-sync"} {
		options = append(options, chromedp.Flag(name, true))
	}
	ctx, end := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(end)
	ctx, close := chromedp.NewContext(ctx)
	t.Cleanup(close)
	d := &desk{TB: t, ctx: ctx, url: url}
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("the browser does not start: %v", err)
	}
	d.settle()
	return d
}

// settle makes a new tab ready.
func (d *desk) settle() {
	d.Helper()
	go func() {
		for m, err := range chromedp.Console(d.ctx) {
			if err != nil {
				return
			}
			if m.IsException() || m.Type == "error" || m.Type == "warning" {
				d.mu.Lock()
				d.said = append(d.said, m.String())
				d.mu.Unlock()
			}
		}
	}()
	for _, name := range []string{"clipboard-read", "clipboard-write"} {
		_, err := chromedp.CallBrowser(d.ctx, browser.SetPermission, browser.SetPermissionParams{
			Permission: &browser.PermissionDescriptor{Name: name, AllowWithoutSanitization: name == "clipboard-read"}, Setting: browser.PermissionSettingGranted})
		if err != nil {
			d.Fatalf("%s: %v", name, err)
		}
	}
	if _, err := chromedp.Call(d.ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}); err != nil {
		d.Fatal(err)
	}
	d.size(1600, 1000, "light")
}

// under gives a tab of its own to a subtest.
func (d *desk) under(t testing.TB) *desk {
	t.Helper()
	ctx, close := chromedp.NewContext(d.ctx)
	t.Cleanup(close)
	tab := &desk{TB: t, ctx: ctx, url: d.url}
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	tab.settle()
	return tab
}

// patience is for how long something may take on a machine that others use too.
const patience = time.Minute

func act[T any](d *desk, a chromedp.Action[T]) T {
	d.Helper()
	ctx, cancel := context.WithTimeout(d.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, a)
	if err != nil {
		d.Fatalf("%v; the page says: %s", err, d.glimpse())
	}
	return v
}

// glimpse is what the page says at the moment, for a failure's message.
func (d *desk) glimpse() string {
	ctx, cancel := context.WithTimeout(d.ctx, 3*time.Second)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + " | " + document.querySelector("main")?.innerText.slice(0, 400)`))
	if err != nil {
		return err.Error()
	}
	return text
}

// tells evaluates JavaScript.
func tells[T any](d *desk, expression string) T {
	d.Helper()
	return act(d, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// wait waits until an expression holds.
func (d *desk) wait(expression string) {
	d.Helper()
	ctx, cancel := context.WithTimeout(d.ctx, patience)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.Poll[chromedp.Void](expression, chromedp.WithPollingInterval(50*time.Millisecond), chromedp.WithPollingTimeout(patience))); err != nil {
		d.Fatalf("waited for %s: %v; the page says: %s", expression, err, d.glimpse())
	}
}

const settled = `!document.querySelector("main[aria-busy]") && !!document.querySelector("main h1")`

func (d *desk) open(path string) {
	d.Helper()
	act(d, chromedp.Navigate(d.url+path))
	d.wait(settled)
}

// click clicks on the first element that a selector finds and whose text has some words.
func (d *desk) click(selector, words string) {
	d.Helper()
	d.wait(fmt.Sprintf(`[...document.querySelectorAll(%q)].some((e) => e.textContent.includes(%q))`, selector, words))
	at := tells[[]float64](d, fmt.Sprintf(`(() => { const e = [...document.querySelectorAll(%q)].find((e) => e.textContent.includes(%q)); e.scrollIntoView({block: "center"});
		const b = e.getClientRects()[0]; return [b.x + b.width / 2, b.y + b.height / 2]; })()`, selector, words))
	act(d, chromedp.MouseClickXY(at[0], at[1]))
}

func (d *desk) press(keys string, o ...chromedp.KeyOption) {
	d.Helper()
	act(d, chromedp.KeyEvent(keys, o...))
}

func (d *desk) size(width, height int64, theme string) {
	d.Helper()
	_, err := chromedp.Call(d.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 1, Mobile: width < 500})
	if err == nil {
		_, err = chromedp.Call(d.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: theme}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
	}
	if err != nil {
		d.Fatal(err)
	}
}

// clipboard is what was copied last.
func (d *desk) clipboard() string {
	d.Helper()
	return tells[string](d, `navigator.clipboard.readText()`)
}

// quiet fails for what the browser complained of: broken scripts, and what the page's policy had to forbid.
func (d *desk) quiet() {
	d.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, s := range d.said {
		d.Errorf("the browser's console: %s", s)
	}
}

// forget drops what the console said with the words.
func (d *desk) forget(words string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.said = slices.DeleteFunc(d.said, func(s string) bool { return strings.Contains(s, words) })
}

func sampleStore(t testing.TB) string {
	t.Helper()
	db := filepath.Join(t.TempDir(), "w.db")
	if out, err := exec.Command("whence", "ingest", "--store", db, "--sample").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return db
}

// TestExplorer is an analyst's day, in a real browser on the real server with the sample. WHENCE_PICTURES names a folder for pictures of
// every view at three widths in both themes: look at them after each change of what they show.
func TestExplorer(t *testing.T) {
	if raced {
		t.Skip("without the race detector only")
	}
	address, stop := serving(t, sampleStore(t))
	all := sit(t, address)
	for _, part := range []struct {
		name string
		run  func(*desk)
	}{
		{"by hand", byHand},
		{"by keyboard alone", byKeyboard},
		{"every view, every width", everyView},
		{"what leads nowhere", nowhere},
	} {
		t.Run(part.name, func(t *testing.T) {
			d := all.under(t)
			part.run(d)
			d.quiet()
		})
	}
	t.Run("the server goes away", func(t *testing.T) {
		d := all.under(t)
		d.open("/search?q=invited")
		stop()
		d.click("nav a", "Network")
		d.wait(`document.querySelector("[role=alert]")?.innerText.includes("whence serve")`)
		if tells[bool](d, `[...document.querySelectorAll("[role=alert] button")].every((b) => b.textContent !== "Try again")`) {
			t.Error("there is no way to try again")
		}
	})
}

// byHand: search, open the claim, walk the trace to the origin, open the evidence, go on to the network, filter, expand, follow a path,
// copy the query and run it in GraphiQL.
func byHand(d *desk) {
	d.open("/")
	d.click("#q", "")
	act(d, chromedp.KeyEvent("invited\r"))
	d.wait(`location.search.includes("q=invited") && document.querySelectorAll(".hits mark").length > 0 && ` + settled)
	if got := tells[string](d, `document.querySelector(".hits mark").textContent`); got != "invited" {
		d.Errorf("the highlighted word is %q", got)
	}
	d.click(".hits .said a", "Quist has invited her Norvanian counterpart")
	d.wait(`location.pathname === "/trace" && document.querySelectorAll("svg.chains .hop-label").length === 5`)
	if got := tells[string](d, `document.querySelector(".verdict dd").innerText`); !strings.HasPrefix(got, "Ivo Tarrant") {
		d.Errorf("the origin is %q", got)
	}
	if got := tells[int](d, `document.querySelectorAll("svg.chains .card.origin").length`); got != 1 {
		d.Errorf("%d origins are drawn", got)
	}
	// Time runs down the page: no chain leads to a report that was published later.
	if !tells[bool](d, `(() => { const at = [...document.querySelectorAll("svg.chains .report")].map((g) => [Date.parse(g.querySelectorAll("text")[2].textContent + " UTC"), g.getBoundingClientRect().top]);
		return at.length === 5 && at.every(([t, y]) => at.every(([u, z]) => t <= u || y <= z + 1)); })()`) {
		d.Error("the reports are not drawn in the order of time")
	}
	d.click("svg.chains .hop-label", "insists")
	d.wait(evidence + `.includes("Tarrant insists")`)
	if !tells[bool](d, `(() => { const f = document.querySelector(".passage-frame").getBoundingClientRect(), e = document.querySelector(".passage-frame .evidence").getBoundingClientRect(); return e.top >= f.top - 2 && e.top < f.bottom; })()`) {
		d.Error("the evidence is not in view")
	}
	shared := tells[string](d, `location.href`)
	d.click("#take-note", "")
	d.wait(`document.getElementById("said").textContent === "The footnote copied"`)
	for _, want := range []string{"Ivo Tarrant", "Daily Rattle", "16 Apr 2026", "https://dailyrattle.example/she-never-rang", "“Tarrant insists that Quist has invited Maelis"} {
		if note := d.clipboard(); !strings.Contains(note, want) {
			d.Errorf("the footnote lacks %q: %s", want, note)
		}
	}
	for _, kind := range []string{"svg", "png"} {
		d.saves(kind, "whence-trace."+kind)
	}

	d.click("nav a", "Network")
	d.wait(`location.pathname === "/network" && document.querySelectorAll("tbody tr").length > 3 && ` + settled)
	before := tells[int](d, `document.querySelectorAll("tbody tr").length`)
	d.click(".segments button", "Denied")
	d.wait(fmt.Sprintf(`document.querySelectorAll("tbody tr").length < %d`, before))
	if !tells[bool](d, `location.search.includes("polarity=NEGATED") && [...document.querySelectorAll("tbody .predicate")].every((e) => e.textContent.startsWith("not "))`) {
		d.Error("what is said to be so is still in the table")
	}
	d.click("#take-query", "")
	d.wait(`document.getElementById("said").textContent === "The query copied"`)
	query := d.clipboard()
	rows := tells[int](d, `document.querySelectorAll("tbody tr").length`)
	d.click(".segments button", "All")
	d.click(".menu summary", "")
	d.click(".menu-list label", "met")
	d.wait(`location.search.includes("predicate=MET") && document.querySelectorAll("tbody tr").length > 0 && [...document.querySelectorAll("tbody .predicate")].every((e) => e.textContent.endsWith("MET"))`)

	d.open("/network")
	d.wait(`document.querySelectorAll("tbody tr").length > 20`)
	d.click("td .cell", "Cosmin Adeyar")
	d.click("#expand", "")
	d.wait(`document.querySelector("h1").textContent.includes("Cosmin Adeyar") && ` + settled)
	narrow := tells[int](d, `document.querySelectorAll("tbody tr").length`)
	d.click("td .cell", "Irena")
	d.click("#expand", "Expand")
	d.wait(fmt.Sprintf(`document.querySelector("h1").textContent.includes("Irena") && document.querySelectorAll("tbody tr").length > %d`, narrow))
	d.click("td .cell", "Cosmin Adeyar")
	d.click(".path-form input", "")
	act(d, chromedp.KeyEvent("Lidia Sarmento\r"))
	d.wait(`document.querySelector(".net-panel h2")?.textContent === "The path"`)
	if got := tells[int](d, `document.querySelectorAll(".net-panel .entry .said").length`); got < 2 {
		d.Errorf("the path shows %d pieces of evidence", got)
	}
	for _, kind := range []string{"svg", "png"} {
		d.saves(kind, "whence-network."+kind)
	}

	// The query that was copied runs in GraphiQL, and gives what the table had.
	d.quiet()
	act(d, chromedp.Navigate(d.url+"/graphiql"))
	d.wait(`!!document.querySelector(".graphiql-query-editor .CodeMirror")`)
	d.click(".graphiql-query-editor .CodeMirror-lines", "")
	act(d, chromedp.KeyEvent("a", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	if _, err := chromedp.Call(d.ctx, input.InsertText, input.InsertTextParams{Text: query}); err != nil {
		d.Fatal(err)
	}
	d.wait(fmt.Sprintf(`document.querySelector(".graphiql-query-editor .CodeMirror").CodeMirror.getValue().trim() === %q.trim()`, query))
	// The page takes no query before it is ready, and does not say when that is.
	const answered = `!!document.querySelector(".result-window .CodeMirror")?.CodeMirror.getValue().includes("relations")`
	for tries := 0; !tells[bool](d, answered) && tries < 10; tries++ {
		d.press("\r", chromedp.KeyModifiers(chromedp.ModifierCtrl))
		for waits := 0; !tells[bool](d, answered) && waits < 20; waits++ {
			time.Sleep(100 * time.Millisecond)
		}
	}
	d.forget("status of 400") // to what was asked before the page was ready
	answer := tells[string](d, `document.querySelector(".result-window .CodeMirror").CodeMirror.getValue()`)
	if n := strings.Count(answer, `"predicate"`); n != rows || strings.Contains(answer, `"errors"`) {
		d.Errorf("the copied query gives %d relations in GraphiQL, and the table had %d:\n%s\n%s", n, rows, query, answer)
	}

	// An address shows to somebody else what it shows here.
	act(d, chromedp.Navigate(shared))
	d.wait(evidence + `.includes("Tarrant insists")`)
	d.click("nav a", "Report")
	d.wait(`location.pathname === "/report" && document.querySelectorAll(".passage .lit").length > 0`)
	d.click(".passage .mention", "Maelis")
	d.wait(`location.pathname === "/network" && document.querySelector("h1").textContent.includes("Maelis")`)
	act(d, chromedp.NavigateBack())
	d.wait(`location.pathname === "/report" && ` + settled)
}

// saves presses a button for a drawing, and holds what is saved against its kind.
func (d *desk) saves(kind, name string) {
	d.Helper()
	tells[bool](d, `(() => { window.saved = null; const make = URL.createObjectURL; URL.createObjectURL = (b) => { if (b.size) window.saved = b; return make.call(URL, b); }; return true; })()`)
	d.click("#take-"+kind, "")
	d.wait(fmt.Sprintf(`document.getElementById("said").textContent === %q`, name+" saved"))
	head := tells[string](d, `window.saved.slice(0, 4000).text()`)
	if kind == "png" && !strings.Contains(head, "PNG") || kind == "svg" && (!strings.Contains(head, "<svg") || strings.Contains(head, "class=")) {
		d.Errorf("%s starts with %.60q", name, head)
	}
	if n := tells[int](d, `window.saved.size`); n < 2000 {
		d.Errorf("%s has %d bytes", name, n)
	}
}

// tab goes from one thing to the next until a condition holds of document.activeElement (e), and wants to see at each where it is.
func (d *desk) tab(condition string, o ...chromedp.KeyOption) {
	d.Helper()
	for range 150 {
		d.press("\t", o...)
		state := tells[[]any](d, `(() => { const e = document.activeElement; if (e === document.body) return [false, true, ""];
			const mark = e.closest("svg") ? e.querySelector("rect") : e, s = getComputedStyle(mark), b = e.getBoundingClientRect();
			const seen = b.width > 0 && b.height > 0 && (s.outlineStyle !== "none" || (e.closest("svg") && parseFloat(s.strokeWidth) > 2));
			return [!!(`+condition+`), seen || e.matches("h1, main"), e.outerHTML.slice(0, 120)]; })()`)
		if state[1] != true {
			d.Errorf("one cannot see that this has the focus: %v", state[2])
		}
		if state[0] == true {
			return
		}
	}
	d.Fatalf("the keyboard does not get to where %s", condition)
}

// byKeyboard is the same path without a mouse.
func byKeyboard(d *desk) {
	back := chromedp.KeyModifiers(chromedp.ModifierShift)
	d.open("/")
	d.press("/")
	if !tells[bool](d, `document.activeElement.id === "q"`) {
		d.Error("/ does not lead to the search")
	}
	d.press("a", chromedp.KeyModifiers(chromedp.ModifierCtrl)) // a key that DevTools sends types even where the page has taken it
	d.press("invited\r")
	d.wait(`location.search.includes("q=invited") && document.activeElement.tagName === "H1" && ` + settled)
	d.tab(`e.matches(".hits .said a") && e.textContent.includes("Norvanian counterpart")`)
	d.press("\r")
	d.wait(`location.pathname === "/trace" && document.activeElement.tagName === "H1" && ` + settled)
	d.tab(`e.matches(".hop-label") && e.textContent.includes("reported")`)
	d.press("\r")
	d.wait(evidence + `.includes("reported")`)
	d.tab(`e.matches(".passage-frame")`)
	d.tab(`e.matches(".pick.hop") && e.textContent.includes("insists")`)
	d.press(" ")
	d.wait(evidence + `.includes("insists")`)
	d.tab(`e.matches("nav a") && e.textContent === "Network"`, back)
	d.press("\r")
	d.wait(`location.pathname === "/network" && document.activeElement.tagName === "H1" && document.querySelectorAll("tbody tr").length > 3`)
	d.tab(`e.matches(".segments button") && e.textContent === "Denied"`)
	d.press("\r")
	d.wait(`[...document.querySelectorAll("tbody .predicate")].every((e) => e.textContent.startsWith("not "))`)
	if !tells[bool](d, `document.activeElement.textContent === "Denied"`) {
		d.Error("the focus is lost on filtering")
	}
	d.tab(`e.matches("summary")`)
	d.press("\r")
	d.tab(`e.matches(".tick input") && e.value === "MET"`)
	d.press(" ")
	d.wait(`document.querySelectorAll("tbody tr").length > 0 && [...document.querySelectorAll("tbody .predicate")].every((e) => e.textContent === "not MET")`)
	d.tab(`e.matches("input[name=until]")`)
	d.press(kb.ArrowLeft)
	d.wait(`location.search.includes("until=")`)
	d.tab(`e.matches("canvas")`)
	d.press("+")
	d.tab(`e.matches(".filters button.quiet")`, back)
	d.press("\r")
	d.wait(`!location.search.includes("predicate=")`)
	d.tab(`e.matches("td .cell.predicate")`)
	d.press("\r")
	d.wait(`document.querySelectorAll(".net-panel .entry .said").length > 0 && document.querySelectorAll("tr.on").length > 0`)
	d.tab(`e.matches("td .cell:not(.predicate)") && e.textContent.includes("Maelis")`)
	d.press("\r")
	d.wait(`!!document.querySelector("#expand")`)
	d.tab(`e.matches(".path-form input")`, back)
	d.press("Renata Quist\r")
	d.wait(`document.querySelector(".net-panel h2")?.textContent === "The path"`)
	d.tab(`e.id === "take-query"`)
	d.press("\r")
	d.wait(`document.getElementById("said").textContent === "The query copied"`)
	if q := d.clipboard(); !strings.Contains(q, "path(") {
		d.Errorf("the query behind a path does not ask for it: %s", q)
	}
	d.tab(`e.matches("nav a") && e.textContent === "Report"`, back)
	d.press("\r")
	d.wait(`location.pathname === "/report" && document.activeElement.tagName === "H1" && ` + settled)
	d.tab(`e.matches(".pick")`)
	d.press("\r")
	d.wait(`document.querySelectorAll(".passage .lit").length > 0`)
	d.tab(`e.matches(".entry.chosen a") && e.textContent.includes("Trace")`)
	d.press("\r")
	d.wait(`location.pathname === "/trace" && ` + settled)
}

// axe is axe-core, which finds what keeps people from using a page.
var axe = sync.OnceValues(func() (string, error) {
	raw, err := os.ReadFile("testdata/axe-core-4.14.1/axe.min.js.gz")
	if err != nil {
		return "", err
	}
	r, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(r)
	return string(text), err
})

// everyView holds each view against axe-core and against its window: narrow and dark, wide and light or, where pictures are wanted, at
// three widths in both themes.
func everyView(d *desk) {
	script, err := axe()
	if err != nil {
		d.Fatal(err)
	}
	d.open("/search?q=invited")
	trace := tells[string](d, `[...document.querySelectorAll(".hits .said a")].find((a) => a.textContent.includes("Norvanian counterpart")).getAttribute("href")`)
	report := tells[string](d, `[...document.querySelectorAll(".hits .said a")].find((a) => a.pathname === "/report").getAttribute("href")`)
	d.open("/network")
	actor := tells[string](d, `(document.querySelector("td .cell").click(), document.querySelector("#expand").click(), location.search)`)
	type look struct {
		width, height int64
		theme         string
	}
	looks := []look{{390, 844, "dark"}, {1600, 1000, "light"}}
	folder := os.Getenv("WHENCE_PICTURES")
	if folder != "" {
		looks = []look{{390, 844, "dark"}, {390, 844, "light"}, {1024, 800, "dark"}, {1024, 800, "light"}, {1600, 1000, "dark"}, {1600, 1000, "light"}}
	}
	type view struct{ name, path string }
	views := []view{{"start", "/"}, {"search", "/search?q=invited"}, {"trace", "/" + trace}, {"network", "/network"}, {"report", "/" + report}}
	if folder != "" {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			d.Fatal(err)
		}
		views = append(views, view{"filtered", "/search?q=bridge&stance=DENIES"}, view{"none", "/search?q=zymurgy"}, view{"claims", "/trace"}, view{"actor", "/network" + actor}, view{"reports", "/report"})
	}
	for _, view := range views {
		for _, l := range looks {
			d.size(l.width, l.height, l.theme)
			d.open(view.path)
			if over := tells[float64](d, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
				d.Errorf("%s at %d: the page is %v pixels wider than the window", view.name, l.width, over)
			}
			for _, f := range d.axe(script) {
				d.Errorf("%s at %d, %s: %s", view.name, l.width, l.theme, f)
			}
			if folder == "" {
				continue
			}
			if strings.HasPrefix(view.path, "/network") {
				d.wait(`performance.getEntriesByName("whence-first-drawing").length > 0`)
				time.Sleep(1500 * time.Millisecond) // for a calm picture
			}
			picture := act(d, chromedp.FullScreenshot(100))
			if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%s-%d-%s.png", view.name, l.width, l.theme)), picture, 0o644); err != nil {
				d.Fatal(err)
			}
		}
	}
	d.size(1600, 1000, "light")
}

// axe tells the serious and critical findings on the page as it stands.
func (d *desk) axe(script string) []string {
	d.Helper()
	if !tells[bool](d, `!!window.axe`) {
		tells[bool](d, script+"\n;true")
	}
	raw := tells[string](d, `axe.run(document, {resultTypes: ["violations"]}).then((r) => JSON.stringify(r.violations.filter((v) => ["serious", "critical"].includes(v.impact)).map((v) => v.id + ": " + v.help + ": " + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160) + " " + (n.any[0]?.message ?? "")).join(" | "))))`)
	var found []string
	if err := json.Unmarshal([]byte(raw), &found); err != nil {
		d.Fatal(err)
	}
	return found
}

// nowhere: addresses that lead nowhere say so, and what to do.
func nowhere(d *desk) {
	for path, want := range map[string]string{
		"/search?q=zymurgy":                                           "Nothing was found",
		"/search?q=bridge&since=2031-01-01":                           "Nothing fits all of that",
		"/trace?claim=c:aaaaaaaaaaaaaaaaaaaa":                         "There is no such claim",
		"/trace?claim=" + url.QueryEscape(`c:x"){id}}`):               "Trace a claim",
		"/report?report=r:aaaaaaaaaaaaaaaaaaaa":                       "There is no such report",
		"/network?actor=a:aaaaaaaaaaaaaaaaaaaa":                       "Nobody deals with them",
		"/network?actor=a:aaaaaaaaaaaaaaaaaaaa&depth=99&polarity=SO&": "Nobody deals with them",
	} {
		d.open(path)
		if got := tells[string](d, `document.querySelector("main").innerText`); !strings.Contains(got, want) {
			d.Errorf("%s shows: %.200s", path, got)
		}
		if tells[int](d, `document.querySelectorAll("main a, main button").length`) == 0 {
			d.Errorf("%s shows no way on", path)
		}
	}
}

// TestExplorerHostile shows reports that were written to break the page that shows them.
func TestExplorerHostile(t *testing.T) {
	if raced {
		t.Skip("without the race detector only")
	}
	const script = `<img src=x onerror="window.broken=1"><script>window.broken=1</script>`
	deep := strings.Repeat("z", 3000)
	turned := "safe\u202Edetnalp\u2066\u2069\u0007 a\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301"
	path := filepath.Join(t.TempDir(), "hostile.jsonl")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range []string{
		`Mara Quill invited Ivo Tarrant, ` + script + ` said Ada Fenn. "The bridge is ` + script + ` safe," said Mara Quill. 🌉🌉 “It is ` + turned + ` closed,” said Ivo Tarrant.`,
		`"The bridge is ` + deep + ` safe," said Mara ` + deep + `. ` + strings.Repeat(`"The bridge is safe," said Mara Quill. `, 300),
		`שלום. "The bridge is safe," said Mara Quill. ` + "\u202E" + `"The toll is 5," said Ivo Tarrant.`,
	} {
		line, _ := json.Marshal(map[string]string{"outlet": []string{script, deep, "\u202Eegatsop"}[i], "title": []string{script, deep, turned}[i], "text": text,
			"url": []string{"javascript:window.broken=1", "https://deep.example/" + deep, "data:text/html,<script>1</script>"}[i], "author": script, "published": "2026-04-10T08:00:00Z"})
		f.Write(append(line, '\n'))
	}
	f.Close()
	db := filepath.Join(t.TempDir(), "w.db")
	if out, err := exec.Command("whence", "ingest", "--store", db, path).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	address, _ := serving(t, db)
	d := sit(t, address)
	const width = 390 // where it is hardest
	d.size(width, 900, "light")
	for _, view := range []string{"/", "/search?q=bridge", "/search?q=" + url.QueryEscape(script), "/trace", "/network", "/report"} {
		d.open(view)
		links := tells[[]string](d, `[...document.querySelectorAll("main .hits a")].map((a) => a.getAttribute("href"))`)
		for _, to := range append([]string{view}, links[:min(len(links), 3)]...) {
			d.open("/" + strings.TrimPrefix(to, "/"))
			if tells[bool](d, `!!window.broken || document.querySelectorAll("main img, main script").length > 0`) {
				t.Fatalf("%s: the report's text runs", to)
			}
			if tells[bool](d, `[...document.querySelectorAll("a")].some((a) => !["http:", "https:"].includes(new URL(a.getAttribute("href"), location.href).protocol))`) {
				t.Errorf("%s: a link leads out of the web", to)
			}
			if bad := tells[string](d, `document.body.innerText.match(/[\u0000-\u0008\u202a-\u202e\u2066-\u2069]/)?.[0] ?? ""`); bad != "" {
				t.Errorf("%s: %q is shown as it is", to, bad)
			}
			if over := tells[float64](d, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
				t.Errorf("%s at %d: the page is %v pixels wider than the window", to, width, over)
			}
		}
	}
	d.quiet()
}
