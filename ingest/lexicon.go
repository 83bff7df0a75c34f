package ingest

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed lexicon.txt
var lexiconText string

//go:embed cue.txt
var cueText string

//go:embed relation.txt
var relationText string

// class is what a word may be, as a set.
type class uint64

const (
	determiner class = 1 << iota
	possessive
	pronoun
	preposition
	conjunction
	subordinator
	whWord
	modal
	beForm
	haveForm
	doForm
	negator
	adverb
	adjective
	timeWord
	numberWord
	anyTitle
	honorificMale
	honorificFemale
	titleNoun
	personNoun
	groupNoun
	organizationNoun
	outletNoun
	outletName
	documentNoun
	signNoun
	femaleName
	maleName
	particle
	placeName
	cueNoun
	landmark
)

const (
	anyHonorific = anyTitle | honorificMale | honorificFemale
	auxiliary    = beForm | haveForm | doForm
	human        = titleNoun | personNoun | groupNoun
	speaks       = human | organizationNoun | outletNoun | documentNoun
	closed       = determiner | possessive | pronoun | preposition | conjunction | subordinator | whWord | modal | auxiliary
)

var classNames = map[string]class{
	"determiner": determiner, "possessive": possessive, "pronoun": pronoun, "preposition": preposition, "conjunction": conjunction,
	"subordinator": subordinator, "wh": whWord, "modal": modal, "be": beForm, "have": haveForm, "do": doForm, "negation": negator,
	"adverb": adverb, "adjective": adjective, "time": timeWord, "number": numberWord, "honorific": anyTitle, "honorific-m": honorificMale,
	"honorific-f": honorificFemale, "title": titleNoun | personNoun, "person": personNoun, "group": groupNoun, "organization": organizationNoun,
	"outlet": outletNoun, "outlet-name": outletName, "document": documentNoun, "sign": signNoun, "female": femaleName, "male": maleName,
	"particle": particle, "place": placeName, "landmark": landmark,
}

// shape is the form that a verb has, as a set: "put" is three.
type shape uint8

const (
	baseShape shape = 1 << iota
	presentShape
	pastShape
	participleShape
	ingShape
)

type verbForm struct {
	lemma string
	shape shape
}

type entry struct {
	class class
	verbs []verbForm
}

type lexicon struct {
	words map[string]*entry
	cues  map[string]*cue    // by lemma
	nouns map[string]*cue    // by nominal form, in the singular
	acts  map[string]*action // by lemma; nouns with a plus before
	past  map[string]string  // of a verb

	citing map[string][][]string // by first word: what stands before who is cited
}

// english is the lexicon, read once from the embedded lists; nothing changes it afterwards.
var english = sync.OnceValue(func() *lexicon {
	l := &lexicon{words: map[string]*entry{}, cues: map[string]*cue{}, nouns: map[string]*cue{}, acts: map[string]*action{}, past: map[string]string{}, citing: map[string][][]string{}}
	irregular, double := map[string][3]string{}, map[string]bool{}
	var verbs []string
	for line := range strings.Lines(lexiconText) {
		name, rest, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "["), "] ")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		for _, w := range strings.Fields(rest) {
			switch name {
			case "irregular":
				lemma, forms, _ := strings.Cut(w, ":")
				f := strings.Split(forms, ",")
				irregular[lemma] = [3]string{f[0], f[1], f[2]}
			case "double":
				double[w] = true
			case "verb":
				verbs = append(verbs, w)
			default:
				l.at(w).class |= classNames[name]
				switch name {
				case "title", "person", "group", "organization", "outlet", "document", "sign":
					l.at(plural(w)).class |= classNames[name]
				}
			}
		}
	}
	cues, citing := parseCues(cueText)
	for _, c := range citing {
		l.citing[c[0]] = append(l.citing[c[0]], c)
		l.at(c[0])
	}
	for _, c := range cues {
		l.cues[c.lemma] = c
		verbs = append(verbs, c.lemma)
		for _, n := range c.nouns {
			l.nouns[n], l.nouns[plural(n)] = c, c
			l.at(n).class |= cueNoun
			l.at(plural(n)).class |= cueNoun
		}
	}
	for _, a := range parseActions(relationText) {
		if a.noun {
			l.acts["+"+a.lemma] = a
			l.at(a.lemma)
			l.at(plural(a.lemma))
			verbs = append(verbs, a.light...)
			continue
		}
		l.acts[a.lemma] = a
		verbs = append(verbs, a.lemma)
	}
	done := map[string]bool{}
	for _, v := range verbs {
		v, _, _ = strings.Cut(v, "_")
		if done[v] {
			continue
		}
		done[v] = true
		present, past, participle, ing := inflect(v, irregular, double)
		l.verb(v, v, baseShape)
		l.verb(present, v, presentShape)
		l.verb(past, v, pastShape)
		l.past[v] = past
		l.verb(participle, v, participleShape)
		l.verb(ing, v, ingShape)
	}
	return l
})

func (l *lexicon) at(w string) *entry {
	e := l.words[w]
	if e == nil {
		e = &entry{}
		l.words[w] = e
	}
	return e
}

func (l *lexicon) verb(form, lemma string, s shape) {
	e := l.at(form)
	for i := range e.verbs {
		if e.verbs[i].lemma == lemma {
			e.verbs[i].shape |= s
			return
		}
	}
	e.verbs = append(e.verbs, verbForm{lemma, s})
}

func vowel(b byte) bool { return strings.IndexByte("aeiou", b) >= 0 }

// inflect makes a verb's forms.
func inflect(v string, irregular map[string][3]string, double map[string]bool) (present, past, participle, ing string) {
	n := len(v)
	stem := v
	switch {
	case double[v]:
		stem = v + v[n-1:]
		ing = stem + "ing"
	case strings.HasSuffix(v, "ie"):
		ing = v[:n-2] + "ying"
	case n > 2 && v[n-1] == 'e' && v[n-2] != 'e' && v != "be":
		ing = v[:n-1] + "ing"
	default:
		ing = v + "ing"
	}
	switch {
	case v[n-1] == 'e':
		past = v + "d"
	case v[n-1] == 'y' && n > 1 && !vowel(v[n-2]):
		past = v[:n-1] + "ied"
	default:
		past = stem + "ed"
	}
	present, participle = plural(v), past
	if f, ok := irregular[v]; ok {
		present, past, participle = f[0], f[1], f[2]
	}
	return present, past, participle, ing
}

// plural is also the third person of a verb.
func plural(w string) string {
	n := len(w)
	switch {
	case n > 1 && w[n-1] == 'y' && !vowel(w[n-2]):
		return w[:n-1] + "ies"
	case strings.HasSuffix(w, "s"), strings.HasSuffix(w, "x"), strings.HasSuffix(w, "ch"), strings.HasSuffix(w, "sh"), strings.HasSuffix(w, "z"):
		return w + "es"
	case strings.HasSuffix(w, "man") && w != "human":
		return w[:n-3] + "men"
	}
	return w + "s"
}

// singular undoes plural, roughly.
func singular(w string) string {
	n := len(w)
	switch {
	case n > 4 && strings.HasSuffix(w, "ies"):
		return w[:n-3] + "y"
	case n > 4 && (strings.HasSuffix(w, "ches") || strings.HasSuffix(w, "shes") || strings.HasSuffix(w, "xes") || strings.HasSuffix(w, "sses")):
		return w[:n-2]
	case strings.HasSuffix(w, "men"):
		return w[:n-3] + "man"
	case n > 3 && w[n-1] == 's' && w[n-2] != 's' && !strings.HasSuffix(w, "us") && !strings.HasSuffix(w, "is"):
		return w[:n-1]
	}
	return w
}
