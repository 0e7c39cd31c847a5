/** `/orders/{id}/refunds` and `/refunds`. A refusal is a 500, as in the real shop. */
import { created, done, listed, Refusal, type Api, type Reply, type Request } from "./api.ts";
import { decimal } from "./money.ts";
import { refund, type RefundDraft } from "./order-flow.ts";
import { refundJson } from "./order-json.ts";
import { orderOf } from "./order-routes.ts";
import { check, checkQuery, LIST_RULES, paging, type Rules } from "./parameters.ts";
import type { Order } from "./model.ts";

const REFUND_RULES = {
  amount: { kind: "text" },
  reason: { kind: "text" },
  line_items: { kind: "array" },
  api_refund: { kind: "boolean" },
  api_restock: { kind: "boolean" },
  restock_items: { kind: "boolean" },
} as const satisfies Rules;

const REFUSED = "woocommerce_rest_cannot_create_order_refund";

export function listRefunds(api: Api, request: Request, orderId: number): Reply {
  checkQuery(request, LIST_RULES);
  const refunds = orderOf(api, orderId, 404).refunds;
  const { page, perPage } = paging(request);
  const items = refunds.slice((page - 1) * perPage, page * perPage).map((one) => refundJson(api, one, false));
  return listed(api, request, items, refunds.length, page, perPage);
}

export function listAllRefunds(api: Api, request: Request): Reply {
  checkQuery(request, LIST_RULES);
  const refunds = [...api.state.orders.values()].flatMap((order) => order.refunds).toSorted((a, b) => b.id - a.id);
  const { page, perPage } = paging(request);
  const items = refunds.slice((page - 1) * perPage, page * perPage).map((one) => refundJson(api, one, true));
  return listed(api, request, items, refunds.length, page, perPage);
}

export function createRefund(api: Api, request: Request, orderId: number): Reply {
  const order = orderOf(api, orderId, 404);
  const body = request.body ?? {};
  check(body, REFUND_RULES, "POST /orders/{id}/refunds");
  if (body["api_refund"] !== false) {
    throw new Refusal(500, REFUSED, "The payment gateway for this order does not support automatic refunds.", 500);
  }
  const made = refund(api.state, order, draftOf(order, body), api.webhooks.emit);
  if (made === null) throw new Refusal(500, REFUSED, "Invalid refund amount.", 500);
  return created(api, `/orders/(?P<order_id>[\\d]+)/refunds/${made.id}`, refundJson(api, made, false));
}

export function getRefund(api: Api, orderId: number, id: number): Reply {
  return done(refundJson(api, refundOf(orderOf(api, orderId, 404), id), false));
}

/** The order is not dated anew by it. */
export function deleteRefund(api: Api, request: Request, orderId: number, id: number): Reply {
  checkQuery(request, { force: { kind: "boolean" } });
  const order = orderOf(api, orderId, 404);
  const found = refundOf(order, id);
  if (request.query.get("force") !== "true")
    throw new Refusal(501, "woocommerce_rest_trash_not_supported", "The shop_order_refund does not support trashing.");
  const json = refundJson(api, found, false);
  order.refunds = order.refunds.filter((one) => one !== found);
  return done(json);
}

function refundOf(order: Order, id: number): Order["refunds"][number] {
  const found = order.refunds.find((one) => one.id === id);
  if (found === undefined)
    throw new Refusal(404, "woocommerce_rest_invalid_order_refund_id", "Invalid order refund ID.");
  return found;
}

function draftOf(order: Order, body: Readonly<Record<string, unknown>>): RefundDraft {
  const given = Array.isArray(body["line_items"]) ? (body["line_items"] as readonly Record<string, unknown>[]) : [];
  return {
    amount: decimal(typeof body["amount"] === "string" && body["amount"] !== "" ? body["amount"] : "0"),
    reason: typeof body["reason"] === "string" ? body["reason"] : "",
    restock: body["api_restock"] !== false && body["restock_items"] !== false,
    byGateway: false,
    lines: given.flatMap((line) => {
      const item = order.lines.find(({ id }) => id === Number(line["id"]));
      if (item === undefined) return [];
      const taxes = Array.isArray(line["refund_tax"]) ? (line["refund_tax"] as readonly Record<string, unknown>[]) : [];
      return [
        {
          item,
          quantity: Number(line["quantity"] ?? 0),
          total: decimal(Number(line["refund_total"] ?? 0)),
          taxes: taxes.map((tax) => ({ rateId: Number(tax["id"]), total: decimal(Number(tax["refund_total"] ?? 0)) })),
        },
      ];
    }),
  };
}
