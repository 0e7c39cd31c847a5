/** Starts the hub as a person would, as a child process with a configuration of its own, and reads what it says. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const MAIN = join(import.meta.dirname, "..", "..", "src", "app", "main.ts");
/** The first start of an embedded store takes seconds, on a busy machine many. */
const WAIT_MS_MAX = 90_000;
const POLL_MS = 50;

export const SECRETS = {
  KEY: "key-of-tests",
  WEBHOOK: "webhook-secret-of-tests",
  AUTOMATION: "automation-secret-of-tests",
};

/** Both sides are an address at which nothing listens. */
export function configText(more = ""): string {
  return `environment: staging
connections:
  odoo-main: { kind: odoo, url: "http://127.0.0.1:9", allowHttp: true, database: main, user: hub, apiKey: "\${KEY}", automationSecret: "\${AUTOMATION}" }
  shop-eu: { kind: woocommerce, url: "http://127.0.0.1:9", allowHttp: true, key: "\${KEY}", secret: "\${KEY}", webhookSecret: "\${WEBHOOK}" }
shops:
  shop-eu: { odoo: odoo-main, orders: { startAt: "2026-01-01" }, stock: { warehouse: WH } }
web: { port: 0, publicUrl: "https://hub.example.test" }
${more}`;
}

export interface Folder {
  readonly path: string;
  readonly config: string;
  remove(): void;
}

export function configFolder(text: string): Folder {
  const path = mkdtempSync(join(tmpdir(), "stockbridge-app-"));
  const config = join(path, "stockbridge.yaml");
  writeFileSync(config, text);
  return { path, config, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) };
}

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Child {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** The first line of the log with this message, as an object. */
  logged(message: string): Promise<Record<string, unknown>>;
  /** What it has logged so far. */
  lines(): Record<string, unknown>[];
  /** Asks for a clean end and waits for it. */
  stop(signal?: "SIGTERM" | "SIGINT"): Promise<Ended>;
}

export function stockbridge(words: readonly string[], folder: Folder, environment: Record<string, string> = {}): Child {
  const child = spawn(process.execPath, [MAIN, ...words, "--config", folder.config], {
    cwd: folder.path,
    env: { PATH: process.env["PATH"] ?? "", ...SECRETS, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said.out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said.err += text));
  const ended = once(child, "close").then(([code]): Ended => ({ code: code as number | null, ...said }));
  return {
    process: child,
    ended,
    logged: async (message) => {
      for (let waitedMs = 0; waitedMs < WAIT_MS_MAX; waitedMs += POLL_MS) {
        const found = logLines(said.err).find((line) => line["msg"] === message);
        if (found !== undefined) return found;
        if (child.exitCode !== null) break;
        await sleep(POLL_MS);
      }
      throw new Error(`"${message}" was not logged (exit ${child.exitCode}):\n${said.err}`);
    },
    lines: () => logLines(said.err),
    stop: (signal = "SIGTERM") => {
      child.kill(signal);
      return ended;
    },
  };
}

export function logLines(text: string): Record<string, unknown>[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

export async function run(
  words: readonly string[],
  folder: Folder,
  environment: Record<string, string> = {},
): Promise<Ended> {
  return stockbridge(words, folder, environment).ended;
}
