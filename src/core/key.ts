/**
 * A key names one thing to keep in step: `order / shop-eu / 1054`. Hints, runs, activities and links all speak of keys.
 */
export const FLOWS = ["order", "stock"] as const;
export type FlowName = (typeof FLOWS)[number];

export interface Key {
  readonly flow: FlowName;
  /** The shop's connection id, `[a-z0-9-]{1,40}`, never changed after documents carry it. */
  readonly connection: string;
  /** The shop's own id: an order's id, or a variant's (a simple product's or a variation's) id. */
  readonly id: string;
}

export const CONNECTION_ID_PATTERN = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

/** Less runs first: what a customer or a warehouse waits for goes before sweeps, and sweeps before backfills. */
export const PRIORITY = { live: 0, retry: 10, sweep: 50, backfill: 90 } as const;

/** Why a key was looked at; written on its activity. */
export const TRIGGERS = ["webhook", "poll", "schedule", "manual", "retry", "sweep", "backfill", "recheck"] as const;
export type Trigger = (typeof TRIGGERS)[number];

export function formatKey(key: Key): string {
  return `${key.flow}/${key.connection}/${key.id}`;
}
