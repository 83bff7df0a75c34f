// What comes into the store while somebody looks: a stream of events, which begins again by itself where it broke off.

/** Follower hears what is told. */
export type Follower = {
  told(node: { id: string }): void; // once or, when a stream broke off, twice
  replaced(): void; // the store is another one now, and what is shown may be of the old one
  connected(yes: boolean): void;
};

/** silence is after how long without a sign of life a connection is taken for dead; the server gives one every 15 seconds. */
const silence = 45_000;

/** follow hears a subscription until the signal. A browser opens few connections to one server, so that a tab that nobody sees has none; it
 * hears what it has missed when it is seen again. */
export async function follow(subscription: string, signal: AbortSignal, f: Follower): Promise<void> {
  let last = ""; // up to where all has been heard
  let wait = 1000;
  while (!signal.aborted) {
    await seen(signal);
    const unseen = new AbortController();
    const away = () => document.hidden && unseen.abort();
    document.addEventListener("visibilitychange", away);
    try {
      const response = await fetch("graphql", {
        method: "POST",
        credentials: "same-origin",
        headers: { "Content-Type": "application/json", Accept: "text/event-stream", ...(last ? { "Last-Event-ID": last } : {}) },
        body: JSON.stringify({ query: subscription }),
        signal: AbortSignal.any([signal, unseen.signal]),
      });
      const streams = response.headers.get("Content-Type")?.startsWith("text/event-stream");
      if (!streams && response.status < 500) return; // a server that tells nothing: the page works without
      if (streams) {
        last = response.headers.get("Last-Event-ID") ?? last;
        f.connected(true);
        for await (const e of events(response.body!, unseen)) {
          wait = 1000;
          if (e.event !== "next") continue;
          const answer = JSON.parse(e.data) as { data?: { [field: string]: { id: string } | null }; errors?: { extensions?: { code?: string } }[] };
          if (answer.errors?.[0].extensions?.code === "NOT_FOUND" && last) {
            last = "";
            f.replaced();
          } else {
            for (const node of Object.values(answer.data ?? {})) if (node) f.told(node);
          }
          if (e.id) last = e.id;
        }
      }
    } catch {
      // it broke off, or nobody looks
    } finally {
      document.removeEventListener("visibilitychange", away);
      f.connected(false);
    }
    if (document.hidden) continue;
    await pause(wait * (0.75 + Math.random() / 2), signal);
    wait = Math.min(2 * wait, 30_000);
  }
}

type Event = { event: string; id: string; data: string };

/** events reads a stream; heartbeats are events without a name. */
async function* events(body: ReadableStream<Uint8Array>, dead: AbortController): AsyncGenerator<Event> {
  const reader = body.pipeThrough(new TextDecoderStream() as unknown as ReadableWritablePair<string, Uint8Array>).getReader();
  let text = "", watch = 0;
  try {
    for (;;) {
      watch = window.setTimeout(() => dead.abort(), silence);
      const { done, value } = await reader.read();
      clearTimeout(watch);
      if (done) return;
      text += value;
      for (let end; (end = text.indexOf("\n\n")) >= 0; text = text.slice(end + 2)) {
        const e: Event = { event: "", id: "", data: "" };
        for (const line of text.slice(0, end).split("\n")) {
          const [, name, content] = /^(\w*): ?(.*)$/.exec(line) ?? [];
          if (name === "event" || name === "id" || name === "data") e[name] = content;
        }
        yield e;
      }
    }
  } finally {
    clearTimeout(watch);
    reader.cancel().catch(() => {});
  }
}

const seen = (signal: AbortSignal) => new Promise<void>((resolve) => {
  if (!document.hidden || signal.aborted) return resolve();
  document.addEventListener("visibilitychange", () => resolve(), { once: true, signal });
  signal.addEventListener("abort", () => resolve(), { once: true });
});

const pause = (ms: number, signal: AbortSignal) => new Promise<void>((resolve) => {
  const timer = setTimeout(resolve, ms);
  signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
});
