package graph

import (
	"context"
	"sort"
	"strings"
)

// SearchText is what NodeQuery.Text looks into, folded: a report's title and text, an actor's names and role
// titles, the content of an attribution, the forms of a claim, the predicate and evidence of a relation.
func SearchText(n Node) string {
	var parts []string
	switch n := n.(type) {
	case *Report:
		parts = append(parts, n.Title, n.Text)
	case *Actor:
		parts = append(append(parts, n.Name), n.Aliases...)
		for _, r := range n.Roles {
			parts = append(parts, r.Title)
		}
	case *Attribution:
		for _, e := range n.Content {
			parts = append(parts, e.Quote)
		}
	case *Claim:
		for _, f := range n.Forms {
			parts = append(parts, f.Text, f.Resolved)
		}
	case *Relation:
		parts = append(parts, strings.ReplaceAll(n.Predicate, "_", " "))
		for _, e := range n.Evidence {
			parts = append(parts, e.Quote)
		}
	}
	return Fold(strings.Join(parts, " "))
}

// FindKeys are the keys by which NodeQuery.Keys finds the node: an actor's or claim's own, and those of a report's text (see
// CopyKeys and NoticeKey), which follow from it and are kept by no one.
func FindKeys(n Node) []string {
	switch n := n.(type) {
	case *Actor:
		return n.Keys
	case *Claim:
		return n.Keys
	case *Report:
		keys := CopyKeys(n.Text)
		if len(notices(n)) > 0 {
			keys = append(keys, NoticeKey)
		}
		return keys
	}
	return nil
}

// Hit is a node that a search found, and how much of what was asked for it holds: 0 to 1.
type Hit struct {
	Node  Node
	Score float64
}

// pool is how many nodes of a kind a search looks at for each word. Words that more hold count for little, and only where no other is held.
const pool = 200

// maxWords is how many words of a question count: who asks says first what it is about.
const maxWords = 32

// asked are the words of a question that count, each once and in its order.
func asked(text string) []string {
	var words []string
	seen := map[string]bool{}
	for _, w := range Words(text) {
		if !seen[w] && len(words) < maxWords {
			seen[w] = true
			words = append(words, w)
		}
	}
	return words
}

// Search answers the nodes of the given kinds that fit the text best, best first, at most limit of them. The text's first 32 words count.
// Nodes that hold every word come first; where there are none, those with the weightiest part of the words, a word weighing the more the
// fewer nodes hold it. The score is what share of the weight the node holds, times how little else it says. Nothing fits a text
// without words.
func Search(ctx context.Context, r Reader, kinds []Kind, text string, limit int) ([]Hit, error) {
	words := asked(text)
	if len(words) == 0 { // to Find it would mean anything
		return nil, nil
	}
	var hits []Hit
	for _, k := range kinds {
		all, err := r.Find(ctx, NodeQuery{Kind: k, Text: strings.Join(words, " "), Limit: pool})
		if err != nil {
			return nil, err
		}
		weight, found := map[string]float64{}, map[ID]Node{}
		for _, n := range all.Nodes {
			found[n.NodeID()] = n
		}
		telling := false // whether a word is one that few nodes hold
		for _, w := range words {
			if weight[w] = 1; len(all.Nodes) > 0 {
				continue
			}
			n, err := r.Count(ctx, NodeQuery{Kind: k, Text: w, Limit: pool})
			if err != nil {
				return nil, err
			}
			weight[w] = 1 / float64(1+n)
			telling = telling || 0 < n && n < pool
		}
		for _, w := range words {
			if len(all.Nodes) > 0 || telling && weight[w] <= 1/float64(1+pool) || weight[w] == 1 {
				continue // of a word that many nodes hold, some are not worth looking at
			}
			p, err := r.Find(ctx, NodeQuery{Kind: k, Text: w, Limit: pool})
			if err != nil {
				return nil, err
			}
			for _, n := range p.Nodes {
				found[n.NodeID()] = n
			}
		}
		for _, n := range found {
			if a, ok := n.(*Actor); ok {
				if s, _ := a.Short(); s.Settled { // whoever is meant by it is found too
					continue
				}
			}
			hits = append(hits, Hit{Node: n, Score: fit(n, words, weight)})
		}
	}
	sort.Slice(hits, func(i, j int) bool {
		if hits[i].Score != hits[j].Score {
			return hits[i].Score > hits[j].Score
		}
		return hits[i].Node.NodeID() < hits[j].Node.NodeID()
	})
	return hits[:min(len(hits), limit)], nil
}

// fit scores a claim by its best form, an actor by its best name, everything else as a whole.
func fit(n Node, words []string, weight map[string]float64) float64 {
	texts := []string{SearchText(n)}
	switch n := n.(type) {
	case *Claim:
		for _, f := range n.Forms {
			texts = append(texts, Fold(f.Text))
		}
	case *Actor:
		for _, a := range n.Aliases {
			texts = append(texts, Fold(a))
		}
	}
	best := 0.0
	for _, t := range texts {
		has := map[string]bool{}
		for _, w := range strings.Fields(t) {
			has[w] = true
		}
		got, of := 0.0, 0.0
		common := 0
		for _, w := range words {
			of += weight[w]
			if has[w] {
				got += weight[w]
				common++
			}
		}
		if got > 0 {
			// Up to a tenth is for saying little else, so that it never outweighs a word.
			best = max(best, got/of*(0.9+0.1*float64(common)/float64(len(has))))
		}
	}
	return best
}
