// Trace: a claim's chains from today back to the origin, and the words that prove each hop.

import { able } from "./able";
import { Chain, Drawing, Drift, Hop, drawChains, hopKey } from "./chains";
import { h, replace, words } from "./dom";
import { Actor, Attribution, Evidence, Report, args, ask, reportFields } from "./graphql";
import { footnote } from "./footnote";
import { Passage, attributed } from "./passage";
import { count, dayOf, drifts, endOf, from, moment, nameOf, outletOf, plain, reasons, stance, sure, takings } from "./phrase";
import { startOf } from "./search";
import { State } from "./state";
import { copy, takeDrawing, takeNote, takeQuery } from "./take";
import { Context, empty, frame, link } from "./view";

type Tracing = {
  claim: {
    id: string;
    text: string;
    forms: { text: string; first: string | null }[];
    attributions: { totalCount: number; nodes: { relations: { subject: Actor; object: Actor }[] | null }[] } | null;
    against: { nodes: (Attribution & { evidence: Evidence | null })[] } | null;
  };
  chainCount: number;
  independentOrigins: number;
  origin: { actor: Actor | null; attribution: { id: string } | null; report: Report | null; published: string | null } | null;
  earliest: Report | null;
  circular: (Report | null)[][] | null;
  chains: Chain[] | null;
  copies?: { report: Report | null; of: Report | null; share: number; revision: boolean }[] | null;
  corrections?: { report: Report | null; published: string | null; how: string; evidence: Evidence }[] | null;
  withdrawn?: boolean;
};

/** most is how many chains are drawn; the count says when there are more. */
const most = 60;

type Can = (what: string) => boolean;

const query = (s: State, can: Can) => {
  const if_ = (what: string, fields: string) => (can(what) ? fields : "");
  const drift = "drift { kind from { quote start end } to { quote start end } }";
  const lines = `query Trace {
  trace${args({ id: s.claim, asOf: can("Query.trace.asOf") ? startOf(s.asOf, 1) : null })} {
    claim {
      id text forms { text first }
      attributions(first: 20) { totalCount nodes { relations { subject { id name } object { id name } } } }
      against: attributions(stances: [DENIES, DOUBTS], first: 20) { nodes { id words stance confidence sources { id name } report { ${reportFields} } evidence { quote start end } } }
    }
    chainCount independentOrigins ${if_("Trace.withdrawn", "withdrawn")}
    origin { actor { id name } attribution { id } report { ${reportFields} } published }
    earliest { ${reportFields} }
    circular { ${reportFields} }
    ${if_("Trace.copies", `copies { report { ${reportFields} } of { ${reportFields} } share revision }`)}
    ${if_("Trace.corrections", `corrections { report { ${reportFields} } published how evidence { quote start end } }`)}
    chains(first: ${most}) {
      end confidence ${if_("Chain.withdrawn", "withdrawn")} report { ${reportFields} }
      ${if_("Chain.candidates", `candidates { report { ${reportFields} } why score evidence { quote start end } }`)}
      hops {
        actor { id name kind } stance confidence report { ${reportFields} }
        attribution { id quotation source { start end } cue { quote start end } content { start end } }
        evidence { quote start end report { id } }
        ${if_("Hop.drift", drift)}
      }
    }
  }
}`;
  return lines.split("\n").filter((l) => l.trim()).join("\n");
};

export async function trace(c: Context): Promise<void> {
  if (!c.state.claim) return pick(c);
  const can = await able();
  const asked = query(c.state, can);
  const { trace: t } = await ask<{ trace: Tracing | null }>(asked, c.signal);
  if (!t) {
    replace(c.main, frame("Trace", null), empty("There is no such claim", "It may have been ingested elsewhere. ", link(c, { view: "search", claim: "", at: "" }, "Search for its words"), "."));
    return;
  }
  c.label(c.state.claim, t.claim.text);
  const ends = t.claim.attributions?.nodes.flatMap((a) => a.relations ?? []).flatMap((r) => [r.subject, r.object]) ?? [];
  for (const a of ends) c.label(a.id, a.name);
  if (t.origin?.actor) c.label(t.origin.actor.id, t.origin.actor.name);
  const people = [...new Set([...ends.map((a) => a.id), ...(t.origin?.actor ? [t.origin.actor.id] : [])])].slice(0, 8);
  c.suggest({ actors: people, report: t.origin?.report?.id ?? t.earliest?.id ?? "" });

  const chains = t.chains ?? [];
  const originHop = t.origin ? `${t.origin.attribution?.id ?? ""} ${t.origin.actor?.id ?? ""}` : "";
  const stage = h("div", { class: "stage", tabindex: "0", role: "region", "aria-label": "The drawing" });
  const evidence = h("section", { class: "evidence-panel", "aria-label": "Evidence", "aria-live": "polite" });
  const buttons = new Map<HTMLElement, [hop: string, chain: number]>();
  let drawing: Drawing | null = null;
  let chosen: { hop: Hop; chain: number } | null = null;

  const chainOf = (hop: Hop) => chains.findIndex((ch) => ch.hops.some((x) => hopKey(x) === hopKey(hop)));
  const note = (chain: Chain) => {
    const last = chain.hops[chain.hops.length - 1];
    const via = chain.hops.slice(0, -1).map((x) => x.actor?.name ?? "an unnamed source").reverse();
    return footnote({ source: last.actor?.name ?? "an unnamed source", via, report: chain.report ?? last.report!, quote: chain.hops[0].evidence.quote });
  };
  function choose(hop: Hop, chain: number, byHand: boolean): void {
    chosen = { hop, chain };
    drawing?.choose(hopKey(hop), chain);
    for (const [b, [key, n]] of buttons) b.setAttribute("aria-pressed", String(key === hopKey(hop) && n === chain));
    if (byHand) c.remember({ at: hop.attribution?.id ?? "", report: hop.report?.id ?? "" });
    void show(c, evidence, hop, byHand);
  }
  function draw(): void {
    if (stage.clientWidth < 100) return; // it is not on the page any more
    drawing = drawChains(chains, copied(t!), originHop, c.state, stage.clientWidth, (hop) => choose(hop, chosen && chains[chosen.chain].hops.some((x) => hopKey(x) === hopKey(hop)) ? chosen.chain : chainOf(hop), true));
    replace(stage, drawing.svg);
    if (chosen) drawing.choose(hopKey(chosen.hop), chosen.chain);
  }

  const list = h("ol", { class: "chain-list" }, chains.map((chain, n) => h("li", null,
    h("h3", null, from(chain.report), chain.withdrawn ? [" ", h("span", { class: "tag stance-denies" }, "taken back")] : null),
    h("ol", null, chain.hops.map((hop) => {
      const b = h("button", { type: "button", class: "pick hop", "aria-pressed": "false", on: { click: () => choose(hop, n, true) } },
        h("span", { class: "hop-head-line" }, h("strong", null, words(hop.actor?.name ?? "no source named", 80)), " ", stance(hop.stance), " ", sure(hop.confidence),
          hop.report && hop.report.id !== chain.report?.id ? h("span", { class: "muted" }, " in ", words(outletOf(hop.report), 60)) : null),
        words(hop.evidence.quote, 150, { class: "said" }), hop.drift?.map((d) => h("span", { class: "drifted" }, drifted(d))));
      buttons.set(b, [hopKey(hop), n]);
      return h("li", null, b);
    })),
    h("p", { class: "meta stop" }, h("span", { class: "tag" }, endOf(chain.end)[0]), " ", endOf(chain.end)[1], " ", chain.candidates?.length ? h("span", { class: "candidates" }, "It could be ", chain.candidates.slice(0, 3).map((x, i) => [i ? "; or " : null, link(c, { view: "report", report: x.report?.id ?? "", at: "" }, from(x.report)),
        ` (${x.why.map((w) => reasons[w] ?? plain(w)).join(", ")})`])) : null, " ",
      h("button", { type: "button", class: "quiet", on: { click: () => void copy(note(chain), "The footnote") } }, "Footnote")))));

  replace(c.main,
    frame(["“", words(t.claim.text, 260), "”"], null, [takeQuery(() => asked), ...(chains.length ? [takeNote(() => note(chains[Math.max(0, chosen?.chain ?? 0)])), ...takeDrawing(() => drawing!.svg, "whence-trace")] : [])]),
    verdict(c, t, chains),
    can("Query.trace.asOf") ? h("div", { class: "filters" }, h("label", { class: "inline" }, h("span", null, "As the press stood on"), h("input", { type: "date", name: "asof", value: c.state.asOf, on: { change: (e: Event) => c.go({ asOf: (e.target as HTMLInputElement).value }) } })),
      c.state.asOf ? link(c, { asOf: "" }, "Up to now") : null) : null,
    takenBack(c, t),
    t.circular?.length ? h("p", { class: "note warn" }, "Reports that cite each other in a circle: ", t.circular.map((loop, i) => [i ? "; " : null, loop.map((r, j) => [j ? " → " : null, words(outletOf(r), 60)])])) : null,
    chains.length ? h("div", { class: "split tracing" },
      h("section", { class: "drawn", "aria-label": "Chains" }, stage, key(chains), t.chainCount > chains.length ? h("p", { class: "meta" }, `The best ${chains.length} of ${t.chainCount} chains are drawn.`) : null),
      h("aside", { "aria-label": "Evidence" }, evidence, against(c, t), copies(c, t), wordings(t)),
      h("section", { class: "chain-section", "aria-label": "The chains in words" }, h("h2", null, count(t.chainCount, "chain"), " in words"), list))
      : empty("No chain leads anywhere", "No report in the store names a source for this claim."));
  if (!chains.length) return;
  draw();
  const seen = new ResizeObserver(() => { if (Math.abs(stage.clientWidth - last) > 24) { last = stage.clientWidth; draw(); } });
  let last = stage.clientWidth;
  seen.observe(stage);
  c.signal.addEventListener("abort", () => seen.disconnect());

  const wanted = c.state.at ? chains.flatMap((ch, n) => ch.hops.map((hop) => ({ hop, n }))).find(({ hop }) => hop.attribution?.id === c.state.at) : undefined;
  if (wanted) choose(wanted.hop, wanted.n, false);
  else choose(chains[0].hops[chains[0].hops.length - 1], 0, false);
}

/** show opens a hop's evidence in the text of its report. */
async function show(c: Context, panel: HTMLElement, hop: Hop, scroll: boolean): Promise<void> {
  const id = hop.evidence.report?.id ?? hop.report?.id;
  panel.dataset.hop = hopKey(hop);
  const head = [
    h("h2", null, words(hop.actor?.name ?? "no source named", 80), " ", stance(hop.stance), " ", sure(hop.confidence)),
    h("p", { class: "meta" }, "in ", hop.report ? link(c, { view: "report", report: hop.report.id, at: hop.attribution?.id ?? "" }, words(hop.report.title || "Untitled", 100)) : "a report", ", ", from(hop.report)),
  ];
  if (hop.drift?.length) head.push(h("p", { class: "meta" }, hop.drift.map((d) => h("span", { class: "drifted" }, drifted(d)))));
  const frame = h("div", { class: "passage-frame", tabindex: "0", role: "region", "aria-label": "The text of the report" }, h("blockquote", { class: "said" }, words(hop.evidence.quote, 600)));
  replace(panel, head, frame);
  type Text = { text: string; language: string | null };
  let text: Text | null = null;
  try {
    ({ report: text } = await ask<{ report: Text | null }>(`{ report(id: ${JSON.stringify(id)}) { text language } }`, c.signal));
  } catch (e) {
    if ((e as Error).name === "AbortError") return;
    panel.append(h("p", { class: "meta" }, "The whole text cannot be had at present."));
  }
  if (!text || panel.dataset.hop !== hopKey(hop)) return;
  const { start, end } = hop.evidence;
  const of = hop.attribution?.id ?? "";
  const passage = new Passage(text.text, [{ start, end, kind: "evidence", of }, ...(hop.attribution ? attributed(hop.attribution) : [])], text.language, start);
  replace(frame, passage.element);
  const lit = frame.querySelector<HTMLElement>(".evidence");
  if (lit) frame.scrollTop = lit.offsetTop - frame.offsetTop - 28;
  if (scroll && matchMedia("(max-width: 64rem)").matches) panel.scrollIntoView({ block: "start" });
}

/** verdict is what the trace comes to, in one glance. */
function verdict(c: Context, t: Tracing, chains: Chain[]): HTMLElement {
  const reports = new Set(chains.map((ch) => ch.report?.id)).size;
  const o = t.origin;
  const fact = (name: string, ...value: Parameters<typeof h>[2][]) => h("div", null, h("dt", null, name), h("dd", null, value));
  return h("dl", { class: "verdict" },
    fact("Origin", o ? [o.actor ? link(c, { view: "network", actors: [o.actor.id], to: "" }, words(o.actor.name, 80)) : "a source without a name", h("small", null, "in ", from(o.report))] : [h("span", null, "not told"), h("small", null, "No report names a source.")]),
    fact("Independent origins", String(t.independentOrigins), h("small", null, t.independentOrigins === 1 && reports > 1 ? `${reports === 2 ? "Both" : `All ${reports}`} reports go back to one source.` : t.independentOrigins > 1 ? "They do not echo one another." : "")),
    fact("First published", t.earliest ? [link(c, { view: "report", report: t.earliest.id, at: "" }, words(outletOf(t.earliest), 60)), h("small", null, moment(t.earliest.published))] : "not told"),
    fact("Said", count(t.claim.attributions?.totalCount ?? 0, "time"), h("small", null, `in ${count(reports, "report")}`)));
}

function against(c: Context, t: Tracing): HTMLElement | null {
  const list = t.claim.against?.nodes ?? [];
  if (!list.length) return null;
  return h("section", { class: "against" }, h("h2", null, "Who speaks against it"), h("ul", { class: "said-list" }, list.map((a) => h("li", { class: "entry" },
    h("strong", null, words(nameOf(a.sources), 80)), " ", stance(a.stance), " ", sure(a.confidence),
    words(a.evidence?.quote ?? a.words, 240, { class: "said" }),
    h("p", { class: "meta" }, link(c, { view: "report", report: a.report?.id ?? "", at: a.id }, from(a.report)))))));
}

/** copied is how many reports have the words of each. */
function copied(t: Tracing): Map<string, number> {
  const out = new Map<string, number>();
  for (const x of t.copies ?? []) if (x.of) out.set(x.of.id, (out.get(x.of.id) ?? 0) + 1);
  return out;
}

function copies(c: Context, t: Tracing): HTMLElement | null {
  if (!t.copies?.length) return null;
  return h("section", { class: "copies" }, h("h2", null, count(t.copies.length, "copy", "copies")), h("p", { class: "meta" }, "They have another's words, and are no sources of their own."),
    h("ul", { class: "acts" }, t.copies.slice(0, 60).map((x) => h("li", null, link(c, { view: "report", report: x.report?.id ?? "", at: "" }, from(x.report)),
      h("span", { class: "muted" }, x.revision ? " revises " : " has the words of ", words(outletOf(x.of), 60), `, ${Math.round(100 * x.share)} % of it`)))));
}

/** takenBack are the corrections, above all else: who reads a claim must not miss them. */
function takenBack(c: Context, t: Tracing): HTMLElement | null {
  if (!t.corrections?.length) return null;
  return h("section", { class: "note warn", "aria-label": "Corrections" }, h("h2", null, t.withdrawn ? "This was taken back" : "Some of this was taken back"),
    h("ul", null, t.corrections.slice(0, 20).map((x) => h("li", null, takings[x.how] ?? plain(x.how), ": ", words(x.evidence.quote, 240, { class: "said" }), " ",
      link(c, { view: "report", report: x.report?.id ?? "", at: "" }, from(x.report))))));
}

function drifted(d: Drift): (string | Node)[] {
  return [`${drifts[d.kind] ?? plain(d.kind)}: `, words(d.from.quote, 90, { class: "was" }), " → ", words(d.to.quote, 90, { class: "is" })];
}

function wordings(t: Tracing): HTMLElement | null {
  if (t.claim.forms.length < 2) return null;
  return h("details", { class: "wordings" }, h("summary", null, count(t.claim.forms.length, "wording")),
    h("ul", null, t.claim.forms.slice(0, 40).map((f) => h("li", null, words(f.text, 300, { class: "said" }), " ", h("span", { class: "meta" }, dayOf(f.first))))));
}

function key(chains: Chain[]): HTMLElement {
  const taken = chains.some((ch) => ch.withdrawn), drift = chains.some((ch) => ch.hops.some((x) => x.drift?.length));
  return h("p", { class: "key meta" }, h("span", { class: "line sure1" }), "surely so ", h("span", { class: "line sure2" }), "fairly ", h("span", { class: "line sure3" }), "unsure",
    h("span", null, "The words on a line are those of the report: open them for the evidence.", drift ? " ≠ marks where they say something else than the report that is cited." : "", taken ? " What is struck out was taken back." : ""));
}

/** pick is the view without a claim: those that many have said lately. */
async function pick(c: Context): Promise<void> {
  const asked = `query Claims {\n  claims(first: 60) { nodes { id text attributions(first: 1) { totalCount nodes { sources { name } report { ${reportFields} } } } } }\n}`;
  type Claim = { id: string; text: string; attributions: { totalCount: number; nodes: Attribution[] } | null };
  const { claims } = await ask<{ claims: { nodes: Claim[] } | null }>(asked, c.signal);
  const list = (claims?.nodes ?? []).sort((a, b) => (b.attributions?.totalCount ?? 0) - (a.attributions?.totalCount ?? 0)).slice(0, 20);
  replace(c.main, frame("Trace a claim", "Pick a claim, or search for its words: its chains lead back to whoever first made it.", [takeQuery(() => asked)]),
    list.length ? h("ol", { class: "hits" }, list.map((n) => h("li", null, h("article", null,
      h("p", { class: "said" }, link(c, { claim: n.id, at: "" }, words(n.text, 300))),
      h("p", { class: "meta" }, n.attributions?.nodes[0] ? ["First ", words(nameOf(n.attributions.nodes[0].sources), 80), " in ", from(n.attributions.nodes[0].report)] : null, (n.attributions?.totalCount ?? 0) > 1 ? ` · said ${n.attributions!.totalCount} times` : null)))))
      : empty("There is no claim in the store yet", "Ingest reports, then load this page again: ", h("code", null, "whence ingest --store whence.db --sample")));
}
