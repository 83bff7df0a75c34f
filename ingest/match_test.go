package ingest

import (
	"testing"

	"github.com/whence-graph/whence/graph"
)

// The same in other words, and what only looks like it.
func TestSameClaim(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		same bool
	}{
		{"Renata Quist has invited Joren Maelis to observe the naval exercise", "that Quist has invited Maelis to observe the naval exercise", true},
		{"the letters went to all five capitals of the basin", "letters had gone to all five basin capitals", true},
		{"Ostler Mill is about to be closed by its owners", "the owners will close Ostler Mill", true},
		{"Mayor Dahl paid the ferry company twice", "the ferry company was paid twice by Mayor Dahl", true},

		{"Minister Varga accused Minister Orlov of selling the harbour", "Minister Orlov accused Minister Varga of selling the harbour", false},
		{"the harbour authority may sell two of its cranes", "the harbour authority will sell two of its cranes", false},
		{"both President Ada Orlov and Prime Minister Bo Varga", "that President Ada Orlov told Prime Minister Bo Varga to resign", false}, // names alone
		{"cracks were found in 12 hangers of the bridge", "cracks have been found in twelve hangers of the bridge", true},
		{"the reserve bank has stopped selling foreign currency", "The Reserve Bank stopped the selling of foreign currency", true},

		{"the fund paid 30,000 crowns to the harbour board", "the harbour board was paid thirty thousand crowns by the fund", true},
		{"the fund paid $2.5 million to the harbour board", "the fund paid 2.5 million dollars to the harbour board", true},
		{"the board dismissed the harbour chief, who had not been told", "the board dismissed the harbour chief", true},
		{"three weeks ago the board dismissed the harbour chief", "the board dismissed the harbour chief on 4 March", true},
		{"the board dismissed the harbour chief on 5 March", "the board dismissed the harbour chief on 4 March", false},
		{"the fund paid 30,000 crowns to the harbour board", "the fund paid 30 million crowns to the harbour board", false},
		{"the harbour chief, who was ill, was not dismissed by the board", "the harbour chief was dismissed by the board", false},
		{"cracks were found in 12 hangers of the bridge", "cracks were found in 14 hangers of the bridge", false},
		{"the bank will devalue the currency by a fifth", "the bank has devalued the currency by a fifth", false},
		{"the ministry had received the letter from the capital", "the ministry had not received the letter from the capital", false},
		{"the ministry hadn't received the letter from the capital", "the ministry had never received the letter from the capital", true},
		{"whether the ministry received the letter from the capital", "the ministry received the letter from the capital", false},
		{"that President Orlov would meet Minister Varga in June", "that President Orlov would meet Minister Keller in June", false},
		{"the bridge was closed to lorries", "the tunnel was opened to trams", false},
		{"Yes", "Yes", false}, // too little to stand by itself
	} {
		a, b := meaningOf(graph.Form{Text: tt.a}), meaningOf(graph.Form{Text: tt.b})
		if got := a.same(b); got != tt.same {
			t.Errorf("same(%q, %q) = %v: %+v, %+v", tt.a, tt.b, got, a, b)
		}
		if a.same(b) != b.same(a) {
			t.Errorf("same(%q, %q) depends on the order", tt.a, tt.b)
		}
		if tt.same && !keyInCommon(a.keys(), b.keys()) {
			t.Errorf("%q and %q have no key in common", tt.a, tt.b)
		}
	}
}

func TestStem(t *testing.T) {
	for _, forms := range [][]string{{"invite", "invites", "invited", "inviting"}, {"stop", "stopped", "stopping"}, {"cry", "cries", "cried"}, {"go", "went", "gone"}, {"class", "classes"}} {
		for _, w := range forms[1:] {
			if stem(w) != stem(forms[0]) {
				t.Errorf("stem(%q) = %q, but stem(%q) = %q", w, stem(w), forms[0], stem(forms[0]))
			}
		}
	}
}
