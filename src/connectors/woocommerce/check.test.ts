/** What a check says about shops that are not as they should be: each line with what to do. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { CheckLine } from "../../core/ports/check.ts";
import type { HttpRequest, HttpResponse } from "../../core/ports/transport.ts";
import { createWooCommerceConnector } from "./connector.ts";
import { WEBHOOK_TOPICS } from "./webhooks.ts";

const settings = JSON.parse(
  readFileSync(new URL("../../../test/fixtures/woocommerce/settings.json", import.meta.url), "utf8"),
) as Record<string, Record<string, unknown>>;

type Answers = Readonly<Record<string, unknown>>;

const webhooks = (status: string, copies = 1) =>
  WEBHOOK_TOPICS.flatMap((topic, index) =>
    Array.from({ length: copies }, (_, copy) => ({
      id: index * copies + copy + 1,
      name: `Stockbridge ${topic}`,
      topic,
      status,
      delivery_url: "https://hub.example.test/in",
    })),
  );

const HEALTHY: Answers = {
  "GET /orders": [],
  "GET /products": [],
  "POST /orders/batch": [],
  "POST /products/batch": [],
  "GET /system_status": {
    ...settings["system status"],
    environment: { ...(settings["system status"]?.["environment"] as object), wp_cron: true },
  },
  "GET /settings/tax": settings["tax"],
  "GET /webhooks": webhooks("active"),
};

async function check(answers: Answers, url = "https://shop.example.test"): Promise<readonly CheckLine[]> {
  const transport = async (request: HttpRequest): Promise<HttpResponse> => {
    const path = new URL(request.url).pathname.replace("/wp-json/wc/v3", "");
    const found = answers[`${request.method} ${path}`];
    const isResponse = typeof found === "object" && found !== null && "httpStatus" in found;
    if (isResponse)
      return { status: Number(found.httpStatus), headers: {}, body: "body" in found ? String(found.body) : "" };
    return { status: 200, headers: {}, body: JSON.stringify(found) };
  };
  const options = {
    connection: "shop-eu",
    key: "k",
    secret: "s",
    webhookSecret: "w",
    allowHttp: true,
    environment: "staging",
  };
  const shop = createWooCommerceConnector({
    ...options,
    url,
    transport,
    clock: { nowMs: () => 0, sleep: async () => {} },
  });
  return shop.check({ deadlineMs: () => Number.POSITIVE_INFINITY, beforeWrite: async () => {}, record: () => {} });
}

const line = (lines: readonly CheckLine[], subject: string): CheckLine => {
  const found = lines.find((one) => one.subject === subject);
  assert.ok(found, `no line ${subject}`);
  return found;
};

test("a healthy shop has no other lines than good ones", async () => {
  const lines = await check(HEALTHY);
  assert.deepEqual(
    lines.filter(({ status }) => status !== "ok"),
    [],
  );
  assert.match(line(lines, "version").sentence, /WooCommerce 11\.0\.1 on WordPress 7\.1\.4/);
  assert.match(line(lines, "currency").sentence, /EUR with 2 decimals/);
  assert.match(line(lines, "tax settings").sentence, /without tax; tax is rounded on each line/);
  assert.equal(lines.filter(({ subject }) => subject.startsWith("webhook ")).length, WEBHOOK_TOPICS.length);
});

test("plain http, an old version, a switched-off scheduler, tax rounded at the subtotal", async () => {
  const status = {
    environment: { home_url: "https://shop.example.test", version: "8.2.1", wp_version: "6.2", wp_cron: false },
    settings: { currency: "EUR", number_of_decimals: 2 },
  };
  const tax = [
    { id: "woocommerce_prices_include_tax", value: "yes" },
    { id: "woocommerce_tax_round_at_subtotal", value: "yes" },
  ];
  const lines = await check(
    { ...HEALTHY, "GET /system_status": status, "GET /settings/tax": tax },
    "http://shop.example.test",
  );
  for (const subject of ["https", "version", "WP-Cron", "tax settings", "address"]) {
    assert.equal(line(lines, subject).status, "warning", subject);
    assert.notEqual(line(lines, subject).fix, "");
  }
});

test("webhooks that are missing, off or doubled", async () => {
  const subject = "webhook order.updated";
  const sentence = async (given: unknown) => {
    const found = line(await check({ ...HEALTHY, "GET /webhooks": given }), subject);
    assert.equal(found.status, "warning");
    return found.sentence;
  };
  assert.match(await sentence([]), /There is no webhook order\.updated/);
  assert.match(await sentence(webhooks("disabled")), /is disabled; the shop switches one off/);
  assert.match(await sentence(webhooks("active", 2)), /exists 2 times/);
});

test("a key that may only read says so, and how to mend it", async () => {
  const denied = {
    httpStatus: 401,
    body: JSON.stringify({
      code: "woocommerce_rest_authentication_error",
      message: "The API key provided does not have write permissions.",
      data: { status: 401 },
    }),
  };
  const found = line(await check({ ...HEALTHY, "POST /orders/batch": denied }), "right to write orders");
  assert.equal(found.status, "error");
  assert.match(found.fix, /Read\/Write/);
});

test("a theme in place of the API points to the permalinks, and nothing else is asked", async () => {
  const page = { httpStatus: 404, body: "<!DOCTYPE html><title>Not found</title>" };
  const lines = await check({ "GET /orders": page, "GET /products": page });
  assert.match(line(lines, "right to read orders").fix, /Permalinks must not be "Plain"/);
  assert.equal(lines.length, 3);
});
