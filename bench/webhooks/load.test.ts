/** The load generator against servers that answer in pieces, refuse, and break off. */
import assert from "node:assert/strict";
import { createServer, type Server, type Socket } from "node:net";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Delivery } from "./deliveries.ts";
import { load, type LoadResult } from "./load.ts";

const CONNECTIONS = 3;

function* numbered(stop: AbortController, count: number): Generator<Delivery, never> {
  for (let nth = 1; ; nth += 1) {
    if (nth === count) stop.abort();
    yield {
      deliveryId: `d${nth}`,
      orderId: String(nth),
      headers: { "x-test": "yes" },
      body: Buffer.from(`{"id":${nth}}`),
    };
  }
}

/** `answer` is called for each whole request. */
async function against(
  answer: (socket: Socket, nth: number) => Promise<void>,
  count: number,
): Promise<LoadResult & { seen: number }> {
  let nth = 0;
  const server: Server = createServer((socket) => {
    let received = "";
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
      const body = /\r\n\r\n(\{"id":\d+\})$/.exec(received);
      if (body === null) return;
      received = "";
      nth += 1;
      void answer(socket, nth);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  const stop = new AbortController();
  const given = {
    url: `http://127.0.0.1:${address.port}`,
    path: "/hook",
    connections: CONNECTIONS,
    signal: stop.signal,
  };
  const result = await load({ ...given, deliveries: numbered(stop, count) });
  await new Promise((resolve) => server.close(resolve));
  return { ...result, seen: nth };
}

function answerText(status: string, body: string): string {
  return `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

test("answers in pieces are put together, and each delivery is counted once", async () => {
  const result = await against(async (socket) => {
    const text = answerText("200 OK", '{"taken":true}');
    for (const part of [text.slice(0, 5), text.slice(5, 60), text.slice(60)]) {
      socket.write(part);
      await sleep(1);
    }
  }, 30);
  const ids = result.acknowledged.map(({ deliveryId }) => deliveryId);
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(ids.length >= 30 && ids.length < 30 + CONNECTIONS);
  assert.equal(result.latenciesMs.length, ids.length);
  assert.deepEqual([result.refused.size, result.broken], [0, 0]);
});

test("a refusal is no acknowledgement", async () => {
  const result = await against((socket, nth) => {
    socket.write(answerText(nth % 2 === 0 ? "503 Service Unavailable" : "200 OK", "{}"));
    return Promise.resolve();
  }, 20);
  assert.equal(result.acknowledged.length + (result.refused.get(503) ?? 0), result.latenciesMs.length);
  assert.ok((result.refused.get(503) ?? 0) >= 9);
});

test("a connection that breaks off leaves its delivery unknown, neither acknowledged nor sent again", async () => {
  const result = await against((socket, nth) => {
    if (nth === 4) socket.destroy();
    else socket.write(answerText("200 OK", "{}"));
    return Promise.resolve();
  }, 20);
  assert.equal(result.broken, 1);
  assert.equal(result.acknowledged.length, result.seen - 1);
});
