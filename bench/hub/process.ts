/**
 * The hub process that benchmarks measure: started with its options as JSON, it says when it is ready, answers commands,
 * and stops in order when told to, or when the benchmark that started it is gone.
 */
import { lanesOf } from "../../src/engine/hub.ts";
import { flowsOf } from "../../src/engine/flows.ts";
import { orderMark } from "../../src/engine/polls.ts";
import { reconcileStock } from "../../src/engine/reconcile-stock.ts";
import { work } from "../../src/engine/worker.ts";
import { createWebServer } from "../../src/http/server.ts";
import { sentenceOf } from "../../src/core/failures.ts";
import { keepHeapSmall } from "../../src/app/heap.ts";
import { systemClock } from "../../src/app/system-clock.ts";
import { publishBare } from "./bare-stock.ts";
import type { Answer, Command, HubProcessOptions, Usage } from "./messages.ts";
import { wire, type Wired } from "./wiring.ts";

const US_PER_MS = 1_000;
const BYTES_PER_KB = 1_024;

function tell(answer: Answer): void {
  process.send?.(answer);
}

function usage(): Usage {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return {
    cpuMs: (userCPUTime + systemCPUTime) / US_PER_MS,
    rssBytes: process.memoryUsage.rss(),
    rssPeakBytes: maxRSS * BYTES_PER_KB,
  };
}

async function carryOut(command: Exclude<Command, { kind: "stop" }>, { hub, shop }: Wired): Promise<Answer> {
  switch (command.kind) {
    case "mark-orders":
      await hub.store.mark(command.ids.map((id) => orderMark(shop, id, "poll")));
      return { kind: "marked" };
    case "publish-bare":
      return { kind: "published-bare", latenciesMs: await publishBare(hub, shop, command.changes) };
    case "sweep": {
      const swept = await reconcileStock(hub, shop, { dryRun: false });
      return swept.ok ? { kind: "swept", report: swept.value } : { kind: "failed", message: sentenceOf(swept.failure) };
    }
    case "usage":
      break;
  }
  return { kind: "usage", usage: usage() };
}

async function main(options: HubProcessOptions): Promise<void> {
  const wired = await wire(options);
  const stopping = new AbortController();
  const stopped = Promise.withResolvers<void>();
  stopping.signal.addEventListener("abort", () => stopped.resolve(), { once: true });
  process.once("disconnect", () => stopping.abort());
  const app = options.roles.includes("web") ? createWebServer(wired.web) : null;
  const webUrl = app === null ? null : await app.listen({ host: "127.0.0.1", port: 0 });
  const { hub, store } = wired;
  const common = { store, clock: systemClock, observer: hub.observer, signal: stopping.signal };
  const working = options.roles.includes("worker")
    ? work({ ...common, flows: flowsOf(hub), lanes: lanesOf(hub), limits: hub.limits })
    : Promise.resolve();
  process.on("message", (command: Command) => {
    if (command.kind === "stop") stopping.abort();
    else carryOut(command, wired).then(tell, (error: unknown) => tell({ kind: "failed", message: String(error) }));
  });
  tell({ kind: "ready", webUrl, usage: usage() });
  await stopped.promise;
  await app?.close();
  await working;
  await wired.close();
}

keepHeapSmall();
const [given] = process.argv.slice(2);
if (given === undefined) throw new Error("the options are missing");
await main(JSON.parse(given) as HubProcessOptions);
process.disconnect?.();
