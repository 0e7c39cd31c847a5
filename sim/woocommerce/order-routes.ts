/** `/orders`: lists, single orders, their creation and change, the trash, notes and batches. */
import { created, done, listed, Refusal, Unsupported, type Api, type Reply, type Request } from "./api.ts";
import { batch } from "./batches.ts";
import { readAddress } from "./addresses.ts";
import type { Order } from "./model.ts";
import { createFromBody } from "./order-bodies.ts";
import { moveTo, paidStatus, trash } from "./order-flow.ts";
import { orderJson } from "./order-json.ts";
import {
  check,
  checkQuery,
  dateFilter,
  fieldsOf,
  idsOf,
  LIST_RULES,
  paging,
  sorted,
  type Rules,
} from "./parameters.ts";
import { isTrue, mergeMeta } from "./product-edits.ts";
import { gmt, local } from "./links.ts";

type Body = Readonly<Record<string, unknown>>;

export const ORDER_STATUSES = [
  "auto-draft",
  "pending",
  "processing",
  "on-hold",
  "completed",
  "cancelled",
  "refunded",
  "failed",
  "checkout-draft",
] as const;

const ORDER_LIST_RULES = {
  ...LIST_RULES,
  orderby: { kind: "enum", values: ["date", "id", "include", "title", "slug", "modified"] },
  status: { kind: "enums", values: ["any", "trash", ...ORDER_STATUSES] },
  customer: { kind: "integer" },
} as const satisfies Rules;

export const ORDER_RULES = {
  id: { kind: "integer" },
  status: { kind: "enum", values: ORDER_STATUSES },
  currency: { kind: "text" },
  customer_id: { kind: "integer" },
  customer_note: { kind: "text" },
  billing: { kind: "object" },
  shipping: { kind: "object" },
  payment_method: { kind: "text" },
  payment_method_title: { kind: "text" },
  transaction_id: { kind: "text" },
  meta_data: { kind: "array" },
  line_items: { kind: "array" },
  shipping_lines: { kind: "array" },
  fee_lines: { kind: "array" },
  coupon_lines: { kind: "array" },
  set_paid: { kind: "boolean" },
} as const satisfies Rules;

const INVALID_ID = "woocommerce_rest_shop_order_invalid_id";
const DRAFTS = new Set(["auto-draft", "trash"]);

export function listOrders(api: Api, request: Request): Reply {
  checkQuery(request, ORDER_LIST_RULES);
  const { query } = request;
  const statuses = new Set((query.get("status") ?? "any").split(","));
  const ids = idsOf(query.get("include"));
  const customer = query.get("customer");
  const search = query.get("search")?.toLowerCase();
  const dated = dateFilter(request, api.site);
  const fits = (order: Order): boolean =>
    (statuses.has("any") ? !DRAFTS.has(order.status) : statuses.has(order.status)) &&
    (customer === undefined || order.customerId === Number(customer)) &&
    (search === undefined || isFound(order, search)) &&
    dated(order);
  const all = ids === null ? [...api.state.orders.values()] : [...ids].flatMap((id) => api.state.orders.get(id) ?? []);
  const found = sorted(all.filter(fits), request);
  const { page, perPage } = paging(request);
  const items = found.slice((page - 1) * perPage, page * perPage).map((order) => picked(api, request, order));
  return listed(api, request, items, found.length, page, perPage);
}

function picked(api: Api, request: Request, order: Order): unknown {
  const fields = fieldsOf(request);
  const json = orderJson(api, order);
  return fields === null ? json : Object.fromEntries(Object.entries(json).filter(([name]) => fields.has(name)));
}

function isFound({ id, number, billing }: Order, search: string): boolean {
  const texts = [String(id), number, billing.email, billing.first_name, billing.last_name, billing.company];
  return texts.some((text) => text.toLowerCase().includes(search));
}

export function getOrder(api: Api, request: Request, id: number): Reply {
  checkQuery(request, { context: LIST_RULES.context, _fields: LIST_RULES._fields });
  return done(picked(api, request, orderOf(api, id, 404)));
}

export function createOrder(api: Api, request: Request): Reply {
  check(request.body ?? {}, ORDER_RULES, "POST /orders");
  const order = createFromBody(api, request.body ?? {});
  return created(api, `/orders/${order.id}`, orderJson(api, order));
}

export function updateOrder(api: Api, request: Request, id: number): Reply {
  const order = orderOf(api, id, 400);
  check(request.body ?? {}, ORDER_RULES, "PUT /orders/{id}");
  return done(orderJson(api, change(api, order, request.body ?? {})));
}

export function deleteOrder(api: Api, request: Request, id: number): Reply {
  checkQuery(request, { force: { kind: "boolean" } });
  return done(remove(api, orderOf(api, id, 404), request.query.get("force") === "true"));
}

export function batchOrders(api: Api, request: Request): Reply {
  return batch(request, {
    create: (body) => orderJson(api, createFromBody(api, body)),
    update: (id, body) => orderJson(api, change(api, batched(api, id), body)),
    remove: (id) => remove(api, orderOf(api, id, 404), true),
  });
}

/** Any write dates the order anew and is told, even one that changes nothing. */
function change(api: Api, order: Order, body: Body): Order {
  const lines = ["line_items", "shipping_lines", "fee_lines", "coupon_lines"].filter(
    (name) => body[name] !== undefined,
  );
  if (lines.length > 0) throw new Unsupported(`a change of an order's ${lines.join(", ")}`);
  if (body["billing"] !== undefined) order.billing = { ...order.billing, ...readAddress(body["billing"]) };
  if (body["shipping"] !== undefined) order.shipping = { ...order.shipping, ...readAddress(body["shipping"]) };
  if (typeof body["customer_note"] === "string") order.customerNote = body["customer_note"];
  if (typeof body["transaction_id"] === "string") order.transactionId = body["transaction_id"];
  if (typeof body["payment_method"] === "string") order.paymentMethod = body["payment_method"];
  if (typeof body["payment_method_title"] === "string") order.paymentTitle = body["payment_method_title"];
  if (Array.isArray(body["meta_data"])) order.meta = mergeMeta(api.state, order.meta, body["meta_data"]);
  if (isTrue(body["set_paid"])) order.paidMs ??= api.state.nowMs();
  const asked = typeof body["status"] === "string" ? body["status"] : order.status;
  const status = isTrue(body["set_paid"]) && body["status"] === undefined ? paidStatus(api.state, order) : asked;
  moveTo(api.state, order, status, api.webhooks.emit);
  return order;
}

/** Answers the order as it was before. */
function remove(api: Api, order: Order, force: boolean): unknown {
  const before = orderJson(api, order);
  if (force) {
    api.state.orders.delete(order.id);
    return before;
  }
  if (order.trashedFrom !== null)
    throw new Refusal(410, "woocommerce_rest_already_trashed", "The shop_order has already been deleted.");
  trash(api.state, order, api.webhooks.emit);
  return before;
}

export function orderOf({ state }: Api, id: number, status: number): Order {
  const order = state.orders.get(id);
  if (order === undefined) throw new Refusal(status, INVALID_ID, "Invalid ID.");
  return order;
}

function batched({ state }: Api, id: number): Order {
  const order = state.orders.get(id);
  if (order === undefined) throw new Refusal(400, INVALID_ID, "ID is invalid.");
  return order;
}

export function listNotes(api: Api, request: Request, orderId: number): Reply {
  checkQuery(request, LIST_RULES);
  const notes = orderOf(api, orderId, 404).notes.toReversed();
  return done(notes.map((note) => noteJson(api, note)));
}

/** A note changes no date and is told to no webhook. */
export function createNote(api: Api, request: Request, orderId: number): Reply {
  const order = orderOf(api, orderId, 404);
  check(request.body ?? {}, { note: { kind: "text" }, customer_note: { kind: "boolean" } }, "POST /orders/{id}/notes");
  const { note, customer_note } = request.body ?? {};
  const made = {
    id: api.state.nextId("note"),
    note: typeof note === "string" ? note : "",
    customerNote: isTrue(customer_note),
    createdMs: api.state.nowMs(),
  };
  order.notes.push(made);
  return created(api, `/orders/${orderId}/notes/${made.id}`, noteJson(api, made));
}

function noteJson({ site }: Api, { id, note, customerNote, createdMs }: Order["notes"][number]): unknown {
  return {
    id,
    author: "WooCommerce",
    date_created: local(site, createdMs),
    date_created_gmt: gmt(createdMs),
    note,
    customer_note: customerNote,
  };
}
