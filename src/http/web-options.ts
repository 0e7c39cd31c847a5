/** What the web server is given by the app. */
import type { Logger } from "pino";
import type { Clock } from "../core/ports/clock.ts";
import type { Hub } from "../engine/hub.ts";

/** How a delivery ended, for metrics. */
export type DeliveryOutcome = "taken" | "repeated" | "ignored" | "refused" | "unavailable" | "failed";

export interface WebMetrics {
  delivered(connection: string, outcome: DeliveryOutcome, durationMs: number): void;
  /** The page that Prometheus reads. */
  render(): Promise<{ readonly contentType: string; readonly body: string }>;
}

export interface WebOptions {
  /** Null as long as the store has not been opened: everything is refused as "try again" until then. */
  readonly hub: () => Hub | null;
  /** Known from the configuration, before the store is. */
  readonly shopIds: ReadonlySet<string>;
  /** Every Odoo connection, with the secret of its automations where one is configured. */
  readonly erpSecrets: ReadonlyMap<string, string | null>;
  readonly bodyBytesMax: number;
  readonly clock: Clock;
  readonly log: Pick<Logger, "info" | "warn" | "error">;
  readonly metrics: WebMetrics;
}
