/**
 * Tells one answer of Shopify from another, and names what it means in the hub's own failures: data, a refusal, a throttle, a
 * query that is too expensive, a right that is missing, a shop that is closed or down, a write whose outcome is unknown.
 */
import { z } from "zod";
import { failure, type Failure } from "../../core/failures.ts";
import type { HttpResponse } from "../../core/ports/transport.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { API_VERSION } from "./api-version.ts";
import { ERRORS_SHOWN_MAX, EXCERPT_CHARS_MAX, MESSAGE_CHARS_MAX, THROTTLE_WAIT_UNKNOWN_MS } from "./limits.ts";
import type { CostReport } from "./pace.ts";

export interface Asked {
  readonly connection: string;
  /** `query OrdersById`, for sentences. */
  readonly what: string;
  readonly write: boolean;
}

export interface Answer {
  /** The operation's data; `throttled`: it was not executed, and may be sent again. */
  readonly result: Result<unknown> | "throttled";
  /** What it cost, where the shop says so. */
  readonly cost: CostReport | null;
  /** Only of a throttled answer that says how long to wait. */
  readonly retryAfterMs: number | null;
}

/** The status of a failure that asks for a smaller page. */
const COST_EXCEEDED = "MAX_COST_EXCEEDED";

/** One entry of a mutation's `userErrors`; many mutations have no `code`. */
export interface UserError {
  readonly message: string;
  readonly field?: readonly string[] | null;
  readonly code?: string | null;
}

/** Whether the shop found the query too expensive: nothing was done, and a smaller page can be asked for. */
export function costExceeded({ code, params }: Failure): boolean {
  return code === "SHOP_REJECTED" && params["status"] === COST_EXCEEDED;
}

/**
 * What the shop refused by `userErrors`, in its own words; null when there are none. `what` is for people:
 * `the quantity of SKU ABC-RED-M`.
 */
export function refusal(connection: string, userErrors: readonly UserError[], what: string): Failure | null {
  const [first] = userErrors;
  if (first === undefined) return null;
  const shown = userErrors.slice(0, ERRORS_SHOWN_MAX).map(sayUserError).join("; ");
  const more = userErrors.length > ERRORS_SHOWN_MAX ? `; and ${userErrors.length - ERRORS_SHOWN_MAX} more` : "";
  const message = `${shown}${more}`.slice(0, MESSAGE_CHARS_MAX);
  return failure("SHOP_REJECTED", { connection, what, message, status: first.code ?? "userErrors" });
}

function sayUserError({ message, field }: UserError): string {
  const place = (field ?? []).join(".");
  return place === "" ? message : `${message} (${place})`;
}

const pointsShape = z.number().nonnegative();
const costShape = z.object({
  requestedQueryCost: pointsShape,
  actualQueryCost: pointsShape.nullish(),
  throttleStatus: z.object({
    maximumAvailable: pointsShape,
    // Below nothing where several requests were let in at once.
    currentlyAvailable: z.number(),
    restoreRate: pointsShape,
  }),
});

const errorShape = z.object({
  message: z.string().catch(""),
  path: z
    .array(z.union([z.string(), z.number()]))
    .optional()
    .catch(undefined),
  extensions: z
    .object({ code: z.string().catch(""), requiredAccess: z.string().optional().catch(undefined) })
    .catch({ code: "" })
    .optional(),
});
type ShopError = z.infer<typeof errorShape>;

const answerShape = z.object({
  // Absent where nothing was executed: throttled, too expensive, not allowed.
  data: z.unknown().optional(),
  errors: z.union([z.array(errorShape), z.string(), z.record(z.string(), z.unknown())]).nullish(),
  extensions: z
    .object({ cost: costShape.optional().catch(undefined) })
    .nullish()
    .catch(undefined),
});

export function readAnswer(response: HttpResponse, asked: Asked): Answer {
  const refused = (given: Failure): Answer => ({ result: fail(given), cost: null, retryAfterMs: null });
  if (response.status === 429) return { result: "throttled", cost: null, retryAfterMs: retryAfter(response.headers) };
  const early = unansweredStatus(response.status, asked);
  if (early !== null) return refused(early);
  const parsed = parseBody(response);
  if (response.status >= 400) return refused(refusedStatus(response.status, wordsOf(parsed), asked));
  if (typeof parsed === "string") return refused(senseless(asked, parsed));
  const { data, errors, cost } = parsed;
  if (errors.some(({ extensions }) => extensions?.code === "THROTTLED"))
    return { result: "throttled", cost, retryAfterMs: null };
  if (errors.length > 0) return { result: fail(refusedErrors(errors, asked)), cost, retryAfterMs: null };
  if (typeof data !== "object" || data === null)
    return { result: fail(senseless(asked, "an answer without data")), cost, retryAfterMs: null };
  return { result: ok(data), cost, retryAfterMs: null };
}

interface Parsed {
  readonly data: unknown;
  readonly errors: readonly ShopError[];
  readonly cost: CostReport | null;
}

/** The GraphQL answer, or what stands there instead. */
function parseBody({ status, headers, body }: HttpResponse): Parsed | string {
  let json: unknown;
  try {
    json = JSON.parse(body) as unknown;
  } catch {
    return `status ${status}, ${describe(headers["content-type"] ?? "", body)}`;
  }
  const parsed = answerShape.safeParse(json);
  if (!parsed.success) return `status ${status}, JSON that is no GraphQL answer: "${excerpt(body)}"`;
  const { data, errors, extensions } = parsed.data;
  const cost = extensions?.cost;
  return {
    data,
    errors: errorsOf(errors),
    cost: cost === undefined ? null : reportOf(cost),
  };
}

/** Refusals of the whole request say `errors` as a sentence, or as sentences by field. */
function errorsOf(errors: z.infer<typeof answerShape>["errors"]): readonly ShopError[] {
  if (errors === null || errors === undefined) return [];
  if (Array.isArray(errors)) return errors;
  return [{ message: typeof errors === "string" ? errors : JSON.stringify(errors) }];
}

function reportOf({ requestedQueryCost, actualQueryCost, throttleStatus }: z.infer<typeof costShape>): CostReport {
  return {
    requestedPoints: requestedQueryCost,
    actualPoints: actualQueryCost ?? null,
    maximumPoints: throttleStatus.maximumAvailable,
    availablePoints: throttleStatus.currentlyAvailable,
    restorePointsPerSecond: throttleStatus.restoreRate,
  };
}

function wordsOf(parsed: Parsed | string): string {
  if (typeof parsed === "string") return parsed;
  return sayErrors(parsed.errors) || "no reason given";
}

function sayErrors(errors: readonly ShopError[]): string {
  const said = errors.slice(0, ERRORS_SHOWN_MAX).map(({ message }) => plainText(message));
  const more = errors.length > ERRORS_SHOWN_MAX ? [`and ${errors.length - ERRORS_SHOWN_MAX} more`] : [];
  return [...new Set(said), ...more].join("; ").slice(0, MESSAGE_CHARS_MAX);
}

/** Statuses that say: the shop did not carry it through, or something else answered. */
export function unansweredStatus(status: number, asked: Asked): Failure | null {
  if (status >= 500 || status === 408) return unanswered(asked, `status ${status}`);
  if (status >= 300 && status < 400) return broken(asked, `status ${status}, a redirect: the shop has another address`);
  return null;
}

/** Why Shopify closes a shop to everybody. */
const CLOSED: Readonly<Record<number, string>> = {
  402: "status 402: the shop is frozen until its bill is paid",
  423: "status 423: the shop is locked",
};
const SCOPE_UNAPPROVED = /requires merchant approval for/i;

function refusedStatus(status: number, words: string, asked: Asked): Failure {
  const { connection, what } = asked;
  const closed = CLOSED[status];
  if (closed !== undefined) return failure("SHOP_SUSPENDED", { connection, reason: closed }, { connection });
  if (status === 403 && SCOPE_UNAPPROVED.test(words)) return denied(words, asked);
  if (status === 401 || status === 403)
    return failure("AUTH_FAILED", { connection, message: `${words} (status ${status} on ${what})` }, { connection });
  if (status === 404) return broken(asked, `status 404: there is no Admin API ${API_VERSION} at this address`);
  return failure("SHOP_REJECTED", { connection, what, message: words, status: String(status) });
}

/** The first of these decides; then whatever was said. */
function refusedErrors(errors: readonly ShopError[], asked: Asked): Failure {
  const { connection, what, write } = asked;
  const coded = (code: string): ShopError | undefined => errors.find(({ extensions }) => extensions?.code === code);
  const message = sayErrors(errors);
  // The connection is up and answers: only a write is in doubt. A query that fails like this time and again must not stop all others.
  if (write && coded("INTERNAL_SERVER_ERROR") !== undefined) return unanswered(asked, `internal error: ${message}`);
  const forbidden = coded("ACCESS_DENIED");
  if (forbidden !== undefined) return denied(accessWords(forbidden), { connection, what: placeOf(what, forbidden) });
  if (coded("SHOP_INACTIVE") !== undefined)
    return failure("SHOP_SUSPENDED", { connection, reason: message }, { connection });
  if (coded(COST_EXCEEDED) !== undefined)
    return failure("SHOP_REJECTED", { connection, what, message, status: COST_EXCEEDED });
  const status = errors.find(({ extensions }) => (extensions?.code ?? "") !== "")?.extensions?.code ?? "GraphQL error";
  return failure("SHOP_REJECTED", { connection, what, message, status });
}

function denied(message: string, { connection, what }: Pick<Asked, "connection" | "what">): Failure {
  return failure("ACCESS_DENIED", { connection, what, message });
}

/** `query OrdersById, at orders.nodes`: without the numbers of list items. */
function placeOf(what: string, { path }: ShopError): string {
  const place = (path ?? []).filter((part) => typeof part === "string").join(".");
  return place === "" ? what : `${what}, at ${place}`;
}

/** Shopify names scopes in backticks, in one place or the other. */
function accessWords({ message, extensions }: ShopError): string {
  const text = `${extensions?.requiredAccess ?? ""} ${message}`;
  const scopes = [...new Set([...text.matchAll(/`((?:read|write)_[a-z_]+)`/g)].map((match) => match[1]))];
  const said = plainText(message);
  return scopes.length === 0 ? said : `missing access scope ${scopes.join(" or ")}: ${said}`;
}

/** No result came: a read failed, a write may have happened. */
export function unanswered({ connection, what, write }: Asked, reason: string): Failure {
  if (write) return failure("OUTCOME_UNKNOWN", { connection, what, reason }, { connection });
  return failure("CONNECTION_DOWN", { connection, reason: `${reason} on ${what}` }, { connection });
}

export function broken({ connection, what }: Pick<Asked, "connection" | "what">, found: string): Failure {
  return failure("CONNECTION_BROKEN_ANSWER", { connection, what: `${what}: ${found}` }, { connection });
}

/** Where the shop said yes in a way that cannot be read: a mutation may have been carried out. */
function senseless(asked: Asked, found: string): Failure {
  return asked.write ? unanswered(asked, found) : broken(asked, found);
}

/** `status` is the server's word on its limit, e.g. `12 of 2000 points, 100 a second`. */
export function throttled(connection: string, status: string, retryAfterMs: number): Failure {
  return failure("CONNECTION_THROTTLED", { system: "Shopify", connection, status }, { connection, retryAfterMs });
}

function describe(contentType: string, body: string): string {
  const start = body.trimStart();
  if (start === "") return "an empty body";
  if (start.startsWith("<")) return `a web page: "${excerpt(start)}"`;
  return `${contentType === "" ? "something" : contentType} that is not valid JSON: "${excerpt(start)}"`;
}

function excerpt(text: string): string {
  const plain = plainText(text);
  return plain.length > EXCERPT_CHARS_MAX ? `${plain.slice(0, EXCERPT_CHARS_MAX)}…` : plain;
}

/** Tags out, one line, bounded. */
export function plainText(text: string): string {
  const untagged = text
    .slice(0, MESSAGE_CHARS_MAX * 4)
    .replaceAll(/<(?:script|style)\b[\s\S]*?(?:<\/(?:script|style)>|$)/gi, " ")
    .replaceAll(/<[^>]*>/g, " ");
  return untagged.replaceAll(/\s+/g, " ").trim().slice(0, MESSAGE_CHARS_MAX);
}

/** Seconds, with a fraction: `2.0`. */
function retryAfter(headers: Readonly<Record<string, string>>): number {
  const value = headers["retry-after"]?.trim() ?? "";
  return /^\d{1,6}(?:\.\d{1,6})?$/.test(value) ? Math.ceil(Number(value) * 1_000) : THROTTLE_WAIT_UNKNOWN_MS;
}
