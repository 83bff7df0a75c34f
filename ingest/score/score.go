// Package score holds what was read against what people marked: the right words in the right mouth, and whether the
// confidences are honest. It reads marked reports, in the form of the PolNeAR corpus or as a story, and counts.
//
//	for g, err := range score.Gold(path) { tally.Add(g, analysis of g.Report) }
//	tally.Write(os.Stdout)
//
// A token is a run of letters, digits and underscores, or one other character that is no space. Spans are trimmed of
// spaces, and spans of one role with only spaces between them are one.
//
//	exact        the spans of a role of one attribution, all and to the letter
//	overlap      roles matched one to one by falling Dice; precision is the mean share of the read tokens that are marked,
//	             recall of the marked that are read (Johansson and Moschitti 2010; Pareti, PARC 3.0, 2016, made one to one)
//	tokens       of a role in any attribution of the article
//	attribution  matched one to one by content, Dice of the tokens at least one half, equal ones by source first; right
//	             when the sources share a token, or when neither names one
//	wrong mouth  matched, with a source that shares no token with the marked one, of all matched
//
// Quotations are direct when each word stands in double quotation marks, mixed when some do. Hops count from 1, what the
// report itself hears; 2 is what somebody tells whom it cites.
package score

import (
	"fmt"
	"io"
	"math"
	"sort"
	"text/tabwriter"

	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/ingest"
)

// Item is one attribution, marked or read, in bytes of the text.
type Item struct {
	Source, Cue, Content []graph.Span
	Hop                  int     // 1 where nobody stands between; of what was read it is not looked at
	Confidence           float64 // of what was read
}

func (x *Item) roles() [3][]graph.Span { return [3][]graph.Span{x.Source, x.Cue, x.Content} }

var roles = [3]string{"source", "cue", "content"}

var quotations = [3]string{"indirect", "mixed", "direct"}

// bins is how many steps the confidences are told in.
const bins = 10

// Tally counts over articles. The zero value is empty.
type Tally struct {
	Articles, Gold, Read int
	Found, Right         int // matched by content; with the right source
	WrongMouth, NoSource int // of the found
	Unsaid               int // of the wrong mouths: nobody is marked
	Role                 [3]RoleTally
	Quotation            [3]Group // indirect, mixed, direct
	Hop                  []Group  // 1 first
	Confidence           [bins]Bin
	squareDiff           float64
}

// RoleTally counts one role.
type RoleTally struct {
	Gold, Read, Exact                int
	overlapRead, overlapGold         float64
	goldTokens, readTokens, inCommon int
}

// Group counts the marked attributions of one sort.
type Group struct{ Gold, Found, Right int }

// Bin counts what was read with a confidence of about the same height.
type Bin struct {
	Read, Right int
	sum         float64
}

// Share is the mean confidence in the bin.
func (b Bin) Share() float64 { return b.sum / float64(max(1, b.Read)) }

// Measure is precision, recall and their harmonic mean, each from 0 to 1.
type Measure struct{ P, R, F1 float64 }

func measure(p, ofRead, r, ofGold float64) Measure {
	m := Measure{p / max(1, ofRead), r / max(1, ofGold), 0}
	if m.P+m.R > 0 {
		m.F1 = 2 * m.P * m.R / (m.P + m.R)
	}
	return m
}

// Attribution is of the right words in the right mouth.
func (t *Tally) Attribution() Measure {
	return measure(float64(t.Right), float64(t.Read), float64(t.Right), float64(t.Gold))
}

// Exact is of the role to the letter.
func (r RoleTally) ExactMeasure() Measure {
	return measure(float64(r.Exact), float64(r.Read), float64(r.Exact), float64(r.Gold))
}

func (r RoleTally) overlap() Measure {
	return measure(r.overlapRead, float64(r.Read), r.overlapGold, float64(r.Gold))
}

func (r RoleTally) tokens() Measure {
	return measure(float64(r.inCommon), float64(r.readTokens), float64(r.inCommon), float64(r.goldTokens))
}

// CalibrationError is the expected calibration error: how far, on average, the share that is right lies from the confidence.
func (t *Tally) CalibrationError() float64 {
	var sum float64
	for _, b := range t.Confidence {
		if b.Read > 0 {
			sum += math.Abs(b.sum - float64(b.Right))
		}
	}
	return sum / float64(max(1, t.Read))
}

// Add counts one article.
func (t *Tally) Add(text string, gold, read []Item) {
	a := newArticle(text)
	g, r := a.items(gold), a.items(read)
	t.Articles++
	t.Gold += len(g)
	t.Read += len(r)
	for k := range roles {
		t.Role[k].add(k, g, r)
	}
	for i := range g {
		t.group(g[i], func(x *Group) { x.Gold++ })
	}
	right := make([]bool, len(r))
	for _, p := range match(g, r) {
		x, y := g[p[0]], r[p[1]]
		t.Found++
		t.group(x, func(c *Group) { c.Found++ })
		switch {
		case agree(x, y):
			t.Right++
			right[p[1]] = true
			t.group(x, func(c *Group) { c.Right++ })
		case len(y.tokens[0]) == 0:
			t.NoSource++
		default:
			t.WrongMouth++
			if len(x.tokens[0]) == 0 {
				t.Unsaid++
			}
		}
	}
	for j, y := range r {
		b := &t.Confidence[min(bins-1, max(0, int(y.confidence*bins)))]
		b.Read++
		b.sum += y.confidence
		hit := 0.0
		if right[j] {
			b.Right++
			hit = 1
		}
		t.squareDiff += (y.confidence - hit) * (y.confidence - hit)
	}
}

// Right tells of each attribution that was read whether it is right.
func Right(text string, gold, read []Item) []bool {
	a := newArticle(text)
	out := make([]bool, len(read))
	var kept []int // those that have a content
	var list []Item
	for i, x := range read {
		if len(a.trim(x.Content)) > 0 {
			kept, list = append(kept, i), append(list, x)
		}
	}
	g, r := a.items(gold), a.items(list)
	for _, p := range match(g, r) {
		out[kept[p[1]]] = agree(g[p[0]], r[p[1]])
	}
	return out
}

// match pairs marked with read attributions by their contents.
func match(g, r []item) [][2]int {
	return pairs(len(g), len(r), func(i, j int) float64 {
		d := dice(g[i].tokens[2], r[j].tokens[2])
		if d < 0.5 {
			return 0
		}
		if agree(g[i], r[j]) { // a tie goes to the pair whose sources agree; Dice values of news never lie so close
			d += 1e-9
		}
		return d
	})
}

func (t *Tally) group(x item, add func(*Group)) {
	add(&t.Quotation[x.quotation])
	for len(t.Hop) < x.hop {
		t.Hop = append(t.Hop, Group{})
	}
	add(&t.Hop[x.hop-1])
}

func agree(g, r item) bool {
	return common(g.tokens[0], r.tokens[0]) > 0 || len(g.tokens[0]) == 0 && len(r.tokens[0]) == 0
}

func (c *RoleTally) add(k int, gold, read []item) {
	var g, r []item
	spelt, all := map[string]int{}, map[int]int{}
	for _, x := range gold {
		if len(x.spans[k]) > 0 {
			g = append(g, x)
			spelt[fmt.Sprint(x.spans[k])]++
			for _, n := range x.tokens[k] {
				all[n] |= 1
			}
		}
	}
	for _, x := range read {
		if len(x.spans[k]) > 0 {
			r = append(r, x)
			if s := fmt.Sprint(x.spans[k]); spelt[s] > 0 {
				spelt[s]--
				c.Exact++
			}
			for _, n := range x.tokens[k] {
				all[n] |= 2
			}
		}
	}
	c.Gold += len(g)
	c.Read += len(r)
	for _, p := range pairs(len(g), len(r), func(i, j int) float64 { return dice(g[i].tokens[k], r[j].tokens[k]) }) {
		x, y := g[p[0]].tokens[k], r[p[1]].tokens[k]
		n := float64(common(x, y))
		c.overlapGold += n / float64(len(x))
		c.overlapRead += n / float64(len(y))
	}
	for _, in := range all {
		c.goldTokens += in & 1
		c.readTokens += in >> 1
		c.inCommon += in & (in >> 1)
	}
}

// pairs matches one to one, the highest scores first; a score of 0 is no match.
func pairs(n, m int, score func(i, j int) float64) [][2]int {
	type pair struct {
		score float64
		at    [2]int
	}
	var all []pair
	for i := range n {
		for j := range m {
			if s := score(i, j); s > 0 {
				all = append(all, pair{s, [2]int{i, j}})
			}
		}
	}
	sort.SliceStable(all, func(a, b int) bool { return all[a].score > all[b].score })
	left, right := make([]bool, n), make([]bool, m)
	var out [][2]int
	for _, p := range all {
		if i, j := p.at[0], p.at[1]; !left[i] && !right[j] {
			left[i], right[j] = true, true
			out = append(out, p.at)
		}
	}
	return out
}

// Write prints the tables, in percent.
func (t *Tally) Write(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	p := func(v float64) string { return fmt.Sprintf("%.1f", 100*v) }
	row := func(name string, n, m int, x Measure) {
		fmt.Fprintf(tw, "%s\t%d\t%d\t%s\t%s\t%s\t\n", name, n, m, p(x.P), p(x.R), p(x.F1))
	}
	share := func(a, b int) string {
		if b == 0 {
			return "-"
		}
		return p(float64(a) / float64(b))
	}
	fmt.Fprintf(tw, "%d articles\tmarked\tread\tP\tR\tF1\t\n", t.Articles)
	row("attribution", t.Gold, t.Read, t.Attribution())
	row("content found", t.Gold, t.Read, measure(float64(t.Found), float64(t.Read), float64(t.Found), float64(t.Gold)))
	for k, r := range t.Role {
		row(roles[k]+" exact", r.Gold, r.Read, r.ExactMeasure())
		row("overlap", r.Gold, r.Read, r.overlap())
		row("tokens", r.goldTokens, r.readTokens, r.tokens())
	}
	fmt.Fprintf(tw, "\t\t\t\t\t\t\n\tmarked\tfound\tright\t\t\t\n")
	group := func(name string, g Group) {
		fmt.Fprintf(tw, "%s\t%d\t%s\t%s\t\t\t\n", name, g.Gold, share(g.Found, g.Gold), share(g.Right, g.Gold))
	}
	for k := len(quotations) - 1; k >= 0; k-- {
		group(quotations[k], t.Quotation[k])
	}
	for k, g := range t.Hop {
		group(fmt.Sprintf("hop %d", k+1), g)
	}
	fmt.Fprintf(tw, "\t\t\t\t\t\t\nof the found\t%d\t\t\t\t\t\nwrong mouth\t%d\t%s\t\t\t\t\nof which nobody's\t%d\t%s\t\t\t\t\nsource missing\t%d\t%s\t\t\t\t\n",
		t.Found, t.WrongMouth, share(t.WrongMouth, t.Found), t.Unsaid, share(t.Unsaid, t.Found), t.NoSource, share(t.NoSource, t.Found))
	fmt.Fprintf(tw, "\t\t\t\t\t\t\nconfidence\tread\tmean\tright\t\t\t\n")
	for k, b := range t.Confidence {
		if b.Read > 0 {
			fmt.Fprintf(tw, "%.1f to %.1f\t%d\t%s\t%s\t\t\t\n", float64(k)/bins, float64(k+1)/bins, b.Read, p(b.Share()), share(b.Right, b.Read))
		}
	}
	fmt.Fprintf(tw, "calibration error\t\t%s\t\t\t\t\nBrier score\t\t%.3f\t\t\t\t\n", p(t.CalibrationError()), t.squareDiff/float64(max(1, t.Read)))
	return tw.Flush()
}

// Items are the attributions of an analysis.
func Items(a ingest.Analysis) []Item {
	var out []Item
	for _, t := range a.Attributions {
		out = append(out, Item{Source: t.Source, Cue: t.Cue, Content: t.Content, Confidence: t.Confidence})
	}
	return out
}
