package model

// roleTag is a token's part in an attribution: outside, or the beginning or the inside of a source, a cue or a content.
type roleTag = uint8

const (
	outsideTag roleTag = iota
	sourceB
	sourceI
	cueB
	cueI
	contentB
	contentI
	roleTags
)

// never is the score of what may not be.
const never = -1e4

// scores are a row for each token of a window, a value for each tag.
type scores [][roleTags]float64

// rowsOf are flat scores in rows.
func rowsOf(flat []float32) scores {
	e := make(scores, len(flat)/int(roleTags))
	for i, v := range flat {
		e[i/int(roleTags)][i%int(roleTags)] = float64(v)
	}
	return e
}

// path is the best sequence of tags: a token's scores, and what a step from one tag to the next costs.
func path(e scores, step *[roleTags][roleTags]float64, start *[roleTags]float64) []roleTag {
	back := make([][roleTags]roleTag, len(e))
	var d [roleTags]float64
	for k := range d {
		d[k] = e[0][k] + start[k]
	}
	for t := 1; t < len(e); t++ {
		var next [roleTags]float64
		for k := range next {
			best := d[0] + step[0][k]
			for i := 1; i < int(roleTags); i++ {
				if v := d[i] + step[i][k]; v > best {
					best, back[t][k] = v, roleTag(i)
				}
			}
			next[k] = best + e[t][k]
		}
		d = next
	}
	y := make([]roleTag, len(e))
	for k, v := range d {
		if v > d[y[len(y)-1]] {
			y[len(y)-1] = roleTag(k)
		}
	}
	for t := len(e) - 1; t > 0; t-- {
		y[t-1] = back[t][y[t]]
	}
	return y
}

// likelihood is how likely each tag of each token is over all sequences, by forward and backward sums. emit, step and start are the
// exponentials of the scores, each row of emit and the others as a whole up to a factor of their own.
func likelihood(emit scores, step *[roleTags][roleTags]float64, start *[roleTags]float64) scores {
	n := len(emit)
	p := make(scores, n)
	for k := range p[0] {
		p[0][k] = emit[0][k] * start[k]
	}
	share(&p[0])
	for t := 1; t < n; t++ {
		for k := range p[t] {
			var sum float64
			for i := range p[t-1] {
				sum += float64(p[t-1][i] * step[i][k])
			}
			p[t][k] = sum * emit[t][k]
		}
		share(&p[t])
	}
	after := [roleTags]float64{1, 1, 1, 1, 1, 1, 1}
	for t := n - 1; t >= 0; t-- {
		var next, here [roleTags]float64
		for k := range here {
			here[k] = emit[t][k] * after[k]
			p[t][k] *= after[k]
		}
		share(&p[t])
		for i := range next {
			for k := range here {
				next[i] += float64(step[i][k] * here[k])
			}
		}
		share(&next)
		after = next
	}
	return p
}

// share makes a row sum up to one.
func share(row *[roleTags]float64) {
	var sum float64
	for _, v := range row {
		sum += v
	}
	if sum > 0 {
		for k := range row {
			row[k] /= sum
		}
	}
}

// runs are the spans that tags b, begin, and b+1, inside, make.
func runs(y []roleTag, b roleTag) []stretch {
	var out []stretch
	for i := 0; i < len(y); {
		if y[i] != b && y[i] != b+1 {
			i++
			continue
		}
		j := i + 1
		for j < len(y) && y[j] == b+1 {
			j++
		}
		out = append(out, stretch{i, j})
		i = j
	}
	return out
}
