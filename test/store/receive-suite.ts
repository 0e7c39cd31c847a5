/** What the store promises about deliveries that come in at the same time, on any store. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { OrderHold } from "../../src/core/ports/shop.ts";
import { GROUP_MAX } from "../../src/store/receive-group.ts";
import { delivery, live, order, SHOP } from "./fixtures.ts";
import type { Stores } from "./opened-stores.ts";

/** More than one group's. */
const BURST = GROUP_MAX + 20;

function hold(orderId: string, quantity: string): OrderHold {
  return { orderId, orderNumber: `#${orderId}`, variantId: "v1", quantity, locationId: null };
}

function quantities(holds: readonly OrderHold[]): string[] {
  return holds.map(({ quantity }) => quantity);
}

export function receiveSuite({ kind, fresh }: Stores): void {
  describe(`deliveries at the same time on ${kind}`, () => {
    test("each has its row, mark and holds when it is acknowledged", async () => {
      const { store } = await fresh();
      const ids = Array.from({ length: BURST }, (_, index) => String(index));
      await Promise.all(
        ids.map(async (id) => {
          const raw = new Uint8Array([0, Number(id), 255]);
          const held = { orderId: id, lines: [hold(id, "1")] };
          assert.equal(await store.receive(delivery(`d${id}`, { raw }), [live(order(id))], held), true);
          const [item] = await store.work({ key: order(id) }, 1);
          assert.equal(item?.gen, 1);
        }),
      );
      const kept = await store.inbox(SHOP, BURST + 1);
      assert.deepEqual(
        new Map(kept.map((entry) => [entry.deliveryId, entry.raw[1]])),
        new Map(ids.map((id) => [`d${id}`, Number(id)])),
      );
      assert.equal((await store.holds(SHOP, ["v1"])).length, BURST);
    });

    test("of equal ones one is taken, and what was taken before changes nothing", async () => {
      const { store } = await fresh();
      await store.receive(delivery("old"), [live(order("9"))], { orderId: "9", lines: [hold("9", "1")] });
      const again = { orderId: "9", lines: [hold("9", "5")] };
      const takes = await Promise.all([
        ...Array.from({ length: 12 }, () => store.receive(delivery("d1"), [live(order("1"))], null)),
        ...Array.from({ length: 12 }, () => store.receive(delivery("old"), [live(order("9"))], again)),
        ...Array.from({ length: 12 }, (_, index) => store.receive(delivery(`n${index}`), [], null)),
      ]);
      assert.equal(takes.slice(0, 12).filter((taken) => taken).length, 1);
      assert.equal(takes.slice(12, 24).filter((taken) => taken).length, 0);
      assert.equal(takes.slice(24).filter((taken) => taken).length, 12);
      assert.equal((await store.work({ key: order("1") }, 1))[0]?.gen, 1);
      assert.equal((await store.work({ key: order("9") }, 1))[0]?.gen, 1);
      assert.deepEqual(quantities(await store.holds(SHOP, ["v1"])), ["1"]);
    });

    test("of several about one order the last counts", async () => {
      const { store } = await fresh();
      const amounts = Array.from({ length: 20 }, (_, index) => String(index + 1));
      await Promise.all(
        amounts.map((amount) => {
          const held = { orderId: "1", lines: [hold("1", amount)] };
          return store.receive(delivery(`d${amount}`), [live(order("1"))], held);
        }),
      );
      assert.deepEqual(quantities(await store.holds(SHOP, ["v1"])), ["20"]);
      assert.equal((await store.inbox(SHOP, 100)).length, 20);
      await Promise.all(["a", "b", "c", "d"].map((id) => store.receive(delivery(id), [], { orderId: "1", lines: [] })));
      assert.deepEqual(await store.holds(SHOP, ["v1"]), []);
    });

    test("one that the database refuses is refused alone", async () => {
      const { store } = await fresh();
      const ids = Array.from({ length: 12 }, (_, index) => `d${index}`);
      const outcomes = await Promise.allSettled(
        ids.map((id) =>
          store.receive(delivery(id, id === "d6" ? { receivedAtMs: 1e300 } : {}), [live(order(id))], null),
        ),
      );
      const refused = ids.filter((_, index) => outcomes[index]?.status === "rejected");
      assert.deepEqual(refused, ["d6"]);
      assert.equal((await store.inbox(SHOP, 100)).length, 11);
      assert.equal((await store.work({}, 100)).length, 11);
    });
  });
}
