/**
 * The order flow's hands: reads orders from the shop and their documents from the ERP, and carries planned actions out.
 * What to do is decided in core/order/plan.ts.
 */
import { FAILURES, type Failure } from "../../core/failures.ts";
import { PRIORITY } from "../../core/key.ts";
import { variantsWithoutProduct } from "../../core/order/line-product.ts";
import { failureMark } from "../../core/order/mark.ts";
import { linkIds, orderQuery, ORDER_STAGES, type OrderAction, type OrderObserved } from "../../core/order/observed.ts";
import { planOrder } from "../../core/order/plan.ts";
import { settleOrder } from "../../core/order/settle.ts";
import type { ErpOrderDocuments } from "../../core/order/erp-documents.ts";
import type { ShopOrder } from "../../core/order/shop-order.ts";
import type { CallContext } from "../../core/ports/call.ts";
import type { ErpOrderQuery } from "../../core/ports/erp.ts";
import type { FulfilmentWrite, OrderMarkWrite } from "../../core/ports/shop.ts";
import type { Link, Mark } from "../../core/ports/store.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ErpGuard } from "../erp-guard.ts";
import type { Flow, Keepsake } from "../flow.ts";
import type { Hub, ShopRuntime } from "../hub.ts";
import { mayRecreate } from "../recreate.ts";
import { settingsOf } from "../settings.ts";
import { settledMarks } from "../siblings.ts";

type Observations = Map<string, Result<OrderObserved>>;
const LINK_KINDS = ["order", "invoice", "payment"] as const;

export function orderFlow(hub: Hub, shop: ShopRuntime, guard: ErpGuard): Flow<OrderObserved, OrderAction> {
  const { rules } = shop.orders;
  const settings = settingsOf(shop, hub.clock);
  return {
    name: "order",
    connection: shop.connection,
    stages: ORDER_STAGES,
    async observe(ids, call) {
      const trusted = await guard.trust();
      if (!trusted.ok) return all(ids, trusted);
      const resolved = await settings.read(call);
      if (!resolved.ok) return all(ids, resolved);
      const found: Observations = new Map();
      const orders = await readOrders(shop, ids, found, call);
      const links = await linksOf(hub, shop, orders);
      const queries = [...orders].map(([id, order]) => orderQuery(id, order, links.get(id) ?? [], rules));
      const documents =
        queries.length === 0
          ? new Map<string, Result<ErpOrderDocuments>>()
          : await shop.erp.observeOrders(queries, call);
      const variants = await variantLinksOf(hub, shop, orders, documents);
      for (const { orderId } of queries satisfies readonly ErpOrderQuery[]) {
        const erp = documents.get(orderId);
        if (erp === undefined) throw new Error(`the ERP left order ${orderId} out`);
        if (!erp.ok) found.set(orderId, erp);
        else {
          const recreate = await mayRecreate(hub, shop.connection, orderId, erp.value);
          const order = orders.get(orderId) ?? null;
          const own = [...(links.get(orderId) ?? []), ...(variants.get(orderId) ?? [])];
          found.set(orderId, ok({ orderId, order, erp: erp.value, settings: resolved.value, links: own, recreate }));
        }
      }
      return found;
    },
    plan: (observed, applied) => planOrder(observed, rules, applied),
    apply: (actions, call) => apply(shop, actions, call),
    keep: (observed, plan) => settleOrder(observed, plan, rules),
    report(observed, found) {
      // An outage is the connection's story, not the order's: it ends by itself and leaves nothing on the order.
      if (FAILURES[found.code].class === "connection") return [];
      const write = failureMark(observed, [found]);
      return write === null ? [] : [{ kind: "mark.write", write }];
    },
    hints: (kept) => holdHints(hub, shop, kept),
    doubt(found) {
      guard.doubt(found);
      settings.doubt(found);
    },
  };
}

/** What an order holds is held back in all shops on this ERP: they look again when it changes. */
async function holdHints(
  hub: Hub,
  shop: ShopRuntime,
  kept: readonly { readonly id: string; readonly keepsake: Keepsake }[],
): Promise<ReadonlyMap<string, readonly Mark[]>> {
  const orders = kept.flatMap(({ keepsake }) => keepsake.holds ?? []);
  const marks = await settledMarks(hub, shop, orders, { priority: PRIORITY.live, trigger: "recheck" });
  // They belong to the batch as a whole; whichever of its orders is committed brings them.
  return new Map(marks.length === 0 ? [] : orders.map(({ orderId }) => [orderId, marks]));
}

function all(ids: readonly string[], { failure }: { readonly failure: Failure }): Observations {
  return new Map(ids.map((id) => [id, fail(failure)]));
}

/** Orders that were read (null: gone); failures go straight to `found`. */
async function readOrders(
  shop: ShopRuntime,
  ids: readonly string[],
  found: Observations,
  call: CallContext,
): Promise<Map<string, ShopOrder | null>> {
  const orders = new Map<string, ShopOrder | null>();
  for (const [id, order] of await shop.port.readOrders(ids, call)) {
    if (order.ok) orders.set(id, order.value);
    else found.set(id, order);
  }
  return orders;
}

/** By order; an order has further ones for its payments in parts and its refunds. */
async function linksOf(
  hub: Hub,
  shop: ShopRuntime,
  orders: ReadonlyMap<string, ShopOrder | null>,
): Promise<ReadonlyMap<string, readonly Link[]>> {
  const owners = new Map(
    [...orders].flatMap(([id, order]) => linkIds(id, order).map((linkId) => [linkId, id] as const)),
  );
  const ids = [...owners.keys()];
  const links = (await Promise.all(LINK_KINDS.map((kind) => hub.store.links(shop.connection, kind, ids)))).flat();
  return Map.groupBy(links, (link) => owners.get(link.shopId) ?? link.shopId);
}

/** By order: links of variants whose SKU is blank or unknown to the ERP; nothing is asked when there are none. */
async function variantLinksOf(
  hub: Hub,
  shop: ShopRuntime,
  orders: ReadonlyMap<string, ShopOrder | null>,
  documents: ReadonlyMap<string, Result<ErpOrderDocuments>>,
): Promise<ReadonlyMap<string, readonly Link[]>> {
  const wanted = new Map<string, readonly string[]>();
  for (const [id, order] of orders) {
    const erp = documents.get(id);
    const variants = order === null || erp?.ok !== true ? [] : variantsWithoutProduct(order, erp.value.products);
    if (variants.length > 0) wanted.set(id, variants);
  }
  const links = await hub.store.links(shop.connection, "variant", [...new Set([...wanted.values()].flat())]);
  return new Map([...wanted].map(([id, ids]) => [id, links.filter(({ shopId }) => ids.includes(shopId))]));
}

/** One kind a call: marks and fulfilments go to the shop, all else to the ERP. */
async function apply(
  shop: ShopRuntime,
  actions: readonly OrderAction[],
  call: CallContext,
): Promise<readonly Result<void>[]> {
  const marks = actions.flatMap((action) => (action.kind === "mark.write" ? [action.write] : []));
  if (marks.length > 0) return writeMarks(shop, marks, call);
  const sent = actions.flatMap((action) => (action.kind === "fulfilment.write" ? [action.writes] : []));
  if (sent.length > 0) return writeFulfilments(shop, sent, call);
  return shop.erp.apply(
    actions.filter((action) => action.kind !== "mark.write" && action.kind !== "fulfilment.write"),
    call,
  );
}

async function writeMarks(
  shop: ShopRuntime,
  marks: readonly OrderMarkWrite[],
  call: CallContext,
): Promise<readonly Result<void>[]> {
  const written = await shop.port.writeOrderMarks(marks, call);
  return marks.map(({ orderId }) => {
    const outcome = written.get(orderId);
    if (outcome === undefined) throw new Error(`the shop left order ${orderId} out`);
    return outcome.ok ? ok(undefined) : fail(outcome.failure);
  });
}

/** One outcome an order: the first of its fulfilments that was not taken. */
async function writeFulfilments(
  shop: ShopRuntime,
  orders: readonly (readonly FulfilmentWrite[])[],
  call: CallContext,
): Promise<readonly Result<void>[]> {
  const writes = orders.flat();
  const outcomes = await shop.port.writeFulfilments(writes, call);
  if (outcomes.length !== writes.length)
    throw new Error(`the shop gave ${outcomes.length} outcomes for ${writes.length} fulfilments`);
  let from = 0;
  return orders.map((own) => {
    const first = outcomes.slice(from, from + own.length).find((outcome) => !outcome.ok);
    from += own.length;
    return first ?? ok(undefined);
  });
}
