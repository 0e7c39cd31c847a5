/**
 * The access token of a connection: given in the configuration, or fetched with the client credentials of a Dev Dashboard app,
 * kept in memory, and renewed before it ends. Parallel requests share one fetch. No secret comes into an exchange or a failure.
 */
import { z } from "zod";
import { failure } from "../../core/failures.ts";
import type { CallContext } from "../../core/ports/call.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { HttpRequest, HttpResponse } from "../../core/ports/transport.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { broken, plainText, unansweredStatus, type Asked } from "./errors.ts";
import { TOKEN_LIFE_UNKNOWN_MS, TOKEN_RENEWAL_MS, TOKEN_TIMEOUT_MS } from "./limits.ts";

export type ShopifyCredentials =
  | { readonly kind: "token"; readonly accessToken: string }
  /** A Dev Dashboard app: its access token is fetched and renewed here. */
  | { readonly kind: "client"; readonly clientId: string; readonly clientSecret: string };

/** Sends one request within the caller's deadline; no reply is a failure. */
export type Send = (
  request: Omit<HttpRequest, "timeoutMs">,
  asked: Asked,
  timeoutMsMax: number,
  call: CallContext,
) => Promise<Result<HttpResponse>>;

export interface Access {
  token(call: CallContext): Promise<Result<string>>;
  /** The shop refused this token. True: another one can be had, so the request may be sent once more. */
  refused(token: string): boolean;
}

const TOKEN_PATH = "/admin/oauth/access_token";

const answerShape = z.object({
  access_token: z.string().min(1),
  scope: z.string().catch(""),
  expires_in: z.number().positive().optional().catch(undefined),
});
const refusalShape = z.object({ error: z.string(), error_description: z.string().catch("") });

export interface AccessOptions {
  readonly connection: string;
  /** The shop's origin, without a slash at its end. */
  readonly origin: string;
  readonly credentials: ShopifyCredentials;
  readonly clock: Clock;
  readonly send: Send;
}

/** Throws an Error for credentials that are empty. */
export function createAccess(options: AccessOptions): Access {
  const { connection, credentials } = options;
  if (secretsOf(credentials).some((secret) => secret.trim() === ""))
    throw new Error(`${connection}: the access token, or client id and client secret, must not be empty`);
  if (credentials.kind === "token") {
    return { token: async () => ok(credentials.accessToken), refused: () => false };
  }
  return clientAccess(options, credentials);
}

/** What must stand nowhere. */
export function secretsOf(credentials: ShopifyCredentials): readonly string[] {
  return credentials.kind === "token" ? [credentials.accessToken] : [credentials.clientId, credentials.clientSecret];
}

interface Held {
  readonly token: string;
  readonly renewAtMs: number;
}

function clientAccess(options: AccessOptions, credentials: ShopifyCredentials & { kind: "client" }): Access {
  const { clock } = options;
  let held: Held | null = null;
  let fetching: Promise<Result<Held>> | null = null;

  const fetched = async (call: CallContext): Promise<Result<string>> => {
    fetching ??= fetchToken(options, credentials, call).finally(() => {
      fetching = null;
    });
    const result = await fetching;
    if (!result.ok) return result;
    held = result.value;
    return ok(result.value.token);
  };
  return {
    token: async (call) => (held !== null && clock.nowMs() < held.renewAtMs ? ok(held.token) : fetched(call)),
    refused: (token) => {
      if (held?.token === token) held = null;
      return true;
    },
  };
}

async function fetchToken(
  { connection, origin, clock, send }: AccessOptions,
  { clientId, clientSecret }: ShopifyCredentials & { kind: "client" },
  call: CallContext,
): Promise<Result<Held>> {
  const asked: Asked = { connection, what: `POST ${TOKEN_PATH}`, write: false };
  const startedMs = clock.nowMs();
  const form = { grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret };
  const headers = { accept: "application/json", "content-type": "application/x-www-form-urlencoded" };
  const request = { method: "POST" as const, url: `${origin}${TOKEN_PATH}`, headers };
  const body = new URLSearchParams(form).toString();
  const answer = await send({ ...request, body }, asked, TOKEN_TIMEOUT_MS, call);
  const result = answer.ok ? readToken(answer.value, asked, startedMs) : answer;
  call.record({
    connection,
    call: asked.what,
    write: false,
    request: { grant_type: form.grant_type },
    response: result.ok ? { renewAt: new Date(result.value.renewAtMs).toISOString() } : result.failure.params,
    status: answer.ok ? answer.value.status : (answer.failure.params["reason"] ?? answer.failure.code),
    durationMs: clock.nowMs() - startedMs,
  });
  return result;
}

function readToken({ status, body }: HttpResponse, asked: Asked, askedAtMs: number): Result<Held> {
  const early = unansweredStatus(status, asked);
  if (early !== null) return fail(early);
  const json = jsonOf(body);
  const token = answerShape.safeParse(json);
  if (status === 200 && token.success) {
    const { access_token, expires_in } = token.data;
    const lifeMs = expires_in === undefined ? TOKEN_LIFE_UNKNOWN_MS : expires_in * 1_000;
    // Of a very short life half is used: renewing at once for ever would be a loop.
    return ok({ token: access_token, renewAtMs: askedAtMs + Math.max(lifeMs - TOKEN_RENEWAL_MS, lifeMs / 2) });
  }
  if (status < 400) return fail(broken(asked, `status ${status} without an access token`));
  const { connection } = asked;
  const said = refusalShape.safeParse(json);
  const why = said.success ? plainText(`${said.data.error} ${said.data.error_description}`) : `status ${status}`;
  const message = `the shop gave no access token for the app's client id and secret: ${why}`;
  return fail(failure("AUTH_FAILED", { connection, message }, { connection }));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
