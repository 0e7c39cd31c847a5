/** The contract about the connection itself: what a check says, and how wrong credentials and a dead address are told. */
import assert from "node:assert/strict";
import { sentenceOf } from "../../src/core/failures.ts";
import { freeCall, failureOf, valueOf } from "./outcomes.ts";
import type { ContractCase } from "./shop-contract.ts";

export const CONNECTION_CASES: readonly ContractCase[] = [
  {
    name: "check finds the rights that the hub needs, and no error",
    run: async ({ shop, call, wellSubjects }) => {
      const lines = await shop.check(call);
      assert.deepEqual(
        lines.filter(({ status }) => status === "error"),
        [],
      );
      for (const subject of wellSubjects)
        assert.equal(lines.find((line) => line.subject === subject)?.status, "ok", subject);
      for (const line of lines) {
        assert.equal(line.connection, shop.connection);
        assert.ok(line.sentence !== "" && (line.status === "ok") === (line.fix === ""), line.subject);
      }
    },
  },
  {
    name: "tax rates, payment methods and locations are told by the ids that orders and levels carry",
    run: async ({ shop, call, stockLocation, otherLocation }) => {
      const { taxRates, paymentMethods, locations } = valueOf(await shop.readMappables(call));
      for (const id of shop.abilities.locations ? [stockLocation, otherLocation] : [])
        assert.ok(
          locations.some((location) => location.id === id),
          `location ${id ?? ""}`,
        );
      for (const all of [taxRates, paymentMethods, locations]) {
        assert.ok(all.every(({ id }) => id !== ""));
        assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
      }
    },
  },
  {
    name: "a wrong secret is told as such, names the connection and pauses it",
    run: async ({ withSecret, call }) => {
      const shop = withSecret("cs_wrong_secret");
      const failure = failureOf((await shop.readOrders(["1"], call)).get("1"), "AUTH_FAILED");
      assert.equal(failure.connection, shop.connection);
      const lines = await shop.check(call);
      assert.ok(lines.some(({ status, fix }) => status === "error" && fix !== ""));
    },
  },
  {
    name: "a dead address is told as such, on reads and on writes, and secrets are in no sentence and no record",
    run: async ({ unreachable, stockLocation, secrets }) => {
      const recorded: unknown[] = [];
      const call = freeCall(recorded);
      const shop = unreachable();
      failureOf((await shop.readOrders(["1"], call)).get("1"), "CONNECTION_DOWN");
      const wish = {
        id: "1",
        parentId: null,
        sku: "A",
        itemId: "1",
        locationId: stockLocation,
        before: 0,
        version: "",
      };
      const [write] = await shop.writeStock([{ ...wish, quantity: 1 }], call);
      const failure = failureOf(write, "CONNECTION_DOWN");
      assert.doesNotMatch(`${sentenceOf(failure)} ${JSON.stringify(recorded)}`, secrets);
      assert.ok((await shop.check(call)).some(({ status }) => status === "error"));
    },
  },
];
