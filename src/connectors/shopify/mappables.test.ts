/** What a scripted shop's locations and last orders give to map. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { readMappables } from "./mappables.ts";
import { errorResponse, scriptedShopify } from "./testing/scripted-shopify.ts";

const tax = (title: string, ratePercentage: number | null, channelLiable: boolean | null = false) => ({
  title,
  ratePercentage,
  channelLiable,
});
const card = { gateway: "shopify_payments", formattedGateway: "Shopify Payments" };
const order = (change: Record<string, unknown> = {}) => ({
  id: "gid://shopify/Order/1",
  taxLines: [],
  shippingLines: { nodes: [] },
  transactions: [],
  ...change,
});

function locationPage(ids: readonly number[], hasNextPage = false) {
  const nodes = ids.map((id) => ({ id: `gid://shopify/Location/${id}`, name: `Store ${id}`, isActive: id !== 3 }));
  return { locations: { nodes, pageInfo: { hasNextPage, endCursor: "x" } } };
}

test("active locations, and the taxes and gateways of the last orders, each once", async () => {
  const nodes = [
    order({
      taxLines: [tax("VAT", 21), tax("VAT", 21, true)],
      transactions: [card, { gateway: null, formattedGateway: null }],
    }),
    order({
      taxLines: [tax("VAT", 21)],
      shippingLines: { nodes: [{ taxLines: [tax("Reduced VAT", 9.5)] }] },
      transactions: [card, { gateway: "gift_card", formattedGateway: null }],
    }),
  ];
  const { client, call } = scriptedShopify(({ name, variables }) =>
    name === "Locations"
      ? locationPage(variables["after"] === null ? [2, 3] : [10], variables["after"] === null)
      : { orders: { nodes } },
  );
  const read = await readMappables(client, call);
  assert.deepEqual(read.ok && read.value, {
    locations: [
      { id: "2", label: "Store 2" },
      { id: "10", label: "Store 10" },
    ],
    taxRates: [
      { id: "Reduced VAT 9.5%", label: "Reduced VAT 9.5%" },
      { id: "VAT 21%", label: "VAT 21%" },
      { id: "VAT 21% (marketplace)", label: "VAT 21% (marketplace)" },
    ],
    paymentMethods: [
      { id: "gift_card", label: "gift_card" },
      { id: "shopify_payments", label: "Shopify Payments" },
    ],
  });
});

test("fewer orders are looked at where the shop finds them too expensive", async () => {
  const asked: unknown[] = [];
  const { client, call } = scriptedShopify(({ name, variables }) => {
    if (name === "Locations") return locationPage([]);
    asked.push(variables["first"]);
    return Number(variables["first"]) > 50 ? errorResponse("MAX_COST_EXCEEDED") : { orders: { nodes: [] } };
  });
  assert.equal((await readMappables(client, call)).ok, true);
  assert.deepEqual(asked, [100, 70, 49]);
});

test("locations that cannot be read, or do not end, fail by name", async () => {
  const denied = scriptedShopify(() => errorResponse("ACCESS_DENIED"));
  assert.equal((await readMappables(denied.client, denied.call)).ok, false);
  const endless = scriptedShopify(() => locationPage([2], true));
  assert.equal((await readMappables(endless.client, endless.call)).ok, false);
  assert.equal(endless.requests.length, 5);
});
