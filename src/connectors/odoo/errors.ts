/**
 * From what Odoo (or what stands before it) answers to one named failure. Pure. Odoo tells errors apart by the name of
 * their class, which is the same on both transports; texts are read only where the class says too little. Tracebacks
 * (`debug`) are never looked at: only the message reaches a sentence.
 */
import { failure, type Failure } from "../../core/failures.ts";
import type { HttpResponse, TransportError } from "../../core/ports/transport.ts";

/** What was asked, for sentences and for what an unknown outcome means. */
export interface Asked {
  readonly connection: string;
  readonly database: string;
  readonly model: string;
  readonly method: string;
  readonly write: boolean;
}

/** An error as Odoo names it. */
export interface OdooError {
  /** e.g. `odoo.exceptions.AccessError`, `builtins.ValueError`; "" when it told none. */
  readonly name: string;
  readonly message: string;
}

/** One entry of `messages` in the answer of `load`. */
export interface LoadMessage {
  readonly type: string;
  readonly message: string;
  /** Index of the document among those sent; null when the message is about all of them. */
  readonly record: number | null;
  readonly field: string | null;
}

/** Odoo's longest useful sentence (a list of groups that have a right). */
const MESSAGE_CHARS_MAX = 400;
const RETRY_AFTER_S_MAX = 3_600;
const MS_PER_S = 1_000;

export function whatOf({ model, method }: Pick<Asked, "model" | "method">): string {
  return `${model} ${method}`;
}

export function faultFailure({ fault, reason }: TransportError, asked: Asked): Failure {
  return fault === "unknown" && asked.write ? unknownOutcome(asked, reason) : down(asked, reason);
}

/** A reply that is no answer of Odoo's API: by its status, and by what stands in it. */
export function replyFailure(response: HttpResponse, asked: Asked, retryAfterMs = retryAfter(response)): Failure {
  const { status, body } = response;
  const { connection, database } = asked;
  const wait = retryAfterMs === null ? { connection } : { connection, retryAfterMs };
  if (status === 429) return failure("CONNECTION_THROTTLED", { system: "Odoo", connection, status: "429" }, wait);
  if (status === 503) return failure("CONNECTION_DOWN", { connection, reason: "503 Service Unavailable" }, wait);
  if (status === 401) return failure("AUTH_FAILED", { connection, message: "401 Unauthorized" }, { connection });
  if (status === 404 && /No database is selected|database .* does not exist/i.test(body)) {
    return failure("DATABASE_NOT_FOUND", { connection, database }, { connection });
  }
  const what = `status ${status}${/^\s*</.test(body) ? " with a web page" : ""}`;
  // Only a status that says "not taken" excludes that the write was done.
  if (asked.write && (status >= 500 || status < 300)) return unknownOutcome(asked, what);
  return failure("CONNECTION_BROKEN_ANSWER", { connection, what }, { connection });
}

/** `Retry-After` in seconds; dates are not sent by those who throttle. */
function retryAfter({ headers }: HttpResponse): number | null {
  const text = headers["retry-after"]?.trim() ?? "";
  return /^\d{1,9}$/.test(text) ? Math.min(Number(text), RETRY_AFTER_S_MAX) * MS_PER_S : null;
}

type Rule = (error: OdooError, asked: Asked) => Failure | null;

/** The first rule that knows the error names it; the last knows every one. */
const RULES: readonly Rule[] = [
  authentication,
  rights,
  concurrency,
  duplicates,
  database,
  missingSchema,
  missingRecord,
  invalidValue,
  refusal,
];

export function odooFailure(error: OdooError, asked: Asked): Failure {
  const told: OdooError = { name: error.name, message: plain(error.message) };
  for (const rule of RULES) {
    const found = rule(told, asked);
    if (found !== null) return found;
  }
  return refused(told, asked);
}

/** The failure of one document of a `load`, from the first message that is its own. */
export function loadFailure({ message, field }: Pick<LoadMessage, "message" | "field">, asked: Asked): Failure {
  const text = plain(message);
  const wrapped = /<class '([^']+)'>: (.*)$/s.exec(text);
  const error: OdooError = wrapped
    ? { name: classPath(wrapped[1] ?? ""), message: wrapped[2] ?? "" }
    : { name: field === null ? "" : "builtins.ValueError", message: text };
  return odooFailure(error, asked);
}

/** One that says nothing about the documents of the batch: dividing the batch would only repeat it. */
export function isSystemic({ code }: Failure): boolean {
  return SYSTEMIC.has(code);
}

const SYSTEMIC: ReadonlySet<string> = new Set([
  "CONNECTION_DOWN",
  "CONNECTION_THROTTLED",
  "CONNECTION_BROKEN_ANSWER",
  "AUTH_FAILED",
  "DATABASE_NOT_FOUND",
  "OUTCOME_UNKNOWN",
  "ODOO_FIELD_MISSING",
  "ODOO_MODULE_MISSING",
]);

function authentication({ name, message }: OdooError, { connection }: Asked): Failure | null {
  if (!/\.(AccessDenied|Unauthorized|SessionExpiredException)$/.test(name)) return null;
  return failure("AUTH_FAILED", { connection, message }, { connection });
}

function rights({ name, message }: OdooError, asked: Asked): Failure | null {
  const byText = /^You are not allowed to (access|create|modify|delete|read|write)/.test(message);
  if (!name.endsWith(".AccessError") && !name.endsWith(".Forbidden") && !byText) return null;
  const { connection } = asked;
  return failure("ACCESS_DENIED", { connection, what: whatOf(asked), message }, { connection });
}

function concurrency({ name, message }: OdooError, asked: Asked): Failure | null {
  const byName = /(SerializationFailure|DeadlockDetected|LockNotAvailable|TransactionRollbackError)$/.test(name);
  const byText = /could not serialize access|deadlock detected|could not obtain lock/i.test(message);
  return byName || byText ? failure("ODOO_CONCURRENT", { what: whatOf(asked) }) : null;
}

function duplicates({ name, message }: OdooError, asked: Asked): Failure | null {
  const byName = name.endsWith("UniqueViolation");
  // Odoo turns the database's violation into the constraint's own sentence.
  const byText = /duplicate key value|must be unique|already exists|with the same \w+ ?!|cannot follow twice/i.test(
    message,
  );
  return byName || byText ? failure("ODOO_DUPLICATE", { what: whatOf(asked), message }) : null;
}

function database({ name, message }: OdooError, asked: Asked): Failure | null {
  const { connection } = asked;
  if (!/(OperationalError|PoolError|InterfaceError)$/.test(name)) return null;
  if (/database ".*" does not exist/.test(message)) {
    return failure("DATABASE_NOT_FOUND", { connection, database: asked.database }, { connection });
  }
  const reason = "its database cannot be used";
  return asked.write ? unknownOutcome(asked, reason) : down(asked, reason);
}

function missingSchema({ name, message }: OdooError, asked: Asked): Failure | null {
  const { model } = asked;
  const noModel = /^(?:the model '([\w.]+)' does not exist|Object ([\w.]+) doesn't exist)/.exec(message);
  if (noModel) {
    const missing = noModel[1] ?? noModel[2] ?? model;
    return failure("ODOO_MODULE_MISSING", { module: moduleOf(missing), what: whatOf(asked) });
  }
  const noMethod = /method '[\w.]+\.(\w+)' does not exist|has no attribute '(\w+)'$/.exec(message);
  if (noMethod && /NotFound|AttributeError/.test(name)) {
    return failure("ODOO_FIELD_MISSING", { field: noMethod[1] ?? noMethod[2] ?? "", model });
  }
  const inCondition = /^Invalid field ([\w.]+)\.(\w+) in (?:condition|leaf)/.exec(message);
  if (inCondition)
    return failure("ODOO_FIELD_MISSING", { field: inCondition[2] ?? "", model: inCondition[1] ?? model });
  const named = /^Invalid field (?:name )?'(\w+)'(?: (?:on|in)(?: model)? '([\w.]+)')?/.exec(message);
  if (named) return failure("ODOO_FIELD_MISSING", { field: named[1] ?? "", model: named[2] ?? model });
  const argument = /unexpected keyword argument '(\w+)'/.exec(message);
  if (argument) return failure("ODOO_FIELD_MISSING", { field: argument[1] ?? "", model });
  // Odoo 14 knows an unknown column of load only as a missing key.
  if (name.endsWith("KeyError")) return failure("ODOO_FIELD_MISSING", { field: message.replaceAll("'", ""), model });
  return null;
}

function missingRecord({ name, message }: OdooError, asked: Asked): Failure | null {
  if (!name.endsWith(".MissingError")) return null;
  const record = /\(Record: ([\w.]+)\(([\d, ]+),?\)/.exec(message);
  const what = record ? `${record[1] ?? ""} with id ${(record[2] ?? "").replace(/,\s*$/, "")}` : whatOf(asked);
  return failure("ODOO_RECORD_NOT_FOUND", { what });
}

function invalidValue({ name, message }: OdooError, asked: Asked): Failure | null {
  const byName =
    /(ValueError|TypeError|DataError|NumericValueOutOfRange|InvalidTextRepresentation|NotNullViolation)$/.test(name);
  const byText = /^No matching record found|^Missing required value|does not seem to be|invalid input syntax/.test(
    message,
  );
  return byName || byText ? failure("ODOO_INVALID_VALUE", { what: whatOf(asked), message }) : null;
}

function refusal(error: OdooError, asked: Asked): Failure | null {
  return /\.(UserError|ValidationError|RedirectWarning)$/.test(error.name) ? refused(error, asked) : null;
}

function refused({ name, message }: OdooError, asked: Asked): Failure {
  return failure("ODOO_REJECTED", { what: whatOf(asked), message: message || name || "no reason given" });
}

function unknownOutcome(asked: Asked, reason: string): Failure {
  const { connection } = asked;
  return failure("OUTCOME_UNKNOWN", { connection, what: whatOf(asked), reason }, { connection });
}

function down({ connection }: Asked, reason: string): Failure {
  return failure("CONNECTION_DOWN", { connection, reason }, { connection });
}

/** `<class 'KeyError'>` is a class of Python's own; Odoo's carry their module. */
function classPath(name: string): string {
  return name.includes(".") ? name : `builtins.${name}`;
}

/** Which module brings a model that the hub uses; anything else is named by its model. */
const MODULES_OF_MODELS: Readonly<Record<string, string>> = {
  "sale.order": "sale",
  "sale.order.line": "sale",
  "sale.advance.payment.inv": "sale",
  "crm.team": "sales_team",
  "account.move": "account",
  "account.move.line": "account",
  "account.payment": "account",
  "account.journal": "account",
  "account.tax": "account",
  "account.partial.reconcile": "account",
  "account.full.reconcile": "account",
  "stock.quant": "stock",
  "stock.move": "stock",
  "stock.picking": "stock",
  "stock.warehouse": "stock",
  "stock.location": "stock",
  "product.product": "product",
  "product.pricelist": "product",
  "base.automation": "base_automation",
};

export function moduleOf(model: string): string {
  return MODULES_OF_MODELS[model] ?? `that has ${model}`;
}

/** One line, no traceback, short enough for a sentence. */
function plain(message: string): string {
  const [told = ""] = message.split("Traceback (most recent call last)");
  const line = told.replace(/\s+/gu, " ").trim();
  return line.length > MESSAGE_CHARS_MAX ? `${line.slice(0, MESSAGE_CHARS_MAX)}…` : line;
}
