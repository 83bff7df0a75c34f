package ingest

import (
	"encoding/binary"
	"hash/fnv"
	"maps"
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
	stems   []string // of the words that carry meaning; sorted, each once
	numbers []string
	names   []string
	negated int // how many words negate
	future  bool
	asked   bool
}

// few is the least number of stems and numbers that stand for something by themselves. With less ("Yes", "he will decide") a
// content means something only where it is said.
const few = 4

// alike is how much of their words two contents must share (the Dice coefficient). It is less than it would have to be by itself:
// most of what is wrong at this level differs in a name, a number, a negation or the tense too.
const alike = 0.62

func meaningOf(text string) meaning {
	var m meaning
	stems, numbers, names := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for i, w := range graph.Words(text) {
		switch {
		case i == 0 && asking[w]:
			m.asked = true
		case negation[w] || strings.HasSuffix(w, "nt") && negation[w[:len(w)-2]+"not"]:
			m.negated++
			continue
		case future[w]:
			m.future = true
			continue
		}
		if n, ok := number(w); ok {
			numbers[n] = true
			continue
		}
		if !empty[w] {
			stems[stem(w)] = true
		}
	}
	for _, n := range capitalised(text) {
		names[n] = true
	}
	m.stems, m.numbers, m.names = slices.Sorted(maps.Keys(stems)), slices.Sorted(maps.Keys(numbers)), slices.Sorted(maps.Keys(names))
	return m
}

// same tells whether two contents state the same claim: their words are much alike, and their numbers, names,
// negations, future and mood do not differ. Unsure means no.
func (m meaning) same(o meaning) bool {
	if m.negated != o.negated || m.future != o.future || m.asked != o.asked || !within(m.numbers, o.numbers) || !within(m.names, o.names) {
		return false
	}
	small, common := min(m.size(), o.size()), shared(m.stems, o.stems)+shared(m.numbers, o.numbers)
	if small < few {
		return false
	}
	dice := 2 * float64(common) / float64(m.size()+o.size())
	return dice >= alike
}

// size is how many things are said: a number says as much as a word.
func (m meaning) size() int { return len(m.stems) + len(m.numbers) }

// within tells whether one of the sorted lists holds all of the other.
func within(a, b []string) bool { return shared(a, b) == min(len(a), len(b)) }

// shared counts what two sorted lists have in common.
func shared(a, b []string) int {
	n := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch strings.Compare(a[i], b[j]) {
		case 0:
			n++
			i++
			j++
		case -1:
			i++
		default:
			j++
		}
	}
	return n
}

// keys are such that two contents which are the same are likely to have one in common: bands of a MinHash signature
// over the stems (Broder 1997). Too few stems have none.
func (m meaning) keys() []string {
	if m.size() < few || len(m.stems) == 0 {
		return nil
	}
	const bands, rows = 12, 2
	var out []string
	for b := range bands {
		var sig [rows * 8]byte
		for r := range rows {
			least := ^uint64(0)
			for _, s := range m.stems {
				h := fnv.New64a()
				h.Write([]byte{byte(b), byte(r)})
				h.Write([]byte(s))
				least = min(least, mix(h.Sum64()))
			}
			binary.LittleEndian.PutUint64(sig[r*8:], least)
		}
		h := fnv.New64a()
		h.Write(sig[:])
		out = append(out, strconv.Itoa(b)+"-"+strconv.FormatUint(mix(h.Sum64()), 36))
	}
	return out
}

// mix spreads FNV's bits (the finaliser of MurmurHash3): its high bits alone order badly.
func mix(x uint64) uint64 {
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	x *= 0xc4ceb9fe1a85ec53
	return x ^ x>>33
}

// number is the value of a word that is a number.
func number(w string) (string, bool) {
	if v, ok := numerals[w]; ok {
		return v, true
	}
	return w, strings.IndexFunc(w, unicode.IsDigit) >= 0
}

// capitalised are the words that are written with a capital where a sentence does not begin.
func capitalised(text string) []string {
	var out []string
	begin := true
	for _, f := range strings.Fields(text) {
		word := strings.TrimLeftFunc(f, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		if word == "" {
			continue
		}
		if r, _ := utf8.DecodeRuneInString(word); unicode.IsUpper(r) && !begin {
			for _, w := range graph.Words(word) {
				if !empty[w] && utf8.RuneCountInString(w) > 1 {
					out = append(out, stem(w))
				}
			}
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
	negation = wordSet("not no never none nobody nothing neither nor cannot without donot doesnot didnot wonot wouldnot couldnot shouldnot isnot arenot wasnot werenot hasnot havenot hadnot canot")
	future   = wordSet("will would shall may might could can should going")
	asking   = wordSet("whether if why who what when where how")
	empty    = wordSet(`a an the this that these those it its he she they them him his her hers their theirs i we you me us my our your
		is are was were be been being am has have had do does did having and or but nor so as of in on at by for from to with into onto about
		over under than then there here which who whom whose what when where how why if whether also very just only own such any some all both each
		s mr ms mrs dr said says say`)
	numerals = wordMap(`zero=0 one=1 two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10 eleven=11 twelve=12 thirteen=13 fourteen=14 fifteen=15
		sixteen=16 seventeen=17 eighteen=18 nineteen=19 twenty=20 thirty=30 forty=40 fifty=50 sixty=60 seventy=70 eighty=80 ninety=90 hundred=100 thousand=1000
		million=1000000 billion=1000000000 half=0.5 third=0.33 quarter=0.25 fifth=0.2`)
	irregular = wordMap(`gone=go went=go met=meet held=hold told=tell found=find sent=send made=make took=take taken=take given=give gave=give
		seen=see saw=see knew=know known=know came=come left=leave lost=lose paid=pay sold=sell bought=buy brought=bring built=build began=begin begun=begin
		broke=break broken=break chose=choose chosen=choose drew=draw drawn=draw fell=fall fallen=fall felt=feel fought=fight kept=keep led=lead meant=mean
		ran=run rose=rise risen=rise shot=shoot spoke=speak spoken=speak stood=stand thought=think understood=understand won=win wrote=write written=write
		men=man women=woman children=child people=person died=die dying=die lying=lie lay=lie`)
)
