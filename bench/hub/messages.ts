/** What a benchmark and the hub process that it measures say to each other, over the channel between parent and child. */
import type { StockReport } from "../../src/engine/reconcile-stock.ts";

export type StorePlaceGiven =
  | { readonly kind: "postgres"; readonly url: string }
  | { readonly kind: "pglite"; readonly directory: string };

export interface OdooGiven {
  readonly url: string;
  readonly database: string;
  readonly user: string;
  readonly apiKey: string;
}

/** The first argument of the process, as JSON. */
export interface HubProcessOptions {
  /** The shop's connection id: documents in Odoo carry it. */
  readonly shop: string;
  readonly store: StorePlaceGiven;
  readonly shopUrl: string;
  readonly odoo: OdooGiven;
  /** `web` takes webhooks in, `worker` runs what is due; both is what a small installation does. */
  readonly roles: readonly ("web" | "worker")[];
  readonly flows: readonly ("order" | "stock")[];
  /** Odoo's warehouse code. */
  readonly warehouse: string;
  /** The shop's tax rate id -> Odoo tax (name or id). */
  readonly taxes: Readonly<Record<string, string>>;
  /** The shop's payment method -> Odoo journal code. */
  readonly journals: Readonly<Record<string, string>>;
}

/** CPU and memory of the hub process since it started, as the system counts them. */
export interface Usage {
  readonly cpuMs: number;
  readonly rssBytes: number;
  /** The highest it has been. */
  readonly rssPeakBytes: number;
}

/** A variant as both sides name it. */
export interface BareChange {
  readonly sku: string;
  readonly productId: number;
}

export type Command =
  | { readonly kind: "usage" }
  | { readonly kind: "sweep" }
  /** Hints at orders of the shop, as a poll leaves them. */
  | { readonly kind: "mark-orders"; readonly ids: readonly string[] }
  /** The bare loop beside the stock flow, with the process's own connectors. */
  | { readonly kind: "publish-bare"; readonly changes: readonly BareChange[] }
  | { readonly kind: "stop" };

export type Answer =
  | { readonly kind: "ready"; readonly webUrl: string | null; readonly usage: Usage }
  | { readonly kind: "usage"; readonly usage: Usage }
  | { readonly kind: "swept"; readonly report: StockReport }
  | { readonly kind: "marked" }
  | { readonly kind: "published-bare"; readonly latenciesMs: readonly number[] }
  | { readonly kind: "failed"; readonly message: string };

export const SHOP = "shop-bench";
export const ERP = "odoo-bench";
/** Invented, and good for loopback only. */
export const WEBHOOK_SECRET = "a-secret-for-benchmarks";
export const AUTOMATION_SECRET = "another-secret-for-benchmarks";
