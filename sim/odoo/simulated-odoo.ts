/**
 * A simulated Odoo 19 or 14: the same calls, answers and errors as the real servers, in memory. `handle` answers one HTTP
 * request as one transaction; requests only interleave where the caller's `yieldPoint` lets them. What it does not
 * simulate fails loudly and is listed in `unsupported`. How true it is, is told by test/live/odoo-differential.live.test.ts.
 */
import type { Clock } from "../../src/core/ports/clock.ts";
import type { HttpRequest, HttpResponse } from "../../src/core/ports/transport.ts";
import type { Random } from "../random.ts";
import { webhooksOf } from "./automations.ts";
import { createDomain, type OdooDomain } from "./domain.ts";
import { NotSimulatedError, OdooError } from "./errors.ts";
import { usFromMs } from "./instants.ts";
import { ROOT, type Rights, type User } from "./orm/access.ts";
import { Database, type Change } from "./orm/database.ts";
import { Environment, type OdooVersion } from "./orm/environment.ts";
import { conflictAnswer } from "./orm/load.ts";
import { modelsOf } from "./registry.ts";
import { seed, seedUser } from "./seed.ts";
import type { RoundingMethod } from "./taxes.ts";
import { asOdooError, htmlAnswer, json2Error, jsonAnswer, maintenanceAnswer } from "./transport/answers.ts";
import type { Call } from "./transport/call.ts";
import { dispatch } from "./transport/dispatch.ts";
import { answerJson2 } from "./transport/json2.ts";
import { answerJsonRpc, type RpcServer } from "./transport/jsonrpc.ts";

/** `serialization`: another transaction touched the same record; nothing was done. */
export type OdooFault = "serialization";

export interface SimulatedOdooOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly version: OdooVersion;
  /** `http://odoo.test`; only the path of a request counts. */
  readonly baseUrl: string;
  readonly database: string;
  readonly apiKey: string;
  /** Default `admin`. */
  readonly login?: string;
  /** What the API key's user may do. Default `administrator`. */
  readonly rights?: Rights;
  /** Default: 19 `round_globally`, 14 `round_per_line`, as fresh databases are. */
  readonly rounding?: RoundingMethod;
  readonly company?: string;
  /** IANA name; default `UTC`. */
  readonly timeZone?: string;
  /** 19: the bank's payment method names an outstanding account; default true. */
  readonly outstandingAccount?: boolean;
  /** Carries automations' messages after commit. Rejections and answers are ignored, as Odoo ignores them. */
  readonly deliver?: (request: HttpRequest) => Promise<unknown>;
  /** Awaited before a request's transaction and after its commit. */
  readonly yieldPoint?: (at: "begin" | "committed", call: Call) => Promise<void>;
  /** Asked before each call. */
  readonly fault?: (call: Call) => OdooFault | null;
}

export interface SimulatedOdoo extends OdooDomain {
  handle(request: HttpRequest): Promise<HttpResponse>;
  /** What was asked for and is not simulated; empty in a good run. */
  readonly unsupported: readonly string[];
  /** Calls so far by `model.method`. */
  readonly calls: ReadonlyMap<string, number>;
  /** Answers 503 to everything until switched off again. */
  setMaintenance(down: boolean): void;
  /** Another user with a key of its own. */
  addUser(user: { readonly login: string; readonly apiKey: string; readonly rights: Rights }): number;
}

interface Account extends User {
  readonly secret: string;
}

export function createSimulatedOdoo(options: SimulatedOdooOptions): SimulatedOdoo {
  const db = new Database(modelsOf(options.version));
  const state = { down: false, lastUs: 0, unsupported: [] as string[], calls: new Map<string, number>() };
  const accounts = new Map<number, Account>();

  /** A transaction's start: the clock's time, never twice the same. */
  const startUs = (): number => {
    const us = usFromMs(options.clock.nowMs()) + options.random.int(0, 999);
    state.lastUs = Math.max(us, state.lastUs + 1);
    return state.lastUs;
  };
  const open = (user: User, us: number): Environment => Environment.open(db, options.version, user, us);
  const deliver = async (env: Environment, changes: readonly Change[]): Promise<void> => {
    if (options.deliver === undefined) return;
    for (const request of webhooksOf(env, changes)) await options.deliver(request).then(ignore, ignore);
  };
  const transact = <T>(
    user: User,
    us: number,
    work: (env: Environment) => T,
  ): { readonly result: T; readonly told: () => Promise<void> } => {
    const env = open(user, us);
    try {
      const result = env.together(() => work(env));
      const changes = db.commit();
      return { result, told: () => deliver(env, changes) };
    } catch (error) {
      db.rollback();
      throw error;
    }
  };
  const change = async <T>(work: (env: Environment) => T): Promise<T> => {
    const { result, told } = transact(ROOT, startUs(), work);
    await told();
    return result;
  };
  const addUser: SimulatedOdoo["addUser"] = ({ login, apiKey, rights }) => {
    const name = rights === "administrator" ? "Administrator" : "Hub";
    const timeZone = options.timeZone ?? "UTC";
    const id = transact(ROOT, startUs(), (env) => seedUser(env, { login, name, timeZone, rights })).result;
    accounts.set(id, { id, login, name, rights, secret: apiKey });
    return id;
  };

  transact(ROOT, startUs(), (env) => {
    seed(env, {
      rounding: options.rounding ?? (options.version === 19 ? "round_globally" : "round_per_line"),
      company: options.company ?? "My Company",
      timeZone: options.timeZone ?? "UTC",
      outstandingAccount: options.outstandingAccount ?? true,
    });
    seedUser(env, { login: ROOT.login, name: ROOT.name, timeZone: "UTC", rights: "administrator" });
  });
  addUser({ login: options.login ?? "admin", apiKey: options.apiKey, rights: options.rights ?? "administrator" });

  const execute = async (call: Call): Promise<unknown> => {
    const name = `${call.model}.${call.method}`;
    state.calls.set(name, (state.calls.get(name) ?? 0) + 1);
    const us = startUs();
    await options.yieldPoint?.("begin", call);
    if (options.fault?.(call) === "serialization") return conflict(call);
    const user = accounts.get(call.userId) as Account;
    try {
      const { result, told } = transact(user, us, (env) => dispatch(env, call));
      await told();
      await options.yieldPoint?.("committed", call);
      return result;
    } catch (error) {
      const known = asOdooError(error);
      if (known instanceof NotSimulatedError) state.unsupported.push(`${name}: ${known.what}`);
      throw known;
    }
  };

  const server: RpcServer = {
    version: options.version,
    database: options.database,
    userOfKey: (key) => [...accounts.values()].find((account) => account.secret === key)?.id,
    userOfLogin: (login, secret) =>
      [...accounts.values()].find((account) => account.login === login && account.secret === secret)?.id,
    isSecretOf: (userId, secret) => accounts.get(userId)?.secret === secret,
    execute,
  };

  return {
    ...createDomain({ change, read: (work) => work(open(ROOT, state.lastUs)) }),
    handle: async (request) => (state.down ? maintenanceAnswer() : route(server, request)),
    unsupported: state.unsupported,
    calls: state.calls,
    setMaintenance: (down) => {
      state.down = down;
    },
    addUser,
  };
}

function ignore(): void {
  // A webhook's fate does not matter to Odoo.
}

function conflict(call: Call): unknown {
  const data = call.named["data"] ?? call.positional[1];
  if (call.method === "load") return conflictAnswer(Array.isArray(data) ? data.length : 1);
  throw new OdooError("SerializationFailure", "could not serialize access due to concurrent update\n");
}

async function route(server: RpcServer, request: HttpRequest): Promise<HttpResponse> {
  const path = new URL(request.url, "http://localhost").pathname.replace(/\/+$/, "") || "/";
  if (path === "/jsonrpc" && request.method === "POST") return answerJsonRpc(server, request);
  if (server.version === 19) {
    if (path === "/web/version") return jsonAnswer(200, { version_info: [19, 0, 0, "final", 0, ""], version: "19.0" });
    if (path === "/web/health") return jsonAnswer(200, { status: "pass" });
    if (path.startsWith("/json/2")) {
      try {
        return await answerJson2(server, request, path);
      } catch (error) {
        return json2Error(asOdooError(error));
      }
    }
  }
  return htmlAnswer(404, "Not Found", "The requested URL was not found on the server.");
}
