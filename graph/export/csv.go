package export

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/whence-graph/whence/graph"
)

// listSeparator stands between the values of a list in CSV: no text has it, as the unit separator was made for this.
const listSeparator = "\x1f"

// arguments is the name of the file that tells neo4j-admin how to read the others.
const arguments = "import.args"

// ImportReport is the name of the file that neo4j-admin leaves in a folder that it has read.
const ImportReport = "import.report"

// CSV writes a folder that Neo4j reads from inside it into a database that is empty or not there:
//
//	neo4j-admin database import full @import.args neo4j
//
// A list's values have a unit separator (U+001F) between them. Texts have line breaks, as they are.
func CSV(ctx context.Context, create Create, r graph.Reader) (err error) {
	files := map[reflect.Type]*csv.Writer{}
	var args []string
	for _, t := range tables {
		f, err1 := create(t.name + ".csv")
		if err1 != nil {
			return err1
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		w := csv.NewWriter(f)
		files[t.row] = w
		if err := w.Write(csvHeader(t)); err != nil {
			return err
		}
		args = append(args, map[bool]string{true: "--nodes=", false: "--relationships="}[t.label != ""]+t.name+".csv")
	}
	longest := 0
	for row, err := range rows(ctx, r) {
		if err != nil {
			return err
		}
		record := csvRecord(row)
		for _, s := range record {
			longest = max(longest, len(s))
		}
		if err := files[reflect.TypeOf(row)].Write(record); err != nil {
			return err
		}
	}
	for _, w := range files {
		w.Flush()
		if err := w.Error(); err != nil {
			return err
		}
	}
	f, err := create(arguments)
	if err != nil {
		return err
	}
	// A buffer must hold the longest value, whose quotation marks are doubled.
	args = append(args, "--multiline-fields=true", fmt.Sprintf("--read-buffer-size=%d", max(4<<20, 2*longest+1024)), "--array-delimiter=U+001F")
	_, err = io.WriteString(f, strings.Join(args, "\n")+"\n")
	return errors.Join(err, f.Close())
}

// csvHeader names the columns and their types as neo4j-admin wants them.
func csvHeader(t table) []string {
	names := slices.Clone(t.columns)
	for i, name := range names {
		switch {
		case t.label == "" && name == "from":
			names[i] = ":START_ID"
		case t.label == "" && name == "to":
			names[i] = ":END_ID"
		case t.label == "" && name == "kind":
			names[i] = ":TYPE"
		case name == "id":
			names[i] = "id:ID"
		default:
			names[i] += ":" + csvTypes[t.row.Field(i).Type]
		}
	}
	if t.label != "" {
		names = append(names, ":LABEL")
	}
	return names
}

var csvTypes = map[reflect.Type]string{
	reflect.TypeFor[string]():     "string",
	reflect.TypeFor[bool]():       "boolean",
	reflect.TypeFor[*int64]():     "long",
	reflect.TypeFor[*float64]():   "double",
	reflect.TypeFor[*time.Time](): "datetime",
	reflect.TypeFor[[]string]():   "string[]",
	reflect.TypeFor[[]int64]():    "long[]",
}

func csvRecord(row any) []string {
	v := reflect.ValueOf(row)
	record := make([]string, v.NumField(), v.NumField()+1)
	for i := range record {
		switch f := v.Field(i).Interface().(type) {
		case []string:
			list := make([]string, len(f))
			for i, s := range f {
				list[i] = strings.ReplaceAll(s, listSeparator, " ")
			}
			record[i] = strings.Join(list, listSeparator)
		case []int64:
			record[i] = strings.ReplaceAll(strings.Trim(fmt.Sprint(f), "[]"), " ", listSeparator)
		default:
			record[i] = scalar(f)
		}
	}
	if label := tableOf(row).label; label != "" {
		if a, ok := row.(actorRow); ok {
			label += listSeparator + kindLabel(a.Kind)
		}
		record = append(record, label)
	}
	return record
}

// scalar is a value that is no list, empty where it is absent.
func scalar(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case *int64:
		if v != nil {
			return strconv.FormatInt(*v, 10)
		}
	case *float64:
		if v != nil {
			return strconv.FormatFloat(*v, 'g', -1, 64)
		}
	case *time.Time:
		if v != nil {
			return v.Format(time.RFC3339Nano)
		}
	}
	return ""
}
