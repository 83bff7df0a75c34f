package graphtest

import (
	"reflect"
	"time"

	"github.com/whence-graph/whence/graph"
)

// normal is a copy of the node as a store gives it back: lists nil where empty, times in UTC to the
// microsecond.
func normal(n graph.Node) graph.Node {
	return deepCopy(reflect.ValueOf(n)).Interface().(graph.Node)
}

func deepCopy(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(deepCopy(v.Elem()))
		}
	case reflect.Slice:
		for i := range v.Len() {
			out.Set(reflect.Append(out, deepCopy(v.Index(i))))
		}
	case reflect.Struct:
		if at, ok := v.Interface().(time.Time); ok {
			if !at.IsZero() {
				out.Set(reflect.ValueOf(time.UnixMicro(at.UnixMicro()).UTC()))
			}
			break
		}
		for i := range v.NumField() {
			out.Field(i).Set(deepCopy(v.Field(i)))
		}
	default:
		out.Set(v)
	}
	return out
}

// references are the fields of a node that name another node.
func references(n graph.Node) []*graph.ID {
	var list []*graph.ID
	add := func(refs ...*graph.ID) {
		for _, r := range refs {
			if *r != "" {
				list = append(list, r)
			}
		}
	}
	switch n := n.(type) {
	case *graph.Report:
		add(&n.Outlet, &n.Revises)
	case *graph.Actor:
		for i := range n.Roles {
			add(&n.Roles[i].Of)
		}
	case *graph.Attribution:
		add(&n.Report, &n.Via, &n.Claim)
		for i := range n.Sources {
			list = append(list, &n.Sources[i]) // an empty one names nobody, and is refused
		}
	case *graph.Relation:
		add(&n.Report, &n.Subject, &n.Object, &n.AssertedBy)
	}
	return list
}

func mergedFrom(n graph.Node) []graph.ID {
	switch n := n.(type) {
	case *graph.Actor:
		return n.MergedFrom
	case *graph.Claim:
		return n.MergedFrom
	}
	return nil
}
