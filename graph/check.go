package graph

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

// Check answers ErrInvalid, with the reason, when the batch by itself breaks the model: an ID of the wrong
// kind or twice, text that is not UTF-8, an edge without evidence, evidence that is not the report's words (where the report is in the batch).
func (b Batch) Check() error {
	seen := map[ID]bool{}
	text := map[ID]string{}
	bad := func(id ID, format string, args ...any) error {
		return fmt.Errorf("%w: batch: %s: %s", ErrInvalid, id, fmt.Sprintf(format, args...))
	}
	for _, r := range b.Reports {
		text[r.ID] = r.Text
	}
	proof := func(id ID, list []Evidence) error {
		if len(list) == 0 {
			return bad(id, "no evidence")
		}
		for _, e := range list {
			if e.Report.Kind() != ReportKind {
				return bad(id, "evidence in no report")
			}
			if t, ok := text[e.Report]; ok && (!e.Span.In(t) || t[e.Span.Start:e.Span.End] != e.Quote) {
				return bad(id, "evidence %s is not the words of report %s", e.Span, e.Report)
			}
		}
		return nil
	}
	is := func(id ID, k Kind, refs ...ID) error {
		for _, r := range refs {
			if r != "" && r.Kind() != k {
				return bad(id, "refers to %q as %s", r, k)
			}
		}
		return nil
	}
	for _, n := range b.Nodes() {
		id := n.NodeID()
		if seen[id] {
			return bad(id, "twice in one batch")
		}
		seen[id] = true
		if !isUTF8(n) {
			return bad(id, "text that is not UTF-8")
		}
		var errs []error
		switch n := n.(type) {
		case *Report:
			errs = append(errs, is(id, ReportKind, id, n.Revises), is(id, ActorKind, n.Outlet))
		case *Actor:
			errs = append(errs, is(id, ActorKind, id), is(id, ActorKind, n.MergedFrom...))
			for _, r := range n.Roles {
				errs = append(errs, is(id, ActorKind, r.Of), proof(id, r.Evidence))
			}
		case *Attribution:
			errs = append(errs, is(id, AttributionKind, id, n.Via), is(id, ReportKind, n.Report), is(id, ClaimKind, n.Claim), is(id, ActorKind, n.Sources...), proof(id, n.Content))
			if n.Report == "" || n.Claim == "" {
				errs = append(errs, bad(id, "no report or no claim"))
			}
			if len(n.Source) > 0 {
				errs = append(errs, proof(id, n.Source))
			}
			if len(n.Cue) > 0 {
				errs = append(errs, proof(id, n.Cue))
			}
		case *Relation:
			errs = append(errs, is(id, RelationKind, id), is(id, ReportKind, n.Report), is(id, ActorKind, n.Subject, n.Object), is(id, AttributionKind, n.AssertedBy), proof(id, n.Evidence))
			if n.Report == "" || n.Subject == "" || n.Object == "" {
				errs = append(errs, bad(id, "no report, subject or object"))
			}
		case *Claim:
			errs = append(errs, is(id, ClaimKind, id), is(id, ClaimKind, n.MergedFrom...))
			if len(n.Forms) == 0 {
				errs = append(errs, bad(id, "no form"))
			}
		}
		if id.Kind() == 0 {
			errs = append(errs, bad(id, "not an ID"))
		}
		if err := errors.Join(errs...); err != nil {
			return err
		}
	}
	for _, m := range b.Mentions {
		if _, ok := text[m.Evidence.Report]; !ok {
			return bad(m.Evidence.Report, "a mention whose report is not in the batch")
		}
		if err := errors.Join(is(m.Evidence.Report, ActorKind, m.Actor), proof(m.Evidence.Report, []Evidence{m.Evidence})); err != nil {
			return err
		}
	}
	for _, id := range b.Remove {
		if seen[id] || id.Kind() == 0 {
			return bad(id, "put and removed, or not an ID")
		}
	}
	return nil
}

// isUTF8 tells whether all text of the node is.
func isUTF8(n Node) bool {
	ok := true
	check := func(list ...string) {
		for _, s := range list {
			ok = ok && utf8.ValidString(s)
		}
	}
	proof := func(list []Evidence) {
		for _, e := range list {
			check(string(e.Report), e.Quote)
		}
	}
	switch n := n.(type) {
	case *Report:
		check(n.Given, n.URL, n.Title, n.Text, n.Language, n.Author, n.Wire, n.Credit, n.Hash, n.Extra)
	case *Actor:
		check(string(n.Type), n.Name)
		check(n.Aliases...)
		check(n.Keys...)
		for _, r := range n.Roles {
			check(r.Title)
			proof(r.Evidence)
		}
	case *Attribution:
		check(string(n.Quotation), string(n.Stance))
		proof(n.Source)
		proof(n.Cue)
		proof(n.Content)
	case *Claim:
		check(n.Text)
		check(n.Keys...)
		for _, f := range n.Forms {
			check(f.Text, f.Resolved)
		}
	case *Relation:
		check(n.Predicate, n.Class, string(n.Polarity), string(n.Modality))
		proof(n.Evidence)
	}
	return ok
}
