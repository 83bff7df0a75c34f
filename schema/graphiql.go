package schema

import (
	"embed"
	"net/http"
	"strings"
	"sync"

	"github.com/whence-graph/whence/schema/asset"
)

// The page to write queries in is GraphiQL, whole and in the binary: nothing of it is fetched from elsewhere, and
// its policy lets it ask nobody but us. Where its parts come from stands in graphiql/licences.txt.
//
//go:embed graphiql
var graphiql embed.FS

var graphiqlFiles = sync.OnceValue(func() *asset.Files { return asset.New(graphiql, "graphiql") })

// pagePolicy: GraphiQL's editor sets styles by attribute, and draws some small pictures from its stylesheet.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func servePage(w http.ResponseWriter, r *http.Request) {
	name := "index.html"
	if _, rest, ok := strings.Cut(r.URL.Path, "/graphiql/"); ok {
		if rest == "" {
			w.Header().Set("Location", "../graphiql") // its links are relative to there
			w.WriteHeader(http.StatusMovedPermanently)
			return
		}
		name = rest
	}
	asset.Guard(w.Header(), pagePolicy)
	graphiqlFiles().Serve(w, r, name)
}
