/** A world while it runs, and the hub's processes in it. */
import type { HubStore } from "../../src/core/ports/store.ts";
import type { HubObserver } from "../../src/engine/observer.ts";
import { faultyTransport } from "../../sim/faults.ts";
import { createMortal } from "../../sim/mortal.ts";
import { mortalStore, type SharedStore } from "../../sim/mortal-store.ts";
import type { Random } from "../../sim/random.ts";
import type { VirtualTime } from "../../sim/virtual-clock.ts";
import type { ClaimWatch } from "./claim-watch.ts";
import { taxName } from "./erp-side.ts";
import { startHubProcess, type HubProcess, type Settings, type ShopConfiguration, type Spoil } from "./hub-process.ts";
import { MINUTE_MS, type ShopPlan, type WorldPlan } from "./plan.ts";
import type { ErpSide, ShopSide } from "./sides.ts";
import type { StockStory } from "./stock-story.ts";
import type { Trace } from "./trace.ts";

const ZOMBIE_MS = 12 * MINUTE_MS;

export interface World {
  readonly plan: WorldPlan;
  readonly time: VirtualTime;
  readonly random: Random;
  readonly trace: Trace;
  readonly shops: readonly ShopSide[];
  readonly erp: ErpSide;
  /** What was sold and offered while it ran. */
  readonly story: StockStory;
  readonly shared: SharedStore;
  readonly claims: ClaimWatch;
  readonly processes: HubProcess[];
  readonly found: string[];
  readonly spoil: Spoil;
  readonly store: HubStore;
  faults: number;
  deaths: number;
  taxMapped: boolean;
}

export function aliveProcess(processes: readonly HubProcess[]): HubProcess | undefined {
  return processes.findLast(({ mortal }) => mortal.alive());
}

/** Another process of the hub on the same store. */
export function startProcess(world: World): void {
  const { plan, time, trace, shared, processes, shops, erp, random } = world;
  const number = processes.length;
  const death = plan.deaths[world.deaths] ?? null;
  const name = `hub ${number + 1}`;
  const mortal = createMortal({
    name,
    time,
    death,
    mayDie: () => time.nowMs() < plan.chaosEndsMs,
    onDeath: (label) => {
      world.deaths += 1;
      const wakes = death?.wakesAfterMs ?? null;
      trace.tell(
        `${name} ${wakes === null ? "is killed" : `is stopped for ${Math.round(wakes / 1000)} s`} at ${label} (${death?.callHappens === true ? "which happens" : "before it"})`,
      );
      time.after(death?.restartAfterMs ?? 0, "restart", () => startProcess(world));
      // A zombie gets time to do its damage; then somebody notices that two hubs run.
      if (wakes !== null) time.after(wakes + ZOMBIE_MS, "end of a zombie", () => mortal.kill());
    },
  });
  trace.tell(`${name} starts`);
  const network = (connection: string) => {
    const shop = shops.find(({ id }) => id === connection);
    const faults = plan.shops.find(({ id }) => id === connection)?.faults ?? plan.erpFaults;
    return faultyTransport({
      time,
      random: random.fork(`network ${connection} ${number}`),
      server: (request) => (shop ?? erp).server(request),
      faults,
      trace: (line) => {
        if (line.includes(" !")) world.faults += 1;
        trace.tell(`${name} ${line}`);
      },
    });
  };
  const started = startHubProcess({
    mortal,
    store: mortalStore(mortal, shared),
    transport: network,
    erp,
    settings: settingsOf(world),
    observer: tracing(name, trace, world.found),
    onWrite: (keys) => world.claims.written(name, keys),
    onStock: (connection, write) => world.story.wrote(connection, write),
    spoil: world.spoil,
  });
  processes.push(started);
  started.ended.catch((error: unknown) =>
    world.found.push(`${name} ended with ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`),
  );
}

function settingsOf(world: World): Settings {
  const { plan, shops } = world;
  return {
    shops: shops.map((shop, at) => configurationOf(world, shop, plan.shops[at]!)),
    automations: plan.automations,
    runsMax: plan.runsMax,
  };
}

function configurationOf({ taxMapped }: World, shop: ShopSide, plan: ShopPlan): ShopConfiguration {
  const mapped = shop.rates.filter(({ country }) => taxMapped || country !== "US");
  const { id, kind, address, key, secret, methods, places } = shop;
  return {
    id,
    kind,
    address,
    key,
    secret,
    rules: {
      connection: id,
      shippingSku: "SHIPPING",
      feeSku: "FEE",
      taxes: new Map(mapped.map((rate) => [rate.id, taxName(rate.id)])),
      journals: new Map([
        [methods.card, "CARD"],
        [methods.bacs, "BNK1"],
        [methods.cod, "BNK1"],
      ]),
      unpaidMethods: [methods.cod],
      deliveries: plan.sends,
      startAt: null,
      warehouses: new Map(places.size === 1 ? [] : places),
      warehouse: "WH",
      team: null,
      company: null,
    },
    scopes: new Map([...places].map(([location, warehouse]) => [location, { warehouse }])),
    safetyStock: plan.safetyStock,
    webhooks: plan.webhooks,
  };
}

function tracing(name: string, trace: Trace, found: string[]): HubObserver {
  return {
    run: ({ flow, connection, id, status, code, sentence }) =>
      trace.tell(`${name} ${flow}/${connection}/${id} ${status} ${code ?? ""} ${sentence}`),
    call: () => {},
    paused: (connection, sentence, untilMs) =>
      trace.tell(`${name} pauses ${connection} until ${new Date(untilMs).toISOString().slice(11, 19)}: ${sentence}`),
    resumed: (connection) => trace.tell(`${name} resumes ${connection}`),
    note: (level, what, details) => {
      const error = details["error"];
      trace.tell(`${name} ${level}: ${what}${error instanceof Error ? ` ${error.name}: ${error.message}` : ""}`);
      if (what === "defect")
        found.push(`${name} met a defect: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    },
  };
}
