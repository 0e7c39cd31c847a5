/**
 * What the configuration maps to Odoo. Locations are told by the shop; tax rates and payment gateways are listed nowhere, so those
 * of the last orders are taken: one that no recent order used shows itself with its first order.
 */
import type { CallContext } from "../../core/ports/call.ts";
import type { Mappable, ShopMappables } from "../../core/ports/shop.ts";
import { ok, type Result } from "../../core/result.ts";
import type { ShopifyClient } from "./client.ts";
import type { OrdersInUseQuery } from "./generated.ts";
import { costExceeded } from "./errors.ts";
import { readLocations } from "./locations.ts";
import { ordersInUse } from "./operations/mappables.ts";
import { rateIdOf } from "./order-money.ts";
import { ORDERS_IN_USE_MAX, PAGE_SHRINK, SHIPPING_LINES_IN_USE_MAX, TRANSACTIONS_IN_USE_MAX } from "./stock-limits.ts";

export async function readMappables(client: ShopifyClient, call: CallContext): Promise<Result<ShopMappables>> {
  const locations = await readLocations(client, call);
  if (!locations.ok) return locations;
  const read = await readOrders(client, call);
  if (!read.ok) return read;
  const taxRates = new Map<string, Mappable>();
  const paymentMethods = new Map<string, Mappable>();
  for (const { taxLines, shippingLines, transactions } of read.value.orders.nodes) {
    for (const line of [...taxLines, ...shippingLines.nodes.flatMap((shipping) => shipping.taxLines)]) {
      const id = rateIdOf(line);
      taxRates.set(id, { id, label: id });
    }
    for (const { gateway, formattedGateway } of transactions) {
      if (gateway !== null && gateway !== "")
        paymentMethods.set(gateway, { id: gateway, label: formattedGateway ?? gateway });
    }
  }
  return ok({ taxRates: byId(taxRates), paymentMethods: byId(paymentMethods), locations: locations.value });
}

async function readOrders(client: ShopifyClient, call: CallContext): Promise<Result<OrdersInUseQuery>> {
  const lists = { shippingLines: SHIPPING_LINES_IN_USE_MAX, transactions: TRANSACTIONS_IN_USE_MAX };
  for (let first = ORDERS_IN_USE_MAX; ; first = Math.max(1, Math.floor(first * PAGE_SHRINK))) {
    const read = await client.request(ordersInUse, { first, ...lists }, call);
    if (read.ok || first === 1 || !costExceeded(read.failure)) return read;
  }
}

function byId(found: ReadonlyMap<string, Mappable>): readonly Mappable[] {
  return [...found.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}
