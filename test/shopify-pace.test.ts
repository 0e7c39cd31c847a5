/**
 * The Shopify client against a bucket that counts as Shopify's does, in virtual time: many requests at once never ask for more
 * than there is, and lose little time; where another program empties the bucket too, every request still ends.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createShopifyClient } from "../src/connectors/shopify/client.ts";
import { THROTTLED_ANSWERS_MAX } from "../src/connectors/shopify/limits.ts";
import { operation } from "../src/connectors/shopify/operation.ts";
import { cost, json } from "../src/connectors/shopify/testing/scripted-client.ts";
import type { CallContext } from "../src/core/ports/call.ts";
import type { HttpRequest, HttpResponse } from "../src/core/ports/transport.ts";
import type { Result } from "../src/core/result.ts";
import { createRandom, type Random } from "../sim/random.ts";
import { createVirtualTime, type VirtualTime } from "../sim/virtual-clock.ts";

const SEEDS = 40;
const MAXIMUM_POINTS = 2_000;
const RESTORE_PER_SECOND = 100;
const HOUR_MS = 3_600_000;

interface Load {
  readonly first: number;
}
const read = operation<unknown, Load>("query Read($first: Int!) { shop { name } }");
const write = operation<unknown, Load>("mutation Write($first: Int!) { x }");

interface Shop {
  readonly transport: (request: HttpRequest) => Promise<HttpResponse>;
  /** Another program's request. */
  readonly take: (points: number) => void;
  readonly counts: { asked: number; throttled: number; actualPoints: number; leastPoints: number };
}

/** Takes what a request may cost when it comes in, gives back what it did not when it is done, as Shopify does. */
function createShop(time: VirtualTime, random: Random, startPoints: number): Shop {
  let points = startPoints;
  let atMs = time.nowMs();
  const counts = { asked: 0, throttled: 0, actualPoints: 0, leastPoints: startPoints };
  const refilled = (): number => {
    points = Math.min(MAXIMUM_POINTS, points + ((time.nowMs() - atMs) / 1_000) * RESTORE_PER_SECOND);
    atMs = time.nowMs();
    return points;
  };
  const take = (taken: number): void => {
    points = refilled() - taken;
    counts.leastPoints = Math.min(counts.leastPoints, points);
  };
  const pause = (ms: number): Promise<void> => time.perform(ms, "network", async () => {});
  const report = (requested: number, actual: number | null) =>
    cost({
      requested,
      actual,
      available: Math.floor(refilled()),
      maximum: MAXIMUM_POINTS,
      restore: RESTORE_PER_SECOND,
    });
  const transport = async ({ body }: HttpRequest): Promise<HttpResponse> => {
    const { variables } = JSON.parse(body ?? "{}") as { variables: Load };
    const requested = 2 + variables.first;
    const actual = random.int(2, requested);
    counts.asked += 1;
    await pause(random.int(5, 200));
    if (requested > refilled()) {
      counts.throttled += 1;
      const answer = json({
        errors: [{ message: "Throttled", extensions: { code: "THROTTLED" } }],
        extensions: report(requested, null),
      });
      await pause(random.int(5, 200));
      return answer;
    }
    take(requested);
    await pause(random.int(20, 800));
    points = Math.min(MAXIMUM_POINTS, refilled() + requested - actual);
    counts.actualPoints += actual;
    const answer = json({ data: { done: true }, extensions: report(requested, actual) });
    await pause(random.int(5, 200));
    return answer;
  };
  return { transport, take, counts };
}

interface World {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly shop: Shop;
  readonly ask: (load: number, isWrite?: boolean, deadlineMs?: number) => Promise<Result<unknown>>;
}

function createWorld(seed: number, startPoints = MAXIMUM_POINTS): World {
  const random = createRandom(seed);
  const time = createVirtualTime({ startMs: Date.parse("2026-11-21T08:00:00Z"), random: random.fork("time") });
  const shop = createShop(time, random.fork("shop"), startPoints);
  const client = createShopifyClient({
    connection: "shop-eu",
    url: "https://example.myshopify.com",
    credentials: { kind: "token", accessToken: "shpat_test" },
    allowHttp: false,
    environment: "test",
    clock: time.clock,
    transport: shop.transport,
  });
  const ask = async (load: number, isWrite = false, deadlineMs = HOUR_MS): Promise<Result<unknown>> => {
    const latestMs = time.nowMs() + deadlineMs;
    const call: CallContext = { deadlineMs: () => latestMs, beforeWrite: async () => {}, record: () => {} };
    return client.request(isWrite ? write : read, { first: load }, call);
  };
  return { time, random, shop, ask };
}

/** Runs the world until the work has ended. */
async function finish<T>({ time }: World, work: Promise<T>): Promise<T> {
  const state = { isDone: false };
  const done = work.finally(() => {
    state.isDone = true;
  });
  await time.run({ untilMs: time.nowMs() + 24 * HOUR_MS, stop: () => state.isDone });
  assert.ok(state.isDone, "the work never ended");
  return done;
}

const PAGES = [10, 50, 250, 480, 900];

describe("pacing", () => {
  test("once costs are known the bucket never runs dry, however many ask at once", async () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const world = createWorld(seed);
      for (const load of PAGES) for (const isWrite of [false, true]) await finish(world, world.ask(load, isWrite));
      const learned = world.shop.counts.throttled;
      const startMs = world.time.nowMs();
      const before = world.shop.counts.actualPoints;
      const asked = Array.from({ length: 150 }, async () => {
        await world.time.clock.sleep(world.random.int(0, 20_000));
        return world.ask(world.random.pick(PAGES), world.random.chance(0.5));
      });
      const results = await finish(world, Promise.all(asked));
      assert.ok(
        results.every(({ ok }) => ok),
        `seed ${seed}`,
      );
      assert.equal(world.shop.counts.throttled, learned, `seed ${seed}: throttled after costs were known`);
      assert.ok(world.shop.counts.leastPoints >= 0, `seed ${seed}: ${world.shop.counts.leastPoints} points`);
      // The points alone take this long; what is beyond it is answers on their way and what they hold meanwhile.
      const leastMs = ((world.shop.counts.actualPoints - before - MAXIMUM_POINTS) / RESTORE_PER_SECOND) * 1_000;
      const tookMs = world.time.nowMs() - startMs;
      assert.ok(tookMs < leastMs * 1.25 + 25_000, `seed ${seed}: ${tookMs} ms, ${leastMs} ms at best`);
    }
  });

  test("with costs unknown and an empty bucket, requests are throttled, wait as told, and end", async () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const world = createWorld(seed, 0);
      const asked = Array.from({ length: 40 }, () => world.ask(world.random.pick(PAGES), world.random.chance(0.5)));
      const results = await finish(world, Promise.all(asked));
      assert.ok(
        results.every(({ ok }) => ok),
        `seed ${seed}`,
      );
      assert.ok(world.shop.counts.leastPoints >= 0);
      assert.ok(
        world.shop.counts.throttled <= 40 * 2,
        `seed ${seed}: ${world.shop.counts.throttled} throttled answers`,
      );
    }
  });

  test("another program that takes most points: requests end within their deadline, by an answer or the throttle", async () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const world = createWorld(seed);
      const { time, random, shop } = world;
      const greedy = (): void => {
        shop.take(random.int(50, 110));
        if (time.nowMs() < Date.parse("2026-11-21T09:00:00Z")) time.after(1_000, "greedy", greedy);
      };
      greedy();
      const deadlineMs = 60_000;
      const asked = Array.from({ length: 30 }, async () => {
        await time.clock.sleep(random.int(0, 60_000));
        const startMs = time.nowMs();
        const result = await world.ask(random.pick(PAGES), false, deadlineMs);
        assert.ok(time.nowMs() - startMs <= deadlineMs, `seed ${seed}: ${time.nowMs() - startMs} ms`);
        return result;
      });
      const results = await finish(world, Promise.all(asked));
      for (const result of results)
        if (!result.ok) {
          assert.equal(result.failure.code, "CONNECTION_THROTTLED");
          assert.ok((result.failure.retryAfterMs ?? -1) >= 0);
        }
      assert.ok(shop.counts.asked <= 30 * THROTTLED_ANSWERS_MAX);
    }
  });

  test("first come, first served: a large page is not overtaken for ever by small ones", async () => {
    const world = createWorld(7);
    for (const load of [10, 900]) await finish(world, world.ask(load));
    const order: number[] = [];
    const asked = [900, 900, 900, 900, 10, 10, 10].map(async (load) => {
      await world.ask(load);
      order.push(load);
    });
    await finish(world, Promise.all(asked));
    assert.ok(order.indexOf(10) >= 2, `they ended in this order: ${order.join(", ")}`);
  });
});
