package export

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/whence-graph/whence/graph"
)

// Mermaid draws a trace as a Mermaid flowchart, which README files, wikis and notebooks show: from the claim to the reports that have it,
// and from each inwards to where its chain ends and why. Dotted arrows are who speaks against the claim, copies, what took it back, and what an open end
// could be.
func Mermaid(w io.Writer, t *graph.Tracing) error {
	d := &flowchart{Tracing: t, names: map[graph.ID]string{}, drawn: map[string]bool{}}
	d.line("flowchart LR")
	claim := d.node(t.Claim.ID, "claim", "{{", "}}", "claim", excerpt(t.Claim.Text, 200))
	for _, c := range t.Chains {
		d.chain(claim, c)
	}
	for _, h := range t.Denials {
		d.arrow(claim, "-.->", map[graph.Stance]string{graph.Denies: "denied by", graph.Doubts: "doubted by"}[h.Stance], d.hop(h, ""))
	}
	for _, c := range t.Copies {
		how := fmt.Sprintf("%.0f %% the same words", 100*c.Share)
		if c.Revision {
			how = "a later revision"
		}
		d.arrow(d.report(c.Of), "-.->", how, d.report(c.Report))
	}
	for i, c := range t.Corrections {
		name := fmt.Sprintf("correction%d", i+1)
		d.box(name, "[[", "]]", "correction", d.byline(c.Report), corrections[c.How], "“"+excerpt(c.Evidence.Quote, 160)+"”")
		for _, id := range c.Withdraws {
			if to := d.names[id]; to != "" {
				d.arrow(name, "-.->", "takes back", to)
			}
		}
	}
	d.line("classDef claim font-weight:bold")
	d.line("classDef origin stroke-width:3px")
	d.line("classDef withdrawn stroke-dasharray:4 2")
	d.line("classDef correction stroke-dasharray:4 2")
	if o := t.Origin; o != nil && d.names[o.Attribution] != "" {
		d.line("class " + d.names[o.Attribution] + " origin")
	}
	_, err := io.WriteString(w, d.String())
	return err
}

var corrections = map[graph.Correcting]string{
	graph.Noticed: "takes it back",
	graph.ToldOf:  "tells that it was taken back",
	graph.Dropped: "has it no more",
}

var ends = map[graph.End]string{
	graph.FirstHand:    "first-hand",
	graph.AtDocument:   "a document",
	graph.AtAnonymous:  "anonymous",
	graph.InLoop:       "a loop",
	graph.Open:         "open: the report cited was not found",
	graph.NotInStore:   "a report that is not in the store",
	graph.UnnamedThere: "no source named",
}

// flowchart is a drawing in the making.
type flowchart struct {
	strings.Builder
	*graph.Tracing
	names map[graph.ID]string // of the nodes that are drawn
	drawn map[string]bool     // arrows
}

func (d *flowchart) line(s string) { d.WriteString(s + "\n") }

// box draws a node. Lines that are empty are left out.
func (d *flowchart) box(name, open, shut, class string, lines ...string) {
	var shown []string
	for _, l := range lines {
		if l = label(l); l != "" {
			shown = append(shown, l)
		}
	}
	if len(shown) == 0 {
		shown = []string{name}
	}
	d.line("  " + name + open + `"` + strings.Join(shown, "<br>") + `"` + shut + ":::" + class)
}

// node draws what has an ID, once, and answers its name.
func (d *flowchart) node(id graph.ID, kind, open, shut, class string, lines ...string) string {
	if d.names[id] == "" {
		d.names[id] = fmt.Sprintf("%s%d", kind, len(d.names)+1)
		d.box(d.names[id], open, shut, class, lines...)
	}
	return d.names[id]
}

// arrow draws an arrow, once.
func (d *flowchart) arrow(from, how, text, to string) {
	if text = label(text); text != "" {
		how += `|"` + text + `"|`
	}
	if l := "  " + from + " " + how + " " + to; !d.drawn[l] {
		d.drawn[l] = true
		d.line(l)
	}
}

func (d *flowchart) report(id graph.ID) string {
	return d.node(id, "report", "[", "]", "report", d.byline(id))
}

// byline is a report's outlet and time.
func (d *flowchart) byline(id graph.ID) string {
	r := d.Reports[id]
	if r == nil {
		return string(id)
	}
	name := string(id)
	for _, s := range []string{r.URL, r.Given} {
		if s != "" {
			name = s
		}
	}
	if a := d.Actors[r.Outlet]; a != nil {
		name = a.Name
	}
	if !r.Published.IsZero() {
		name += r.Published.Format(", 2 January 2006 15:04")
	}
	return name
}

// hop draws who said so, with why a chain ends there, if one does. Those who speak for themselves are one wherever they do.
func (d *flowchart) hop(h graph.Hop, end graph.End) string {
	name := "no source named"
	if a := d.Actors[h.Actor]; a != nil {
		name = a.Name
	}
	id := h.Attribution
	if end == graph.FirstHand || end == graph.AtDocument {
		id = h.Actor
	}
	to := d.node(id, "source", "([", "])", "source", name, ends[end])
	d.names[h.Attribution] = to
	return to
}

func (d *flowchart) chain(claim string, c graph.Chain) {
	from, at := d.report(c.Report), c.Report
	d.arrow(claim, "-->", "", from)
	for i, h := range c.Hops {
		if h.Report != at {
			next := d.report(h.Report)
			d.arrow(from, "-->", "whose report is", next)
			from, at = next, h.Report
		}
		var end graph.End
		if i == len(c.Hops)-1 {
			end = c.End
		}
		to := d.hop(h, end)
		says := fmt.Sprintf("%.0f %%", 100*h.Confidence)
		if h.Stance != graph.Asserts {
			says = string(h.Stance) + ", " + says
		}
		for _, w := range h.Drift {
			says += ", " + string(w.Kind)
		}
		d.arrow(from, "-->", says, to)
		from = to
	}
	if c.Withdrawn {
		d.line("  class " + from + " withdrawn")
	}
	for _, x := range c.Candidates {
		d.arrow(from, "-.->", fmt.Sprintf("could be, %.0f %%", 100*x.Score), d.report(x.Report))
	}
}

// label is a text on one line in which nothing has a meaning to Mermaid, nor turns a line around.
func label(text string) string {
	var b strings.Builder
	var before rune
	for _, r := range strings.Join(strings.Fields(text), " ") {
		switch {
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			continue
		case r >= 0x80, unicode.IsLetter(r), unicode.IsDigit(r), strings.ContainsRune(" .,:'()!?+-/", r), r == '%' && before != '%': // two begin a directive
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, "#%d;", r)
		}
		before = r
	}
	return b.String()
}
