// A trace's chains as a drawing: reports and sources as cards, hops as lines, the latest on top and the origin at the foot. dagre
// finds the places along a row and the ways of the lines; the rows follow time alone.

import { Graph, layout } from "@dagrejs/dagre";
import { Actor, Attribution, Evidence, Report } from "./graphql";
import { clean, s, short } from "./dom";
import { dayOf, endOf, momentOf, outletOf, plain } from "./phrase";
import { State, changed } from "./state";

export type Hop = {
  actor: Actor | null;
  stance: string;
  confidence: number;
  report: Report | null;
  attribution: Pick<Attribution, "id" | "quotation" | "source" | "cue" | "content"> | null;
  evidence: Evidence & { report: { id: string } | null };
  drift?: Drift[]; // against the report that is cited
};
export type Drift = { kind: string; from: Evidence; to: Evidence };
export type Candidate = { report: Report | null; why: string[]; score: number; evidence: Evidence };
export type Chain = { report: Report | null; end: string; confidence: number; hops: Hop[]; withdrawn?: boolean; candidates?: Candidate[] };

type Card = { id: string; report: Report | null; actor: Actor | null; end: string; time: string; origin: boolean; copies: number; row: number; chains: Set<number>; place: Place };
type Line = { from: Card; to: Card; hop: Hop; chains: Set<number>; way: Way };
type Way = { points: { x: number; y: number }[]; x?: number; y?: number };
type Place = { x: number; y: number; width: number; height: number };

/** hopKey is what a hop is known by. */
export const hopKey = (hop: Hop): string => `${hop.attribution?.id ?? ""} ${hop.actor?.id ?? ""}`;

export type Drawing = {
  svg: SVGSVGElement;
  choose(hop: string | null, chain: number | null): void;
};

/** drawChains draws for a width in pixels. Copies are how many reports have the words of another. */
export function drawChains(chains: Chain[], copies: Map<string, number>, originHop: string, state: State, width: number, open: (hop: Hop) => void): Drawing {
  const narrow = width < 640;
  const gutter = narrow ? 0 : 104;
  const { cards, lines } = assemble(chains, copies, originHop);
  rows(cards, lines, narrow ? 1 : Math.max(1, Math.min(4, Math.floor((width - gutter) / 290))));
  const size = narrow ? stack(cards, lines, width) : place(cards, lines);
  const total = Math.max(size.width + gutter, narrow ? 0 : 560);
  const svg = s("svg", { class: "chains", viewBox: `0 0 ${total} ${size.height}`, role: "group", "aria-label": "The chains, the latest report on top, the origin at the foot. The list of chains tells the same." });
  svg.style.width = `${Math.max(total * 0.8, Math.min(total, width))}px`;
  svg.style.height = "auto";
  if (!narrow) svg.append(days(cards, total));
  const shift = s("g", { transform: `translate(${gutter + Math.max(0, (total - gutter - size.width) / 2)} 0)` });
  svg.append(shift);
  const drawn = lines.map((line) => drawLine(line, [...line.chains].every((n) => chains[n].withdrawn), open));
  shift.append(...drawn.map((d) => d.line), ...cards.map((card) => drawCard(card, state)), ...drawn.map((d) => d.label));
  return {
    svg,
    choose(hop, chain) {
      lines.forEach((line, i) => {
        const on = chain === null ? hopKey(line.hop) === hop : line.chains.has(chain);
        drawn[i].line.classList.toggle("on", on);
        drawn[i].label.classList.toggle("on", hopKey(line.hop) === hop);
        drawn[i].label.setAttribute("aria-pressed", String(hopKey(line.hop) === hop));
        if (on) drawn[i].line.parentNode!.insertBefore(drawn[i].line, shift.querySelector(".card"));
      });
    },
  };
}

/** assemble joins the chains where they meet: in a report, and in the source at their end. A source in between is a card of its own,
 * so that no chain seems to run on where only another does; so is somebody unnamed, who need not be the same twice. */
function assemble(chains: Chain[], copies: Map<string, number>, originHop: string): { cards: Card[]; lines: Line[] } {
  const cards = new Map<string, Card>();
  const lines = new Map<string, Line>();
  const card = (id: string, report: Report | null, actor: Actor | null, chain: number): Card => {
    let c = cards.get(id);
    if (!c) {
      const place = { x: 0, y: 0, width: actor ? 206 : 236, height: actor ? 56 : 66 };
      cards.set(id, (c = { id, report, actor, end: "", time: "", origin: false, copies: copies.get(report?.id ?? "") ?? 0, row: 0, chains: new Set(), place }));
    }
    c.chains.add(chain);
    return c;
  };
  chains.forEach((chain, n) => {
    let from = card(`report ${chain.report?.id}`, chain.report, null, n);
    from.time = chain.report?.published ?? "";
    chain.hops.forEach((hop, i) => {
      const next = chain.hops[i + 1];
      const nobody: Actor = { id: "", name: "no source named" };
      let to: Card;
      if (next && next.report?.id !== hop.report?.id) {
        to = card(`report ${next.report?.id}`, next.report, null, n);
        to.time = next.report?.published ?? "";
      } else {
        const alone = next || !hop.actor || chain.end === "ANONYMOUS";
        to = card(alone ? `source ${hopKey(hop)}` : `end ${hop.actor!.id} ${chain.end}`, hop.report, hop.actor ?? nobody, n);
        if (!next) to.end = chain.end;
        const time = hop.report?.published ?? "";
        if (!to.time || (time && time < to.time)) to.time = time;
        if (!next && hopKey(hop) === originHop) to.origin = true;
      }
      const key = `${from.id} > ${to.id} ${hopKey(hop)}`;
      const line = lines.get(key) ?? { from, to, hop, chains: new Set<number>(), way: { points: [] } };
      line.chains.add(n);
      lines.set(key, line);
      from = to;
    });
  });
  return { cards: [...cards.values()], lines: [...lines.values()].filter((l) => l.from !== l.to) };
}

/** rows orders the cards by time, the latest first and a source right below the first report that has it; what is of one day and not
 * connected may share a row. */
function rows(cards: Card[], lines: Line[], most: number): void {
  const depth = new Map<Card, number>();
  const deep = (c: Card, above: Set<Card>): number => {
    if (above.has(c)) return 0; // a loop
    const known = depth.get(c);
    if (known !== undefined) return known;
    const d = Math.max(0, ...lines.filter((l) => l.to === c).map((l) => 1 + deep(l.from, new Set(above).add(c))));
    depth.set(c, d);
    return d;
  };
  const late = "9";
  const order = (c: Card): [string, number, number] => [c.time || late, c.actor ? 1 : 0, deep(c, new Set())];
  cards.sort((a, b) => {
    const [x, y] = [order(a), order(b)];
    return x[0] !== y[0] ? (x[0] < y[0] ? 1 : -1) : x[1] - y[1] || x[2] - y[2] || (a.id < b.id ? -1 : 1);
  });
  let row: Card[] = [];
  let n = 0;
  for (const c of cards) {
    const joined = row.some((r) => lines.some((l) => (l.from === r && l.to === c) || (l.from === c && l.to === r)));
    if (row.length && (row.length >= most || joined || !!row[0].actor !== !!c.actor || row[0].time.slice(0, 10) !== c.time.slice(0, 10))) {
      n++;
      row = [];
    }
    c.row = n;
    row.push(c);
  }
}

function place(cards: Card[], lines: Line[]): { width: number; height: number } {
  const g = new Graph({ multigraph: true });
  const ranker = (of: Graph) => cards.forEach((c) => ((of.node(c.id) as any).rank = 2 * c.row)); // dagre keeps the odd ones for the words on lines
  g.setGraph({ rankdir: "TB", nodesep: 30, edgesep: 22, ranksep: 58, marginx: 8, marginy: 14, ranker } as any);
  g.setDefaultEdgeLabel(() => ({}));
  for (const c of cards) g.setNode(c.id, c.place as any);
  lines.forEach((line, i) => {
    const [a, b] = line.from.row <= line.to.row ? [line.from, line.to] : [line.to, line.from]; // against time: a loop
    const cue = cueOf(line.hop);
    Object.assign(line.way, { width: pill(cue), height: 22, labelpos: "c", minlen: 1, weight: line.chains.size });
    if (a.row < b.row) g.setEdge(a.id, b.id, line.way as any, String(i));
    else line.way.points = [{ x: 0, y: 0 }, { x: 0, y: 0 }];
  });
  layout(g as any);
  const size = g.graph() as { width: number; height: number };
  for (const line of lines) {
    if (line.from.row === line.to.row) line.way.points = [line.from.place, line.to.place];
    if (line.from.row > line.to.row) line.way.points.reverse();
  }
  return { width: size.width, height: size.height };
}

/** stack places the cards below one another for a narrow page, and leads the lines down beside them, each in a lane of its own for as
 * long as it runs. */
function stack(cards: Card[], lines: Line[], width: number): { width: number; height: number } {
  const below = new Map(cards.map((c) => [c, lines.filter((l) => l.from === c)]));
  const lanes: number[] = []; // how far down each is taken
  const laneOf = new Map<Line, number>();
  for (const l of [...lines].sort((a, b) => Math.min(a.from.row, a.to.row) - Math.min(b.from.row, b.to.row))) {
    const [top, foot] = [Math.min(l.from.row, l.to.row), Math.max(l.from.row, l.to.row)];
    let lane = lanes.findIndex((free) => free <= top);
    if (lane < 0) lane = lanes.length;
    lanes[lane] = foot;
    laneOf.set(l, lane);
  }
  const apart = Math.min(13, 110 / Math.max(1, lanes.length));
  const left = 14 + lanes.length * apart;
  let y = 6;
  for (const c of cards) {
    c.place.width = Math.min(width - left - 4, 340);
    Object.assign(c.place, { x: left + c.place.width / 2, y: y + c.place.height / 2 });
    y += c.place.height + (below.get(c)!.length ? 44 : 16);
  }
  for (const [c, list] of below) {
    let x = left + 12;
    for (const l of list) {
      const w = pill(cueOf(l.hop));
      const at = { x: x + w / 2, y: c.place.y + c.place.height / 2 + 20 };
      const lane = left - 10 - laneOf.get(l)! * apart;
      const foot = { x: l.to.place.x - l.to.place.width / 2, y: l.to.place.y };
      Object.assign(l.way, at, { points: [{ x, y: at.y }, { x: lane, y: at.y }, { x: lane, y: foot.y }, foot] });
      x += w + 8;
    }
  }
  return { width: width - 2, height: y };
}

/** pill is how wide the words on a line are. */
const pill = (cue: string): number => 18 + 6.6 * cue.length;

const cueOf = (hop: Hop): string => short(hop.attribution?.cue.map((c) => c.quote).join(" ") || plain(hop.stance), 24) + (hop.drift?.length ? " ≠" : "");

/** days are the time axis: a line wherever the day changes. */
function days(cards: Card[], width: number): SVGElement {
  const axis = s("g", { class: "axis" });
  let last: string | null = null;
  for (const c of cards.filter((c) => !c.actor)) {
    const day = dayOf(c.time || null);
    if (day === last) continue;
    const top = c.place.y - c.place.height / 2;
    const y = last === null ? top : top - 12;
    axis.append(s("line", { x1: 0, x2: width, y1: y, y2: y }), s("text", { x: 0, y: y + 18 }, day));
    last = day;
  }
  return axis;
}

function drawCard(card: Card, state: State): SVGElement {
  const { x, y, width, height } = card.place;
  const left = x - width / 2, top = y - height / 2;
  const source = card.actor;
  const kind = source ? `card source${card.origin ? " origin" : ""}` : "card report";
  const name = source ? source.name : outletOf(card.report);
  const letters = Math.floor((width - 24) / 7.2);
  const box = s("rect", { x: left, y: top, width, height, rx: source ? height / 2 : 9 });
  const inside = source
    ? [s("text", { x, y: y - 3, class: "name", "text-anchor": "middle" }, short(name, letters - 3)),
      s("text", { x, y: y + 15, class: "small", "text-anchor": "middle" }, card.end ? (card.origin ? "origin · " : "") + endOf(card.end)[0] : "cited on the way")]
    : [s("text", { x: left + 13, y: top + 22, class: "name" }, short(name, letters - 2)),
      s("text", { x: left + 13, y: top + 39, class: "small" }, short(card.report?.title || "Untitled", letters + 3)),
      s("text", { x: left + 13, y: top + 55, class: "small faint" }, momentOf(card.time || null))];
  const to = source ? (source.id ? changed(state, { view: "network", actors: [source.id], to: "" }) : "") : changed(state, { view: "report", report: card.report?.id ?? "", at: "" });
  const label = source ? `${name}${card.end ? `, ${endOf(card.end).join(": ")}` : ""}. Show the network` : `${name}, ${momentOf(card.time || null)}: ${card.report?.title ?? "untitled"}. Open the report`;
  const behind = card.copies && !source ? [s("rect", { x: left + 7, y: top + 6, width: width - 7, height, rx: 9 })] : [];
  if (card.copies && !source) inside.push(s("text", { x: left + width - 12, y: top + 55, class: "small", "text-anchor": "end" }, `+ ${card.copies} ${card.copies === 1 ? "copy" : "copies"}`));
  const body = [s("title", null, label), ...behind, box, ...inside];
  return to ? s("a", { class: kind, href: to }, body) : s("g", { class: kind }, body);
}

function drawLine(line: Line, withdrawn: boolean, open: (hop: Hop) => void): { line: SVGElement; label: SVGElement } {
  const { points, x, y } = line.way;
  const sure = line.hop.confidence;
  const path = s("path", { d: points.length === 4 && points[1].x === points[2].x ? cornered(points) : smooth(points), class: "hop-line" });
  path.style.strokeWidth = String(1.2 + 1.6 * sure);
  if (sure < 0.5) path.setAttribute("stroke-dasharray", "2 5");
  else if (sure < 0.75) path.setAttribute("stroke-dasharray", "7 4");
  const end = points[points.length - 1], before = points[points.length - 2] ?? end;
  const turn = (Math.atan2(end.y - before.y, end.x - before.x) * 180) / Math.PI;
  const head = s("path", { d: "M0 0L-9 -4.5V4.5Z", transform: `translate(${end.x} ${end.y}) rotate(${turn})`, class: "hop-head" });
  const cue = cueOf(line.hop);
  const at = { x: x ?? (points[0].x + end.x) / 2, y: y ?? (points[0].y + end.y) / 2 };
  const width = pill(cue);
  const press = () => open(line.hop);
  const who = line.from.actor?.name ?? outletOf(line.from.report), whom = line.to.actor?.name ?? outletOf(line.to.report);
  const against = (["DENIES", "DOUBTS"].includes(line.hop.stance) ? " against" : "") + (withdrawn ? " withdrawn" : "");
  const changed = line.hop.drift?.length ? ", its words changed" : "";
  const label = s("g", {
    class: `hop-label${against}`, role: "button", tabindex: "0", "aria-pressed": "false", "data-hop": hopKey(line.hop),
    "aria-label": clean(short(`${cue}: ${who} has it from ${whom}, ${Math.round(100 * sure)} percent sure${changed}${withdrawn ? ", taken back" : ""}: show the evidence`, 300)),
    on: { click: press, keydown: (e: KeyboardEvent) => { if (e.key === "Enter" || e.key === " ") { e.preventDefault(); press(); } } },
  }, s("rect", { x: at.x - width / 2, y: at.y - 12, width, height: 24, rx: 12 }),
    s("text", { x: at.x, y: at.y + 4, "text-anchor": "middle" }, cue));
  return { line: s("g", { class: `hop${against}` }, path, head), label };
}

/** cornered is a path that turns at points, roundly. */
function cornered([a, b, c, d]: { x: number; y: number }[]): string {
  const down = Math.sign(c.y - b.y) * 7, right = Math.min(7, d.x - c.x);
  return `M${a.x} ${a.y}H${b.x + 7}Q${b.x} ${b.y} ${b.x} ${b.y + down}V${c.y - down}Q${c.x} ${c.y} ${c.x + right} ${c.y}H${d.x}`;
}

/** smooth is a path through the middles between points. */
function smooth(p: { x: number; y: number }[]): string {
  if (p.length < 3) return `M${p.map((q) => `${q.x} ${q.y}`).join("L")}`;
  let d = `M${p[0].x} ${p[0].y}`;
  for (let i = 1; i < p.length - 1; i++) {
    const last = i === p.length - 2;
    const to = last ? p[i + 1] : { x: (p[i].x + p[i + 1].x) / 2, y: (p[i].y + p[i + 1].y) / 2 };
    d += `Q${p[i].x} ${p[i].y} ${to.x} ${to.y}`;
  }
  return d;
}
