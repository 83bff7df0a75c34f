// What is looked at stands in the address, all of it, so that an address shows to another what it shows here. The four views
// share it: going from one to another keeps the claim, the report and the actors that are selected.

export const views = ["search", "trace", "network", "report"] as const;
export type View = (typeof views)[number];

/** State is the address, read. Lists are never missing; words that are not given are empty. */
export type State = {
  view: View;
  // search
  q: string;
  kind: string;
  outlets: string[];
  stances: string[];
  since: string;
  until: string;
  // the selection
  claim: string;
  report: string;
  at: string; // an attribution of the report, or of the trace
  asOf: string; // the day that a trace and a network stop at
  actors: string[];
  // network
  depth: number;
  predicates: string[];
  polarity: string;
  to: string; // the end of a path from the first of the actors
};

const oneOf = (list: readonly string[], word: string | null, standard: string) => (word && list.includes(word) ? word : standard);
const id = (word: string | null) => (word && /^[a-z]:[a-z0-9]{1,64}$/.test(word) ? word : "");
const ids = (list: string[]) => list.map(id).filter(Boolean).slice(0, 50);
const day = (word: string | null) => (word && /^\d{4}-\d\d-\d\d$/.test(word) && !isNaN(Date.parse(word)) ? word : "");

export function read(location: { pathname: string; search: string }): State {
  const p = new URLSearchParams(location.search);
  return {
    view: oneOf(views, location.pathname.split("/").pop() ?? "", "search") as View,
    q: (p.get("q") ?? "").slice(0, 500),
    kind: oneOf(["CLAIM", "ATTRIBUTION", "ACTOR", "REPORT"], p.get("kind"), ""),
    outlets: ids(p.getAll("outlet")),
    stances: p.getAll("stance").filter((w) => /^[A-Z]{1,20}$/.test(w)).slice(0, 10),
    since: day(p.get("since")),
    until: day(p.get("until")),
    claim: id(p.get("claim")),
    report: id(p.get("report")),
    at: id(p.get("at")),
    asOf: day(p.get("asof")),
    actors: ids(p.getAll("actor")),
    depth: Math.min(4, Math.max(1, Number(p.get("depth")) | 0)),
    predicates: p.getAll("predicate").filter((w) => /^[\p{Lu}\p{N}_]{1,80}$/u.test(w)).slice(0, 100),
    polarity: oneOf(["AFFIRMED", "NEGATED"], p.get("polarity"), ""),
    to: id(p.get("to")),
  };
}

/** address is the relative address of a state. What belongs to another view than its own is left out, but for the selection. */
export function address(state: State): string {
  const p = new URLSearchParams();
  const put = (name: string, value: string | string[]) => {
    for (const v of [value].flat()) if (v) p.append(name, v);
  };
  put("q", state.q);
  if (state.view === "search") {
    put("kind", state.kind);
    put("outlet", state.outlets);
    put("stance", state.stances);
  }
  if (state.view === "search" || state.view === "network") {
    put("since", state.since);
    put("until", state.until);
  }
  put("claim", state.claim);
  put("report", state.report);
  if (state.view === "report" || state.view === "trace") put("at", state.at);
  if (state.view === "trace" || state.view === "network") put("asof", state.asOf);
  put("actor", state.actors);
  if (state.view === "network") {
    put("depth", state.depth > 1 ? String(state.depth) : "");
    put("predicate", state.predicates);
    put("polarity", state.polarity);
    put("to", state.to);
  }
  const query = p.toString().replaceAll("%3A", ":");
  return query ? `${state.view}?${query}` : state.view;
}

/** with is the address of a state changed. */
export function changed(state: State, change: Partial<State>): string {
  return address({ ...state, ...change });
}
