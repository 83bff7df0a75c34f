package schema

import (
	"fmt"
	"slices"
	"strings"

	"github.com/graphql-go/graphql"
)

// sdl writes the schema in GraphQL's own language.
func sdl(s *graphql.Schema) string {
	var b strings.Builder
	for i, t := range ownTypes() {
		if i > 0 {
			b.WriteByte('\n')
		}
		about(&b, "", t.Description())
		switch t := t.(type) {
		case *graphql.Scalar:
			fmt.Fprintf(&b, "scalar %s\n", t.Name())
		case *graphql.Enum:
			fmt.Fprintf(&b, "enum %s {\n", t.Name())
			for _, v := range t.Values() {
				about(&b, "  ", v.Description)
				fmt.Fprintf(&b, "  %s\n", v.Name)
			}
			b.WriteString("}\n")
		case *graphql.Interface:
			fmt.Fprintf(&b, "interface %s {\n", t.Name())
			fieldsSDL(&b, t.Fields())
		case *graphql.Object:
			fmt.Fprintf(&b, "type %s", t.Name())
			for i, in := range t.Interfaces() {
				fmt.Fprintf(&b, "%s %s", []string{" implements", " &"}[min(i, 1)], in.Name())
			}
			b.WriteString(" {\n")
			fieldsSDL(&b, t.Fields())
		}
	}
	return b.String()
}

func fieldsSDL(b *strings.Builder, fields graphql.FieldDefinitionMap) {
	var names []string
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		f := fields[name]
		about(b, "  ", f.Description)
		fmt.Fprintf(b, "  %s", name)
		if len(f.Args) > 0 {
			b.WriteString("(\n")
			for _, a := range f.Args {
				about(b, "    ", a.Description())
				fmt.Fprintf(b, "    %s: %s", a.Name(), a.Type)
				if e, ok := a.Type.(*graphql.Enum); ok && a.DefaultValue != nil {
					fmt.Fprintf(b, " = %v", e.Serialize(a.DefaultValue))
				} else if a.DefaultValue != nil {
					fmt.Fprintf(b, " = %v", a.DefaultValue)
				}
				b.WriteByte('\n')
			}
			b.WriteString("  )")
		}
		fmt.Fprintf(b, ": %s\n", f.Type)
	}
	b.WriteString("}\n")
}

func about(b *strings.Builder, indent, text string) { fmt.Fprintf(b, "%s%q\n", indent, text) }
