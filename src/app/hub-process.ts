/**
 * One process of the hub, in all roles or one: it takes webhooks in as soon as its store answers, works, keeps the
 * schedules, and survives the store and either side going away. It ends by signal: nothing new is taken in, batches under
 * way are finished within a named limit, and what could not be finished is taken over later, as after a crash.
 */
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import type { CliFault, Role } from "../cli/world.ts";
import { EXIT } from "../cli/command.ts";
import type { Clock } from "../core/ports/clock.ts";
import { flowsOf } from "../engine/flows.ts";
import { lanesOf, type Hub } from "../engine/hub.ts";
import type { HubObserver } from "../engine/observer.ts";
import { work } from "../engine/worker.ts";
import { createWebServer } from "../http/server.ts";
import type { OpenedStore } from "../store/open-store.ts";
import { openAdminSocket, type AdminSocket } from "./admin-socket.ts";
import type { Config } from "./config.ts";
import { isOdoo } from "./config/connections.ts";
import { configMark } from "./config-mark.ts";
import { createHttpTransport } from "./http-transport.ts";
import { carryOut } from "./local-commands.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { createObserver } from "./observer.ts";
import { untilAborted } from "./until-aborted.ts";
import { RoleError, WebAddressError } from "./process-errors.ts";
import { schedule } from "./scheduler.ts";
import { openConfiguredStore, whileStoreIsAway } from "./store-opening.ts";
import { createHub } from "./wiring.ts";

/** Shorter than the 30 s that container platforms commonly wait before they kill. */
export const STOP_MS_MAX = 25_000;

export interface HubProcessOptions {
  readonly config: Config;
  readonly role: Role;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly userAgent: string;
  readonly describeError: (error: unknown) => CliFault;
  /** Told once webhooks can be sent there. */
  readonly onListening?: (address: string) => void;
}

/** Until the signal; answers the exit code. Throws when the process cannot start. */
export async function runHubProcess(options: HubProcessOptions): Promise<number> {
  const { config, role, log } = options;
  if (config.store.kind === "embedded" && role !== "all") throw new RoleError(role);
  const process = new HubProcess(options);
  try {
    // The embedded store is here or in use: a second process is told at once. A database server may come later.
    if (config.store.kind === "embedded") await process.open();
    if (plays(role, "web")) await process.listen();
    if (config.store.kind === "postgres") await process.open();
    if (!options.signal.aborted) await process.serve();
  } finally {
    await process.close();
  }
  log.info("stopped");
  return EXIT.ok;
}

function plays(role: Role, part: Role): boolean {
  return role === "all" || role === part;
}

class HubProcess {
  readonly #options: HubProcessOptions;
  readonly #metrics: Metrics;
  readonly #observer: HubObserver;
  readonly #http: ReturnType<typeof createHttpTransport>;
  #store: OpenedStore | null = null;
  #hub: Hub | null = null;
  #web: FastifyInstance | null = null;
  #admin: AdminSocket | null = null;

  constructor(options: HubProcessOptions) {
    const { clock, log, userAgent } = options;
    this.#options = options;
    this.#metrics = createMetrics({ hub: () => this.#hub, clock, ofProcess: true });
    this.#observer = createObserver(log, this.#metrics);
    this.#http = createHttpTransport({ clock, userAgent });
  }

  async open(): Promise<void> {
    const { config, clock, log, signal } = this.#options;
    const onFailure = (error: unknown, attempt: number): void =>
      log.error({ error, attempt }, "the store cannot be opened yet");
    this.#store = await whileStoreIsAway(() => openConfiguredStore(config.store, clock), { clock, signal, onFailure });
    if (this.#store === null) return;
    this.#hub = createHub({
      config,
      store: this.#store,
      clock,
      transport: this.#http.transport,
      observer: this.#observer,
    });
    log.info({ store: this.#store.kind }, "store opened");
  }

  async listen(): Promise<void> {
    const { config, clock, log, onListening } = this.#options;
    const { host, port, bodyBytesMax } = config.web;
    const erpSecrets = new Map(
      Object.entries(config.connections).flatMap(([id, settings]): [string, string | null][] =>
        isOdoo(settings) ? [[id, settings.automationSecret?.reveal() ?? null]] : [],
      ),
    );
    const shopIds = new Set(Object.keys(config.shops));
    this.#web = createWebServer({
      hub: () => this.#hub,
      shopIds,
      erpSecrets,
      bodyBytesMax,
      clock,
      log,
      metrics: this.#metrics,
    });
    try {
      const address = await this.#web.listen({ host, port });
      log.info({ address }, "listening");
      onListening?.(address);
    } catch (error) {
      throw new WebAddressError(host, port, error);
    }
  }

  /** Works and keeps schedules until the signal, then until what is under way has ended or the time is up. */
  async serve(): Promise<void> {
    const { config, role, clock, log, signal, describeError } = this.#options;
    const [hub, store] = [this.#hub, this.#store];
    if (hub === null || store === null) return;
    if (config.store.kind === "embedded") {
      const context = { hub, store, hasWorker: plays(role, "worker") };
      this.#admin = await openAdminSocket(
        config.store.directory,
        (name, args, emit, asked) => carryOut(context, name, args, emit, asked),
        describeError,
        configMark(config),
      );
    }
    const parts: Promise<void>[] = [];
    if (plays(role, "worker")) {
      const { limits, observer } = hub;
      parts.push(work({ store, clock, observer, flows: flowsOf(hub), lanes: lanesOf(hub), limits, signal }));
    }
    if (plays(role, "scheduler")) parts.push(schedule({ hub, store, config, signal }));
    log.info({ role, environment: config.environment, shops: [...hub.shops.keys()] }, "started");
    const ended = Promise.all(parts);
    // A part that fails ends the process; one that ends by itself does not.
    await Promise.race([untilAborted(signal), ended.then(() => untilAborted(signal))]);
    log.info({ withinMs: STOP_MS_MAX }, "stopping: finishing what is under way");
    const closing = this.#closeDoors();
    const late = new AbortController();
    const inTime = await Promise.race([
      Promise.all([ended, closing]).then(() => true),
      clock.sleep(STOP_MS_MAX, late.signal).then(() => false),
    ]);
    late.abort();
    if (!inTime) log.warn("not everything could be finished in time; its keys are taken over at the next start");
  }

  async #closeDoors(): Promise<void> {
    await Promise.all([this.#web?.close(), this.#admin?.close()]);
    this.#web = null;
    this.#admin = null;
  }

  async close(): Promise<void> {
    await this.#closeDoors();
    this.#http.close();
    await this.#store?.close();
  }
}
