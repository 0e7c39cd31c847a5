/** The whole catalog from a scripted shop: pages, a bulk operation with its file in parts, and everything that can come between. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { sentenceOf } from "../../core/failures.ts";
import { TransportError } from "../../core/ports/transport.ts";
import { createBulkFiles } from "./bulk-file.ts";
import { variantsOfPart } from "./bulk-lines.ts";
import { variantPage, type CatalogReader } from "./catalog.ts";
import { createPageSizes } from "./page-sizes.ts";
import { START_MS } from "./testing/scripted-client.ts";
import {
  errorResponse,
  levelNode,
  scriptedShopify,
  variantNode,
  WholeResponse,
  type ScriptedRequest,
  type ShopScript,
} from "./testing/scripted-shopify.ts";

const FILE_URL = "https://files.example.test/result.jsonl?signature=not-to-be-kept";
const PAGES_MAX = 100;

function shop(script: ShopScript) {
  const scripted = scriptedShopify(script);
  const { client, clock, transport } = scripted;
  const files = createBulkFiles({ connection: "shop-us", clock, transport, allowHttp: false });
  const reader: CatalogReader = { client, clock, files, sizes: createPageSizes() };
  return { ...scripted, reader };
}

/** Ids of all pages; the sentence of the failure at the end. */
async function sweep({ reader, call }: ReturnType<typeof shop>, from: string | null = null) {
  const ids: string[] = [];
  const unreadable: string[] = [];
  let page = from;
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const read = await variantPage(reader, page, call);
    if (!read.ok) return { ids, unreadable, total: null, end: sentenceOf(read.failure) };
    ids.push(...read.value.items.map(({ id }) => id));
    unreadable.push(...read.value.unreadable.map(({ id }) => id));
    page = read.value.nextPage;
    if (page === null) return { ids, unreadable, total: read.value.totalItems, end: "done" };
  }
  return { ids, unreadable, total: null, end: "endless" };
}

const counted = (count: number) => ({ productVariantsCount: { count, precision: "EXACT" } });
const LOCATIONS = { locationsCount: { count: 2 } };

/** Pages of all variants with these ids, by cursor and by `id:>`. */
function listing(ids: readonly number[], perPage: number) {
  return ({ variables }: ScriptedRequest) => {
    const from = Number(/^id:>(\d+)$/.exec(String(variables["query"]))?.[1] ?? 0);
    const after = Number(variables["after"] ?? 0);
    const rest = ids.filter((id) => id > Math.max(from, after));
    const nodes = rest.slice(0, perPage).map((id) => variantNode(id));
    return {
      productVariants: {
        nodes,
        pageInfo: { hasNextPage: rest.length > perPage, endCursor: String(rest[perPage - 1] ?? "") },
      },
    };
  };
}

describe("a small catalog", () => {
  test("is read page by page with its count", async () => {
    const list = listing([1, 2, 3, 4, 5], 2);
    const scripted = shop((asked) =>
      asked.name === "VariantCount" ? counted(5) : asked.name === "LocationCount" ? LOCATIONS : list(asked),
    );
    const result = await sweep(scripted);
    assert.deepEqual(result, { ids: ["1", "2", "3", "4", "5"], unreadable: [], total: 5, end: "done" });
    assert.deepEqual(scripted.names(), ["VariantCount", "LocationCount", "VariantPage", "VariantPage", "VariantPage"]);
  });

  test("goes on from a page's token in another process", async () => {
    const list = listing([1, 2, 3, 4, 5], 2);
    const script: ShopScript = (asked) =>
      asked.name === "VariantCount" ? counted(5) : asked.name === "LocationCount" ? LOCATIONS : list(asked);
    const { reader, call } = shop(script);
    const first = await variantPage(reader, null, call);
    assert.ok(first.ok);
    assert.deepEqual((await sweep(shop(script), first.value.nextPage)).ids, ["3", "4", "5"]);
  });

  test("begins a new listing behind the last id before the shop refuses to page on", async () => {
    const list = listing([7, 8, 9], 1);
    const scripted = shop((asked) => (asked.name === "LocationCount" ? LOCATIONS : list(asked)));
    const token = JSON.stringify({ kind: "list", fromId: null, listed: 19_999, after: null, total: null });
    assert.deepEqual((await sweep(scripted, token)).ids, ["7", "8", "9"]);
    const queries = scripted.requests
      .filter(({ name }) => name === "VariantPage")
      .map(({ variables }) => [variables["query"], variables["after"]]);
    assert.deepEqual(queries, [
      [null, null],
      ["id:>7", null],
      ["id:>7", "8"],
    ]);
  });

  test("a variant that cannot be understood holds nothing else back", async () => {
    const broken = variantNode(2);
    const level = { ...levelNode(1_002, { location: 1, available: 1 }), quantities: [] };
    const item = broken["inventoryItem"] as Record<string, unknown>;
    const nodes = [
      variantNode(1),
      { ...broken, inventoryItem: { ...item, inventoryLevels: { nodes: [level], pageInfo: { hasNextPage: false } } } },
    ];
    const scripted = shop(({ name }) =>
      name === "VariantCount"
        ? counted(2)
        : name === "LocationCount"
          ? LOCATIONS
          : { productVariants: { nodes, pageInfo: { hasNextPage: false, endCursor: null } } },
    );
    const result = await sweep(scripted);
    assert.deepEqual([result.ids, result.unreadable], [["1"], ["2"]]);
  });
});

/** The lines of variants with two levels each; names have characters of several bytes. */
function fileOf(ids: readonly number[]): string {
  return ids
    .flatMap((id) => {
      const { inventoryItem, ...own } = variantNode(id, { title: `Größe ${id} – 京` });
      const { id: itemId, tracked } = inventoryItem as { id: string; tracked: boolean };
      const parent = { __parentId: own["id"] };
      return [
        { ...own, inventoryItem: { id: itemId, tracked } },
        { ...levelNode(id + 1_000, { location: 1, available: id }), ...parent },
        { ...levelNode(id + 1_000, { location: 2, available: 0 }), ...parent },
      ].map((line) => `${JSON.stringify(line)}\n`);
    })
    .join("");
}

/** As a server that knows of parts answers. */
function servePart({ http }: ScriptedRequest, file: string): WholeResponse {
  const bytes = Buffer.from(file);
  const [, from = "0", to = "0"] = /^bytes=(\d+)-(\d+)$/.exec(http.headers["range"] ?? "") ?? [];
  const end = Math.min(Number(to) + 1, bytes.length);
  const headers = { "content-range": `bytes ${from}-${end - 1}/${bytes.length}` };
  return new WholeResponse(206, bytes.toString("utf8", Number(from), end), headers);
}

const range = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const state = (change: Record<string, unknown>) => ({
  bulkOperation: {
    id: "gid://shopify/BulkOperation/9",
    status: "COMPLETED",
    errorCode: null,
    createdAt: new Date(START_MS).toISOString(),
    rootObjectCount: "0",
    url: FILE_URL,
    ...change,
  },
});
const started = {
  bulkOperationRunQuery: { bulkOperation: { id: "gid://shopify/BulkOperation/9", status: "CREATED" }, userErrors: [] },
};
const notStarted = (code: string) => ({
  bulkOperationRunQuery: { bulkOperation: null, userErrors: [{ field: null, message: "no", code }] },
});

/** A large catalog whose bulk operation goes as `change` says. */
function large(ids: readonly number[], change: Partial<Record<string, ShopScript>> = {}): ShopScript {
  const list = listing(ids, 3);
  const file = fileOf(ids);
  const script: Record<string, ShopScript> = {
    VariantCount: () => counted(1_001),
    LocationCount: () => LOCATIONS,
    RunBulk: () => started,
    BulkById: () => state({ rootObjectCount: String(ids.length) }),
    VariantPage: (asked) => list(asked),
    file: (asked) => servePart(asked, file),
    ...change,
  };
  return (asked, place) => script[asked.name]?.(asked, place) ?? assert.fail(asked.name);
}

describe("a large catalog", () => {
  test("is a bulk operation: waited for, then read from its file", async () => {
    let looks = 0;
    const scripted = shop(
      large([1, 2, 3], {
        BulkById: () => (looks++ < 3 ? state({ status: "RUNNING", url: null }) : state({ rootObjectCount: "3" })),
      }),
    );
    const before = scripted.clock.nowMs();
    assert.deepEqual(await sweep(scripted), { ids: ["1", "2", "3"], unreadable: [], total: 3, end: "done" });
    assert.equal(scripted.clock.nowMs() - before, 9_000);
    assert.match(String(scripted.requests[1]?.variables["query"]), /^query CatalogBulk \{\nproductVariants/);
  });

  test("is looked at ever less often the longer its operation runs", async () => {
    let looks = 0;
    const endsMs = START_MS + 3_600_000;
    const scripted = shop(
      large([1, 2, 3], {
        BulkById: () => {
          looks += 1;
          const isDone = scripted.clock.nowMs() >= endsMs;
          const createdAt = new Date(START_MS).toISOString();
          return isDone ? state({ rootObjectCount: "3" }) : state({ status: "RUNNING", createdAt, url: null });
        },
      }),
    );
    assert.equal((await sweep(scripted)).end, "done");
    assert.ok(looks < 100, `${looks} looks in an hour`);
    assert.ok(scripted.clock.nowMs() - endsMs <= 60_000, "and its end is seen within a minute");
  });

  test("is read in parts by bytes, each variant with its levels, whatever a part cuts through", async () => {
    const ids = range(6_000);
    const scripted = shop(large(ids));
    const result = await sweep(scripted);
    assert.equal(result.end, "done");
    assert.deepEqual(result.ids, ids.map(String));
    const parts = scripted.requests.filter(({ name }) => name === "file");
    assert.ok(parts.length >= 3, `${parts.length} parts`);
    for (const { http } of parts) assert.equal(http.headers["authorization"], undefined);
    assert.ok(scripted.exchanges.some(({ call }) => call === "GET the file of a bulk operation"));
    assert.doesNotMatch(JSON.stringify(scripted.exchanges), /not-to-be-kept/);
  });

  test("from a server that sends the whole file it is fetched once", async () => {
    const ids = range(6_000);
    const file = fileOf(ids);
    const scripted = shop(large(ids, { file: () => new WholeResponse(200, file) }));
    assert.deepEqual((await sweep(scripted)).ids.length, 6_000);
    assert.equal(scripted.requests.filter(({ name }) => name === "file").length, 1);
  });

  test("that turned out empty has no file", async () => {
    assert.equal((await sweep(shop(large([], { BulkById: () => state({ url: null }) })))).end, "done");
  });

  test("while another bulk operation is in the way it waits, then reads pages", async () => {
    let tries = 0;
    const waits = shop(large([1], { RunBulk: () => (tries++ < 2 ? notStarted("OPERATION_IN_PROGRESS") : started) }));
    assert.deepEqual((await sweep(waits)).ids, ["1"]);
    assert.ok(!waits.names().includes("VariantPage"));
    const never = shop(large([1, 2, 3, 4], { RunBulk: () => notStarted("LIMIT_REACHED") }));
    const { reader, call, clock } = never;
    let page: string | null = null;
    const beganMs = clock.nowMs();
    do {
      const read = await variantPage(reader, page, call);
      assert.ok(read.ok);
      page = read.value.nextPage;
    } while (!never.names().includes("VariantPage"));
    assert.ok(clock.nowMs() - beganMs >= 10 * 60_000);
  });

  for (const [what, change] of [
    ["refused", { RunBulk: () => notStarted("INVALID") }],
    ["failed", { BulkById: () => state({ status: "FAILED", errorCode: "TIMEOUT", url: null }) }],
    ["cancelled", { BulkById: () => state({ status: "CANCELED", url: null }) }],
    ["unknown to the shop", { BulkById: () => ({ bulkOperation: null }) }],
    [
      "running for hours",
      { BulkById: () => state({ status: "RUNNING", createdAt: "2026-11-21T05:00:00Z", url: null }) },
    ],
  ] as const) {
    test(`whose bulk operation is ${what} is read page by page`, async () => {
      const scripted = shop(large([1, 2, 3, 4], change));
      assert.deepEqual((await sweep(scripted)).ids, ["1", "2", "3", "4"]);
    });
  }

  test("whose bulk operation is lost after a part was read fails by name", async () => {
    const token = JSON.stringify({ kind: "bulk", id: "9", offset: 500, variants: 2 });
    const { end } = await sweep(shop(large([1], { BulkById: () => state({ status: "EXPIRED", url: null }) })), token);
    assert.match(end, /the bulk reading of the catalog: .* \(EXPIRED\)/);
  });

  for (const [what, response, expected] of [
    ["is gone", new WholeResponse(404, "gone"), /cannot be fetched; .* \(404\)/],
    [
      "cannot be reached",
      new TransportError("not-sent", "connection refused"),
      /cannot be reached .*connection refused/,
    ],
    [
      "comes as another part",
      new WholeResponse(206, "", { "content-range": "bytes 5-9/10" }),
      /came as another part than the one from byte 0/,
    ],
  ] as const) {
    test(`whose file ${what} fails by name`, async () => {
      assert.match((await sweep(shop(large([1], { file: () => response })))).end, expected);
    });
  }

  test("whose file lies at no https address is not fetched", async () => {
    const scripted = shop(large([1], { BulkById: () => state({ url: "http://files.example.test/x" }) }));
    assert.match((await sweep(scripted)).end, /lies at no https address/);
    assert.ok(!scripted.names().includes("file"));
  });

  test("whose file has fewer variants than the shop counted is not taken as whole", async () => {
    const { end } = await sweep(shop(large([1, 2], { BulkById: () => state({ rootObjectCount: "3" }) })));
    assert.match(end, /has 2 variants where the shop counted 3/);
  });

  test("a right that is missing is a failure, not a reason for pages", async () => {
    const scripted = shop(large([1], { RunBulk: () => errorResponse("ACCESS_DENIED") }));
    assert.notEqual((await sweep(scripted)).end, "done");
    assert.ok(!scripted.names().includes("VariantPage"));
  });
});

describe("lines", () => {
  const lines = fileOf([1]).trimEnd().split("\n");
  const sentence = (text: string, isEnd = true) => {
    const read = variantsOfPart("shop-us", { text, isEnd }, 0);
    return read.ok ? "understood" : sentenceOf(read.failure);
  };
  const taken = (text: string) => {
    const read = variantsOfPart("shop-us", { text, isEnd: true }, 0);
    return read.ok ? read.value : assert.fail(sentenceOf(read.failure));
  };

  test("a torn last line is told", () => {
    const file = fileOf([1, 2]);
    for (const cut of [2, 40, 200]) assert.match(sentence(file.slice(0, -cut)), /has a torn line at byte \d+/);
  });

  test("the last line may end without a line break; blank lines are none", () => {
    const read = taken(lines.join("\n\n"));
    assert.deepEqual(
      read.items[0]?.levels.map(({ quantity }) => quantity),
      [1, 0],
    );
  });

  test("levels may name the item as their parent, and nothing else", () => {
    const toItem = fileOf([1]).replaceAll(
      '"__parentId":"gid://shopify/ProductVariant/1"',
      '"__parentId":"gid://shopify/InventoryItem/1001"',
    );
    const read = taken(toItem);
    assert.equal(read.items[0]?.levels.length, 2);
    const toOther = fileOf([1]).replaceAll(
      '"__parentId":"gid://shopify/ProductVariant/1"',
      '"__parentId":"gid://shopify/ProductVariant/2"',
    );
    assert.match(sentence(toOther), /a level that does not stand behind its variant/);
    assert.match(sentence(`${lines[1]}\n`), /a level that does not stand behind its variant at byte 0/);
  });

  test("what is neither variant nor level is told", () => {
    assert.match(sentence('{"id":"gid://shopify/Product/1"}\n'), /neither a variant nor a level/);
  });

  test("a variant with a field of another shape is unreadable by its id", () => {
    const read = taken(fileOf([1, 2]).replace('"tracked":true', '"tracked":"yes"'));
    assert.deepEqual([read.items.map(({ id }) => id), read.unreadable.map(({ id }) => id)], [["2"], ["1"]]);
    assert.match(
      read.unreadable[0] ? sentenceOf(read.unreadable[0].failure) : "",
      /inventoryItem\.tracked is not understood/,
    );
  });

  test("a part without a whole variant does not go round in circles", () => {
    assert.match(sentence(`${lines[0]}\n`, false), /holds no whole variant/);
  });
});
