/**
 * The one table of failures. Retry, metrics, dashboard, alerts and docs/failures.md all read it; nothing reacts to a
 * failure in any other way. Sentences say which thing, where and why; `{name}` is a parameter, and the type system asks for each.
 *
 * class: whose problem it is. reaction:
 * - `retry`: counts an attempt; at once, after 1, 5, 15 minutes, then parked.
 * - `observe-again`: the outcome of a write is unknown: look before anything is written; counts an attempt.
 * - `park`: only a person (or a new hint) can change it.
 * - `pause`: the whole connection waits and is probed; no attempt is used up.
 */
import { ORDER_FAILURES } from "./order-failures.ts";

export type FailureClass = "data" | "configuration" | "connection";
export type Reaction = "retry" | "observe-again" | "park" | "pause";

export interface FailureDefinition {
  readonly class: FailureClass;
  readonly reaction: Reaction;
  readonly sentence: string;
  readonly fix: string;
}

export const FAILURES = {
  ...ORDER_FAILURES,
  // Stock
  STOCK_SKU_NOT_IN_SHOP: {
    class: "data",
    reaction: "park",
    sentence: "Stock update failed because SKU {sku} could not be found in {shop}.",
    fix: "Restore or publish the product in the shop, or remove the link.",
  },
  STOCK_SKU_NOT_IN_ODOO: {
    class: "data",
    reaction: "park",
    sentence: "SKU {sku} has no linked Odoo product",
    fix: "Give one Odoo product this internal reference (or the variant's barcode), then retry.",
  },
  STOCK_SKU_BLANK: {
    class: "data",
    reaction: "park",
    sentence: 'Variant {variant} ("{name}") of {connection} has no SKU, so its stock is not written',
    fix: "Give it a SKU in the shop and the same internal reference in Odoo, or the same barcode on both sides.",
  },
  STOCK_SKU_DUPLICATE_IN_SHOP: {
    class: "data",
    reaction: "park",
    sentence:
      "SKU {sku} stands on {count} variants of {connection} ({variants}), so no stock is written to any of them",
    fix: "Leave the SKU on exactly one variant in the shop, then retry.",
  },
  STOCK_BARCODE_DUPLICATE_IN_ODOO: {
    class: "data",
    reaction: "park",
    sentence:
      "Barcode {barcode} of variant {variant} stands on {count} Odoo products ({products}), so it cannot be told which one is meant",
    fix: "Leave this barcode on exactly one active product, or give the variant the SKU of the one that is meant, then retry.",
  },
  STOCK_BARCODE_DUPLICATE_IN_SHOP: {
    class: "data",
    reaction: "park",
    sentence:
      "Variant {variant} of {connection} matches Odoo product {product} only by its barcode {barcode}, as {others} does, so no stock is written to it",
    fix: "Give each of these variants a SKU of its own, or leave the barcode on exactly one of them, then retry.",
  },
  STOCK_STALE: {
    class: "data",
    reaction: "observe-again",
    sentence:
      "The stock of SKU {sku} at {location} changed in {shop} between reading and writing ({before} was expected)",
    fix: "Nothing to do: it is looked at again by itself.",
  },
  LOCATION_NOT_MAPPED: {
    class: "configuration",
    reaction: "retry",
    sentence: "Odoo warehouse {warehouse} is not mapped to a {shop} inventory location",
    fix: "Map it under shops.{connection}.stock.shopLocations in the configuration (the location's id: its warehouse), then retry.",
  },
  SHOP_LOCATION_NOT_FOUND: {
    class: "configuration",
    reaction: "retry",
    sentence: "{connection} has no active inventory location {location}, to which the configuration maps Odoo stock",
    fix: "Correct the id under shops.{connection}.stock.shopLocations (stockbridge check names those that the shop has), or activate the location in the shop, then retry.",
  },
  STOCK_QUANTITY_INVALID: {
    class: "data",
    reaction: "park",
    sentence: "The quantity {quantity} of SKU {sku} in Odoo cannot be published: {why}",
    fix: "Correct the quantity in Odoo (inventory adjustment).",
  },
  STOCK_NOT_ACCEPTED: {
    class: "data",
    reaction: "retry",
    sentence: "{shop} answered {actual} for SKU {sku} after {wanted} was written",
    fix: "Another plugin or user changes this stock at the same time; find and stop it.",
  },
  VARIANT_UNREADABLE: {
    class: "data",
    reaction: "park",
    sentence: "Variant {variant} of {connection} cannot be understood: {field} {why}",
    fix: "Look at this field of the product in the shop; a plugin may have changed its shape.",
  },
  WAREHOUSE_NOT_FOUND: {
    class: "configuration",
    reaction: "park",
    sentence: "{what} {name} of the configuration does not exist in Odoo, or is not visible to the hub's user",
    fix: "Correct the name in the configuration, or give the user access, then retry.",
  },
  // Answers of either side about one request
  SHOP_REJECTED: {
    class: "data",
    reaction: "retry",
    sentence: "{connection} refused {what}: {message} ({status})",
    fix: "The message is the shop's own; mend what it names, then retry.",
  },
  ODOO_REJECTED: {
    class: "data",
    reaction: "retry",
    sentence: "Odoo refused {what}: {message}",
    fix: "The message is Odoo's own; mend what it names, then retry.",
  },
  ODOO_INVALID_VALUE: {
    class: "data",
    reaction: "retry",
    sentence: "Odoo refused a value in {what}: {message}",
    fix: "Correct the value in the shop or its mapping, then retry.",
  },
  ODOO_DUPLICATE: {
    class: "data",
    reaction: "retry",
    sentence: "Odoo refused {what} because such a record exists already: {message}",
    fix: "Find the existing record in Odoo; remove or rename one of the two, then retry.",
  },
  ODOO_RECORD_NOT_FOUND: {
    class: "data",
    reaction: "retry",
    sentence: "Odoo has no {what} any more",
    fix: "Somebody deleted or archived it; correct the mapping, then retry.",
  },
  ODOO_FIELD_MISSING: {
    class: "configuration",
    reaction: "retry",
    sentence:
      "Odoo does not know the field {field} on {model}; its version or modules differ from what was read at start",
    fix: "Run stockbridge check; install the missing module, then retry.",
  },
  ODOO_MODULE_MISSING: {
    class: "configuration",
    reaction: "retry",
    sentence: "The Odoo module {module} is not installed, but {what} needs it",
    fix: "Install the module in Odoo, or switch this step off in the configuration.",
  },
  ODOO_CONCURRENT: {
    class: "data",
    reaction: "observe-again",
    sentence: "Odoo was changing the same record at that moment ({what})",
    fix: "Nothing to do: it is looked at again by itself.",
  },
  OUTCOME_UNKNOWN: {
    class: "connection",
    reaction: "observe-again",
    sentence: "{connection} did not answer {what} ({reason}), so it is not known whether it was done",
    fix: "Nothing to do: both sides are read before anything is written again.",
  },
  // Connections
  CONNECTION_DOWN: {
    class: "connection",
    reaction: "pause",
    sentence: "{connection} cannot be reached ({reason})",
    fix: "Check that the server runs and can be reached from here; work resumes by itself.",
  },
  CONNECTION_THROTTLED: {
    class: "connection",
    reaction: "pause",
    sentence: "{system} API throttle reached; job will retry",
    fix: "Nothing to do, unless it lasts: {connection} answered {status}. Then raise the server's limit or lower the connection's.",
  },
  CONNECTION_BROKEN_ANSWER: {
    class: "connection",
    reaction: "pause",
    sentence: "{connection} answered something that is not an API answer ({what})",
    fix: "Check the address; a proxy, a maintenance page or a firewall may stand in between.",
  },
  AUTH_FAILED: {
    class: "connection",
    reaction: "pause",
    sentence: "{connection} refused the credentials ({message})",
    fix: "Check the credentials of this connection (user, key, token, client id and secret: what it has of them) in the configuration; work resumes by itself once they are accepted.",
  },
  SHOP_SUSPENDED: {
    class: "connection",
    reaction: "pause",
    sentence: "{connection} is closed by its provider ({reason})",
    fix: "The shop's owner settles it in the shop's admin; work resumes by itself.",
  },
  DATABASE_NOT_FOUND: {
    class: "connection",
    reaction: "pause",
    sentence: "{connection} has no database named {database}",
    fix: "Correct connections.{connection}.database in the configuration.",
  },
  ACCESS_DENIED: {
    class: "configuration",
    reaction: "retry",
    sentence: "{connection} does not let the hub do this: {what} ({message})",
    fix: "Give the hub's user, key or app this right (stockbridge check names what is missing), then retry.",
  },
  ENVIRONMENT_CHANGED: {
    class: "connection",
    reaction: "pause",
    sentence: "{connection} is another database than the one this hub was set up with; nothing is written to it",
    fix: "Correct the connection, or run stockbridge check --accept-fingerprint {connection} if this is meant.",
  },
  // Webhooks
  WEBHOOK_SIGNATURE_INVALID: {
    class: "configuration",
    reaction: "park",
    sentence: "A webhook for {connection} was refused: its signature does not match the secret",
    fix: "The configuration must have the secret that the sender signs with: the webhook's own, or that of the app which made it.",
  },
  WEBHOOK_SIGNATURE_MISSING: {
    class: "configuration",
    reaction: "park",
    sentence: "A webhook for {connection} was refused: it is not signed",
    fix: "Set the secret on the webhook in the shop; deliveries of an app's own webhooks are always signed, so that an unsigned one is a stranger's.",
  },
  WEBHOOK_BODY_INVALID: {
    class: "data",
    reaction: "park",
    sentence: "A webhook for {connection} was refused: {field} {why}",
    fix: "The sender is not the shop's own webhook, or a plugin changes it.",
  },
  // The hub itself
  WORKER_DIED: {
    class: "data",
    reaction: "park",
    sentence: "{key} ended its worker {takeovers} times in a row and is not tried again by itself",
    fix: "Send its activities and the log to the maintainers; then retry.",
  },
  INTERNAL_ERROR: {
    class: "data",
    reaction: "retry",
    sentence: "The hub itself failed on {key}: {message}",
    fix: "This is a defect of the hub: send the log line with this key to the maintainers.",
  },
} as const satisfies Record<string, FailureDefinition>;

export type FailureCode = keyof typeof FAILURES;

type ParamNames<S extends string> = S extends `${string}{${infer P}}${infer Rest}` ? P | ParamNames<Rest> : never;
export type FailureParams<C extends FailureCode> = Record<
  ParamNames<(typeof FAILURES)[C]["sentence"]> | ParamNames<(typeof FAILURES)[C]["fix"]>,
  string
>;

export interface Failure {
  readonly code: FailureCode;
  readonly params: Readonly<Record<string, string>>;
  /** The connection that waits (`pause`), and the one that metrics count it under. */
  readonly connection?: string;
  readonly retryAfterMs?: number;
}

export interface FailureExtra {
  readonly connection?: string;
  readonly retryAfterMs?: number;
}

export function failure<C extends FailureCode>(code: C, params: FailureParams<C>, extra: FailureExtra = {}): Failure {
  return { code, params, ...extra };
}

/** The failure's sentence with its parameters in place. */
export function sentenceOf(given: Failure): string {
  return fill(FAILURES[given.code].sentence, given.params);
}

export function fixOf(given: Failure): string {
  return fill(FAILURES[given.code].fix, given.params);
}

function fill(template: string, params: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? `(no ${name})`);
}
