/** The flows of every shop, closed over what they need: one list for the worker, dry runs and comparisons. */
import { closeFlow, type AnyFlow } from "./flow.ts";
import { orderFlow } from "./flows/order.ts";
import { stockFlow } from "./flows/stock.ts";
import { guardOf } from "./erp-guard.ts";
import type { Hub } from "./hub.ts";

const made = new WeakMap<Hub, readonly AnyFlow[]>();

/** Made once a hub, so that what the flows keep (settings, trust in the ERP) is kept for all of them. */
export function flowsOf(hub: Hub): readonly AnyFlow[] {
  const known = made.get(hub);
  if (known !== undefined) return known;
  const guards = new Map([...hub.erps.values()].map((erp) => [erp, guardOf(hub, erp)]));
  const flows = [...hub.shops.values()].flatMap((shop) => {
    const guard = guards.get(shop.erp);
    if (guard === undefined) throw new Error(`no ERP for ${shop.connection}`);
    return [
      ...(shop.orders.enabled ? [closeFlow(orderFlow(hub, shop, guard))] : []),
      ...(shop.stock.enabled ? [closeFlow(stockFlow(hub, shop, guard))] : []),
    ];
  });
  made.set(hub, flows);
  return flows;
}
