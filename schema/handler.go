package schema

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/whence-graph/whence/graph"
	"github.com/whence-graph/whence/schema/asset"
)

// Paths are what a Handler answers: queries, the page to write them in, whether the process is alive, and
// whether the store answers.
var Paths = []string{"/graphql", "/graphiql", "/graphiql/", "/healthz", "/readyz"}

// Handler answers queries about a graph at Paths, by GraphQL over HTTP. It is safe to show to the world but for
// who may read: that is for whoever mounts it.
//
//	h := schema.Handler(store, schema.Options{OnError: func(ctx context.Context, err error) { .. }})
//	for _, path := range schema.Paths {
//		mux.Handle(path, h)
//	}
//
// At / it says so, and leads a browser to its page. The links of that page are relative, so that it may lie below any prefix that a proxy or http.StripPrefix takes off.
func Handler(r graph.Reader, o Options) http.Handler {
	s := New(r)
	s.Options = o
	return s.Handler()
}

// Handler is as the function Handler.
func (s *Schema) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.serveRoot)
	mux.HandleFunc("/graphql", s.serveQuery)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) { plain(w, http.StatusOK, "alive\n") })
	mux.HandleFunc("GET /readyz", s.serveReady)
	if s.Options.has(GraphiQL) {
		mux.HandleFunc("GET /graphiql", servePage)
		mux.HandleFunc("GET /graphiql/", servePage)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asset.Guard(w.Header(), "default-src 'none'; frame-ancestors 'none'")
		w.Header().Set("Cache-Control", "no-store")
		mux.ServeHTTP(w, r)
	})
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	io.WriteString(w, text)
}

// serveRoot shows whoever opens the bare address where to go on.
func (s *Schema) serveRoot(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Vary", "Accept")
	text := "whence answers here:\n\n/graphql    queries, by POST or GET\n/healthz    whether it is alive\n/readyz     whether its store answers\n"
	if s.Options.has(GraphiQL) {
		if strings.Contains(r.Header.Get("Accept"), "text/html") {
			w.Header().Set("Location", "graphiql")
			w.WriteHeader(http.StatusSeeOther)
			return
		}
		text += "/graphiql   a page to write queries in\n"
	}
	plain(w, http.StatusOK, text)
}

func (s *Schema) serveReady(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	_, err := safely(ctx, struct{}{}, func(ctx context.Context, _ struct{}) (int64, error) { return s.reader.Generation(ctx) })
	if err != nil {
		newRequest(s.reader, s.Options).onError(r.Context(), err)
		plain(w, http.StatusServiceUnavailable, "the store does not answer\n")
		return
	}
	plain(w, http.StatusOK, "ready\n")
}

// The media types of an answer. The first tells by its status whether the query was carried out; the second,
// which old clients expect, is 200 for whatever was understood as a request.
const (
	responseType = "application/graphql-response+json"
	jsonType     = "application/json"
)

// refusal is why a request does not get as far as a query.
type refusal struct {
	status int
	err    *Error
}

// inquiry is a request for a query to be answered.
type inquiry struct {
	Query         *string        `json:"query"`
	Variables     map[string]any `json:"variables"`
	OperationName string         `json:"operationName"`
}

// sameSite keeps other sites from having their visitors' browsers ask: POSTs by what the browser says of the
// origin, and so GETs, which could be read by nobody but would be work.
var sameSite = http.NewCrossOriginProtection()

func (s *Schema) serveQuery(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Vary", "Accept, Accept-Encoding")
	media, ok := accepted(r)
	events := asset.Accepts(r, "Accept", eventType) && r.Method != http.MethodHead
	if !ok && !events {
		reply(w, r, jsonType, http.StatusNotAcceptable, refused(newError(Refused, "answers are "+responseType+", "+jsonType+" or "+eventType)))
		return
	}
	if s.Options.has(GraphiQL) && r.Method == http.MethodGet && r.URL.RawQuery == "" && strings.Contains(r.Header.Get("Accept"), "text/html") {
		h.Set("Location", "graphiql") // somebody looks at the address with a browser
		w.WriteHeader(http.StatusSeeOther)
		return
	}
	q, no := s.read(w, r)
	if no != nil {
		if no.status == http.StatusMethodNotAllowed {
			h.Set("Allow", "GET, HEAD, POST")
		}
		if no.status == http.StatusRequestEntityTooLarge {
			h.Set("Connection", "close") // what is left of the body need not be read
		}
		reply(w, r, media, no.status, refused(no.err))
		return
	}
	if events {
		plan, faults := s.prepare(*q.Query, q.Variables, q.OperationName)
		if !ok || plan != nil && plan.follows { // who takes either gets a stream only of what needs one
			s.serveStream(w, r, plan, faults)
			return
		}
	}
	res := s.run(r.Context(), *q.Query, q.Variables, q.OperationName)
	status := http.StatusOK
	if res.Data == nil && len(res.Errors) > 0 {
		switch res.Errors[0].Code() {
		case Busy:
			h.Set("Retry-After", "1")
			status = http.StatusServiceUnavailable
		case Cancelled:
			status = http.StatusServiceUnavailable
		case Timeout:
			status = http.StatusGatewayTimeout
		case Internal:
			status = http.StatusInternalServerError
		default:
			if media == responseType {
				status = http.StatusBadRequest
			}
		}
	}
	reply(w, r, media, status, res)
}

// read takes the inquiry from the request.
func (s *Schema) read(w http.ResponseWriter, r *http.Request) (*inquiry, *refusal) {
	no := func(status int, c Code, message string) (*inquiry, *refusal) {
		return nil, &refusal{status, newError(c, message)}
	}
	if err := sameSite.Check(r); err != nil || r.Header.Get("Sec-Fetch-Site") == "cross-site" && r.Header.Get("Sec-Fetch-Mode") != "navigate" {
		return no(http.StatusForbidden, Refused, "other sites may not ask here")
	}
	limit := s.Options.body()
	var q inquiry
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		if int64(len(r.URL.RawQuery)) > limit {
			return no(http.StatusRequestURITooLong, TooLarge, "the address has more than "+strconv.FormatInt(limit, 10)+" bytes")
		}
		v := r.URL.Query()
		if v.Has("query") {
			text := v.Get("query")
			q.Query = &text
		}
		q.OperationName = v.Get("operationName")
		if x := v.Get("variables"); x != "" && json.Unmarshal([]byte(x), &q.Variables) != nil {
			return no(http.StatusBadRequest, Invalid, "variables is not a JSON object")
		}
	case http.MethodPost:
		kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		isUTF8 := params["charset"] == "" || strings.EqualFold(params["charset"], "utf-8")
		if err != nil || kind != jsonType && kind != "application/graphql" || !isUTF8 || r.Header.Get("Content-Encoding") != "" {
			return no(http.StatusUnsupportedMediaType, Refused, "a query is sent as "+jsonType+" or application/graphql, in UTF-8 and not compressed")
		}
		body, err := s.body(w, r, limit)
		var large *http.MaxBytesError
		switch {
		case errors.As(err, &large):
			return no(http.StatusRequestEntityTooLarge, TooLarge, "the request has more than "+strconv.FormatInt(limit, 10)+" bytes")
		case err != nil:
			return no(http.StatusBadRequest, Refused, "the request broke off")
		case !utf8.Valid(body):
			return no(http.StatusBadRequest, Invalid, "the request is not UTF-8")
		case kind != jsonType:
			text := string(body)
			q.Query = &text
		default:
			if fault := q.decode(body); fault != "" {
				return no(http.StatusBadRequest, Invalid, fault)
			}
		}
	default:
		return no(http.StatusMethodNotAllowed, Refused, "queries are sent by POST or GET")
	}
	if q.Query == nil || strings.TrimSpace(*q.Query) == "" {
		return no(http.StatusBadRequest, Invalid, "there is no query in the request")
	}
	return &q, nil
}

func (q *inquiry) decode(body []byte) (fault string) {
	if b := bytes.TrimLeft(body, " \t\r\n"); len(b) > 0 && b[0] == '[' {
		return "one query at a time: the request is a list"
	}
	err := json.Unmarshal(body, q)
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) && kind.Field != "" {
		return kind.Field + " is not of the right type: query and operationName are strings, variables an object"
	}
	if err != nil {
		return "the request is not a JSON object"
	}
	return ""
}

// body reads no more than the limit, and not at all what says that it is more.
func (s *Schema) body(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	if r.ContentLength > limit {
		return nil, &http.MaxBytesError{Limit: limit}
	}
	// Not every writer can; where it can, who sends a byte now and then is not waited for. The deadline must
	// not outlive the body: the server takes it for the client going away.
	c := http.NewResponseController(w)
	if c.SetReadDeadline(time.Now().Add(s.Options.timeout())) == nil {
		defer c.SetReadDeadline(time.Time{})
	}
	return io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
}

// accepted chooses the media type of the answer.
func accepted(r *http.Request) (media string, ok bool) {
	if asset.Accepts(r, "Accept", responseType) {
		return responseType, true
	}
	return jsonType, len(r.Header.Values("Accept")) == 0 || asset.Accepts(r, "Accept", jsonType, "application/*", "*/*", "text/html")
}

// AppendJSON appends the result as a client gets it.
func (r Result) AppendJSON(b []byte) []byte {
	b = append(b, '{')
	if r.Data != nil {
		b = append(append(b, `"data":`...), r.Data...)
	}
	if len(r.Errors) > 0 {
		if r.Data != nil {
			b = append(b, ',')
		}
		raw, _ := json.Marshal(r.Errors) // words and numbers always can be
		b = append(append(b, `"errors":`...), raw...)
	}
	return append(b, '}')
}

func reply(w http.ResponseWriter, r *http.Request, media string, status int, res Result) {
	h := w.Header()
	h.Set("Content-Type", media+"; charset=utf-8")
	body := append(res.AppendJSON(nil), '\n')
	if len(body) > 1024 && asset.Accepts(r, "Accept-Encoding", "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = squeeze(body)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	w.Write(body)
}

var writers = sync.Pool{New: func() any {
	w, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	return w
}}

func squeeze(body []byte) []byte {
	var b bytes.Buffer
	w := writers.Get().(*gzip.Writer)
	defer writers.Put(w)
	w.Reset(&b)
	w.Write(body)
	w.Close()
	return b.Bytes()
}
