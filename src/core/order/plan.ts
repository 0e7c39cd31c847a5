/**
 * Decides what may be done next for one order, from what was observed of it on both sides and nothing else. A plan holds
 * only steps that are safe now: a document is confirmed or posted after it was read back and proven, never in the round
 * that made it. An observation of an order that is in step gives a plan without actions.
 */
import { unreachable } from "../exhaustive.ts";
import { failure, type Failure, sentenceOf } from "../failures.ts";
import type { Plan, State } from "../plan.ts";
import { actionDiff } from "./action-diff.ts";
import { type Accepted, planAccepted } from "./accepted.ts";
import { type Decision, blocked, rest } from "./decision.ts";
import { failureMark, stateMark } from "./mark.ts";
import { actionKey, hasDocuments, liveInvoices, type OrderAction, type OrderObserved } from "./observed.ts";
import { documentName } from "./proof.ts";
import { isRefundedWhole } from "./refund.ts";
import { isPlacedBeforeStart, type OrderRules } from "./rules.ts";
import type { ShopOrder } from "./shop-order.ts";

/**
 * @param applied what this run has already carried out for this order: a step is not repeated within a run, so that a
 *   document which does not come out as wanted is named as a failure instead of being written again and again.
 */
export function planOrder(
  observed: OrderObserved,
  rules: OrderRules,
  applied: readonly OrderAction[] = [],
): Plan<OrderAction> {
  const decision = withoutLoops(decide(observed, rules, applied), observed, applied, rules.connection);
  const { blockers } = decision;
  // With a blocker nothing is done in Odoo: the only action left is to say so in the shop.
  const actions: OrderAction[] = blockers.length > 0 ? [] : [...decision.actions];
  if (actions.length === 0 && !applied.some((action) => action.kind === "mark.write")) {
    const write = blockers.length > 0 ? failureMark(observed, blockers) : stateMark(observed, decision.state);
    if (write) actions.push({ kind: "mark.write", write });
  }
  const state: State = blockers[0] ? { name: "failed", sentence: sentenceOf(blockers[0]) } : decision.state;
  return {
    actions,
    blockers,
    state,
    diff: actions.flatMap((action) => actionDiff(action, observed, decision.differences)),
  };
}

function decide(observed: OrderObserved, rules: OrderRules, applied: readonly OrderAction[]): Decision {
  const { order, erp } = observed;
  if (order === null) return gone(observed);
  if (order.test) {
    return rest(
      "not-applicable",
      `Order #${order.number} is a test order of the shop: no money moved, and nothing of it is brought to Odoo.`,
    );
  }
  if (isPlacedBeforeStart(rules, order.createdAt) && !hasDocuments(erp)) {
    return rest(
      "not-applicable",
      `Order #${order.number} was placed before ${rules.startAt}, from when on orders are synchronised.`,
    );
  }
  switch (order.status) {
    case "processing":
    case "completed":
      return planAccepted({ observed, order, rules, applied }, "post");
    case "on-hold":
      return planAccepted({ observed, order, rules, applied }, "draft");
    case "pending":
      return open(
        order,
        observed,
        rest("waiting-for-payment", `Order #${order.number} waits for its payment in the shop; nothing is posted.`),
      );
    case "failed":
      return open(
        order,
        observed,
        rest("failed-payment", `The payment of order #${order.number} failed in the shop; nothing is posted.`),
      );
    case "draft":
      return open(
        order,
        observed,
        rest("not-applicable", `Order #${order.number} is a checkout that is not finished.`),
      );
    case "cancelled":
      // Cancelled with all its money given back: the credit notes say so in Odoo as well.
      return isRefundedWhole(order) && standing(erp) !== null
        ? planAccepted({ observed, order, rules, applied }, "post")
        : cancelled(order, observed);
    case "refunded":
      return refunded({ observed, order, rules, applied });
    case "trash":
      return hasDocuments(erp)
        ? blocked(failure("ORDER_GONE", { order: `#${order.number}` }))
        : rest("not-applicable", `Order #${order.number} is in the shop's trash and never reached Odoo.`);
    default:
      return unreachable(order.status);
  }
}

function gone({ orderId, erp }: OrderObserved): Decision {
  if (hasDocuments(erp)) return blocked(failure("ORDER_GONE", { order: orderId }));
  return rest("not-applicable", `Order ${orderId} does not exist in the shop, and nothing of it is in Odoo.`);
}

/** Not accepted (yet, or any more): a draft in Odoo may wait, but what is confirmed contradicts the shop. */
function open(order: ShopOrder, { erp }: OrderObserved, decision: Decision): Decision {
  const document = standing(erp);
  if (document === null) return decision;
  return blocked(
    failure("ORDER_CHANGED_AFTER_POSTING", {
      order: order.number,
      document,
      what: "its status",
      shop: order.statusText || order.status,
      odoo: "confirmed",
    }),
  );
}

/** The furthest document that is more than a draft; null when nothing was confirmed, posted or paid. */
function standing(erp: OrderObserved["erp"]): string | null {
  const invoice = liveInvoices(erp).find((candidate) => candidate.state === "posted");
  if (invoice) return `invoice ${invoice.name}`;
  const payment = erp.payments.find((candidate) => candidate.state === "posted");
  if (payment) return documentName("payment", payment.name, payment.id);
  return erp.order?.state === "sale" ? `order ${erp.order.name}` : null;
}

function cancelled(order: ShopOrder, { erp }: OrderObserved): Decision {
  if (!hasDocuments(erp)) {
    const where = erp.order === null ? "and never reached Odoo" : `as is ${erp.order.name} in Odoo`;
    return rest("not-applicable", `Order #${order.number} is cancelled in the shop, ${where}.`);
  }
  const draft = erp.order?.state === "draft" ? `draft order ${erp.order.name}` : "its documents";
  const document = standing(erp) ?? draft;
  return blocked(failure("ORDER_CANCELLED_UNSUPPORTED", { order: order.number, document }));
}

function refunded(accepted: Accepted): Decision {
  const { order, observed } = accepted;
  if (hasDocuments(observed.erp)) return planAccepted(accepted, "post");
  return rest(
    "not-applicable",
    `Order #${order.number} was refunded in the shop before it reached Odoo; there is nothing to post.`,
  );
}

/** A step that this run has done already and that would be next again did not work, whatever was answered. */
function withoutLoops(
  decision: Decision,
  observed: OrderObserved,
  applied: readonly OrderAction[],
  connection: string,
): Decision {
  if (decision.blockers.length > 0) return decision;
  const done = new Set(applied.map(actionKey));
  const repeated = decision.actions.find((action) => done.has(actionKey(action)));
  if (!repeated) return decision;
  const what = `${repeated.kind} of order #${observed.order?.number ?? observed.orderId}`;
  const message = "it was accepted, but reading back shows no effect";
  const found: Failure =
    repeated.kind === "fulfilment.write"
      ? failure("SHOP_REJECTED", { connection, what, message, status: "200" })
      : failure("ODOO_REJECTED", { what, message });
  return { ...decision, actions: [], blockers: [found] };
}
