/**
 * One HTTP exchange. Connectors speak only through this, so that a simulation replays every byte and fault.
 * A reply of any status resolves; no reply rejects with TransportError.
 */
export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The whole exchange, connecting included. */
  readonly timeoutMs: number;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Decoded as UTF-8. */
  readonly body: string;
}

export type Transport = (request: HttpRequest) => Promise<HttpResponse>;

/** `not-sent`: nothing can have happened there. `unknown`: the request may have been carried out. */
export type TransportFault = "not-sent" | "unknown";

export class TransportError extends Error {
  readonly fault: TransportFault;
  /** Short cause for people: `connection refused`, `timed out after 30 s`. Never contains the URL's secrets. */
  readonly reason: string;
  constructor(fault: TransportFault, reason: string) {
    super(`${fault}: ${reason}`);
    this.name = "TransportError";
    this.fault = fault;
    this.reason = reason;
  }
}
