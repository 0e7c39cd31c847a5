/** The engine's world: shops, ERPs, rules and store, joined by the app. */
import type { OrderRules } from "../core/order/rules.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { CallContext } from "../core/ports/call.ts";
import type { ErpPort } from "../core/ports/erp.ts";
import type { ShopPort } from "../core/ports/shop.ts";
import type { ConnectionLimit, HubStore, Lane } from "../core/ports/store.ts";
import type { StockRules } from "../core/stock/rules.ts";
import type { HubObserver } from "./observer.ts";

/** How often the hub looks by itself, in cron or minutes; see docs/configuration.md. */
export interface Schedules {
  /** Five-field cron in `timeZone`. */
  readonly orderPoll: string;
  readonly stockFeed: string;
  readonly stockSweep: string;
  readonly webhookWatch: string;
  readonly capabilityWatch: string;
  readonly retention: string;
  readonly timeZone: string;
}

export interface ShopRuntime {
  readonly connection: string;
  readonly label: string;
  readonly port: ShopPort;
  readonly erp: ErpPort;
  readonly orders: { readonly enabled: boolean; readonly rules: OrderRules };
  readonly stock: { readonly enabled: boolean; readonly rules: StockRules };
  /** Where the shop delivers webhooks; null: it cannot reach the hub, so only polling works. */
  readonly deliveryUrl: string | null;
}

export interface Hub {
  readonly clock: Clock;
  readonly store: HubStore;
  readonly observer: HubObserver;
  readonly shops: ReadonlyMap<string, ShopRuntime>;
  readonly erps: ReadonlyMap<string, ErpPort>;
  /** Where an ERP's automations deliver, by connection; absent: it cannot reach the hub. */
  readonly erpDeliveryUrls: ReadonlyMap<string, string>;
  readonly limits: readonly ConnectionLimit[];
  readonly schedules: Schedules;
}

/** Orders a batch: Odoo's own speed grows up to some twenty documents a call, and one time-out bounds the damage. */
export const ORDER_BATCH_MAX = 20;

export function lanesOf(hub: Hub): readonly Lane[] {
  return [...hub.shops.values()].flatMap((shop) => {
    const touches = [shop.connection, shop.erp.connection];
    return [
      ...(shop.orders.enabled
        ? [{ flow: "order", connection: shop.connection, touches, batchMax: ORDER_BATCH_MAX } as const]
        : []),
      ...(shop.stock.enabled
        ? [
            {
              flow: "stock",
              connection: shop.connection,
              touches,
              batchMax: shop.port.stockWriting.variantsMax,
            } as const,
          ]
        : []),
    ];
  });
}

/** Jobs and people's questions hold no lease; a request of theirs may take this long. */
export const UNLEASED_CALL_MS_MAX = 120_000;

/** For jobs and commands that only read, or whose writes are idempotent by name (webhooks, automations). */
export function unleased(hub: Pick<Hub, "clock" | "observer">): CallContext {
  return {
    deadlineMs: () => hub.clock.nowMs() + UNLEASED_CALL_MS_MAX,
    beforeWrite: () => Promise.resolve(),
    record: (exchange) => hub.observer.call(exchange),
  };
}
