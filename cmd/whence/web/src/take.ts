// What a reader takes along: the query, a footnote, the drawing.

import { h } from "./dom";

let toast: HTMLElement | null = null;
let fading = 0;

/** say tells something in passing, to ears too. */
export function say(text: string): void {
  toast ??= document.getElementById("said");
  if (!toast) return;
  toast.textContent = text;
  toast.classList.add("shown");
  clearTimeout(fading);
  fading = window.setTimeout(() => toast!.classList.remove("shown"), 4000);
}

/** copy puts a text on the clipboard or, where the browser forbids it, shows it to be copied by hand. */
export async function copy(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    say(`${what} copied`);
  } catch {
    const area = h("textarea", { readonly: true, rows: 12, "aria-label": what });
    area.value = text;
    const dialog = h("dialog", { class: "take", "aria-label": what, on: { close: () => dialog.remove() } },
      h("h2", null, what), h("p", null, "The browser does not let this page use the clipboard. Copy it from here:"), area,
      h("form", { method: "dialog" }, h("button", null, "Close")));
    document.body.append(dialog);
    dialog.showModal();
    area.select();
  }
}

export type Tool = { name: string; title: string; id: string; run: () => void };

export function tools(list: Tool[]): HTMLElement {
  return h("div", { class: "tools", role: "group", "aria-label": "Take along" },
    list.map((t) => h("button", { type: "button", class: "quiet", id: t.id, title: t.title, on: { click: t.run } }, t.name)));
}

/** takeQuery copies the query behind a view, as it was asked. */
export const takeQuery = (query: () => string): Tool => ({
  id: "take-query", name: "Copy as GraphQL", title: "The very query behind this view, to run at graphiql or from a notebook",
  run: () => void copy(query(), "The query"),
});

export const takeNote = (note: () => string): Tool => ({
  id: "take-note", name: "Copy footnote", title: "Outlet, date, address, the chain and the quotation", run: () => void copy(note(), "The footnote"),
});

export function takeDrawing(svg: () => SVGSVGElement | Promise<SVGSVGElement>, name: string): Tool[] {
  const take = async (kind: string, file: (s: SVGSVGElement) => Blob | Promise<Blob>) => {
    try {
      save(await file(await svg()), `${name}.${kind}`);
    } catch {
      say(kind === "png" ? "The drawing is too large for a picture: take the SVG" : "The drawing could not be saved");
    }
  };
  return [
    { id: "take-svg", name: "SVG", title: "The drawing, to edit or print", run: () => void take("svg", svgFile) },
    { id: "take-png", name: "PNG", title: "The drawing as a picture", run: () => void take("png", svgToPNG) },
  ];
}

export function save(what: Blob, name: string): void {
  const url = URL.createObjectURL(what);
  const a = h("a", { href: url, download: name });
  document.body.append(a);
  a.click();
  a.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
  say(`${name} saved`);
}

const looks = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-opacity", "fill-opacity", "opacity", "font-family", "font-size", "font-weight", "font-style", "text-anchor", "letter-spacing"];

/** still is a drawing that looks the same without the page's styles, on the page's ground. One that is not on the page has its looks
 * written out already. */
function still(svg: SVGSVGElement): SVGSVGElement {
  if (!svg.isConnected) return sized(svg, svg);
  const out = svg.cloneNode(true) as SVGSVGElement;
  const own = [svg, ...svg.querySelectorAll("*")];
  [out, ...out.querySelectorAll("*")].forEach((e, i) => {
    const style = getComputedStyle(own[i]);
    for (const name of looks) e.setAttribute(name, style.getPropertyValue(name));
    if (style.display === "none") e.setAttribute("display", "none");
    for (const name of ["class", "style", "tabindex", "role", "data-hop"]) e.removeAttribute(name);
  });
  const box = svg.viewBox.baseVal;
  const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  for (const [name, value] of Object.entries({ x: box.x, y: box.y, width: box.width, height: box.height, fill: getComputedStyle(document.body).backgroundColor })) {
    ground.setAttribute(name, String(value));
  }
  out.prepend(ground);
  return sized(out, svg);
}

function sized(out: SVGSVGElement, svg: SVGSVGElement): SVGSVGElement {
  const box = svg.viewBox.baseVal;
  out.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  out.setAttribute("width", String(box.width));
  out.setAttribute("height", String(box.height));
  return out;
}

function svgFile(svg: SVGSVGElement): Blob {
  return new Blob(['<?xml version="1.0" encoding="UTF-8"?>\n', new XMLSerializer().serializeToString(still(svg))], { type: "image/svg+xml" });
}

async function svgToPNG(svg: SVGSVGElement): Promise<Blob> {
  const url = URL.createObjectURL(svgFile(svg));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const scale = Math.min(2, 12_000 / Math.max(image.width, image.height));
    const canvas = h("canvas", { width: Math.round(image.width * scale), height: Math.round(image.height * scale) });
    canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done, fail) => canvas.toBlob((b) => (b ? done(b) : fail(new Error("too large")))));
  } finally {
    URL.revokeObjectURL(url);
  }
}
