/** What the hub does by the clock. The app hands these to its scheduler; the simulation calls them from its own. */
import { FAILURES, sentenceOf, type Failure } from "../core/failures.ts";
import type { Result } from "../core/result.ts";
import type { Hub } from "./hub.ts";
import { pollErp, pollOrders } from "./polls.ts";
import { reconcileStock } from "./reconcile-stock.ts";
import { watchAutomations, watchCapabilities, watchWebhooks } from "./watch.ts";

export interface Job {
  /** Unique, `[a-z0-9-/]`. */
  readonly name: string;
  readonly cron: string;
  readonly timeZone: string;
  /** Never rejects for an expected failure: that is noted and tried at the next turn. */
  run(signal: AbortSignal): Promise<void>;
}

export const DAY_MS = 24 * 60 * 60_000;
/** How long things are kept that only explain the past. */
export const RETENTION_MS = { activities: 90 * DAY_MS, inbox: 30 * DAY_MS, explanations: 90 * DAY_MS } as const;

export function jobsOf(hub: Hub): readonly Job[] {
  const { schedules } = hub;
  const job = (name: string, cron: string, run: (signal: AbortSignal) => Promise<Result<unknown>>): Job => ({
    name,
    cron,
    timeZone: schedules.timeZone,
    run: async (signal) => {
      const result = await run(signal);
      if (!result.ok) note(hub, name, result.failure);
    },
  });
  const shops = [...hub.shops.values()];
  const erps = [...hub.erps.values()];
  return [
    ...shops
      .filter((shop) => shop.orders.enabled)
      .map((shop) => job(`order-poll/${shop.connection}`, schedules.orderPoll, () => pollOrders(hub, shop))),
    ...erps.map((erp) => job(`stock-feed/${erp.connection}`, schedules.stockFeed, () => pollErp(hub, erp))),
    ...shops
      .filter((shop) => shop.stock.enabled)
      .map((shop) =>
        job(`stock-sweep/${shop.connection}`, schedules.stockSweep, (signal) =>
          reconcileStock(hub, shop, { dryRun: false, signal }),
        ),
      ),
    ...shops.map((shop) =>
      job(`webhook-watch/${shop.connection}`, schedules.webhookWatch, () => watchWebhooks(hub, shop)),
    ),
    ...erps.map((erp) =>
      job(`automation-watch/${erp.connection}`, schedules.webhookWatch, () => watchAutomations(hub, erp)),
    ),
    ...erps.map((erp) =>
      job(`capability-watch/${erp.connection}`, schedules.capabilityWatch, () => watchCapabilities(hub, erp)),
    ),
    job("retention", schedules.retention, async () => ({ ok: true, value: await expire(hub) })),
  ];
}

/** Once at start: know the server, have the webhooks, look at what was missed. Failures are noted; the jobs try again. */
export async function startUp(hub: Hub): Promise<void> {
  for (const erp of hub.erps.values()) {
    for (const step of [watchCapabilities, watchAutomations, pollErp])
      await attempt(hub, erp.connection, () => step(hub, erp));
  }
  for (const shop of hub.shops.values()) {
    await attempt(hub, shop.connection, () => watchWebhooks(hub, shop));
    if (shop.orders.enabled) await attempt(hub, shop.connection, () => pollOrders(hub, shop));
  }
}

async function attempt(hub: Hub, connection: string, step: () => Promise<Result<unknown>>): Promise<void> {
  const result = await step();
  if (!result.ok) note(hub, `start of ${connection}`, result.failure);
}

function note(hub: Hub, what: string, found: Failure): void {
  const level = FAILURES[found.code].class === "connection" ? "warn" : "error";
  hub.observer.note(level, `${what}: ${sentenceOf(found)}`, { code: found.code });
}

function expire(hub: Hub): Promise<number> {
  const nowMs = hub.clock.nowMs();
  return hub.store.expire({
    activities: nowMs - RETENTION_MS.activities,
    inbox: nowMs - RETENTION_MS.inbox,
    explanations: nowMs - RETENTION_MS.explanations,
  });
}
