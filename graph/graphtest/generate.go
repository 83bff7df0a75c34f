package graphtest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/whence-graph/whence/graph"
)

// Generate makes a graph like that of the news, in as many batches as there are reports, each of which refers
// to nothing but itself and the ones before it. The same seed gives the same batches.
//
// A few actors say and do most; a claim is stated again in other reports and other words, often at second or
// third hand; actors go by several names, so that their IDs merge and change as in the real world; a few
// reports tell no time or no outlet, or are a revision of an earlier one. All evidence is the report's words.
func Generate(seed uint64, reports int) []graph.Batch {
	g := newGenerator(seed)
	list := make([]graph.Batch, reports)
	for i := range list {
		list[i] = g.next()
	}
	return list
}

// generator makes one report after the other.
type generator struct {
	rand    *rand.Rand
	now     time.Time
	reports int
	last    []*graph.Report // a few of the last, to be revised

	outlets, people, bodies, places []*person
	claims                          []*saying
}

// person is an actor as the generator knows it: all the names that it may go by, and those that it has.
type person struct {
	kind  graph.ActorType
	names []string // not all of them used yet
	used  map[string]bool
	title string
	of    *person
	proof []graph.Evidence
	actor *graph.Actor
}

// saying is a claim as the generator knows it.
type saying struct {
	subject, object *person
	predicate       predicate
	wordings        []string
	forms           []graph.Form
	claim           *graph.Claim
}

type predicate struct{ name, class, verb, other string }

var predicates = []predicate{
	{"INVITED", "CONSULT", "had invited", "sent an invitation to"},
	{"MET", "CONSULT", "had met", "sat down with"},
	{"SANCTIONED", "SANCTION", "would sanction", "was about to impose sanctions on"},
	{"ACCUSED", "ACCUSE", "had accused", "laid the blame on"},
	{"SUPPLIED", "AID", "had supplied", "shipped goods to"},
	{"THREATENED", "THREATEN", "had threatened", "issued a threat to"},
	{"REJECTED", "REJECT", "had rejected", "turned down"},
	{"VISITED", "", "would visit", "planned a trip to"},
}

type cue struct {
	verb   string
	that   string
	stance graph.Stance
}

var cues = []cue{
	{"said", "that", graph.Asserts}, {"said", "that", graph.Asserts}, {"reported", "that", graph.Asserts},
	{"stated", "that", graph.Asserts}, {"denied", "that", graph.Denies}, {"doubted", "that", graph.Doubts},
	{"asked", "whether", graph.Asks}, {"promised", "that", graph.Promises}, {"predicted", "that", graph.Predicts},
}

var (
	firstNames = []string{"Sergei/Sergey", "Anton/Antoine", "Maria/Mariya", "Julia/Yulia", "Peter/Pyotr", "Michael/Mikhail", "Alexander/Aleksandr", "Katherine/Ekaterina", "Łukasz/Lucas", "José/Jose"}
	lastNames  = []string{"Pankin", "Quill", "Varga", "Okafor", "Lindqvist", "Haddad", "Moreau", "Tanaka", "Øster", "Čapek", "Nguyễn", "Silva"}
	titles     = []string{"foreign minister", "deputy foreign minister", "spokeswoman", "ambassador", "president", "chief negotiator"}
	outlets    = []string{"TASS", "Reuters", "Associated Press", "Daily Courier", "Evening Post", "Interfax", "Agence Centrale", "The Chronicle", "Kyodo", "Herald"}
	bodies     = []string{"Foreign Ministry", "State Department", "Security Council", "Central Bank", "Ministry of Defence", "European Commission", "Red Cross", "General Staff"}
	places     = []string{"Moscow", "Washington", "Kyiv", "Geneva", "Ankara", "Beijing", "Brasília", "Łódź"}
	topics     = []string{"grain", "visas", "the embassy", "gas", "the border", "prisoners", "the treaty", "fishing rights", "the bridge", "debts"}
	endings    = []string{"ov", "ski", "sen", "ez", "ini", "oğlu", "yan"}
	days       = []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "April 24", "May 9", "June 1"}
	anonymous  = []string{"Two officials", "A diplomat", "Analysts", "A person familiar with the matter"}
)

func newGenerator(seed uint64) *generator {
	g := &generator{rand: rand.New(rand.NewPCG(seed, 0x77686e63)), now: time.Date(2023, 1, 1, 6, 0, 0, 0, time.UTC)}
	for _, n := range outlets {
		g.outlets = append(g.outlets, newPerson(graph.Outlet, n))
	}
	for _, n := range places {
		g.places = append(g.places, newPerson(graph.Place, n))
	}
	for _, n := range bodies {
		g.bodies = append(g.bodies, newPerson(graph.Organization, n, "The "+n))
	}
	for range len(lastNames) {
		g.appear()
	}
	return g
}

func newPerson(kind graph.ActorType, names ...string) *person {
	p := &person{kind: kind, names: names, used: map[string]bool{}}
	p.call(names[0])
	return p
}

// appear brings somebody who has not been heard of, and whose names nobody else has.
func (g *generator) appear() {
	i := len(g.people)
	first := strings.Split(firstNames[i%len(firstNames)], "/")
	last := lastNames[i/len(firstNames)%len(lastNames)]
	for n := i / len(firstNames) / len(lastNames); n > 0; n = (n - 1) / len(endings) {
		last += endings[(n-1)%len(endings)]
	}
	p := newPerson(graph.Person, first[0]+" "+last, first[1]+" "+last, fmt.Sprintf("%s %c. %s", first[0], 'A'+i%26, last))
	p.title, p.of = titles[i%len(titles)], g.places[i%len(g.places)]
	g.people = append(g.people, p)
}

// call takes a name into use, and answers whether that changes the actor.
func (p *person) call(name string) bool {
	if p.used[name] {
		return false
	}
	p.used[name] = true
	var names []string
	for _, n := range p.names {
		if p.used[n] {
			names = append(names, n)
		}
	}
	var aliases []string
	if p.kind == graph.Person {
		words := strings.Fields(name)
		aliases = append(aliases, words[len(words)-1])
	}
	roles := []graph.Role(nil)
	if p.actor != nil {
		roles = p.actor.Roles
	}
	p.actor = graph.NewActor(p.kind, names, aliases)
	p.actor.Roles = roles
	p.actor.Keys = []string{"name:" + graph.Fold(p.names[0])}
	return true
}

// few draws from the list, the earlier the more often.
func few[T any](r *rand.Rand, list []T) T {
	return list[int(float64(len(list))*math.Pow(r.Float64(), 3))]
}

// next is the next report.
func (g *generator) next() graph.Batch {
	g.now = g.now.Add(time.Duration(g.rand.ExpFloat64() * float64(20*time.Minute))).Truncate(time.Microsecond)
	g.reports++
	w := &writer{g: g, actors: map[*person]bool{}}
	w.report = &graph.Report{Published: g.now, Language: "en", Given: fmt.Sprintf("g-%d", g.reports)}
	w.outlet = few(g.rand, g.outlets)
	if g.rand.IntN(20) == 0 {
		w.outlet = nil
	}
	if g.rand.IntN(30) == 0 {
		w.report.Published = time.Time{}
	}
	for range g.rand.IntN(2) {
		g.appear()
	}
	for range 9 + g.rand.IntN(6) {
		w.sentence()
	}
	return w.batch()
}

// saying is one that has been said before, or a new one.
func (g *generator) saying() *saying {
	switch n := g.rand.IntN(100); {
	case len(g.claims) == 0:
	case n < 4: // one that everybody comes back to, the older the more often
		return few(g.rand, g.claims)
	case n < 40:
		recent := g.claims[max(0, len(g.claims)-400):]
		return recent[len(recent)-1-int(float64(len(recent))*math.Pow(g.rand.Float64(), 2))]
	}
	s := &saying{subject: g.somebody(), object: g.somebody(), predicate: few(g.rand, predicates)}
	topic, day := few(g.rand, topics), few(g.rand, days)
	n := 1000 + len(g.claims) // keeps one claim's words from being another's
	subject, object := s.subject.names[0], s.object.names[0]
	s.wordings = []string{
		fmt.Sprintf("%s %s %s over %s on %s, at a cost of %d million", subject, s.predicate.verb, object, topic, day, n),
		fmt.Sprintf("%s %s %s by %s because of %s, which cost %d million", subject, s.predicate.other, object, day, topic, n),
		fmt.Sprintf("for %d million, %s %s %s, and all about %s", n, subject, s.predicate.verb, object, topic),
	}
	g.claims = append(g.claims, s)
	return s
}

func (g *generator) somebody() *person {
	switch g.rand.IntN(6) {
	case 0:
		return few(g.rand, g.places)
	case 1:
		return few(g.rand, g.bodies)
	}
	return few(g.rand, g.people)
}
