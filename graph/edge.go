package graph

// EdgeKind names a kind of edge as Neo4j shows it. The open predicates of relations are not among them:
// a relation is a node, and its SUBJECT and OBJECT are edges.
type EdgeKind string

// The kinds of edge. Each belongs to the node whose fields it is made of (its owner): putting the
// owner again replaces it.
const (
	PublishedBy EdgeKind = "PUBLISHED_BY" // report to outlet; owned by the report
	Revises     EdgeKind = "REVISES"      // report to report; owned by the later
	Mentions    EdgeKind = "MENTIONS"     // report to actor, with evidence; owned by the report
	Has         EdgeKind = "HAS"          // report to attribution; owned by the attribution
	From        EdgeKind = "FROM"         // attribution to actor; owned by the attribution
	States      EdgeKind = "STATES"       // attribution to claim; owned by the attribution
	Via         EdgeKind = "VIA"          // attribution to the outer attribution; owned by the inner
	ReadIn      EdgeKind = "READ_IN"      // relation to report; owned by the relation
	Subject     EdgeKind = "SUBJECT"      // relation to actor; owned by the relation
	Object      EdgeKind = "OBJECT"       // relation to actor; owned by the relation
	AssertedBy  EdgeKind = "ASSERTED_BY"  // relation to attribution; owned by the relation
	Holds       EdgeKind = "HOLDS"        // actor to actor, with evidence; owned by the holder
)

// EdgeKinds lists all kinds of edge.
var EdgeKinds = []EdgeKind{AssertedBy, From, Has, Holds, Mentions, Object, PublishedBy, ReadIn, Revises, States, Subject, Via}

// Edge joins two nodes.
type Edge struct {
	Kind     EdgeKind
	From, To ID
	Order    int       // among the edges of this kind from the same node (of HAS: the attribution's Order)
	Evidence *Evidence // of MENTIONS and HOLDS (the first of the role's); of the others the node at an end has it
}

// Edges are the edges that a node owns, but a report's MENTIONS, which MentionEdges gives.
// An actor's role that is of nobody makes none.
func Edges(n Node) []Edge {
	var out []Edge
	add := func(k EdgeKind, from, to ID, order int) {
		if from != "" && to != "" {
			out = append(out, Edge{Kind: k, From: from, To: to, Order: order})
		}
	}
	switch n := n.(type) {
	case *Report:
		add(PublishedBy, n.ID, n.Outlet, 0)
		add(Revises, n.ID, n.Revises, 0)
	case *Actor:
		for i, r := range n.Roles {
			if r.Of != "" && len(r.Evidence) > 0 {
				e := r.Evidence[0]
				out = append(out, Edge{Kind: Holds, From: n.ID, To: r.Of, Order: i, Evidence: &e})
			}
		}
	case *Attribution:
		add(Has, n.Report, n.ID, n.Order)
		for i, s := range n.Sources {
			add(From, n.ID, s, i)
		}
		add(States, n.ID, n.Claim, 0)
		add(Via, n.ID, n.Via, 0)
	case *Relation:
		add(ReadIn, n.ID, n.Report, n.Order)
		add(Subject, n.ID, n.Subject, 0)
		add(Object, n.ID, n.Object, 0)
		add(AssertedBy, n.ID, n.AssertedBy, 0)
	}
	return out
}

// MentionEdges are the MENTIONS of the reports that the mentions stand in, each report's in their order.
func MentionEdges(list []Mention) []Edge {
	out := make([]Edge, len(list))
	order := map[ID]int{}
	for i, m := range list {
		e := m.Evidence
		out[i] = Edge{Kind: Mentions, From: e.Report, To: m.Actor, Order: order[e.Report], Evidence: &e}
		order[e.Report]++
	}
	return out
}
