/**
 * The bare loop beside the stock flow: for each change read Odoo, read the shop, write the shop, one after the other, with the
 * hub's own connectors and nothing else.
 */
import { sentenceOf } from "../../src/core/failures.ts";
import type { Result } from "../../src/core/result.ts";
import { unleased, type Hub, type ShopRuntime } from "../../src/engine/hub.ts";
import type { BareChange } from "./messages.ts";

/** Milliseconds that each change took. */
export async function publishBare(hub: Hub, shop: ShopRuntime, changes: readonly BareChange[]): Promise<number[]> {
  const latenciesMs: number[] = [];
  for (const change of changes) {
    const startedMs = performance.now();
    await publish(hub, shop, change);
    latenciesMs.push(performance.now() - startedMs);
  }
  return latenciesMs;
}

async function publish(hub: Hub, { port, erp, stock }: ShopRuntime, { sku, productId }: BareChange): Promise<void> {
  const call = unleased(hub);
  const [variant] = value(await port.findVariants([sku], call));
  if (variant === undefined) throw new Error(`the shop has no ${sku}`);
  const { id, parentId, itemId, levels } = variant;
  for (const [locationId, scope] of stock.rules.scopes) {
    const quantities = value(await erp.quantities([productId], scope, call));
    const level = levels.find((one) => one.locationId === locationId);
    const [written] = await port.writeStock(
      [
        {
          id,
          parentId,
          sku,
          itemId,
          locationId,
          before: level?.quantity ?? null,
          version: level?.version ?? "",
          quantity: Number(quantities.get(productId)?.free),
        },
      ],
      call,
    );
    if (written?.ok !== true) throw new Error(`${sku} was not written`);
  }
}

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`the bare loop met: ${sentenceOf(result.failure)}`);
  return result.value;
}
