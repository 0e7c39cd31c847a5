/**
 * A user with the least rights does everything that the hub does, in a real Odoo 19 and 14; what it lacks is named.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { systemClock } from "../../src/app/system-clock.ts";
import { carryOut, walk } from "./odoo-path.ts";
import { anotherConnector, createWorld, good, liveOrder, MAJORS, transport, type World } from "./odoo-world.ts";
import { assertCase, REFUND_CASES } from "./refund-cases.ts";
import { openStage, runOrders } from "./refund-stage.ts";

/** docs/odoo-rights.md names these groups by their labels. */
const GROUPS = [
  "base.group_user",
  "sales_team.group_sale_salesman_all_leads",
  "stock.group_stock_user",
  "account.group_account_invoice",
  "base.group_partner_manager",
];

async function userWith(
  world: World,
  name: string,
  groups: readonly string[],
): Promise<{ user: string; apiKey: string }> {
  const ids: number[] = [];
  for (const group of groups) {
    const [module = "", xmlId = ""] = group.split(".");
    const [, id] = (await world.rpc("ir.model.data", "check_object_reference", {
      args: { module, xml_id: xmlId },
    })) as [string, number];
    ids.push(id);
  }
  const user = `live-${name}-${world.run}`;
  const apiKey = `password-of-${user}`;
  const field = world.major === 19 ? "group_ids" : "groups_id";
  const email = `${user}@example.test`;
  await world.rpc("res.users", "create", {
    args: { vals_list: [{ name: user, login: user, email, password: apiKey, [field]: [[6, 0, ids]] }] },
  });
  return world.major === 19 ? { user, apiKey: await keyOf(world, user, apiKey) } : { user, apiKey };
}

/** JSON-2 takes keys only; a user makes its own in a web session with its password, which Odoo asks for once more. */
async function keyOf(world: World, user: string, password: string): Promise<string> {
  const { url, database } = world.address;
  let cookie = "";
  const post = async (path: string, params: unknown): Promise<unknown> => {
    const headers = { "content-type": "application/json", cookie };
    const answer = await fetch(`${url}${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify({ jsonrpc: "2.0", method: "call", params }),
    });
    cookie =
      answer.headers
        .getSetCookie()
        .map((set) => set.split(";")[0])
        .find((pair) => pair?.startsWith("session_id=")) ?? cookie;
    const { result, error } = (await answer.json()) as { result?: unknown; error?: { data: { message: string } } };
    if (error) throw new Error(`${user}: ${error.data.message}`);
    return result;
  };
  const button = (model: string, method: string, args: unknown, context: unknown = {}) =>
    post("/web/dataset/call_kw", { model, method, args, kwargs: { context } });
  await post("/web/session/authenticate", { db: database, login: user, password });
  const [id] = (await button("res.users.apikeys.description", "create", [
    [{ name: "live test", duration: "1" }],
  ])) as number[];
  const asked = (await button("res.users.apikeys.description", "make_key", [[id]])) as { res_id: number };
  const made = (await button("res.users.identitycheck", "run_check", [[asked.res_id]], { password })) as {
    context: { default_key: string };
  };
  return made.context.default_key;
}

for (const major of MAJORS) {
  describe(`the least rights in Odoo ${major}`, async () => {
    const world = await createWorld(major);
    const { call } = world;
    const least = await userWith(world, "least", GROUPS);
    const erp = anotherConnector(world, least);

    test("a refund: credited, the money given back, the goods back on the shelf", async () => {
      const options = { connection: `odoo${major}`, ...world.address, transport, clock: systemClock };
      // 14 reads the value of what was sent when it comes back, and lets only inventory administrators do so.
      const more = major === 14 ? ["stock.group_stock_manager"] : [];
      const user = anotherConnector(world, await userWith(world, "refunds", [...GROUPS, ...more]));
      const stage = { ...(await openStage({ major, run: `${world.run}r`, options, call })), connect: () => user };
      const cases = REFUND_CASES.slice(0, 2);
      const orders = cases.map((given, index) => given.order(stage, index + 1));
      const ended = await runOrders(stage, orders);
      for (const [index, given] of cases.entries())
        await assertCase(stage, given, orders[index]!, ended.get(orders[index]!.id)!);
    });

    test("an order from nothing to paid and delivered", async () => {
      const order = liveOrder(world, { number: 1 });
      const [found] = await walk(erp, [order], call);
      assert.deepEqual([found?.invoices[0]?.paymentState, found?.invoices[0]?.total], ["paid", order.document.total]);
      await carryOut(erp, [{ kind: "delivery.validate", orderId: found!.order!.id, lines: null, tracking: "" }], call);
      const [delivered] = await walk(erp, [order], call, []);
      assert.ok(delivered && delivered.moves.length >= 2);
      assert.deepEqual(new Set(delivered.moves.map((move) => move.state)), new Set(["done"]));
      const again = { ...order, query: { ...order.query, email: "" } };
      const [byExternalId] = await walk(erp, [again], call, []);
      assert.ok(byExternalId?.partners.has(order.document.partnerExternalId), "a customer is found without its e-mail");
    });

    test("stock, products, changes, settings and check", async () => {
      good(await erp.quantities([world.products.shirt], { warehouse: "WH" }, call));
      assert.ok(good(await erp.readWarehouses(call)).some(({ stockLocation }) => stockLocation === "WH/Stock"));
      assert.equal(
        good(await erp.findProducts({ skus: [world.skus.shirt], barcodes: ["none"] }, call)).bySku.get(world.skus.shirt)
          ?.length,
        1,
      );
      const first = good(await erp.stockChanges(null, call));
      good(await erp.stockChanges(first.cursor, call));
      const settings = good(
        await erp.readSettings(
          {
            warehouses: ["WH"],
            journals: ["BNK1"],
            taxes: [`Live 21 ${world.run}`],
            skus: [],
            team: "Sales",
            company: null,
          },
          call,
        ),
      );
      assert.deepEqual(
        [settings.journals.get("BNK1"), settings.taxes.get(`Live 21 ${world.run}`)],
        [world.journalId, world.taxes.high],
      );
      const lines = await erp.check(call);
      assert.deepEqual(
        lines.filter((line) => line.status !== "ok"),
        [],
      );
      assert.ok(lines.length > 25);
    });

    test("automations are an administrator's to make, and the line says so", async () => {
      const connection = `rights-${world.run}`;
      const user = anotherConnector(world, { ...least, connection });
      const [before] = good(await user.ensureAutomations("https://hub.example.test/hooks/secret", call));
      assert.equal(before?.status, major === 19 ? "warning" : "ok");
      assert.match(before.sentence, /polled/);
      if (major !== 19) return;
      const url = "http://127.0.0.1:9/hooks/secret";
      good(await anotherConnector(world, { connection }).ensureAutomations(url, call));
      const [after] = good(await user.ensureAutomations(url, call));
      const domain = [["name", "like", connection]];
      const ids = (await world.rpc("base.automation", "search", { args: { domain } })) as number[];
      await world.rpc("base.automation", "unlink", { ids });
      assert.deepEqual([after?.status, ids.length], ["ok", 1]);
    });

    test("a user who may not sell is told which right is missing", async () => {
      const poor = anotherConnector(
        world,
        await userWith(world, "poor", ["base.group_user", "stock.group_stock_user"]),
      );
      const order = liveOrder(world, { number: 2 });
      const [refused] = await poor.apply([{ kind: "partner.create", partners: order.partners.slice(0, 1) }], call);
      assert.equal(refused?.ok === false && refused.failure.code, "ACCESS_DENIED");
      const lines = await poor.check(call);
      assert.ok(
        lines.some((line) => line.subject === "right to create sale.order" && line.status === "error"),
        JSON.stringify(lines),
      );
    });
  });
}
