package graph

import (
	"cmp"
	"sort"
	"strings"
	"time"
)

// Node is a *Report, *Actor, *Attribution, *Claim or *Relation.
type Node interface{ NodeID() ID }

// NodeID is r.ID.
func (r *Report) NodeID() ID { return r.ID }

// NodeID is a.ID.
func (a *Actor) NodeID() ID { return a.ID }

// NodeID is a.ID.
func (a *Attribution) NodeID() ID { return a.ID }

// NodeID is c.ID.
func (c *Claim) NodeID() ID { return c.ID }

// NodeID is r.ID.
func (r *Relation) NodeID() ID { return r.ID }

// Evidence is verbatim words and their place in a report: Quote is the report's text at Span.
type Evidence struct {
	Report ID
	Span   Span
	Quote  string
}

// Report is one published document as it was read. A later text under the same URL is
// a report of its own, which Revises the one before it.
type Report struct {
	ID        ID
	Given     string    // the id that it came with, if any
	Outlet    ID        // who published it; empty when nobody is named
	Published time.Time // UTC, to the microsecond; zero when not told
	URL       string
	Title     string
	Text      string
	Language  string // BCP 47
	Author    string
	Wire      string // the agency whose copy this is
	Credit    string // whom it thanks
	Hash      string // Hash(Text)
	Revises   ID     // the revision that this one follows, by time of publication
	Extra     string // what else its source told, a JSON object; empty for nothing

	// Ingested is when this store got it, UTC, to the microsecond; zero when nobody noted it. It tells of the store and not of the
	// world: a dump leaves it out, so that equal reports make equal dumps whenever they were read.
	Ingested time.Time
}

// ActorType tells what an actor is.
type ActorType string

// The types of actor.
const (
	Person       ActorType = "person"
	Organization ActorType = "organization"
	Outlet       ActorType = "outlet"
	Place        ActorType = "place" // "Moscow said"
	Group        ActorType = "group" // "analysts"
	Document     ActorType = "document"
	Anonymous    ActorType = "anonymous" // "two officials"
)

// ActorTypes lists all types. Where reports differ about an actor, the earlier in this list holds.
var ActorTypes = []ActorType{Outlet, Person, Organization, Place, Document, Group, Anonymous}

// Actor is one who can speak or act.
type Actor struct {
	ID         ID
	Type       ActorType
	Name       string   // the fullest of its names
	Aliases    []string // every name that it goes by in the reports, Name included; sorted
	Roles      []Role   // sorted by title, then by Of
	Keys       []string // under which the resolver finds it again; sorted
	MergedFrom []ID     // the IDs of its other names, which all answer with this node; sorted
}

// Role is an office that an actor holds.
type Role struct {
	Title        string // "deputy foreign minister"
	Of           ID     // the state or organization; empty when not told
	Since, Until time.Time
	Evidence     []Evidence // at least one
}

// Quotation tells how a content is quoted.
type Quotation string

// The ways to quote.
const (
	Direct   Quotation = "direct"   // all of it in quotation marks
	Mixed    Quotation = "mixed"    // some of it
	Indirect Quotation = "indirect" // none
)

// Quotations lists all ways to quote.
var Quotations = []Quotation{Direct, Mixed, Indirect}

// Stance is how a source stands to the content.
type Stance string

// The stances.
const (
	Asserts  Stance = "asserts"
	Denies   Stance = "denies"
	Doubts   Stance = "doubts"
	Asks     Stance = "asks"
	Promises Stance = "promises"
	Predicts Stance = "predicts"
)

// Stances lists all stances.
var Stances = []Stance{Asserts, Denies, Doubts, Asks, Promises, Predicts}

// Against tells whether who takes the stance speaks against the claim. Such an attribution
// is no support of the claim and no origin of it.
func (s Stance) Against() bool { return s == Denies || s == Doubts }

// Attribution is that a source said, thought or wrote something, in one report
// (PARC 3.0, Pareti 2016; PolNeAR, Newell et al. 2018).
type Attribution struct {
	ID         ID
	Report     ID
	Order      int  // its place among the report's attributions; an outer one comes before its inner ones
	Sources    []ID // the actors; empty where the report names none
	Source     []Evidence
	Cue        []Evidence
	Content    []Evidence
	Quotation  Quotation
	Stance     Stance
	Via        ID // the attribution outside it, for what was had at second hand
	Claim      ID
	Confidence float64 // that it stands in the text so; 0 to 1
}

// Evidence is the stretch that holds an attribution's source, cue and content. text is the report's.
func (a *Attribution) Evidence(text string) Evidence {
	var spans []Span
	for _, list := range [][]Evidence{a.Source, a.Cue, a.Content} {
		for _, e := range list {
			spans = append(spans, e.Span)
		}
	}
	e := Evidence{Report: a.Report, Span: Hull(spans...)}
	if e.Span.In(text) {
		e.Quote = text[e.Span.Start:e.Span.End]
	}
	return e
}

// Words is the content as one string, gaps shown as "..".
func (a *Attribution) Words() string {
	quotes := make([]string, len(a.Content))
	for i, e := range a.Content {
		quotes[i] = e.Quote
	}
	return strings.Join(quotes, " .. ")
}

// Claim is what is asserted, shared by all attributions that say the same thing.
type Claim struct {
	ID         ID
	Text       string   // the words of its first form
	Forms      []Form   // sorted by First, then by Text
	Keys       []string // under which the resolver finds it again; sorted
	MergedFrom []ID     // the IDs of its other forms, which all answer with this node; sorted
}

// Form is one wording of a claim.
type Form struct {
	Text  string
	First time.Time // when it was first published; zero when not told
	// Resolved is Text with names for the pronouns and descriptions that stand for somebody named where it was said ("she had been
	// arrested": "Yusra Benhaddou had been arrested"); empty where it would be Text. Equal words about two people are two forms.
	Resolved string
	In       ID // the one report in which it says this, for words too few to stand by themselves ("Yes"); else empty
}

// ID is what a claim of this form alone has for an ID.
func (f Form) ID() ID {
	if f.In != "" {
		return newID(ClaimKind, Fold(f.Meaning()), string(f.In))
	}
	return ClaimID(f.Meaning())
}

// Meaning is Resolved, or Text where nothing in it stands for another.
func (f Form) Meaning() string { return cmp.Or(f.Resolved, f.Text) }

// Polarity tells whether a relation is said to be so or not to be so.
type Polarity string

// The polarities.
const (
	Affirmed Polarity = "affirmed"
	Negated  Polarity = "negated"
)

// Polarities lists both.
var Polarities = []Polarity{Affirmed, Negated}

// Modality tells whether a relation is told as fact.
type Modality string

// The modalities.
const (
	Actual   Modality = "actual"
	Planned  Modality = "planned"
	Possible Modality = "possible"
)

// Modalities lists all three.
var Modalities = []Modality{Actual, Planned, Possible}

// Relation is who did what to whom, as one stretch of a report has it.
type Relation struct {
	ID         ID
	Report     ID
	Order      int // its place among the report's relations
	Subject    ID
	Predicate  string // a verb in the past tense, upper case: INVITED, HELD_TALKS
	Class      string // PLOVER's event class where one fits, else empty
	Object     ID
	Polarity   Polarity
	Modality   Modality
	AssertedBy ID // the attribution it stands in; empty when the report itself says it
	Evidence   []Evidence
	Confidence float64
}

// Mention is a stretch of a report that refers to an actor: a name, a title, a pronoun.
type Mention struct {
	Actor    ID
	Evidence Evidence
}

// NewActor makes an actor out of its names. The ID is the least of the names' IDs, the
// name shown the one with most words, then the longest, then the first in order.
// Names that merely refer (surnames, "the minister") go into aliases.
func NewActor(t ActorType, names []string, aliases []string) *Actor {
	a := &Actor{Type: t, Aliases: sortedSet(append(append([]string{}, names...), aliases...))}
	ids := make([]ID, 0, len(names))
	for _, n := range names {
		ids = append(ids, ActorID(n))
		if a.Name == "" || isFuller(n, a.Name) {
			a.Name = n
		}
	}
	a.ID, a.MergedFrom = least(ids)
	return a
}

// Fuller is the one of two names that tells more: that with more words, then the longer, then the first in order.
func Fuller(a, b string) string {
	if isFuller(a, b) || b == "" {
		return a
	}
	return b
}

func isFuller(a, b string) bool {
	if x, y := len(strings.Fields(a)), len(strings.Fields(b)); x != y {
		return x > y
	}
	if len(a) != len(b) {
		return len(a) > len(b)
	}
	return a < b
}

// NewClaim makes a claim out of its wordings. Forms that fold alike are one, under the
// words published first.
func NewClaim(forms []Form) *Claim {
	c := &Claim{}
	byID := map[ID]Form{}
	var ids []ID
	for _, f := range forms {
		id := f.ID()
		old, seen := byID[id]
		if !seen {
			ids = append(ids, id)
		}
		if !seen || formBefore(f, old) {
			byID[id] = f
		}
	}
	for _, f := range byID {
		c.Forms = append(c.Forms, f)
	}
	sort.Slice(c.Forms, func(i, j int) bool { return formBefore(c.Forms[i], c.Forms[j]) })
	if len(c.Forms) > 0 {
		c.Text = c.Forms[0].Text
	}
	c.ID, c.MergedFrom = least(ids)
	return c
}

// formBefore orders by time, the untold last, then by text.
func formBefore(a, b Form) bool {
	if !a.First.Equal(b.First) {
		return b.First.IsZero() || !a.First.IsZero() && a.First.Before(b.First)
	}
	return cmp.Or(cmp.Compare(a.Text, b.Text), cmp.Compare(a.Resolved, b.Resolved), cmp.Compare(a.In, b.In)) < 0
}

func least(ids []ID) (first ID, others []ID) {
	set := map[ID]bool{}
	for _, id := range ids {
		if !set[id] {
			set[id] = true
			others = append(others, id)
		}
	}
	if len(others) == 0 {
		return "", nil
	}
	sort.Slice(others, func(i, j int) bool { return others[i] < others[j] })
	if len(others) == 1 {
		return others[0], nil
	}
	return others[0], others[1:]
}

func sortedSet(list []string) []string {
	set := map[string]bool{}
	var out []string
	for _, s := range list {
		if s != "" && !set[s] {
			set[s] = true
			out = append(out, s)
		}
	}
	sort.Strings(out)
	return out
}
