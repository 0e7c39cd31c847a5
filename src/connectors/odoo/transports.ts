/**
 * The two ways to say one call: JSON-2 (a path for each method, arguments by name, from Odoo 19) and JSON-RPC (one
 * address, arguments by position, every version until Odoo 22). Pure: requests out of calls, results out of replies.
 */
import { z } from "zod";
import { fail, ok, type Result } from "../../core/result.ts";
import type { HttpRequest, HttpResponse } from "../../core/ports/transport.ts";
import { odooFailure, replyFailure, type Asked } from "./errors.ts";

/** JSON-2 appeared with this version. */
export const JSON2_MAJOR_MIN = 19;

export interface OdooRequest {
  /** Records that the method works on; left out for a method of the model. */
  readonly ids?: readonly number[];
  /** In the order of the method's parameters: JSON-RPC sends them by position, JSON-2 by name. */
  readonly args?: Readonly<Record<string, unknown>>;
  /** By name on both. */
  readonly kwargs?: Readonly<Record<string, unknown>>;
  readonly context?: Readonly<Record<string, unknown>>;
}

export interface Endpoint {
  /** Without a slash at its end. */
  readonly url: string;
  readonly database: string;
  readonly apiKey: string;
}

type Sent = Omit<HttpRequest, "timeoutMs">;

export function json2Request({ url, database, apiKey }: Endpoint, asked: Asked, request: OdooRequest): Sent {
  const body = {
    ...(request.ids === undefined ? {} : { ids: request.ids }),
    ...request.args,
    ...request.kwargs,
    context: request.context ?? {},
  };
  return {
    method: "POST",
    url: `${url}/json/2/${asked.model}/${asked.method}`,
    headers: { ...JSON_HEADERS, authorization: `bearer ${apiKey}`, "x-odoo-database": database },
    body: JSON.stringify(body),
  };
}

export function rpcRequest({ url, database, apiKey }: Endpoint, uid: number, asked: Asked, request: OdooRequest): Sent {
  const positional = [...(request.ids === undefined ? [] : [request.ids]), ...Object.values(request.args ?? {})];
  const named = { ...request.kwargs, context: request.context ?? {} };
  return rpcCall(url, "object", "execute_kw", [database, uid, apiKey, asked.model, asked.method, positional, named]);
}

export function rpcCall(url: string, service: string, method: string, args: readonly unknown[]): Sent {
  const body = { jsonrpc: "2.0", method: "call", id: 1, params: { service, method, args } };
  return { method: "POST", url: `${url}/jsonrpc`, headers: JSON_HEADERS, body: JSON.stringify(body) };
}

const JSON_HEADERS = { "content-type": "application/json", accept: "application/json" };

const ODOO_ERROR = z.object({ name: z.string(), message: z.string().nullish() });

export function json2Result(response: HttpResponse, asked: Asked): Result<unknown> {
  const parsed = parseJson(response.body);
  if (parsed === NOT_JSON) return fail(replyFailure(response, asked));
  if (response.status === 200) return ok(parsed);
  const error = ODOO_ERROR.safeParse(parsed);
  if (!error.success || response.status < 400) return fail(replyFailure(response, asked));
  const { name, message } = error.data;
  if (response.status === 429) return fail(replyFailure(response, asked));
  return fail(odooFailure({ name, message: message ?? "" }, asked));
}

const RPC_REPLY = z.object({
  // Absent when the method returned None.
  result: z.unknown().optional(),
  error: z
    .object({
      message: z.string().nullish(),
      data: z.object({ name: z.string().nullish(), message: z.string().nullish() }).nullish(),
    })
    .optional(),
});

export function rpcResult(response: HttpResponse, asked: Asked): Result<unknown> {
  const parsed = parseJson(response.body);
  const reply = parsed === NOT_JSON || response.status !== 200 ? null : RPC_REPLY.safeParse(parsed);
  if (reply === null || !reply.success) return fail(replyFailure(response, asked));
  const { error, result } = reply.data;
  if (error === undefined) return ok(result ?? null);
  const name = error.data?.name ?? "";
  return fail(odooFailure({ name, message: error.data?.message ?? error.message ?? "" }, asked));
}

const NOT_JSON = Symbol("not JSON");

export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return NOT_JSON;
  }
}

export function isJson(parsed: unknown): boolean {
  return parsed !== NOT_JSON;
}
