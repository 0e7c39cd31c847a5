/**
 * A simulated Odoo 19 or 14: the same calls, answers and errors as the real servers, in memory. `handle` answers one HTTP
 * request as one transaction; requests only interleave where the caller's `yieldPoint` lets them. What it does not
 * simulate fails loudly and is listed in `unsupported`. How true it is, is told by test/live/odoo-differential.live.test.ts.
 */
import type { Clock } from "../../src/core/ports/clock.ts";
import type { HttpRequest, HttpResponse } from "../../src/core/ports/transport.ts";
import type { Random } from "../random.ts";
import { createDomain, type OdooDomain } from "./domain.ts";
import type { Rights } from "./orm/access.ts";
import type { OdooVersion } from "./orm/environment.ts";
import { OdooServer } from "./server.ts";
import type { RoundingMethod } from "./taxes.ts";
import { asOdooError, htmlAnswer, json2Error, jsonAnswer, maintenanceAnswer } from "./transport/answers.ts";
import type { Call } from "./transport/call.ts";
import { answerJson2 } from "./transport/json2.ts";
import { answerJsonRpc } from "./transport/jsonrpc.ts";

/** `serialization`: another transaction touched the same record; nothing was done. */
export type OdooFault = "serialization";

export interface SimulatedOdooOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly version: OdooVersion;
  /** Where it is said to stand, such as `http://odoo.test`; only a request's path counts. */
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
  /** Another user with a key of its own; the user's id. */
  addUser(user: { readonly login: string; readonly apiKey: string; readonly rights: Rights }): number;
}

export function createSimulatedOdoo(options: SimulatedOdooOptions): SimulatedOdoo {
  const server = new OdooServer(options);
  let isDown = false;
  return {
    ...createDomain({ change: (work) => server.change(work), read: (work) => server.read(work) }),
    handle: async (request) => (isDown ? maintenanceAnswer() : route(server, request)),
    unsupported: server.unsupported,
    calls: server.calls,
    setMaintenance: (down) => {
      isDown = down;
    },
    addUser: (user) => server.addUser(user),
  };
}

async function route(server: OdooServer, request: HttpRequest): Promise<HttpResponse> {
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
