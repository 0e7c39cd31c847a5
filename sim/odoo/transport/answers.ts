/** HTTP answers in the shapes that the real servers send. */
import type { HttpResponse } from "../../../src/core/ports/transport.ts";
import { NotSimulatedError, OdooError } from "../errors.ts";
import type { OdooVersion } from "../orm/environment.ts";

const JSON_TYPE = "application/json; charset=utf-8";
const HTML_TYPE = "text/html; charset=utf-8";

export function jsonAnswer(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  return { status, headers: { "content-type": JSON_TYPE, ...headers }, body: JSON.stringify(body) };
}

export function htmlAnswer(status: number, title: string, text: string): HttpResponse {
  const body = `<!doctype html>\n<html lang=en>\n<title>${status} ${title}</title>\n<h1>${title}</h1>\n<p>${text}</p>\n`;
  return { status, headers: { "content-type": HTML_TYPE }, body };
}

/** What a reverse proxy says while Odoo is down for maintenance. */
export function maintenanceAnswer(): HttpResponse {
  return htmlAnswer(503, "Service Unavailable", "The server is temporarily unable to service your request.");
}

export function asOdooError(error: unknown): OdooError {
  if (error instanceof OdooError) return error;
  // A defect of the simulation must be seen as one, not as an answer of Odoo's.
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new NotSimulatedError(`the simulation failed: ${text}`);
}

export function errorData(error: OdooError): Readonly<Record<string, unknown>> {
  const debug = `Traceback (most recent call last):\n${error.pythonName}: ${error.message}\n`;
  return { name: error.pythonName, message: error.message, arguments: [error.message], context: {}, debug };
}

export function json2Error(error: OdooError): HttpResponse {
  const data = errorData(error);
  const isHttp = error.pythonName.startsWith("werkzeug");
  const headers = error.status === 401 ? { "www-authenticate": "Bearer " } : {};
  return jsonAnswer(error.status, isHttp ? { ...data, arguments: [error.message, error.status] } : data, {
    ...(headers as Record<string, string>),
  });
}

export function rpcError(version: OdooVersion, id: unknown, error: OdooError): HttpResponse {
  const code = version === 19 ? 0 : 200;
  return jsonAnswer(200, {
    jsonrpc: "2.0",
    id: id ?? null,
    error: { code, message: "Odoo Server Error", data: errorData(error) },
  });
}

/** A method that returns nothing gives a reply without `result`. */
export function rpcResult(id: unknown, result: unknown): HttpResponse {
  const reply = { jsonrpc: "2.0", id: id ?? null };
  return jsonAnswer(200, result === null || result === undefined ? reply : { ...reply, result });
}
