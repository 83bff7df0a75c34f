package ingest

import (
	"slices"
	"sort"
	"strings"

	"github.com/whence-graph/whence/graph"
)

// being is an actor while the report is read.
type being struct {
	kind    graph.ActorType
	names   []string // as in the text, the fullest first known
	words   []string // of the fullest name, lower case
	female  bool
	male    bool
	many    bool     // a group
	thing   bool     // described by a noun that is not known as a person's
	titles  []string // words of its titles, lower case
	nouns   []string // heads of the descriptions it goes by
	last    int      // word of its last mention
	roles   []role
	shared  bool // its names hold beyond the report
	named   bool // it has a name, not only descriptions
	order   int
	surname string
}

type role struct {
	title string
	of    stretch // none when not told
	at    stretch
}

type reference struct {
	stretch
	being int
}

// cast is who is who in a report: the beings, and the stretches that refer to them.
type cast struct {
	*reading
	beings    []being
	refs      []reference
	at        map[int]int    // first word of a stretch to index into refs
	byName    map[string]int // folded full name
	bySurname map[string][]int
	byGiven   map[string][]int
	byFirst   map[string][]int // first word of an organization's name
	byHead    map[string][]int // last word of an organization's name, head of a description
	speakers  []int            // beings in the order in which they were sources or subjects
	speakerAt []int
	meant     map[stretch][]int // a wanted phrase to indexes into refs
}

// meetAll reads a report's names in order, with the phrases that are sources or take part in acts, and settles
// whom each refers to. Unsure means apart.
func meetAll(r *reading, sources, sides []stretch) *cast {
	c := &cast{reading: r, at: map[int]int{}, meant: map[stretch][]int{}, byName: map[string]int{}, bySurname: map[string][]int{}, byGiven: map[string][]int{}, byHead: map[string][]int{}, byFirst: map[string][]int{}}
	// full names first, so that a surname before its full name finds it
	for k := range r.spots {
		s := &r.spots[k]
		if s.kind == graph.Person && s.given.to-s.given.from >= 2 {
			c.person(s, true)
		}
	}
	c.shortForms()
	type event struct {
		at     int
		spot   *spot
		phrase stretch
		spoken bool
	}
	var events []event
	for k := range r.spots {
		events = append(events, event{at: r.spots[k].head, spot: &r.spots[k]})
	}
	for _, s := range sources {
		events = append(events, event{at: s.to - 1, phrase: s, spoken: true})
	}
	for _, s := range sides {
		events = append(events, event{at: s.to - 1, phrase: s})
	}
	sort.SliceStable(events, func(i, j int) bool { return events[i].at < events[j].at })
	for _, e := range events {
		if e.spot != nil {
			c.meet(e.spot)
			continue
		}
		if _, done := c.meant[e.phrase]; !done {
			c.describe(e.phrase, e.spoken)
		}
	}
	return c
}

// shortForms takes for an organization what opens the longer name of one told before, and would pass for somebody's surname or a place:
// Orsino, after Orsino Therapeutics. Not where a person of the report has that name.
func (c *cast) shortForms() {
	surnames := map[string]bool{}
	long := map[string][]*spot{} // by first word
	for k := range c.spots {
		if s := &c.spots[k]; s.kind == graph.Person && s.given.to-s.given.from >= 2 {
			surnames[c.words[s.given.to-1].low] = true
		}
	}
	for k := range c.spots {
		s := &c.spots[k]
		words := c.lows(s.stretch)
		if len(words) == 0 || surnames[words[len(words)-1]] {
			continue
		}
		if s.kind != graph.Organization && s.kind != graph.Outlet && s.given == s.stretch {
			for _, o := range long[words[0]] {
				if c.opening(words, c.lows(o.stretch), s) {
					s.kind = o.kind
				}
			}
		}
		if len(words) > 1 && (s.kind == graph.Organization || s.kind == graph.Outlet) {
			long[words[0]] = append(long[words[0]], s)
		}
	}
}

// opening tells whether the words of a name open a longer one, and tell enough for that: two of them, or one that is no word.
func (c *cast) opening(words, longer []string, s *spot) bool {
	return len(words) < len(longer) && slices.Equal(longer[:len(words)], words) && (len(words) > 1 || c.words[s.from].tag == nameTag && c.words[s.from].entry == nil)
}

func (c *cast) add(b being) int {
	b.order = len(c.beings)
	c.beings = append(c.beings, b)
	return b.order
}

func (c *cast) refer(s stretch, being int) {
	c.refs = append(c.refs, reference{s, being})
	b := &c.beings[being]
	b.last = max(b.last, s.from)
}

func (r *reading) lows(s stretch) []string {
	var out []string
	for i := s.from; i < s.to; i++ {
		if w := &r.words[i]; letterWord(w.low) {
			out = append(out, w.low)
		}
	}
	return out
}

func (r *reading) str(s stretch) string {
	sp := r.span(s)
	return strings.Join(strings.Fields(r.text[sp.Start:sp.End]), " ")
}

// gender reads an honorific or a given name before or in the spot.
func (r *reading) gender(s *spot) (female, male bool) {
	for i := s.from; i < s.given.from; i++ {
		female = female || r.words[i].is(honorificFemale) || strings.HasSuffix(r.words[i].low, "woman")
		male = male || r.words[i].is(honorificMale) || strings.HasSuffix(r.words[i].low, "sman")
	}
	if !female && !male && s.given.to-s.given.from >= 2 {
		w := &r.words[s.given.from]
		female, male = w.is(femaleName), w.is(maleName)
		if female && male {
			female, male = false, false
		}
	}
	return female, male
}

// person finds or makes the being of a person's name; None when two could be meant.
func (c *cast) person(s *spot, ahead bool) int {
	words := c.lows(s.given)
	if len(words) == 0 {
		return None
	}
	female, male := c.gender(s)
	surname := words[len(words)-1]
	fits := func(b *being) bool {
		return !(female && b.male || male && b.female)
	}
	if len(words) >= 2 {
		key := strings.Join(words, " ")
		if k, ok := c.byName[key]; ok {
			return k
		}
		for _, k := range last(c.bySurname[surname]) { // an initial, a middle name more or less
			b := &c.beings[k]
			if len(b.words) >= 2 && fits(b) && (b.words[0] == words[0] || initial(b.words[0], words[0])) {
				c.byName[key] = k
				b.names = append(b.names, c.str(s.given))
				return k
			}
		}
		k := c.add(being{kind: graph.Person, names: []string{c.str(s.given)}, words: words, female: female, male: male, last: -1, shared: true, named: true, surname: surname})
		c.byName[key] = k
		c.bySurname[surname] = append(c.bySurname[surname], k)
		c.byGiven[words[0]] = append(c.byGiven[words[0]], k)
		return k
	}
	if ahead {
		return None
	}
	var seen, all []int
	for _, k := range last(c.bySurname[surname]) {
		b := &c.beings[k]
		if !fits(b) {
			continue
		}
		all = append(all, k)
		if b.last >= 0 {
			seen = append(seen, k)
		}
	}
	if len(seen) == 0 {
		seen = all
	}
	if len(seen) > 1 { // an honorific decides, where the other's gender is known; then the title
		var sure []int
		for _, k := range seen {
			if b := &c.beings[k]; female && b.female || male && b.male {
				sure = append(sure, k)
			}
		}
		if len(sure) == 1 {
			seen = sure
		} else {
			sure = nil
			for _, k := range seen {
				for i := s.from; i < s.given.from; i++ {
					if contains(c.beings[k].titles, c.words[i].low) {
						sure = append(sure, k)
						break
					}
				}
			}
			if len(sure) == 1 {
				seen = sure
			}
		}
	}
	if len(seen) == 1 {
		b := &c.beings[seen[0]]
		if female || male {
			b.female, b.male = b.female || female, b.male || male
		}
		return seen[0]
	}
	if len(seen) == 0 && s.given.from == s.from {
		if g := c.byGiven[surname]; len(g) == 1 {
			return g[0]
		}
	}
	k := c.add(being{kind: graph.Person, names: []string{c.str(s.given)}, words: words, female: female, male: male, last: -1, named: true, surname: surname})
	if len(seen) == 0 {
		c.bySurname[surname] = append(c.bySurname[surname], k)
	}
	return k
}

// last is the end of a list: where very many go by one name, only the latest are looked at.
func last(list []int) []int { return list[max(0, len(list)-32):] }

func initial(a, b string) bool {
	return a[0] == b[0] && (len(strings.TrimSuffix(a, ".")) == 1 || len(strings.TrimSuffix(b, ".")) == 1)
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// body finds or makes the being of an organization's, outlet's or place's name.
func (c *cast) body(s *spot) int {
	words := c.lows(s.stretch)
	for len(words) > 1 && words[0] == "the" {
		words = words[1:]
	}
	if len(words) == 0 {
		return None
	}
	key := strings.Join(words, " ")
	if k, ok := c.byName[key]; ok {
		if b := &c.beings[k]; b.kind == graph.Place && b.names[0] == strings.ToUpper(b.names[0]) {
			b.names[0] = c.str(s.stretch) // a dateline's capitals
		}
		return k
	}
	lastWord := words[len(words)-1]
	if w := &c.words[s.from]; len(words) == 1 && w.caps && len(words[0]) >= 3 && len(words[0]) <= 6 {
		if k := c.initials(words[0]); k != None {
			c.byName[key] = k
			c.beings[k].names = append(c.beings[k].names, c.str(s.stretch))
			return k
		}
	}
	if s.kind != graph.Place {
		// a shorter form of a name before: State Department, the Mercury; Upland, for Upland Hydro
		var fit []int
		for _, k := range last(c.byFirst[words[0]]) {
			if b := &c.beings[k]; b.kind == s.kind && c.opening(words, b.words, s) {
				fit = append(fit, k)
			}
		}
		for _, k := range last(c.byHead[lastWord]) {
			b := &c.beings[k]
			if b.kind != graph.Person && len(b.words) != len(words) && (suffix(b.words, words) || suffix(words, b.words) && len(b.words) > 1) {
				fit = append(fit, k)
			}
		}
		if len(fit) > 0 {
			best := fit[0]
			for _, k := range fit {
				if c.beings[k].last > c.beings[best].last {
					best = k
				}
			}
			if len(fit) == 1 || len(words) == 1 {
				b := &c.beings[best]
				if len(words) > len(b.words) {
					b.words = words
					b.names = append([]string{c.str(s.stretch)}, b.names...)
					b.shared = b.shared || holdsBeyond(c.reading, s)
				} else if len(words) > 1 {
					b.names = append(b.names, c.str(s.stretch))
				}
				c.byName[key] = best
				return best
			}
		}
	}
	k := c.add(being{kind: s.kind, names: []string{c.str(s.stretch)}, words: words, last: -1, named: true, shared: holdsBeyond(c.reading, s)})
	c.byName[key] = k
	c.byHead[lastWord] = append(c.byHead[lastWord], k)
	c.byFirst[words[0]] = append(c.byFirst[words[0]], k)
	if head := c.words[s.head].low; head != lastWord {
		c.byHead[head] = append(c.byHead[head], k)
	}
	return k
}

// holdsBeyond tells whether an organization's name means the same outside the report: not "the Foreign Ministry".
func holdsBeyond(r *reading, s *spot) bool {
	if s.to-s.from == 1 {
		w := &r.words[s.from]
		return w.caps || w.is(outletName|placeName) || !w.is(organizationNoun|outletNoun)
	}
	if low := r.words[s.head].low; low == "ministry" || low == "government" || low == "parliament" || low == "police" || low == "court" || low == "department" && r.words[s.from].low != "state" {
		for i := s.from; i < s.to; i++ {
			if w := &r.words[i]; w.tag == nameTag && w.entry == nil || w.is(placeName) || demonym(w.low) || w.low == "u.s." || w.low == "us" {
				return true
			}
		}
		return false
	}
	return true
}

// initials is the only body met so far whose name has these initials: NRC for Northern Rail Company.
func (c *cast) initials(low string) int {
	found := None
	for k := max(0, len(c.beings)-200); k < len(c.beings); k++ {
		b := &c.beings[k]
		if b.kind != graph.Organization && b.kind != graph.Outlet || len(b.words) < len(low) {
			continue
		}
		short := ""
		for _, w := range b.words {
			if w != "of" && w != "and" && w != "the" && w != "for" {
				short += w[:1]
			}
		}
		if short == low {
			if found != None {
				return None
			}
			found = k
		}
	}
	return found
}

func suffix(long, short []string) bool {
	if len(short) > len(long) {
		return false
	}
	for i := range short {
		if long[len(long)-len(short)+i] != short[i] {
			return false
		}
	}
	return true
}

// meet reads one name in its place, with the titles around it, and gives the index of its reference.
func (c *cast) meet(s *spot) int {
	if k, ok := c.at[s.head]; ok {
		return k
	}
	var k int
	if s.kind == graph.Person {
		k = c.person(s, false)
	} else {
		k = c.body(s)
	}
	if k == None {
		return None
	}
	at := s.stretch
	if s.kind == graph.Person && s.given.to-s.given.from >= 2 {
		at = s.given
	}
	c.at[s.head] = len(c.refs)
	c.refer(at, k)
	if s.kind == graph.Person {
		c.titlesOf(s, k)
		c.speak(k, s)
	} else {
		c.acronym(s, k)
		c.speak(k, s)
	}
	return c.at[s.head]
}

// speak remembers who was last the subject of something: the likely "he" of what follows.
func (c *cast) speak(k int, s *spot) {
	i := s.to
	subjectLike := i < len(c.words) && (c.words[i].tag == helper || c.words[i].tag == verb || c.words[i].tag == participle)
	if !subjectLike || s.from-c.sentences[c.words[s.from].sentence].from > 2 {
		return
	}
	c.speakers = append(c.speakers, k)
	c.speakerAt = append(c.speakerAt, s.from)
}

// acronym learns a short form in brackets after a name.
func (c *cast) acronym(s *spot, k int) {
	if s.to+2 < len(c.words) && c.words[s.to].low == "(" && c.words[s.to+2].low == ")" && c.words[s.to+1].caps {
		low := c.words[s.to+1].low
		if _, ok := c.byName[low]; !ok {
			c.byName[low] = k
			c.beings[k].names = append(c.beings[k].names, c.str(stretch{s.to + 1, s.to + 2}))
			c.byHead[low] = append(c.byHead[low], k)
		}
	}
}
