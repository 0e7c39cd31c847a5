/**
 * Calls on one Odoo database, over JSON-2 where the server has it and JSON-RPC otherwise; the caller does not notice.
 * A call that writes is announced right before it is sent, ends before its deadline, and is never repeated here: what
 * became of it is told apart by its failure. Every exchange is recorded, without the key.
 */
import { z } from "zod";
import { failure, type Failure } from "../../core/failures.ts";
import { LeaseLostError, type CallContext } from "../../core/ports/call.ts";
import type { Clock } from "../../core/ports/clock.ts";
import { TransportError, type HttpRequest, type HttpResponse, type Transport } from "../../core/ports/transport.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { faultFailure, replyFailure, whatOf, type Asked } from "./errors.ts";
import {
  isJson,
  json2Request,
  json2Result,
  JSON2_MAJOR_MIN,
  parseJson,
  rpcCall,
  rpcRequest,
  rpcResult,
  type Endpoint,
  type OdooRequest,
} from "./transports.ts";

export const READ_TIMEOUT_MS = 60_000;
/** Confirming or posting a batch takes seconds on a busy server; longer is a server in trouble. */
export const WRITE_TIMEOUT_MS = 120_000;
export const PROBE_TIMEOUT_MS = 20_000;
/** A longer list is recorded by its length and its first items: a page of quants says nothing more. */
const RECORDED_ITEMS_MAX = 50;

export interface OdooClientOptions {
  readonly connection: string;
  readonly url: string;
  readonly database: string;
  readonly user: string;
  readonly apiKey: string;
  readonly transport: Transport;
  readonly clock: Clock;
}

export interface ServerInfo {
  /** e.g. `19.0`, `saas~18.4+e`. */
  readonly version: string;
  readonly major: number;
  /** Null where the server does not tell. */
  readonly edition: "community" | "enterprise" | null;
  readonly transport: "json-2" | "json-rpc";
  /** The hub's user; null until a call has needed it (JSON-2 has no use for it). */
  readonly uid: number | null;
}

export interface CallMode {
  readonly write: boolean;
  readonly timeoutMs?: number;
  /** Stands in the request but in no record: the secret of a webhook's address. */
  readonly secret?: string;
}

export interface OdooClient {
  readonly connection: string;
  readonly url: string;
  readonly database: string;
  readonly user: string;
  /** Version and transport, asked once. */
  server(call: CallContext): Promise<Result<ServerInfo>>;
  call(
    model: string,
    method: string,
    request: OdooRequest,
    mode: CallMode,
    call: CallContext,
  ): Promise<Result<unknown>>;
  /** What is known of the server is asked anew at the next call. */
  forget(): void;
}

export function createOdooClient(options: OdooClientOptions): OdooClient {
  const { connection, database, user } = options;
  const endpoint: Endpoint = { url: baseAddress(options), database, apiKey: options.apiKey };
  let known: ServerInfo | null = null;

  const server = async (call: CallContext): Promise<Result<ServerInfo>> => {
    if (known !== null) return ok(known);
    const probed = await probe(options, endpoint.url, call);
    if (!probed.ok) return probed;
    if (probed.value.transport === "json-2") {
      known = probed.value;
      return ok(known);
    }
    const uid = await authenticate(options, endpoint, call);
    if (!uid.ok) return uid;
    known = { ...probed.value, uid: uid.value };
    return ok(known);
  };

  return {
    connection,
    url: endpoint.url,
    database,
    user,
    server,
    forget() {
      known = null;
    },
    async call(model, method, request, mode, call) {
      const found = await server(call);
      if (!found.ok) return found;
      const { transport, uid } = found.value;
      const asked: Asked = { connection, database, model, method, write: mode.write };
      const answer =
        transport === "json-2"
          ? await exchange(options, asked, json2Request(endpoint, asked, request), json2Result, { request, mode, call })
          : await exchange(options, asked, rpcRequest(endpoint, uid ?? 0, asked, request), rpcResult, {
              request,
              mode,
              call,
            });
      if (!answer.ok && answer.failure.code === "AUTH_FAILED") known = null;
      return answer;
    },
  };
}

function baseAddress({ connection, url }: OdooClientOptions): string {
  const parsed = URL.parse(url);
  if (parsed === null || (parsed.protocol !== "https:" && parsed.protocol !== "http:")) {
    throw new Error(`${connection}: url must be Odoo's address, beginning with https://`);
  }
  if (parsed.username !== "" || parsed.password !== "")
    throw new Error(`${connection}: url must not contain a user or password`);
  return `${parsed.origin}${parsed.pathname.replace(/\/+$/, "")}`;
}

interface Exchanged {
  readonly request: unknown;
  readonly mode: CallMode;
  readonly call: CallContext;
}

type Reader = (response: HttpResponse, asked: Asked) => Result<unknown>;

async function exchange(
  { transport, clock }: OdooClientOptions,
  asked: Asked,
  sent: Omit<HttpRequest, "timeoutMs">,
  read: Reader,
  { request, mode, call }: Exchanged,
): Promise<Result<unknown>> {
  const what = whatOf(asked);
  if (mode.write) await call.beforeWrite();
  const startedMs = clock.nowMs();
  const limitMs = mode.timeoutMs ?? (mode.write ? WRITE_TIMEOUT_MS : READ_TIMEOUT_MS);
  const leftMs = call.deadlineMs() - startedMs;
  // A request must have ended before the lease does; one that cannot is not begun.
  if (leftMs <= 0) throw new LeaseLostError(`no time is left for ${what}`);
  const outcome = await send(transport, { ...sent, timeoutMs: Math.min(limitMs, leftMs) }, asked, read);
  call.record({
    connection: asked.connection,
    call: what,
    write: mode.write,
    request: withoutSecret(request, mode.secret),
    response: outcome.answer.ok
      ? recorded(outcome.answer.value)
      : { code: outcome.answer.failure.code, ...outcome.answer.failure.params },
    status: outcome.status,
    durationMs: clock.nowMs() - startedMs,
  });
  return outcome.answer;
}

interface Outcome {
  readonly answer: Result<unknown>;
  readonly status: number | string;
}

async function send(transport: Transport, request: HttpRequest, asked: Asked, read: Reader): Promise<Outcome> {
  try {
    const response = await transport(request);
    return { answer: read(response, asked), status: response.status };
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    return { answer: fail(faultFailure(error, asked)), status: error.reason };
  }
}

const VERSION_INFO = z.array(z.union([z.number(), z.string()])).min(2);
const WEB_VERSION = z.object({ version: z.string(), version_info: VERSION_INFO });
const COMMON_VERSION = z.object({ server_version: z.string(), server_version_info: VERSION_INFO });

/** `/web/version` answers on the versions that may have JSON-2; the others are asked over JSON-RPC. */
async function probe(options: OdooClientOptions, url: string, call: CallContext): Promise<Result<ServerInfo>> {
  const asked: Asked = {
    connection: options.connection,
    database: options.database,
    model: "server",
    method: "version",
    write: false,
  };
  const exchanged: Exchanged = { request: {}, mode: { write: false, timeoutMs: PROBE_TIMEOUT_MS }, call };
  const web: Omit<HttpRequest, "timeoutMs"> = {
    method: "GET",
    url: `${url}/web/version`,
    headers: { accept: "application/json" },
  };
  let kept: HttpResponse | null = null;
  const keep = (response: HttpResponse): Result<unknown> => {
    kept = response;
    return ok(response.status === 200 ? parsedOr(response.body, "not JSON") : null);
  };
  const first = await exchange(options, asked, web, keep, exchanged);
  if (!first.ok) return first;
  const response = kept as HttpResponse | null;
  if (response === null) throw new Error("a reply was read but not kept");
  const told = response.status === 200 ? WEB_VERSION.safeParse(parseJson(response.body)) : null;
  if (told?.success === true) return infoOf(told.data.version, told.data.version_info, options);
  if ([401, 429, 503].includes(response.status) || response.status >= 500) return fail(replyFailure(response, asked));
  const second = await exchange(options, asked, rpcCall(url, "common", "version", []), rpcResult, exchanged);
  if (!second.ok) return second;
  const common = COMMON_VERSION.safeParse(second.value);
  if (!common.success) return fail(broken(options, "a version that is not Odoo's"));
  return infoOf(common.data.server_version, common.data.server_version_info, options);
}

function infoOf(version: string, info: readonly (number | string)[], options: OdooClientOptions): Result<ServerInfo> {
  // Odoo Online names its versions `saas~18.4`: the number is what counts.
  const major = Number(/\d+/.exec(String(info[0]))?.[0] ?? Number.NaN);
  if (!Number.isInteger(major)) return fail(broken(options, `the version ${version}`));
  const mark = info[5];
  const edition = mark === "e" || version.endsWith("+e") ? "enterprise" : mark === "" ? "community" : null;
  return ok({ version, major, edition, transport: major >= JSON2_MAJOR_MIN ? "json-2" : "json-rpc", uid: null });
}

async function authenticate(
  options: OdooClientOptions,
  endpoint: Endpoint,
  call: CallContext,
): Promise<Result<number>> {
  const { connection, database, user } = options;
  const asked: Asked = { connection, database, model: "common", method: "authenticate", write: false };
  const sent = rpcCall(endpoint.url, "common", "authenticate", [database, user, endpoint.apiKey, {}]);
  const exchanged: Exchanged = {
    request: { database, user },
    mode: { write: false, timeoutMs: PROBE_TIMEOUT_MS },
    call,
  };
  const answer = await exchange(options, asked, sent, rpcResult, exchanged);
  if (!answer.ok) return answer;
  if (typeof answer.value === "number") return ok(answer.value);
  return fail(
    failure("AUTH_FAILED", { connection, message: `user ${user} or its key is not accepted` }, { connection }),
  );
}

function broken({ connection }: OdooClientOptions, what: string): Failure {
  return failure("CONNECTION_BROKEN_ANSWER", { connection, what }, { connection });
}

function withoutSecret(request: unknown, secret: string | undefined): unknown {
  if (secret === undefined || secret === "") return request;
  const parsed = parseJson(JSON.stringify(request).replaceAll(JSON.stringify(secret).slice(1, -1), "(secret)"));
  return isJson(parsed) ? parsed : "(not recorded)";
}

function parsedOr(body: string, otherwise: string): unknown {
  const parsed = parseJson(body);
  return isJson(parsed) ? parsed : otherwise;
}

function recorded(value: unknown): unknown {
  if (!Array.isArray(value) || value.length <= RECORDED_ITEMS_MAX) return value;
  return { items: value.length, first: value.slice(0, RECORDED_ITEMS_MAX) as unknown[] };
}
