// Search: one box over claims, quotations, actors and reports.

import { add, h, highlighted, replace, words } from "./dom";
import { Actor, Attribution, Report, Name, args, ask, names, reportFields } from "./graphql";
import { count, from, moment, nameOf, outletOf, plain, stance, sure } from "./phrase";
import { State } from "./state";
import { takeQuery } from "./take";
import { Context, empty, frame, link } from "./view";

type Claim = { id: string; text: string; attributions: { totalCount: number; nodes: Attribution[] } | null };
type Person = Actor & { aliases: string[]; roles: { title: string; of: Actor | null }[] };
type Page<T> = { totalCount?: number; nodes: T[] } | { node: T }[] | null;
type Found = { claims?: Page<Claim>; quotations?: Page<Attribution>; actors?: Page<Person>; reports?: Page<Report & { text?: string }> };

const kinds = [
  { kind: "CLAIM", field: "claims", list: "claims", title: "Claims", type: "Claim",
    fields: `id text attributions(first: 1) { totalCount nodes { sources { name } report { ${reportFields} } } }` },
  { kind: "ATTRIBUTION", field: "quotations", list: "attributions", title: "Quotations", type: "Attribution",
    fields: `id words stance quotation confidence sources { id name } claim { id text } report { ${reportFields} }` },
  { kind: "ACTOR", field: "actors", list: "actors", title: "Actors", type: "Actor", fields: "id name kind aliases roles { title of { id name } }" },
  { kind: "REPORT", field: "reports", list: "reports", title: "Reports", type: "Report", fields: reportFields },
] as const;

const stances = ["ASSERTS", "DENIES", "DOUBTS", "ASKS", "PROMISES", "PREDICTS"];

const filtered = (s: State) => !!(s.outlets.length || s.stances.length || s.since || s.until);

/** day turns a day into the moment it starts, so many days later. */
export function startOf(day: string, later = 0): string {
  return day ? new Date(Date.parse(day) + later * 86_400_000).toISOString().replace(".000", "") : "";
}

function query(s: State): string {
  const first = s.kind ? 100 : 8;
  const parts = kinds.filter((k) => !s.kind || k.kind === s.kind).flatMap((k) => {
    if (s.q && !filtered(s)) {
      return `  ${k.field}: search${args({ text: s.q, kinds: [new Name(k.kind)], first })} { node { ... on ${k.type} { ${k.fields} } } }`;
    }
    if (k.kind === "ACTOR" && (filtered(s) || !s.q)) return []; // they have no time, no outlet, no stance
    if (k.kind === "REPORT" && s.stances.length) return [];
    const given = { text: s.q, outlets: s.outlets, stances: k.kind === "REPORT" ? [] : names(s.stances), since: startOf(s.since), until: startOf(s.until, 1), first };
    return `  ${k.field}: ${k.list}${args(given)} { totalCount nodes { ${k.fields} } }`;
  });
  return `query Search {\n${parts.join("\n") || "  stats { claims }"}\n}`;
}

type Start = { stats: { [kind: string]: number }; outlets: { nodes: Actor[] } | null };

const start = "{ stats { reports actors attributions claims relations } outlets: actors(kinds: [OUTLET], first: 100) { nodes { id name } } }";

export async function search(c: Context): Promise<void> {
  const asked = query(c.state);
  const [about, found] = await Promise.all([ask<Start>(start, c.signal), ask<Found>(asked, c.signal)]);
  const { state } = c;
  const results = h("div", { class: "results" });
  for (const k of kinds) {
    const page = found[k.field as keyof Found] as Page<unknown>;
    if (!page) continue;
    const list = Array.isArray(page) ? page.map((hit) => hit.node) : page.nodes;
    const total = Array.isArray(page) ? list.length : page.totalCount ?? list.length;
    if (!list.length) continue;
    const more = !state.kind && (total > list.length || list.length === 8);
    add(results, h("section", { "aria-label": k.title },
      h("h2", null, state.q || filtered(state) ? k.title : `Latest ${k.title.toLowerCase()}`, " ",
        Array.isArray(page) ? null : h("span", { class: "muted" }, total.toLocaleString("en-GB"))),
      h("ol", { class: "hits" }, list.map((n) => h("li", null, hit(c, k.kind, n)))),
      more ? h("p", null, link(c, { view: "search", kind: k.kind }, `More ${k.title.toLowerCase()}`)) : null));
  }
  const heading = state.q ? ["Search: ", words(state.q, 60)] : "Where does a claim come from?";
  replace(c.main,
    frame(heading, state.q ? null : "Search what was said, by whom and where. Open a claim to trace it back to whoever first made it.", [takeQuery(() => asked)]),
    filters(c, about),
    results.childElementCount ? results : nothing(c, about));
  if (!state.q) {
    const n = about.stats;
    add(c.main, h("p", { class: "stats muted" }, `${count(n.reports, "report")} · ${count(n.claims, "claim")} · ${count(n.attributions, "attribution")} · ${count(n.actors, "actor")} · ${count(n.relations, "relation")}`));
  }
}

function nothing(c: Context, about: Start): HTMLElement {
  if (!about.stats.reports) {
    return empty("There is nothing in the store yet", "Ingest reports, then load this page again: ", h("code", null, "whence ingest --store whence.db --sample"));
  }
  if (filtered(c.state)) {
    return empty("Nothing fits all of that", "With filters every word has to be there. ",
      link(c, { view: "search", outlets: [], stances: [], since: "", until: "", kind: "" }, "Take the filters off"), " or use fewer words.");
  }
  return empty("Nothing was found", "Try a name, an outlet, or the words of a quotation; fewer words find more. ", link(c, { view: "search", q: "", kind: "" }, "Show the latest instead"));
}

function hit(c: Context, kind: string, node: unknown): HTMLElement {
  const q = c.state.q;
  switch (kind) {
    case "CLAIM": {
      const n = node as Claim;
      const first = n.attributions?.nodes[0];
      const total = n.attributions?.totalCount ?? 0;
      return h("article", null,
        h("p", { class: "said" }, link(c, { view: "trace", claim: n.id, at: "", report: first?.report?.id ?? "", actors: [] }, highlighted(n.text, q, 320))),
        h("p", { class: "meta" }, first ? ["First ", words(nameOf(first.sources), 80), " in ", from(first.report)] : null, total > 1 ? ` · said ${total} times` : null));
    }
    case "ATTRIBUTION": {
      const n = node as Attribution;
      return h("article", null,
        h("p", { class: "said" }, link(c, { view: "report", report: n.report?.id ?? "", at: n.id, claim: n.claim?.id ?? "" }, highlighted(n.words, q, 320))),
        h("p", { class: "meta" }, words(nameOf(n.sources), 80), " ", stance(n.stance), " in ", from(n.report), " ", sure(n.confidence),
          n.claim ? [" · ", link(c, { view: "trace", claim: n.claim.id, at: "" }, "trace")] : null));
    }
    case "ACTOR": {
      const n = node as Person;
      const others = n.aliases.filter((a) => a !== n.name);
      return h("article", null,
        h("p", { class: "name" }, link(c, { view: "network", actors: [n.id], to: "" }, highlighted(n.name, q, 120)), " ", h("span", { class: "tag" }, plain(n.kind ?? ""))),
        h("p", { class: "meta" }, n.roles.slice(0, 3).map((r, i) => [i ? ", " : null, words(r.title, 80), r.of ? [" of ", words(r.of.name, 60)] : null]),
          others.length ? [n.roles.length ? " · " : null, "also ", highlighted(others.slice(0, 5).join(", "), q, 160)] : null));
    }
    default: {
      const n = node as Report;
      return h("article", null,
        h("p", { class: "name" }, link(c, { view: "report", report: n.id, at: "" }, highlighted(n.title || "Untitled", q, 160))),
        h("p", { class: "meta" }, words(outletOf(n), 80), " · ", moment(n.published)));
    }
  }
}

function filters(c: Context, about: Start): HTMLElement {
  const s = c.state;
  const outlets = about.outlets?.nodes ?? [];
  const choose = (label: string, name: string, value: string, options: [value: string, text: string][], to: (v: string) => Partial<State>) => {
    const select = h("select", { name, on: { change: (e: Event) => c.go({ ...to((e.target as HTMLSelectElement).value), view: "search" }) } },
      options.map(([v, text]) => h("option", { value: v, selected: v === value }, text)));
    return h("label", null, h("span", null, label), select);
  };
  const day = (label: string, name: "since" | "until") =>
    h("label", null, h("span", null, label), h("input", { type: "date", name, value: s[name], on: { change: (e: Event) => c.go({ [name]: (e.target as HTMLInputElement).value, view: "search" }) } }));
  return h("div", { class: "filters", role: "group", "aria-label": "Filters" },
    choose("Kind", "kind", s.kind, [["", "Everything"], ...kinds.map((k): [string, string] => [k.kind, k.title])], (v) => ({ kind: v })),
    choose("Outlet", "outlet", s.outlets[0] ?? "", [["", "Any outlet"], ...outlets.map((o): [string, string] => [o.id, o.name.slice(0, 60)]).sort((a, b) => a[1].localeCompare(b[1]))], (v) => ({ outlets: v ? [v] : [] })),
    choose("Stance", "stance", s.stances[0] ?? "", [["", "Any stance"], ...stances.map((w): [string, string] => [w, plain(w)])], (v) => ({ stances: v ? [v] : [] })),
    day("From", "since"), day("To", "until"),
    filtered(s) ? link(c, { view: "search", outlets: [], stances: [], since: "", until: "" }, "Clear") : null);
}
