/**
 * The embedded store belongs to one process. While that process runs, the command line asks it over a socket beside the
 * store, which only the same user can open: one JSON object a line, the command first, then what happens, then its end.
 */
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import type { CommandArguments, CommandEvent, Emit } from "../cli/command.ts";
import type { CliFault } from "../cli/world.ts";

/** Raised when the lines change their meaning: an old command line and a new hub must not misunderstand each other. */
const PROTOCOL = 1;
/** A command with its arguments is short. */
export const REQUEST_BYTES_MAX = 64 * 1024;
export const CLIENTS_MAX = 8;
/** The system's limit for a socket's path is 108 bytes, 104 on some. */
const PATH_BYTES_MAX = 100;
const DIRECTORY_MODE = 0o700;
const SOCKET_MODE = 0o600;

type Reply =
  | CommandEvent
  | { readonly kind: "end"; readonly code: number }
  | { readonly kind: "fault"; readonly fault: CliFault };

interface Request {
  readonly protocol: number;
  readonly command: string;
  readonly args: CommandArguments;
  /** `configMark` of what the asking process has read; "" where it is not told. */
  readonly config: string;
}

/** A hub reads its configuration once: what was changed since is not what it answers by. */
const OTHER_CONFIG =
  "The configuration or its secrets were changed since the running hub was started: this is its answer by the old ones. Restart it to use the new ones.";

export type Answer = (command: string, args: CommandArguments, emit: Emit, signal: AbortSignal) => Promise<number>;

/** Beside the store; a path that is too long for the system is kept under the user's own folder of the temporary directory. */
export function socketPath(directory: string): string {
  const beside = join(resolve(directory), "hub.sock");
  if (Buffer.byteLength(beside) <= PATH_BYTES_MAX) return beside;
  const name = createHash("sha256").update(beside).digest("hex").slice(0, 16);
  return join(tmpdir(), `stockbridge-${userInfo().uid}`, `${name}.sock`);
}

export interface AdminSocket {
  close(): Promise<void>;
}

/** The caller holds the store's lock, so a socket that is there already is a dead process's. */
export async function openAdminSocket(
  directory: string,
  answer: Answer,
  describe: (error: unknown) => CliFault,
  config = "",
): Promise<AdminSocket> {
  const path = socketPath(directory);
  mkdirSync(join(path, ".."), { recursive: true, mode: DIRECTORY_MODE });
  rmSync(path, { force: true });
  const open = new Set<Socket>();
  const running = new Set<Promise<void>>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("error", () => undefined);
    socket.once("close", () => open.delete(socket));
    const served = serve(socket, answer, describe, config).finally(() => running.delete(served));
    running.add(served);
  });
  server.maxConnections = CLIENTS_MAX;
  await listening(server, path);
  chmodSync(path, SOCKET_MODE);
  return {
    close: async () => {
      const closed = new Promise((done) => server.close(done));
      for (const socket of open) socket.destroy();
      await Promise.all([...running, closed]);
    },
  };
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((done, failed) => {
    server.once("error", failed);
    server.listen(path, done);
  });
}

async function serve(
  socket: Socket,
  answer: Answer,
  describe: (error: unknown) => CliFault,
  config: string,
): Promise<void> {
  const gone = new AbortController();
  socket.once("close", () => gone.abort());
  const say = (reply: Reply): void => {
    if (!socket.destroyed) socket.write(`${JSON.stringify(reply)}\n`);
  };
  try {
    const request = await readRequest(socket);
    if (request === null) return void socket.destroy();
    if (request.config !== "" && config !== "" && request.config !== config) say({ kind: "note", text: OTHER_CONFIG });
    say({ kind: "end", code: await answer(request.command, request.args, say, gone.signal) });
  } catch (error) {
    say({ kind: "fault", fault: describe(error) });
  }
  socket.end();
}

/** Null for what is no request of this protocol. */
function readRequest(socket: Socket): Promise<Request | null> {
  return new Promise((done) => {
    let text = "";
    const finish = (request: Request | null): void => {
      socket.removeAllListeners("data");
      // Reading goes on, so that the end of the other side is noticed.
      socket.resume();
      done(request);
    };
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => {
      text += chunk;
      const end = text.indexOf("\n");
      if (end >= 0) finish(parseRequest(text.slice(0, end)));
      else if (text.length > REQUEST_BYTES_MAX) finish(null);
    });
    socket.once("close", () => finish(null));
  });
}

function parseRequest(line: string): Request | null {
  try {
    const { protocol, command, args, config } = JSON.parse(line) as Partial<Request>;
    if (protocol !== PROTOCOL || typeof command !== "string" || typeof args !== "object" || args === null) return null;
    const plain = Object.entries(args).filter(([, value]) => typeof value === "string" || typeof value === "boolean");
    return { protocol, command, args: Object.fromEntries(plain), config: typeof config === "string" ? config : "" };
  } catch {
    return null;
  }
}

/** What the running hub answered, or null when none is listening. A fault of the command is thrown as `RemoteFault`. */
export async function askRunningHub(
  directory: string,
  command: string,
  args: CommandArguments,
  emit: Emit,
  signal: AbortSignal,
  config = "",
): Promise<number | null> {
  const socket = await connected(socketPath(directory));
  if (socket === null) return null;
  const stop = (): void => void socket.destroy();
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  const request: Request = { protocol: PROTOCOL, command, args, config };
  socket.write(`${JSON.stringify(request)}\n`);
  try {
    const lines = createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY });
    // A socket that was destroyed closes without the end that the reader of lines waits for.
    socket.once("close", () => lines.close());
    for await (const line of lines) {
      const reply = JSON.parse(line) as Reply;
      if (reply.kind === "end") return reply.code;
      if (reply.kind === "fault") throw new RemoteFault(reply.fault);
      emit(reply);
    }
  } finally {
    signal.removeEventListener("abort", stop);
    socket.destroy();
  }
  throw new HubGoneError(signal.aborted);
}

/** A command failed within the running hub; the hub has described it already. */
export class RemoteFault extends Error {
  readonly fault: CliFault;
  constructor(fault: CliFault) {
    super(fault.sentence);
    this.name = "RemoteFault";
    this.fault = fault;
  }
}

/** The running hub went away (or refused to understand) before the command ended. */
export class HubGoneError extends Error {
  readonly interrupted: boolean;
  constructor(interrupted: boolean) {
    super("The running hub closed the connection before the command had ended.");
    this.name = "HubGoneError";
    this.interrupted = interrupted;
  }
}

function connected(path: string): Promise<Socket | null> {
  return new Promise((done, failed) => {
    const socket = createConnection(path);
    socket.once("connect", () => {
      socket.removeAllListeners("error");
      socket.on("error", () => undefined);
      done(socket);
    });
    socket.once("error", (error: NodeJS.ErrnoException) => {
      // No socket, or one whose process has died: no hub runs on this store.
      if (error.code === "ENOENT" || error.code === "ECONNREFUSED") done(null);
      else failed(error);
    });
  });
}
