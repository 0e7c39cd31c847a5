/** For the tests of this folder: a transport that answers each call from a script, and keeps what it was asked. */
import type { CallContext, Exchange } from "../../../core/ports/call.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { HttpRequest, HttpResponse, Transport } from "../../../core/ports/transport.ts";
import { createOdooClient, type OdooClient } from "../client.ts";
import { createSession, type OdooSession } from "../session.ts";

export interface Asking {
  readonly model: string;
  readonly method: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export type Script = (asking: Asking) => unknown;

/** A script answers with this for anything but a plain result. */
export class Reply {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, body: string, headers: Readonly<Record<string, string>> = {}) {
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

export function odooErrorReply(status: number, name: string, message: string): Reply {
  return new Reply(
    status,
    JSON.stringify({ name, message, arguments: [message], context: {}, debug: "Traceback (most recent call last):" }),
  );
}

export interface Scripted {
  readonly client: OdooClient;
  readonly session: OdooSession;
  readonly call: CallContext;
  readonly requests: HttpRequest[];
  readonly exchanges: Exchange[];
  /** How often a write was announced. */
  readonly announced: { count: number };
  readonly clock: Clock & { ms: number };
}

const VERSION_19 = JSON.stringify({ version: "19.0", version_info: [19, 0, 0, "final", 0, ""] });
const START_MS = 1_800_000_000_000;
const DEADLINE_MS = 300_000;

export function scripted(script: Script, probe: (request: HttpRequest) => HttpResponse | null = () => null): Scripted {
  const requests: HttpRequest[] = [];
  const exchanges: Exchange[] = [];
  const announced = { count: 0 };
  const clock = { ms: START_MS, nowMs: () => clock.ms, sleep: () => Promise.resolve() };
  const transport: Transport = (request) => {
    requests.push(request);
    clock.ms += 1;
    const special = probe(request);
    if (special) return Promise.resolve(special);
    if (request.url.endsWith("/web/version")) return Promise.resolve({ status: 200, headers: {}, body: VERSION_19 });
    const [model = "", method = ""] = request.url.split("/json/2/")[1]?.split("/") ?? [];
    const answer = script({ model, method, body: JSON.parse(request.body ?? "{}") as Record<string, unknown> });
    if (answer instanceof Error) return Promise.reject(answer);
    if (answer instanceof Reply)
      return Promise.resolve({ status: answer.status, headers: answer.headers, body: answer.body });
    return Promise.resolve({ status: 200, headers: {}, body: JSON.stringify(answer) });
  };
  const options = {
    connection: "odoo",
    url: "https://odoo.example.test/",
    database: "hub",
    user: "hub@example.test",
    apiKey: "the-key",
    transport,
    clock,
  };
  const client = createOdooClient(options);
  const call: CallContext = {
    deadlineMs: () => START_MS + DEADLINE_MS,
    beforeWrite: () => {
      announced.count += 1;
      return Promise.resolve();
    },
    record: (exchange) => void exchanges.push(exchange),
  };
  return { client, session: createSession(client), call, requests, exchanges, announced, clock };
}
