/** JSON-2 (19): `POST /json/2/<model>/<method>` with a bearer key and named arguments. */
import type { HttpRequest, HttpResponse } from "../../../src/core/ports/transport.ts";
import { OdooError } from "../errors.ts";
import { isObject } from "../orm/row.ts";
import { htmlAnswer, jsonAnswer, json2Error } from "./answers.ts";
import type { Call } from "./call.ts";

export interface Server {
  readonly database: string;
  /** The user of an API key or password, by key alone. */
  userOfKey(key: string): number | undefined;
  execute(call: Call): Promise<unknown>;
}

const PATH = /^\/json\/2\/([^/]+)\/([^/]+)$/;

export async function answerJson2(server: Server, request: HttpRequest, path: string): Promise<HttpResponse> {
  const headers = lowerCase(request.headers);
  const database = headers["x-odoo-database"] ?? server.database;
  if (database !== server.database) return noDatabase();
  const match = PATH.exec(path);
  if (match === null || request.method !== "POST") {
    return json2Error(new OdooError("NotFound", "Did you mean POST /json/2/<model>/<method>?"));
  }
  if (!(headers["content-type"] ?? "").includes("json")) {
    return htmlAnswer(
      415,
      "Unsupported Media Type",
      "Request inferred type is compatible with [&#39;http&#39;] but type=&#39;json2&#39;.",
    );
  }
  const key = /^bearer\s+(.+)$/i.exec(headers["authorization"] ?? "")?.[1];
  if (key === undefined) {
    return json2Error(
      new OdooError("Unauthorized", "User not authenticated, use an API Key with a Bearer Authorization header."),
    );
  }
  const userId = server.userOfKey(key);
  if (userId === undefined) return json2Error(new OdooError("Unauthorized", "Invalid apikey"));
  const body = parse(request.body ?? "");
  if (body instanceof OdooError) return json2Error(body);
  const { ids, context, ...named } = body;
  const result = await server.execute({
    transport: "json-2",
    userId,
    model: decodeURIComponent(match[1] as string),
    method: decodeURIComponent(match[2] as string),
    positional: [],
    named,
    ids: Array.isArray(ids) ? ids.filter((id): id is number => typeof id === "number") : null,
    context: isObject(context) ? context : {},
  });
  return jsonAnswer(200, result ?? null);
}

function lowerCase(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function parse(text: string): Readonly<Record<string, unknown>> | OdooError {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch (error) {
    return new OdooError("BadRequest", `could not parse the body as json: ${(error as Error).message}`);
  }
}

function noDatabase(): HttpResponse {
  const body =
    "<!DOCTYPE html>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n" +
    "<p>No database is selected and the requested URL was not found in the server-wide controllers.</p>\n" +
    "<p>Please verify the hostname, <a href=/web/login>login</a> and try again.</p>\n\n" +
    "<!-- Alternatively, use the X-Odoo-Database header. -->\n";
  return { status: 404, headers: { "content-type": "text/html; charset=utf-8" }, body };
}
