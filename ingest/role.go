package ingest

// titlesOf reads the offices that stand around a person's name: before it, or in apposition on either side.
func (c *cast) titlesOf(s *spot, k int) {
	w := c.words
	// before: Energy Minister Ann Bell, shift engineer Ann Bell
	from := s.from
	for from > 0 && s.from-from < 6 && w[from-1].sentence == w[s.from].sentence && (w[from-1].tag == noun || w[from-1].tag == descriptor) && w[from-1].quote == w[s.from].quote {
		from--
	}
	if from < s.given.from {
		c.office(stretch{from, s.given.from}, s.given.from, k)
	}
	// after: Ann Bell, the deputy minister of trade,
	if s.to+1 < len(w) && w[s.to].low == "," && w[s.to+1].sentence == w[s.from].sentence {
		limit := c.sentences[w[s.from].sentence].to
		if end, h := c.core(s.to+1, limit); h >= 0 && (w[h].is(human)) && (w[h].tag == noun || w[h].is(titleNoun)) && c.spotPerson(h) == nil {
			at := stretch{s.to + 1, end}
			for end+1 < limit && (w[end].low == "of" || w[end].low == "at") {
				e, h2 := c.core(end+1, limit)
				if h2 < 0 {
					break
				}
				end = e
			}
			if end < limit && w[end].low == "," || end >= limit || c.ends(end) || w[end].low == "for" || w[end].low == "to" || w[end].tag == asker || w[end].tag == joiner || w[end].tag == helper || w[end].tag == verb || w[end].tag == participle {
				c.office(at, limit, k)
			}
		} else if h >= 0 && w[h].low == "one" || s.to+2 < limit && w[s.to+1].low == "one" && w[s.to+2].low == "of" {
			if _, h2 := c.core(s.to+3, limit); h2 >= 0 && w[h2].is(human) { // one of her deputies
				c.beings[k].titles = append(c.beings[k].titles, singular(w[h2].low))
			}
		}
	}
	// before, with a comma: the agency's head, Ann Bell
	if s.from > 1 && w[s.from-1].low == "," {
		left := c.sentences[w[s.from].sentence].from
		if b := c.back(s.from-1, left); b >= 0 {
			if end, h := c.core(b, s.from-1); h >= 0 && w[h].is(human) && (w[h].tag == noun || w[h].is(titleNoun)) && c.spotPerson(h) == nil {
				c.office(stretch{b, end}, s.from-1, k)
			}
		}
	}
}

// relative are words for people that are no offices.
var relative = map[string]bool{
	"counterpart": true, "predecessor": true, "successor": true, "colleague": true, "friend": true, "husband": true, "wife": true, "rival": true,
	"ally": true, "namesake": true, "critic": true, "supporter": true, "opponent": true, "man": true, "woman": true, "boy": true, "girl": true,
	"father": true, "mother": true, "son": true, "daughter": true, "brother": true, "sister": true, "neighbour": true, "neighbor": true, "victim": true,
}

func (c *cast) spotPerson(i int) *spot {
	if sp := c.spotAt(i); sp != nil && sp.kind == "person" {
		return sp
	}
	return nil
}

// office adds the title that the words give, and what it is of: Russia's foreign minister, head of the bank.
func (c *cast) office(s stretch, limit, k int) {
	w := c.words
	b := &c.beings[k]
	from, of := s.from, stretch{}
	for i := s.from; i < s.to; i++ {
		switch {
		case w[i].tag == ownership:
			of = stretch{s.from, i}
			for of.from < of.to && w[of.from].tag == article {
				of.from++
			}
			from = i + 1
		case w[i].is(anyHonorific) && !w[i].is(titleNoun):
			from = i + 1
		case w[i].tag == article && i == from, w[i].tag == adverbTag && i == from:
			from = i + 1
		}
	}
	for from < s.to-1 && w[from].upper && !w[from].is(titleNoun) && (demonym(w[from].low) || w[from].is(placeName) || c.spotBody(from) || w[from].entry == nil && from+2 < s.to && w[from+1].is(adjective) || w[from].low == "united") {
		if of.none() && (demonym(w[from].low) || w[from].is(placeName)) {
			of = stretch{from, from + 1}
		}
		if w[from].low == "united" {
			from++
		}
		from++
	}
	human := false
	for i := from; i < s.to; i++ {
		human = human || w[i].is(titleNoun|personNoun)
	}
	if from >= s.to || !human || relative[singular(w[s.to-1].low)] {
		return
	}
	at := stretch{from, s.to}
	title := c.lows(at)
	b.titles = append(b.titles, title...)
	// "of foreign affairs for Russia", "to the United States", "for the company"
	end := s.to
	for end+1 < limit && (w[end].low == "of" || w[end].low == "for" || w[end].low == "to" || w[end].low == "at") {
		e, h := c.core(end+1, limit)
		if h < 0 || w[h].tag == subject {
			break
		}
		if w[h].tag == nameTag || w[h].is(organizationNoun) {
			if of.none() {
				of = stretch{end + 1, e}
			}
		} else if w[end].low == "of" {
			title = append(append(title, "of"), c.lows(stretch{end + 1, e})...)
			b.titles = append(b.titles, c.lows(stretch{end + 1, e})...)
			at.to = e
		}
		end = e
	}
	text := ""
	for i, t := range title {
		if i > 0 {
			text += " "
		}
		text += t
	}
	for _, r := range b.roles {
		if r.title == text {
			return
		}
	}
	b.roles = append(b.roles, role{title: text, of: of, at: at})
}

func (c *cast) spotBody(i int) bool {
	sp := c.spotAt(i)
	return sp != nil && sp.kind != "person"
}

// ofWhom is the being that an office is of, once all names are known.
func (c *cast) ofWhom(s stretch) int {
	if s.none() {
		return None
	}
	if k := c.named(s); k != None && c.beings[k].kind != "person" {
		return k
	}
	// Russian: of Russia, where the report names it
	for i := s.from; i < s.to; i++ {
		if w := &c.words[i]; demonym(w.low) {
			for k := range c.beings {
				if b := &c.beings[k]; b.kind == "place" && len(b.words) == 1 && sameStem(b.words[0], w.low) && k < 200 {
					return k
				}
			}
		}
	}
	return None
}
