package schema

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/graphql-go/graphql/gqlerrors"

	"github.com/whence-graph/whence/graph"
)

// Code tells a program what kind of error it has to do with: extensions.code of an error.
type Code string

// The codes.
const (
	Syntax      Code = "SYNTAX"      // the query cannot be read
	Invalid     Code = "INVALID"     // the query, an argument or a variable does not fit the schema
	NotFound    Code = "NOT_FOUND"   // something named in an argument is not in the store
	TooLarge    Code = "TOO_LARGE"   // too many bytes, words, selections
	TooDeep     Code = "TOO_DEEP"    // selections inside selections
	TooCostly   Code = "TOO_COSTLY"  // it would touch too much of the graph at once
	Timeout     Code = "TIMEOUT"     // it took too long
	Cancelled   Code = "CANCELLED"   // the client went away
	Busy        Code = "BUSY"        // too many queries at once
	Unavailable Code = "UNAVAILABLE" // the store does not answer at present
	Internal    Code = "INTERNAL"    // a fault of ours
	Refused     Code = "REFUSED"     // not a request that this address answers
)

// Location is a place in the query, counted from 1.
type Location struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

// Error is an error as the client sees it. Its message is written for the analyst and never holds the text of
// an error from below.
type Error struct {
	Message    string     `json:"message"`
	Locations  []Location `json:"locations,omitempty"`
	Path       []any      `json:"path,omitempty"` // to the field that failed
	Extensions struct {
		Code Code `json:"code"`
	} `json:"extensions"`
}

// Error is the message.
func (e *Error) Error() string { return e.Message }

// Code is Extensions.Code.
func (e *Error) Code() Code { return e.Extensions.Code }

func newError(c Code, message string) *Error {
	e := &Error{Message: message}
	e.Extensions.Code = c
	return e
}

func errorf(c Code, format string, args ...any) *Error {
	return newError(c, fmt.Sprintf(format, args...))
}

// publish turns any error into one that the client may see, and hands the real one to OnError, once: what
// is published already passes as it is.
func (q *request) publish(ctx context.Context, err error) *Error {
	var public *Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &public):
		return public
	case ctx.Err() != nil:
		return ended(ctx)
	case errors.Is(err, graph.ErrNotFound):
		return newError(NotFound, "no node answers to this ID")
	case errors.Is(err, graph.ErrInvalid):
		return newError(Invalid, "the store cannot carry this out with these arguments")
	case errors.Is(err, graph.ErrUnavailable):
		q.onError(ctx, err)
		return newError(Unavailable, "the store does not answer at present; try again later")
	}
	q.onError(ctx, err)
	return newError(Internal, "internal error")
}

// ended tells why a context is over.
func ended(ctx context.Context) *Error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return newError(Timeout, "the query took too long; ask for less at once")
	}
	return newError(Cancelled, "the query was given up")
}

// panicked is the error for what recover gave.
func panicked(r any) error { return fmt.Errorf("panic: %v\n%s", r, debug.Stack()) }

// The most errors that one answer names, and the most bytes of a message.
const (
	maxErrors  = 20
	maxMessage = 400
)

// translate turns graphql-go's errors into ours. Those that carry no Error come from reading and checking
// the query, and are about it alone.
func (s *script) translate(c Code, list []gqlerrors.FormattedError, hints bool) []*Error {
	var out []*Error
	for _, f := range inOrder(list) {
		e := original(f)
		if e == nil {
			e = newError(c, sentence(explained(f.Message), hints))
		}
		e = &Error{Message: e.Message, Extensions: e.Extensions, Path: f.Path}
		for _, l := range f.Locations {
			e.Locations = append(e.Locations, s.origin(l.Column-1)) // see parse
		}
		out = append(out, e)
	}
	return out
}

// inOrder are the first errors by their place in the query, then by their place in the answer: they come
// in no order, and may be many.
func inOrder(list []gqlerrors.FormattedError) []gqlerrors.FormattedError {
	at := func(f gqlerrors.FormattedError) int {
		if len(f.Locations) == 0 {
			return 0
		}
		return f.Locations[0].Column
	}
	slices.SortStableFunc(list, func(a, b gqlerrors.FormattedError) int {
		if c := cmp.Compare(at(a), at(b)); c != 0 {
			return c
		}
		return slices.CompareFunc(a.Path, b.Path, func(x, y any) int {
			i, isNumber := x.(int)
			j, areNumbers := y.(int)
			if isNumber && areNumbers {
				return cmp.Compare(i, j)
			}
			return strings.Compare(fmt.Sprint(x), fmt.Sprint(y))
		})
	})
	return list[:min(len(list), maxErrors)]
}

var expected = regexp.MustCompile(`Expected type "(\w+)", found [^\n]*[^\n.]`)

// explained tells how a value of the type is written that was expected.
func explained(m string) string {
	if found := expected.FindStringSubmatch(m); found != nil {
		if t := schema().Type(found[1]); t != nil {
			return expected.ReplaceAllString(m, "$0"+wanted(t))
		}
	}
	return m
}

// original is the Error that graphql-go has wrapped, if there is one.
func original(err error) *Error {
	for range 8 {
		switch e := err.(type) {
		case *Error:
			return e
		case gqlerrors.FormattedError:
			err = e.OriginalError()
		case *gqlerrors.Error:
			err = e.OriginalError
		default:
			return nil
		}
	}
	return nil
}

// sentence cuts from a message what is too long or, without hints, names what the client did not.
func sentence(m string, hints bool) string {
	if !hints {
		m, _, _ = strings.Cut(m, " Did you mean")
	}
	if len(m) > maxMessage {
		m = strings.ToValidUTF8(m[:maxMessage], "") + " .."
	}
	return m
}

// syntaxMessage takes from "Syntax Error query (1:2) Expected Name, found }\n\n.." what says something.
func syntaxMessage(m string) string {
	m, _, _ = strings.Cut(m, "\n\n")
	if _, after, ok := strings.Cut(m, ") "); ok {
		m = after
	}
	return sentence(m, true)
}
