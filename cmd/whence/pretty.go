package main

import (
	"bytes"
	"encoding/json"
	"strings"
)

// pretty lays JSON out for people and keeps it JSON: what fits on the rest of a line stays on it. The order of fields is kept.
func pretty(raw []byte, width int) (string, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	v, err := readValue(d)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	v.write(&b, "", 0, width)
	return b.String(), nil
}

// value is a JSON value: a list, an object, or anything else as its text.
type value struct {
	open, shut string // of a list or an object
	items      []value
	name       string // inside an object: "name": with its space
	text       string
}

func readValue(d *json.Decoder) (value, error) {
	t, err := d.Token()
	if err != nil {
		return value{}, err
	}
	delim, ok := t.(json.Delim)
	if !ok {
		text, err := encode(t)
		return value{text: text}, err
	}
	v := value{open: "{", shut: "}"}
	if delim == '[' {
		v = value{open: "[", shut: "]"}
	}
	for d.More() {
		name := ""
		if delim == '{' {
			t, err := d.Token()
			if err != nil {
				return value{}, err
			}
			text, err := encode(t)
			if err != nil {
				return value{}, err
			}
			name = text + ": "
		}
		item, err := readValue(d)
		if err != nil {
			return value{}, err
		}
		item.name = name
		v.items = append(v.items, item)
	}
	_, err = d.Token()
	return v, err
}

func encode(t any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(t)
	return strings.TrimSuffix(b.String(), "\n"), err
}

// flat is the value on one line.
func (v value) flat() string {
	if v.open == "" {
		return v.name + v.text
	}
	parts := make([]string, len(v.items))
	for i, item := range v.items {
		parts[i] = item.flat()
	}
	return v.name + v.open + strings.Join(parts, ", ") + v.shut
}

// write appends the value; so many columns of the line are to stay free behind it.
func (v value) write(b *strings.Builder, indent string, behind, width int) {
	if line := v.flat(); v.open == "" || len(v.items) == 0 || len([]rune(line))+len(indent)+behind <= width {
		b.WriteString(line)
		return
	}
	b.WriteString(v.name + v.open)
	for i, item := range v.items {
		comma := ","
		if i == len(v.items)-1 {
			comma = ""
		}
		b.WriteString("\n" + indent + "  ")
		item.write(b, indent+"  ", len(comma), width)
		b.WriteString(comma)
	}
	b.WriteString("\n" + indent + v.shut)
}
