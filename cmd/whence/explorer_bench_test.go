package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/graph/sqlite"
)

// dealings fills a store with so many officials and so many relations between them, a few of whom do most.
func dealings(t testing.TB, actors, relations int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "dealings.db")
	store, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	r := rand.New(rand.NewPCG(7, 7))
	people := make([]*graph.Actor, actors)
	for i := range people {
		name := fmt.Sprintf("Official %c%d", 'A'+i%26, i)
		people[i] = graph.NewActor(graph.Person, []string{name}, nil)
		people[i].Keys = []string{"name:" + graph.Fold(name)}
	}
	verbs := []string{"invited", "met", "accused", "phoned", "summoned", "visited", "sanctioned", "thanked"}
	const each = 50
	for n := 0; n < relations; n += each {
		report := &graph.Report{URL: fmt.Sprintf("https://news.example/%d", n), Title: fmt.Sprintf("Dealings, part %d", n/each), Published: time.Date(2025, 1, 1+n/each, 6, 0, 0, 0, time.UTC)}
		var text strings.Builder
		type deal struct {
			subject, object int
			verb            string
			at              graph.Span
		}
		var deals []deal
		for i := n; i < min(n+each, relations); i++ {
			a := i % actors // everybody has a part
			b := int(float64(actors) * math.Pow(r.Float64(), 2.5))
			if a == b {
				b = (b + 1) % actors
			}
			d := deal{a, b, verbs[r.IntN(len(verbs))], graph.Span{Start: text.Len()}}
			fmt.Fprintf(&text, "%s %s %s", people[a].Name, d.verb, people[b].Name)
			d.at.End = text.Len()
			text.WriteString(". ")
			deals = append(deals, d)
		}
		report.Text = text.String()
		report.ID, report.Hash = graph.ReportID(report.URL, report.Text), graph.Hash(report.Text)
		b := graph.Batch{Reports: []*graph.Report{report}}
		named := map[int]bool{}
		for i, d := range deals {
			for _, p := range []int{d.subject, d.object} {
				if !named[p] {
					named[p] = true
					b.Actors = append(b.Actors, people[p])
				}
			}
			polarity := graph.Affirmed
			if r.IntN(10) == 0 {
				polarity = graph.Negated
			}
			b.Relations = append(b.Relations, &graph.Relation{
				ID: graph.RelationID(report.ID, d.at, strings.ToUpper(d.verb), d.at), Report: report.ID, Order: i,
				Subject: people[d.subject].ID, Object: people[d.object].ID, Predicate: strings.ToUpper(d.verb), Polarity: polarity, Modality: graph.Actual,
				Evidence: []graph.Evidence{{Report: report.ID, Span: d.at, Quote: report.Text[d.at.Start:d.at.End]}}, Confidence: 0.9,
			})
		}
		if err := store.Put(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// BenchmarkNetwork draws large networks without a GPU: how long it takes from the address to the first drawing, and how many frames a
// second there are while a hand moves it about, with the layout still being found and when it is calm.
func BenchmarkNetwork(b *testing.B) {
	for _, size := range []struct{ actors, relations int }{{500, 1000}, {5000, 10000}} {
		b.Run(fmt.Sprintf("actors=%d/relations=%d", size.actors, size.relations), func(b *testing.B) {
			address, _ := serving(b, dealings(b, size.actors, size.relations))
			d := sit(b, address)
			var first, moving, calm, slow, blank, cost float64
			for b.Loop() {
				d.open("/report") // which draws nothing: what browser and machine are good for at the moment
				fps, _ := d.pan(2 * time.Second)
				blank += fps
				d.open("/network")
				d.wait(`performance.getEntriesByName("whence-first-drawing").length > 0`)
				first += tells[float64](d, `performance.getEntriesByName("whence-first-drawing")[0].startTime`)
				d.wait(fmt.Sprintf(`document.querySelector(".told").textContent.replaceAll(",", "") === "%d actors %d relations"`, size.actors, size.relations))
				fps, _ = d.pan(2 * time.Second)
				moving += fps
				time.Sleep(15 * time.Second)
				before := spent()
				fps, worst := d.pan(3 * time.Second)
				calm, slow = calm+fps, max(slow, worst)
				cost += float64((spent() - before).Milliseconds()) / (3 * fps)
			}
			n := float64(b.N)
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(first/n, "ms-to-first-drawing")
			b.ReportMetric(moving/n, "fps-while-laid-out")
			b.ReportMetric(calm/n, "fps")
			b.ReportMetric(cost/n, "cpu-ms/frame")
			b.ReportMetric(blank/n, "fps-of-a-page-without-drawing")
			b.ReportMetric(slow, "ms-95th-frame")
		})
	}
}

// spent is the processor time that this process's browsers have had, as far as the system tells: unlike the frames of a second it is the same
// on a machine that is busy.
func spent() time.Duration {
	parents, times := map[string]string{}, map[string]time.Duration{}
	list, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range list {
		raw, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		pid, rest, _ := strings.Cut(string(raw), " (")
		name, after, ok := strings.Cut(rest, ") ")
		f := strings.Fields(after)
		if !ok || len(f) < 13 {
			continue
		}
		parents[pid] = f[1]
		if strings.Contains(name, "chrom") {
			user, _ := strconv.Atoi(f[11])
			system, _ := strconv.Atoi(f[12])
			times[pid] = time.Duration(user+system) * 10 * time.Millisecond // a hundredth of a second each
		}
	}
	var sum time.Duration
	for pid, t := range times {
		for up := pid; up != "" && up != "1"; up = parents[up] {
			if up == strconv.Itoa(os.Getpid()) {
				sum += t
			}
		}
	}
	return sum
}

// pan moves the drawing about for a while; it gives the frames a second, and how long 95 in a hundred took at most, in milliseconds.
func (d *desk) pan(length time.Duration) (fps, worst float64) {
	d.Helper()
	at := tells[[]float64](d, `(() => { const c = document.querySelector("canvas, main"); c.scrollIntoView({block: "center"}); const b = c.getBoundingClientRect(); return [b.x + b.width / 2, b.y + 8]; })()`)
	tells[bool](d, `(window.frames_ = [], window.counting = true, requestAnimationFrame(function f(t) { frames_.push(t); if (counting) requestAnimationFrame(f); }), true)`)
	mouse := func(kind input.DispatchMouseEventType, x, y float64) {
		act(d, chromedp.MouseEvent(kind, x, y, chromedp.ButtonLeft))
	}
	mouse(chromedp.MousePressed, at[0], at[1])
	start := time.Now()
	for time.Since(start) < length {
		t := time.Since(start).Seconds()
		mouse(input.DispatchMouseEventTypeMouseMoved, at[0]+380*math.Sin(2.2*t), at[1]+260*(1-math.Cos(1.7*t))/2)
	}
	mouse(input.DispatchMouseEventTypeMouseReleased, at[0], at[1])
	frames := tells[[]float64](d, `(window.counting = false, frames_)`)
	var gaps []float64
	for i := 1; i < len(frames); i++ {
		gaps = append(gaps, frames[i]-frames[i-1])
	}
	if len(gaps) == 0 {
		d.Fatal("nothing moves")
	}
	slices.Sort(gaps)
	return 1000 * float64(len(gaps)) / (frames[len(frames)-1] - frames[0]), gaps[len(gaps)*95/100]
}
