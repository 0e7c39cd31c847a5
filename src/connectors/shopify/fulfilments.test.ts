/** What went out is told from the fulfilment orders that wait for it, once for each location, and never more than is open. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { sentenceOf } from "../../core/failures.ts";
import { TransportError } from "../../core/ports/transport.ts";
import type { FulfilmentWrite } from "../../core/ports/shop.ts";
import { createShopifyOrders } from "./orders.ts";
import { connection, fulfillmentOrderNode, type SampleFulfillmentOrder } from "./testing/sample-orders.ts";
import { scriptedShopify, type ScriptedRequest } from "./testing/scripted-shopify.ts";

const MADE = {
  fulfillmentCreate: { fulfillment: { id: "gid://shopify/Fulfillment/1", status: "SUCCESS" }, userErrors: [] },
};

function write(lines: readonly (readonly [string, string])[], change: Partial<FulfilmentWrite> = {}): FulfilmentWrite {
  return {
    orderId: "7",
    picking: "WH/OUT/00012",
    carrier: "",
    trackingNumber: "",
    trackingUrl: "",
    lines: lines.map(([lineId, quantity]) => ({ lineId, quantity })),
    ...change,
  };
}

function shop(
  open: readonly SampleFulfillmentOrder[],
  answer: (asked: ScriptedRequest) => unknown = () => MADE,
  notify = false,
) {
  const scripted = scriptedShopify((asked) =>
    asked.name === "OrderFulfillmentOrders"
      ? { order: { fulfillmentOrders: connection(open.map(fulfillmentOrderNode)) } }
      : answer(asked),
  );
  const orders = createShopifyOrders({ client: scripted.client, currency: "shop", notifyCustomers: notify });
  return {
    ...scripted,
    tell: (...writes: readonly FulfilmentWrite[]) => orders.writeFulfilments(writes, scripted.call),
    made: () =>
      scripted.requests
        .filter(({ name }) => name === "CreateFulfillment")
        .map(({ variables }) => variables["fulfillment"]),
  };
}

const ONE = { id: 50, location: 3, lines: [{ id: 501, line: 1, remaining: 3 }] };

describe("a fulfilment", () => {
  test("is of units of the fulfilment order's lines, with its tracking", async () => {
    const { tell, made } = shop([ONE], undefined, true);
    const tracking = { carrier: "Courier", trackingNumber: "T1", trackingUrl: "https://track.example.test/T1" };
    assert.deepEqual(await tell(write([["1", "2.0"]], tracking)), [{ ok: true, value: undefined }]);
    assert.deepEqual(made(), [
      {
        lineItemsByFulfillmentOrder: [
          {
            fulfillmentOrderId: "gid://shopify/FulfillmentOrder/50",
            fulfillmentOrderLineItems: [{ id: "gid://shopify/FulfillmentOrderLineItem/501", quantity: 2 }],
          },
        ],
        notifyCustomer: true,
        trackingInfo: { company: "Courier", number: "T1", url: "https://track.example.test/T1" },
      },
    ]);
  });

  test("without tracking says nothing of it, and sends no mail where that is off", async () => {
    const { tell, made } = shop([ONE]);
    await tell(write([["1", "1"]]));
    const [input] = made() as Record<string, unknown>[];
    assert.deepEqual([input?.["notifyCustomer"], "trackingInfo" in (input ?? {})], [false, false]);
  });

  test("goes over several fulfilment orders of one location in one call, of several locations in several", async () => {
    const orders = [
      { id: 50, location: 3, lines: [{ id: 501, line: 1, remaining: 1 }] },
      { id: 51, location: 3, lines: [{ id: 511, line: 1, remaining: 1 }] },
      { id: 52, location: 4, lines: [{ id: 521, line: 2, remaining: 5 }] },
    ];
    const { tell, made } = shop(orders);
    assert.ok(
      (
        await tell(
          write([
            ["1", "2"],
            ["2", "1"],
          ]),
        )
      )[0]?.ok,
    );
    const calls = made() as { lineItemsByFulfillmentOrder: { fulfillmentOrderId: string }[] }[];
    assert.deepEqual(
      calls.map(({ lineItemsByFulfillmentOrder }) =>
        lineItemsByFulfillmentOrder.map((one) => one.fulfillmentOrderId.split("/").at(-1)),
      ),
      [["50", "51"], ["52"]],
    );
  });

  test("prefers the one location that has all of it", async () => {
    const orders = [
      { id: 50, location: 3, lines: [{ id: 501, line: 1, remaining: 1 }] },
      { id: 51, location: 4, lines: [{ id: 511, line: 1, remaining: 2 }] },
    ];
    const { tell, made } = shop(orders);
    await tell(write([["1", "2"]]));
    assert.equal(made().length, 1);
    assert.match(JSON.stringify(made()), /FulfillmentOrder\/51/);
  });

  const refusals: readonly (readonly [
    string,
    readonly SampleFulfillmentOrder[],
    readonly (readonly [string, string])[],
    RegExp,
  ])[] = [
    [
      "what was fulfilled already",
      [{ ...ONE, status: "CLOSED", lines: [{ id: 501, line: 1, remaining: 0 }] }],
      [["1", "1"]],
      /fulfilled or removed already/,
    ],
    ["more than is open", [ONE], [["1", "4"]], /only 3 of the 4 units/],
    [
      "what is on hold",
      [{ ...ONE, status: "ON_HOLD", hold: "Address unclear" }],
      [["1", "1"]],
      /on hold \(Address unclear\)/,
    ],
    ["what is scheduled for later", [{ ...ONE, status: "SCHEDULED" }], [["1", "1"]], /scheduled for later/],
    ["a part of a unit", [ONE], [["1", "0.5"]], /no number of units/],
    ["nothing at all", [ONE], [["1", "0"]], /nothing of it/],
  ];
  for (const [what, open, lines, sentence] of refusals) {
    test(`of ${what} is refused before anything is sent`, async () => {
      const { tell, made } = shop(open);
      const [outcome] = await tell(write(lines));
      assert.ok(outcome && !outcome.ok && outcome.failure.code === "SHOP_REJECTED");
      assert.match(sentenceOf(outcome.failure), sentence);
      assert.match(sentenceOf(outcome.failure), /WH\/OUT\/00012/);
      assert.deepEqual(made(), []);
    });
  }

  test("that the shop refuses is told in its words; one without an answer is unknown", async () => {
    const userErrors = [{ field: ["fulfillment"], message: "All line items must have the same location." }];
    const refused = shop([ONE], () => ({ fulfillmentCreate: { fulfillment: null, userErrors } }));
    const [outcome] = await refused.tell(write([["1", "1"]]));
    assert.ok(outcome && !outcome.ok && outcome.failure.code === "SHOP_REJECTED");
    assert.match(sentenceOf(outcome.failure), /same location/);
    const silent = shop([ONE], () => new TransportError("unknown", "the connection broke"));
    const [unknown] = await silent.tell(write([["1", "1"]]));
    assert.ok(unknown && !unknown.ok && unknown.failure.code === "OUTCOME_UNKNOWN");
  });

  test("of an order that is gone says so; the next ones are told all the same", async () => {
    const scripted = scriptedShopify(({ name, variables }) => {
      if (name !== "OrderFulfillmentOrders") return MADE;
      const gone = variables["id"] === "gid://shopify/Order/9";
      return { order: gone ? null : { fulfillmentOrders: connection([fulfillmentOrderNode(ONE)]) } };
    });
    const orders = createShopifyOrders({ client: scripted.client, currency: "shop", notifyCustomers: false });
    const writes = [write([["1", "1"]], { orderId: "9" }), write([["1", "1"]], { orderId: "x" }), write([["1", "1"]])];
    const outcomes = await orders.writeFulfilments(writes, scripted.call);
    assert.deepEqual(
      outcomes.map((one) => (one.ok ? "told" : one.failure.code)),
      ["ORDER_GONE", "ORDER_GONE", "told"],
    );
  });
});
