package graphtest

import (
	"fmt"
	"strings"
	"time"

	"github.com/whence-graph/whence/graph"
)

// story is a small graph that has everything: an agency that cites a deputy minister, a warning, a promise, a
// denial, roles, mentions, relations that an attribution asserts and one that the report itself does.
type story struct {
	lavrov, blinken, tass, reuters, pankin, antonov, state, russia, usa, observers *graph.Actor

	report, reply *graph.Report

	agency, deputy, warning, promise, denial *graph.Attribution

	invited, talks                    *graph.Relation
	invitation, cool, watched, threat *graph.Claim

	batch graph.Batch
}

const storyText = "Lavrov invited Blinken to Security Council meetings on April 24 and 25, TASS reported, citing Pankin, " +
	"the deputy foreign minister of Russia. The State Department warned that Russia could face a cool reception. " +
	"Antonov, ambassador of Russia to the United States, said that Moscow would closely observe how the warning is expressed. " +
	"Observers were silent. Lavrov held talks with Antonov."

const replyText = "The State Department denied that Lavrov had been threatened, Reuters reported."

func newStory() *story {
	s := &story{
		lavrov:    graph.NewActor(graph.Person, []string{"Sergey Lavrov"}, []string{"Lavrov"}),
		blinken:   graph.NewActor(graph.Person, []string{"Antony Blinken"}, []string{"Blinken"}),
		tass:      graph.NewActor(graph.Outlet, []string{"TASS"}, nil),
		reuters:   graph.NewActor(graph.Outlet, []string{"Reuters"}, nil),
		pankin:    graph.NewActor(graph.Person, []string{"Alexander Pankin"}, []string{"Pankin"}),
		antonov:   graph.NewActor(graph.Person, []string{"Anatoly Antonov"}, []string{"Antonov"}),
		state:     graph.NewActor(graph.Organization, []string{"State Department"}, nil),
		russia:    graph.NewActor(graph.Place, []string{"Russia"}, []string{"Moscow"}),
		usa:       graph.NewActor(graph.Place, []string{"United States"}, nil),
		observers: graph.NewActor(graph.Group, []string{"Observers"}, nil),
	}
	s.pankin.Keys = []string{"name:pankin", "title:deputy foreign minister"}
	s.lavrov.Keys = []string{"name:lavrov"}
	at := time.Date(2023, 4, 18, 9, 30, 0, 123456000, time.UTC)
	s.report = newReport("https://example.org/invited", "Lavrov invites Blinken", storyText, at, s.tass.ID)
	s.report.Given, s.report.Author, s.report.Wire, s.report.Credit = "n-1", "A. Writer", "TASS", "with AP"
	s.report.Extra = `{"section":"world","tags":["un"]}`
	s.reply = newReport("https://example.org/denied", "Washington denies", replyText, at.Add(time.Hour), s.reuters.ID)

	s.pankin.Roles = []graph.Role{role(s.report, "deputy foreign minister", s.russia.ID, "the deputy foreign minister of Russia")}
	s.antonov.Roles = []graph.Role{role(s.report, "ambassador", s.russia.ID, "ambassador of Russia to the United States")}
	s.lavrov.Roles = []graph.Role{{Title: "minister", Since: at.AddDate(-19, 0, 0), Evidence: []graph.Evidence{quote(s.report, "Lavrov")}}}

	claim := func(r *graph.Report, words string) *graph.Claim {
		return graph.NewClaim([]graph.Form{{Text: words, First: r.Published}})
	}
	s.invitation = claim(s.report, "Lavrov invited Blinken to Security Council meetings on April 24 and 25")
	s.cool = claim(s.report, "Russia could face a cool reception")
	s.watched = claim(s.report, "Moscow would closely observe how the warning is expressed")
	s.threat = claim(s.reply, "Lavrov had been threatened")
	s.invitation.Keys = []string{"k:24", "k:invited"}
	s.cool.Keys = []string{"k:cool"}

	s.agency = said(s.report, 0, s.tass, "TASS", "reported", s.invitation, graph.Asserts, nil)
	s.deputy = said(s.report, 1, s.pankin, "Pankin", "citing", s.invitation, graph.Asserts, s.agency)
	s.warning = said(s.report, 2, s.state, "The State Department", "warned", s.cool, graph.Predicts, nil)
	s.promise = said(s.report, 3, s.antonov, "Antonov", "said", s.watched, graph.Promises, nil)
	s.denial = said(s.reply, 0, s.state, "The State Department", "denied", s.threat, graph.Denies, nil)
	s.promise.Quotation, s.promise.Confidence = graph.Mixed, 0.5

	s.invited = did(s.report, 0, s.lavrov, "INVITED", s.blinken, "Lavrov invited Blinken", s.deputy)
	s.invited.Class, s.invited.Modality = "CONSULT", graph.Planned
	s.talks = did(s.report, 1, s.lavrov, "HELD_TALKS", s.antonov, "Lavrov held talks with Antonov", nil)
	s.talks.Polarity, s.talks.Confidence = graph.Negated, 0.25

	s.batch = graph.Batch{
		Actors: []*graph.Actor{s.lavrov, s.blinken, s.tass, s.reuters, s.pankin, s.antonov, s.state, s.russia, s.usa, s.observers},
		// Out of order on purpose: references run both ways inside a batch.
		Reports: []*graph.Report{s.reply, s.report},
		Mentions: []graph.Mention{
			{Actor: s.lavrov.ID, Evidence: quote(s.report, "Lavrov")},
			{Actor: s.blinken.ID, Evidence: quote(s.report, "Blinken")},
			{Actor: s.tass.ID, Evidence: quote(s.report, "TASS")},
			{Actor: s.pankin.ID, Evidence: quote(s.report, "Pankin")},
			{Actor: s.pankin.ID, Evidence: quote(s.report, "the deputy foreign minister")},
			{Actor: s.state.ID, Evidence: quote(s.reply, "The State Department")},
			{Actor: s.lavrov.ID, Evidence: quote(s.reply, "Lavrov")},
		},
		Attributions: []*graph.Attribution{s.deputy, s.agency, s.warning, s.promise, s.denial},
		Relations:    []*graph.Relation{s.talks, s.invited},
		Claims:       []*graph.Claim{s.invitation, s.cool, s.watched, s.threat},
	}
	return s
}

func newReport(url, title, text string, at time.Time, outlet graph.ID) *graph.Report {
	return &graph.Report{
		ID: graph.ReportID(url, text), URL: url, Title: title, Text: text, Published: at, Outlet: outlet,
		Language: "en", Hash: graph.Hash(text),
	}
}

// quote is where the words stand first in the report's text.
func quote(r *graph.Report, words string) graph.Evidence {
	at := strings.Index(r.Text, words)
	if at < 0 {
		panic(fmt.Sprintf("graphtest: %q is not in the report", words))
	}
	return graph.Evidence{Report: r.ID, Span: graph.Span{Start: at, End: at + len(words)}, Quote: words}
}

func role(r *graph.Report, title string, of graph.ID, words string) graph.Role {
	return graph.Role{Title: title, Of: of, Evidence: []graph.Evidence{quote(r, words)}}
}

func said(r *graph.Report, order int, source *graph.Actor, name, cue string, c *graph.Claim, stance graph.Stance, via *graph.Attribution) *graph.Attribution {
	a := &graph.Attribution{
		Report: r.ID, Order: order, Sources: []graph.ID{source.ID}, Claim: c.ID, Stance: stance,
		Source: []graph.Evidence{quote(r, name)}, Cue: []graph.Evidence{quote(r, cue)}, Content: []graph.Evidence{quote(r, c.Text)},
		Quotation: graph.Indirect, Confidence: 0.9,
	}
	if via != nil {
		a.Via = via.ID
	}
	a.ID = graph.AttributionID(r.ID, a.Source, a.Cue, a.Content)
	return a
}

func did(r *graph.Report, order int, subject *graph.Actor, predicate string, object *graph.Actor, words string, by *graph.Attribution) *graph.Relation {
	e := quote(r, words)
	rel := &graph.Relation{
		ID:     graph.RelationID(r.ID, e.Span, predicate, e.Span),
		Report: r.ID, Order: order, Subject: subject.ID, Predicate: predicate, Object: object.ID,
		Polarity: graph.Affirmed, Modality: graph.Actual, Evidence: []graph.Evidence{e}, Confidence: 0.75,
	}
	if by != nil {
		rel.AssertedBy = by.ID
	}
	return rel
}

// actors are n plain ones, whose names begin with the word given.
func actors(word string, n int) []*graph.Actor {
	list := make([]*graph.Actor, n)
	for i := range list {
		list[i] = graph.NewActor(graph.Person, []string{fmt.Sprintf("%s %d", word, i)}, nil)
	}
	return list
}
