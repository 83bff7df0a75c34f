// The worker that finds places for a network, so that the page stays free for whoever moves around in it.

import { Simulation, SimulationLinkDatum, SimulationNodeDatum, forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY } from "d3-force";

type Knot = SimulationNodeDatum & { radius: number };

export type ToForces =
  | { do: "start"; places: Float32Array; radii: Float32Array; links: Uint32Array } // places: x, y; NaN where there is none yet. links: from, to
  | { do: "pin"; knot: number; x: number; y: number }
  | { do: "free"; knot: number }
  | { do: "rest"; on: boolean }; // while a hand moves the drawing, which needs the processor
export type FromForces = { places: Float32Array; done: boolean };

let simulation: Simulation<Knot, SimulationLinkDatum<Knot>> | null = null;
let turn = 0;
let resting = false;

/** calm is how little still moves when it is done. */
const calm = 0.012;

function start(places: Float32Array, radii: Float32Array, links: Uint32Array): void {
  const knots: Knot[] = Array.from(radii, (radius, i) => (isNaN(places[2 * i]) ? { radius } : { radius, x: places[2 * i], y: places[2 * i + 1] }));
  const ends = Array.from({ length: links.length / 2 }, (_, i) => ({ source: links[2 * i], target: links[2 * i + 1] }));
  const many = knots.length > 800;
  const known = places.some((p) => !isNaN(p));
  simulation = forceSimulation<Knot>(knots)
    .force("link", forceLink<Knot, SimulationLinkDatum<Knot>>(ends).distance(many ? 40 : Math.max(110, 300 - 4.5 * knots.length)).iterations(many ? 1 : 2))
    .force("apart", forceManyBody<Knot>().strength(many ? -45 : -520).theta(many ? 1.3 : 0.9).distanceMax(many ? 600 : 1200))
    .force("x", forceX<Knot>().strength(many ? 0.06 : 0.05))
    .force("y", forceY<Knot>().strength(many ? 0.06 : 0.07))
    .alpha(known ? 0.5 : 1)
    .alphaDecay(many ? 0.035 : 0.023)
    .stop();
  if (!many) simulation.force("collide", forceCollide<Knot>((k) => k.radius + 26));
  run(++turn, many ? 60 : 140);
}

/** run ticks for so many milliseconds, tells the places, and goes on until all is calm or something else is asked. */
function run(mine: number, budget: number): void {
  if (mine !== turn || !simulation || resting) return;
  const end = performance.now() + budget;
  do simulation.tick();
  while (simulation.alpha() > calm && performance.now() < end);
  const done = simulation.alpha() <= calm;
  const knots = simulation.nodes();
  const places = new Float32Array(2 * knots.length);
  knots.forEach((k, i) => {
    places[2 * i] = k.x!;
    places[2 * i + 1] = k.y!;
  });
  const told: FromForces = { places, done };
  (self as unknown as { postMessage(m: unknown, transfer: Transferable[]): void }).postMessage(told, [places.buffer]);
  if (!done) setTimeout(run, 0, mine, knots.length > 800 ? 160 : 40);
}

self.onmessage = ({ data }: MessageEvent<ToForces>) => {
  if (data.do === "start") return start(data.places, data.radii, data.links);
  if (data.do === "rest") {
    resting = data.on;
    if (!resting && simulation && simulation.alpha() > calm) run(++turn, 12);
    return;
  }
  const knot = simulation?.nodes()[data.knot];
  if (!simulation || !knot) return;
  if (data.do === "pin") Object.assign(knot, { x: data.x, y: data.y, fx: data.x, fy: data.y });
  else Object.assign(knot, { fx: null, fy: null });
  simulation.alpha(Math.max(simulation.alpha(), 0.12));
  run(++turn, 12);
};
