package neo4j

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/whence-graph/whence/graph"
)

// patience is how long a call goes on trying while the server is away, unless the address tells otherwise.
const patience = 30 * time.Second

var schemes = []string{"neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc"}

// address is what a store's URL says.
type address struct {
	server         string // scheme, host and port
	host           string
	user, password string
	auth           bool // there is a user
	database       string
	retry          time.Duration
}

// parse reads scheme://user:password@host:port/database?retry=30s. Its errors never show what might be the password.
func parse(text string) (address, error) {
	bad := func(format string, args ...any) (address, error) {
		return address{}, fmt.Errorf("%w: neo4j: %s; a store is neo4j://user:password@host:7687/database", graph.ErrInvalid, fmt.Sprintf(format, args...))
	}
	scheme, _, _ := strings.Cut(text, ":")
	if !slices.Contains(schemes, scheme) {
		return bad("the address does not begin with one of %s", strings.Join(schemes, ":, ")+":")
	}
	u, err := url.Parse(text)
	if err != nil { // which quotes the URL
		return bad("the address is no URL: write special characters of user and password as %%XX")
	}
	a := address{host: u.Host, database: "neo4j", retry: patience}
	if u.Hostname() == "" || u.Opaque != "" {
		return bad("the address names no host")
	}
	if u.Port() == "" {
		a.host += ":7687"
	}
	a.server = u.Scheme + "://" + a.host
	if u.User != nil {
		a.auth, a.user = true, u.User.Username()
		a.password, _ = u.User.Password()
	}
	if path := strings.Trim(u.Path, "/"); strings.Contains(path, "/") {
		return bad("%q is no name of a database", path)
	} else if path != "" {
		a.database = path
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil || u.Fragment != "" {
		return bad("malformed query or a # in the address: write special characters of user and password as %%XX")
	}
	for name, values := range query {
		d, err := time.ParseDuration(values[0])
		if name != "retry" || err != nil || d < 0 {
			return bad("%s=%s: there is only retry=, as 30s", name, values[0])
		}
		a.retry = d
	}
	return a, nil
}
