/** Takes orders from nothing to paid through the connector, as the hub's loop does: a batch a step, observed in between. */
import assert from "node:assert/strict";
import type { ErpOrderDocuments } from "../../src/core/order/erp-documents.ts";
import type { CallContext } from "../../src/core/ports/call.ts";
import type { ErpAction, ErpPort } from "../../src/core/ports/erp.ts";
import type { Result } from "../../src/core/result.ts";
import { good, type LiveOrder } from "./odoo-world.ts";

export async function observe(
  erp: ErpPort,
  orders: readonly LiveOrder[],
  call: CallContext,
): Promise<readonly ErpOrderDocuments[]> {
  const found = await erp.observeOrders(
    orders.map((order) => order.query),
    call,
  );
  return orders.map((order) => {
    const documents = found.get(order.orderId);
    assert.ok(documents, `order ${order.orderId} was not answered`);
    return good(documents);
  });
}

export async function observeOne(erp: ErpPort, order: LiveOrder, call: CallContext): Promise<ErpOrderDocuments> {
  const [documents] = await observe(erp, [order], call);
  assert.ok(documents);
  return documents;
}

/** Every outcome must be well. */
export async function carryOut(erp: ErpPort, actions: readonly ErpAction[], call: CallContext): Promise<void> {
  for (const outcome of await erp.apply(actions, call)) good(outcome);
}

type Found = readonly ErpOrderDocuments[];
type Step = (order: LiveOrder, found: ErpOrderDocuments) => ErpAction | null;

/** The next action of each step, from what was just observed; null where there is nothing to do. */
export const STEPS: Readonly<Record<string, Step>> = {
  partners: (order, found) => {
    const partners = order.partners.filter((draft) => !found.partners.has(draft.externalId));
    return partners.length === 0 ? null : { kind: "partner.create", partners };
  },
  order: (order, found) => (found.order === null ? { kind: "order.create", document: order.document } : null),
  confirm: (order, found) =>
    found.order?.state === "draft"
      ? { kind: "order.confirm", orderId: found.order.id, placedAt: order.document.placedAt }
      : null,
  invoice: (order, found) =>
    found.order !== null && found.invoices.length === 0
      ? {
          kind: "invoice.create",
          orderId: found.order.id,
          document: order.document,
          invoiceAt: order.document.placedAt,
        }
      : null,
  adjust: (order, found) => {
    const [invoice] = found.invoices;
    const isRight = invoice?.total === order.document.total && invoice.invoiceDate !== null;
    if (invoice?.state !== "draft" || isRight) return null;
    return {
      kind: "invoice.adjust",
      invoiceId: invoice.id,
      document: order.document,
      invoiceAt: order.document.placedAt,
    };
  },
  post: (_order, found) =>
    found.invoices[0]?.state === "draft" ? { kind: "invoice.post", invoiceId: found.invoices[0].id } : null,
  pay: (order, found) => {
    const [payment] = found.payments;
    if (payment?.reconciled === true) return null;
    return {
      kind: "payment.register",
      payment: order.payment,
      paymentId: payment?.id ?? null,
      invoiceId: found.invoices[0]?.id ?? null,
    };
  },
};

export async function takeStep(
  erp: ErpPort,
  step: Step,
  orders: readonly LiveOrder[],
  call: CallContext,
): Promise<readonly Result<void>[]> {
  const found = await observe(erp, orders, call);
  const actions = orders.flatMap((order, index) => step(order, found[index]!) ?? []);
  return actions.length === 0 ? [] : erp.apply(actions, call);
}

/** All steps; answers what stands at the end. */
export async function walk(
  erp: ErpPort,
  orders: readonly LiveOrder[],
  call: CallContext,
  names: readonly string[] = Object.keys(STEPS),
): Promise<Found> {
  for (const name of names) {
    const step = STEPS[name];
    assert.ok(step, `no step ${name}`);
    for (const outcome of await takeStep(erp, step, orders, call)) good(outcome);
  }
  return observe(erp, orders, call);
}
