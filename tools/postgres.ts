/**
 * A private PostgreSQL cluster for tests and benchmarks: made in a temporary folder, reachable on loopback and on a unix
 * socket, ended by its own process id, removed afterwards. Nothing of an installed server is touched.
 *
 * `node tools/run.mjs tools/postgres.ts [--no-fsync]` starts one, prints its URL and keeps it until interrupted.
 */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const READY_MS_MAX = 60_000;
const READY_POLL_MS = 50;
const STOP_MS_MAX = 20_000;
const KILL_MS_MAX = 3_000;
const REMOVE_RETRIES_MAX = 5;
const SUPERUSER = "stockbridge";

export interface PostgresOptions {
  /** True (default) writes to the disk as a real installation does; false is faster and for tests only. */
  readonly fsync?: boolean;
}

export interface Postgres {
  /** Address of the `postgres` database as a superuser; tests make their own databases beside it. */
  readonly url: string;
  /** The server's version, such as `15.18`; empty for a server that was given by its address. */
  readonly version: string;
  stop(): Promise<void>;
}

interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** The newest installed server's folder of programs, or undefined when there is only a client or nothing. */
export function findPostgresBin(): string | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian) : [];
  const newestFirst = versions.toSorted((a, b) => Number(b) - Number(a)).map((version) => join(debian, version, "bin"));
  const searched = [...newestFirst, ...(process.env["PATH"] ?? "").split(delimiter)];
  return searched.find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")));
}

/** The given server when STOCKBRIDGE_TEST_POSTGRES_URL names one, else a private cluster. */
export async function openPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  const url = process.env["STOCKBRIDGE_TEST_POSTGRES_URL"];
  if (url !== undefined && url !== "") return { url, version: "", stop: async () => {} };
  return startPrivatePostgres(options);
}

/** A private cluster, whatever the environment names. */
export async function startPrivatePostgres(options: PostgresOptions = {}): Promise<Postgres> {
  const bin = findPostgresBin();
  if (bin === undefined)
    throw new Error("No PostgreSQL server is installed (on Debian: apt-get install postgresql-15).");
  const account = serverAccount();
  const folder = mkdtempSync(join(tmpdir(), "stockbridge-pg-"));
  const data = join(folder, "data");
  const sockets = join(folder, "sock");
  for (const path of [data, sockets]) mkdirSync(path, { mode: 0o700 });
  if (account !== undefined) for (const path of [folder, data, sockets]) chownSync(path, account.uid, account.gid);

  const fsync = options.fsync ?? true;
  const initArgs = ["-D", data, "-A", "trust", "-U", SUPERUSER, "-E", "UTF8", "--locale=C", "--no-sync"];
  const init = spawnSync(join(bin, "initdb"), initArgs, {
    ...account,
    cwd: folder,
    env: serverEnv(),
    encoding: "utf8",
  });
  if (init.status !== 0) throw new Error(`initdb failed: ${init.error?.message ?? init.stderr}`);

  const port = await freePort();
  const settings = serverSettings({ fsync, port, sockets });
  const logPath = join(folder, "postgres.log");
  const log = openSync(logPath, "w");
  const args = ["-D", data, ...settings.flatMap((setting) => ["-c", setting])];
  const stdio: ["ignore", number, number] = ["ignore", log, log];
  // Not attached to this terminal: an interrupt reaches the caller first, who then stops the server in order.
  const server = spawn(join(bin, "postgres"), args, {
    ...account,
    cwd: folder,
    env: serverEnv(),
    stdio,
    detached: true,
  });
  closeSync(log);
  const removeOnExit = () => killNow(server, folder);
  process.once("exit", removeOnExit);
  await waitUntilReady({ bin, port, server, logPath });
  return {
    url: `postgres://${SUPERUSER}@127.0.0.1:${port}/postgres`,
    version: serverVersion(bin),
    stop: async () => {
      await stopServer(server);
      process.off("exit", removeOnExit);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root: then it runs as `postgres`, or as `nobody` where that user is missing. */
function serverAccount(): Account | undefined {
  if (userInfo().uid !== 0) return undefined;
  const users = readFileSync("/etc/passwd", "utf8").split("\n");
  for (const name of ["postgres", "nobody"]) {
    const fields = users.find((line) => line.startsWith(`${name}:`))?.split(":");
    if (fields !== undefined) return { uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  throw new Error("PostgreSQL cannot run as root, and there is neither a user postgres nor nobody.");
}

function serverEnv(): NodeJS.ProcessEnv {
  return { PATH: process.env["PATH"], LC_ALL: "C", TZ: "UTC" };
}

function serverSettings(given: { fsync: boolean; port: number; sockets: string }): string[] {
  const durable = given.fsync ? [] : ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];
  const place = [`port=${given.port}`, "listen_addresses=127.0.0.1", `unix_socket_directories=${given.sockets}`];
  return [...place, ...durable, "max_connections=200", "shared_buffers=128MB", "timezone=UTC", "log_timezone=UTC"];
}

async function freePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const probe = createServer().once("error", reject);
  probe.listen(0, "127.0.0.1", () => {
    const address = probe.address();
    probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
  });
  return promise;
}

async function waitUntilReady(of: { bin: string; port: number; server: ChildProcess; logPath: string }): Promise<void> {
  const deadlineMs = Date.now() + READY_MS_MAX;
  const probe = ["-q", "-h", "127.0.0.1", "-p", String(of.port), "-U", SUPERUSER, "-d", "postgres"];
  while (spawnSync(join(of.bin, "pg_isready"), probe, { env: serverEnv() }).status !== 0) {
    if (of.server.exitCode !== null) throw new Error(`PostgreSQL ended at start:\n${readFileSync(of.logPath, "utf8")}`);
    if (Date.now() > deadlineMs) throw new Error(`PostgreSQL was not ready after ${READY_MS_MAX / 1000} s.`);
    await sleep(READY_POLL_MS);
  }
}

function serverVersion(bin: string): string {
  const answer = spawnSync(join(bin, "postgres"), ["--version"], { encoding: "utf8" });
  return /\d+(?:\.\d+)?/.exec(answer.stdout)?.[0] ?? "";
}

async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  // SIGINT is PostgreSQL's "fast" shutdown: it ends sessions and leaves the files in order.
  server.kill("SIGINT");
  const timer = setTimeout(() => server.kill("SIGQUIT"), STOP_MS_MAX);
  await ended;
  clearTimeout(timer);
}

/**
 * The last resort, when the process that started the server exits without stopping it. Nothing asynchronous runs any more
 * at that moment, so the end is awaited here: a server still at work would write into the folder being removed.
 */
function killNow(server: ChildProcess, folder: string): void {
  server.kill("SIGQUIT");
  const pause = new Int32Array(new SharedArrayBuffer(4));
  const running = join(folder, "data", "postmaster.pid");
  for (let waitedMs = 0; existsSync(running) && waitedMs < KILL_MS_MAX; waitedMs += READY_POLL_MS) {
    Atomics.wait(pause, 0, 0, READY_POLL_MS);
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: REMOVE_RETRIES_MAX });
}

if (import.meta.main) {
  const postgres = await openPostgres({ fsync: !process.argv.includes("--no-fsync") });
  console.log(`STOCKBRIDGE_TEST_POSTGRES_URL=${postgres.url}`);
  const { promise: interrupted, resolve: interrupt } = Promise.withResolvers<void>();
  const keepAlive = setInterval(() => {}, READY_MS_MAX);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interrupt());
  await interrupted;
  clearInterval(keepAlive);
  await postgres.stop();
}
