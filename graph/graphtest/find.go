package graphtest

import (
	"fmt"
	"strings"
	"time"

	"github.com/whence-graph/whence/graph"
)

type idList = []graph.ID

func findHappened(t *test) {
	y := newStory()
	s := t.open()
	var at []int64 // the generation after each step
	put := func(b graph.Batch) {
		t.Helper()
		t.put(s, b)
		at = append(at, t.generation(s))
	}
	find := func(kind graph.Kind, past, upTo int64, want ...graph.ID) {
		t.Helper()
		t.finds(s, graph.NodeQuery{Kind: kind, Past: past, UpTo: upTo}, want...)
	}
	put(graph.Batch{})
	put(y.batch)
	reports, claims := idList{y.report.ID, y.reply.ID}, idList{y.invitation.ID, y.cool.ID, y.watched.ID, y.threat.ID}
	find(graph.ReportKind, at[0], at[1], reports...)
	find(graph.ReportKind, 0, at[0])
	find(graph.ReportKind, at[1], 0)
	find(graph.ClaimKind, at[0], 0, claims...)
	find(graph.ClaimKind, at[1], 0)

	put(y.batch) // again, which is nothing
	find(graph.ClaimKind, at[1], 0)

	y.report.Title = "Lavrov asks Blinken" // it was there, and nobody says anything else in it
	put(graph.Batch{Reports: []*graph.Report{y.report}})
	find(graph.ReportKind, at[1], 0)
	find(graph.ReportKind, at[0], at[1], reports...)
	find(graph.ClaimKind, at[1], 0)

	y.warning.Claim = y.watched.ID // of both, the one left and the one come to
	put(graph.Batch{Attributions: []*graph.Attribution{y.warning}})
	find(graph.ClaimKind, at[3], 0, y.cool.ID, y.watched.ID)
	y.promise.Confidence /= 2
	put(graph.Batch{Attributions: []*graph.Attribution{y.promise}})
	find(graph.ClaimKind, at[3], at[4], y.cool.ID)
	find(graph.ClaimKind, at[4], at[5], y.watched.ID)
	find(graph.ClaimKind, 0, at[1], y.invitation.ID, y.threat.ID)
	t.finds(s, graph.NodeQuery{Kind: graph.ClaimKind, Past: at[3], Actors: idList{y.antonov.ID}}, y.watched.ID)
	t.finds(s, graph.NodeQuery{Kind: graph.ReportKind, Past: at[0], Outlets: idList{y.tass.ID}}, y.report.ID)
	t.finds(s, graph.NodeQuery{Kind: graph.ClaimKind, Past: at[3], Text: "observe"}, y.watched.ID)

	put(graph.Batch{Remove: idList{y.denial.ID}})
	find(graph.ClaimKind, at[5], 0, y.threat.ID)
	one := graph.NewClaim([]graph.Form{y.cool.Forms[0], y.threat.Forms[0]})
	put(graph.Batch{Claims: []*graph.Claim{one}}) // two merge, and one of the IDs is theirs
	find(graph.ClaimKind, at[6], 0, one.ID)
	put(graph.Batch{Attributions: []*graph.Attribution{y.agency}}) // as it was
	find(graph.ClaimKind, at[7], 0)

	other := t.open() // and all of it was noted
	t.finds(other, graph.NodeQuery{Kind: graph.ClaimKind, Past: at[6]}, one.ID)
	put(graph.Batch{Remove: idList{y.reply.ID}})
	put(graph.Batch{Reports: []*graph.Report{y.reply}}) // which was gone, and comes anew
	t.finds(other, graph.NodeQuery{Kind: graph.ReportKind, Past: at[8]}, y.reply.ID)
}

func findReports(t *test) {
	y := newStory()
	untold := newReport("https://example.org/untold", "Untold", "No time is told.", time.Time{}, "")
	notice := newReport("https://example.org/notice", "Correction: the bridge", "It is open.", time.Time{}, "")
	notice.Ingested = y.reply.Published
	s := t.openWith(y.batch, graph.Batch{Reports: []*graph.Report{untold, notice}})
	report, reply := y.report.ID, y.reply.ID
	first, second := y.report.Published, y.reply.Published
	find := func(q graph.NodeQuery, want ...graph.ID) {
		t.Helper()
		q.Kind = graph.ReportKind
		t.finds(s, q, want...)
	}
	find(graph.NodeQuery{}, report, reply, untold.ID, notice.ID)
	find(graph.NodeQuery{URLs: []string{y.reply.URL}}, reply)
	find(graph.NodeQuery{URLs: []string{y.reply.URL, "https://example.org", y.report.URL}}, report, reply)
	find(graph.NodeQuery{URLs: []string{strings.ToUpper(y.reply.URL)}})
	find(graph.NodeQuery{Outlets: idList{y.tass.ID}}, report)
	find(graph.NodeQuery{Outlets: idList{y.tass.ID, y.reuters.ID}}, report, reply)
	find(graph.NodeQuery{Outlets: idList{y.pankin.ID}})
	find(graph.NodeQuery{Actors: idList{y.pankin.ID}}, report)
	find(graph.NodeQuery{Actors: idList{y.lavrov.ID}}, report, reply)
	find(graph.NodeQuery{Actors: idList{y.observers.ID}})
	find(graph.NodeQuery{Text: "reception"}, report)
	find(graph.NodeQuery{Text: "denies"}, reply) // in the title
	find(graph.NodeQuery{Text: "lavrov department"}, report, reply)
	find(graph.NodeQuery{Since: first}, report, reply)
	find(graph.NodeQuery{Since: first.Add(time.Microsecond)}, reply)
	find(graph.NodeQuery{Until: second}, report)
	find(graph.NodeQuery{Until: second.Add(time.Microsecond)}, report, reply)
	find(graph.NodeQuery{Until: first})
	find(graph.NodeQuery{Since: first, Until: second}, report)
	find(graph.NodeQuery{Since: first.In(time.FixedZone("away", 3600)), Until: second}, report)
	find(graph.NodeQuery{Since: second, Until: first})
	find(graph.NodeQuery{Actors: idList{y.lavrov.ID}, Outlets: idList{y.reuters.ID}, Since: first, Text: "threatened", URLs: []string{y.reply.URL}}, reply)
	find(graph.NodeQuery{Actors: idList{y.pankin.ID}, Outlets: idList{y.reuters.ID}})
	find(graph.NodeQuery{Keys: graph.CopyKeys(y.report.Text)[:1]}, report)
	find(graph.NodeQuery{Keys: []string{graph.NoticeKey}}, notice.ID)
	find(graph.NodeQuery{Keys: []string{graph.NoticeKey}, URLs: []string{y.reply.URL}})
	find(graph.NodeQuery{IngestedBy: notice.Ingested}, notice.ID)
	find(graph.NodeQuery{IngestedBy: notice.Ingested.Add(-time.Microsecond)})
	find(graph.NodeQuery{IngestedBy: notice.Ingested.Add(time.Hour), Outlets: idList{y.tass.ID}})
	notice.Title = "The bridge"
	s = t.openWith(graph.Batch{Reports: []*graph.Report{notice}})
	find(graph.NodeQuery{Keys: []string{graph.NoticeKey}})
}

func findActors(t *test) {
	y := newStory()
	s := t.openWith(y.batch)
	find := func(q graph.NodeQuery, want ...graph.ID) {
		t.Helper()
		q.Kind = graph.ActorKind
		t.finds(s, q, want...)
	}
	find(graph.NodeQuery{Types: []graph.ActorType{graph.Person}}, y.lavrov.ID, y.blinken.ID, y.pankin.ID, y.antonov.ID)
	find(graph.NodeQuery{Types: []graph.ActorType{graph.Group, graph.Outlet}}, y.observers.ID, y.tass.ID, y.reuters.ID)
	find(graph.NodeQuery{Types: []graph.ActorType{graph.Document}})
	find(graph.NodeQuery{Keys: []string{"name:pankin"}}, y.pankin.ID)
	find(graph.NodeQuery{Keys: []string{"name:pankin", "title:deputy foreign minister"}}, y.pankin.ID)
	find(graph.NodeQuery{Keys: []string{"name:lavrov", "title:deputy foreign minister"}}, y.pankin.ID, y.lavrov.ID)
	find(graph.NodeQuery{Keys: []string{"name:"}})
	find(graph.NodeQuery{Reports: idList{y.reply.ID}}, y.state.ID, y.lavrov.ID)
	find(graph.NodeQuery{Reports: idList{y.reply.ID, y.report.ID}}, y.state.ID, y.lavrov.ID, y.blinken.ID, y.tass.ID, y.pankin.ID)
	find(graph.NodeQuery{Text: "pankin"}, y.pankin.ID)
	find(graph.NodeQuery{Text: "minister"}, y.pankin.ID, y.lavrov.ID) // in a role
	find(graph.NodeQuery{Text: "moscow"}, y.russia.ID)                // an alias
	find(graph.NodeQuery{Text: "sergey", Types: []graph.ActorType{graph.Person}, Reports: idList{y.reply.ID}, Keys: []string{"name:lavrov"}}, y.lavrov.ID)
	find(graph.NodeQuery{Text: "sergey", Types: []graph.ActorType{graph.Place}})
}

func findAttributions(t *test) {
	y := newStory()
	s := t.openWith(y.batch)
	find := func(q graph.NodeQuery, want ...graph.ID) {
		t.Helper()
		q.Kind = graph.AttributionKind
		t.finds(s, q, want...)
	}
	find(graph.NodeQuery{}, y.agency.ID, y.deputy.ID, y.warning.ID, y.promise.ID, y.denial.ID)
	find(graph.NodeQuery{Outlets: idList{y.reuters.ID}}, y.denial.ID)
	find(graph.NodeQuery{Reports: idList{y.report.ID}}, y.agency.ID, y.deputy.ID, y.warning.ID, y.promise.ID)
	find(graph.NodeQuery{Actors: idList{y.state.ID}}, y.warning.ID, y.denial.ID)
	find(graph.NodeQuery{Actors: idList{y.state.ID, y.antonov.ID}}, y.warning.ID, y.denial.ID, y.promise.ID)
	find(graph.NodeQuery{Claims: idList{y.invitation.ID}}, y.agency.ID, y.deputy.ID)
	find(graph.NodeQuery{Claims: idList{y.invitation.ID, y.threat.ID}}, y.agency.ID, y.deputy.ID, y.denial.ID)
	find(graph.NodeQuery{Stances: []graph.Stance{graph.Denies}}, y.denial.ID)
	find(graph.NodeQuery{Stances: []graph.Stance{graph.Denies, graph.Predicts}}, y.denial.ID, y.warning.ID)
	find(graph.NodeQuery{Quotations: []graph.Quotation{graph.Mixed}}, y.promise.ID)
	find(graph.NodeQuery{Quotations: []graph.Quotation{graph.Direct}})
	find(graph.NodeQuery{MinConfidence: 0.5}, y.agency.ID, y.deputy.ID, y.warning.ID, y.promise.ID, y.denial.ID)
	find(graph.NodeQuery{MinConfidence: 0.9}, y.agency.ID, y.deputy.ID, y.warning.ID, y.denial.ID)
	find(graph.NodeQuery{MinConfidence: 0.91})
	find(graph.NodeQuery{Since: y.reply.Published}, y.denial.ID)
	find(graph.NodeQuery{Until: y.reply.Published}, y.agency.ID, y.deputy.ID, y.warning.ID, y.promise.ID)
	find(graph.NodeQuery{Text: "security council"}, y.agency.ID, y.deputy.ID)
	find(graph.NodeQuery{Text: "pankin"}) // the source is not the content
	find(graph.NodeQuery{Actors: idList{y.state.ID}, Stances: []graph.Stance{graph.Denies, graph.Asserts}, Outlets: idList{y.reuters.ID}, Since: y.report.Published}, y.denial.ID)
	find(graph.NodeQuery{Actors: idList{y.state.ID}, Outlets: idList{y.tass.ID}, Stances: []graph.Stance{graph.Denies}})
}

func findClaims(t *test) {
	y := newStory()
	// The agency's claim is denied, with little confidence, by its own outlet's rival; and nobody states the last.
	denial := said(y.reply, 5, y.blinken, "Lavrov", "reported", y.threat, graph.Denies, nil)
	denial.Claim, denial.Confidence, denial.Quotation = y.invitation.ID, 0.2, graph.Direct
	unstated := graph.NewClaim([]graph.Form{{Text: "Nobody states this", First: y.report.Published}})
	unstated.Keys = []string{"k:24"}
	s := t.openWith(y.batch, graph.Batch{Attributions: []*graph.Attribution{denial}, Claims: []*graph.Claim{unstated}})
	find := func(q graph.NodeQuery, want ...graph.ID) {
		t.Helper()
		q.Kind = graph.ClaimKind
		t.finds(s, q, want...)
	}
	find(graph.NodeQuery{}, y.invitation.ID, y.cool.ID, y.watched.ID, y.threat.ID, unstated.ID)
	find(graph.NodeQuery{Keys: []string{"k:24"}}, y.invitation.ID, unstated.ID)
	find(graph.NodeQuery{Keys: []string{"k:invited", "k:cool"}}, y.invitation.ID, y.cool.ID)
	find(graph.NodeQuery{Outlets: idList{y.reuters.ID}}, y.threat.ID, y.invitation.ID)
	find(graph.NodeQuery{Reports: idList{y.report.ID}}, y.invitation.ID, y.cool.ID, y.watched.ID)
	find(graph.NodeQuery{Actors: idList{y.state.ID}}, y.cool.ID, y.threat.ID)
	find(graph.NodeQuery{Actors: idList{y.pankin.ID, y.tass.ID}}, y.invitation.ID)
	find(graph.NodeQuery{Stances: []graph.Stance{graph.Denies}}, y.threat.ID, y.invitation.ID)
	find(graph.NodeQuery{Quotations: []graph.Quotation{graph.Mixed, graph.Direct}}, y.watched.ID, y.invitation.ID)
	find(graph.NodeQuery{MinConfidence: 0.9}, y.invitation.ID, y.cool.ID, y.threat.ID)
	find(graph.NodeQuery{Since: y.reply.Published}, y.threat.ID, y.invitation.ID) // when stated, not when first stated
	find(graph.NodeQuery{Until: y.reply.Published}, y.invitation.ID, y.cool.ID, y.watched.ID)
	find(graph.NodeQuery{Text: "observe closely"}, y.watched.ID)
	find(graph.NodeQuery{Text: "nobody", Keys: []string{"k:24"}}, unstated.ID)
	find(graph.NodeQuery{Text: "nobody", MinConfidence: 0.1})

	// Of one and the same attribution: TASS published the claim and Blinken denied it, but not there.
	find(graph.NodeQuery{Actors: idList{y.blinken.ID}, Outlets: idList{y.reuters.ID}}, y.invitation.ID)
	find(graph.NodeQuery{Actors: idList{y.blinken.ID}, Outlets: idList{y.tass.ID}})
	find(graph.NodeQuery{Actors: idList{y.blinken.ID}, Reports: idList{y.report.ID}})
	find(graph.NodeQuery{Actors: idList{y.tass.ID}, Stances: []graph.Stance{graph.Denies}})
	find(graph.NodeQuery{Actors: idList{y.blinken.ID}, MinConfidence: 0.3})
	find(graph.NodeQuery{Actors: idList{y.blinken.ID}, MinConfidence: 0.2}, y.invitation.ID)
	find(graph.NodeQuery{Stances: []graph.Stance{graph.Denies}, Until: y.reply.Published})
	find(graph.NodeQuery{Quotations: []graph.Quotation{graph.Direct}, Reports: idList{y.report.ID}})
	find(graph.NodeQuery{Outlets: idList{y.reuters.ID}, MinConfidence: 0.5}, y.threat.ID)
	find(graph.NodeQuery{Keys: []string{"k:24"}, Actors: idList{y.blinken.ID}, Reports: idList{y.reply.ID}, Text: "blinken", Since: y.reply.Published}, y.invitation.ID)
}

func findRelations(t *test) {
	y := newStory()
	s := t.openWith(y.batch)
	invited, talks := y.invited.ID, y.talks.ID
	find := func(q graph.NodeQuery, want ...graph.ID) {
		t.Helper()
		q.Kind = graph.RelationKind
		t.finds(s, q, want...)
	}
	find(graph.NodeQuery{}, invited, talks)
	find(graph.NodeQuery{Predicates: []string{"INVITED"}}, invited)
	find(graph.NodeQuery{Predicates: []string{"INVITED", "HELD_TALKS"}}, invited, talks)
	find(graph.NodeQuery{Predicates: []string{"invited"}})
	find(graph.NodeQuery{Actors: idList{y.lavrov.ID}}, invited, talks)
	find(graph.NodeQuery{Actors: idList{y.blinken.ID}}, invited)
	find(graph.NodeQuery{Actors: idList{y.antonov.ID, y.usa.ID}}, talks)
	find(graph.NodeQuery{Polarities: []graph.Polarity{graph.Negated}}, talks)
	find(graph.NodeQuery{Polarities: graph.Polarities}, invited, talks)
	find(graph.NodeQuery{Modalities: []graph.Modality{graph.Planned, graph.Possible}}, invited)
	find(graph.NodeQuery{AssertedBy: idList{y.deputy.ID}}, invited)
	find(graph.NodeQuery{AssertedBy: idList{y.agency.ID}})
	find(graph.NodeQuery{Outlets: idList{y.tass.ID}}, invited, talks)
	find(graph.NodeQuery{Outlets: idList{y.reuters.ID}})
	find(graph.NodeQuery{Reports: idList{y.report.ID}}, invited, talks)
	find(graph.NodeQuery{Reports: idList{y.reply.ID}})
	find(graph.NodeQuery{MinConfidence: 0.5}, invited)
	find(graph.NodeQuery{Since: y.report.Published, Until: y.reply.Published}, invited, talks)
	find(graph.NodeQuery{Since: y.reply.Published})
	find(graph.NodeQuery{Text: "held"}, talks)
	find(graph.NodeQuery{Text: "invited blinken"}, invited)
	find(graph.NodeQuery{Actors: idList{y.lavrov.ID}, Modalities: []graph.Modality{graph.Actual}, Polarities: []graph.Polarity{graph.Negated}, Text: "talks", Reports: idList{y.report.ID}}, talks)
	find(graph.NodeQuery{Actors: idList{y.lavrov.ID}, Modalities: []graph.Modality{graph.Planned}, Polarities: []graph.Polarity{graph.Negated}})
}

func claims(texts ...string) graph.Batch {
	var b graph.Batch
	for _, text := range texts {
		b.Claims = append(b.Claims, graph.NewClaim([]graph.Form{{Text: text}}))
	}
	return b
}

func findWords(t *test) {
	texts := []string{
		"Mr. O'Neil's visit cost 14.5 million",    // 0
		"ŁÓDŹ and Straße, Ærø and Đà Nẵng",        // 1
		"the visit was cancelled by 14 ministers", // 2
		"visiting hours", // 3
		"Лавров пригласил Блинкена",                // 4
		"拉夫罗夫 邀请 布林肯",                              // 5
		"नमस्ते दुनिया",                            // 6
		"وزير الخارجية",                            // 7
		"twice twice",                              // 8
		"an-other 𝔸𐍈 number٣ e\u0301tude NATO-led", // 9
	}
	b := claims(texts...)
	s := t.openWith(b)
	for _, c := range []struct {
		text string
		want []int
	}{
		{"visit", []int{0, 2}},
		{"VISIT cost", []int{0}},
		{"cost visit", []int{0}},
		{"oneil", []int{0}},
		{"O’Neil", []int{0}},
		{"14", []int{0, 2}},
		{"lodz", []int{1}},
		{"Łódź strasse", []int{1}},
		{"aero da nang", []int{1}},
		{"visi", nil},
		{"лавров", []int{4}},
		{"ЛАВРОВ блинкена", []int{4}},
		{"邀请", []int{5}},
		{"नमस्ते", []int{6}},
		{"وزير", []int{7}},
		{"twice", []int{8}},
		{"twice twice twice", []int{8}},
		{"other", []int{9}},
		{"an other", []int{9}},
		{"𝔸𐍈", []int{9}},
		{"étude", []int{9}},
		{"nato", []int{9}},
		{"visit nowhere", nil},
		{"?! ..", []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}}, // no word asks nothing
	} {
		var want []graph.ID
		for _, i := range c.want {
			want = append(want, b.Claims[i].ID)
		}
		t.finds(s, graph.NodeQuery{Kind: graph.ClaimKind, Text: c.text}, want...)
	}

	long := strings.Repeat("longword", 20)
	more := claims("a "+long+" in it", "a "+long+"er in it")
	t.put(s, more)
	t.finds(s, graph.NodeQuery{Kind: graph.ClaimKind, Text: long}, more.Claims[0].ID)

	var many []string
	for i := range 300 {
		many = append(many, fmt.Sprintf("word%d", i))
	}
	speech := claims(strings.Join(many, " "), strings.Join(many[1:], " "))
	t.put(s, speech)
	t.finds(s, graph.NodeQuery{Kind: graph.ClaimKind, Text: strings.Join(many, ", ")}, speech.Claims[0].ID)
}

func findSyntax(t *test) {
	b := claims("this and that or not near", "plain words only", "text column forms", "claims kind id")
	s := t.openWith(b)
	for text, want := range map[string][]int{
		"AND": {0}, "OR": {0}, "NOT": {0}, "NEAR": {0}, "this NOT plain": nil, "plain OR this": nil, "NEAR(this that)": {0},
		`"words plain"`: {1}, "pla*": nil, "plain*": {1}, "text:plain": nil, "text:forms": {2}, "-plain": {1}, "^words": {1},
		"forms:text": {2}, "{text}:column": {2}, "plain~": {1}, "+plain -only": {1}, "(plain": {1}, `"`: {0, 1, 2, 3}, `\plain\`: {1}, "kind:claims": {3},
		"plain && words": {1}, "[a TO z]": nil, "pl?in": nil, "'; --": {0, 1, 2, 3},
	} {
		var list []graph.ID
		for _, i := range want {
			list = append(list, b.Claims[i].ID)
		}
		t.finds(s, graph.NodeQuery{Kind: graph.ClaimKind, Text: text}, list...)
	}
}
