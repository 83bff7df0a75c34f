package schema

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/graph/sqlite"
)

// story makes a small graph that has everything, after the archetype: an article cites an agency that cites a deputy
// minister, a paper passes the article on, a department denies. One report is a revision, one tells no time.
type story struct {
	graph.Batch
	names map[string]graph.ID
}

func (s *story) actor(kind graph.ActorType, name string, others ...string) *graph.Actor {
	a := graph.NewActor(kind, []string{name}, others)
	s.Actors = append(s.Actors, a)
	s.names[name] = a.ID
	return a
}

func (s *story) report(outlet *graph.Actor, url, published, title, text string) *graph.Report {
	r := &graph.Report{ID: graph.ReportID(url, text), URL: url, Title: title, Text: text, Language: "en", Hash: graph.Hash(text)}
	if published != "" {
		r.Published, _ = time.Parse(time.RFC3339, published)
	}
	if outlet != nil {
		r.Outlet = outlet.ID
	}
	s.Reports = append(s.Reports, r)
	s.names[title] = r.ID
	return r
}

// words are where a report has them.
func words(r *graph.Report, w string) []graph.Evidence {
	at := strings.Index(r.Text, w)
	if at < 0 {
		panic("no " + w + " in " + r.Text)
	}
	return []graph.Evidence{{Report: r.ID, Span: graph.Span{Start: at, End: at + len(w)}, Quote: w}}
}

func (s *story) said(r *graph.Report, source *graph.Actor, sourceWords, cue, content string, c *graph.Claim, st graph.Stance, via *graph.Attribution) *graph.Attribution {
	a := &graph.Attribution{Report: r.ID, Content: words(r, content), Claim: c.ID, Stance: st, Quotation: graph.Indirect, Confidence: 0.9}
	for _, o := range s.Attributions {
		if o.Report == r.ID {
			a.Order++
		}
	}
	if source != nil {
		a.Sources, a.Source = []graph.ID{source.ID}, words(r, sourceWords)
	}
	if cue != "" {
		a.Cue = words(r, cue)
	}
	if via != nil {
		a.Via = via.ID
	}
	a.ID = graph.AttributionID(r.ID, a.Source, a.Cue, a.Content)
	s.Attributions = append(s.Attributions, a)
	return a
}

func (s *story) claim(forms ...graph.Form) *graph.Claim {
	c := graph.NewClaim(forms)
	s.Claims = append(s.Claims, c)
	s.names[c.Text] = c.ID
	return c
}

func (s *story) did(r *graph.Report, subject *graph.Actor, predicate, class string, object *graph.Actor, w string, by *graph.Attribution) *graph.Relation {
	e := words(r, w)
	x := &graph.Relation{ID: graph.RelationID(r.ID, e[0].Span, predicate, e[0].Span), Report: r.ID, Subject: subject.ID, Predicate: predicate, Class: class,
		Object: object.ID, Polarity: graph.Affirmed, Modality: graph.Actual, Evidence: e, Confidence: 0.8}
	for _, o := range s.Relations {
		if o.Report == r.ID {
			x.Order++
		}
	}
	if by != nil {
		x.AssertedBy = by.ID
	}
	s.Relations = append(s.Relations, x)
	return x
}

func (s *story) mention(r *graph.Report, a *graph.Actor, w string) {
	s.Mentions = append(s.Mentions, graph.Mention{Actor: a.ID, Evidence: words(r, w)[0]})
}

func newStory() *story {
	s := &story{names: map[string]graph.ID{}}
	lavrov := graph.NewActor(graph.Person, []string{"Sergei Lavrov", "Sergey Lavrov"}, []string{"Lavrov"})
	s.Actors = append(s.Actors, lavrov)
	s.names["Sergei Lavrov"] = lavrov.ID
	blinken := s.actor(graph.Person, "Antony Blinken", "Blinken")
	pankin := s.actor(graph.Person, "Alexander Pankin", "Pankin")
	antonov := s.actor(graph.Person, "Anatoly Antonov", "Antonov")
	state := s.actor(graph.Organization, "State Department")
	russia := s.actor(graph.Place, "Russia", "Moscow")
	tass := s.actor(graph.Outlet, "TASS")
	wire := s.actor(graph.Outlet, "Meridian Wire")
	post := s.actor(graph.Outlet, "Łódź Post")

	agency := s.report(tass, "https://tass.example/1", "2026-04-10T06:00:00Z", "Приглашение",
		"Лавров пригласил. Lavrov invited Blinken to New York, Pankin said. Russia’s ambassador Antonov promised to watch closely.")
	article := s.report(wire, "https://wire.example/a", "2026-04-10T08:00:00Z", "Lavrov invites Blinken",
		"Lavrov invited Blinken to New York, TASS reported, citing Pankin, the deputy foreign minister of Russia. "+
			"The State Department warned that Russia could face a cool reception. Lavrov did not meet Antonov.")
	article.Author, article.Wire, article.Credit, article.Given = "A. Writer", "TASS", "h/t: The Hill", "n-17"
	article.Extra = `{"section":"world"}`
	again := s.report(wire, "https://wire.example/a", "2026-04-10T09:30:00Z", "Lavrov invites Blinken (updated)",
		"Lavrov invited Blinken to New York, TASS reported, citing Pankin. The State Department denied that any invitation had come.")
	again.Revises = article.ID
	copied := s.report(post, "", "", "Undated", "Blinken has been invited by Lavrov – so Meridian Wire reported.")

	pankin.Roles = []graph.Role{{Title: "deputy foreign minister", Of: russia.ID, Evidence: words(article, "the deputy foreign minister of Russia")}}
	since := time.Date(2017, 9, 1, 0, 0, 0, 0, time.UTC)
	antonov.Roles = []graph.Role{{Title: "ambassador", Of: russia.ID, Since: since, Evidence: words(agency, "Russia’s ambassador")}}

	invited := s.claim(graph.Form{Text: "Lavrov invited Blinken to New York", First: agency.Published}, graph.Form{Text: "Blinken has been invited by Lavrov"})
	watch := s.claim(graph.Form{Text: "to watch closely", First: agency.Published})
	cool := s.claim(graph.Form{Text: "Russia could face a cool reception", First: article.Published})
	came := s.claim(graph.Form{Text: "any invitation had come", First: again.Published})

	first := s.said(agency, pankin, "Pankin", "said", "Lavrov invited Blinken to New York", invited, graph.Asserts, nil)
	s.said(agency, antonov, "Russia’s ambassador Antonov", "promised", "to watch closely", watch, graph.Promises, nil).Quotation = graph.Mixed
	outer := s.said(article, tass, "TASS", "reported", "Lavrov invited Blinken to New York", invited, graph.Asserts, nil)
	inner := s.said(article, pankin, "Pankin", "citing", "Lavrov invited Blinken to New York", invited, graph.Asserts, outer)
	s.said(article, state, "The State Department", "warned", "Russia could face a cool reception", cool, graph.Predicts, nil).Confidence = 0.5
	outer2 := s.said(again, tass, "TASS", "reported", "Lavrov invited Blinken to New York", invited, graph.Asserts, nil)
	s.said(again, pankin, "Pankin", "citing", "Lavrov invited Blinken to New York", invited, graph.Asserts, outer2)
	s.said(again, state, "The State Department", "denied", "any invitation had come", came, graph.Denies, nil)
	s.said(copied, wire, "Meridian Wire", "reported", "Blinken has been invited by Lavrov", invited, graph.Asserts, nil)

	s.did(agency, lavrov, "INVITED", "CONSULT", blinken, "Lavrov invited Blinken", first)
	s.did(article, lavrov, "INVITED", "CONSULT", blinken, "Lavrov invited Blinken", inner)
	s.did(article, lavrov, "MET", "CONSULT", antonov, "Lavrov did not meet Antonov", nil).Polarity = graph.Negated
	s.did(article, state, "WARNED", "", russia, "The State Department warned that Russia", nil).Modality = graph.Possible

	s.mention(agency, lavrov, "Lavrov")
	s.mention(agency, blinken, "Blinken")
	s.mention(agency, antonov, "Antonov")
	s.mention(article, lavrov, "Lavrov")
	s.mention(article, blinken, "Blinken")
	s.mention(article, pankin, "Pankin")
	s.mention(article, pankin, "the deputy foreign minister of Russia")
	s.mention(article, state, "The State Department")
	return s
}

func openStory(t testing.TB) (graph.Store, *story) {
	s := newStory()
	return openStore(t, s.Batch), s
}

// openStore is a store with the batches in it.
func openStore(t testing.TB, batches ...graph.Batch) graph.Store {
	t.Helper()
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "graph.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, b := range batches {
		if err := store.Put(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	return store
}
