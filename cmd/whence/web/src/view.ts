// What the four views have in common.

import { Child, h, replace } from "./dom";
import { Failure } from "./graphql";
import { changed, State } from "./state";
import { Tool, tools } from "./take";

/** Context is what a view gets: where to draw, what to show, and how to lead on. */
export type Context = {
  main: HTMLElement;
  state: State;
  signal: AbortSignal; // aborted when another view takes over
  go(change: Partial<State>): void; // to another state, drawn anew
  remember(change: Partial<State>): void; // the same drawing under another address
  suggest(change: Partial<State>): void; // what the other views start from where nothing is selected
  label(id: string, text: string): void; // how a thing that is selected is called
};

export const link = (c: Context, change: Partial<State>, ...children: Child[]): HTMLElement => h("a", { href: changed(c.state, change) }, ...children);

/** frame is a view's head: its title, what it says of itself, and what can be taken along. */
export function frame(title: Child, about: Child, list: Tool[] = []): HTMLElement {
  return h("header", { class: "head" }, h("div", null, h("h1", { tabindex: "-1" }, title), about ? h("p", { class: "about" }, about) : null), list.length ? tools(list) : null);
}

/** empty is a view with nothing in it: it says why, and what to do. */
export function empty(title: string, ...todo: Child[]): HTMLElement {
  return h("section", { class: "empty" }, h("h2", null, title), h("p", null, ...todo));
}

/** failed shows why there is nothing to be seen, and lets the reader try again. */
export function failed(c: Context, e: unknown): void {
  const known = e instanceof Failure;
  const what: { [code: string]: string } = {
    OFFLINE: "Start it again in its terminal, then try once more.",
    TIMEOUT: "Ask for less: fewer steps away, fewer days, one predicate.",
    BUSY: "Many are asking at once. Wait a moment, then try once more.",
    UNAVAILABLE: "Its database may be starting or away. Wait a moment, then try once more.",
    TOO_COSTLY: "Ask for less: fewer steps away, fewer days, one predicate.",
    INVALID: "The address may be cut off or mistyped. Start from a search.",
    NOT_FOUND: "It may have been merged or never ingested. Start from a search.",
  };
  replace(c.main, frame("This could not be shown", null),
    h("section", { class: "empty error", role: "alert" },
      h("p", { class: "why" }, known ? e.message : "The page itself has failed. Its console tells more."),
      h("p", null, (known && what[e.code]) || "Try once more; if it stays so, the server's log tells more."),
      h("p", { class: "row" }, h("button", { type: "button", class: "main", on: { click: () => c.go({}) } }, "Try again"),
        link(c, { view: "search", claim: "", report: "", actors: [], at: "" }, "Back to the search"))));
  if (!known) console.error(e);
}
