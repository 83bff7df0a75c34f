package schema

import (
	"math"
	"strconv"

	"github.com/graphql-go/graphql"
	"github.com/graphql-go/graphql/gqlerrors"
	"github.com/graphql-go/graphql/language/ast"
	"github.com/graphql-go/graphql/language/parser"
	"github.com/graphql-go/graphql/language/source"
)

// The bounds of a document that nobody needs to set.
const (
	maxDefinitions = 100 // operations and fragments
	maxVariables   = 100
	maxRepeats     = 100 // selections of what is selected already: validation compares each with each
)

// plan is a query that may be executed.
type plan struct {
	script    *script
	document  *ast.Document
	name      string // of the operation, as graphql-go wants it
	variables map[string]any
	answer    *shape
	follows   bool // what happens from now on, rather than asking what is
}

// prepare reads and checks a query. Nothing of it is executed, and nothing that graphql-go does on the way takes more
// than its limits allow: each check makes the next one safe.
func (s *Schema) prepare(query string, variables map[string]any, operation string) (*plan, []*Error) {
	if limit := s.Options.body(); int64(len(query)) > limit {
		return nil, []*Error{errorf(TooLarge, "the query has more than %d bytes", limit)}
	}
	script, fault := scan(query)
	if fault != nil {
		return nil, []*Error{fault}
	}
	doc, fault := script.parse()
	if fault != nil {
		return nil, []*Error{fault}
	}
	p := &plan{script: script, document: doc, name: operation, variables: variables}
	g := guard{Options: s.Options, script: script, fragments: map[string]*ast.FragmentDefinition{}, sizes: map[string]*size{}}
	op, fault := g.sort(doc, operation)
	if fault == nil {
		fault = g.measure(doc)
	}
	if fault == nil {
		fault = checkVariables(script, op, variables)
	}
	if fault == nil {
		g.variables = withDefaults(op, variables)
		fault = g.spend(op)
	}
	if fault == nil && op.Operation == ast.OperationTypeSubscription {
		p.follows = true
		fault = g.single(op)
	}
	if fault == nil {
		p.answer = newShape()
		g.collect(p.answer, op.SelectionSet)
	}
	if fault != nil {
		return nil, []*Error{fault}
	}
	if r := graphql.ValidateDocument(schema(), doc, graphql.SpecifiedRules); !r.IsValid {
		return nil, script.translate(Invalid, r.Errors, s.Options.has(Introspection))
	}
	return p, nil
}

// parse reads the script. The nodes of what it gives are placed by their byte in s.text: graphql-go would look
// up line and column of each anew, over the whole text, so that it gets none, and takes the byte for the column.
func (s *script) parse() (*ast.Document, *Error) {
	src := &source.Source{Body: append([]byte(nil), s.text...), Name: "query"}
	doc, err := parser.Parse(parser.ParseParams{Source: src})
	src.Body = nil
	if err != nil {
		e := newError(Syntax, "the query cannot be read")
		if g, ok := err.(*gqlerrors.Error); ok && len(g.Positions) > 0 {
			e.Message = "the query cannot be read: " + syntaxMessage(g.Message)
			e.Locations = []Location{s.origin(g.Positions[0])}
		}
		return nil, e
	}
	return doc, nil
}

// guard measures a document.
type guard struct {
	Options
	script    *script
	fragments map[string]*ast.FragmentDefinition
	sizes     map[string]*size // of the fragments
	variables map[string]any
	costs     map[part]int // of the fragments
	repeats   int
}

// size is what a selection comes to: as it stands, and when all its fragments are written out.
type size struct {
	own               int
	depth, selections int
	open              bool // being measured
}

// sort finds the operation to be executed, and refuses what is no query.
func (g *guard) sort(doc *ast.Document, name string) (*ast.OperationDefinition, *Error) {
	if len(doc.Definitions) > maxDefinitions {
		return nil, errorf(TooLarge, "the query has more than %d operations and fragments", maxDefinitions)
	}
	var op *ast.OperationDefinition
	several := false
	for _, d := range doc.Definitions {
		switch d := d.(type) {
		case *ast.OperationDefinition:
			if d.Operation == ast.OperationTypeMutation {
				return nil, g.fault(Invalid, d, "only queries and subscriptions are answered here; nothing can be changed")
			}
			if len(d.VariableDefinitions) > maxVariables {
				return nil, errorf(TooLarge, "the query has more than %d variables", maxVariables)
			}
			if name == "" || d.Name != nil && d.Name.Value == name {
				several = op != nil
				op = d
			}
		case *ast.FragmentDefinition:
			if g.fragments[d.Name.Value] != nil {
				return nil, g.fault(Invalid, d, "there are two fragments named "+d.Name.Value)
			}
			g.fragments[d.Name.Value] = d
		default:
			return nil, g.fault(Invalid, d, "only operations and fragments are understood here")
		}
	}
	switch {
	case op == nil && name != "":
		return nil, errorf(Invalid, "there is no operation named %q in the query", sentence(name, true))
	case op == nil:
		return nil, newError(Invalid, "the query has no operation")
	case several:
		return nil, newError(Invalid, "the query has several operations: say in operationName which is meant")
	}
	return op, nil
}

func (g *guard) fault(c Code, n ast.Node, message string) *Error {
	e := newError(c, message)
	if l := n.GetLoc(); l != nil {
		e.Locations = []Location{g.script.origin(l.Start)}
	}
	return e
}

// measure refuses fragments that spread themselves, and what is too deep or too long with all its fragments
// written out. It looks at every definition, used or not, for so does validation.
func (g *guard) measure(doc *ast.Document) *Error {
	own := 0
	for _, d := range doc.Definitions {
		var z size
		var set *ast.SelectionSet
		var fault *Error
		switch d := d.(type) {
		case *ast.OperationDefinition:
			set = d.SelectionSet
			z, fault = g.sizeOf(set)
		case *ast.FragmentDefinition:
			set = d.SelectionSet
			z, fault = g.fragment(d.Name.Value, d)
		}
		if fault != nil {
			return fault
		}
		if limit := g.depth(); z.depth > limit {
			return g.fault(TooDeep, d, "the query has more than "+strconv.Itoa(limit)+" selections inside each other")
		}
		own += z.own
		if limit := g.selections(); own > limit || z.selections > limit {
			return g.fault(TooLarge, d, "the query has more than "+strconv.Itoa(limit)+" selections, its fragments written out")
		}
		g.repeats = 0
		if g.collect(newShape(), set); g.repeats > maxRepeats {
			return g.fault(TooLarge, d, "the query selects more than "+strconv.Itoa(maxRepeats)+" fields again that it has selected already")
		}
	}
	return nil
}

func (g *guard) fragment(name string, at ast.Node) (size, *Error) {
	d := g.fragments[name]
	if d == nil {
		return size{}, nil // validation tells
	}
	z := g.sizes[name]
	if z == nil {
		z = &size{open: true}
		g.sizes[name] = z
		got, fault := g.sizeOf(d.SelectionSet)
		if fault != nil {
			return size{}, fault
		}
		*z = got
	}
	if z.open {
		return size{}, g.fault(Invalid, at, "the fragment "+name+" spreads itself")
	}
	return *z, nil
}

func (g *guard) sizeOf(set *ast.SelectionSet) (size, *Error) {
	var z size
	if set == nil {
		return z, nil
	}
	for _, sel := range set.Selections {
		var inner size
		var fault *Error
		below := 0
		switch sel := sel.(type) {
		case *ast.Field:
			if !g.has(Introspection) && (sel.Name.Value == "__schema" || sel.Name.Value == "__type") {
				return z, g.fault(Invalid, sel, "introspection is switched off")
			}
			inner, fault = g.sizeOf(sel.SelectionSet)
			below = 1
		case *ast.InlineFragment:
			inner, fault = g.sizeOf(sel.SelectionSet)
		case *ast.FragmentSpread:
			inner, fault = g.fragment(sel.Name.Value, sel)
		}
		if fault != nil {
			return z, fault
		}
		z.depth = max(z.depth, inner.depth+below)
		z.selections = plus(z.selections, plus(inner.selections, 1))
		if z.own++; !isSpread(sel) {
			z.own += inner.own
		}
	}
	return z, nil
}

func isSpread(s ast.Selection) bool {
	_, ok := s.(*ast.FragmentSpread)
	return ok
}

// plus and times never overflow.
func plus(a, b int) int {
	if a > math.MaxInt32-b {
		return math.MaxInt32
	}
	return a + b
}

func times(a, b int) int {
	if a > 0 && b > math.MaxInt32/a {
		return math.MaxInt32
	}
	return a * b
}

// price is what a field costs.
type price struct {
	calls int    // what it asks of the store by itself, in fields' worth
	many  int    // how many objects it answers, where no argument says so; 0 is one
	limit string // the argument that says how many
	page  bool   // that many are on the page which it answers, one object, and not answered by itself
	each  string // the list argument each item of which counts
	paged bool   // it answers as many objects as are on the page that it belongs to
}

// spend refuses an operation that may touch more fields than the limit.
func (g *guard) spend(op *ast.OperationDefinition) *Error {
	g.costs = map[part]int{}
	of := schema().QueryType()
	if op.Operation == ast.OperationTypeSubscription {
		of = schema().SubscriptionType() // and each event is one answer
	}
	if cost, limit := g.cost(op.SelectionSet, of, 1), g.cap(); cost > limit {
		return errorf(TooCostly, "the query may touch %d fields and the limit is %d; ask for fewer at once (first) or less of each", cost, limit)
	}
	return nil
}

// single refuses a subscription that is not to one thing: a stream tells of one.
func (g *guard) single(op *ast.OperationDefinition) *Error {
	if list := op.SelectionSet.Selections; len(list) == 1 {
		if f, ok := list[0].(*ast.Field); ok && f.Name.Value != "__typename" && len(f.Directives) == 0 {
			return nil
		}
	}
	return g.fault(Invalid, op, "a subscription is to one field, without fragments and directives around it")
}

// part is a fragment, on an object that is a page of so many.
type part struct {
	name string
	page int
}

// cost is how many fields a selection on one object of a type may come to.
func (g *guard) cost(set *ast.SelectionSet, of graphql.Type, page int) int {
	total := 0
	if set == nil {
		return total
	}
	for _, sel := range set.Selections {
		switch sel := sel.(type) {
		case *ast.Field:
			total = plus(total, g.fieldCost(sel, of, page))
		case *ast.InlineFragment:
			to := of
			if sel.TypeCondition != nil {
				to = schema().Type(sel.TypeCondition.Name.Value)
			}
			total = plus(total, g.cost(sel.SelectionSet, to, page))
		case *ast.FragmentSpread:
			k := part{sel.Name.Value, page}
			c, known := g.costs[k]
			if d := g.fragments[k.name]; !known && d != nil {
				c = g.cost(d.SelectionSet, schema().Type(d.TypeCondition.Name.Value), page)
				g.costs[k] = c
			}
			total = plus(total, c)
		}
	}
	return total
}

func (g *guard) fieldCost(f *ast.Field, of graphql.Type, page int) int {
	name := f.Name.Value
	def := fieldOf(of, name)
	if def == nil {
		return 1 // validation tells
	}
	p := built().prices[of.Name()+"."+name]
	n := max(p.many, 1)
	for _, a := range f.Arguments {
		switch a.Name.Value {
		case p.limit:
			if v, ok := g.value(a.Value).(int); ok {
				n = max(v, 0)
			}
		case p.each:
			n = g.length(a.Value)
		}
	}
	below := 1
	switch {
	case p.page:
		below, n = n, 1
	case p.paged:
		n = page
	}
	return plus(1+p.calls, times(n, g.cost(f.SelectionSet, named(def.Type), below)))
}

func fieldOf(of graphql.Type, name string) *graphql.FieldDefinition {
	switch t := of.(type) {
	case *graphql.Object:
		if t == nil {
			return nil
		}
		if t == schema().QueryType() && name == graphql.SchemaMetaFieldDef.Name {
			return graphql.SchemaMetaFieldDef
		}
		if t == schema().QueryType() && name == graphql.TypeMetaFieldDef.Name {
			return graphql.TypeMetaFieldDef
		}
		return t.Fields()[name]
	case *graphql.Interface:
		if t == nil {
			return nil
		}
		return t.Fields()[name]
	}
	return nil
}

// value is an integer argument's value, as int.
func (g *guard) value(v ast.Value) any {
	switch v := v.(type) {
	case *ast.IntValue:
		if n, err := strconv.Atoi(v.Value); err == nil {
			return n
		}
	case *ast.Variable:
		switch n := g.variables[v.Name.Value].(type) {
		case float64:
			return int(n)
		case int:
			return n
		}
	}
	return nil
}

func (g *guard) length(v ast.Value) int {
	switch v := v.(type) {
	case *ast.ListValue:
		return len(v.Values)
	case *ast.Variable:
		if list, ok := g.variables[v.Name.Value].([]any); ok {
			return len(list)
		}
	}
	return 1
}

// collect notes in what order the answer's fields were asked for.
func (g *guard) collect(to *shape, set *ast.SelectionSet) {
	if set == nil {
		return
	}
	for _, sel := range set.Selections {
		switch sel := sel.(type) {
		case *ast.Field:
			name := sel.Name.Value
			if sel.Alias != nil {
				name = sel.Alias.Value
			}
			below, again := to.field(name)
			if again {
				g.repeats++
			}
			g.collect(below, sel.SelectionSet)
		case *ast.InlineFragment:
			g.collect(to, sel.SelectionSet)
		case *ast.FragmentSpread:
			if d := g.fragments[sel.Name.Value]; d != nil {
				g.collect(to, d.SelectionSet)
			}
		}
	}
}

// named is the type without its lists and marks.
func named(t graphql.Type) graphql.Type {
	for {
		switch of := t.(type) {
		case *graphql.NonNull:
			t = of.OfType
		case *graphql.List:
			t = of.OfType
		default:
			return t
		}
	}
}
