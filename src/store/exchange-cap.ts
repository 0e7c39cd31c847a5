/**
 * Bounds what is kept of the requests and answers behind an activity, and says honestly what was left out: first the
 * largest bodies are cut, then exchanges from the middle go, with a line in their place.
 */
import type { Exchange } from "../core/ports/call.ts";

/** Of the JSON text of one batch's exchanges. */
export const ACTIVITY_EXCHANGES_BYTES_MAX = 64 * 1024;
/** What is shown of a body that was cut. */
export const BODY_START_CHARS = 500;
/** A body within this is never cut. */
const BODY_BYTES_KEPT = 1_000;

interface CutBody {
  readonly truncated: true;
  readonly bytes: number;
  readonly start: string;
}

export function capExchanges(
  exchanges: readonly Exchange[],
  bytesMax = ACTIVITY_EXCHANGES_BYTES_MAX,
): readonly Exchange[] {
  if (bytesOf(exchanges) <= bytesMax) return exchanges;
  const cut = cutBodies(exchanges, bytesMax);
  return bytesOf(cut) <= bytesMax ? cut : leaveOutMiddle(cut, bytesMax);
}

/** Cuts bodies, the largest first, until everything fits or nothing large is left. */
function cutBodies(exchanges: readonly Exchange[], bytesMax: number): Exchange[] {
  const kept = [...exchanges];
  const bodies = exchanges.flatMap((exchange, index) => [
    { index, part: "request" as const, bytes: bytesOf(exchange.request) },
    { index, part: "response" as const, bytes: bytesOf(exchange.response) },
  ]);
  let bytes = bytesOf(exchanges);
  for (const body of bodies.toSorted((a, b) => b.bytes - a.bytes)) {
    if (bytes <= bytesMax || body.bytes <= BODY_BYTES_KEPT) break;
    const exchange = kept[body.index];
    if (exchange === undefined) continue;
    const cut = cutBody(exchange[body.part], body.bytes);
    kept[body.index] = { ...exchange, [body.part]: cut };
    bytes -= body.bytes - bytesOf(cut);
  }
  return kept;
}

function cutBody(value: unknown, bytes: number): CutBody {
  const text = typeof value === "string" ? value : textOf(value);
  return { truncated: true, bytes, start: text.slice(0, BODY_START_CHARS) };
}

/** Keeps the first and the last exchanges in turn while they fit. */
function leaveOutMiddle(exchanges: readonly Exchange[], bytesMax: number): Exchange[] {
  const first: Exchange[] = [];
  const last: Exchange[] = [];
  const rest = [...exchanges];
  // Two brackets, and a generous guess at the line that stands for those left out.
  let bytes = 2 + BODY_BYTES_KEPT;
  for (let fromStart = true; rest.length > 0; fromStart = !fromStart) {
    const next = fromStart ? rest[0] : rest.at(-1);
    if (next === undefined) break;
    bytes += bytesOf(next) + 1;
    if (bytes > bytesMax) break;
    if (fromStart) {
      first.push(next);
      rest.shift();
    } else {
      last.unshift(next);
      rest.pop();
    }
  }
  return rest.length === 0 ? [...first, ...last] : [...first, leftOut(rest), ...last];
}

function leftOut(exchanges: readonly Exchange[]): Exchange {
  return {
    connection: exchanges[0]?.connection ?? "",
    call: `${exchanges.length} exchanges left out (${bytesOf(exchanges)} bytes)`,
    write: exchanges.some(({ write }) => write),
    request: null,
    response: null,
    status: "left out",
    durationMs: exchanges.reduce((sum, { durationMs }) => sum + durationMs, 0),
  };
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(textOf(value));
}

function textOf(value: unknown): string {
  // undefined has no JSON text
  return value === undefined ? "" : JSON.stringify(value);
}
