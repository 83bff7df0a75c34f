// The drawing of a network, on a canvas. What is drawn is painted a slice at a time into a sheet larger than the window, and moving
// around moves the sheet: so many thousand arrows follow the hand at the screen's own pace.

import { s, short } from "./dom";
import type { FromForces, ToForces } from "./forces";
import { Arrow, Net } from "./net";

type Sheet = { canvas: HTMLCanvasElement; k: number; x: number; y: number; whole: boolean }; // whole: nothing lies beyond its rims
export type Pick = { knot: number } | { arrow: Arrow } | null;
type Theme = { [name in "ground" | "ink" | "muted" | "edge" | "line" | "accent" | "deny" | "card" | "cue" | "origin" | "sunk" | "source"]: string };

/** slice is for how many milliseconds a frame paints, margin how much larger than the window the sheet is at each side. */
const slice = 6;
const margin = 0.4;

export class Canvas {
  readonly element = document.createElement("canvas");
  pick: (what: Pick) => void = () => {};
  hover: (what: Pick, x: number, y: number) => void = () => {};
  expand: (knot: number) => void = () => {};
  first: (() => void) | null = null; // called after the first drawing
  private net: Net = { knots: [], arrows: [], index: new Map(), relations: [] };
  private places: Float32Array = new Float32Array();
  private readonly pinned = new Set<string>();
  private readonly remembered = new Map<string, [number, number]>();
  private worker: Worker | null = null;
  private readonly view = { k: 1, x: 0, y: 0 }; // a place p of the network is seen at k·p + (x, y)
  private width = 1;
  private height = 1;
  private ratio = 1;
  private touched = false; // somebody has moved the drawing: it is not fitted any more
  private sheet: Sheet | null = null;
  private next: { sheet: Sheet; work: Iterator<void> } | null = null;
  private stale = false;
  private frame = 0;
  private waiting: (() => void)[] = []; // for places
  private chosen: Pick = null;
  private hovered: Pick = null;
  private path = new Set<string>(); // of relations
  private theme!: Theme;

  constructor(signal: AbortSignal) {
    this.element.tabIndex = 0;
    this.readTheme();
    const again = () => (this.readTheme(), this.repaint());
    addEventListener("themechange", again, { signal });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again, { signal });
    const seen = new ResizeObserver(() => this.resize());
    seen.observe(this.element);
    signal.addEventListener("abort", () => {
      seen.disconnect();
      this.worker?.terminate();
      cancelAnimationFrame(this.frame);
    });
    this.listen();
  }

  /** show draws a network. Who was there before stays where they were. */
  show(net: Net, path: Iterable<string> = []): void {
    this.keep();
    this.net = net;
    this.path = new Set(path);
    this.chosen = this.hovered = null;
    this.places = new Float32Array(2 * net.knots.length).fill(NaN);
    let known = 0;
    net.knots.forEach(({ actor }, i) => {
      const at = this.remembered.get(actor.id);
      if (at) this.places.set(at, 2 * i), known++;
    });
    if (known < net.knots.length / 2) this.touched = false;
    this.worker ??= this.hire();
    this.tell({ do: "start", places: this.places.slice(), radii: Float32Array.from(net.knots, (_, i) => this.radius(i)), links: Uint32Array.from(net.arrows.flatMap((a) => [a.from, a.to])) });
    net.knots.forEach(({ actor }, i) => {
      if (this.pinned.has(actor.id) && !isNaN(this.places[2 * i])) this.tell({ do: "pin", knot: i, x: this.places[2 * i], y: this.places[2 * i + 1] });
    });
    if (!net.knots.length) this.repaint();
  }

  select(what: Pick): void {
    this.chosen = what;
    this.schedule();
  }

  isPinned = (knot: number): boolean => this.pinned.has(this.net.knots[knot].actor.id);

  pin(knot: number, on: boolean): void {
    const id = this.net.knots[knot].actor.id;
    if (on) this.pinned.add(id);
    else this.pinned.delete(id);
    this.tell(on ? { do: "pin", knot, x: this.places[2 * knot], y: this.places[2 * knot + 1] } : { do: "free", knot });
    this.repaint();
  }

  zoom(by: number, x = this.width / 2, y = this.height / 2): void {
    const k = Math.max(0.02, Math.min(8, this.view.k * by));
    this.view.x = x - ((x - this.view.x) * k) / this.view.k;
    this.view.y = y - ((y - this.view.y) * k) / this.view.k;
    this.view.k = k;
    this.touched = true;
    this.stale = true;
    this.schedule();
  }

  move(dx: number, dy: number): void {
    this.view.x += dx;
    this.view.y += dy;
    this.touched = true;
    this.schedule();
  }

  /** bounds are those of the network, in its own measure; null where there are no places. */
  private bounds(): { left: number; top: number; right: number; bottom: number } | null {
    const b = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
    for (let i = 0; i < this.places.length; i += 2) {
      const [x, y] = [this.places[i], this.places[i + 1]];
      if (isNaN(x)) continue;
      b.left = Math.min(b.left, x), b.right = Math.max(b.right, x), b.top = Math.min(b.top, y), b.bottom = Math.max(b.bottom, y);
    }
    return b.left > b.right ? null : b;
  }

  /** fit shows all of it. */
  fit(): void {
    const b = this.bounds();
    if (!b) return;
    this.view.k = Math.min(1.3, (this.width - Math.min(150, this.width * 0.3)) / Math.max(1, b.right - b.left), (this.height - 90) / Math.max(1, b.bottom - b.top));
    this.view.x = this.width / 2 - (this.view.k * (b.left + b.right)) / 2;
    this.view.y = this.height / 2 - (this.view.k * (b.top + b.bottom)) / 2;
    this.stale = true;
    this.schedule();
  }

  refit(): void {
    this.touched = false;
    this.fit();
  }

  private hire(): Worker {
    const at = "explorer/forces.js";
    const types = (window as any).trustedTypes?.createPolicy?.bind((window as any).trustedTypes);
    url ??= types ? types("whence", { createScriptURL: (u: string) => { if (u !== at) throw new TypeError("not the worker"); return u; } }).createScriptURL(at) : at;
    const worker = new Worker(url as string);
    worker.onmessage = ({ data }: MessageEvent<FromForces>) => {
      if (data.places.length !== 2 * this.net.knots.length) return; // of the network before
      const before = this.places;
      this.places = data.places;
      if (this.dragged !== null) this.places.set(before.subarray(2 * this.dragged, 2 * this.dragged + 2), 2 * this.dragged);
      if (!this.touched) this.fit();
      this.repaint();
      for (const told of this.waiting.splice(0)) told();
    };
    return worker;
  }

  private tell(m: ToForces): void {
    this.worker?.postMessage(m);
  }

  private keep(): void {
    this.net.knots.forEach(({ actor }, i) => {
      if (!isNaN(this.places[2 * i])) this.remembered.set(actor.id, [this.places[2 * i], this.places[2 * i + 1]]);
    });
  }

  private readTheme(): void {
    const style = getComputedStyle(document.documentElement);
    this.theme = Object.fromEntries(["ground", "ink", "muted", "edge", "line", "accent", "deny", "card", "cue", "origin", "sunk", "source"].map((n) => [n, style.getPropertyValue(`--${n}`).trim()])) as Theme;
  }

  private resize(): void {
    const box = this.element.getBoundingClientRect();
    if (!box.width || !box.height) return;
    this.ratio = Math.min(2, devicePixelRatio || 1);
    const [w, h] = [box.width, box.height];
    this.view.x += (w - this.width) / 2;
    this.view.y += (h - this.height) / 2;
    this.width = w, this.height = h;
    this.element.width = Math.round(w * this.ratio);
    this.element.height = Math.round(h * this.ratio);
    this.sheet = null;
    if (!this.touched) this.fit();
    this.repaint();
  }

  private repaint(): void {
    this.stale = true;
    this.schedule();
  }

  private schedule(): void {
    if (!this.frame) this.frame = requestAnimationFrame(() => this.draw());
  }

  /** draw is one frame: the sheet where the hand has it, what is chosen over it, and a slice of the next sheet. */
  private draw(): void {
    this.frame = 0;
    const { sheet } = this;
    const off = sheet ? Math.max(Math.abs(sheet.x - this.view.x * (sheet.k / this.view.k)) / this.width, Math.abs(sheet.y - this.view.y * (sheet.k / this.view.k)) / this.height) : 1;
    if (!this.next && (!sheet || (!this.moving && (this.stale || sheet.k !== this.view.k)) || (!sheet.whole && off > margin * 0.55))) {
      this.stale = false;
      this.next = this.begin();
    }
    if (this.next) {
      const end = performance.now() + (this.sheet ? slice : 40);
      const c = this.next.sheet.canvas.getContext("2d")!;
      let done: boolean | undefined;
      do {
        done = this.next.work.next().done;
        c.getImageData(0, 0, 1, 1); // the browser would put the painting off, and do all of it at once
      } while (!done && performance.now() < end);
      if (done) {
        this.sheet = this.next.sheet;
        this.next = null;
        if (this.net.knots.length && !isNaN(this.places[0])) this.first?.(), (this.first = null);
        if (!this.moving && (this.stale || this.sheet.k !== this.view.k)) this.schedule();
      } else this.schedule();
    }
    const c = this.element.getContext("2d", { alpha: false })!;
    c.setTransform(1, 0, 0, 1, 0, 0);
    c.fillStyle = this.theme.card;
    c.fillRect(0, 0, this.element.width, this.element.height);
    if (this.sheet) {
      const { k, x, y, canvas } = this.sheet;
      const by = this.view.k / k;
      const mx = this.width * margin, my = this.height * margin;
      c.imageSmoothingEnabled = by !== 1 && !this.moving;
      const left = (this.view.x - (x + mx) * by) * this.ratio, top = (this.view.y - (y + my) * by) * this.ratio;
      if (by === 1) c.drawImage(canvas, Math.round(left), Math.round(top)); // pixel by pixel, which is quick
      else c.drawImage(canvas, left, top, canvas.width * by, canvas.height * by);
    }
    c.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    this.over(c);
  }

  private begin(): { sheet: Sheet; work: Iterator<void> } {
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(this.width * (1 + 2 * margin) * this.ratio);
    canvas.height = Math.round(this.height * (1 + 2 * margin) * this.ratio);
    const box = this.bounds();
    const whole = !box || [box.left, box.right].every((x) => Math.abs(x * this.view.k + this.view.x - this.width / 2) < this.width * (0.5 + margin) - 80) &&
      [box.top, box.bottom].every((y) => Math.abs(y * this.view.k + this.view.y - this.height / 2) < this.height * (0.5 + margin) - 30);
    const sheet = { canvas, k: this.view.k, x: this.view.x, y: this.view.y, whole };
    const c = canvas.getContext("2d", { alpha: false, willReadFrequently: true })!;
    c.fillStyle = this.theme.card;
    c.fillRect(0, 0, canvas.width, canvas.height);
    const [mx, my] = [this.width * margin, this.height * margin];
    c.setTransform(this.ratio, 0, 0, this.ratio, mx * this.ratio, my * this.ratio);
    const at = { k: this.view.k, x: this.view.x, y: this.view.y, left: -mx, top: -my, right: this.width + mx, bottom: this.height + my };
    return { sheet, work: this.paint(c, at) };
  }

  private *paint(c: CanvasRenderingContext2D, at: { k: number; x: number; y: number; left: number; top: number; right: number; bottom: number }): Generator<void> {
    const { net, places, theme } = this;
    const px = (i: number) => places[2 * i] * at.k + at.x, py = (i: number) => places[2 * i + 1] * at.k + at.y;
    const inside = (x: number, y: number, slack: number) => x > at.left - slack && x < at.right + slack && y > at.top - slack && y < at.bottom + slack;
    const seen = net.arrows.filter((a) => {
      const [x1, y1, x2, y2] = [px(a.from), py(a.from), px(a.to), py(a.to)];
      return !isNaN(x1 + x2) && Math.max(x1, x2) > at.left && Math.min(x1, x2) < at.right && Math.max(y1, y2) > at.top && Math.min(y1, y2) < at.bottom;
    });
    yield;
    const dense = seen.length > 1500;
    for (const negated of [false, true]) {
      c.strokeStyle = negated ? theme.deny : theme.edge;
      c.fillStyle = c.strokeStyle;
      c.lineWidth = dense ? 0.7 : 1.3;
      c.globalAlpha = dense ? 0.5 : 0.9;
      c.setLineDash(negated && !dense ? [5, 4] : []);
      const list = seen.filter((a) => a.negated === negated);
      for (let i = 0; i < list.length; i += 250) {
        c.beginPath();
        for (const a of list.slice(i, i + 250)) this.trace(c, a, at, dense);
        c.stroke();
        yield;
      }
      c.setLineDash([]);
      if (!dense) {
        for (const a of list) this.head(c, a, at);
        yield;
      }
    }
    c.globalAlpha = 1;
    const many = net.knots.length > 400;
    let n = 0;
    for (let i = 0; i < net.knots.length; i++) {
      if (!inside(px(i), py(i), 20)) continue;
      this.knot(c, i, px(i), py(i), Math.max(many ? 1.6 : 4, this.radius(i) * Math.min(1, Math.max(at.k, 0.35) * (many ? 0.8 : 1.2))));
      if (++n % 400 === 0) yield;
    }
    yield;
    // Names, the best connected first, where there is room.
    const taken = new Set<number>();
    const room = (x: number, y: number, w: number) => {
      const cells: number[] = [];
      for (let cx = Math.floor((x - w / 2) / 12); cx <= Math.floor((x + w / 2) / 12); cx++) {
        for (let cy = Math.floor((y - 7) / 9); cy <= Math.floor((y + 7) / 9); cy++) cells.push(cx * 10007 + cy);
      }
      if (cells.some((cell) => taken.has(cell))) return false;
      cells.forEach((cell) => taken.add(cell));
      return true;
    };
    c.textAlign = "center";
    c.textBaseline = "middle";
    const order = net.knots.map((_, i) => i).filter((i) => inside(px(i), py(i), 0));
    order.sort((a, b) => Number(net.knots[b].start) - Number(net.knots[a].start) || net.knots[b].degree - net.knots[a].degree);
    n = 0;
    for (const i of order.slice(0, many ? 140 : 400)) {
      const strong = net.knots[i].start;
      c.font = `${strong ? 650 : 500} ${strong ? 13.5 : 12.5}px ${font}`;
      const text = short(net.knots[i].actor.name, 28);
      const w = c.measureText(text).width + 8;
      const off = Math.max(5, this.radius(i) * Math.min(1, at.k * 1.2)) + 11;
      // While all of it is shown, names stay within the window.
      const x = this.touched || px(i) < 0 || px(i) > this.width ? px(i) : Math.max(w / 2, Math.min(this.width - w / 2, px(i)));
      const y = [py(i) + off, py(i) - off].find((y) => room(x, y, w));
      if (y === undefined) continue;
      c.globalAlpha = 0.82;
      c.fillStyle = theme.card;
      c.fillRect(x - w / 2, y - 8, w, 16);
      c.globalAlpha = 1;
      c.fillStyle = theme.ink;
      c.fillText(text, x, y);
      if (++n % 40 === 0) yield;
    }
    if (seen.length <= 220) {
      c.font = `600 10.5px ${font}`;
      for (const a of [...seen].sort((p, q) => q.relations.length - p.relations.length)) {
        const text = label(a);
        const w = c.measureText(text).width + 8;
        const spot = [0.5, 0.38, 0.62, 0.28, 0.72].map((t) => this.along(a, at, t)).find((p) => p.length > 46 && room(p.x, p.y, w));
        if (!spot) continue;
        c.fillStyle = theme.card;
        c.fillRect(spot.x - w / 2, spot.y - 7, w, 14);
        c.fillStyle = a.negated ? theme.deny : theme.muted;
        c.fillText(text, spot.x, spot.y);
      }
    }
  }

  /** bow are an arrow's ends on the rims of its knots, and the point that bends it. */
  private bow(a: Arrow, at: { k: number; x: number; y: number }): [number, number, number, number, number, number] {
    const p = this.places;
    const x1 = p[2 * a.from] * at.k + at.x, y1 = p[2 * a.from + 1] * at.k + at.y, x2 = p[2 * a.to] * at.k + at.x, y2 = p[2 * a.to + 1] * at.k + at.y;
    const d = Math.hypot(x2 - x1, y2 - y1) || 1;
    const out = a.bend * Math.min(44, d * 0.28);
    return [x1, y1, (x1 + x2) / 2 - ((y2 - y1) / d) * out, (y1 + y2) / 2 + ((x2 - x1) / d) * out, x2, y2];
  }

  /** along is a point of an arrow, from 0 at its start to 1. */
  private along(a: Arrow, at: { k: number; x: number; y: number }, t = 0.5): { x: number; y: number; length: number } {
    const [x1, y1, cx, cy, x2, y2] = this.bow(a, at);
    const [p, q, r] = [(1 - t) * (1 - t), 2 * t * (1 - t), t * t];
    return { x: p * x1 + q * cx + r * x2, y: p * y1 + q * cy + r * y2, length: Math.hypot(x2 - x1, y2 - y1) };
  }

  private trace(c: CanvasRenderingContext2D, a: Arrow, at: { k: number; x: number; y: number }, straight: boolean): void {
    const [x1, y1, cx, cy, x2, y2] = this.bow(a, at);
    c.moveTo(x1, y1);
    if (straight || a.bend === 0) c.lineTo(x2, y2);
    else c.quadraticCurveTo(cx, cy, x2, y2);
  }

  private head(c: CanvasRenderingContext2D, a: Arrow, at: { k: number; x: number; y: number }, size = 8): void {
    const [, , cx, cy, x2, y2] = this.bow(a, at);
    const d = Math.hypot(x2 - cx, y2 - cy) || 1;
    const [ux, uy] = [(x2 - cx) / d, (y2 - cy) / d];
    const r = Math.max(4, this.radius(a.to) * Math.min(1, Math.max(at.k, 0.35) * 1.2)) + 2;
    const [tx, ty] = [x2 - ux * r, y2 - uy * r];
    c.beginPath();
    c.moveTo(tx, ty);
    c.lineTo(tx - ux * size - uy * size * 0.5, ty - uy * size + ux * size * 0.5);
    c.lineTo(tx - ux * size + uy * size * 0.5, ty - uy * size - ux * size * 0.5);
    c.fill();
  }

  private radius(i: number): number {
    return Math.min(17, 5.5 + 1.5 * Math.sqrt(this.net.knots[i].degree));
  }

  private knot(c: CanvasRenderingContext2D, i: number, x: number, y: number, r: number): void {
    const { actor, start } = this.net.knots[i];
    c.fillStyle = start ? this.theme.accent : this.colour(actor.kind);
    if (r < 2.4) return c.fillRect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8); // a dot, whatever its shape
    c.beginPath();
    if (actor.kind === "ORGANIZATION" || actor.kind === "OUTLET") c.roundRect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8, r * 0.3);
    else if (actor.kind === "PLACE") c.moveTo(x, y - r * 1.15), c.lineTo(x + r * 1.15, y), c.lineTo(x, y + r * 1.15), c.lineTo(x - r * 1.15, y), c.closePath();
    else c.arc(x, y, r, 0, 7);
    c.fill();
    if (r > 3.5) {
      c.lineWidth = 1.5;
      c.strokeStyle = this.theme.card;
      c.stroke();
    }
    if (this.pinned.has(actor.id)) {
      c.fillStyle = this.theme.card;
      c.beginPath();
      c.arc(x, y, Math.max(1.5, r * 0.32), 0, 7);
      c.fill();
    }
  }

  private colour(kind: string | undefined): string {
    return kind === "ORGANIZATION" ? this.theme.origin : kind === "OUTLET" ? this.theme.cue : kind === "PERSON" ? this.theme.source : this.theme.muted;
  }

  /** over draws what is chosen, what the hand is over, and the path. */
  private over(c: CanvasRenderingContext2D): void {
    const lit = new Map<Arrow, string>();
    if (this.path.size) for (const a of this.net.arrows) if (a.relations.some((r) => this.path.has(r.id))) lit.set(a, this.theme.origin);
    for (const what of [this.hovered, this.chosen]) {
      if (what && "arrow" in what) lit.set(what.arrow, this.theme.accent);
      if (what && "knot" in what) for (const a of this.net.arrows) if (a.from === what.knot || a.to === what.knot) lit.set(a, this.theme.accent);
    }
    for (const [a, colour] of lit) {
      c.strokeStyle = c.fillStyle = colour;
      c.lineWidth = 2.4;
      c.setLineDash(a.negated ? [6, 4] : []);
      c.beginPath();
      this.trace(c, a, this.view, false);
      c.stroke();
      c.setLineDash([]);
      this.head(c, a, this.view, 10);
    }
    const knots = new Set<number>();
    for (const a of lit.keys()) knots.add(a.from).add(a.to);
    const rings: [number, string][] = [];
    for (const what of [this.hovered, this.chosen]) if (what && "knot" in what) knots.add(what.knot), rings.push([what.knot, this.theme.accent]);
    for (const i of [...knots].slice(0, 400)) this.knot(c, i, this.places[2 * i] * this.view.k + this.view.x, this.places[2 * i + 1] * this.view.k + this.view.y, Math.max(4, this.radius(i) * Math.min(1, Math.max(this.view.k, 0.35) * 1.2)));
    for (const [i, colour] of rings) {
      c.strokeStyle = colour;
      c.lineWidth = 2.5;
      c.beginPath();
      c.arc(this.places[2 * i] * this.view.k + this.view.x, this.places[2 * i + 1] * this.view.k + this.view.y, this.radius(i) + 4, 0, 7);
      c.stroke();
    }
    if (lit.size && lit.size <= 40) {
      c.textAlign = "center";
      c.textBaseline = "middle";
      const write = (text: string, x: number, y: number, weight: string) => {
        c.font = `${weight} ${font}`;
        const w = c.measureText(text).width + 10;
        c.fillStyle = this.theme.card;
        c.fillRect(x - w / 2, y - 8, w, 16);
        c.fillStyle = this.theme.ink;
        c.fillText(text, x, y);
      };
      for (const a of lit.keys()) {
        const { x, y } = this.along(a, this.view);
        write(label(a), x, y, "600 11px");
      }
      for (const i of knots) write(short(this.net.knots[i].actor.name, 30), this.places[2 * i] * this.view.k + this.view.x, this.places[2 * i + 1] * this.view.k + this.view.y + this.radius(i) + 12, "600 12.5px");
    }
  }

  /** under is what lies under a point. */
  private under(x: number, y: number, reach: number): Pick {
    let best: Pick = null, least = reach;
    this.net.knots.forEach((_, i) => {
      const d = Math.hypot(this.places[2 * i] * this.view.k + this.view.x - x, this.places[2 * i + 1] * this.view.k + this.view.y - y) - this.radius(i) * Math.min(1, this.view.k * 1.2);
      if (d < least) least = d, (best = { knot: i });
    });
    if (best) return best;
    least = reach * 0.8;
    for (const a of this.net.arrows) {
      const [x1, y1, cx, cy, x2, y2] = this.bow(a, this.view);
      if (x < Math.min(x1, x2, cx) - reach || x > Math.max(x1, x2, cx) + reach || y < Math.min(y1, y2, cy) - reach || y > Math.max(y1, y2, cy) + reach) continue;
      for (let t = 0; t < 1; t += 0.125) {
        const on = (u: number) => [(1 - u) * (1 - u) * x1 + 2 * u * (1 - u) * cx + u * u * x2, (1 - u) * (1 - u) * y1 + 2 * u * (1 - u) * cy + u * u * y2];
        const d = distance(x, y, on(t), on(t + 0.125));
        if (d < least) least = d, (best = { arrow: a });
      }
    }
    return best;
  }

  private dragged: number | null = null;
  private moving = false; // a hand moves the drawing

  /** rest leaves the processor to the hand. */
  private rest(on: boolean): void {
    this.moving = on;
    this.hover((this.hovered = null), 0, 0);
    this.tell({ do: "rest", on });
    if (on && this.sheet?.whole && this.next) this.next = null, (this.stale = true);
    if (!on) this.schedule();
  }

  private listen(): void {
    const e = this.element;
    const held = new Map<number, { x: number; y: number }>();
    let moved = 0, pressed: Pick = null;
    const at = (ev: PointerEvent | WheelEvent | MouseEvent) => {
      const box = e.getBoundingClientRect();
      return { x: ev.clientX - box.left, y: ev.clientY - box.top };
    };
    e.addEventListener("pointerdown", (ev) => {
      e.setPointerCapture(ev.pointerId);
      held.set(ev.pointerId, at(ev));
      moved = 0;
      pressed = held.size === 1 ? this.under(at(ev).x, at(ev).y, ev.pointerType === "touch" ? 16 : 7) : null;
    });
    e.addEventListener("pointermove", (ev) => {
      const now = at(ev), before = held.get(ev.pointerId);
      if (!before) {
        const what = this.under(now.x, now.y, 6);
        if (same(what, this.hovered)) return what ? this.hover(what, now.x, now.y) : undefined;
        this.hovered = what;
        e.style.cursor = what ? "pointer" : "grab";
        this.hover(what, now.x, now.y);
        return this.schedule();
      }
      moved += Math.hypot(now.x - before.x, now.y - before.y);
      held.set(ev.pointerId, now);
      if (held.size === 2) {
        const [p, q] = [...held.values()];
        const other = p === now ? q : p;
        const by = Math.hypot(now.x - other.x, now.y - other.y) / (Math.hypot(before.x - other.x, before.y - other.y) || 1);
        this.zoom(by, (now.x + other.x) / 2, (now.y + other.y) / 2);
        this.move((now.x - before.x) / 2, (now.y - before.y) / 2);
      } else if (pressed && "knot" in pressed && moved > 4) {
        const i = (this.dragged = pressed.knot);
        this.places[2 * i] = (now.x - this.view.x) / this.view.k;
        this.places[2 * i + 1] = (now.y - this.view.y) / this.view.k;
        this.pinned.add(this.net.knots[i].actor.id);
        this.touched = true;
        this.tell({ do: "pin", knot: i, x: this.places[2 * i], y: this.places[2 * i + 1] });
        this.repaint();
      } else if (moved > 3) {
        if (!this.moving) this.rest(true);
        this.move(now.x - before.x, now.y - before.y);
      }
    });
    const up = (ev: PointerEvent) => {
      if (!held.delete(ev.pointerId) || held.size) return;
      this.dragged = null;
      if (this.moving) this.rest(false);
      if (ev.type === "pointerup" && moved <= 4) this.pick(pressed);
      pressed = null;
    };
    e.addEventListener("pointerup", up);
    e.addEventListener("pointercancel", up);
    e.addEventListener("pointerleave", () => {
      this.hover((this.hovered = null), 0, 0);
      this.schedule();
    });
    e.addEventListener("dblclick", (ev) => {
      const what = this.under(at(ev).x, at(ev).y, 8);
      if (what && "knot" in what) this.expand(what.knot);
    });
    e.addEventListener("wheel", (ev) => {
      if (!ev.ctrlKey && !ev.metaKey && document.activeElement !== e && !this.touched) return; // the page scrolls past it
      ev.preventDefault();
      this.zoom(Math.exp(-ev.deltaY * (ev.deltaMode ? 0.05 : 0.0016) * (ev.ctrlKey ? 4 : 1)), at(ev).x, at(ev).y);
    }, { passive: false });
    e.addEventListener("keydown", (ev) => {
      const step = 60;
      const keys: { [key: string]: () => void } = {
        ArrowLeft: () => this.move(step, 0), ArrowRight: () => this.move(-step, 0), ArrowUp: () => this.move(0, step), ArrowDown: () => this.move(0, -step),
        "+": () => this.zoom(1.25), "=": () => this.zoom(1.25), "-": () => this.zoom(0.8), "0": () => this.refit(),
      };
      if (!keys[ev.key] || ev.ctrlKey || ev.metaKey || ev.altKey) return;
      ev.preventDefault();
      keys[ev.key]();
    });
  }

  /** svg is the whole drawing as vectors, with its looks written out; it waits for the places if there are none yet. */
  async svg(): Promise<SVGSVGElement> {
    while (this.places.some(isNaN)) await new Promise<void>((told) => this.waiting.push(told));
    const { theme, net, places } = this;
    const at = { k: net.knots.length > 400 ? 1 : 1.15, x: 0, y: 0 };
    let [l, t, r, b] = [0, 0, 1, 1];
    net.knots.forEach((_, i) => {
      const [x, y] = [places[2 * i] * at.k, places[2 * i + 1] * at.k];
      l = i ? Math.min(l, x) : x, t = i ? Math.min(t, y) : y, r = i ? Math.max(r, x) : x, b = i ? Math.max(b, y) : y;
    });
    const out = s("svg", { viewBox: `${l - 150} ${t - 40} ${r - l + 300} ${b - t + 90}`, "font-family": font });
    out.append(s("rect", { x: l - 150, y: t - 40, width: r - l + 300, height: b - t + 90, fill: theme.card }));
    const dense = net.arrows.length > 1500;
    const labels: SVGElement[] = [];
    for (const a of net.arrows) {
      const [x1, y1, cx, cy, x2, y2] = this.bow(a, at);
      const colour = a.negated ? theme.deny : theme.edge;
      const n = (v: number) => v.toFixed(1);
      out.append(s("path", { d: `M${n(x1)} ${n(y1)}Q${n(cx)} ${n(cy)} ${n(x2)} ${n(y2)}`, fill: "none", stroke: colour, "stroke-width": dense ? 0.7 : 1.3, "stroke-dasharray": a.negated ? "5 4" : null }));
      if (dense) continue;
      const d = Math.hypot(x2 - cx, y2 - cy) || 1, rim = this.radius(a.to) + 2;
      const turn = (Math.atan2(y2 - cy, x2 - cx) * 180) / Math.PI;
      out.append(s("path", { d: "M0 0L-8 -4V4Z", fill: colour, transform: `translate(${n(x2 - ((x2 - cx) / d) * rim)} ${n(y2 - ((y2 - cy) / d) * rim)}) rotate(${n(turn)})` }));
      const { x, y, length } = this.along(a, at);
      if (length > 60) labels.push(s("text", { x: n(x), y: n(y + 3.5), "text-anchor": "middle", "font-size": 10.5, "font-weight": 600, fill: a.negated ? theme.deny : theme.muted, stroke: theme.card, "stroke-width": 4, "paint-order": "stroke" }, label(a)));
    }
    net.knots.forEach(({ actor, start, degree }, i) => {
      const [x, y, rad] = [places[2 * i] * at.k, places[2 * i + 1] * at.k, this.radius(i) * (dense ? 0.5 : 1)];
      out.append(s("circle", { cx: x.toFixed(1), cy: y.toFixed(1), r: rad.toFixed(1), fill: start ? theme.accent : this.colour(actor.kind), stroke: theme.card, "stroke-width": 1.5 }));
      if (!dense || degree > 12) labels.push(s("text", { x: x.toFixed(1), y: (y + rad + 14).toFixed(1), "text-anchor": "middle", "font-size": 12.5, "font-weight": start ? 700 : 500, fill: theme.ink, stroke: theme.card, "stroke-width": 4, "paint-order": "stroke" }, short(actor.name, 40)));
    });
    out.append(...labels);
    return out;
  }
}

let url: unknown; // the policy for the worker's address can be made once only

const font = '"Inter", system-ui, "Segoe UI", "Helvetica Neue", "Liberation Sans", Arial, sans-serif';

export const label = (a: Arrow): string => `${a.negated ? "not " : ""}${short(a.predicate.replaceAll("_", " "), 30)}${a.relations.length > 1 ? ` ×${a.relations.length}` : ""}`;

const same = (a: Pick, b: Pick): boolean => a === b || (!!a && !!b && ("knot" in a ? "knot" in b && a.knot === b.knot : "arrow" in b && a.arrow === b.arrow));

function distance(x: number, y: number, [x1, y1]: number[], [x2, y2]: number[]): number {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const t = Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - x1 - t * dx, y - y1 - t * dy);
}
