/** Gives the command line what it needs: configuration, a hub that runs or one of its own, and the connectors. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CommandError, EXIT, type CommandArguments, type Emit } from "../cli/command.ts";
import type { HubCommandName } from "../cli/hub-commands.ts";
import type { InitAnswers, InitSecrets, ProposedLocation } from "../cli/init-answers.ts";
import type { CliWorld } from "../cli/world.ts";
import type { CheckLine } from "../core/ports/check.ts";
import type { Clock } from "../core/ports/clock.ts";
import { ok, type Result } from "../core/result.ts";
import { unleased } from "../engine/hub.ts";
import { StoreLockedError } from "../store/lock.ts";
import type { OpenedStore } from "../store/open-store.ts";
import { restore } from "../store/restore.ts";
import { askRunningHub } from "./admin-socket.ts";
import { configMark } from "./config-mark.ts";
import { describeFault } from "./cli-faults.ts";
import { CONFIG_FILE_DEFAULT, loadConfig, type Config } from "./config.ts";
import { DOCUMENT_FILE, renderedDocument } from "./config/document.ts";
import { renderJsonSchema } from "./config/json-schema.ts";
import { ConfigError, renderProblem } from "./config/problem.ts";
import type { Environment } from "./config/references.ts";
import { Secret } from "./config/secret.ts";
import { runDemo } from "./demo.ts";
import { runHubProcess } from "./hub-process.ts";
import { createHttpTransport } from "./http-transport.ts";
import { initFiles } from "./init-files.ts";
import { proposedLocations } from "./init-locations.ts";
import { carryOut } from "./local-commands.ts";
import { createLog, secretsOf } from "./log.ts";
import { createMetrics } from "./metrics.ts";
import { createObserver } from "./observer.ts";
import { openConfiguredStore } from "./store-opening.ts";
import { SHOP_KINDS } from "./shop-kinds.ts";
import { createHub, odooPort, shopPort } from "./wiring.ts";

const PACKAGE_ROOT = join(import.meta.dirname, "..", "..");
/** Only ever signs nothing: no webhook is made or taken while connections are tried out. */
const UNUSED_SECRET = "unused-while-trying-out";

export interface CliWorldOptions {
  readonly clock: Clock;
  readonly environment: Environment;
}

export function createCliWorld({ clock, environment }: CliWorldOptions): CliWorld {
  const version = packageVersion();
  const userAgent = `Stockbridge/${version}`;
  const struck = new Set<string>();
  const strike = (text: string): string =>
    [...struck].reduce((line, secret) => line.replaceAll(secret, "[secret]"), text);
  const describeError: CliWorld["describeError"] = (error) => describeFault(error, strike);
  const read = (path: string): Config => {
    const config = loadConfig(path, environment);
    for (const secret of secretsOf(config)) struck.add(secret);
    return config;
  };
  const outside: Outside = { clock, userAgent };
  return {
    version,
    configFileDefault: CONFIG_FILE_DEFAULT,
    describeError,
    runHubCommand: (path, name, args, emit, signal) => runHubCommand(read(path), outside, { name, args, emit, signal }),
    start: async (path, role, signal) => {
      const config = read(path);
      const log = createLog({ level: config.log.level, secrets: secretsOf(config) });
      return runHubProcess({ config, role, clock, log, signal, userAgent, describeError });
    },
    demo: async (words, signal) => runDemo({ root: PACKAGE_ROOT, words, signal }),
    restore: (path, file, options, emit) => restoreInto(read(path), file, options, emit, clock),
    testConnections: (answers, secrets) => testConnections(answers, secrets, outside),
    proposeLocations: (answers, secrets) => proposeLocations(answers, secrets, outside),
    initFiles,
    shopKinds: SHOP_KINDS,
    configProblems: (path) => {
      try {
        read(path);
        return null;
      } catch (error) {
        if (error instanceof ConfigError) return error.problems.map((problem) => renderProblem(path, problem));
        throw error;
      }
    },
    configSchema: renderJsonSchema,
    configDocument: () => renderedDocument(readFileSync(join(PACKAGE_ROOT, DOCUMENT_FILE), "utf8")),
  };
}

interface Outside {
  readonly clock: Clock;
  readonly userAgent: string;
}

interface Asked {
  readonly name: HubCommandName;
  readonly args: CommandArguments;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** A hub that starts holds the store for a while before it listens. */
const HUB_LOOKED_FOR_MS_MAX = 10_000;
const HUB_LOOKED_FOR_EVERY_MS = 250;

/** The process that holds the embedded store is asked; where there is none, and with PostgreSQL, the store is opened here. */
async function storeOrAnswer(
  config: Config,
  clock: Clock,
  { name, args, emit, signal }: Asked,
): Promise<{ readonly code: number } | { readonly store: OpenedStore }> {
  if (config.store.kind === "postgres") return { store: await openConfiguredStore(config.store, clock) };
  for (let waitedMs = 0; ; waitedMs += HUB_LOOKED_FOR_EVERY_MS) {
    const code = await askRunningHub(config.store.directory, name, args, emit, signal, configMark(config));
    if (code !== null) return { code };
    try {
      return { store: await openConfiguredStore(config.store, clock) };
    } catch (error) {
      if (!(error instanceof StoreLockedError) || waitedMs >= HUB_LOOKED_FOR_MS_MAX || signal.aborted) throw error;
      await clock.sleep(HUB_LOOKED_FOR_EVERY_MS, signal);
    }
  }
}

async function runHubCommand(config: Config, outside: Outside, { name, args, emit, signal }: Asked): Promise<number> {
  const opened = await storeOrAnswer(config, outside.clock, { name, args, emit, signal });
  if ("code" in opened) return opened.code;
  const { store } = opened;
  const http = createHttpTransport(outside);
  try {
    // What a person asked for is told by the command itself; the log would say it twice.
    const log = createLog({ level: config.log.level === "debug" ? "debug" : "silent", secrets: secretsOf(config) });
    const observer = createObserver(log, createMetrics({ hub: () => null, clock: outside.clock, ofProcess: false }));
    const hub = createHub({ config, store, clock: outside.clock, transport: http.transport, observer });
    return await carryOut({ hub, store, hasWorker: false }, name, args, emit, signal);
  } finally {
    http.close();
    await store.close();
  }
}

async function restoreInto(
  config: Config,
  file: string,
  { replace }: { readonly replace: boolean },
  emit: Emit,
  clock: Clock,
): Promise<number> {
  const store = await openConfiguredStore(config.store, clock);
  try {
    const onProgress = ({ rowsDone, rowsTotal }: { rowsDone: number; rowsTotal: number }): void =>
      emit({ kind: "progress", label: "rows", done: rowsDone, total: rowsTotal });
    const { rows, createdAtMs } = await restore(store, file, { replace, onProgress });
    const madeAt = new Date(createdAtMs).toISOString();
    emit({ kind: "line", text: `${rows} rows restored from ${file}, which was made at ${madeAt}.` });
    emit({ kind: "result", json: { file, rows, madeAt } });
    return EXIT.ok;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      throw new CommandError(`${file} does not exist.`, "Name a file that stockbridge backup has written.");
    throw error;
  } finally {
    await store.close();
  }
}

async function* testConnections(
  answers: InitAnswers,
  secrets: InitSecrets,
  outside: Outside,
): AsyncGenerator<CheckLine> {
  const { odoo, shop, call, close } = bothSides(answers, secrets, outside);
  try {
    yield* await odoo.check(call);
    yield* await shop.check(call);
  } finally {
    close();
  }
}

async function proposeLocations(
  answers: InitAnswers,
  secrets: InitSecrets,
  outside: Outside,
): Promise<Result<readonly ProposedLocation[]>> {
  const { odoo, shop, call, close } = bothSides(answers, secrets, outside);
  try {
    const [mappables, warehouses] = await Promise.all([shop.readMappables(call), odoo.readWarehouses(call)]);
    if (!mappables.ok) return mappables;
    return warehouses.ok ? ok(proposedLocations(mappables.value.locations, warehouses.value)) : warehouses;
  } finally {
    close();
  }
}

/** Both systems by the answers alone, before there is a configuration. */
function bothSides(answers: InitAnswers, secrets: InitSecrets, { clock, userAgent }: Outside) {
  const { environment, shopId, shopKind, shopUrl, shopSettings, shopSecrets, odooId } = answers;
  const http = createHttpTransport({ clock, userAgent });
  const outside = { clock, transport: http.transport };
  const odoo = {
    url: answers.odooUrl,
    database: answers.odooDatabase,
    user: answers.odooUser,
    apiKey: new Secret(secrets.odooApiKey, ""),
  };
  const shop = {
    kind: shopKind.kind,
    url: shopUrl,
    allowHttp: environment === "staging",
    settings: {
      ...shopSettings,
      ...Object.fromEntries(shopSecrets.map((name) => [name, new Secret(secrets.shop[name] ?? UNUSED_SECRET, "")])),
    },
  };
  return {
    odoo: odooPort(odooId, odoo, outside),
    shop: shopPort(shopId, shop, environment, outside),
    call: unleased({
      clock,
      observer: { run: nothing, call: nothing, paused: nothing, resumed: nothing, note: nothing },
    }),
    close: () => http.close(),
  };
}

function nothing(): void {
  // Nobody watches while connections are tried out.
}

function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(join(PACKAGE_ROOT, "package.json"), "utf8")) as { version: string };
  return version;
}
