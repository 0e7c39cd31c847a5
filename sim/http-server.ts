/**
 * Puts any simulated server, or a receiver of webhooks, behind real HTTP: the same handler that a simulation calls in
 * process answers a socket here. Loopback unless told otherwise; bodies are bounded.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { HttpRequest, HttpResponse } from "../src/core/ports/transport.ts";

export type HttpHandler = (request: HttpRequest) => Promise<HttpResponse>;

export interface ServeOptions {
  /** Default: loopback only. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
}

export interface RunningServer {
  /** `http://127.0.0.1:8080`, without a slash at its end. */
  readonly url: string;
  /** Resolves when the port is free; open connections are cut. */
  close(): Promise<void>;
}

const BODY_BYTES_MAX = 16 * 1024 * 1024;
const SERVER_TIMEOUT_MS = 120_000;
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

export async function serve(handler: HttpHandler, options: ServeOptions = {}): Promise<RunningServer> {
  const host = options.host ?? "127.0.0.1";
  const server = createServer((incoming, outgoing) => {
    answer(handler, incoming, outgoing).catch((error: unknown) => {
      outgoing.writeHead(500, { "content-type": "text/plain" });
      outgoing.end(`The simulated server failed: ${error instanceof Error ? error.message : String(error)}`);
    });
  });
  server.requestTimeout = SERVER_TIMEOUT_MS;
  const port = await listen(server, host, options.port ?? 0);
  const name = host.includes(":") ? `[${host}]` : host;
  return { url: `http://${name}:${port}`, close: () => close(server) };
}

async function answer(handler: HttpHandler, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const method = METHODS.find((known) => known === incoming.method);
  if (method === undefined) return end(outgoing, 405, {}, `${incoming.method ?? ""} is not served`);
  const body = await readBody(incoming);
  if (body === null) return end(outgoing, 413, { connection: "close" }, `more than ${BODY_BYTES_MAX} bytes`);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  const url = `http://${headers["host"] ?? "localhost"}${incoming.url ?? "/"}`;
  const given = body === "" ? {} : { body };
  const response = await handler({ method, url, headers, ...given, timeoutMs: SERVER_TIMEOUT_MS });
  end(outgoing, response.status, response.headers, response.body);
}

function end(outgoing: ServerResponse, status: number, headers: Readonly<Record<string, string>>, body: string): void {
  const bytes = Buffer.from(body, "utf8");
  outgoing.writeHead(status, { ...headers, "content-length": String(bytes.byteLength) });
  outgoing.end(bytes);
}

/** The whole body as UTF-8, or null when it is too large. */
async function readBody(incoming: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > BODY_BYTES_MAX) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.removeListener("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeAllConnections();
  });
}
