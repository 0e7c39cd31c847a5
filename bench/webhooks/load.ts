/**
 * Sends deliveries over a number of kept-alive connections, the next one on each as soon as the one before was answered,
 * and remembers which were acknowledged. Speaks only as much HTTP/1.1 as the hub's own answers need, at little CPU.
 */
import { connect, type Socket } from "node:net";
import type { Delivery } from "./deliveries.ts";

export interface LoadOptions {
  readonly url: string;
  readonly path: string;
  readonly connections: number;
  readonly deliveries: Iterator<Delivery, never>;
  /** No new delivery is sent after this; those under way are awaited. */
  readonly signal: AbortSignal;
}

export interface LoadResult {
  readonly acknowledged: readonly Delivery[];
  readonly latenciesMs: readonly number[];
  /** Answers other than 200, by status. */
  readonly refused: ReadonlyMap<number, number>;
  /** Connections that broke with a delivery under way: unknown whether it was taken. */
  readonly broken: number;
}

interface Tally {
  readonly acknowledged: Delivery[];
  readonly latenciesMs: number[];
  readonly refused: Map<number, number>;
  broken: number;
}

export async function load(options: LoadOptions): Promise<LoadResult> {
  const tally: Tally = { acknowledged: [], latenciesMs: [], refused: new Map(), broken: 0 };
  await Promise.all(Array.from({ length: options.connections }, () => drive(options, tally)));
  return tally;
}

async function drive({ url, path, deliveries, signal }: LoadOptions, tally: Tally): Promise<void> {
  const { hostname, port, host } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  const reader = answers(socket);
  try {
    while (!signal.aborted) {
      const { value: delivery } = deliveries.next();
      const startedMs = performance.now();
      socket.write(requestOf(host, path, delivery));
      const status = await reader();
      if (status === null) {
        tally.broken += 1;
        return;
      }
      tally.latenciesMs.push(performance.now() - startedMs);
      if (status === 200) tally.acknowledged.push(delivery);
      else tally.refused.set(status, (tally.refused.get(status) ?? 0) + 1);
    }
  } finally {
    socket.destroy();
  }
}

function requestOf(host: string, path: string, { headers, body }: Delivery): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `POST ${path} HTTP/1.1\r\nhost: ${host}\r\n${lines.join("")}content-length: ${body.byteLength}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, "latin1"), body]);
}

/** A function that answers the status of the next answer, or null when the connection has ended. */
function answers(socket: Socket): () => Promise<number | null> {
  let received = "";
  let ended = false;
  let waiting: ((status: number | null) => void) | null = null;
  const look = (): void => {
    if (waiting === null) return;
    const status = ended ? null : takeAnswer();
    if (status === undefined) return;
    const resolve = waiting;
    waiting = null;
    resolve(status);
  };
  const takeAnswer = (): number | undefined => {
    const headEnd = received.indexOf("\r\n\r\n");
    if (headEnd < 0) return undefined;
    const head = received.slice(0, headEnd);
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
    if (length === undefined) throw new Error(`an answer without a length: ${head}`);
    const end = headEnd + 4 + Number(length);
    if (received.length < end) return undefined;
    received = received.slice(end);
    return Number(head.slice(9, 12));
  };
  // The hub's answers are ASCII: characters are bytes.
  socket.setEncoding("latin1");
  socket.on("data", (text: string) => {
    received += text;
    look();
  });
  const close = (): void => {
    ended = true;
    look();
  };
  socket.on("error", close);
  socket.on("close", close);
  return () =>
    new Promise((resolve) => {
      waiting = resolve;
      look();
    });
}
