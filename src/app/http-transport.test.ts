// The transport against real local servers: what answers, what refuses, what breaks off, what never ends.
import assert from "node:assert/strict";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer } from "node:net";
import { after, describe, test } from "node:test";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import type { HttpRequest } from "../core/ports/transport.ts";
import { TransportError } from "../core/ports/transport.ts";
import { createHttpTransport } from "./http-transport.ts";
import { systemClock } from "./system-clock.ts";

const http = createHttpTransport({ clock: systemClock, userAgent: "Stockbridge/test", responseBytesMax: 1024 * 1024 });
const opened: { close(): void }[] = [];
after(() => {
  http.close();
  for (const server of opened) server.close();
});

function listen(server: Server | TcpServer): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  opened.push({ close: () => (server.close(), server.closeAllConnections()) });
  return `http://127.0.0.1:${await listen(server)}`;
}

function send(url: string, more: Partial<HttpRequest> = {}): ReturnType<typeof http.transport> {
  return http.transport({ method: "GET", url, headers: {}, timeoutMs: 5_000, ...more });
}

function fault(kind: "not-sent" | "unknown", reason: RegExp) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof TransportError, String(error));
    assert.deepEqual([error.fault, reason.test(error.reason)], [kind, true], error.message);
    return true;
  };
}

describe("http transport", () => {
  test("sends method, headers and body, and gives status, headers in lower case and text", async () => {
    const url = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        response.writeHead(201, { "X-WP-Total": "3", "Content-Type": "application/json" });
        response.end(
          JSON.stringify([
            request.method,
            request.headers["x-a"],
            request.headers["user-agent"],
            Buffer.concat(chunks).toString(),
          ]),
        );
      });
    });
    const reply = await send(`${url}/x?y=1`, { method: "POST", headers: { "x-a": "1" }, body: "größe" });
    assert.equal(reply.status, 201);
    assert.equal(reply.headers["x-wp-total"], "3");
    assert.deepEqual(JSON.parse(reply.body), ["POST", "1", "Stockbridge/test", "größe"]);
  });

  const encodings: [string, (text: string) => Buffer][] = [
    ["gzip", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
  ];
  for (const [encoding, compress] of encodings) {
    test(`decodes ${encoding}`, async () => {
      const url = await serve((_, response) =>
        response.writeHead(200, { "content-encoding": encoding }).end(compress("naïve ".repeat(1000))),
      );
      assert.equal((await send(url)).body, "naïve ".repeat(1000));
    });
  }

  test("an error page is a reply like any other", async () => {
    const url = await serve((_, response) =>
      response.writeHead(502, { "content-type": "text/html" }).end("<html>Bad gateway</html>"),
    );
    assert.deepEqual([(await send(url)).status, (await send(url)).body], [502, "<html>Bad gateway</html>"]);
  });

  test("a redirect is a reply and is not followed", async () => {
    let calls = 0;
    const url = await serve((_, response) => {
      calls += 1;
      response.writeHead(301, { location: "https://elsewhere.example.test/" }).end();
    });
    const reply = await send(url, { headers: { authorization: "Basic c2VjcmV0" } });
    assert.deepEqual([reply.status, reply.headers["location"], calls], [301, "https://elsewhere.example.test/", 1]);
  });

  test("refused: nothing was sent", async () => {
    const server = createTcpServer();
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    await assert.rejects(
      send(`http://127.0.0.1:${port}`, { method: "POST", body: "{}" }),
      fault("not-sent", /^connection refused$/),
    );
  });

  test("an unknown host: nothing was sent", async () => {
    await assert.rejects(send("https://shop.invalid/"), fault("not-sent", /host name/));
  });

  test("a reset after the request: it is unknown whether it was done", async () => {
    const url = await serve((request) => void request.socket.resetAndDestroy());
    await assert.rejects(send(url, { method: "POST", body: "{}" }), fault("unknown", /reset/));
  });

  test("a reset within the answer: unknown as well", async () => {
    const url = await serve((request, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("half", () => request.socket.destroy());
    });
    await assert.rejects(send(url), fault("unknown", /reset|aborted|closed/));
  });

  test("a reset within a compressed answer ends too", async () => {
    const url = await serve((request, response) => {
      const whole = gzipSync("x".repeat(100_000) + Math.E);
      response.writeHead(200, { "content-encoding": "gzip", "content-length": String(whole.length) });
      response.write(whole.subarray(0, 20), () => request.socket.destroy());
    });
    await assert.rejects(send(url), fault("unknown", /reset|aborted|broke off|closed/));
  });

  test("no answer in time: unknown", async () => {
    const url = await serve(() => undefined);
    await assert.rejects(
      send(url, { method: "POST", body: "{}", timeoutMs: 300 }),
      fault("unknown", /^timed out after 0\.3 s$/),
    );
  });

  test("an answer that trickles is ended by the same time-out", async () => {
    const url = await serve((_, response) => {
      const trickle = setInterval(() => response.write("."), 50);
      response.on("close", () => clearInterval(trickle));
    });
    await assert.rejects(send(url, { timeoutMs: 400 }), fault("unknown", /^timed out after 0\.4 s$/));
  });

  test("an answer that waits longer than idle connections live is still waited for", async () => {
    const url = await serve((_, response) => void setTimeout(() => response.end("late"), 4_600));
    assert.equal((await send(url, { timeoutMs: 10_000 })).body, "late");
  });

  test("TLS asked of a server that speaks none: nothing was sent", async () => {
    const server = createTcpServer((socket) => void socket.end("hello, this is not TLS\r\n"));
    opened.push(server);
    await assert.rejects(send(`https://127.0.0.1:${await listen(server)}`), fault("not-sent", /TLS/));
  });

  test("a server that accepts and never speaks TLS: nothing was sent", async () => {
    const server = createTcpServer((socket) => void setTimeout(() => socket.destroy(), 3_000));
    opened.push(server);
    const quick = createHttpTransport({ clock: systemClock, userAgent: "t", connectMsMax: 200 });
    const sent = quick.transport({
      method: "POST",
      url: `https://127.0.0.1:${await listen(server)}`,
      headers: {},
      body: "{}",
      timeoutMs: 5_000,
    });
    await assert.rejects(sent, fault("not-sent", /^no connection within 0\.2 s$/));
    quick.close();
  });

  test("an answer that is not HTTP", async () => {
    const server = createTcpServer((socket) => void socket.end("220 mail.example.test ESMTP\r\n"));
    opened.push(server);
    await assert.rejects(send(`http://127.0.0.1:${await listen(server)}`), fault("unknown", /HTTP/));
  });

  test("an answer beyond the limit is broken off, compressed or not", async () => {
    const plain = await serve((_, response) => response.end("x".repeat(1024 * 1024 + 1)));
    await assert.rejects(send(plain), fault("unknown", /longer than 1048576 bytes/));
    const bomb = await serve((_, response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("x".repeat(8 * 1024 * 1024))),
    );
    await assert.rejects(send(bomb), fault("unknown", /longer than 1048576 bytes/));
  });

  test("addresses and headers that cannot be sent say so without repeating them", async () => {
    await assert.rejects(send("not a url"), fault("not-sent", /not a valid URL/));
    await assert.rejects(send("ftp://shop.example.test/"), fault("not-sent", /ftp:/));
    const noUse = send("http://127.0.0.1:1/", { headers: { authorization: "se\ncret" } });
    await assert.rejects(
      noUse,
      (error) => fault("not-sent", /forbidden characters/)(error) && !String(error).includes("cret"),
    );
  });

  test("connections are used again", async () => {
    const ports = new Set<number | undefined>();
    const url = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.end("ok");
    });
    for (let call = 0; call < 3; call += 1) await send(url);
    assert.equal(ports.size, 1);
  });
});
