// Network: who deals with whom, on whose word. The drawing and the table show the same relations, and follow one another.

import { Canvas, Pick } from "./canvas";
import { Child, debounced, h, replace, words } from "./dom";
import { Actor, Relation, ask } from "./graphql";
import { Arrow, Loaded, Net, chosen, detail, load, query } from "./net";
import { count, dayOf, from, moment, nameOf, outletOf, plain, sure } from "./phrase";
import { State } from "./state";
import { Tool, say, takeDrawing, takeQuery } from "./take";
import { Context, empty, frame, link } from "./view";

const day = 86_400_000;

export async function network(c: Context): Promise<void> {
  const arriving = load(c.state, c.signal);
  const l: Loaded = (await arriving.next()).value;
  c.state.actors.forEach((a) => l.actors.has(a) && c.label(a, l.actors.get(a)!.name));
  const asked = () => query(c.state, l.cut || l.relations.size > 1000 ? 5000 : undefined);
  const head = (list: Tool[] = []) => frame(title(c, l), about(c), [takeQuery(asked), ...list]);
  if (!l.relations.size) {
    replace(c.main, head(), c.state.asOf
      ? empty(`No report told of any relation by ${dayOf(c.state.asOf)}`, link(c, { asOf: "" }, "Show them up to now"), ".")
      : c.state.actors.length
      ? empty("Nobody deals with them, as far as the reports tell", "They may be quoted without doing anything to anybody. ", link(c, { actors: [], to: "" }, "Show all relations"), ".")
      : empty("There are no relations in the store yet", "Ingest reports, then load this page again: ", h("code", null, "whence ingest --store whence.db --sample")));
    return;
  }

  const canvas = new Canvas(c.signal);
  const tip = h("div", { class: "tip", hidden: true });
  const panel = h("aside", { class: "net-panel", "aria-label": "What is selected", "aria-live": "polite" });
  const table = h("div", { class: "table-frame", tabindex: "0", role: "region", "aria-label": "The relations as a table" });
  const told = h("p", { class: "meta told", role: "status" });
  let net: Net;
  let selected: Pick = null;
  let shown = 50;

  const knotOf = (id: string) => net.index.get(id);
  const arrowOf = (r: Relation) => net.arrows.find((a) => a.relations.includes(r));

  function filter(change: Partial<State>): void {
    c.remember(change);
    if (l.cut) return void refetch();
    apply();
  }
  const refetch = debounced(250, () => c.go({}));
  function apply(): void {
    const before = selected && (("arrow" in selected) ? selected.arrow.key : net.knots[selected.knot].actor.id);
    net = chosen(l, c.state);
    const arrow = net.arrows.find((a) => a.key === before), knot = before ? knotOf(before) : undefined;
    selected = arrow ? { arrow } : knot !== undefined ? { knot } : null;
    shown = 50;
    canvas.show(net, l.path?.relations.map((r) => r.id));
    canvas.element.setAttribute("aria-label", `A drawing of ${count(net.knots.length, "actor")} and ${count(net.arrows.length, "arrow")}. The table below tells the same. Arrow keys move it, plus and minus zoom, 0 shows all.`);
    replace(told, `${count(net.knots.length, "actor")}, ${count(net.relations.length, "relation")}`, net.relations.length < l.relations.size ? ` of ${l.relations.size.toLocaleString("en-GB")}` : "",
      !l.whole ? ", and more to come .." : l.cut ? ". There are more than can be drawn: filter, or start from an actor." : "");
    canvas.select(selected);
    rows();
    aside();
  }
  function select(what: Pick): void {
    selected = what;
    canvas.select(what);
    tip.hidden = true;
    aside();
    mark();
  }
  function mark(): void {
    for (const tr of table.querySelectorAll<HTMLElement>("tbody tr")) {
      const r = l.relations.get(tr.dataset.id!)!;
      const on = !!selected && ("arrow" in selected ? selected.arrow.relations.includes(r) : [r.subject.id, r.object.id].includes(net.knots[selected.knot].actor.id));
      tr.classList.toggle("on", on);
    }
  }

  // The table

  const who = (a: Actor) => h("button", { type: "button", class: "cell", on: { click: () => select({ knot: knotOf(a.id)! }) } }, words(l.actors.get(a.id)?.name ?? a.id, 60));
  function rows(): void {
    const list = net.relations.slice(0, shown);
    const body = h("tbody");
    replace(table, h("table", null, h("caption", { class: "unseen" }, "Relations, the latest first"),
      h("thead", null, h("tr", null, ["Who", "did what", "to whom", "says", "in"].map((t) => h("th", { scope: "col" }, t)))), body),
      net.relations.length > list.length ? h("p", null, h("button", { type: "button", class: "quiet", on: { click: () => ((shown += 200), rows()) } }, `Show more (${(net.relations.length - list.length).toLocaleString("en-GB")})`)) : null);
    if (!list.length) replace(table, empty("No relation fits the filters", "Widen the time, or allow more predicates. ", h("button", { type: "button", class: "quiet", on: { click: () => clear() } }, "Take the filters off")));
    const fill = () => {
      replace(body, list.map((r) => h("tr", { "data-id": r.id }, h("td", null, who(r.subject)),
        h("td", null, h("button", { type: "button", class: `cell predicate${r.polarity === "NEGATED" ? " negated" : ""}`, on: { click: () => select({ arrow: arrowOf(r)! }) } }, (r.polarity === "NEGATED" ? "not " : "") + r.predicate.replaceAll("_", " ").slice(0, 60)), r.modality === "ACTUAL" ? null : h("span", { class: "tag" }, plain(r.modality))),
        h("td", null, who(r.object)),
        h("td", null, r.evidence === undefined ? h("span", { class: "muted" }, "..") : r.assertedBy ? words(nameOf(r.assertedBy.sources), 60) : h("span", { class: "muted" }, "the report itself")),
        h("td", null, r.report?.outlet ? link(c, { view: "report", report: r.report.id, at: r.assertedBy?.id ?? "" }, from(r.report)) : moment(r.report?.published)))));
      mark();
    };
    fill();
    if (list.some((r) => r.evidence === undefined)) void detail(l, list, c.signal).then(fill, () => {});
  }

  // What is selected

  function proofs(list: Relation[]): HTMLElement {
    const out = h("ul", { class: "said-list" });
    const fill = () => replace(out, list.slice(0, 40).map((r) => h("li", { class: "entry" },
      h("strong", null, r.assertedBy ? words(nameOf(r.assertedBy.sources), 80) : r.report?.outlet ? words(outletOf(r.report), 80) : "The report"), " ",
      h("span", { class: "muted" }, r.assertedBy ? "says so" : "tells it in its own words", r.modality === "ACTUAL" ? "" : `, as ${plain(r.modality)}`), " ", sure(r.confidence),
      (r.evidence ?? []).slice(0, 3).map((e) => words(e.quote, 260, { class: "said" })),
      h("p", { class: "meta" }, r.report ? link(c, { view: "report", report: r.report.id, at: r.assertedBy?.id ?? "" }, r.report.outlet ? from(r.report) : moment(r.report.published)) : null))),
      list.length > 40 ? h("li", { class: "muted" }, `and ${list.length - 40} more`) : null);
    fill();
    if (list.slice(0, 40).some((r) => r.evidence === undefined)) void detail(l, list.slice(0, 40), c.signal).then(fill, () => {});
    return out;
  }
  const sentence = (a: Arrow): Child => [words(net.knots[a.from].actor.name, 60), " ", h("span", { class: `predicate${a.negated ? " negated" : ""}` }, (a.negated ? "not " : "") + a.predicate.replaceAll("_", " ").slice(0, 60)), " ", words(net.knots[a.to].actor.name, 60)];

  function aside(): void {
    if (selected && "arrow" in selected) {
      const a = selected.arrow;
      return replace(panel, h("h2", null, sentence(a)), h("p", { class: "meta" }, `Told ${count(a.relations.length, "time")}`), proofs(a.relations));
    }
    if (selected) return person(selected.knot);
    if (l.path) {
      return replace(panel, h("h2", null, "The path"), h("p", { class: "meta" }, l.path.actors.map((a, i) => [i ? " – " : null, words(a.name, 60)])), proofs(l.path.relations),
        h("p", null, link(c, { to: "" }, "Leave the path")));
    }
    if (c.state.to) replace(panel, h("h2", null, "There is no path"), h("p", null, "Not within six relations, as the filters stand. "), h("p", null, link(c, { to: "" }, "Leave it")));
    else {
      const busiest = [...net.knots].sort((a, b) => b.degree - a.degree).slice(0, 8);
      replace(panel, h("h2", null, "Who deals with whom"),
        h("p", { class: "meta" }, "Pick an actor to expand, pin or find a path; pick an arrow to read who says so. Twice on an actor expands it."),
        h("h3", null, "Most connected"), h("ol", { class: "acts" }, busiest.map((k) => h("li", null, who(k.actor), " ", h("span", { class: "muted" }, k.degree)))), legend());
    }
  }

  function person(i: number): void {
    const { actor, degree } = net.knots[i];
    const about = h("p", { class: "meta" }, plain(actor.kind ?? "")); // below what can be pressed: it grows
    const isStart = c.state.actors.includes(actor.id);
    const pin = h("button", { type: "button", "aria-pressed": String(canvas.isPinned(i)), on: { click: () => {
      canvas.pin(i, !canvas.isPinned(i));
      pin.setAttribute("aria-pressed", String(canvas.isPinned(i)));
      pin.textContent = canvas.isPinned(i) ? "Unpin" : "Pin";
    } } }, canvas.isPinned(i) ? "Unpin" : "Pin");
    const to = h("input", { list: "actors-here", name: "to", placeholder: "name", required: true, autocomplete: "off", "aria-label": `Path from ${actor.name.slice(0, 60)} to` });
    const search = async (e: Event) => {
      e.preventDefault();
      const name = to.value.trim();
      let id = [...l.actors.values()].find((a) => a.name === name)?.id;
      try {
        id ??= (await ask<{ actor: Actor | null }>(`{ actor(name: ${JSON.stringify(name)}) { id name } }`, c.signal)).actor?.id;
      } catch (problem) {
        if ((problem as Error).name === "AbortError") return;
      }
      if (id) c.go({ actors: [actor.id, ...c.state.actors.filter((a) => a !== actor.id)], to: id });
      else say(`Nobody alone goes by the name ${name.slice(0, 60)}`);
    };
    const mine = net.arrows.filter((a) => a.from === i || a.to === i).sort((a, b) => b.relations.length - a.relations.length);
    replace(panel, h("h2", null, words(actor.name, 100)), h("p", { class: "row acting" },
      isStart && c.state.actors.length === 1 ? null : h("button", { type: "button", class: "main", id: "expand", on: { click: () => expand(i) } }, isStart ? "Only this one" : "Expand"), pin,
      link(c, { view: "search", q: actor.name, kind: "ATTRIBUTION" }, "What they say")),
      h("form", { class: "path-form", on: { submit: search } }, h("span", null, "Path to"), to, h("button", null, "Find"),
        h("datalist", { id: "actors-here" }, net.knots.slice(0, 300).filter((_, n) => n !== i).map((k) => h("option", { value: k.actor.name.slice(0, 120) })))),
      about, h("h3", null, count(degree, "relation")), h("ul", { class: "acts" }, mine.slice(0, 60).map((a) => h("li", null,
        h("button", { type: "button", class: "cell", on: { click: () => select({ arrow: a }) } }, sentence(a), a.relations.length > 1 ? h("span", { class: "muted" }, ` ×${a.relations.length}`) : null)))));
    type About = { actor: { kind: string; aliases: string[]; roles: { title: string; of: Actor | null }[] } | null };
    void ask<About>(`{ actor(id: ${JSON.stringify(actor.id)}) { kind aliases roles { title of { name } } } }`, c.signal).then(({ actor: more }) => {
      if (!more) return;
      const others = more.aliases.filter((a) => a !== actor.name).slice(0, 6);
      replace(about, plain(more.kind), more.roles.slice(0, 3).map((r) => [" · ", words(r.title, 80), r.of ? [" of ", words(r.of.name, 60)] : null]), others.length ? [" · also ", words(others.join(", "), 160)] : null);
    }, () => {});
  }

  /** expand adds an actor to those that the network is around; of those it leaves only that one. */
  function expand(i: number): void {
    const { id } = net.knots[i].actor;
    const s = c.state;
    const all = s.actors.length === 0;
    c.go({ actors: s.actors.includes(id) || all ? [id] : [...s.actors, id] });
  }

  // The filters

  const facets = () => [...Map.groupBy(l.relations.values(), (r) => r.predicate)].map(([name, list]) => ({ name, n: list.length })).sort((a, b) => b.n - a.n || (a.name < b.name ? -1 : 1));
  const spread = () => [...l.relations.values()].map((r) => Date.parse(r.report?.published ?? "")).filter((t) => !isNaN(t)).map((t) => Math.floor(t / day)).sort((a, b) => a - b);
  const bar = h("div", { class: "filters net-filters", role: "group", "aria-label": "Filters" });
  const clear = () => {
    filter({ predicates: [], polarity: "", since: "", until: "" });
    controls();
  };
  function controls(): void {
    const s = c.state;
    const predicates = facets(), times = spread();
    const polarity = (value: string, text: string) => h("button", { type: "button", "aria-pressed": String(s.polarity === value), on: { click: () => (filter({ polarity: value }), controls(), bar.querySelector<HTMLElement>(`[data-polarity="${value}"]`)?.focus()) }, "data-polarity": value }, text);
    const boxes = predicates.slice(0, 100).map(({ name, n }) => h("label", { class: "tick" }, h("input", { type: "checkbox", value: name, checked: s.predicates.includes(name), on: { change: () => {
      filter({ predicates: [...bar.querySelectorAll<HTMLInputElement>(".menu input:checked")].map((b) => b.value) });
      summary();
    } } }), h("span", null, name.replaceAll("_", " ").toLowerCase().slice(0, 40)), h("span", { class: "muted" }, n)));
    const chosenText = h("summary", null);
    const summary = () => (chosenText.textContent = c.state.predicates.length ? `${c.state.predicates.length} of ${predicates.length} predicates` : "All predicates");
    summary();
    const wasOpen = bar.querySelector("details")?.open;
    replace(bar,
      h("div", { class: "segments", role: "group", "aria-label": "Said to be so or not" }, polarity("", "All"), polarity("AFFIRMED", "Asserted"), polarity("NEGATED", "Denied")),
      h("details", { class: "menu", open: wasOpen }, chosenText, h("div", { class: "menu-list", role: "group", "aria-label": "Predicates" }, boxes)),
      s.actors.length ? h("label", { class: "inline" }, h("span", null, "Steps away"), h("select", { name: "depth", on: { change: (e: Event) => c.go({ depth: Number((e.target as HTMLSelectElement).value) }) } }, [1, 2, 3, 4].map((n) => h("option", { value: n, selected: n === s.depth }, n)))) : null,
      times.length > 1 && times[0] < times[times.length - 1] ? slider(times[0], times[times.length - 1]) : null,
      h("label", { class: "inline" }, h("span", null, "As of"), h("input", { type: "date", name: "asof", value: s.asOf, on: { change: (e: Event) => c.go({ asOf: (e.target as HTMLInputElement).value }) } })),
      s.asOf ? link(c, { asOf: "" }, "Up to now") : null,
      s.predicates.length || s.polarity || s.since || s.until ? h("button", { type: "button", class: "quiet", on: { click: clear } }, "Clear") : null);
  }
  function slider(first: number, last: number): HTMLElement {
    const iso = (d: number) => new Date(d * day).toISOString().slice(0, 10);
    const value = (w: string, or: number) => (w ? Math.max(first, Math.min(last, Math.floor(Date.parse(w) / day))) : or);
    const input = (name: string, at: number, aria: string) => h("input", { type: "range", min: first, max: last, value: at, name, "aria-label": aria });
    const since = input("since", value(c.state.since, first), "From"), until = input("until", value(c.state.until, last), "To");
    const text = h("span", { class: "range-text" });
    const settle = debounced(120, () => filter({ since: since.valueAsNumber > first ? iso(since.valueAsNumber) : "", until: until.valueAsNumber < last ? iso(until.valueAsNumber) : "" }));
    const turn = (moved: HTMLInputElement | null) => {
      if (since.valueAsNumber > until.valueAsNumber) (moved === since ? until : since).value = String(moved!.valueAsNumber);
      for (const i of [since, until]) i.setAttribute("aria-valuetext", dayOf(iso(i.valueAsNumber)));
      text.textContent = `${dayOf(iso(since.valueAsNumber))} – ${dayOf(iso(until.valueAsNumber))}`;
      if (moved) settle();
    };
    for (const i of [since, until]) i.addEventListener("input", () => turn(i));
    turn(null);
    return h("div", { class: "range", role: "group", "aria-label": "Time" }, text, h("div", { class: "range-bars" }, since, until));
  }

  canvas.pick = select;
  canvas.expand = expand;
  canvas.hover = (what, x, y) => {
    tip.hidden = !what;
    if (!what) return;
    tip.style.left = `${Math.min(x + 14, canvas.element.clientWidth - 240)}px`;
    tip.style.top = `${y + 16}px`;
    if ("knot" in what) {
      const k = net.knots[what.knot];
      return replace(tip, h("strong", null, words(k.actor.name, 80)), h("div", { class: "muted" }, plain(k.actor.kind ?? ""), " · ", count(k.degree, "relation")));
    }
    const a = what.arrow;
    const fill = () => replace(tip, h("div", null, sentence(a)), h("div", { class: "muted" }, a.relations.slice(0, 4).map((r) => h("div", null, r.evidence === undefined ? ".." : r.assertedBy ? ["says ", words(nameOf(r.assertedBy.sources), 50)] : ["in ", words(outletOf(r.report), 50), "'s own words"])), a.relations.length > 4 ? h("div", null, `and ${a.relations.length - 4} more`) : null));
    fill();
    if (a.relations.slice(0, 4).some((r) => r.evidence === undefined)) void detail(l, a.relations.slice(0, 4), c.signal).then(fill, () => {});
  };
  canvas.element.setAttribute("role", "img");
  canvas.first = () => performance.mark("whence-first-drawing");
  const zoom = (name: string, aria: string, run: () => void) => h("button", { type: "button", "aria-label": aria, title: aria, on: { click: run } }, name);
  controls();
  replace(c.main, head(takeDrawing(() => canvas.svg(), "whence-network")), bar,
    h("div", { class: "split net" },
      h("section", { "aria-label": "The drawing" }, h("div", { class: "canvas-frame" }, canvas.element, tip,
        h("div", { class: "zoom", role: "group", "aria-label": "Zoom" }, zoom("+", "Larger", () => canvas.zoom(1.3)), zoom("−", "Smaller", () => canvas.zoom(1 / 1.3)), zoom("⤢", "Show all", () => canvas.refit()))), told),
      panel),
    h("h2", { class: "table-title" }, "The same as a table"), table);
  apply();
  void arrive();
  async function arrive(): Promise<void> {
    try {
      for await (const _ of arriving) {
        controls();
        apply();
      }
    } catch (e) {
      if ((e as Error).name !== "AbortError") say("Not all relations could be had");
    }
  }
}

function title(c: Context, l: Loaded): Child {
  const names = c.state.actors.map((a) => l.actors.get(a)?.name).filter((n) => n !== undefined);
  if (!names.length) return "Who deals with whom";
  return ["Around ", names.slice(0, 3).map((n, i) => [i ? (i === Math.min(names.length, 3) - 1 && names.length <= 3 ? " and " : ", ") : null, words(n, 50)]), names.length > 3 ? ` and ${names.length - 3} more` : null];
}

const about = (c: Context): Child => (c.state.actors.length ? link(c, { actors: [], to: "", depth: 1 }, "Show all relations") : "All relations that the reports tell of, each on its own word.");

function legend(): HTMLElement {
  const shape = (kind: string, text: string) => h("li", null, h("span", { class: `shape ${kind}`, "aria-hidden": "true" }), text);
  return h("ul", { class: "legend-list meta" }, shape("person", "person"), shape("organization", "organization"), shape("outlet", "outlet"), shape("place", "place"), shape("other", "group, document, unnamed"), shape("start", "started from"),
    h("li", null, h("span", { class: "shape denied", "aria-hidden": "true" }), "said not to be so"));
}

