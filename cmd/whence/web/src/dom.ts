// Elements are made here and nowhere else. What comes from reports is hostile: it becomes text nodes and attributes that
// cannot run, its control characters are made visible, and its length is bounded. Nothing is ever parsed as HTML.

export type Child = Node | string | number | null | undefined | false | Child[];
export type Props = { [name: string]: unknown; on?: { [event: string]: (e: any) => void } };

/** h makes an HTML element: h("a", {href, class, on: {click}}, "text", child). */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props?: Props | null, ...children: Child[]): HTMLElementTagNameMap[K] {
  return fill(document.createElement(tag), props, children);
}

/** s makes an SVG element. */
export function s<K extends keyof SVGElementTagNameMap>(tag: K, props?: Props | null, ...children: Child[]): SVGElementTagNameMap[K] {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), props, children);
}

function fill<E extends Element>(e: E, props: Props | null | undefined, children: Child[]): E {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (name === "on") {
      for (const [event, listener] of Object.entries(value as object)) e.addEventListener(event, listener);
    } else if (value === true) {
      e.setAttribute(name, "");
    } else if (value !== false && value !== null && value !== undefined) {
      e.setAttribute(name, String(value));
    }
  }
  add(e, children);
  return e;
}

export function add(e: Element, children: Child): void {
  if (Array.isArray(children)) for (const c of children) add(e, c);
  else if (children instanceof Node) e.append(children);
  else if (children !== null && children !== undefined && children !== false) e.append(clean(String(children)));
}

export function replace(e: Element, ...children: Child[]): void {
  e.replaceChildren();
  add(e, children);
}

/** clean makes every character of a text one that shows and keeps its place: controls become pictures of themselves, what
 * turns the direction of writing around becomes U+FFFD, and letters carry four accents at most. */
export function clean(text: string): string {
  return text
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f]/g, (c) => String.fromCharCode(0x2400 + c.charCodeAt(0)))
    .replace(/\r\n?/g, "\n")
    .replace(/[\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu, "\ufffd")
    .replace(/(\p{M}{4})\p{M}+/gu, "$1");
}

/** short is a text of at most n characters. */
export function short(text: string, n: number): string {
  const flat = text.slice(0, 4 * n + 8).replace(/\s+/g, " ").trim();
  const letters = Array.from(flat);
  return letters.length <= n ? flat : letters.slice(0, n - 1).join("").trimEnd() + "…";
}

/** words is a bit of a report: isolated, so that its direction cannot reach what stands around it. */
export function words(text: string | null | undefined, most = 400, props: Props = {}): HTMLElement {
  return h("bdi", props, short(text ?? "", most));
}

/** highlighted marks what a text shares with what was asked for, whatever the case and the accents. */
export function highlighted(text: string, query: string, most = 400): HTMLElement {
  const out = h("bdi");
  const asked = new Set(fold(query).match(/[\p{L}\p{N}]+/gu) ?? []);
  for (const part of short(text, most).split(/([\p{L}\p{N}\p{M}]+)/u)) {
    add(out, asked.has(fold(part)) ? h("mark", null, part) : part);
  }
  return out;
}

export function fold(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** outside is a link to where a report was read, or the bare words where the address is none that a browser should follow. */
export function outside(url: string, ...children: Child[]): HTMLElement {
  let ok = false;
  try {
    ok = ["http:", "https:"].includes(new URL(url).protocol);
  } catch {
    // no address at all
  }
  if (!ok) return h("span", null, ...children);
  return h("a", { href: url, rel: "noopener noreferrer nofollow external", target: "_blank" }, ...children);
}

export function debounced<A extends unknown[]>(wait: number, f: (...a: A) => void): (...a: A) => void {
  let timer = 0;
  return (...a) => {
    clearTimeout(timer);
    timer = window.setTimeout(() => f(...a), wait);
  };
}
