// The explorer's frame: the address decides the view, the views share what is selected, links lead without loading the page anew.

import { h, replace, short } from "./dom";
import { args, ask } from "./graphql";
import { follow } from "./live";
import { network } from "./network";
import { count } from "./phrase";
import { report } from "./report";
import { search } from "./search";
import { State, View, address, changed, read, views } from "./state";
import { trace } from "./trace";
import { Context, failed } from "./view";

const show: { [view in View]: (c: Context) => Promise<void> } = { search, trace, network, report };
const titles: { [view in View]: string } = { search: "Search", trace: "Trace", network: "Network", report: "Report" };

const main = document.querySelector("main")!;
const nav = document.querySelector("nav ul")!;
const strip = document.getElementById("selection")!;
const box = document.querySelector<HTMLInputElement>("#q")!;
const news = document.getElementById("news")!;
const live = document.getElementById("live")!;

let state = read(location);
let suggested: Partial<State> = {};
let current = new AbortController();
const labels = new Map<string, string>(); // of what is selected

/** draw shows what the address says. */
async function draw(focus: boolean): Promise<void> {
  current.abort();
  current = new AbortController();
  const { signal } = current;
  state = read(location);
  suggested = {};
  box.value = state.q;
  document.body.dataset.view = state.view;
  document.title = `whence: ${titles[state.view].toLowerCase()}`;
  links();
  main.setAttribute("aria-busy", "true");
  listen(signal);
  const c: Context = {
    main,
    signal,
    get state() { return state; },
    go: (change) => go(changed(state, change)),
    remember(change) {
      if (signal.aborted) return;
      state = { ...state, ...change };
      history.replaceState(null, "", address(state));
      links();
    },
    suggest(change) {
      if (signal.aborted) return;
      suggested = change;
      links();
    },
    label(id, text) {
      labels.set(id, text);
      links();
    },
  };
  try {
    await show[state.view](c);
  } catch (e) {
    if (signal.aborted) return;
    failed(c, e);
  }
  if (signal.aborted) return;
  main.removeAttribute("aria-busy");
  const title = main.querySelector("h1");
  document.title = `${short(title?.textContent ?? titles[state.view], 80)} · whence`;
  if (focus) {
    title?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }
  void called(signal);
}

/** links leads to the other views with what is selected here or, where nothing is, with what this view suggests. */
function links(): void {
  const base: State = { ...state };
  for (const key of ["claim", "report", "actors", "at"] as const) {
    if (!base[key].length && suggested[key]) (base as any)[key] = suggested[key];
  }
  const here = document.activeElement instanceof HTMLAnchorElement && nav.contains(document.activeElement) ? document.activeElement.textContent : "";
  replace(nav, views.map((v) => h("li", null, h("a", { href: address({ ...base, view: v }), "aria-current": v === state.view ? "page" : null }, titles[v]))));
  if (here) [...nav.querySelectorAll("a")].find((a) => a.textContent === here)?.focus();

  const chosen: [string, string, Partial<State>][] = [];
  if (state.claim) chosen.push(["Claim", state.claim, { claim: "", at: "" }]);
  if (state.report) chosen.push(["Report", state.report, { report: "", at: "" }]);
  state.actors.slice(0, 6).forEach((a) => chosen.push(["Actor", a, { actors: state.actors.filter((x) => x !== a), to: "" }]));
  strip.hidden = chosen.length === 0;
  replace(strip, h("span", { class: "muted" }, "Selected"), chosen.map(([kind, id, without]) => {
    const name = short(labels.get(id) ?? id, 36);
    return h("span", { class: "chip" }, h("span", { class: "muted" }, kind), " ", h("bdi", null, name),
      h("button", { type: "button", title: "Deselect", "aria-label": `Deselect ${kind.toLowerCase()} ${name}`, on: { click: () => go(changed(state, without)) } }, "×"));
  }), state.actors.length > 6 ? h("span", { class: "muted" }, `and ${state.actors.length - 6} more actors`) : null);
}

/** listen says, in passing, that what is shown has got older: it is drawn anew when somebody wants it, and does not jump under their eyes.
 * What is looked at as of a day does not change, nor does a report. */
function listen(signal: AbortSignal): void {
  news.hidden = true;
  live.textContent = "";
  if (state.asOf && (state.view === "trace" || state.view === "network")) return;
  const claim = state.view === "trace" && state.claim;
  if (state.view === "report" || (state.view === "trace" && !claim)) return;
  const heard = new Set<string>();
  const say = (text: string) => {
    if (signal.aborted) return;
    news.hidden = false;
    replace(news, h("span", null, text), h("button", { type: "button", class: "quiet", on: { click: () => void anew() } }, "Show"));
  };
  void follow(claim ? `subscription { claimChanged(ids: [${JSON.stringify(claim)}]) { id } }`
    : `subscription { reportIngested${args({ outlets: state.view === "search" ? state.outlets : [] })} { id } }`, signal, {
    told(node) {
      heard.add(node.id);
      say(claim ? "There is more about this claim" : count(heard.size, "new report"));
    },
    replaced: () => say("The store is another one now"),
    connected(yes) {
      if (!signal.aborted) live.textContent = yes ? "Live" : "Not connected";
    },
  });
}

/** anew draws the same again, with what has come since. */
async function anew(): Promise<void> {
  const at = scrollY;
  await draw(false);
  main.querySelector("h1")?.focus({ preventScroll: true }); // what was pressed is gone
  scrollTo(0, at);
}

/** called finds out how what is selected is called, where no view has told. */
async function called(signal: AbortSignal): Promise<void> {
  const ids = [state.claim, state.report, ...state.actors].filter((id) => id && !labels.has(id));
  if (!ids.length) return;
  try {
    const { nodes } = await ask<{ nodes: ({ id: string; text?: string; title?: string; name?: string } | null)[] }>(
      `{ nodes(ids: ${JSON.stringify(ids)}) { id ... on Claim { text } ... on Report { title } ... on Actor { name } } }`, signal);
    nodes.forEach((n, i) => labels.set(ids[i], n ? n.text || n.title || n.name || "untitled" : "not in the store"));
    if (!signal.aborted) links();
  } catch {
    // the IDs stay; the view itself has told what is wrong
  }
}

function go(to: string): void {
  history.pushState(null, "", to);
  void draw(true);
}

document.addEventListener("click", (e) => {
  const a = (e.target as Element).closest?.("a"); // of HTML, or of a drawing
  if (!a || e.defaultPrevented || e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey || a.hasAttribute("target") || a.hasAttribute("download")) return;
  const to = new URL(a.getAttribute("href") ?? "", location.href);
  if (to.origin !== location.origin || to.hash || !views.includes(to.pathname.split("/").pop() as View)) return;
  e.preventDefault();
  go(to.pathname + to.search);
});
addEventListener("popstate", () => void draw(true));

document.querySelector("form")!.addEventListener("submit", (e) => {
  e.preventDefault();
  go(changed(state, { view: "search", q: box.value.trim(), kind: state.view === "search" ? state.kind : "" }));
});
document.addEventListener("keydown", (e) => {
  if (e.key === "/" && !(e.target as Element).closest("input, textarea, select")) {
    e.preventDefault();
    box.focus();
    box.select();
  }
});

// The theme follows the machine unless somebody says otherwise; what was said stays in this browser.
const themes = ["auto", "light", "dark"];
const themeButton = document.getElementById("theme")!;
function theme(to: string): void {
  document.documentElement.dataset.theme = to;
  themeButton.textContent = { auto: "◐ Auto", light: "○ Light", dark: "● Dark" }[to] ?? to;
  themeButton.setAttribute("aria-label", `Theme: ${to}. Change it`);
  dispatchEvent(new Event("themechange"));
}
let chosenTheme = "auto";
try {
  chosenTheme = themes.find((t) => t === localStorage.getItem("whence-theme")) ?? "auto";
} catch {
  // a browser that keeps nothing
}
theme(chosenTheme);
themeButton.addEventListener("click", () => {
  chosenTheme = themes[(themes.indexOf(chosenTheme) + 1) % themes.length];
  theme(chosenTheme);
  try {
    localStorage.setItem("whence-theme", chosenTheme);
  } catch {
    // it lasts as long as the page, then
  }
});

void draw(false);
