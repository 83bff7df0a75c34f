// What the server can tell beyond what every one can: a page that somebody has kept open, or an older server, leaves it out.

import { ask } from "./graphql";

type Type = { fields: { name: string; args: { name: string }[] }[] } | null;

let known: Promise<Set<string>> | null = null;

/** able tells whether a type has a field, as "Hop.drift", and a field an argument, as "Query.trace.asOf". */
export async function able(): Promise<(what: string) => boolean> {
  known ??= ask<{ [type: string]: Type }>(`{ ${["Query", "Trace", "Chain", "Hop", "Report"].map((t) => `${t}: __type(name: "${t}") { fields { name args { name } } }`).join(" ")} }`).then(
    (types) => new Set(Object.entries(types).flatMap(([type, t]) => (t?.fields ?? []).flatMap((f) => [`${type}.${f.name}`, ...f.args.map((a) => `${type}.${f.name}.${a.name}`)]))),
    () => new Set(), // a server that does not tell its schema
  );
  const has = await known;
  return (what) => has.has(what);
}
