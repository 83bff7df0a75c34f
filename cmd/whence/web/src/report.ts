// Report: the text with all that is attributed in it marked, and its mentions linked to their actors.

import { h, outside, replace, words } from "./dom";
import { Actor, Attribution, Evidence, Relation, Report, args, ask, reportFields } from "./graphql";
import { footnote } from "./footnote";
import { Mark, Passage, attributed } from "./passage";
import { count, moment, nameOf, outletOf, plain, stance, sure } from "./phrase";
import { changed } from "./state";
import { copy, say, takeNote, takeQuery } from "./take";
import { Context, empty, frame, link } from "./view";

type Page<T> = { totalCount: number; nodes: T[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } | null;
type Whole = Report & {
  text: string;
  author: string | null;
  wire: string | null;
  credit: string | null;
  language: string | null;
  revises: Report | null;
  revisedBy: Report | null;
  attributions: Page<Attribution>;
  mentions: Page<{ actor: Actor | null; evidence: Evidence | null }>;
  relations: Page<Relation>;
};

const parts = {
  attributions: "id words stance quotation confidence sources { id name } source { start end } cue { start end quote } content { start end } evidence { quote start end } via { id sources { id name } } claim { id text }",
  mentions: "actor { id name } evidence { start end }",
  relations: "id subject { id name } predicate object { id name } polarity modality confidence evidence { start end quote } assertedBy { id sources { name } }",
};
const page = (name: keyof typeof parts, after = "") => `${name}${args({ first: 100, after })} { totalCount nodes { ${parts[name]} } pageInfo { hasNextPage endCursor } }`;

const query = (id: string) => `query Report {
  report(id: ${JSON.stringify(id)}) {
    ${reportFields} text author wire credit language
    revises { ${reportFields} } revisedBy { ${reportFields} }
    ${page("attributions")}
    ${page("mentions")}
    ${page("relations")}
  }
}`;

/** pages is how many further pages of each are followed; who writes more than that into one report is told of it. */
const pages = 20;

export async function report(c: Context): Promise<void> {
  if (!c.state.report) return choose(c);
  const asked = query(c.state.report);
  const { report: r } = await ask<{ report: Whole | null }>(asked, c.signal);
  if (!r) {
    replace(c.main, frame("Report", null, []), empty("There is no such report", "It may never have been ingested here. ", link(c, { view: "report", report: "", at: "" }, "Show the latest reports"), "."));
    return;
  }
  await Promise.all((Object.keys(parts) as (keyof typeof parts)[]).map((name) => follow(c, r, name)));
  c.label(r.id, r.title || outletOf(r));

  const attributions = r.attributions?.nodes ?? [];
  const marks: Mark[] = attributions.flatMap(attributed);
  for (const m of r.mentions?.nodes ?? []) {
    if (m.actor && m.evidence) {
      marks.push({ start: m.evidence.start, end: m.evidence.end, kind: "named", href: changed(c.state, { view: "network", actors: [m.actor.id], to: "" }), label: `${m.actor.name}: who deals with them` });
    }
  }
  const at = () => attributions.find((a) => a.id === c.state.at);
  const passage = new Passage(r.text, marks, r.language, at()?.evidence?.start ?? 0, (of) => select(of, false));
  const entries = new Map(attributions.map((a) => [a.id, entry(c, a, () => select(a.id, true), () => note(a))]));

  function select(id: string, fromList: boolean): void {
    c.remember({ at: id });
    for (const [other, e] of entries) {
      e.classList.toggle("chosen", other === id);
      e.querySelector("button")!.setAttribute("aria-pressed", String(other === id));
    }
    passage.light(id, fromList);
    if (!fromList) entries.get(id)?.scrollIntoView({ block: "nearest" });
  }
  function note(a: Attribution): string {
    const chain = [];
    for (let via = a.via; via && chain.length < 20; via = attributions.find((x) => x.id === via!.id)?.via ?? null) chain.push(nameOf(via.sources));
    return footnote({ source: nameOf(a.sources), via: chain, report: r!, quote: a.evidence?.quote ?? a.words });
  }

  const takeWhole = takeNote(() => {
    const a = at();
    return a ? note(a) : footnote({ source: "", via: [], report: r, quote: "" });
  });
  replace(c.main,
    frame(words(r.title || "Untitled", 200), [words(outletOf(r), 100), " · ", moment(r.published), r.author ? [" · ", words(r.author, 80)] : null, r.wire ? [" · wire copy of ", words(r.wire, 60)] : null,
      r.url ? [" · ", outside(r.url, words(r.url, 70))] : null], [takeQuery(() => asked), takeWhole]),
    r.revisedBy ? h("p", { class: "note warn" }, "A later text stands under the same address: ", link(c, { report: r.revisedBy.id, at: "" }, words(r.revisedBy.title || "the later one", 100)), " · ", moment(r.revisedBy.published)) : null,
    r.revises ? h("p", { class: "note" }, "This text took the place of an earlier one: ", link(c, { report: r.revises.id, at: "" }, words(r.revises.title || "the earlier one", 100)), " · ", moment(r.revises.published)) : null,
    h("div", { class: "split reading" },
      h("section", { "aria-label": "The text" }, h("p", { class: "legend" }, h("span", { class: "source" }, "who"), " ", h("span", { class: "cue" }, "says"), " ", h("span", { class: "content" }, "what"), h("span", { class: "muted" }, "names lead to their network")), passage.element),
      h("aside", { "aria-label": "What is attributed" },
        h("h2", null, count(r.attributions?.totalCount ?? 0, "attribution")),
        attributions.length ? h("ol", { class: "said-list" }, [...entries.values()]) : h("p", { class: "muted" }, "Nobody is quoted in this report, as far as it could be read."),
        r.relations?.nodes.length ? [h("h2", null, "Who did what to whom"), h("ul", { class: "acts" }, r.relations.nodes.map((x) => h("li", null, act(c, x))))] : null)));
  if (at()) select(c.state.at, false), passage.light(c.state.at, true);
}

/** follow fetches the further pages of a list into the report. */
async function follow(c: Context, r: Whole, name: keyof typeof parts): Promise<void> {
  for (let n = 0; r[name]?.pageInfo.hasNextPage; n++) {
    if (n === pages) return say(`This report has more ${name} than are shown`);
    const more = await ask<{ report: Whole | null }>(`{ report(id: ${JSON.stringify(r.id)}) { ${page(name, r[name]!.pageInfo.endCursor ?? "")} } }`, c.signal);
    const next = more.report?.[name];
    if (!next) return;
    (r[name]!.nodes as unknown[]).push(...next.nodes);
    r[name]!.pageInfo = next.pageInfo;
  }
}

function entry(c: Context, a: Attribution, show: () => void, note: () => string): HTMLElement {
  return h("li", { class: "entry" },
    h("button", { type: "button", class: "pick", "aria-pressed": "false", on: { click: show } },
      h("strong", null, words(nameOf(a.sources), 80)), " ", a.cue.length ? words(a.cue.map((x) => x.quote).join(" .. "), 40, { class: "cue-word" }) : null, " ", stance(a.stance),
      words(a.words, 220, { class: "said" })),
    h("p", { class: "meta" }, a.via ? ["by way of ", words(nameOf(a.via.sources), 60), " · "] : null, plain(a.quotation), " · ", sure(a.confidence)),
    h("p", { class: "more-of" }, a.claim ? link(c, { view: "trace", claim: a.claim.id, at: a.id }, "Trace this claim") : null,
      h("button", { type: "button", class: "quiet", on: { click: () => void copy(note(), "The footnote") } }, "Footnote")));
}

export function act(c: Context, x: Relation): (string | Node)[] {
  return [link(c, { view: "network", actors: [x.subject.id], to: "" }, words(x.subject.name, 60)), " ",
    h("span", { class: x.polarity === "NEGATED" ? "predicate negated" : "predicate" }, (x.polarity === "NEGATED" ? "not " : "") + x.predicate.replaceAll("_", " ").slice(0, 60)), " ",
    link(c, { view: "network", actors: [x.object.id], to: "" }, words(x.object.name, 60)), " ",
    h("span", { class: "muted" }, [x.modality === "ACTUAL" ? "" : plain(x.modality) + ", ", x.assertedBy ? ["says ", words(nameOf(x.assertedBy.sources), 60)] : "says the report itself"])];
}

/** choose is the view without a report: the latest to pick from. */
async function choose(c: Context): Promise<void> {
  const asked = `query Reports {\n  reports(first: 50) { totalCount nodes { ${reportFields} } }\n}`;
  const { reports } = await ask<{ reports: { totalCount: number; nodes: Report[] } | null }>(asked, c.signal);
  const list = reports?.nodes ?? [];
  replace(c.main, frame("Reports", "Open one to read it with every attribution marked.", [takeQuery(() => asked)]),
    list.length ? h("ol", { class: "hits" }, list.map((r) => h("li", null, h("article", null,
      h("p", { class: "name" }, link(c, { report: r.id, at: "" }, words(r.title || "Untitled", 160))), h("p", { class: "meta" }, words(outletOf(r), 80), " · ", moment(r.published))))))
      : empty("There is no report in the store yet", "Ingest some, then load this page again: ", h("code", null, "whence ingest --store whence.db --sample")));
}
