/** The simulated Shopify's API: who may ask, what is loud, what it costs, how lists page. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DEFAULT_APP } from "../../sim/shopify/shop.ts";
import { API, createTestShopify, gid, skip, stocked, URL } from "./test-shop.ts";

const ORDERS = `query { orders(first: 5) { nodes { id name } } }`;

describe("who may ask", { skip }, () => {
  test("nobody without a token, and nobody with a wrong one", async () => {
    const { send } = createTestShopify();
    for (const headers of [{}, { "x-shopify-access-token": "shpat_other" }]) {
      const { status, body } = await send({ headers, body: JSON.stringify({ query: ORDERS }) });
      assert.equal(status, 401);
      assert.match(body, /Invalid API key or access token/);
    }
  });

  test("an app that has got a token for its secret, until it ends", async () => {
    const { send, advance } = createTestShopify();
    const grant = (secret: string) =>
      send({
        url: `${URL}/admin/oauth/access_token`,
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: `grant_type=client_credentials&client_id=${DEFAULT_APP.clientId}&client_secret=${secret}`,
      });
    assert.equal((await grant("wrong")).status, 400);
    const granted = JSON.parse((await grant(DEFAULT_APP.clientSecret)).body) as Record<string, unknown>;
    assert.deepEqual([granted["expires_in"], granted["scope"]], [86_399, DEFAULT_APP.scopes.join(",")]);
    const headers = { "x-shopify-access-token": String(granted["access_token"]) };
    const query = JSON.stringify({ query: ORDERS });
    assert.equal((await send({ headers, body: query })).status, 200);
    advance(86_400_000);
    assert.equal((await send({ headers, body: query })).status, 401);
  });

  test("the version that is served is told, whichever was asked for", async () => {
    const { ask } = createTestShopify();
    for (const version of ["2026-07", "2024-01", "2031-10"]) {
      const { headers, errors } = await ask(ORDERS, {}, API.replace("2026-07", version));
      assert.deepEqual([headers["x-shopify-api-version"], errors], ["2026-07", []]);
    }
  });

  test("each field asks for its scope, in the API's words", async () => {
    const { ask, shop } = createTestShopify({ app: { ...DEFAULT_APP, scopes: ["read_products"] } });
    const { product, main } = stocked(shop);
    const { data, errors } = await ask(`query { shop { name } orders(first: 1) { nodes { id } } }`);
    assert.equal(data, null);
    assert.equal(errors[0]?.extensions?.["code"], "ACCESS_DENIED");
    assert.match(errors[0]?.message ?? "", /^Access denied for orders field\. Required access: `read_orders`/);
    const levels = await ask(
      `query { productVariants(first: 1) { nodes { inventoryItem { inventoryLevels(first: 1) { nodes { id } } } } } }`,
    );
    assert.match(levels.errors[0]?.message ?? "", /^Access denied for inventoryLevels field/);
    const location = await ask(`query { node(id: "${gid("Location", main)}") { id } }`);
    assert.match(
      location.errors[0]?.message ?? "",
      /^Access denied for node field\. Required access: `read_locations`/,
    );
    const tag = await ask(
      `mutation { tagsAdd(id: "${gid("Product", product)}", tags: ["x"]) { userErrors { message } } }`,
    );
    assert.match(tag.errors[0]?.message ?? "", /^Access denied for tagsAdd field\. Required access: `write_products`/);
  });

  test("orders of more than 60 days ago are hidden without their own scope", async () => {
    for (const [scopes, count] of [
      [DEFAULT_APP.scopes, 1],
      [DEFAULT_APP.scopes.filter((scope) => scope !== "read_all_orders"), 0],
    ] as const) {
      const made = createTestShopify({ app: { ...DEFAULT_APP, scopes } });
      stocked(made.shop);
      const order = made.shop.checkout({ lines: [{ sku: "MUG", quantity: 1 }] });
      made.advance(61 * 24 * 3_600_000);
      const data: { orders: { nodes: unknown[] }; order: unknown } = await made.data(
        `query { orders(first: 5) { nodes { id } } order(id: "${gid("Order", order?.id ?? "")}") { id } }`,
      );
      assert.deepEqual([data.orders.nodes.length, data.order === null], [count, count === 0]);
    }
  });
});

describe("what is not simulated is loud", { skip }, () => {
  const loud: readonly (readonly [what: string, query: string, named: string])[] = [
    ["a field", `query { orders(first: 1) { nodes { id disputes { id } } } }`, "Order.disputes"],
    ["a deprecated field", `query { orders(first: 1) { nodes { totalPrice } } }`, "Order.totalPrice"],
    [
      "a field of a value",
      `query { orders(first: 1) { nodes { refunds { staffMember { id } } } } }`,
      "Refund.staffMember",
    ],
    [
      "an argument",
      `query { orders(first: 1, savedSearchId: "gid://shopify/SavedSearch/1") { nodes { id } } }`,
      "QueryRoot.orders(savedSearchId:)",
    ],
    ["a query", `query { draftOrders(first: 1) { nodes { id } } }`, "QueryRoot.draftOrders"],
    [
      "a filter",
      `query { orders(first: 1, query: "cart_token:abc") { nodes { id } } }`,
      "the filter cart_token of orders",
    ],
    ["a sort", `query { orders(first: 1, sortKey: CUSTOMER_NAME) { nodes { id } } }`, "orders(sortKey: CUSTOMER_NAME)"],
    ["a kind of node", `query { node(id: "gid://shopify/DraftOrder/1") { id } }`, "node DraftOrder"],
    [
      "an input field",
      `mutation { webhookSubscriptionCreate(topic: ORDERS_CREATE, webhookSubscription: { uri: "https://hub.example.test", filter: "id:1" }) { userErrors { message } } }`,
      "WebhookSubscriptionInput.filter",
    ],
  ];
  for (const [what, query, named] of loud) {
    test(`${what}: ${named}`, async () => {
      const { ask, shop } = createTestShopify();
      assert.equal((await ask(query)).status, 501);
      assert.ok(shop.unsupported[0]?.includes(named), shop.unsupported[0]);
    });
  }

  test("what the schema does not know is refused as invalid", async () => {
    const { ask, shop } = createTestShopify();
    const { status, errors } = await ask(`query { orders(first: 1) { nodes { nope } } }`);
    assert.deepEqual([status, shop.unsupported], [200, []]);
    assert.match(errors[0]?.message ?? "", /Cannot query field "nope"/);
    assert.match((await ask(`query { orders(`)).errors[0]?.message ?? "", /Syntax Error/);
  });
});

describe("cost", { skip }, () => {
  const page = (first: number) => `query { productVariants(first: ${first}) { nodes { id inventoryItem { id } } } }`;

  test("a page costs by how much is asked for, and less when less comes", async () => {
    const { ask, shop } = createTestShopify();
    stocked(shop);
    const { cost } = await ask(page(250));
    assert.deepEqual([cost.requestedQueryCost, cost.actualQueryCost], [24, 4]);
    assert.deepEqual(cost.throttleStatus, { maximumAvailable: 2_000, currentlyAvailable: 1_996, restoreRate: 100 });
    const money = await ask(`query { orders(first: 1) { nodes { totalPriceSet { shopMoney { amount } } } } }`);
    assert.equal(money.cost.requestedQueryCost, 3, "money costs nothing");
    assert.deepEqual(shop.spent(), { calls: 2, points: 6, throttled: 0 });
  });

  test("more than a thousand points is refused, and costs nothing", async () => {
    const { ask, shop } = createTestShopify();
    const deep = `query { products(first: 250) { nodes { variants(first: 250) { nodes { inventoryItem { inventoryLevels(first: 50) { nodes { location { id } } } } } } } } }`;
    const { errors, cost } = await ask(deep);
    assert.deepEqual(
      [errors[0]?.extensions?.["code"], errors[0]?.extensions?.["maxCost"]],
      ["MAX_COST_EXCEEDED", 1_000],
    );
    assert.equal(cost, undefined);
    assert.equal(shop.throttle().currentlyAvailable, 2_000);
  });

  test("an empty bucket throttles with 200, and fills again in the shop's own time", async () => {
    const { ask, advance, shop } = createTestShopify();
    const write = (index: number) =>
      ask(
        `mutation($s: ID!) { a: tagsAdd(id: $s, tags: ["x"]) { userErrors { message } } ${Array.from({ length: 49 }, (_, at) => `b${at}: tagsAdd(id: $s, tags: ["x"]) { userErrors { message } }`).join(" ")} }`,
        { s: gid("Order", String(index)) },
      );
    for (let index = 0; index < 4; index += 1) assert.deepEqual((await write(index)).errors, []);
    const refused = await write(5);
    assert.deepEqual(
      [refused.status, refused.data, refused.errors[0]?.extensions?.["code"]],
      [200, undefined, "THROTTLED"],
    );
    assert.deepEqual(
      [
        refused.cost.requestedQueryCost,
        refused.cost.actualQueryCost,
        refused.cost.throttleStatus["currentlyAvailable"],
      ],
      [500, null, 0],
    );
    advance(5_000);
    assert.deepEqual((await write(6)).errors, []);
    assert.equal(shop.spent().throttled, 1);
  });

  test("plans differ in how fast it fills", () => {
    for (const [plan, rate] of [
      ["standard", 100],
      ["advanced", 200],
      ["plus", 1_000],
      ["enterprise", 2_000],
    ] as const)
      assert.deepEqual(createTestShopify({ plan }).shop.throttle(), {
        maximumAvailable: rate * 20,
        currentlyAvailable: rate * 20,
        restoreRate: rate,
      });
  });
});

describe("lists", { skip }, () => {
  type Page = { orders: { nodes: { name: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } };
  const next = `query($after: String) { orders(first: 2, after: $after, sortKey: UPDATED_AT) { nodes { name } pageInfo { hasNextPage endCursor } } }`;

  test("pages follow a cursor that knows its place, so that one that moves hides no other", async () => {
    const { shop, data, advance } = createTestShopify();
    stocked(shop, [99, 0]);
    const ids = Array.from({ length: 5 }, () => {
      advance(1_000);
      return shop.checkout({ lines: [{ sku: "MUG", quantity: 1 }] })?.id ?? "";
    });
    const first: Page = await data(next);
    assert.deepEqual(first.orders.nodes, [{ name: "#1001" }, { name: "#1002" }]);
    advance(1_000);
    shop.tag(ids[0] ?? "", "seen");
    const second: Page = await data(next, { after: first.orders.pageInfo.endCursor });
    assert.deepEqual(second.orders.nodes, [{ name: "#1003" }, { name: "#1004" }]);
    const third: Page = await data(next, { after: second.orders.pageInfo.endCursor });
    assert.deepEqual(third.orders, {
      nodes: [{ name: "#1005" }, { name: "#1001" }],
      pageInfo: { ...third.orders.pageInfo, hasNextPage: false },
    });
  });

  test("a list needs a size, of at most 250", async () => {
    const { ask } = createTestShopify();
    assert.match((await ask(`query { orders { nodes { id } } }`)).errors[0]?.message ?? "", /first or last/);
    assert.match((await ask(`query { orders(first: 251) { nodes { id } } }`)).errors[0]?.message ?? "", /250/);
    assert.match(
      (await ask(`query { orders(first: 1, after: "x") { nodes { id } } }`)).errors[0]?.message ?? "",
      /cursor/,
    );
  });

  test("searches understand quotes, ranges, alternatives and escapes", async () => {
    const { shop, data, nowMs } = createTestShopify();
    shop.createLocation("Main");
    for (const sku of ["A-1", "a b", 'say "hi"', "C:1"]) shop.createProduct({ title: sku, variants: [{ sku }] });
    const search = async (query: string) => {
      const found: { productVariants: { nodes: { sku: string }[] } } = await data(
        `query($query: String) { productVariants(first: 10, query: $query) { nodes { sku } } }`,
        { query },
      );
      return found.productVariants.nodes.map(({ sku }) => sku);
    };
    assert.deepEqual(await search("sku:a-1"), ["A-1"]);
    assert.deepEqual(await search(`sku:"A B" OR sku:'say "hi"'`), ["a b", 'say "hi"']);
    assert.deepEqual(await search(String.raw`sku:"say \"hi\""`), ['say "hi"']);
    assert.deepEqual(await search("sku:C\\:1"), ["C:1"]);
    assert.deepEqual(await search("sku:a*"), ["A-1", "a b"]);
    assert.deepEqual(await search(`(sku:A-1 OR sku:C:1) AND updated_at:>='${new Date(nowMs()).toISOString()}'`), [
      "A-1",
      "C:1",
    ]);
    assert.deepEqual(await search(`sku:A-1 updated_at:>'${new Date(nowMs()).toISOString()}'`), []);
  });

  test("things are found by their ids, of any kind, in the order that was asked for", async () => {
    const { shop, data } = createTestShopify();
    const { variant, item, main } = stocked(shop);
    const ids = [
      gid("InventoryItem", item),
      gid("ProductVariant", "1"),
      gid("ProductVariant", variant),
      gid("Location", main),
    ];
    const { nodes }: { nodes: unknown[] } = await data(
      `query($ids: [ID!]!) { nodes(ids: $ids) { __typename ... on ProductVariant { sku } ... on Location { name } } }`,
      { ids },
    );
    assert.deepEqual(nodes, [
      { __typename: "InventoryItem" },
      null,
      { __typename: "ProductVariant", sku: "MUG" },
      { __typename: "Location", name: "Main" },
    ]);
  });
});
