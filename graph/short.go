package graph

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Some reports know an actor by a part of its name alone: "Ms Tveskov", "Upland". Such a short name stands for the one actor near the report whose
// full name has that part, and for nobody where there are none or several: it is an actor of its own then, whose Candidates are listed.
// Whoever resolves keeps these states in the actor's keys, so that a later report can find the actor again and change what it stands for.
const (
	partKey    = "part "   // + a part of a full name: borne by who has the full name
	shortKey   = "short "  // + a short name and the month of its report: borne by who is known by that alone
	unsureKey  = "unsure " // + a short name that several near it could be meant by
	reportKey  = "in "     // + the report that knows it so
	settledKey = "settled" // all that the report says of it is said of another
	span       = 30 * 24 * time.Hour
)

// PartKey is the key of those whose full names have a short name (folded) for a part.
func PartKey(name string) string { return partKey + name }

// Month numbers the thirty days of a time of publication, for ShortKey. Times not told have one of their own.
func Month(t time.Time) int {
	if t.IsZero() {
		return -1 << 40
	}
	return int(math.Floor(float64(t.Unix()) / span.Seconds()))
}

// MonthBegins is when such a month begins.
func MonthBegins(month int) time.Time {
	return time.Unix(int64(month)*int64(span/time.Second), 0).UTC()
}

// ShortKey is the key of those known by a short name (folded) in reports of a month.
func ShortKey(name string, month int) string { return shortKey + name + " " + strconv.Itoa(month) }

// UnsureKey is the key of those whose short name (folded) may stand for several.
func UnsureKey(name string) string { return unsureKey + name }

// ShortIn is the key of all that a report knows by a short name only.
func ShortIn(report ID) string { return reportKey + string(report) }

// Short is the short name (folded) by which alone an actor is known, its report, and what is known of it: Unsure, that several may be meant,
// Settled, that the report's mentions of it have been given to the only one.
type Short struct {
	Name            string
	Report          ID
	Month           int
	Unsure, Settled bool
}

// Short tells by which short name an actor is known, if it is known by nothing else.
func (a *Actor) Short() (s Short, ok bool) {
	for _, k := range a.Keys {
		switch {
		case k == settledKey:
			s.Settled = true
		case strings.HasPrefix(k, reportKey):
			s.Report = ID(k[len(reportKey):])
		case strings.HasPrefix(k, unsureKey):
			s.Unsure = true
		case strings.HasPrefix(k, shortKey):
			name := k[len(shortKey):]
			i := strings.LastIndexByte(name, ' ')
			if i < 0 {
				continue
			}
			m, err := strconv.Atoi(name[i+1:])
			s.Name, s.Month, ok = name[:i], m, err == nil
		}
	}
	return s, ok
}

// Keys are those of an actor known by the short name.
func (s Short) Keys() []string {
	keys := []string{ShortIn(s.Report), ShortKey(s.Name, s.Month)}
	if s.Settled {
		keys = append(keys, settledKey)
	}
	if s.Unsure {
		keys = append(keys, UnsureKey(s.Name))
	}
	slices.Sort(keys)
	return keys
}

// Candidates are the actors of the store that one known by a short name may be: those whose full names have it for a part, at most limit
// of them, by ID. Nobody else has any.
func Candidates(ctx context.Context, r Reader, a *Actor, limit int) ([]*Actor, error) {
	s, ok := a.Short()
	if !ok {
		return nil, nil
	}
	p, err := r.Find(ctx, NodeQuery{Kind: ActorKind, Keys: []string{PartKey(s.Name)}, Limit: limit})
	if err != nil {
		return nil, err
	}
	var out []*Actor
	for _, n := range p.Nodes {
		out = append(out, n.(*Actor))
	}
	return out, nil
}
