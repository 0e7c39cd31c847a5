/**
 * The one way out to shops and Odoo over HTTP. Any reply resolves; no reply rejects with a TransportError that tells
 * whether the request can have been carried out: `not-sent` as long as no connection stood, `unknown` from then on.
 * Redirects are never followed: a 3xx is a reply, and credentials go to no address but the one that was configured.
 */
import { Agent as HttpAgent, request as requestHttp, type ClientRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import type { Socket } from "node:net";
import type { Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import type { Clock } from "../core/ports/clock.ts";
import { TransportError, type HttpRequest, type HttpResponse, type Transport } from "../core/ports/transport.ts";

/** Decoded; a page of 100 full WooCommerce orders has 1 to 3 MB. */
export const RESPONSE_BYTES_MAX = 64 * 1024 * 1024;
/** Connections kept open to one server; how much runs at the same time is limited per connection elsewhere. */
export const SOCKETS_PER_HOST_MAX = 64;
/** Servers commonly close an idle connection after 5 s; ours must end first, or a request meets a closed one. */
export const SOCKET_IDLE_MS_MAX = 4_000;
export const CONNECT_MS_MAX = 10_000;

export interface HttpTransport {
  readonly transport: Transport;
  /** Ends idle connections. */
  close(): void;
}

export interface HttpTransportOptions {
  readonly clock: Clock;
  readonly userAgent: string;
  readonly responseBytesMax?: number;
  readonly connectMsMax?: number;
}

export function createHttpTransport(options: HttpTransportOptions): HttpTransport {
  const agentOptions = { keepAlive: true, maxSockets: SOCKETS_PER_HOST_MAX, timeout: SOCKET_IDLE_MS_MAX };
  const agents = { http: new HttpAgent(agentOptions), https: new HttpsAgent(agentOptions) };
  return {
    transport: (request) => exchange(request, agents, options),
    close: () => {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}

/** What is known of one exchange while it runs. */
interface Attempt {
  /** True from the moment in which bytes may have left: the connection (with TLS) stands. */
  connected: boolean;
  /** Why we ended it ourselves. */
  ended: string | null;
}

async function exchange(request: HttpRequest, agents: Agents, options: HttpTransportOptions): Promise<HttpResponse> {
  const attempt: Attempt = { connected: false, ended: null };
  const timers = new AbortController();
  const sent = open(request, agents, options);
  sent.on("socket", (socket: Socket) => watchSocket(socket, attempt, sent));
  const endAfter = async (ms: number, reason: string, wanted: () => boolean): Promise<void> => {
    await options.clock.sleep(ms, timers.signal);
    if (timers.signal.aborted || !wanted()) return;
    attempt.ended = reason;
    sent.destroy();
  };
  const connectMsMax = Math.min(options.connectMsMax ?? CONNECT_MS_MAX, request.timeoutMs);
  const limits = [
    endAfter(request.timeoutMs, `timed out after ${inSeconds(request.timeoutMs)}`, () => true),
    endAfter(connectMsMax, `no connection within ${inSeconds(connectMsMax)}`, () => !attempt.connected),
  ];
  try {
    const reply = await replyOf(sent, request.body);
    const body = await readBody(reply, options.responseBytesMax ?? RESPONSE_BYTES_MAX, attempt);
    return { status: reply.statusCode ?? 0, headers: headersOf(reply), body };
  } catch (error) {
    sent.destroy();
    if (error instanceof TransportError) throw error;
    throw new TransportError(attempt.connected ? "unknown" : "not-sent", attempt.ended ?? reasonOf(error));
  } finally {
    timers.abort();
    await Promise.all(limits);
  }
}

function open(request: HttpRequest, agents: Agents, { userAgent }: HttpTransportOptions): ClientRequest {
  const url = parsed(request.url);
  const headers: Record<string, string> = {
    "user-agent": userAgent,
    "accept-encoding": "gzip, deflate, br",
    ...request.headers,
  };
  if (request.body !== undefined) headers["content-length"] = String(Buffer.byteLength(request.body));
  try {
    if (url.protocol === "https:") return requestHttps(url, { method: request.method, headers, agent: agents.https });
    return requestHttp(url, { method: request.method, headers, agent: agents.http });
  } catch {
    // A header or path with forbidden characters; the runtime's message could repeat a secret.
    throw new TransportError(
      "not-sent",
      "the request cannot be written as HTTP (forbidden characters in address or headers)",
    );
  }
}

function parsed(text: string): URL {
  const url = URL.parse(text);
  if (url === null) throw new TransportError("not-sent", "the address is not a valid URL");
  if (url.protocol !== "https:" && url.protocol !== "http:")
    throw new TransportError("not-sent", `addresses of the kind ${url.protocol} are not supported`);
  return url;
}

function watchSocket(socket: Socket, attempt: Attempt, sent: ClientRequest): void {
  if (sent.reusedSocket || !socket.connecting) {
    attempt.connected = true;
    return;
  }
  const event = "encrypted" in socket ? "secureConnect" : "connect";
  const connected = (): void => {
    attempt.connected = true;
  };
  socket.once(event, connected);
  sent.once("close", () => socket.removeListener(event, connected));
}

function replyOf(sent: ClientRequest, body: string | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.on("response", resolve);
    sent.on("error", reject);
    sent.on("close", () => reject(new Error("closed without an answer")));
    sent.end(body);
  });
}

async function readBody(reply: IncomingMessage, bytesMax: number, attempt: Attempt): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const decoded = decoder(reply);
  for await (const chunk of decoded as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bytesMax) {
      attempt.ended = `the answer is longer than ${bytesMax} bytes`;
      throw new Error(attempt.ended);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function decoder(reply: IncomingMessage): Readable {
  const encoding = (reply.headers["content-encoding"] ?? "identity").toLowerCase();
  const through =
    encoding === "gzip" || encoding === "x-gzip"
      ? createGunzip()
      : encoding === "deflate"
        ? createInflate()
        : encoding === "br"
          ? createBrotliDecompress()
          : null;
  if (through === null) return reply;
  // The reply's own faults (a reset in the middle) must end the decoder as well.
  reply.on("error", (error) => through.destroy(error));
  reply.on("aborted", () => through.destroy(new Error("the connection broke off within the answer")));
  return reply.pipe(through);
}

function headersOf(reply: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(reply.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return headers;
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ENOTFOUND: "the host name is not known",
  EAI_AGAIN: "the host name could not be looked up",
  EHOSTUNREACH: "no route to the host",
  ENETUNREACH: "no route to the network",
  ECONNRESET: "the connection was reset",
  EPIPE: "the connection was closed while sending",
  ETIMEDOUT: "the connection timed out",
  CERT_HAS_EXPIRED: "its certificate has expired",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is self-signed",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate chain contains a self-signed certificate",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate chain is incomplete",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate was issued by an unknown authority",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another host name",
  EPROTO: "it does not speak TLS on this port",
  HPE_INVALID_CONSTANT: "it does not speak HTTP on this port",
};

/** For people, and without the address: that may carry a signature or a key. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
  if (code !== null)
    return (
      REASONS[code] ??
      (code.startsWith("HPE_")
        ? "its answer is not valid HTTP"
        : code.startsWith("ERR_SSL_")
          ? "TLS could not be agreed on"
          : code)
    );
  return error instanceof Error && error.message !== "" ? error.message : "the connection failed";
}

function inSeconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}
