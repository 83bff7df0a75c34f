package model

import "github.com/whence-graph/whence/ingest/encoder"

// statement is a Statement in tokens.
type statement struct {
	source  stretch
	cue     stretch
	content []stretch
	trust   float64
}

func (s *statement) shift(by int) {
	if !s.source.none() {
		s.source = stretch{s.source.from + by, s.source.to + by}
	}
	s.cue = stretch{s.cue.from + by, s.cue.to + by}
	for i := range s.content {
		s.content[i] = stretch{s.content[i].from + by, s.content[i].to + by}
	}
}

// decode turns a window's scores into statements. train/decode.py is the same in Python.
//
//	1  the best sequence of tags: its cues are the cues
//	2  the best sequence once more, knowing the cues: their tokens keep their tags, no other may be a cue, and the scores
//	   of source and content gain what the cues say
//	3  a cue's source is the source span of which it says so most, if it does so at all: two cues may share one
//	4  a content span is that of the cue which claims it most, if one does
//	5  a cue without content is none
//
// Confidence is how likely the cue's tags are, times what the cue says of its best content.
func (h *heads) decode(p *pass, raw []float32, ask func(cues []stretch) []view) []statement {
	e := rowsOf(raw)
	for t := range e {
		e[t][sourceB] += h.knobs.Src
		e[t][cueB] += h.knobs.Cue
		e[t][contentB] += h.knobs.Con
	}
	y := path(e, &h.step, &h.start)
	cues := runs(y, cueB)
	if len(cues) == 0 {
		return nil
	}
	said := ask(cues)
	y = path(h.knowing(e, y, said), &h.step, &h.start)
	sources, contents := runs(y, sourceB), runs(y, contentB)
	sure := h.sure(p, e)
	got := make([]statement, len(cues))
	for c := range got {
		got[c].cue = cues[c]
		best := h.knobs.Source
		for _, s := range sources {
			if v := said[c].mean(s, inSource); v >= best {
				best, got[c].source = v, s
			}
		}
	}
	for _, s := range contents {
		whose, most := 0, -1.0
		for c := range cues {
			if v := said[c].mean(s, inContent); v > most {
				whose, most = c, v
			}
		}
		if most >= h.knobs.Content {
			got[whose].content = append(got[whose].content, s)
			got[whose].trust = max(got[whose].trust, most)
		}
	}
	out := got[:0]
	for _, s := range got {
		var sum float64
		for t := s.cue.from; t < s.cue.to; t++ {
			sum += sure[t][cueB] + sure[t][cueI]
		}
		s.trust *= sum / float64(s.cue.to-s.cue.from)
		if len(s.content) > 0 && s.trust >= h.knobs.Least {
			out = append(out, s)
		}
	}
	return out
}

// knowing are the scores of a second reading.
func (h *heads) knowing(e scores, y []roleTag, said []view) scores {
	f := make(scores, len(e))
	gain := func(p float64) float64 { return float64(h.knobs.Again * natural(max(p, 1e-4))) }
	for t := range f {
		if y[t] == cueB || y[t] == cueI {
			for k := range f[t] {
				f[t][k] = never
			}
			f[t][y[t]] = 0
			continue
		}
		var source, content float32
		for _, v := range said {
			source, content = max(source, v[t*shares+inSource]), max(content, v[t*shares+inContent])
		}
		s, c, o := gain(float64(source)), gain(float64(content)), gain(float64(1-max(source, content)))
		f[t] = [roleTags]float64{e[t][outsideTag] + o, e[t][sourceB] + s, e[t][sourceI] + s, never, never, e[t][contentB] + c, e[t][contentI] + c}
	}
	return f
}

// sure is how likely each tag is. The exponentials come from the encoder's own softmax, for the sake of the same bits anywhere.
func (h *heads) sure(p *pass, e scores) scores {
	flat := sized(&p.e, len(e)*int(roleTags))
	for t := range e {
		for k, v := range e[t] {
			flat[t*int(roleTags)+k] = float32(v)
		}
	}
	encoder.Softmax(&p.scratch, flat, int(roleTags))
	emit := make(scores, len(e))
	for t := range emit {
		for k := range emit[t] {
			emit[t][k] = float64(flat[t*int(roleTags)+k])
		}
	}
	return likelihood(emit, &h.stepE, &h.startE)
}
