package graph

import (
	"slices"
	"strings"
)

// Drift is something that changed on the way of a claim from one report to the next, with the words on both sides.
type Drift struct {
	Kind DriftKind
	From Evidence // as the report has it that was cited
	To   Evidence // as the report has it that cites
}

// DriftKind is a way to change a claim.
type DriftKind string

// The kinds of drift.
const (
	HedgeDropped        DriftKind = "hedge dropped"
	HedgeAdded          DriftKind = "hedge added"
	IntermediaryDropped DriftKind = "intermediary dropped" // somebody through whom it was had is not named any more
	VerbSharpened       DriftKind = "verb sharpened"
	VerbSoftened        DriftKind = "verb softened"
	NumberChanged       DriftKind = "number changed"
	DateChanged         DriftKind = "date changed"
	NegationChanged     DriftKind = "negation changed"
)

// onTopic is how much of the shorter of two wordings must stand in the other for them to be compared: texts that merely differ
// have not drifted.
const onTopic = 0.5

// alike is the same for a negation: where more differs, it may belong to something that the other does not mention.
const alike = 0.75

// drift tells what changed from one wording to another.
func drift(from, to wording) []Drift {
	share, n := from.held(to.roots())
	if back, _ := to.held(from.roots()); back > share {
		share = back
	}
	if share < onTopic || n < 2 {
		return nil
	}
	var out []Drift
	add := func(k DriftKind, a, b Evidence) { out = append(out, Drift{k, a, b}) }
	hedged, hedges := hedges(from), hedges(to)
	switch {
	case len(hedged) > 0 && len(hedges) == 0:
		add(HedgeDropped, from.evidence(hedged[0]), to.whole())
	case len(hedged) == 0 && len(hedges) > 0:
		add(HedgeAdded, from.whole(), to.evidence(hedges[0]))
	}
	if a, b := negations(from), negations(to); len(a)%2 != len(b)%2 && share >= alike {
		x, y := from.whole(), to.whole()
		if len(a) > 0 {
			x = from.evidence(a[0])
		}
		if len(b) > 0 {
			y = to.evidence(b[0])
		}
		add(NegationChanged, x, y)
	}
	for _, c := range changed(from, to, figure) {
		add(NumberChanged, c[0], c[1])
	}
	for _, c := range changed(from, to, day) {
		add(DateChanged, c[0], c[1])
	}
	for _, scale := range scales {
		a, i := scaled(from, scale)
		b, j := scaled(to, scale)
		switch {
		case i < 0 || j < 0 || i == j:
		case i < j:
			add(VerbSharpened, a, b)
		default:
			add(VerbSoftened, a, b)
		}
	}
	return out
}

// hedges are the places of the words that leave open whether it is so, or how much.
func hedges(w wording) []Span {
	var out []Span
	for i, t := range w.words {
		next := i+1 < len(w.words) && w.words[i+1].rank == figure
		if hedgeWords[t.word] && !(t.word == "may" && t.at.Len() == 3 && w.text[t.at.Start] == 'M') || roughly[t.word] && next {
			out = append(out, t.at)
		}
	}
	return out
}

// negations are the places of the words that deny.
func negations(w wording) []Span {
	var out []Span
	for _, t := range w.words {
		if negationWords[t.word] || strings.HasSuffix(t.word, "nt") && negationWords[strings.TrimSuffix(t.word, "nt")+"not"] {
			out = append(out, t.at)
		}
	}
	return out
}

// changed are words of a kind that stand in the same place among the others, and differ. One side says something that the other does
// not, and the other something else, beside the same word.
func changed(from, to wording, kind int) (out [][2]Evidence) {
	a, b := beside(from, kind), beside(to, kind)
	used := map[int]bool{}
	for _, x := range a {
		if slices.ContainsFunc(b, func(y placed) bool { return y.token.root == x.token.root }) {
			continue // it is there, wherever
		}
		for j, y := range b {
			if used[j] || slices.ContainsFunc(a, func(x placed) bool { return x.token.root == y.token.root }) || relative(x.token) != relative(y.token) {
				continue
			}
			if x.after != "" && x.after == y.after || x.before != "" && x.before == y.before || len(a) == 1 && len(b) == 1 && kind == day && month(x.token) == month(y.token) {
				used[j] = true
				out = append(out, [2]Evidence{from.evidence(x.token.at), to.evidence(y.token.at)})
				break
			}
		}
	}
	return out
}

// placed is a word with those around it that say something.
type placed struct {
	token         token
	before, after string
}

func beside(w wording, kind int) (out []placed) {
	tells := slices.DeleteFunc(slices.Clone(w.words), func(t token) bool { return t.rank == idle })
	for i, t := range tells {
		if t.rank != kind {
			continue
		}
		p := placed{token: t}
		if i > 0 {
			p.before = tells[i-1].root
		}
		if i+1 < len(tells) {
			p.after = tells[i+1].root
		}
		out = append(out, p)
	}
	return out
}

// relative tells whether a day is named by its distance from another, so that two reports of different days may mean the same by
// different words.
func relative(t token) bool {
	return t.word == "today" || t.word == "tomorrow" || t.word == "yesterday"
}

func month(t token) bool { return !strings.HasSuffix(t.word, "day") && !relative(t) }

// scaled is the first word of the wording on the scale, and how strong it is; -1 for none, or for several that differ.
func scaled(w wording, scale map[string]int) (first Evidence, strength int) {
	strength = -1
	for _, t := range w.words {
		n, ok := scale[t.root]
		switch {
		case !ok || n == strength:
		case strength >= 0:
			return Evidence{}, -1
		default:
			first, strength = w.evidence(t.at), n
		}
	}
	return first, strength
}

var (
	hedgeWords = wordSet(`may might could reportedly allegedly apparently possibly probably likely unlikely perhaps maybe believed thought suspected
		appears appear seems seem appeared seemed supposedly unconfirmed rumoured rumored potentially presumably purportedly ostensibly alleged`)
	roughly       = wordSet("about around some roughly nearly almost approximately")
	negationWords = wordSet("not never none nobody cannot donot doesnot didnot wonot wouldnot couldnot shouldnot isnot arenot wasnot werenot hasnot havenot hadnot canot")
	// Verbs that tell of the same, the stronger the later. Those of one strength are joined by a stroke.
	scales = func() []map[string]int {
		var out []map[string]int
		for line := range strings.Lines(`suggested|hinted|implied|indicated said|stated|told|noted insisted|declared|announced confirmed|proved
asked|invited urged|pressed demanded ordered|forced
questioned|queried criticised|criticized|faulted condemned|denounced|slammed|blasted|savaged
fell|dipped|eased|slipped dropped|declined plunged|collapsed|crashed|plummeted
rose|grew jumped|climbed soared|surged|rocketed
hurt|injured|wounded killed|died
questioned detained|held arrested charged|indicted convicted
disagreed|argued clashed|quarrelled fought
warned threatened
considers|weighs|mulls plans|intends decided|agreed
delayed|postponed suspended cancelled|scrapped|axed`) {
			m := map[string]int{}
			for i, words := range strings.Fields(line) {
				for _, w := range strings.Split(words, "|") {
					m[root(w)] = i
				}
			}
			out = append(out, m)
		}
		return out
	}()
)
