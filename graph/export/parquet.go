package export

import (
	"context"
	"errors"
	"io"
	"reflect"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"

	"github.com/whence-graph/whence/graph"
)

// A group of rows is held until it is full, in each of the files.
const (
	groupRows  = 50_000
	groupBytes = 8 << 20
)

// Parquet writes a folder with a file for each kind of node, and one of edges.
func Parquet(ctx context.Context, create Create, r graph.Reader) (err error) {
	files := map[reflect.Type]parquetFile{}
	for _, t := range tables {
		f, err1 := create(t.name + ".parquet")
		if err1 != nil {
			return err1
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		files[t.row] = openParquet(t.row, f)
	}
	for row, err := range rows(ctx, r) {
		if err != nil {
			return err
		}
		if err := files[reflect.TypeOf(row)].write(row); err != nil {
			return err
		}
	}
	for _, f := range files {
		if err := f.close(); err != nil {
			return err
		}
	}
	return nil
}

type parquetFile interface {
	write(row any) error
	close() error
}

func openParquet(row reflect.Type, w io.Writer) parquetFile {
	switch row {
	case reflect.TypeFor[reportRow]():
		return newRowFile[reportRow](w)
	case reflect.TypeFor[actorRow]():
		return newRowFile[actorRow](w)
	case reflect.TypeFor[attributionRow]():
		return newRowFile[attributionRow](w)
	case reflect.TypeFor[relationRow]():
		return newRowFile[relationRow](w)
	case reflect.TypeFor[claimRow]():
		return newRowFile[claimRow](w)
	}
	return newRowFile[edgeRow](w)
}

// rowFile is a file of rows of one type.
type rowFile[T any] struct {
	w     *parquet.GenericWriter[T]
	held  []T // to be written at once, which is cheaper
	in    int // rows in the group
	bytes int // in them, about
}

func newRowFile[T any](w io.Writer) *rowFile[T] {
	return &rowFile[T]{w: parquet.NewGenericWriter[T](w, parquet.Compression(&zstd.Codec{Level: zstd.SpeedFastest}), parquet.PageBufferSize(64<<10))}
}

func (f *rowFile[T]) write(row any) error {
	f.held = append(f.held, row.(T))
	f.in++
	f.bytes += size(row)
	if f.in >= groupRows || f.bytes >= groupBytes {
		return f.flush()
	}
	if len(f.held) < 500 {
		return nil
	}
	return f.hand()
}

// hand gives the writer the rows held.
func (f *rowFile[T]) hand() error {
	_, err := f.w.Write(f.held)
	f.held = f.held[:0]
	return err
}

// flush ends the group.
func (f *rowFile[T]) flush() error {
	f.in, f.bytes = 0, 0
	return errors.Join(f.hand(), f.w.Flush())
}

func (f *rowFile[T]) close() error { return errors.Join(f.hand(), f.w.Close()) }

// size is about how many bytes a row takes: its texts and a little.
func size(row any) (n int) {
	switch row := row.(type) {
	case reportRow:
		n = len(row.Text) + len(row.Extra)
	case attributionRow:
		n = len(row.Content)
	case claimRow:
		for _, f := range row.Forms {
			n += len(f)
		}
	case actorRow:
		for _, s := range row.Aliases {
			n += len(s)
		}
	}
	return n + 200
}
