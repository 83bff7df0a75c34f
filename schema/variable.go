package schema

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"github.com/graphql-go/graphql"
	"github.com/graphql-go/graphql/language/ast"
)

// The bounds of what variables hold.
const (
	maxValues     = 5000
	maxValueDepth = 8
)

// checkVariables refuses variables that do not fit what the operation declares. graphql-go would let a string pass
// for a number, and would print the whole of what it refuses.
func checkVariables(s *script, op *ast.OperationDefinition, variables map[string]any) *Error {
	values := 0
	for name, v := range variables {
		if fault := bounded(v, maxValueDepth, &values); fault != "" {
			return errorf(TooLarge, "variable $%s: %s", sentence(name, true), fault)
		}
	}
	for _, d := range op.VariableDefinitions {
		name := d.Variable.Name.Value
		t := typeOf(d.Type)
		if t == nil || !graphql.IsInputType(t) {
			e := errorf(Invalid, "variable $%s is declared of no type that an argument has", name)
			e.Locations = []Location{s.origin(d.Loc.Start)}
			return e
		}
		v, given := variables[name]
		if !given && d.DefaultValue != nil {
			continue // validation has a look at it
		}
		if fault := fits(v, t); fault != "" {
			e := errorf(Invalid, "variable $%s: %s", name, fault)
			e.Locations = []Location{s.origin(d.Loc.Start)}
			return e
		}
	}
	return nil
}

func bounded(v any, depth int, values *int) string {
	if *values++; *values > maxValues {
		return fmt.Sprintf("there are more than %d values in the variables", maxValues)
	}
	var inner []any
	switch v := v.(type) {
	case []any:
		inner = v
	case map[string]any:
		for _, x := range v {
			inner = append(inner, x)
		}
	default:
		return ""
	}
	if depth == 0 {
		return fmt.Sprintf("its value has more than %d lists and objects inside each other", maxValueDepth)
	}
	for _, x := range inner {
		if fault := bounded(x, depth-1, values); fault != "" {
			return fault
		}
	}
	return ""
}

// typeOf is the type that a declaration means, or nil.
func typeOf(t ast.Type) graphql.Type {
	switch t := t.(type) {
	case *ast.NonNull:
		if of := typeOf(t.Type); of != nil {
			return graphql.NewNonNull(of)
		}
	case *ast.List:
		if of := typeOf(t.Type); of != nil {
			return graphql.NewList(of)
		}
	case *ast.Named:
		return schema().Type(t.Name.Value)
	}
	return nil
}

// fits tells what is wrong with a JSON value as one of the type; "" if nothing.
func fits(v any, t graphql.Type) string {
	if n, ok := t.(*graphql.NonNull); ok {
		if v == nil {
			return fmt.Sprintf("a value of type %s must be given", t)
		}
		return fits(v, n.OfType)
	}
	if v == nil {
		return ""
	}
	if l, ok := t.(*graphql.List); ok {
		list, ok := v.([]any)
		if !ok {
			return fits(v, l.OfType)
		}
		for i, x := range list {
			if fault := fits(x, l.OfType); fault != "" {
				return fmt.Sprintf("item %d: %s", i, fault)
			}
		}
		return ""
	}
	ok := false
	switch t.Name() {
	case graphql.Int.Name():
		n, isNumber := number(v)
		ok = isNumber && n == math.Trunc(n) && math.Abs(n) <= math.MaxInt32
	case graphql.Float.Name():
		_, ok = number(v)
	case graphql.Boolean.Name():
		_, ok = v.(bool)
	case graphql.ID.Name(), graphql.String.Name():
		_, ok = v.(string)
	default:
		var word string
		if word, ok = v.(string); ok {
			switch t := t.(type) {
			case *graphql.Scalar:
				ok = t.ParseValue(word) != nil
			case *graphql.Enum:
				ok = t.ParseValue(word) != nil
			}
		}
	}
	if !ok {
		return fmt.Sprintf("%s is no %s%s", shown(v), t.Name(), wanted(t))
	}
	return ""
}

// wanted tells how a value of the type is written, where the name does not.
func wanted(t graphql.Type) string {
	switch t := t.(type) {
	case *graphql.Enum:
		var names []string
		for _, v := range t.Values() {
			names = append(names, v.Name)
		}
		return ", which is one of " + strings.Join(names, ", ")
	case *graphql.Scalar:
		if t == dateTime {
			return ", which is written like " + exampleTime
		}
	}
	return ""
}

func number(v any) (float64, bool) {
	switch n := v.(type) {
	case float64:
		return n, true
	case int:
		return float64(n), true
	}
	return 0, false
}

func shown(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		return "this"
	}
	if len(raw) > 60 {
		return strings.ToValidUTF8(string(raw[:60]), "") + " .."
	}
	return string(raw)
}

// withDefaults are the variables together with the whole numbers and the lengths of lists that the operation declares
// for those not given.
func withDefaults(op *ast.OperationDefinition, variables map[string]any) map[string]any {
	out := map[string]any{}
	for _, d := range op.VariableDefinitions {
		name := d.Variable.Name.Value
		if v, given := variables[name]; given {
			out[name] = v
		} else if n, ok := d.DefaultValue.(*ast.IntValue); ok {
			out[name] = (*guard)(nil).value(n)
		} else if l, ok := d.DefaultValue.(*ast.ListValue); ok {
			out[name] = make([]any, len(l.Values))
		}
	}
	return out
}
