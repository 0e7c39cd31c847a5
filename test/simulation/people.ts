/** The people of a world: customers, the warehouse, and whoever mends the configuration, retries and compares. */
import { formatKey } from "../../src/core/key.ts";
import { reconcileStock } from "../../src/engine/reconcile-stock.ts";
import { MINUTE_MS, START_MS, UNKNOWN_SKU, type OrderPlan } from "./plan.ts";
import type { ShopSide } from "./sides.ts";
import { aliveProcess, startProcess, type World } from "./running.ts";

/** Webhooks leave when the shop's own scheduler runs. */
const SHOP_CRON_MS = 20_000;
const PARKED_MAX = 1_000;
const AGAIN_MS = 5 * MINUTE_MS;
const STOP_MS_MAX = 5 * MINUTE_MS;

/** Customers, the warehouse, and whoever mends and retries. */
export function schedulePeople(world: World): void {
  const { plan, time, trace, shops, erp, story } = world;
  const at = (ms: number, work: () => void): void => void time.after(ms - START_MS, "person", work);
  for (const [index, { orders }] of plan.shops.entries()) {
    for (const order of orders) at(order.atMs, () => placeOrder(world, shops[index]!, order));
  }
  for (const movement of plan.stock) {
    at(movement.atMs, () => {
      trace.tell(`warehouse: ${movement.kind} ${movement.quantity} ${movement.sku}`);
      void time.perform(0, "warehouse", async () => {
        await erp.act(movement);
        story.happened([movement.sku]);
      });
    });
  }
  if (plan.skuMadeAtMs !== null) {
    at(plan.skuMadeAtMs, () => {
      trace.tell(`a person gives an Odoo product the SKU ${UNKNOWN_SKU}`);
      void time.perform(0, "person", () => erp.makeProduct(UNKNOWN_SKU));
    });
  }
  if (plan.taxMappedAtMs !== null) at(plan.taxMappedAtMs, () => void mapTax(world));
  for (const ms of plan.retriesAtMs) at(ms, () => void retryParked(world));
  for (const shop of shops) {
    time.after(MINUTE_MS, "person", () => void firstSweep(world, shop.id));
    const cron = (): void => {
      void shop.deliverDue();
      time.after(SHOP_CRON_MS, "shop's scheduler", cron);
    };
    cron();
  }
}

function placeOrder({ time, trace, story }: World, shop: ShopSide, order: OrderPlan): void {
  const what = order.lines.map(({ sku, quantity }) => `${quantity} ${sku}`).join(", ");
  const id = story.selling(shop.id, () => shop.place(order));
  if (id === null) {
    trace.tell(`${shop.id} has not enough to sell ${what}`);
    return;
  }
  const name = `order ${shop.id}/${id}`;
  trace.tell(`${name} is placed: ${order.status} by ${order.method}, ${what} (${order.country})`);
  for (const step of order.steps) {
    time.after(step.afterMs, "person", () => {
      trace.tell(`${name}: ${step.kind === "status" ? `becomes ${step.status}` : step.kind}`);
      shop.step(id, step);
      story.happened(order.lines.map(({ sku }) => sku));
    });
  }
}

/** A person maps the tax in the configuration and starts the hub again; whatever was stopped with the old one stays so. */
async function mapTax(world: World): Promise<void> {
  const { time, trace, processes } = world;
  world.taxMapped = true;
  trace.tell("a person maps the last tax and starts the hub again");
  const running = aliveProcess(processes);
  running?.stop();
  if (running !== undefined) await Promise.race([running.ended, time.clock.sleep(STOP_MS_MAX)]);
  // Dying while it stopped, it has started its successor by itself, with the new configuration.
  if (running !== undefined && running.mortal.alive()) startProcess(world);
  for (const process of processes.slice(0, -1)) process.mortal.kill();
}

export async function retryParked({ shared, time, trace, store }: World): Promise<void> {
  const parked = await time.perform(0, "person", () => store.work({ parked: true }, PARKED_MAX));
  if (parked.length === 0) return;
  trace.tell(`a person retries ${parked.map(({ key }) => formatKey(key)).join(", ")}`);
  for (const { key } of parked) await time.perform(0, "person", () => store.retry(key));
  for (const woken of shared.waiting) woken.abort();
}

/** What the operator does after the start, and the schedule every night: every variant of every shop is compared. */
export async function sweep(world: World): Promise<void> {
  for (const { id } of world.shops) await sweepShop(world, id);
}

/** As often as it takes: from then on the hub knows every variant of the shop. */
async function firstSweep(world: World, id: string): Promise<void> {
  if (!(await sweepShop(world, id))) world.time.after(AGAIN_MS, "person", () => void firstSweep(world, id));
}

async function sweepShop({ processes, trace, story }: World, id: string): Promise<boolean> {
  const hub = aliveProcess(processes)?.hub;
  const shop = hub?.shops.get(id);
  if (hub === undefined || shop === undefined) return false;
  const result = await reconcileStock(hub, shop, { dryRun: false });
  trace.tell(
    `the sweep of ${id} ${result.ok ? `finds ${result.value.different} different` : `fails with ${result.failure.code}`}`,
  );
  if (result.ok) story.swept(id);
  return result.ok;
}
