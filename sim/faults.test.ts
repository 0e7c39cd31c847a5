import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { TransportError, type HttpResponse } from "../src/core/ports/transport.ts";
import { describe as describeRequest, FAULTS, faultyTransport, type Fault, type Outage } from "./faults.ts";
import { createRandom } from "./random.ts";
import { createVirtualTime } from "./virtual-clock.ts";

const REQUEST = {
  method: "POST",
  url: "https://shop.example.test/wp-json/x",
  headers: {},
  body: "{}",
  timeoutMs: 30_000,
} as const;

interface Outcome {
  readonly status: number | null;
  readonly error: TransportError | null;
  /** When the server acted, and when the caller knew. */
  readonly actedMs: number | null;
  readonly endedMs: number;
  readonly response: HttpResponse | null;
}

async function send(fault: Fault | null, outages: readonly Outage[] = []): Promise<Outcome> {
  const time = createVirtualTime({ startMs: 0, random: createRandom(1) });
  let actedMs: number | null = null;
  const transport = faultyTransport({
    time,
    random: createRandom(2),
    server: () => {
      actedMs = time.nowMs();
      return Promise.resolve({ status: 200, headers: {}, body: "{}" });
    },
    faults: { rates: fault === null ? {} : { [fault]: 1 }, outages, untilMs: 1_000 },
    trace: () => {},
  });
  let end: Omit<Outcome, "actedMs"> | null = null;
  void transport(REQUEST).then(
    (response) => (end = { status: response.status, error: null, response, endedMs: time.nowMs() }),
    (error: unknown) => {
      assert.ok(error instanceof TransportError);
      end = { status: null, error, response: null, endedMs: time.nowMs() };
    },
  );
  await time.run({ untilMs: Number.POSITIVE_INFINITY });
  assert.ok(end !== null);
  return { ...(end as Omit<Outcome, "actedMs">), actedMs };
}

describe("network faults", () => {
  test("without one, the server acts once and its answer comes", async () => {
    const { status, actedMs, endedMs } = await send(null);
    assert.equal(status, 200);
    assert.ok(actedMs !== null && actedMs <= endedMs && endedMs < 1_000);
  });

  const acts: Readonly<Record<Fault, boolean>> = {
    "timeout-before": false,
    "timeout-after": true,
    "timeout-late": true,
    "reset-before": false,
    "reset-after": true,
    "error-before": false,
    "error-after": true,
    html: false,
    throttled: false,
    slow: true,
  };
  for (const fault of FAULTS) {
    test(`${fault}: the server ${acts[fault] ? "acts" : "does not act"}`, async () => {
      const { status, error, actedMs, endedMs } = await send(fault);
      assert.equal(actedMs !== null, acts[fault]);
      if (fault.startsWith("timeout") || fault.startsWith("reset")) assert.equal(error?.fault, "unknown");
      if (fault.startsWith("timeout")) assert.ok(endedMs >= REQUEST.timeoutMs);
      if (fault === "timeout-late") assert.ok(actedMs !== null && actedMs > endedMs);
      if (fault.startsWith("error")) assert.ok(status !== null && status >= 500);
    });
  }

  test("throttling tells when to come back", async () => {
    const { response } = await send("throttled");
    assert.equal(response?.status, 429);
    assert.match(response?.headers["retry-after"] ?? "", /^\d+$/);
  });

  test("an outage refuses, shows a page or hangs, and lets nothing through", async () => {
    const outageOf = (kind: Outage["kind"]): readonly Outage[] => [{ fromMs: 0, toMs: 100, kind }];
    const refused = await send(null, outageOf("refused"));
    assert.equal(refused.error?.fault, "not-sent");
    const maintenance = await send(null, outageOf("maintenance"));
    assert.equal(maintenance.status, 503);
    const hangs = await send(null, outageOf("hangs"));
    assert.equal(hangs.error?.fault, "unknown");
    for (const { actedMs } of [refused, maintenance, hangs]) assert.equal(actedMs, null);
  });

  test("traces name the call, not only its address", () => {
    const named = (path: string, body: unknown) =>
      describeRequest({
        ...REQUEST,
        method: "POST",
        url: `https://shop.example.test${path}`,
        body: JSON.stringify(body),
      });
    const query = "query OrdersPage($first: Int!) { orders(first: $first) { nodes { id } } }";
    assert.equal(named("/admin/api/2026-07/graphql.json", { query }), "query OrdersPage");
    assert.equal(
      named("/admin/api/2026-07/graphql.json", { query: "{ shop { id } }" }),
      "POST /admin/api/2026-07/graphql.json",
    );
    assert.equal(named("/wp-json/wc/v3/orders", { query }), "POST /wp-json/wc/v3/orders");
  });
});
