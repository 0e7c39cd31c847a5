/**
 * Everything that can be wrong about an Odoo or a request has its own failure code, a sentence without a traceback or a key,
 * and a write whose answer got lost is found done, once. Against real servers.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { sentenceOf, type FailureCode } from "../../src/core/failures.ts";
import { TransportError, type Transport } from "../../src/core/ports/transport.ts";
import type { Result } from "../../src/core/result.ts";
import { carryOut, observeOne, STEPS, walk } from "./odoo-path.ts";
import { anotherConnector, callContext, createWorld, good, liveOrder, MAJORS, transport } from "./odoo-world.ts";
import type { Exchange } from "../../src/core/ports/call.ts";

function expectFailure(result: Result<unknown> | undefined, code: FailureCode, about = /./): void {
  assert.ok(result !== undefined && !result.ok, `expected ${code}`);
  assert.equal(result.failure.code, code, JSON.stringify(result.failure));
  const sentence = sentenceOf(result.failure);
  assert.match(sentence, about);
  assert.doesNotMatch(sentence, /Traceback|File "|\(no \w+\)/);
}

/** Sends the request on, and loses the answer of those that match: the server has done them. */
function losing(matches: (body: string, url: string) => boolean): { transport: Transport; lost: () => number } {
  let lost = 0;
  const through: Transport = async (request) => {
    const response = await transport(request);
    if (!matches(request.body ?? "", request.url)) return response;
    lost += 1;
    throw new TransportError("unknown", "timed out after 1 s");
  };
  return { transport: through, lost: () => lost };
}

for (const major of MAJORS) {
  describe(`failures of Odoo ${major}`, async () => {
    const world = await createWorld(major);
    const { erp, call, session } = world;
    const calling = (method: string) => (body: string, url: string) =>
      major === 19 ? url.endsWith(`/${method}`) : body.includes(`"${method}"`);

    test("wrong address: nothing listens, another web server, another path", async () => {
      expectFailure(
        await anotherConnector(world, { url: "http://127.0.0.1:9" }).readCapabilities(call),
        "CONNECTION_DOWN",
        /refused/,
      );
      expectFailure(
        await anotherConnector(world, { url: `${world.address.url}/web/login/nothing` }).readCapabilities(call),
        "CONNECTION_BROKEN_ANSWER",
        /status [45]\d\d/,
      );
    });

    test("wrong key, wrong database", async () => {
      expectFailure(await anotherConnector(world, { apiKey: "not-the-key" }).readCapabilities(call), "AUTH_FAILED");
      expectFailure(
        await anotherConnector(world, { database: "no-such-database" }).readCapabilities(call),
        "DATABASE_NOT_FOUND",
        /no-such-database/,
      );
    });

    test("missing field, model, method and record; a private method", async () => {
      expectFailure(
        await session.searchRead("sale.order", [], ["no_such_field"], call),
        "ODOO_FIELD_MISSING",
        /no_such_field.*sale\.order/,
      );
      expectFailure(
        await session.searchRead("sale.order", [["no_such_field", "=", 1]], ["name"], call),
        "ODOO_FIELD_MISSING",
        /no_such_field/,
      );
      expectFailure(
        await session.load("sale.order", ["id", "no_such_field"], [["stockbridge.live_none", "x"]], call),
        "ODOO_FIELD_MISSING",
        /no_such_field/,
      );
      expectFailure(
        await session.searchRead("no.such.model", [], ["name"], call),
        "ODOO_MODULE_MISSING",
        /no\.such\.model/,
      );
      expectFailure(
        await session.read("sale.order", "no_such_method", { ids: [] }, call),
        "ODOO_FIELD_MISSING",
        /no_such_method/,
      );
      expectFailure(
        await session.write("sale.order", "write", { ids: [99_999_999], args: { vals: { note: "x" } } }, call),
        "ODOO_RECORD_NOT_FOUND",
        /sale\.order with id 99999999/,
      );
      expectFailure(
        await session.read("sale.order", "_create_invoices", { ids: [1] }, call),
        "ACCESS_DENIED",
        /[Pp]rivate/,
      );
    });

    test("invalid value, refused, duplicate", async () => {
      const order = liveOrder(world, { number: 1 });
      const [draft] = await walk(erp, [order], call, ["partners", "order"]);
      const ids = [draft!.order!.id];
      expectFailure(
        await session.write("sale.order", "write", { ids, args: { vals: { date_order: "rubbish" } } }, call),
        "ODOO_INVALID_VALUE",
        /rubbish/,
      );
      const loaded = good(
        await session.load("sale.order", ["id", "date_order"], [[order.document.externalId, "rubbish"]], call),
      );
      assert.equal(loaded.kind === "refused" && loaded.byRecord.get(0)?.code, "ODOO_INVALID_VALUE");
      await carryOut(erp, [{ kind: "order.confirm", orderId: ids[0]!, placedAt: order.document.placedAt }], call);
      expectFailure(await session.write("sale.order", "unlink", { ids }, call), "ODOO_REJECTED", /delete/);
      const login = `live-twice-${world.run}`;
      await world.rpc("res.users", "create", { args: { vals_list: [{ name: login, login }] } });
      expectFailure(
        await session.write("res.users", "create", { args: { vals_list: [{ name: login, login }] } }, call),
        "ODOO_DUPLICATE",
        /same login/,
      );
    });

    test("a time-out before the answer: unknown for a write, down for a read; then it is found, once", async () => {
      const order = liveOrder(world, { number: 2 });
      await walk(erp, [order], call, ["partners"]);
      const net = losing(calling("load"));
      const deaf = anotherConnector(world, { transport: net.transport });
      await observeOne(deaf, order, call);
      const [unknown] = await deaf.apply([{ kind: "order.create", document: order.document }], call);
      expectFailure(unknown, "OUTCOME_UNKNOWN", /sale\.order load/);
      assert.equal(net.lost(), 1);
      const found = await observeOne(erp, order, call);
      assert.ok(found.order);
      assert.equal(
        await world.rpc("sale.order", "search_count", {
          args: { domain: [["client_order_ref", "=", order.document.reference]] },
        }),
        1,
      );
      const reading = anotherConnector(world, { transport: losing(calling("search_read")).transport });
      expectFailure(await reading.findProducts({ skus: ["X"], barcodes: [] }, call), "CONNECTION_DOWN", /timed out/);
    });

    test("every answer of the way to paid is lost once: one of each document in the end", async () => {
      const order = liveOrder(world, { number: 3 });
      const losses = {
        partners: "load",
        order: "load",
        confirm: "action_confirm",
        invoice: "create_invoices",
        post: "action_post",
        pay: "load",
      };
      for (const [name, method] of Object.entries(losses)) {
        const net = losing(calling(method));
        const deaf = anotherConnector(world, { transport: net.transport });
        const action = STEPS[name]!(order, await observeOne(deaf, order, call));
        assert.ok(action, name);
        const [outcome] = await deaf.apply([action], call);
        expectFailure(outcome, "OUTCOME_UNKNOWN");
        for (const again of [name, "adjust"]) {
          const left = STEPS[again]!(order, await observeOne(erp, order, call));
          if (left !== null) await carryOut(erp, [left], call);
        }
      }
      const found = await observeOne(erp, order, call);
      assert.deepEqual(
        [found.invoices.length, found.payments.length, found.invoices[0]?.paymentState, found.invoices[0]?.total],
        [1, 1, "paid", order.document.total],
      );
      assert.equal(
        await world.rpc("sale.order", "search_count", {
          args: { domain: [["client_order_ref", "=", order.document.reference]] },
        }),
        1,
      );
    });

    test("no exchange that is recorded holds the key", async () => {
      const exchanges: Exchange[] = [];
      good(await anotherConnector(world).readCapabilities(callContext(exchanges)));
      assert.ok(exchanges.length > 10);
      assert.ok(!JSON.stringify(exchanges).includes(world.address.apiKey));
    });
  });
}
