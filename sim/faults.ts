/**
 * A network between the hub and the simulated servers that fails as real ones do: time-outs before and after the server
 * acted, and after the caller has given up; resets, 5xx, HTML pages, throttling, slowness, and windows in which a server
 * is away. Seeded, in virtual time. Which fault struck which request stands in the trace.
 */
import type { HttpRequest, HttpResponse, Transport } from "../src/core/ports/transport.ts";
import { TransportError } from "../src/core/ports/transport.ts";
import type { HttpHandler } from "./http-server.ts";
import type { Random } from "./random.ts";
import type { VirtualTime } from "./virtual-clock.ts";

export const FAULTS = [
  "timeout-before", // never reached the server
  "timeout-after", // carried out, the answer was lost
  "timeout-late", // carried out after the caller had given up
  "reset-before",
  "reset-after",
  "error-before", // 502 or 503 from something in front of the server
  "error-after", // 504: carried out
  "html", // a page of a maintenance or login plugin
  "throttled", // 429 with Retry-After
  "slow", // many seconds, then well
] as const;
export type Fault = (typeof FAULTS)[number];

export interface Outage {
  readonly fromMs: number;
  readonly toMs: number;
  readonly kind: "refused" | "maintenance" | "hangs";
}

export interface NetworkFaults {
  /** Share of requests that meet each fault, 0 to 1. */
  readonly rates: Readonly<Partial<Record<Fault, number>>>;
  readonly outages: readonly Outage[];
  /** From here on the network is well. */
  readonly untilMs: number;
}

export interface NetworkOptions {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly server: HttpHandler;
  readonly faults: NetworkFaults;
  readonly trace: (line: string) => void;
}

const LATENCY_MS_MAX = 40;
const SLOW_MS_MAX = 20_000;
/** How long after the caller gave up a request may still be carried out. */
const LATE_MS_MAX = 20_000;
const RETRY_AFTER_S_MAX = 120;
const HTML =
  "<!doctype html><html><head><title>Maintenance</title></head><body><h1>Briefly unavailable</h1></body></html>";

export function faultyTransport(options: NetworkOptions): Transport {
  const { time, faults, random, trace } = options;
  return async (request) => {
    const what = describe(request);
    const outage = faults.outages.find(({ fromMs, toMs }) => time.nowMs() >= fromMs && time.nowMs() < toMs);
    if (outage !== undefined) {
      trace(`${what} !outage ${outage.kind}`);
      return duringOutage(outage, request, options);
    }
    const fault = time.nowMs() < faults.untilMs ? draw(faults.rates, random) : null;
    if (fault !== null) trace(`${what} !${fault}`);
    const response = await exchange(fault, request, options);
    trace(`${what} -> ${response.status}${response.status < 400 ? "" : ` ${response.body.slice(0, 300)}`}`);
    return response;
  };
}

function draw(rates: NetworkFaults["rates"], random: Random): Fault | null {
  let lot = random.next();
  for (const fault of FAULTS) {
    lot -= rates[fault] ?? 0;
    if (lot < 0) return fault;
  }
  return null;
}

async function duringOutage(
  outage: Outage,
  request: HttpRequest,
  { time, random }: NetworkOptions,
): Promise<HttpResponse> {
  await time.clock.sleep(random.int(1, LATENCY_MS_MAX));
  if (outage.kind === "refused") throw new TransportError("not-sent", "connection refused");
  if (outage.kind === "maintenance") return page(503);
  await time.clock.sleep(request.timeoutMs);
  throw timedOut(request);
}

async function exchange(fault: Fault | null, request: HttpRequest, options: NetworkOptions): Promise<HttpResponse> {
  const { time, random } = options;
  await time.clock.sleep(random.int(1, LATENCY_MS_MAX));
  switch (fault) {
    case "timeout-before":
      await time.clock.sleep(request.timeoutMs);
      throw timedOut(request);
    case "timeout-after":
      await time.perform(0, describe(request), () => carriedOut(request, options));
      await time.clock.sleep(request.timeoutMs);
      throw timedOut(request);
    case "timeout-late":
      time.after(request.timeoutMs + random.int(1, LATE_MS_MAX), `late ${describe(request)}`, () =>
        carriedOut(request, options),
      );
      await time.clock.sleep(request.timeoutMs);
      throw timedOut(request);
    case "reset-before":
      throw new TransportError("unknown", "the connection was reset");
    case "reset-after":
      await time.perform(0, describe(request), () => carriedOut(request, options));
      throw new TransportError("unknown", "the connection was reset");
    case "error-before":
      return page(random.pick([502, 503]));
    case "error-after":
      await time.perform(0, describe(request), () => carriedOut(request, options));
      return page(504);
    case "html":
      return page(200);
    case "throttled":
      return throttled(random);
    case "slow":
      return answered(SLOW_MS_MAX, request, options);
    default:
      return answered(LATENCY_MS_MAX, request, options);
  }
}

/** A slow answer that would come too late is a time-out after the write. */
async function answered(msMax: number, request: HttpRequest, options: NetworkOptions): Promise<HttpResponse> {
  const { time, random, server } = options;
  const delayMs = random.int(1, msMax);
  const response = await time.perform(0, describe(request), () => server(request));
  await time.clock.sleep(Math.min(delayMs, request.timeoutMs));
  if (delayMs > request.timeoutMs) throw timedOut(request);
  return response;
}

/** Nobody waits for what the server says. */
async function carriedOut(request: HttpRequest, { server, trace }: NetworkOptions): Promise<void> {
  const response = await server(request);
  trace(`${describe(request)} carried out unseen: ${response.status}`);
}

function timedOut(request: HttpRequest): TransportError {
  return new TransportError("unknown", `timed out after ${Math.round(request.timeoutMs / 1000)} s`);
}

function page(status: number): HttpResponse {
  return { status, headers: { "content-type": "text/html; charset=utf-8" }, body: HTML };
}

function throttled(random: Random): HttpResponse {
  const headers = { "content-type": "text/plain", "retry-after": String(random.int(1, RETRY_AFTER_S_MAX)) };
  return { status: 429, headers, body: "Too many requests" };
}

/** Method, path and, for RPC and GraphQL, what is called; never a query with a signature. */
export function describe(request: HttpRequest): string {
  const { pathname } = new URL(request.url);
  if (request.body !== undefined && pathname.endsWith("/graphql.json")) {
    const operation = /\b(query|mutation)[ \t]+([A-Z]\w*)/.exec(request.body);
    return operation === null ? `${request.method} ${pathname}` : `${operation[1] ?? ""} ${operation[2] ?? ""}`;
  }
  if (request.body === undefined || !pathname.endsWith("/jsonrpc")) return `${request.method} ${pathname}`;
  const call = /"execute_kw"\s*,\s*"args"\s*:\s*\[[^\]]*?,\s*"([a-z._]+)"\s*,\s*"([a-z_]+)"/.exec(request.body);
  return call === null ? `${request.method} ${pathname}` : `RPC ${call[1] ?? ""}.${call[2] ?? ""}`;
}
