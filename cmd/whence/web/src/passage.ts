// The text of a report with places in it marked. Places are counted in code points, as everywhere outside of the program;
// JavaScript counts otherwise where a text has letters beyond the first 65,536.

import { add, clean, h } from "./dom";

/** Mark is a stretch of the text. The kind is its class; a mention also links to its actor. */
export type Mark = { start: number; end: number; kind: string; of?: string; href?: string; label?: string };

/** most is how many code points are shown at once. */
const most = 12_000;

/** points turns places in code points into places in the string. */
function points(text: string): (at: number) => number {
  if (!/[\ud800-\udbff]/.test(text)) return (at) => at;
  const offsets = new Uint32Array(text.length + 1);
  let n = 0;
  for (let i = 0; i < text.length; n++) {
    offsets[n] = i;
    i += text.codePointAt(i)! > 0xffff ? 2 : 1;
  }
  offsets[n] = text.length;
  return (at) => offsets[Math.max(0, Math.min(at, n))];
}

/** Passage shows a text around a place. */
export class Passage {
  readonly element = h("div", { class: "passage", dir: "auto" });
  private from: number;
  private to: number;
  private readonly offset: (at: number) => number;
  private readonly length: number;

  constructor(private readonly text: string, private readonly marks: Mark[], lang: string | null, around = 0, private readonly on?: (of: string) => void) {
    this.offset = points(text);
    let length = text.length;
    for (const c of text.matchAll(/[\ud800-\udbff][\udc00-\udfff]/g)) length -= c[0].length - 1;
    this.length = length;
    this.from = around > most / 2 ? around - most / 2 : 0;
    this.to = Math.min(length, this.from + most);
    if (lang && /^[a-zA-Z-]{2,20}$/.test(lang)) this.element.setAttribute("lang", lang);
    this.draw();
  }

  /** light marks the stretches of one attribution, and brings them into view. */
  light(of: string, scroll: boolean): void {
    const found = this.marks.find((m) => m.of === of);
    if (found && (found.start < this.from || found.start >= this.to)) {
      this.from = Math.max(0, found.start - most / 2);
      this.to = Math.min(this.length, this.from + most);
      this.draw();
    }
    let first: Element | null = null;
    for (const e of this.element.querySelectorAll("[data-of]")) {
      const lit = (e as HTMLElement).dataset.of!.split(" ").includes(of);
      e.classList.toggle("lit", lit);
      if (lit) first ??= e;
    }
    if (scroll) first?.scrollIntoView({ block: "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  }

  private draw(): void {
    const { from, to } = this;
    const marks = this.marks.filter((m) => m.start < to && m.end > from && m.start < m.end);
    const borders = [...new Set([from, to, ...marks.flatMap((m) => [m.start, m.end])])].filter((b) => b >= from && b <= to).sort((a, b) => a - b);
    const opening = Map.groupBy(marks, (m) => Math.max(m.start, from));
    let open: Mark[] = [];
    this.element.replaceChildren();
    if (from > 0) this.element.append(this.more("Earlier text", () => (this.from = Math.max(0, from - most))));
    for (let i = 0; i + 1 < borders.length; i++) {
      const at = borders[i];
      open = open.filter((m) => m.end > at).concat(opening.get(at) ?? []);
      const piece = clean(this.text.slice(this.offset(at), this.offset(borders[i + 1])));
      if (open.length === 0) {
        this.element.append(piece);
        continue;
      }
      const link = open.filter((m) => m.href).sort((a, b) => a.end - a.start - (b.end - b.start))[0];
      const of = [...new Set(open.map((m) => m.of).filter(Boolean))] as string[];
      const inner = link ? h("a", { href: link.href, class: "mention", title: link.label }, piece) : piece;
      const span = h("span", { class: [...new Set(open.map((m) => m.kind))].join(" "), "data-of": of.join(" ") || null }, inner);
      if (this.on && of.length) {
        span.addEventListener("click", (e) => {
          if (!(e.target as Element).closest("a")) this.on!(of[of.length - 1]);
        });
      }
      this.element.append(span);
    }
    if (to < this.length) {
      add(this.element, this.more(`Later text (${(this.length - to).toLocaleString("en-GB")} characters)`, () => (this.to = Math.min(this.length, to + most))));
    }
  }

  private more(text: string, move: () => void): HTMLElement {
    const button = h("button", { type: "button", class: "quiet" }, text);
    button.addEventListener("click", () => {
      move();
      this.draw();
    });
    return h("p", { class: "more" }, button);
  }
}

/** attributed are the marks of an attribution: who says it, the words of saying, and what is said. */
export function attributed(a: { id: string; source: { start: number; end: number }[]; cue: { start: number; end: number }[]; content: { start: number; end: number }[] }): Mark[] {
  const of = (kind: string, list: { start: number; end: number }[]) => list.map(({ start, end }) => ({ start, end, kind, of: a.id }));
  return [...of("content", a.content), ...of("source", a.source), ...of("cue", a.cue)];
}
