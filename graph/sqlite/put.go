package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"reflect"
	"slices"

	"github.com/whence-graph/whence/graph"
)

// Put writes all of the batch or none of it.
func (s *Store) Put(ctx context.Context, b graph.Batch) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	if err := b.Check(); err != nil {
		return err
	}
	return s.write(ctx, func(w *session) (bool, error) { return w.put(ctx, b) })
}

// put writes what the batch changes, and answers whether that is anything. The steps are in this order so that each
// sees the graph as the ones before have left it: first the nodes get their numbers and the dissolved hand theirs
// or their links over, then nodes are compared with what is there and written, then nothing may be left dangling.
func (s *session) put(ctx context.Context, b graph.Batch) (changed bool, err error) {
	generation, err := s.generation(ctx)
	if err != nil {
		return false, err
	}
	if b.Base != 0 && generation > b.Base {
		return false, fmt.Errorf("%w: it is at generation %d, the batch was made from %d", graph.ErrConflict, generation, b.Base)
	}
	r, err := s.resolve(ctx, b)
	if err != nil {
		return false, err
	}
	w := writing{session: s, resolution: r, generation: generation + 1, touched: map[int64]bool{}}
	for _, step := range []func(context.Context) error{w.dissolve, w.readOld, w.remove, w.writeNodes, w.writeTouched, w.writeMentions, w.writeMerged, w.moveTimes, w.noneDangling, w.writeWords} {
		if err := step(ctx); err != nil {
			return false, err
		}
		if err := ctx.Err(); err != nil {
			return false, err
		}
	}
	if w.changed {
		err = s.exec(ctx, "UPDATE meta SET generation = generation + 1")
	}
	return w.changed, err
}

// writing is a batch on its way into the file.
type writing struct {
	*session
	*resolution
	generation int64 // that it will be
	changed    bool
	old        map[graph.ID]graph.Node // what was there of the nodes put, under their new IDs
	touched    map[int64]bool          // the claims whose attributions came, changed or go

	wordless []int64   // positions whose words are to be taken out
	words    []wordsOf // to be put in, after that
}

type wordsOf struct {
	pos  int64
	text string
}

// do is for the many small statements of a batch. Contexts are looked at between steps: watching one during each
// would take longer than the statement.
func (w *writing) do(query string, args ...any) error {
	w.changed = true
	return w.exec(context.Background(), query, args...)
}

// dissolve hands over what leads to the dissolved nodes. One of them, if the survivor is new, lends it its number,
// so that nothing needs to be handed over at all; the others' links are led to the survivor.
func (w *writing) dissolve(ctx context.Context) error {
	for _, d := range w.dissolved {
		if d.lends {
			pos, err := position(d.into)
			if err != nil {
				return err
			}
			if err := w.do("UPDATE node SET id = ?, pos = ? WHERE n = ?", string(d.into), pos, d.n); err != nil {
				return err
			}
			old, err := position(d.id)
			if err != nil {
				return err
			}
			w.wordless = append(w.wordless, old)
			continue
		}
		if err := w.delete(ctx, d.id, d.n); err != nil {
			return err
		}
		w.changed = true
		if err := w.exec(ctx, "UPDATE link SET to_n = ? WHERE to_n = ?", w.numbers[d.into], d.n); err != nil {
			return err
		}
	}
	return nil
}

func (w *writing) remove(ctx context.Context) error {
	for id, n := range w.removed {
		if err := w.delete(ctx, id, n); err != nil {
			return err
		}
	}
	return nil
}

// delete takes a node out, with the links that it owns and all that it is found by.
func (w *writing) delete(ctx context.Context, id graph.ID, n int64) error {
	nodes, err := w.load(ctx, id.Kind(), []int64{n})
	if err != nil {
		return err
	}
	for _, k := range graph.FindKeys(nodes[n]) {
		if err := w.do("DELETE FROM key WHERE key = ? AND n = ?", k, n); err != nil {
			return err
		}
	}
	for _, m := range merged(nodes[n]) {
		if err := w.do("DELETE FROM merged WHERE id = ? AND n = ?", string(m), n); err != nil {
			return err
		}
	}
	pos, err := position(id)
	if err != nil {
		return err
	}
	w.wordless = append(w.wordless, pos)
	if a, ok := nodes[n].(*graph.Attribution); ok {
		if err := w.touch(ctx, a.Claim); err != nil {
			return err
		}
	}
	if err := w.unlink(id.Kind(), n); err != nil {
		return err
	}
	if err := w.do("DELETE FROM link WHERE from_n = ? AND kind = 50", n); err != nil { // mentions
		return err
	}
	if err := w.do("DELETE FROM "+id.Kind().String()+" WHERE n = ?", n); err != nil {
		return err
	}
	return w.do("DELETE FROM node WHERE n = ?", n)
}

// readOld reads what is there of the nodes put.
func (w *writing) readOld(ctx context.Context) error {
	there := map[graph.Kind][]int64{}
	for id, n := range w.numbers {
		if w.there[id] {
			there[id.Kind()] = append(there[id.Kind()], n)
		}
	}
	w.old = map[graph.ID]graph.Node{}
	for k, list := range there {
		slices.Sort(list)
		nodes, err := w.load(ctx, k, list)
		if err != nil {
			return err
		}
		for _, n := range nodes {
			w.old[n.NodeID()] = n
		}
	}
	return nil
}

// writeNodes writes the nodes that are new or other than what is there.
func (w *writing) writeNodes(ctx context.Context) error {
	for _, n := range w.nodes {
		old := w.old[n.NodeID()]
		if old != nil && reflect.DeepEqual(old, n) {
			continue
		}
		for _, v := range []graph.Node{n, old} {
			if a, ok := v.(*graph.Attribution); ok {
				if err := w.touch(ctx, a.Claim); err != nil {
					return err
				}
			}
		}
		if err := w.writeNode(n, old); err != nil {
			return fmt.Errorf("%s: %w", n.NodeID(), err)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// touch notes that a claim, if it is there, changes with its attributions.
func (w *writing) touch(ctx context.Context, claim graph.ID) error {
	if claim == "" { // it is gone
		return nil
	}
	n, known := w.numbers[claim]
	if !known {
		n = w.found[claim].n
	}
	if n != 0 {
		w.touched[n] = true
		return nil
	}
	pos, err := position(claim)
	if err != nil {
		return err
	}
	return w.each(ctx, "SELECT n FROM node WHERE pos = ?", []any{pos}, func(rows *sql.Rows) error {
		err := rows.Scan(&n)
		w.touched[n] = true
		return err
	})
}

// writeTouched writes when the claims touched have changed: now.
func (w *writing) writeTouched(context.Context) error {
	for n := range w.touched {
		if err := w.do("UPDATE claim SET changed = ?1 WHERE n = ?2 AND changed <> ?1", w.generation, n); err != nil {
			return err
		}
	}
	return nil
}

// writeMerged writes which IDs lead to the nodes put. All that no longer do are taken out before any is put in,
// since an ID may pass from one node to another.
func (w *writing) writeMerged(context.Context) error {
	for _, n := range w.nodes {
		if old := w.old[n.NodeID()]; old != nil {
			for _, id := range merged(old) {
				if w.into[id] != n.NodeID() {
					if err := w.do("DELETE FROM merged WHERE id = ? AND n = ?", string(id), w.numbers[n.NodeID()]); err != nil {
						return err
					}
				}
			}
		}
	}
	for _, n := range w.nodes {
		old := w.old[n.NodeID()]
		for _, id := range merged(n) {
			if old == nil || !slices.Contains(merged(old), id) {
				if err := w.do("INSERT INTO merged (id, n) VALUES (?, ?)", string(id), w.numbers[n.NodeID()]); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// moveTimes gives what stands in a report the report's time, where that is another than before.
func (w *writing) moveTimes(ctx context.Context) error {
	for _, n := range w.nodes {
		r, ok := n.(*graph.Report)
		if !ok {
			continue
		}
		old, ok := w.old[r.ID].(*graph.Report)
		if !ok || old.Published.Equal(r.Published) {
			continue
		}
		err := w.exec(ctx, `UPDATE node SET time = ? WHERE n IN (
			SELECT to_n FROM link WHERE from_n = ? AND kind = 30 UNION ALL SELECT from_n FROM link WHERE to_n = ? AND kind = 80)`,
			micros(r.Published), w.numbers[r.ID], w.numbers[r.ID])
		if err != nil {
			return err
		}
	}
	return nil
}

// noneDangling is ErrInvalid when something still refers to what has been removed.
func (w *writing) noneDangling(ctx context.Context) error {
	for id, n := range w.removed {
		var left []graph.ID
		err := w.each(ctx, `SELECT node.id FROM link JOIN node ON node.n = link.from_n WHERE link.to_n = ?1
			UNION ALL SELECT node.id FROM link JOIN node ON node.n = link.to_n WHERE link.from_n = ?1 LIMIT 1`, []any{n}, scanID(&left))
		if err != nil {
			return err
		}
		if len(left) > 0 {
			return fmt.Errorf("%w: batch: %s cannot be removed: %s refers to it", graph.ErrInvalid, id, left[0])
		}
	}
	return nil
}
