package ingest

// chain gives each triple the index of the one outside it, or None, and puts outer ones before inner ones.
// It reads the triples alone: which say through which they are told, which content holds which attribution, and which cues cite.
func (r *reading) chain(list []triple) ([]triple, []int) {
	outer := make([]int, len(list))
	for i := range outer {
		outer[i] = None
	}
	// one attribution inside another's content. Where the content is nothing but the inner attribution
	// the two say the same thing, at second hand.
	for i := range list {
		in := &list[i]
		if in.through > 0 {
			for j := max(0, i-12); j < min(len(list), i+13); j++ {
				if i != j && list[j].verb == in.through-1 {
					outer[i] = j
				}
			}
			if outer[i] != None {
				continue
			}
		}
		for j := max(0, i-12); j < min(len(list), i+13); j++ {
			out := &list[j]
			if i == j || outer[i] != None && len(list[outer[i]].content) > 0 && list[outer[i]].content[0].to-list[outer[i]].content[0].from <= out.content[0].to-out.content[0].from {
				continue
			}
			if r.holds(out, in) {
				outer[i] = j
			}
		}
	}
	for i := range list {
		if j := outer[i]; j != None && r.fills(&list[j], &list[i]) {
			whole := list[j].content
			for n := 0; j != None && n < 8 && same(list[j].content, whole); n++ { // and who tells it through whom
				list[j].content = list[i].content
				j = outer[j]
			}
		}
	}
	// the same content twice: by what their cues are
	for i := range list {
		for j := max(0, i-12); j < min(len(list), i+13); j++ {
			if i != j && outer[i] == None && outer[j] != i && same(list[i].content, list[j].content) && r.outside(&list[j], &list[i]) {
				outer[i] = j
			}
		}
	}
	return order(list, outer)
}

// holds tells whether in lies wholly inside the content of out.
func (r *reading) holds(out, in *triple) bool {
	if in.source.none() || !inside(out.content, in.source) {
		return false
	}
	for _, s := range in.cue {
		if !inside(out.content, s) {
			return false
		}
	}
	for _, s := range in.content {
		if !inside(out.content, s) {
			return false
		}
	}
	return true
}

func inside(list []stretch, s stretch) bool {
	for _, c := range list {
		if c.contains(s) {
			return true
		}
	}
	return false
}

func same(a, b []stretch) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return len(a) > 0
}

// fills tells whether the content of out is the attribution in and nothing else but opening words.
func (r *reading) fills(out, in *triple) bool {
	if len(out.content) != 1 {
		return false
	}
	c := out.content[0]
	start, end := in.start(), in.end()
	for c.from < start && (r.words[c.from].tag == thatTag || r.words[c.from].tag == punctuation || r.words[c.from].tag == adverbTag) {
		c.from++
	}
	return c.from >= start && c.to-end <= 1
}

// outside tells, of two attributions of the same words, whether out tells of in.
func (r *reading) outside(out, in *triple) bool {
	switch {
	case out.lemma == "cited by":
		return in.lemma != "cited by"
	case in.lemma == "cited by":
		return false
	case in.lemma == "cite":
		return out.lemma != "cite"
	case out.lemma == "quote":
		return true
	}
	return false
}

// order sorts by place, an outer attribution before its inner ones, and renumbers.
func order(list []triple, outer []int) ([]triple, []int) {
	at := make([]int, len(list)) // new place
	state := make([]uint8, len(list))
	var out []triple
	var via []int
	var place func(i int)
	place = func(i int) {
		if state[i] != 0 {
			return
		}
		state[i] = 1
		v := None
		if o := outer[i]; o != None {
			place(o)
			if state[o] == 2 {
				v = at[o]
			}
		}
		at[i] = len(out)
		out = append(out, list[i])
		via = append(via, v)
		state[i] = 2
	}
	for i := range list {
		place(i)
	}
	return out, via
}
