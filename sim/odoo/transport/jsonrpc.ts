/** JSON-RPC (both versions): `/jsonrpc` with the services `common` and `object`. */
import type { HttpRequest, HttpResponse } from "../../../src/core/ports/transport.ts";
import { NotSimulatedError, OdooError } from "../errors.ts";
import type { OdooVersion } from "../orm/environment.ts";
import { isObject } from "../orm/row.ts";
import { htmlAnswer, rpcError, rpcResult, asOdooError } from "./answers.ts";
import type { Server } from "./json2.ts";

export interface RpcServer extends Server {
  readonly version: OdooVersion;
  userOfLogin(login: string, secret: string): number | undefined;
  /** The secret belongs to this user. */
  isSecretOf(userId: number, secret: string): boolean;
}

export async function answerJsonRpc(server: RpcServer, request: HttpRequest): Promise<HttpResponse> {
  let body: unknown;
  try {
    body = JSON.parse(request.body ?? "");
  } catch {
    return htmlAnswer(400, "Bad Request", "Invalid JSON data");
  }
  const message = isObject(body) ? body : {};
  const params = isObject(message["params"]) ? message["params"] : {};
  const args = Array.isArray(params["args"]) ? (params["args"] as unknown[]) : [];
  try {
    return rpcResult(message["id"], await serve(server, String(params["service"]), String(params["method"]), args));
  } catch (error) {
    return rpcError(server.version, message["id"], asOdooError(error));
  }
}

async function serve(server: RpcServer, service: string, method: string, args: readonly unknown[]): Promise<unknown> {
  if (service === "common") return common(server, method, args);
  if (service !== "object") {
    throw server.version === 19
      ? new OdooError("KeyError", service)
      : new OdooError("UnboundLocalError", "local variable 'dispatch' referenced before assignment");
  }
  if (method !== "execute_kw") throw new NotSimulatedError(`object.${method}`);
  const [database, userId, secret, model, name, positional, named] = args;
  checkDatabase(server, database);
  if (typeof userId !== "number" || !server.isSecretOf(userId, String(secret))) {
    throw new OdooError("AccessDenied", "Access Denied");
  }
  const { context, ...keywords } = isObject(named) ? named : {};
  return server.execute({
    transport: "json-rpc",
    userId,
    model: String(model),
    method: String(name),
    positional: Array.isArray(positional) ? (positional as unknown[]) : [],
    named: keywords,
    ids: null,
    context: isObject(context) ? context : {},
  });
}

function common(server: RpcServer, method: string, args: readonly unknown[]): unknown {
  switch (method) {
    case "version":
      return {
        server_version: `${server.version}.0`,
        server_version_info: [server.version, 0, 0, "final", 0, ""],
        server_serie: `${server.version}.0`,
        protocol_version: 1,
      };
    case "authenticate":
    case "login":
      checkDatabase(server, args[0]);
      return server.userOfLogin(String(args[1]), String(args[2])) ?? false;
    default:
      throw new OdooError("Exception", `Method not found: ${method}`);
  }
}

function checkDatabase(server: RpcServer, database: unknown): void {
  if (database === server.database) return;
  const where = server.version === 19 ? "connection to server failed: " : "";
  throw new OdooError("OperationalError", `${where}FATAL:  database "${String(database)}" does not exist\n`);
}
