package ingest

import (
	"hash/fnv"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/whence-graph/whence/graph"
)

// meaning is what two contents are compared by. It follows from the content's words alone, so that whether two
// say the same never depends on what else is in the store.
type meaning struct {
	stems    []string // of the words that carry meaning; sorted, each once
	numbers  []string // of how many or how much; with a point and no other sign
	dates    []string // numbers of days and years
	names    []string // of the stems
	added    []string // of the stems, those that stand for a pronoun or description, and weigh only where the other has them too
	order    []string // the names, as they come
	negated  bool
	future   bool // it is to come: will, is about to, to close the mill
	possible bool // it may be
	asked    bool
	passive  bool
	clause   bool // it has a verb that tells so, and is not but a name for something: "Bell's plan for the mill"
}

// few is the least number of stems and numbers that stand for something by themselves. With less ("Yes", "he will decide") a
// content means something only where it is said.
const few = 3

// meaningOf is what a form means.
func meaningOf(f graph.Form) meaning {
	m := meaningOfText(f.Meaning())
	if f.Resolved != "" {
		m.added = rest(m.stems, meaningOfText(f.Text).stems)
	}
	return m
}

func meaningOfText(text string) meaning {
	var m meaning
	stems, numbers, dates, names := map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
	words := said(text)
	at := func(i int) string {
		if i < 0 || i >= len(words) {
			return ""
		}
		return words[i].text
	}
	// What is not so, to come, or but possible counts in the first clause: a later one seldom tells what is stated.
	main, aside, over := true, false, false
	for i, w := range words {
		if i > 0 && clause[w.text] {
			aside = main && words[i-1].comma // "the minister, who .., had not"
			main = false
		}
		now := main && !over
		switch {
		case i == 0 && asking[w.text]:
			m.asked = true
		case now && (negation[w.text] || strings.HasSuffix(w.text, "nt") && negation[w.text[:len(w.text)-2]+"not"]):
			m.negated = true
		case now && (future[w.text] || at(i+1) == "to" && toCome[w.text] || w.text == "to" && (i == 0 || at(i+1) == "be" && finiteBe[at(i-1)])):
			m.future = true
		case now && possible[w.text]:
			m.possible = true
		case w.text == "by" && strings.HasSuffix(at(i-1), "ed"):
			m.passive = true
		}
		m.clause = m.clause || tellsClause(w.text, i)
		switch {
		case w.number && isAge(at(i+1), at(i+2)), w.number && timeUnit[at(i+1)] && ago[at(i+2)], w.text == "1" && at(i+1) == "of": // it tells of time or age, which the next report counts otherwise
		case w.number && (months[at(i-1)] || months[at(i+1)] || isYear(w.text)):
			dates[w.text] = true
		case w.number:
			numbers[w.text] = true
		case !empty[w.text] && !toCome[w.text] && !negation[w.text]:
			stems[stem(w.text)] = true
		}
		if w.comma && aside {
			main, aside = true, false
		}
		over = over || w.stop
	}
	for _, n := range capitalised(text) {
		if !names[n] {
			m.order = append(m.order, n)
		}
		names[n] = true
	}
	m.stems, m.numbers, m.dates, m.names = sorted(stems), sorted(numbers), sorted(dates), sorted(names)
	return m
}

func sorted(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }

// token is a word or a number of a content.
type token struct {
	text   string // of a number, its value
	number bool
	comma  bool // one follows
	stop   bool // its sentence ends
}

// said are the words of a content. "30,000", "30 thousand" and "thirty thousand" are one number.
func said(text string) []token {
	var out []token
	var value float64 // of the number that is being read, but for its last hundreds
	var part float64
	reading := false
	end := func() {
		if reading {
			out = append(out, token{text: strconv.FormatFloat(value+part, 'g', 12, 64), number: true})
		}
		value, part, reading = 0, 0, false
	}
	for f := range strings.FieldsSeq(text) {
		tail := strings.TrimRight(f, "\"”’')»")
		comma, stop := strings.HasSuffix(tail, ","), strings.HasSuffix(tail, ".") || strings.HasSuffix(tail, "?") || strings.HasSuffix(tail, "!")
		list := graph.Words(f)
		if at := digits.FindStringSubmatchIndex(f); at != nil {
			list = append([]string{strings.ReplaceAll(f[at[2]:at[3]], ",", "")}, graph.Words(f[at[3]:])...)
		}
		for _, w := range list {
			v, ok := number(w)
			switch {
			case !ok:
				end()
				out = append(out, token{text: w})
			case reading && v >= 1000:
				value, part = value+max(part, 1)*v, 0
			case reading && v == 100:
				part *= v
			case reading && part > 0 && !(part >= 20 && math.Mod(part, 10) == 0 && v < 10 || part >= 100 && math.Mod(part, 100) == 0 && v < 100): // two numbers
				end()
				part, reading = v, true
			default:
				part, reading = part+v, true
				if v >= 1000 && v == math.Trunc(v) && numerals[w] != 0 {
					value, part = v, 0
				}
			}
		}
		if comma || stop {
			end()
		}
		if n := len(out); n > 0 {
			out[n-1].comma, out[n-1].stop = comma, stop
		}
	}
	end()
	return out
}

// digits are those at the beginning of a word, after a sign for money.
var digits = regexp.MustCompile(`^[$€£¥"“‘(]*([0-9][0-9,]*(\.[0-9]+)?)`)

// isYear tells whether a number is likely to be one.
func isYear(n string) bool { return len(n) == 4 && (n[:2] == "19" || n[:2] == "20") }

// isAge tells whether what follows a number makes it somebody's age: 66-year-old, aged 66.
func isAge(next, then string) bool { return next == "year" && then == "old" }

// same tells whether two contents state the same claim: nothing in them contradicts, and likelihood says yes. Unsure means no.
func (m meaning) same(o meaning) bool {
	return !m.contradicts(o) && m.likelihood(o) >= sure
}

// sure is the likelihood from which two contents are one claim.
const sure = 0.5

// alike is how much of their words two contents must share where one is no clause: "the new bridge" is not "the new bridge is unsafe".
const alike = 0.8

// likelihood is how likely two contents that do not contradict state the same claim, by how much of their words they share. It was
// fitted to the pairs of the invented stories in testdata/gold and others like them, and to pairs of contents of PolNeAR's articles
// (train), where most of what shares words is not the same. With each story left out in turn, 98 of 100 pairs from sure on are the same, and
// half of all that are the same are found. A sentence vector beside it gave one point of F1 more (all-MiniLM-L6), or three (bge-small).
func (m meaning) likelihood(o meaning) float64 {
	lesser, common := min(m.size(o), o.size(m)), m.common(o)
	plain := 0 // what they share beside names: two contents about one person need not say the same of her
	for _, s := range m.stems {
		if has(o.stems, s) && !has(m.names, s) && !has(o.names, s) {
			plain++
		}
	}
	if lesser < few || common < 2 || plain == 0 || !(m.clause && o.clause) && m.dice(o) < alike {
		return 0
	}
	score := 7.8*m.dice(o) + 4.1*math.Log1p(float64(common)) - 2.1*math.Log1p(float64(lesser)) - 5.6
	if graph.Common(m.numbers, o.numbers) > 0 {
		score += 1.4
	}
	return 1 / (1 + math.Exp(-score))
}

// contradicts tells whether one says what the other does not, however alike their words: not or never, whether, may, will; another number; the
// same of somebody else; or the other way round.
func (m meaning) contradicts(o meaning) bool {
	if m.negated != o.negated || m.possible != o.possible || m.asked != o.asked || m.future != o.future {
		return true
	}
	if !within(m.numbers, o.numbers) || !within(m.dates, o.dates) || m.renamed(o) {
		return true
	}
	return m.passive == o.passive && m.dice(o) > 0.8 && m.turned(o)
}

// renamed tells whether two contents differ in their names and in nothing else: he met Varga, he met Keller.
func (m meaning) renamed(o meaning) bool {
	mine, others := rest(m.stems, o.stems), rest(o.stems, m.stems)
	only := func(list, names []string) bool {
		return len(list) > 0 && !slices.ContainsFunc(list, func(s string) bool { return !has(names, s) })
	}
	return only(mine, m.names) && only(others, o.names)
}

// turned tells whether two names that both have come the other way round: A accused B, B accused A.
func (m meaning) turned(o meaning) bool {
	both := func(list, of []string) []string {
		return slices.DeleteFunc(slices.Clone(list), func(n string) bool { return !has(of, n) })
	}
	a, b := both(m.order, o.names), both(o.order, m.names)
	for k := range min(len(a), len(b)) {
		if a[k] != b[k] {
			return slices.Index(a, b[k]) > k && slices.Index(b, a[k]) > k
		}
	}
	return false
}

// tellsClause tells whether the i-th word of a content shows that it is a clause: an auxiliary, a pronoun that is a subject, a past form, or
// an infinitive at its beginning.
func tellsClause(w string, i int) bool {
	return finite[w] || future[w] || possible[w] || i == 0 && w == "to" || irregular[w] != "" && irregular[w] != "person" || strings.HasSuffix(w, "ed") && len(w) > 4 && !strings.HasPrefix(w, "un") && w != "armed"
}

// has tells whether a sorted list holds a word.
func has(sorted []string, w string) bool {
	_, ok := slices.BinarySearch(sorted, w)
	return ok
}

// rest is what one sorted list has and the other lacks.
func rest(a, b []string) (out []string) {
	for _, s := range a {
		if !has(b, s) {
			out = append(out, s)
		}
	}
	return out
}

// common is how many things both say.
func (m meaning) common(o meaning) int {
	return graph.Common(m.stems, o.stems) + graph.Common(m.numbers, o.numbers)
}

// dice is how much of what the two say is common, from 0 to 1.
func (m meaning) dice(o meaning) float64 {
	return 2 * float64(m.common(o)) / float64(m.size(o)+o.size(m))
}

// size is how many things are said, to be compared with another's: a number says as much as a word.
func (m meaning) size(o meaning) int {
	return len(m.stems) + len(m.numbers) - len(m.added) + graph.Common(m.added, o.stems)
}

// within tells whether one of the sorted lists holds all of the other.
func within(a, b []string) bool { return graph.Common(a, b) == min(len(a), len(b)) }

// keys are such that two contents which are the same are likely to have one in common: the pairs of those few of its stems and numbers
// whose hashes are least (a bottom-k sketch: Broder 1997). Sorted. What says too little has none.
func (m meaning) keys() []string {
	if len(m.stems)+len(m.numbers) < few || len(m.stems) == 0 {
		return nil
	}
	const kept = 6
	var list []uint64
	for _, s := range slices.Concat(m.stems, m.numbers) {
		h := fnv.New64a()
		h.Write([]byte(s))
		list = append(list, graph.Spread(h.Sum64())) // FNV's high bits alone order badly
	}
	slices.Sort(list)
	list = list[:min(len(list), kept)]
	var out []string
	for i, a := range list {
		for _, b := range list[:i] {
			out = append(out, strconv.FormatUint(graph.Spread(a+graph.Spread(b)), 36))
		}
	}
	slices.Sort(out)
	return out
}

// number is the value of a word that is a number.
func number(w string) (float64, bool) {
	if v, ok := numerals[w]; ok {
		return v, true
	}
	v, err := strconv.ParseFloat(w, 64)
	return v, err == nil && w[0] <= '9'
}

// capitalised are the words that are written with a capital where a sentence does not begin, or before another such: "Renata Quist".
func capitalised(text string) []string {
	var out []string
	begin, first := true, ""
	for _, f := range strings.Fields(text) {
		word := strings.TrimLeftFunc(f, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		if word == "" {
			continue
		}
		r, _ := utf8.DecodeRuneInString(word)
		switch large := unicode.IsUpper(r); {
		case large && begin:
			first = word
		case large:
			for _, w := range graph.Words(first + " " + word) {
				if !empty[w] && utf8.RuneCountInString(w) > 1 {
					out = append(out, stem(w))
				}
			}
			fallthrough
		default:
			first = ""
		}
		begin = strings.ContainsAny(f[len(f)-1:], ".?!:\"") || strings.HasSuffix(f, "”")
	}
	return out
}

// stem cuts the endings of English inflection; it need only bring the forms of one word together.
func stem(w string) string {
	if s, ok := irregular[w]; ok {
		return s
	}
	for _, e := range []struct{ end, by string }{{"sses", "ss"}, {"ies", "y"}, {"ied", "y"}, {"ing", ""}, {"ed", ""}, {"es", ""}, {"s", ""}, {"e", ""}} {
		if root, ok := strings.CutSuffix(w, e.end); ok && len(root) >= 3-len(e.by) && !(e.end == "s" && strings.HasSuffix(root, "s")) {
			root += e.by
			if n := len(root); e.by == "" && n > 3 && root[n-1] == root[n-2] && !strings.ContainsAny(root[n-1:], "lsz") {
				root = root[:n-1] // stopped, stopping
			}
			return strings.TrimSuffix(root, "e")
		}
	}
	return w
}

func wordSet(list string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		m[w] = true
	}
	return m
}

func wordMap(list string) map[string]string {
	m := map[string]string{}
	for pair := range strings.FieldsSeq(list) {
		k, v, _ := strings.Cut(pair, "=")
		m[k] = v
	}
	return m
}

var (
	toCome   = wordSet("going about set due ready prepared preparing plans planning planned poised intends intended expected bound")
	finiteBe = wordSet("is are was were")
	clause   = wordSet("that which who whom whose what when where while if unless because after before until since as although though whatever")
	finite   = wordSet("is are was were am be been has have had do does did can could should must i he she they we you")
	possible = wordSet("may might could perhaps maybe possibly")
	negation = wordSet("not no never none nobody nothing neither nor cannot donot doesnot didnot wonot wouldnot couldnot shouldnot isnot arenot wasnot werenot hasnot havenot hadnot canot")
	future   = wordSet("will would shall")
	asking   = wordSet("whether if why who what when where how")
	empty    = wordSet(`a an the this that these those it its he she they them him his her hers their theirs i we you me us my our your
		is are was were be been being am has have had do does did having and or but nor so as of in on at by for from to with into onto about
		over under than then there here which who whom whose what when where how why if whether also very just only own such any some all both each
		will would shall may might could can should s mr ms mrs dr said says say`)
	numerals = map[string]float64{"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
		"twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40,
		"fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100, "thousand": 1e3, "million": 1e6, "billion": 1e9, "m": 1e6, "bn": 1e9}
	months    = wordSet("january february march april may june july august september october november december jan feb mar apr jun jul aug sept sep oct nov dec")
	timeUnit  = wordSet("second seconds minute minutes hour hours day days week weeks month months year years decade decades")
	ago       = wordSet("ago earlier later before")
	irregular = wordMap(`gone=go went=go met=meet held=hold told=tell found=find sent=send made=make took=take taken=take given=give gave=give
		seen=see saw=see knew=know known=know came=come left=leave lost=lose paid=pay sold=sell bought=buy brought=bring built=build began=begin begun=begin
		broke=break broken=break chose=choose chosen=choose drew=draw drawn=draw fell=fall fallen=fall felt=feel fought=fight kept=keep led=lead meant=mean
		ran=run rose=rise risen=rise shot=shoot spoke=speak spoken=speak stood=stand thought=think understood=understand won=win wrote=write written=write
		men=man women=woman children=child people=person died=die dying=die lying=lie lay=lie`)
)
