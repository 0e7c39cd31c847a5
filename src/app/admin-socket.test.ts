// The socket between a running hub and the command line: what passes, what is refused, and who notices when the other goes.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { CommandError } from "../cli/command.ts";
import type { CommandEvent } from "../cli/command.ts";
import {
  askRunningHub,
  HubGoneError,
  openAdminSocket,
  RemoteFault,
  REQUEST_BYTES_MAX,
  socketPath,
  type AdminSocket,
  type Answer,
} from "./admin-socket.ts";
import { describeFault } from "./cli-faults.ts";
import { untilAborted } from "./until-aborted.ts";

let folder: string;
let socket: AdminSocket | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stockbridge-socket-"));
});
afterEach(async () => {
  await socket?.close();
  socket = null;
  rmSync(folder, { recursive: true });
});

async function serve(answer: Answer): Promise<void> {
  socket = await openAdminSocket(folder, answer, (error) => describeFault(error, (text) => text));
}

async function ask(
  command: string,
  signal = new AbortController().signal,
): Promise<{ code: number | null; events: CommandEvent[] }> {
  const events: CommandEvent[] = [];
  const code = await askRunningHub(
    folder,
    command,
    { shop: "shop-eu", dryRun: true },
    (event) => void events.push(event),
    signal,
  );
  return { code, events };
}

/** What comes back for raw bytes. */
async function raw(text: string): Promise<string> {
  const connection = createConnection(socketPath(folder));
  let said = "";
  connection.setEncoding("utf8").on("data", (more: string) => (said += more));
  connection.on("error", () => undefined);
  connection.write(text);
  await once(connection, "close");
  return said;
}

describe("the admin socket", () => {
  test("carries command, arguments, events and exit code", async () => {
    await serve((command, args, emit) => {
      emit({ kind: "progress", label: "rows", done: 1, total: null });
      emit({ kind: "line", text: `${command}\n${JSON.stringify(args)}` });
      emit({ kind: "result", json: { ok: true } });
      return Promise.resolve(1);
    });
    const { code, events } = await ask("check");
    assert.equal(code, 1);
    assert.deepEqual(events, [
      { kind: "progress", label: "rows", done: 1, total: null },
      { kind: "line", text: 'check\n{"shop":"shop-eu","dryRun":true}' },
      { kind: "result", json: { ok: true } },
    ]);
  });

  test("is the user's own", async () => {
    await serve(() => Promise.resolve(0));
    assert.equal(statSync(socketPath(folder)).mode & 0o777, 0o600);
  });

  test("carries a command's refusal as it is", async () => {
    await serve(() => Promise.reject(new CommandError("There is no shop.", "Add one.")));
    await assert.rejects(ask("status"), (error) => {
      assert.ok(error instanceof RemoteFault);
      assert.deepEqual(
        [error.fault.sentence, error.fault.fix, error.fault.exitCode, error.fault.stack],
        ["There is no shop.", "Add one.", 2, null],
      );
      return true;
    });
  });

  test("nobody listening, or a dead process's socket: null", async () => {
    assert.equal((await ask("status")).code, null);
    await serve(() => Promise.resolve(0));
    await socket?.close();
    assert.equal((await ask("status")).code, null);
    writeFileSync(socketPath(folder), "");
    assert.equal((await ask("status")).code, null);
    await serve(() => Promise.resolve(0));
    assert.equal((await ask("status")).code, 0, "what a dead process left is replaced");
  });

  test("an interrupted command line stops its command in the hub", async () => {
    let stopped = false;
    await serve(async (_command, _args, emit, signal) => {
      emit({ kind: "line", text: "working" });
      await untilAborted(signal);
      stopped = true;
      return 0;
    });
    const interrupting = new AbortController();
    const asked = askRunningHub(folder, "reconcile", {}, () => interrupting.abort(), interrupting.signal);
    await assert.rejects(asked, (error) => error instanceof HubGoneError && error.interrupted);
    await socket?.close();
    assert.equal(stopped, true);
  });

  test("a hub that stops lets its command lines know", async () => {
    await serve(async (_command, _args, _emit, signal) => {
      await untilAborted(signal);
      return 0;
    });
    const asked = ask("check");
    await new Promise((resolve) => setTimeout(resolve, 50));
    await Promise.all([
      assert.rejects(asked, (error) => error instanceof HubGoneError && !error.interrupted),
      socket?.close(),
    ]);
  });

  test("rubbish, another protocol and endless lines are hung up on, and the hub goes on", async () => {
    await serve(() => Promise.resolve(0));
    assert.equal(await raw("GET / HTTP/1.1\r\n\r\n"), "");
    assert.equal(await raw('{"protocol":99,"command":"status","args":{}}\n'), "");
    assert.equal(await raw("[]\n"), "");
    assert.equal(await raw("x".repeat(REQUEST_BYTES_MAX + 1)), "");
    assert.equal((await ask("status")).code, 0);
  });

  test("arguments that are neither text nor switch do not arrive", async () => {
    await serve((_command, args, emit) => {
      emit({ kind: "line", text: JSON.stringify(args) });
      return Promise.resolve(0);
    });
    const said = await raw('{"protocol":1,"command":"x","args":{"a":1,"b":{"c":2},"d":"e"}}\n');
    assert.ok(said.includes(String.raw`{\"d\":\"e\"}`), said);
  });

  test("a store in a very long folder still has its socket", async () => {
    const deep = join(folder, "a".repeat(60), "b".repeat(60));
    mkdirSync(deep, { recursive: true });
    assert.ok(Buffer.byteLength(socketPath(deep)) <= 100);
    const opened = await openAdminSocket(
      deep,
      () => Promise.resolve(7),
      (error) => describeFault(error, (text) => text),
    );
    assert.equal(await askRunningHub(deep, "status", {}, () => undefined, new AbortController().signal), 7);
    await opened.close();
  });
});

test("a command of another configuration than the hub was started with is told so, and answered", async () => {
  socket = await openAdminSocket(
    folder,
    () => Promise.resolve(0),
    (error) => describeFault(error, (text) => text),
    "of the start",
  );
  const notes = async (config: string): Promise<string[]> => {
    const texts: string[] = [];
    const emit = (event: CommandEvent): void => void (event.kind === "note" && texts.push(event.text));
    assert.equal(await askRunningHub(folder, "check", {}, emit, new AbortController().signal, config), 0);
    return texts;
  };
  assert.deepEqual(await notes("of the start"), []);
  assert.match((await notes("of today")).join(), /^The configuration or its secrets were changed .* Restart it/);
});
