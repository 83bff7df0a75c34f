// How the graph's words and numbers read to people.

import { Actor, Report } from "./graphql";
import { h, words } from "./dom";

const date = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "UTC" });

export const dayOf = (moment: string | null | undefined): string => (moment ? date.format(new Date(moment)) : "time not told");
export const timeOf = (moment: string | null | undefined): string => (moment ? time.format(new Date(moment)) : "");
export const momentOf = (moment: string | null | undefined): string => (moment ? `${dayOf(moment)}, ${timeOf(moment)}` : "time not told");

/** moment is a time, in UTC. */
export function moment(t: string | null | undefined): HTMLElement {
  return t ? h("time", { datetime: t, title: "UTC" }, momentOf(t)) : h("span", { class: "muted" }, "time not told");
}

export const outletOf = (r: Report | null | undefined): string => r?.outlet?.name || "outlet not told";

export const nameOf = (list: Actor[] | null | undefined): string => (list?.length ? list.map((a) => a.name).join(", ") : "no source named");

/** plain is an enum's word: FIRST_HAND is "first hand". */
export const plain = (word: string): string => word.toLowerCase().replaceAll("_", " ");

export const count = (n: number, one: string, many = one + "s"): string => `${n.toLocaleString("en-GB")} ${n === 1 ? one : many}`;

/** ends are what it means that a chain stops. */
export const ends: { [end: string]: [short: string, long: string] } = {
  FIRST_HAND: ["first-hand", "The source speaks for itself."],
  DOCUMENT: ["a document", "A document is quoted, and nobody behind it."],
  ANONYMOUS: ["anonymous", "The source is not named; nobody outside the report can tell who it is."],
  LOOP: ["a loop", "The outlet that is cited cites back."],
  NOT_IN_THE_STORE: ["not in the store", "An outlet is cited whose own report is not in the store. Ingest it to go on."],
  OPEN: ["open", "A report is cited that has not been found for certain."],
  NO_SOURCE_NAMED: ["no source named", "The report names no source."],
};

/** drifts are what can change of a claim on its way. */
export const drifts: { [kind: string]: string } = {
  HEDGE_DROPPED: "A hedge was dropped",
  HEDGE_ADDED: "A hedge was added",
  INTERMEDIARY_DROPPED: "Somebody in between is not named any more",
  VERB_SHARPENED: "The verb was sharpened",
  VERB_SOFTENED: "The verb was softened",
  NUMBER_CHANGED: "A number changed",
  DATE_CHANGED: "A date changed",
  NEGATION_CHANGED: "Yes became no, or no yes",
};

/** takings are how something is taken back. */
export const takings: { [how: string]: string } = {
  NOTICE: "The outlet takes it back", NOTICED: "The outlet takes it back",
  TOLD_OF: "Another report says that it was taken back",
  DROPPED: "A later text at the same address leaves it out; nobody said that it was wrong",
};

/** reasons are why a report could be the one that is cited. */
export const reasons: { [why: string]: string } = {
  LINKED: "its address is given",
  PUBLISHES: "its outlet is the one cited",
  SAME_SOURCE: "it has something like it from the same source",
};

export const endOf = (end: string): [string, string] => ends[end] ?? [plain(end), ""];

/** sure tells a confidence without shouting: a thin bar, and a number. */
export function sure(confidence: number): HTMLElement {
  const percent = Math.round(100 * confidence);
  const bar = h("span", { class: "bar", "aria-hidden": "true" }, h("i"));
  (bar.firstChild as HTMLElement).style.width = `${percent}%`;
  const what = confidence < 0.5 ? "unsure" : confidence < 0.75 ? "fairly sure" : "sure";
  return h("span", { class: "sure", title: `${what}: how likely it stands in the text so` }, bar, h("span", null, `${percent} %`));
}

/** stance is shown only where a source does more than assert. */
export function stance(word: string): HTMLElement | null {
  return word === "ASSERTS" ? null : h("span", { class: `tag stance-${plain(word)}` }, plain(word));
}

/** from says where and when something was published. */
export function from(r: Report | null): HTMLElement {
  return h("span", { class: "from" }, words(outletOf(r), 80), " · ", moment(r?.published));
}
