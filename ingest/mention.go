package ingest

import (
	"sort"

	"github.com/whence-graph/whence/graph"
)

// spotAt is the spot that covers the word, or nil.
func (r *reading) spotAt(i int) *spot {
	k := sort.Search(len(r.spots), func(k int) bool { return r.spots[k].to > i })
	if k < len(r.spots) && r.spots[k].from <= i {
		return &r.spots[k]
	}
	return nil
}

// naming is what the weights take for a name.
type naming struct {
	stretch
	kind graph.ActorType
}

// findNames finds the runs of capitals and tells persons, organizations, outlets and places apart: by the words that they hold,
// else as the weights have it, else by what stands around them.
func findNames(r *reading, told []naming) []spot {
	var out []spot
	persons := map[string]bool{} // surnames and full names known as a person's
	for i := 0; i < len(r.words); {
		if r.words[i].tag != nameTag {
			i++
			continue
		}
		end := r.nameEnd(i)
		for _, s := range r.cut(stretch{i, end}) {
			if s.kind == graph.Person {
				persons[r.words[s.given.to-1].low] = true
			}
			out = append(out, s)
		}
		i = end
	}
	out = r.widen(out, told)
	votes := map[string]map[graph.ActorType]int{}
	for _, n := range told {
		key := r.str(n.stretch)
		if votes[key] == nil {
			votes[key] = map[graph.ActorType]int{}
		}
		votes[key][n.kind]++
	}
	for k := range out {
		s := &out[k]
		if s.kind != "" {
			continue
		}
		most := 0
		for _, kind := range []graph.ActorType{graph.Person, graph.Organization, graph.Place} {
			if n := votes[r.str(s.stretch)][kind]; n > most {
				most, s.kind = n, kind
			}
		}
		if s.kind == graph.Person {
			persons[r.words[s.to-1].low] = true
		}
	}
	for k := range out { // the weights may take a bare surname for a body's name
		if s := &out[k]; s.kind == graph.Organization && s.to-s.from == 1 && persons[r.words[s.from].low] && votes[r.str(s.stretch)][graph.Organization] > 0 {
			s.kind = graph.Person
		}
	}
	places := r.placesTold(out)
	// a second look: what is a person's surname elsewhere, or stands where only people do
	for k := range out {
		s := &out[k]
		if s.kind == "" {
			s.kind = r.guess(s, persons, places)
			if s.kind == graph.Person {
				persons[r.words[s.to-1].low] = true
			}
		}
	}
	kept := out[:0]
	known := map[string]graph.ActorType{} // a name is the same wherever it stands
	for _, s := range out {
		if s.kind != "" {
			known[r.str(s.stretch)] = s.kind
		}
	}
	for _, s := range out {
		if s.kind == "" {
			s.kind = known[r.str(s.stretch)]
		}
		if s.kind == "" && persons[r.words[s.to-1].low] && s.to-s.from <= 3 {
			s.kind = graph.Person
		}
		if s.kind != "" {
			kept = append(kept, s)
		}
	}
	return kept
}

// widen makes one of the runs that lie in a longer name of a body or place, as far as their words don't tell that they are something else.
func (r *reading) widen(list []spot, told []naming) []spot {
	k := 0
	for i := 0; i < len(list); i++ {
		s := &list[i]
		for k < len(told) && told[k].to <= s.from {
			k++
		}
		if k == len(told) || s.kind != "" || told[k].kind == graph.Person || !told[k].contains(s.stretch) || told[k].stretch == s.stretch {
			continue
		}
		n := told[k]
		last := i
		for last+1 < len(list) && n.contains(list[last+1].stretch) && list[last+1].kind == "" {
			last++
		}
		if last+1 < len(list) && list[last+1].from < n.to || i > 0 && list[i-1].to > n.from {
			continue
		}
		*s = spot{stretch: n.stretch, head: n.to - 1, kind: n.kind, given: n.stretch}
		list = append(list[:i+1], list[last+1:]...)
	}
	return list
}

// nameEnd is where the run of a name that starts at i ends: particles, "of" and "and" inside names go along.
func (r *reading) nameEnd(i int) int {
	j := i + 1
	for j < len(r.words) && j-i < 14 {
		w, p := &r.words[j], &r.words[j-1]
		if w.sentence != r.words[i].sentence || w.newline && w.paragraph != p.paragraph {
			break
		}
		if w.tag == nameTag {
			if w.is(anyHonorific) && !(p.is(anyHonorific)) || w.is(timeWord) || p.is(timeWord) && j == i+1 {
				break
			}
			j++
			continue
		}
		next := j+1 < len(r.words) && r.words[j+1].tag == nameTag && r.words[j+1].sentence == w.sentence
		if !next {
			break
		}
		switch {
		case w.low == "of" && (p.is(organizationNoun) || p.is(titleNoun) || p.is(placeName)) && !r.words[j+1].is(timeWord):
		case w.low == "for" && p.is(organizationNoun):
		case w.low == "and" && r.inOrganization(i, j), w.low == "&":
		case w.is(particle) && w.low != "to" && w.low != "y" && w.low != "la" || w.low == "-" && w.span.Start == p.span.End && r.words[j+1].span.Start == w.span.End:
		case w.tag == ownership && r.words[j+1].is(organizationNoun) && !p.is(placeName) && j+2 <= len(r.words) && r.words[j-1].upper && plainPossessive(w.low):
		default:
			return j
		}
		j += 2
	}
	return j
}

// plainPossessive tells the mark of Workers' from the 's of Ann's.
func plainPossessive(s string) bool { return s == "'" || s == "’" }

// inOrganization tells whether the name so far is an organization's with "of": Ministry of Trade and Industry.
func (r *reading) inOrganization(i, j int) bool {
	for k := i; k < j; k++ {
		if r.words[k].low == "of" && k > i && r.words[k-1].is(organizationNoun) {
			return true
		}
	}
	return false
}

// cut takes a run of capitals apart: titles before a name, a nationality before a title.
func (r *reading) cut(s stretch) []spot {
	w := r.words
	whole := spot{stretch: s, head: s.to - 1, given: s}
	last := &w[s.to-1]
	// titles: the last title word that has a name after it
	for t := s.to - 2; t >= s.from; t-- {
		h := &w[t]
		if !h.is(anyHonorific) && !((h.is(titleNoun) || t == s.from && h.is(personNoun) && s.to-s.from > 2) && !last.is(organizationNoun|outletName) && !last.is(titleNoun)) {
			continue
		}
		given := stretch{t + 1, s.to}
		if w[t+1].low == "of" && t+3 < s.to { // Secretary of State Ann Bell
			given.from = t + 3
		} else if w[t+1].low == "of" {
			break
		}
		if !h.is(anyHonorific) && h.is(outletName|organizationNoun) && given.to-given.from < 1 {
			break
		}
		whole.given, whole.kind, whole.head = given, graph.Person, given.to-1
		return []spot{whole}
	}
	head := last
	for k := s.from; k < s.to; k++ { // Ministry of Justice: the head stands before "of"
		if w[k].low == "of" || w[k].low == "for" {
			head = &w[k-1]
			whole.head = k - 1
			break
		}
	}
	switch {
	case s.to-s.from == 1 && last.is(timeWord) && !last.is(femaleName|maleName):
		return nil
	case head.is(outletName) && (s.to-s.from > 1 || head.caps || !head.is(placeName|femaleName|maleName|titleNoun)):
		whole.kind = graph.Outlet
	case head.low == "agency" && s.to-s.from > 1 && (w[s.to-2].low == "news" || w[s.to-2].low == "press"):
		whole.kind = graph.Outlet
	case head.is(organizationNoun) && !head.is(titleNoun):
		whole.kind = graph.Organization
	case head.is(titleNoun):
		if s.to-s.from == 1 || !w[s.from].is(femaleName|maleName) {
			return nil // a title alone is no name; coreference reads it
		}
		whole.kind = graph.Person
	case head.is(documentNoun):
		return nil
	case s.to-s.from == 1 && last.is(placeName):
		whole.kind = graph.Place
	case w[s.from].is(femaleName|maleName) && s.to-s.from > 1:
		whole.kind = graph.Person
	case s.to-s.from == 2 && (w[s.from].low == "united" || w[s.from].low == "new" || w[s.from].low == "saudi" || w[s.from].low == "white"):
		whole.kind = graph.Place
		if last.low == "house" || last.low == "nations" {
			whole.kind = graph.Organization
		}
	case s.to-s.from == 1 && (last.low == "u.s." || last.low == "u.k." || last.low == "us" || last.low == "uk" || last.low == "u.s"):
		whole.kind = graph.Place
	case s.to-s.from == 1 && last.caps && len(last.low) <= 6:
		whole.kind = graph.Organization
	case s.to-s.from >= 3 && len(w[s.from+1].low) <= 2 && w[s.from+1].low[len(w[s.from+1].low)-1] == '.':
		whole.kind = graph.Person // Ann B. Cole
	}
	return []spot{whole}
}

// guess tells what a run of capitals is from what stands around it; "" when nothing tells.
func (r *reading) guess(s *spot, persons, places map[string]bool) graph.ActorType {
	w := r.words
	size := s.to - s.from
	var next, before word
	if s.to < len(w) {
		next = w[s.to]
	}
	if s.from > 0 {
		before = w[s.from-1]
	}
	if persons[w[s.to-1].low] && size <= 3 && before.low != "in" && before.low != "at" {
		return graph.Person
	}
	if size > 4 {
		return ""
	}
	if w[s.from].caps && w[s.to-1].caps && s.from == r.sentences[w[s.from].sentence].from && (next.low == "(" || next.low == "," || next.low == "-" || next.low == "—" || next.low == "–") {
		return graph.Place // a dateline
	}
	if size == 1 && demonym(w[s.from].low) {
		return ""
	}
	speaking := func(i int) bool {
		if i < 0 || i >= len(w) {
			return false
		}
		for _, v := range w[i].entryVerbs() {
			if c := english().cues[v.lemma]; c != nil && v.shape&(pastShape|presentShape) != 0 && c.has(takesThat|takesQuote) && !c.has(shows) {
				return w[i].tag == verb || w[i].tag == participle
			}
		}
		return false
	}
	if next.tag == asker && (next.low == "who" || next.low == "whose") || next.low == "," && s.to+1 < len(w) && (w[s.to+1].low == "who" || w[s.to+1].low == "whose") {
		return graph.Person
	}
	// in apposition: "Ann Bell, a doctor", "the doctor, Ann Bell,"
	if next.low == "," && size >= 2 {
		if _, h := r.long(s.to+1, min(len(w), s.to+20)); h >= 0 && w[h].is(human) && (w[h].tag == noun || w[h].tag == nameTag) && w[h].sentence == w[s.from].sentence {
			if w[s.to+1].tag == article || w[s.to+1].tag == noun || w[s.to+1].tag == descriptor || h > s.to+1 || w[h].is(titleNoun) {
				return graph.Person
			}
		}
		if s.to+2 < len(w) && w[s.to+1].tag == numeral && w[s.to+2].low == "," {
			return graph.Person // his age
		}
	}
	if before.tag == noun && before.is(human) && size >= 1 && size <= 3 {
		return graph.Person
	}
	if before.low == "," && s.from > 1 && (w[s.from-2].is(human)) && w[s.from-2].tag != subject && size >= 2 {
		return graph.Person
	}
	if before.low == "the" {
		if speaking(s.to) {
			return graph.Organization
		}
		return ""
	}
	if before.low == "in" || before.low == "at" || before.low == "near" || before.low == "from" && size == 1 {
		return graph.Place
	}
	if speaking(s.to) || next.tag == adverbTag && speaking(s.to+1) {
		if size == 1 && places[w[s.from].low] {
			return graph.Place
		}
		return graph.Person
	}
	if speaking(s.from-1) && s.from > 1 && (w[s.from-2].tag == closeMark || w[s.from-2].low == ",") {
		return graph.Person
	}
	if size == 1 && places[w[s.from].low] {
		return graph.Place
	}
	if size >= 2 && size <= 3 && before.low != "in" && !places[w[s.from].low+" "+w[s.from+1].low] && r.strange(s.stretch) && next.tag != noun && next.tag != nameTag {
		return graph.Person
	}
	if last := &w[s.to-1]; last.is(landmark) {
		if size > 1 && !last.is(cueNoun|documentNoun) && before.low == "in" {
			return graph.Place
		}
		return ""
	}
	if before.low == "to" && size >= 2 && s.from > 1 && w[s.from-2].is(cueNoun) {
		return graph.Person
	}
	return ""
}

// placesTold are the names that stand somewhere after "in" or with a body: in Halden, Halden's government.
func (r *reading) placesTold(list []spot) map[string]bool {
	out := map[string]bool{}
	for _, s := range list {
		if s.kind != "" || s.to-s.from > 2 {
			continue
		}
		key := r.words[s.from].low
		if s.to-s.from == 2 {
			key += " " + r.words[s.from+1].low
		}
		before := ""
		if s.from > 0 {
			before = r.words[s.from-1].low
		}
		next := r.words[s.to]
		if before == "of" && s.from > 1 && (r.words[s.from-2].is(organizationNoun) || r.words[s.from-2].low == "president" || r.words[s.from-2].low == "people" || r.words[s.from-2].low == "minister") || before == "in" || before == "near" || next.tag == ownership && s.to+2 < len(r.words) && r.words[s.to+1].is(adjective|organizationNoun|titleNoun) && r.words[s.to+1].low != "own" {
			out[key] = true
		}
	}
	return out
}

// strange tells whether no word of the run is one of the lexicon, but as a given name.
func (r *reading) strange(s stretch) bool {
	for i := s.from; i < s.to; i++ {
		w := &r.words[i]
		if w.caps || demonym(w.low) || w.tag != nameTag {
			return false
		}
		if w.entry != nil && (w.entry.class&^(femaleName|maleName|particle) != 0 || len(w.entry.verbs) > 0) {
			return false
		}
	}
	return true
}

// demonym tells words such as Nordlandian from names, by their ending.
func demonym(low string) bool {
	for _, e := range []string{"ian", "ese", "ish", "ians", "ans", "ican", "ean"} {
		if len(low) > len(e)+2 && len(low) > 5 && low[len(low)-len(e):] == e {
			return true
		}
	}
	return false
}
