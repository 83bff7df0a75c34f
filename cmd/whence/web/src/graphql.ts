// Every question is one GraphQL text with its values written out, so that "copy as GraphQL" gives the very query that was asked.

/** Failure is why there is no answer, in words for a reader. */
export class Failure extends Error {
  constructor(message: string, readonly code: string) {
    super(message);
  }
}

/** ask sends a query. A field that could not be had is null, and does not spoil the rest, unless nothing could be had. */
export async function ask<T>(query: string, signal?: AbortSignal): Promise<T> {
  let response: Response;
  try {
    response = await fetch("graphql", {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", Accept: "application/graphql-response+json, application/json;q=0.9" },
      body: JSON.stringify({ query }),
      signal,
    });
  } catch (e) {
    if ((e as Error).name === "AbortError") throw e;
    throw new Failure("The server does not answer. Is whence serve still running?", "OFFLINE");
  }
  let answer: { data?: T; errors?: { message: string; extensions?: { code?: string } }[] };
  try {
    answer = await response.json();
  } catch {
    throw new Failure(`The server answered ${response.status}, and not in JSON.`, "BROKEN");
  }
  const first = answer.errors?.[0];
  const nothing = !answer.data || Object.values(answer.data).every((v) => v === null);
  if (first && nothing) throw new Failure(first.message, first.extensions?.code ?? "ERROR");
  if (!answer.data) throw new Failure(`The server answered ${response.status} and no data.`, "BROKEN");
  return answer.data;
}

/** Name is a word that goes into a query as it is: of an enum. */
export class Name {
  constructor(readonly word: string) {}
}

export type Value = string | number | boolean | Name | Value[] | null | undefined;

/** names are those of the words that are enum values at all; what else stands in an address is not asked for. */
export const names = (list: string[]): Name[] => list.filter((w) => /^[A-Z][A-Z_]*$/.test(w)).map((w) => new Name(w));

/** args writes arguments, leaving out what is not given; empty for none. */
export function args(values: { [name: string]: Value }): string {
  const list = Object.entries(values).filter(([, v]) => v !== null && v !== undefined && v !== "" && !(Array.isArray(v) && v.length === 0));
  return list.length ? `(${list.map(([k, v]) => `${k}: ${literal(v)}`).join(", ")})` : "";
}

function literal(v: Value): string {
  if (v instanceof Name) return v.word;
  if (Array.isArray(v)) return `[${v.map(literal).join(", ")}]`;
  return JSON.stringify(v); // JSON's strings, numbers and booleans are GraphQL's
}

// What the answers hold, as far as the explorer asks for it.

export type Actor = { id: string; name: string; kind?: string };
export type Report = { id: string; title: string | null; url?: string | null; published: string | null; outlet: Actor | null };
export type Evidence = { quote: string; start: number; end: number };
export type Place = { start: number; end: number };
export type Attribution = {
  id: string;
  words: string;
  stance: string;
  quotation: string;
  confidence: number;
  sources: Actor[];
  source: Place[];
  cue: Evidence[];
  content: Place[];
  evidence: Evidence | null;
  via: { id: string; sources: Actor[] } | null;
  claim: { id: string; text: string } | null;
  report: Report | null;
};
export type Relation = {
  id: string;
  subject: Actor;
  predicate: string;
  object: Actor;
  polarity: string;
  modality: string;
  confidence: number;
  report: Report | null;
  assertedBy?: { id: string; stance: string; sources: Actor[] } | null;
  evidence?: Evidence[];
};

export const reportFields = "id title url published outlet { id name }";
