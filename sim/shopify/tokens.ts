/** Access tokens: one that never ends, as of a custom app of old, and those that a Dev Dashboard app gets for its secret. */
import type { Clock } from "../../src/core/ports/clock.ts";
import type { HttpRequest, HttpResponse } from "../../src/core/ports/transport.ts";
import type { Random } from "../random.ts";

export interface App {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly accessToken: string;
  readonly scopes: readonly string[];
}

const TOKEN_LIFE_S = 86_399;
const TOKEN_HEX_DIGITS = 32;
const SECOND_MS = 1_000;

export class Tokens {
  private readonly app: App;
  private readonly clock: Clock;
  private readonly random: Random;
  /** Until when each token is good. */
  private readonly granted = new Map<string, number>();

  constructor(app: App, clock: Clock, random: Random) {
    this.app = app;
    this.clock = clock;
    this.random = random;
  }

  known(token: string): boolean {
    const untilMs = this.granted.get(token);
    return token === this.app.accessToken || (untilMs !== undefined && this.clock.nowMs() < untilMs);
  }

  /** Ends all that were granted, as when the app's secret is rotated. */
  revoke(): void {
    this.granted.clear();
  }

  /** `POST /admin/oauth/access_token` with `grant_type=client_credentials`, as a form or as JSON. */
  grant(request: HttpRequest): HttpResponse {
    const given = parameters(request);
    if (given["grant_type"] !== "client_credentials")
      return answer(400, { error: "unsupported_grant_type", error_description: "Grant type is not supported" });
    if (given["client_id"] !== this.app.clientId || given["client_secret"] !== this.app.clientSecret)
      return answer(400, { error: "invalid_client", error_description: "Client authentication failed" });
    const token = `shpat_${this.random.hex(TOKEN_HEX_DIGITS)}`;
    this.granted.set(token, this.clock.nowMs() + TOKEN_LIFE_S * SECOND_MS);
    return answer(200, { access_token: token, scope: this.app.scopes.join(","), expires_in: TOKEN_LIFE_S });
  }
}

function parameters({ headers, body = "" }: HttpRequest): Readonly<Record<string, unknown>> {
  const contentType = Object.entries(headers).find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
  if (!contentType.includes("json")) return Object.fromEntries(new URLSearchParams(body));
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function answer(status: number, body: unknown): HttpResponse {
  return { status, headers: { "content-type": "application/json; charset=utf-8" }, body: JSON.stringify(body) };
}
