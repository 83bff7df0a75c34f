// Package ingest turns the text of reports into the batches that a graph.Store keeps.
//
// # Reading one report
//
// An Extractor reads a text and gives an Analysis: who is mentioned, who said what, in whose words, and who did
// what to whom. It is pure: the same text gives the same analysis, on any number of goroutines, and nothing but
// the text goes in. Only a text that is not UTF-8 is an error; prose that it cannot follow yields fewer
// attributions. It costs no more than the length of the text, and of one of hundreds of pages the weights read the
// beginning only. Places are bytes, on rune borders.
//
// The steps, on one sentence:
//
//	The rail strike is off, the Valley Herald reported, citing Jonas Weil, a union official.
//
//	split            The | rail | strike | is | off | , | the | Valley | Herald | reported | , | citing | ..   word.go
//	findQuotations   pairs of marks; none here                                                                 quote.go
//	findSentences    one; a full stop inside a quotation would not end it                                      sentence.go
//	tagWords         The/article rail/noun .. is/helper .. Valley/name Herald/name reported/verb               word.go
//	findNames        [Valley Herald] outlet, [Jonas Weil] person                                               mention.go
//	findAttributions source [the Valley Herald]  cue [reported]  content [The rail strike is off]              attribution.go
//	findActs         none; "Clara Voss met Nils Aaby" would be one                                             relation.go
//
// Attributions are read twice: package model, trained on many articles, finds what no rule foresees, and the rules know
// what its corpus has not, above all what is told at second hand. It also gives each sentence a tree, which acts are read
// from, and names their kinds:
//
//	Read             source, cue, contents and a trust; trees; names; by the weights                           model/
//	triples          the statements in words, with the verb that tells the stance                              statement.go
//	join             one list of both readers' attributions                                                    join.go
//	within           each content read once more: is it itself an attribution?                                 second.go
//	cite             Weil told the same, through the Herald: it cites him                                       second.go
//	plant            The <-det- strike <-nsubj- off ..                                                         tree.go
//	actsByTree       who does what to whom, through subjects, objects and infinitives                          act.go
//
// That much is a reading (reading.go), and the one place where one reader may give way to another: whoever
// fills a reading's words, spots, triples and acts needs to change nothing after it. The rest reads only that:
//
//	chain            Weil's attribution is via the Herald's: it cites                                          via.go
//	meetAll          who is who: surnames, titles, pronouns, acronyms; unsure means apart                      coreference.go, referent.go
//	quotationOf      indirect                                                                                  stance.go
//	stanceOf         asserts, from the cue's lemma, its negation, the content's main clause                    stance.go
//	confidence       how often what was found like this is right                                               confidence.go
//	relations        each act, asserted by the innermost attribution that holds it                             extract.go
//
// A phrase is found by walking over the tags (phrase.go); what a source may be is told by its head (source.go),
// what a cue takes by cue.txt, what words are by lexicon.txt, what relates actors by relation.txt.
//
// # Many reports
//
// Analyses meet in the resolver, and Run reads reports, extracts, resolves and puts one batch a report:
//
//	resolveActors    who bears one full name, in whatever spelling, is one                                     resolve_actor.go, resolve_name.go
//	resolveShort     whom a surname alone stands for, here and in earlier reports                              resolve_short.go
//	resolveClaims    contents with names for their pronouns; what says the same; what a denial points back to  resolve_claim.go, match.go
package ingest
