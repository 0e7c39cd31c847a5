/**
 * The hub as a user runs it: a configuration file in a folder of its own, `stockbridge start` as a process, and the
 * command line beside it. Nothing of the demo reaches into it.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../src/core/ports/clock.ts";

const CLI = join(import.meta.dirname, "..", "..", "src", "app", "main.ts");
const READY_MS_MAX = 60_000;
const READY_EVERY_MS = 100;
const STOP_MS_MAX = 15_000;
const OUTPUT_CHARS_MAX = 1_000_000;

export interface HubOptions {
  readonly folder: string;
  readonly configFile: string;
  /** Where it listens, e.g. `http://127.0.0.1:8123`. */
  readonly url: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly clock: Clock;
}

export interface CommandAnswer {
  readonly code: number;
  readonly json: unknown;
  readonly text: string;
}

export interface DemoHub {
  /** A command of the command line; with `--json` its document is read. */
  command(words: readonly string[]): Promise<CommandAnswer>;
  /** What a load balancer asks: how the connections stand. */
  connections(): Promise<readonly ConnectionHealth[]>;
  stop(): Promise<void>;
  readonly logFile: string;
}

export interface ConnectionHealth {
  readonly connection: string;
  readonly state: string;
  readonly sentence: string;
}

/** Resolves when it is ready to take webhooks; throws with the end of its log when it is not in time. */
export async function startDemoHub(options: HubOptions): Promise<DemoHub> {
  const { folder, clock, url } = options;
  mkdirSync(folder, { recursive: true });
  const logFile = join(folder, "hub.log");
  const child = start(options, ["start"]);
  const log = createWriteStream(logFile);
  let tail = "";
  const keep = (chunk: Buffer): void => {
    log.write(chunk);
    tail = `${tail}${chunk.toString("utf8")}`.slice(-4_000);
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  const exited = exitOf(child);
  for (let waitedMs = 0; !(await isReady(url)); waitedMs += READY_EVERY_MS) {
    if (waitedMs > READY_MS_MAX || child.exitCode !== null) {
      child.kill("SIGKILL");
      throw new Error(`The hub did not get ready.\n${tail}`);
    }
    await clock.sleep(READY_EVERY_MS);
  }
  return {
    logFile,
    command: (words) => runCommand(options, words),
    connections: async () => {
      const answer = await fetch(`${url}/health/ready`);
      return ((await answer.json()) as { connections: readonly ConnectionHealth[] }).connections;
    },
    stop: async () => {
      if (child.exitCode !== null) return;
      child.kill("SIGTERM");
      const waiting = new AbortController();
      const late = clock.sleep(STOP_MS_MAX, waiting.signal).then(() => child.kill("SIGKILL"));
      await exited;
      waiting.abort();
      await late;
      log.end();
    },
  };
}

function start({ configFile, environment }: HubOptions, words: readonly string[]): ChildProcess {
  return spawn(process.execPath, [CLI, "--config", configFile, ...words], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...environment },
  });
}

function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => child.once("exit", (code) => resolve(code ?? 1)));
}

async function runCommand(options: HubOptions, words: readonly string[]): Promise<CommandAnswer> {
  const child = start(options, words);
  let [out, err] = ["", ""];
  child.stdout?.on("data", (chunk: Buffer) => (out = `${out}${chunk.toString("utf8")}`.slice(-OUTPUT_CHARS_MAX)));
  child.stderr?.on("data", (chunk: Buffer) => (err = `${err}${chunk.toString("utf8")}`.slice(-OUTPUT_CHARS_MAX)));
  const code = await new Promise<number>((resolve) => child.once("close", (given) => resolve(given ?? 1)));
  if (!words.includes("--json")) return { code, json: null, text: `${out}${err}`.trimEnd() };
  const last = out.trimEnd().split("\n").at(-1) ?? "";
  try {
    return { code, json: JSON.parse(last) as unknown, text: err };
  } catch {
    throw new Error(`stockbridge ${words.join(" ")} printed no JSON (exit code ${code}): ${last}${err}`);
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health/ready`)).ok;
  } catch {
    return false;
  }
}
