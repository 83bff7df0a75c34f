// What the network view knows: relations, those that the filters let through, and the arrows that they are drawn as.

import { Actor, Name, Relation, args, ask, reportFields } from "./graphql";
import { startOf } from "./search";
import { State } from "./state";

export type Knot = { actor: Actor; degree: number; start: boolean };
/** Arrow is all relations with one subject, predicate, object and polarity. */
export type Arrow = { key: string; from: number; to: number; predicate: string; negated: boolean; relations: Relation[]; bend: number };
export type Net = { knots: Knot[]; arrows: Arrow[]; index: Map<string, number>; relations: Relation[] };

const lean = "id subject { id } predicate object { id } polarity modality confidence report { id published }";
const rich = `id subject { id } predicate object { id } polarity modality confidence report { ${reportFields} } assertedBy { id stance sources { id name } } evidence { quote start end }`;

/** few is up to how many relations are fetched with all that is told of them; of more, that is fetched when it is shown. */
const few = 1000;
/** many is the most that one query gives, and all is the most that are drawn. */
const many = 5000;
const all = 20_000;

const filters = (s: State) => ({
  predicates: s.predicates,
  polarities: s.polarity ? [new Name(s.polarity)] : [],
  since: startOf(s.since),
  until: startOf(s.until, 1),
  asOf: startOf(s.asOf, 1),
});

/** query is the one behind the view, as its filters stand. */
export function query(s: State, limit: number | null = few): string {
  const network = `network${args({ actors: s.actors, depth: s.actors.length ? s.depth : null, ...filters(s), limit })} {
    cut
    actors { id name kind }
    relations { ${limit && limit > few ? lean : rich} }
  }`;
  if (!s.to || !s.actors.length) return `query Network {\n  ${network}\n}`;
  return `query Network {\n  ${network}\n  path${args({ from: s.actors[0], to: s.to, ...filters(s) })} {
    actors { id name kind }
    relations { ${rich} }
  }\n}`;
}

type Answer = { network: { cut: boolean; actors: Actor[]; relations: Relation[] } | null; path?: Path | null };
export type Path = { actors: Actor[]; relations: Relation[] };
export type Loaded = { actors: Map<string, Actor>; relations: Map<string, Relation>; cut: boolean; whole: boolean; path: Path | null };

/** load fetches the relations around the actors, or all; it yields when there is something to draw, and again when there is more. Filters
 * are left to `chosen`, unless there are too many relations for that. */
export async function* load(s: State, signal: AbortSignal): AsyncGenerator<Loaded> {
  const open = { ...s, predicates: [], polarity: "", since: "", until: "", to: "" };
  const out: Loaded = { actors: new Map(), relations: new Map(), cut: false, whole: false, path: null };
  const take = (a: Answer["network"]) => {
    a?.actors.forEach((x) => out.actors.set(x.id, x));
    a?.relations.forEach((x) => out.relations.set(x.id, x));
    return !!a?.cut;
  };
  const fetch = async (of: State, limit: number) => take((await ask<Answer>(query(of, limit), signal)).network);
  if (s.to && s.actors.length) {
    out.path = (await ask<Answer>(query(s, 1), signal)).path ?? null;
    if (out.path) take({ cut: false, ...out.path });
  }
  const total = s.actors.length ? 0 : (await ask<{ relations: { totalCount: number } | null }>(`{ relations${args({ asOf: startOf(s.asOf, 1), first: 1 })} { totalCount } }`, signal)).relations?.totalCount ?? 0;
  if (total <= few) {
    out.cut = await fetch(open, few);
    if (out.cut) out.cut = await fetch(open, many);
  } else if (total <= all) {
    for await (const _ of stretches(total, signal, (since, until) => fetch({ ...open, since, until }, many))) yield out;
    out.cut = out.relations.size < total;
  } else {
    out.cut = true;
  }
  const filtered = s.predicates.length || s.polarity || s.since || s.until;
  if (out.cut && (filtered || !out.relations.size)) out.cut = await fetch({ ...s, to: "" }, many);
  out.whole = true;
  yield out;
}

/** stretches fetches all by stretches of time, the latest first, two at once. */
async function* stretches(total: number, signal: AbortSignal, fetch: (since: string, until: string) => Promise<boolean>): AsyncGenerator<void> {
  type Ends = { [end in "first" | "last"]: { nodes: { report: { published: string | null } | null }[] } | null };
  const ends = await ask<Ends>("{ first: relations(order: OLDEST, first: 1) { nodes { report { published } } } last: relations(order: NEWEST, first: 1) { nodes { report { published } } } }", signal);
  const day = (e: "first" | "last") => Math.floor(Date.parse(ends[e]?.nodes[0]?.report?.published ?? "") / 86_400_000);
  const [first, last] = [day("first"), day("last")];
  if (isNaN(first) || isNaN(last)) return;
  const iso = (d: number) => new Date(d * 86_400_000).toISOString().slice(0, 10);
  const parts = Math.ceil(total / 2000), long = Math.max(1, Math.ceil((last - first + 1) / parts));
  const todo: [number, number][] = [];
  for (let d = first; d <= last; d += long) todo.push([d, Math.min(last, d + long - 1)]);
  const next = async (): Promise<void> => {
    const [from, to] = todo.pop()!;
    const cut = await fetch(iso(from), iso(to));
    if (cut && from < to) todo.push([from, (from + to) >> 1], [((from + to) >> 1) + 1, to]); // many on few days
  };
  while (todo.length) {
    await Promise.all([next(), ...(todo.length ? [next()] : [])]);
    yield;
  }
}

/** chosen is what the filters let through: as the server has it, an actor is reached along such relations only. */
export function chosen(l: Loaded, s: State): Net {
  const since = s.since ? Date.parse(startOf(s.since)) : -Infinity, until = s.until ? Date.parse(startOf(s.until, 1)) : Infinity;
  const predicates = new Set(s.predicates);
  const fits = (r: Relation) => {
    if ((predicates.size && !predicates.has(r.predicate)) || (s.polarity && r.polarity !== s.polarity)) return false;
    if (!s.since && !s.until) return true;
    const t = Date.parse(r.report?.published ?? "");
    return t >= since && t < until;
  };
  let relations = [...l.relations.values()].filter(fits);
  const start = s.actors.filter((a) => l.actors.has(a));
  if (start.length) {
    const onPath = new Set(l.path?.relations.map((r) => r.id));
    const around = new Map<string, Relation[]>();
    for (const r of relations) for (const a of [r.subject.id, r.object.id]) around.get(a)?.push(r) ?? around.set(a, [r]);
    const met = new Set(start), kept = new Set<Relation>();
    let layer = start;
    for (let depth = 0; depth < s.depth && layer.length; depth++) {
      const next: string[] = [];
      for (const a of layer) for (const r of around.get(a) ?? []) {
        kept.add(r);
        for (const b of [r.subject.id, r.object.id]) if (!met.has(b)) met.add(b), next.push(b);
      }
      layer = next;
    }
    relations = relations.filter((r) => kept.has(r) || onPath.has(r.id));
  }
  return draw(l, relations, new Set(start));
}

function draw(l: Loaded, relations: Relation[], start: Set<string>): Net {
  const knots: Knot[] = [], index = new Map<string, number>();
  const knot = (id: string) => {
    let i = index.get(id);
    if (i === undefined) {
      index.set(id, (i = knots.length));
      knots.push({ actor: l.actors.get(id) ?? { id, name: id }, degree: 0, start: start.has(id) });
    }
    return i;
  };
  start.forEach(knot);
  const arrows = new Map<string, Arrow>();
  const pairs = new Map<string, Arrow[]>();
  for (const r of relations) {
    const from = knot(r.subject.id), to = knot(r.object.id);
    knots[from].degree++;
    knots[to].degree++;
    const key = [r.subject.id, r.predicate, r.object.id, r.polarity].join(" ");
    let a = arrows.get(key);
    if (!a) {
      arrows.set(key, (a = { key, from, to, predicate: r.predicate, negated: r.polarity === "NEGATED", relations: [], bend: 0 }));
      const pair = from < to ? `${from} ${to}` : `${to} ${from}`;
      pairs.get(pair)?.push(a) ?? pairs.set(pair, [a]);
    }
    a.relations.push(r);
  }
  for (const list of pairs.values()) { // side by side, each bent to its own side whichever way it points
    list.forEach((a, i) => (a.bend = (i - (list.length - 1) / 2) * (a.from < a.to ? 1 : -1)));
  }
  const time = (r: Relation) => r.report?.published ?? "";
  relations.sort((a, b) => (time(a) < time(b) ? 1 : time(a) > time(b) ? -1 : a.id < b.id ? -1 : 1));
  return { knots, arrows: [...arrows.values()], index, relations };
}

/** detail fetches what is told of relations, where it is not known yet. */
export async function detail(l: Loaded, relations: Relation[], signal: AbortSignal): Promise<void> {
  const ids = relations.filter((r) => r.evidence === undefined).map((r) => r.id).slice(0, 200);
  if (!ids.length) return;
  const { nodes } = await ask<{ nodes: (Relation | null)[] }>(`{ nodes(ids: ${JSON.stringify(ids)}) { ... on Relation { ${rich} } } }`, signal);
  for (const n of nodes) if (n) Object.assign(l.relations.get(n.id) ?? {}, n);
}
