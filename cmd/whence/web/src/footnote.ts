// A footnote as a newsroom writes it: who, by way of whom, in what, where and when, and the very words.

import { clean, short } from "./dom";
import { Report } from "./graphql";
import { momentOf, outletOf } from "./phrase";

export type Cited = { source: string; via: string[]; report: Report; quote: string };

/** footnote is one line or two of plain text. Via runs from the source outwards. */
export function footnote(c: Cited): string {
  const who = [c.source, ...c.via.map((v) => `by way of ${v}`)].filter(Boolean).join(", ");
  const title = c.report.title ? `“${short(c.report.title, 200)}”` : "untitled";
  const where = `${outletOf(c.report)}, ${title}, ${momentOf(c.report.published)} UTC`;
  const lines = [`${who ? who + ", in " : ""}${where}${c.report.url ? `, ${c.report.url}` : ""}.`];
  if (c.quote) lines.push(`“${short(c.quote, 2000)}”`);
  return clean(lines.join("\n"));
}
