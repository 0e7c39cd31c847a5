// What the commands say and do, on a real store: failures by cause, retry and skip, status, proofs, and every wrong argument.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { CommandError, EXIT } from "../../src/cli/command.ts";
import { failure } from "../../src/core/failures.ts";
import { openHub, park, SKU_NOT_FOUND, type TestHub } from "./hub.ts";

let cli: TestHub;
before(async () => {
  cli = await openHub();
});
after(() => cli.store.close());

async function refused(name: string, args: Record<string, string | boolean>): Promise<[number, string, string]> {
  try {
    await cli.run(name, args);
  } catch (error) {
    assert.ok(error instanceof CommandError, String(error));
    return [error.exitCode, error.message, error.fix];
  }
  throw new assert.AssertionError({ message: `${name} was accepted` });
}

describe("failures", () => {
  test("are listed by cause, each with what to do", async () => {
    assert.deepEqual((await cli.run("failures", { action: "list" })).lines, ["No failures."]);
    await park(cli.store, "1", SKU_NOT_FOUND);
    await park(cli.store, "2", SKU_NOT_FOUND);
    await park(cli.store, "3", failure("ORDER_GONE", { order: "3" }));
    const { code, lines, json } = await cli.run("failures", { action: "list" });
    assert.equal(code, EXIT.ok);
    assert.deepEqual(lines.slice(0, 2), [
      "SKU_NOT_FOUND (data): 2 keys",
      "  Give the Odoo product this internal reference (or correct the SKU in the shop), then retry.",
    ]);
    assert.ok(lines.some((line) => line.includes("order/shop-eu/3") && line.includes("does not exist")));
    const { count, failures } = json as { count: number; failures: { key: string; code: string; class: string }[] };
    assert.equal(count, 3);
    assert.deepEqual(failures.map(({ key }) => key).toSorted(), [
      "order/shop-eu/1",
      "order/shop-eu/2",
      "order/shop-eu/3",
    ]);
  });

  test("of one cause are listed alone", async () => {
    const { json } = await cli.run("failures", { action: "list", code: "ORDER_GONE" });
    assert.equal((json as { count: number }).count, 1);
  });

  test("are retried by key: it is due at once", async () => {
    const { code, lines } = await cli.run("failures", { action: "retry", key: "order/shop-eu/1" });
    assert.deepEqual([code, lines], [0, ["1 key taken up again"]]);
    const [item] = await cli.store.work({ key: { flow: "order", connection: "shop-eu", id: "1" } }, 1);
    assert.deepEqual([item?.attempts, item?.parkedCode], [0, null]);
  });

  test("are retried by cause", async () => {
    const { json } = await cli.run("failures", { action: "retry", code: "SKU_NOT_FOUND", shop: "shop-eu" });
    assert.ok((json as { done: number }).done >= 1);
    const parked = await cli.store.work({ parked: true }, 10);
    assert.deepEqual(
      parked.map(({ key }) => key.id),
      ["3"],
    );
  });

  test("are skipped with a reason, which stays on the key's activity", async () => {
    const { lines } = await cli.run("failures", { action: "skip", key: "order/shop-eu/3", reason: "a test order" });
    assert.deepEqual(lines, ["1 key skipped"]);
    const [latest] = await cli.store.activities({ key: { flow: "order", connection: "shop-eu", id: "3" } }, 1);
    assert.equal(latest?.status, "skipped");
    assert.match(latest.sentence, /a test order/);
  });

  test("that are not on the list are told, and a command that did nothing ends with 1", async () => {
    const { code, lines } = await cli.run("failures", { action: "skip", key: "order/shop-eu/999", reason: "x" });
    assert.deepEqual([code, lines], [1, ["0 keys skipped; not on the list (any more): order/shop-eu/999"]]);
  });

  test("progress is told key by key", async () => {
    await park(cli.store, "5", SKU_NOT_FOUND);
    const { events } = await cli.run("failures", { action: "retry", all: true });
    const last = events.findLast((event) => event.kind === "progress");
    assert.equal(last?.done, last?.total);
  });

  const wrong: [name: string, args: Record<string, string | boolean>, message: string, fix: RegExp][] = [
    ["nothing named", { action: "retry" }, "Nothing was named.", /--all/],
    [
      "a key and all",
      { action: "retry", key: "order/shop-eu/1", all: true },
      "A key and --code or --all exclude each other.",
      /one key/,
    ],
    [
      "no reason",
      { action: "skip", key: "order/shop-eu/1", reason: "  " },
      "A key is skipped only with a reason, which is kept.",
      /--reason/,
    ],
    [
      "an unknown code",
      { action: "retry", code: "SKU_MISSING" },
      'There is no failure code "SKU_MISSING".',
      /docs\/failures\.md/,
    ],
    ["half a key", { action: "retry", key: "order/shop-eu" }, '"order/shop-eu" is not a key.', /order\/shop-eu\/1054/],
    ["an unknown flow", { action: "retry", key: "orders/shop-eu/1" }, 'There is no flow "orders".', /order, stock/],
    ["an unknown shop", { action: "list", shop: "shop-us" }, 'There is no shop "shop-us".', /shop-eu/],
  ];
  for (const [name, args, message, fix] of wrong) {
    test(`${name}: said, and nothing is touched`, async () => {
      const [code, said, todo] = await refused("failures", args);
      assert.deepEqual([code, said], [EXIT.usage, message]);
      assert.match(todo, fix);
    });
  }
});

describe("status", () => {
  test("shows connections, what is out of step, and the last failure with what to do", async () => {
    await park(cli.store, "6", SKU_NOT_FOUND);
    const { code, lines, json } = await cli.run("status", {});
    assert.equal(code, EXIT.ok);
    const text = lines.join("\n");
    assert.match(text, /shop-eu +WooCommerce +running/);
    assert.match(text, /odoo-main +Odoo +running/);
    assert.match(text, /product SKU TSHIRT-M-BLK was not found in Odoo/);
    assert.equal((json as { lastFailure: { key: string } }).lastFailure.key, "order/shop-eu/6");
  });
});

describe("proof", () => {
  const rows = [
    { kind: "total", what: "total", shop: "24.20", odoo: "24.20", equal: true, cause: null },
    { kind: "tax", what: "tax 7", shop: "4.20", odoo: "4.19", equal: false, cause: "tax" },
  ];

  test("shows each row of both sides, and ends with 1 when they differ", async () => {
    await park(cli.store, "7", SKU_NOT_FOUND, { equal: false, body: { rows } });
    const { code, lines, json } = await cli.run("proof", { shop: "shop-eu", order: "7" });
    assert.equal(code, EXIT.finding);
    assert.match(lines[0] ?? "", /Order 7 of shop-eu: DIFFERENT/);
    assert.ok(
      lines.some((line) => /tax 7 +4\.20 +4\.19 +DIFFERENT \(tax\)/.test(line)),
      lines.join("\n"),
    );
    assert.equal((json as { equal: boolean }).equal, false);
  });

  test("of an order that the shop cannot name now is not said to be missing", async () => {
    const [code, sentence, fix] = await refused("proof", { shop: "shop-eu", order: "404" });
    assert.equal(code, EXIT.finding);
    assert.match(
      sentence,
      /^There is no proof of an order with the id 404 of shop-eu, and which .* only the shop can tell: /,
    );
    assert.match(sentence, /shop-eu cannot be reached/);
    assert.match(fix, /work resumes by itself/);
  });
});

describe("explain", () => {
  test("an order by its number while the shop is away: what is known by that id, else that only the shop knows", async () => {
    const { lines } = await cli.run("explain", { what: "order", shop: "shop-eu", id: "4040" });
    assert.equal(lines.length, 2, lines.join("\n"));
    assert.match(lines[0] ?? "", /^The shop could not be asked: shop-eu cannot be reached/);
    assert.match(lines[1] ?? "", /only the shop knows which of them order 4040 has: ask again when it answers/);
    await park(cli.store, "4041", SKU_NOT_FOUND);
    const known = await cli.run("explain", { what: "order", shop: "shop-eu", id: "4041" });
    assert.match(known.lines.join("\n"), /It is parked \(SKU_NOT_FOUND\)/);
  });
});

describe("run", () => {
  test("without a hub that runs works the lane itself; an outage is told and nothing is lost", async () => {
    const stop = new AbortController();
    const running = cli.run("run", { flow: "order", shop: "shop-eu", id: "8" }, stop.signal);
    // A paused connection gives no outcome: the person has seen enough and interrupts.
    while (
      (await cli.store.connectionState("odoo-main")).pausedUntilMs === null &&
      (await cli.store.connectionState("shop-eu")).pausedUntilMs === null
    ) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    stop.abort();
    const code = await running.then(
      (told) => told.code,
      (error: unknown) => (error instanceof CommandError ? error.exitCode : Number.NaN),
    );
    assert.ok(code === EXIT.interrupted || code === EXIT.finding, String(code));
    assert.equal((await cli.store.work({ key: { flow: "order", connection: "shop-eu", id: "8" } }, 1)).length, 1);
  });
});

describe("reconcile and check", () => {
  test("a shop that cannot be reached is told with its cause and ends with 1", async () => {
    const { code, json } = await cli.run("reconcile", {
      what: "orders",
      shop: "shop-eu",
      dryRun: true,
      from: "2026-01-01",
      to: "2026-02-01",
    });
    const { failed } = json as { failed: { code: string; fix: string }[] };
    assert.deepEqual([code, failed[0]?.code], [EXIT.finding, "CONNECTION_DOWN"]);
  });

  test("a sweep of stock over a paused connection is not reported as a comparison of nothing", async () => {
    await cli.store.resume("shop-eu");
    await cli.store.pause(
      "odoo-main",
      failure("CONNECTION_DOWN", { connection: "odoo-main", reason: "connection refused" }),
      Date.now() + 60_000,
    );
    const { code, json } = await cli.run("reconcile", { what: "stock", shop: "shop-eu" });
    const { reports, failed } = json as { reports: unknown[]; failed: { sentence: string }[] };
    assert.deepEqual(
      [code, reports, failed[0]?.sentence],
      [EXIT.finding, [], "odoo-main cannot be reached (connection refused)"],
    );
  });

  const wrong: [args: Record<string, string | boolean>, message: RegExp][] = [
    [{ what: "orders", from: "yesterday" }, /^--from "yesterday" is not a moment\.$/],
    [{ what: "orders", from: "2026-01-01T10:00:00" }, /is not a moment/],
    [{ what: "orders", from: "2026-03-01", to: "2026-02-01" }, /ends .* before it begins/],
    [{ what: "stock", shop: "shop-us" }, /There is no shop "shop-us"/],
  ];
  for (const [args, message] of wrong) {
    test(`${JSON.stringify(args)} is refused`, async () => {
      const [code, said] = await refused("reconcile", args);
      assert.equal(code, EXIT.usage);
      assert.match(said, message);
    });
  }

  test("check goes through every connection, says what to do, and ends with 1", async () => {
    const { code, lines, json } = await cli.run("check", {});
    const { errors, lines: found } = json as { errors: number; lines: { connection: string; fix: string }[] };
    assert.equal(code, EXIT.finding);
    assert.ok(errors >= 3);
    for (const id of ["odoo-main", "odoo-bare", "shop-eu"])
      assert.ok(
        found.some(({ connection }) => connection === id),
        id,
      );
    assert.match(lines.at(-1) ?? "", /^\d+ ok, \d+ warnings?, \d+ errors?$/);
  });

  test("an unknown Odoo cannot be accepted", async () => {
    const [code, said] = await refused("check", { acceptFingerprint: "shop-eu" });
    assert.deepEqual([code, said], [EXIT.usage, 'There is no Odoo connection "shop-eu".']);
  });
});
