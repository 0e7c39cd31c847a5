/** Orders are read whole however long they are, in pages that the shop takes, and an absence is only believed where it is certain. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { TransportError } from "../../core/ports/transport.ts";
import { sentenceOf } from "../../core/failures.ts";
import { createShopifyOrders } from "./orders.ts";
import {
  connection,
  fulfillmentNode,
  fulfillmentOrderNode,
  lineNode,
  orderNode,
  paid,
  refundNode,
} from "./testing/sample-orders.ts";
import { errorResponse, scriptedShopify, type ShopScript } from "./testing/scripted-shopify.ts";

type Node = Record<string, unknown>;
const PLAIN = { total: "20.0", lines: [{ id: 1, total: "20.0" }], transactions: paid("20.0") };
const SCOPES = (...handles: string[]) => ({
  currentAppInstallation: { accessScopes: handles.map((handle) => ({ handle })) },
});

function order(id: number, fields: Node = {}): Node {
  return orderNode({ ...PLAIN, fields: { id: `gid://shopify/Order/${id}`, name: `#${id}`, ...fields } });
}

function shop(script: ShopScript) {
  const scripted = scriptedShopify(script);
  const { client } = scripted;
  return { ...scripted, orders: createShopifyOrders({ client, currency: "shop", notifyCustomers: false }) };
}

describe("orders by id", () => {
  test("come each with an outcome: told, unreadable, gone, or no id at all", async () => {
    const { orders, call, names } = shop(({ name }) =>
      name === "OrdersById"
        ? { nodes: [order(1), null, order(3, { totalPriceSet: null })] }
        : SCOPES("read_orders", "read_all_orders"),
    );
    const read = await orders.readOrders(["1", "2", "3", "x"], call);
    const one = read.get("1");
    assert.ok(one?.ok && one.value?.number === "1");
    assert.deepEqual(read.get("2"), { ok: true, value: null });
    const three = read.get("3");
    assert.ok(three && !three.ok && three.failure.code === "ORDER_UNREADABLE");
    assert.deepEqual(read.get("x"), { ok: true, value: null });
    assert.deepEqual(names(), ["OrdersById", "ShopScopes"]);
  });

  test("that are not told are not taken for deleted while old ones may be hidden", async () => {
    const { orders, call } = shop(({ name }) => (name === "OrdersById" ? { nodes: [null] } : SCOPES("read_orders")));
    const read = (await orders.readOrders(["2"], call)).get("2");
    assert.ok(read && !read.ok && read.failure.code === "ACCESS_DENIED");
    assert.match(sentenceOf(read.failure), /order 2.*older than 60 days.*read_all_orders/);
  });

  test("are asked for in smaller batches when the shop finds them too expensive, then with fewer lines", async () => {
    const asked: [number, number][] = [];
    const { orders, call } = shop(({ variables }) => {
      const { ids, lines } = variables as { ids: string[]; lines: number };
      asked.push([ids.length, lines]);
      if (ids.length > 1 || lines > 4) return errorResponse("MAX_COST_EXCEEDED");
      return { nodes: ids.map((id) => order(Number(id.split("/").at(-1)))) };
    });
    const read = await orders.readOrders(["1", "2", "3"], call);
    assert.equal([...read.values()].filter((one) => one.ok && one.value !== null).length, 3);
    assert.deepEqual(asked, [
      [3, 8],
      [1, 8],
      [1, 4],
      [1, 4],
      [1, 4],
    ]);
  });

  test("share a failure of the shop without asking again for each", async () => {
    const { orders, call, requests } = shop(() => errorResponse("ACCESS_DENIED"));
    const ids = ["1", "2", "3", "4", "5", "6", "7"];
    const read = await orders.readOrders(ids, call);
    assert.ok([...read.values()].every((one) => !one.ok));
    assert.deepEqual([read.size, requests.length], [7, 1]);
  });
});

describe("a long order", () => {
  const line = (id: number) => ({ id, total: "1.0" });
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
  const open = (id: number) => ({ id: id + 5_000, line: id, remaining: 1 });

  test("of 120 lines is read on list by list, to its end", async () => {
    const many = order(1, {
      ...orderNode({
        total: "120.0",
        lines: range(1, 8).map(line),
        transactions: paid("120.0"),
        fields: { id: "gid://shopify/Order/1", name: "#1" },
      }),
      lineItems: connection(
        range(1, 8).map((id) => lineNode(line(id))),
        "c8",
      ),
      fulfillments: [
        { ...fulfillmentNode(5, [{ line: 1, quantity: 1 }]), fulfillmentLineItems: connection([fulfilled(1)], "f1") },
      ],
      refunds: [
        {
          ...refundNode({ id: 6, at: "2026-11-22T10:00:00Z", money: [{ id: 96, amount: "2.0" }] }),
          refundLineItems: connection([refunded(1)], "r1"),
        },
      ],
      fulfillmentOrders: connection(
        [{ ...fulfillmentOrderNode({ id: 7, location: 3, lines: [open(1)] }), lineItems: more() }],
        "o1",
      ),
    });
    function more() {
      const { lineItems } = fulfillmentOrderNode({ id: 7, lines: [open(3)] }) as { lineItems: { nodes: Node[] } };
      return connection(lineItems.nodes, "l1");
    }
    const { orders, call, names } = shop(({ name, variables }) => {
      const after = variables["after"];
      if (name === "OrdersById") return { nodes: [many] };
      if (name === "OrderLines") {
        const from = Number(String(after).slice(1)) + 1;
        const to = Math.min(from + 49, 120);
        assert.equal(variables["id"], "gid://shopify/Order/1");
        return {
          order: {
            lineItems: connection(
              range(from, to).map((id) => lineNode(line(id))),
              to < 120 ? `c${to}` : null,
            ),
          },
        };
      }
      if (name === "FulfillmentLines") return { fulfillment: { fulfillmentLineItems: connection([fulfilled(2)]) } };
      if (name === "RefundLines") return { refund: { refundLineItems: connection([refunded(2)]) } };
      if (name === "OrderFulfillmentOrders")
        return {
          order: { fulfillmentOrders: connection([fulfillmentOrderNode({ id: 8, location: 4, lines: [open(120)] })]) },
        };
      if (name === "FulfillmentOrderLines") {
        const { lineItems } = fulfillmentOrderNode({ id: 7, lines: [open(4)] }) as { lineItems: Node };
        return { fulfillmentOrder: { lineItems } };
      }
      throw new Error(name);
    });
    const read = (await orders.readOrders(["1"], call)).get("1");
    assert.ok(read?.ok && read.value);
    assert.equal(read.value.lines.length, 120);
    assert.deepEqual(
      read.value.fulfilments[0]?.lines.map(({ lineId }) => lineId),
      ["1", "2"],
    );
    assert.deepEqual(
      read.value.refunds[0]?.lines.map(({ lineId }) => lineId),
      ["1", "2"],
    );
    const places = read.value.lines
      .filter(({ locationId }) => locationId !== null)
      .map(({ id, locationId }) => [id, locationId]);
    assert.deepEqual(places, [
      ["3", "3"],
      ["4", "3"],
      ["120", "4"],
    ]);
    const count = (wanted: string) => names().filter((name) => name === wanted).length;
    assert.deepEqual([count("OrderLines"), count("FulfillmentLines"), count("RefundLines")], [3, 1, 1]);
  });

  function fulfilled(id: number): Node {
    return { lineItem: { id: `gid://shopify/LineItem/${id}` }, quantity: 1 };
  }

  function refunded(id: number): Node {
    const { refundLineItems } = refundNode({
      id: 6,
      at: "2026-11-22T10:00:00Z",
      lines: [{ line: id, quantity: 1, subtotal: "1.0" }],
    }) as { refundLineItems: { nodes: Node[] } };
    return refundLineItems.nodes[0]!;
  }

  test("whose lists go on for ever, or go away, is unreadable and no half order", async () => {
    const endless = order(1, { lineItems: connection([lineNode(line(1))], "c1") });
    for (const answer of [
      { order: { lineItems: { nodes: [], pageInfo: { hasNextPage: true, endCursor: null } } } },
      { order: null },
    ]) {
      const { orders, call } = shop(({ name }) => (name === "OrdersById" ? { nodes: [endless] } : answer));
      const read = (await orders.readOrders(["1"], call)).get("1");
      assert.ok(read && !read.ok && read.failure.code === "ORDER_UNREADABLE");
    }
  });
});

describe("pages of orders", () => {
  test("that changed go on behind the shop's cursor, in whole seconds; the unreadable is told beside the others", async () => {
    const { orders, call, requests } = shop(({ variables }) =>
      variables["after"] === null
        ? { orders: connection([order(1), order(2, { totalPriceSet: 7 })], "c2") }
        : { orders: connection([order(3)]) },
    );
    const first = await orders.changedOrders("2026-11-20T08:00:00.700Z", null, call);
    assert.ok(first.ok);
    assert.deepEqual(
      first.value.items.map(({ id }) => id),
      ["1"],
    );
    assert.deepEqual(
      first.value.unreadable.map(({ id }) => id),
      ["2"],
    );
    const second = await orders.changedOrders("2026-11-20T08:00:00.700Z", first.value.nextPage, call);
    assert.ok(second.ok && second.value.nextPage === null);
    assert.deepEqual(
      requests.map(({ variables }) => [variables["query"], variables["sortKey"], variables["after"]]),
      [
        ["updated_at:>='2026-11-20T08:00:00Z'", "UPDATED_AT", null],
        ["updated_at:>='2026-11-20T08:00:00Z'", "UPDATED_AT", "c2"],
      ],
    );
  });

  test("that were placed keep to their window to the millisecond", async () => {
    const at = (processedAt: string) => ({ processedAt });
    const { orders, call, requests } = shop(() => ({
      orders: connection([order(1, at("2026-11-20T09:00:00Z")), order(2, at("2026-11-20T10:00:00.600Z"))]),
    }));
    const read = await orders.placedOrders("2026-11-20T09:00:00Z", "2026-11-20T10:00:00.500Z", null, call);
    assert.ok(read.ok);
    assert.deepEqual(
      read.value.items.map(({ id }) => id),
      ["1"],
    );
    assert.equal(
      requests[0]?.variables["query"],
      "processed_at:>='2026-11-20T09:00:00Z' processed_at:<'2026-11-20T10:00:01Z'",
    );
  });

  test("end with a failure when the shop's cursor stands still, and when it does not answer", async () => {
    const still = shop(() => ({ orders: connection([order(1)], "c1") }));
    const first = await still.orders.changedOrders("2026-11-20T08:00:00Z", null, still.call);
    assert.ok(first.ok);
    const second = await still.orders.changedOrders("2026-11-20T08:00:00Z", first.value.nextPage, still.call);
    assert.ok(!second.ok && second.failure.code === "CONNECTION_BROKEN_ANSWER");
    const down = shop(() => new TransportError("not-sent", "connection refused"));
    const read = await down.orders.changedOrders("2026-11-20T08:00:00Z", null, down.call);
    assert.ok(!read.ok && read.failure.code === "CONNECTION_DOWN");
  });
});

describe("an order by its number", () => {
  test("is the one of exactly this name, with or without the sign", async () => {
    const script: ShopScript = ({ variables }) =>
      variables["query"] === "name:'#1054'"
        ? { orders: connection([order(1054), order(10541)]) }
        : { orders: connection([]) };
    for (const number of ["1054", "#1054", " 1054 "]) {
      const { orders, call } = shop(script);
      const found = await orders.findOrderByNumber(number, call);
      assert.ok(found.ok && found.value?.id === "1054", number);
    }
    const { orders, call } = shop(script);
    assert.deepEqual(await orders.findOrderByNumber("105", call), { ok: true, value: null });
    assert.deepEqual(await orders.findOrderByNumber("#", call), { ok: true, value: null });
  });

  test("cannot break out of the search", async () => {
    const { orders, call, requests } = shop(() => ({ orders: connection([]) }));
    await orders.findOrderByNumber("1' OR status:'any", call);
    assert.equal(requests[0]?.variables["query"], "name:'1\\' OR status:\\'any'");
  });
});
