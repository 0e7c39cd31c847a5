import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { StoreUnavailableError } from "../core/ports/store.ts";
import type { Arrival } from "./inbox.ts";
import { groupReceives, GROUP_BYTES_MAX, GROUP_MAX } from "./receive-group.ts";

function arrival(deliveryId: string, bytes = 1): Arrival {
  const raw = new Uint8Array(bytes);
  const entry = { connection: "shop-eu", deliveryId, topic: "order.created", headers: {}, raw, receivedAtMs: 0 };
  return { entry, marks: [], held: null };
}

/** A database that answers when it is told to. */
function slowDatabase() {
  const written: string[][] = [];
  const answers: PromiseWithResolvers<readonly boolean[]>[] = [];
  const write = (group: readonly Arrival[]): Promise<readonly boolean[]> => {
    written.push(group.map(({ entry }) => entry.deliveryId));
    const answer = Promise.withResolvers<readonly boolean[]>();
    answers.push(answer);
    return answer.promise;
  };
  return { written, answers, write };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("deliveries at the same time", () => {
  test("one alone is written at once, and those that come meanwhile together after it", async () => {
    const { written, answers, write } = slowDatabase();
    const receive = groupReceives(write);
    const outcomes = ["d1", "d2", "d3", "d4"].map((id) => receive(arrival(id)));
    assert.deepEqual(written, [["d1"]]);
    answers[0]?.resolve([true]);
    assert.equal(await outcomes[0], true);
    await settled();
    assert.deepEqual(written, [["d1"], ["d2", "d3", "d4"]]);
    outcomes.push(receive(arrival("d5")));
    answers[1]?.resolve([true, false, true]);
    await settled();
    assert.deepEqual(written.at(-1), ["d5"]);
    answers[2]?.resolve([true]);
    assert.deepEqual(await Promise.all(outcomes), [true, true, false, true, true]);
  });

  test("a group is bounded by number and by bytes, and one that is too long goes alone", async () => {
    const { written, answers, write } = slowDatabase();
    const receive = groupReceives(write);
    const many = Array.from({ length: GROUP_MAX + 2 }, (_, index) => receive(arrival(`d${index}`)));
    const long = [receive(arrival("longer", GROUP_BYTES_MAX + 1)), receive(arrival("after"))];
    for (let index = 0; index < 5; index += 1) {
      answers[index]?.resolve((written[index] ?? []).map(() => true));
      await settled();
    }
    assert.ok((await Promise.all([...many, ...long])).every((taken) => taken));
    assert.deepEqual(
      written.map((group) => group.length),
      [1, GROUP_MAX, 1, 1, 1],
    );
  });

  test("one that the database refuses does not take the others with it", async () => {
    const receive = groupReceives((group) => {
      const isBad = group.some(({ entry }) => entry.deliveryId === "bad");
      return isBad ? Promise.reject(new Error("out of range")) : settled().then(() => group.map(() => true));
    });
    const outcomes = await Promise.allSettled(["d1", "d2", "d3", "bad", "d4"].map((id) => receive(arrival(id))));
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ["fulfilled", "fulfilled", "fulfilled", "rejected", "fulfilled"],
    );
  });

  test("a database that is away is told to each, and not asked again for each", async () => {
    let asked = 0;
    const receive = groupReceives(async () => {
      asked += 1;
      await settled();
      throw new StoreUnavailableError("away");
    });
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, (_, index) => receive(arrival(`d${index}`))));
    assert.ok(outcomes.every((one) => one.status === "rejected" && one.reason instanceof StoreUnavailableError));
    assert.equal(asked, 2);
  });
});
