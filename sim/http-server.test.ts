import assert from "node:assert/strict";
import { test } from "node:test";
import type { HttpRequest } from "../src/core/ports/transport.ts";
import { serve } from "./http-server.ts";

test("a handler answers over a real socket with method, path, headers and body as they were sent", async () => {
  const seen: HttpRequest[] = [];
  const server = await serve(async (request) => {
    seen.push(request);
    return {
      status: 201,
      headers: { "content-type": "application/json", "x-wp-total": "2" },
      body: '{"name":"Crème"}',
    };
  });
  try {
    const reply = await fetch(`${server.url}/wp-json/x?page=2`, {
      method: "POST",
      body: "é=1",
      headers: { "X-Sku": "A" },
    });
    assert.equal(reply.status, 201);
    assert.equal(reply.headers.get("x-wp-total"), "2");
    assert.deepEqual(await reply.json(), { name: "Crème" });
    const [request] = seen;
    assert.equal(request?.method, "POST");
    assert.equal(request?.url, `${server.url}/wp-json/x?page=2`);
    assert.equal(request?.body, "é=1");
    assert.equal(request?.headers["x-sku"], "A");
  } finally {
    await server.close();
  }
  await assert.rejects(fetch(server.url));
});

test("a handler that throws answers 500 with its message, and other methods are refused", async () => {
  const server = await serve(async () => {
    throw new Error("no such thing");
  });
  try {
    const reply = await fetch(server.url);
    assert.equal(reply.status, 500);
    assert.match(await reply.text(), /no such thing/);
    assert.equal((await fetch(server.url, { method: "OPTIONS" })).status, 405);
  } finally {
    await server.close();
  }
});
