/** What the stress test and its workers agree on. */
import type { ConnectionLimit, Lane } from "../../src/core/ports/store.ts";

export interface Scenario {
  readonly lanes: readonly Lane[];
  readonly limits: readonly ConnectionLimit[];
  readonly leaseMs: number;
  /** Not longer than the lease. */
  readonly idleInTransactionMs: number;
  /** Batches at the same time in one process. */
  readonly slots: number;
  readonly runMsMax: number;
  readonly failShare: number;
  readonly beatShare: number;
}

export const SHOPS = ["shop-eu", "shop-us"] as const;
const ODOO = "odoo";

export const SCENARIO: Scenario = {
  lanes: SHOPS.map((connection) => ({ flow: "stock", connection, touches: [connection, ODOO], batchMax: 5 })),
  limits: [
    { connection: "shop-eu", runsMax: 2 },
    { connection: "shop-us", runsMax: 2 },
    { connection: ODOO, runsMax: 3 },
  ],
  leaseMs: 1_200,
  idleInTransactionMs: 800,
  slots: 2,
  runMsMax: 60,
  failShare: 0.05,
  beatShare: 0.3,
};
