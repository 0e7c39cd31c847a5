/**
 * One Odoo, real or simulated, as the comparison's scripts see it: JSON-2 on 19, JSON-RPC on 14, errors as values.
 */
import { randomBytes } from "node:crypto";
import type { HttpRequest, HttpResponse } from "../../../src/core/ports/transport.ts";
import { isObject } from "../orm/row.ts";
import type { OdooVersion } from "../orm/environment.ts";

export interface Access {
  readonly version: OdooVersion;
  readonly url: string;
  readonly database: string;
  readonly login: string;
  readonly apiKey: string;
  readonly send: (request: HttpRequest) => Promise<HttpResponse>;
}

export type Named = Readonly<Record<string, unknown>>;

/** An error as an answer: what a caller can tell errors apart by. */
export interface Refusal {
  readonly refused: string;
  readonly status: number;
  readonly message: string;
}

const TIMEOUT_MS = 60_000;
const CONTEXT = { lang: "en_US", tz: "UTC" };
const TOKEN_BYTES = 4;

export class Session {
  readonly access: Access;
  readonly version: OdooVersion;
  /** Stands in every name and id that a script makes, so that scripts never meet each other's records. */
  readonly token = randomBytes(TOKEN_BYTES).toString("hex").toUpperCase();
  #userId = 0;

  constructor(access: Access) {
    this.access = access;
    this.version = access.version;
  }

  /** `simprobe.<token>_<name>`. */
  external(name: string): string {
    return `simprobe.${this.token}_${name}`;
  }

  /** Named arguments; `ids` names records, `context` is added to the usual one. */
  async call(model: string, method: string, named: Named = {}): Promise<unknown> {
    const { ids, context, ...rest } = named;
    const full = { ...CONTEXT, ...(isObject(context) ? context : {}) };
    return this.version === 19
      ? this.#json2(model, method, rest, ids, full)
      : this.#rpc(model, method, rest, ids, full);
  }

  async raw(request: Partial<HttpRequest> & { readonly path: string }): Promise<HttpResponse> {
    const { path, ...rest } = request;
    return this.access.send({
      method: "POST",
      headers: {},
      timeoutMs: TIMEOUT_MS,
      ...rest,
      url: `${this.access.url}${path}`,
    });
  }

  async #json2(model: string, method: string, named: Named, ids: unknown, context: Named): Promise<unknown> {
    const given = ids === undefined ? {} : { ids };
    const answer = await this.raw({
      path: `/json/2/${model}/${method}`,
      headers: {
        authorization: `bearer ${this.access.apiKey}`,
        "x-odoo-database": this.access.database,
        "content-type": "application/json",
      },
      body: JSON.stringify({ ...given, context, ...named }),
    });
    const body = JSON.parse(answer.body) as unknown;
    return answer.status === 200 ? body : refusalOf(answer.status, body);
  }

  async #rpc(model: string, method: string, named: Named, ids: unknown, context: Named): Promise<unknown> {
    if (this.#userId === 0) this.#userId = await this.#authenticate();
    const { vals_list: values, vals, domain, ...others } = named;
    // 14 names these arguments in other ways, so they go by position.
    const byPosition = method === "search" || method === "search_count" || method === "search_read";
    const rest = domain !== undefined && !byPosition ? { ...others, domain } : others;
    const first = byPosition && domain !== undefined ? [domain] : [];
    const positional = [
      ...(ids === undefined ? [] : [ids]),
      ...(values === undefined ? [] : [values]),
      ...(vals === undefined ? [] : [vals]),
      ...first,
    ];
    const { database, apiKey } = this.access;
    const args = [database, this.#userId, apiKey, model, method, positional, { ...rest, context }];
    return this.rpc("object", "execute_kw", args);
  }

  async #authenticate(): Promise<number> {
    const { database, login, apiKey } = this.access;
    return Number(await this.rpc("common", "authenticate", [database, login, apiKey, {}]));
  }

  async rpc(service: string, method: string, args: readonly unknown[]): Promise<unknown> {
    const answer = await this.raw({
      path: "/jsonrpc",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", method: "call", id: 1, params: { service, method, args } }),
    });
    const body = JSON.parse(answer.body) as Named;
    const error = body["error"];
    if (isObject(error)) return refusalOf(answer.status, error["data"]);
    return Object.hasOwn(body, "result") ? body["result"] : "no result";
  }

  /** The first found record's id; 0 when there is none. */
  async findId(model: string, domain: readonly unknown[]): Promise<number> {
    const found = await this.call(model, "search", { domain, limit: 1 });
    return Array.isArray(found) ? Number(found[0] ?? 0) : 0;
  }

  async create(model: string, values: Named): Promise<number> {
    const made = await this.call(model, "create", { vals_list: [values] });
    if (!Array.isArray(made)) throw new Error(`create ${model}: ${JSON.stringify(made)}`);
    return Number(made[0]);
  }

  async search(
    model: string,
    domain: readonly unknown[],
    fields: readonly string[],
    more: Named = {},
  ): Promise<Named[]> {
    const found = await this.call(model, "search_read", { domain, fields, ...more });
    if (!Array.isArray(found)) throw new Error(`search_read ${model}: ${JSON.stringify(found)}`);
    return found as Named[];
  }
}

function refusalOf(status: number, body: unknown): Refusal {
  const data = isObject(body) ? body : {};
  return { refused: String(data["name"]), status, message: String(data["message"]) };
}
