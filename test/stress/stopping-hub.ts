/**
 * A hub's worker that stops itself (SIGSTOP) right before one of its writes leaves, behind every check that it makes: what a
 * machine does that is suspended at the worst moment. Usage: stopping-hub.ts <database url> <settings as JSON>
 */
import { writeSync } from "node:fs";
import { parseConfig } from "../../src/app/config.ts";
import { createHttpTransport } from "../../src/app/http-transport.ts";
import { systemClock } from "../../src/app/system-clock.ts";
import { createHub } from "../../src/app/wiring.ts";
import type { HttpRequest, Transport } from "../../src/core/ports/transport.ts";
import { flowsOf } from "../../src/engine/flows.ts";
import { lanesOf } from "../../src/engine/hub.ts";
import type { HubObserver } from "../../src/engine/observer.ts";
import { work } from "../../src/engine/worker.ts";
import { openStore } from "../../src/store/open-store.ts";

export interface StoppingHubSettings {
  readonly configText: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly shopUrl: string;
  /** Before which write to which side it stops; null: it never does. */
  readonly stopAt: { readonly side: "shop" | "odoo"; readonly write: number } | null;
}

/** Odoo's methods that change nothing; every other call is a write. */
const READS =
  /\/(?:search_read|read|search|search_count|fields_get|get_external_id|check_object_reference|has_access|has_group|context_get)$/;

if (import.meta.main) {
  const [url = "", settingsText = "{}"] = process.argv.slice(2);
  const settings = JSON.parse(settingsText) as StoppingHubSettings;
  const ending = new AbortController();
  process.once("SIGTERM", () => ending.abort());
  const http = createHttpTransport({ clock: systemClock, userAgent: "Stockbridge stress test" });
  const { configText, environment } = settings;
  const config = parseConfig(configText, { file: "/stockbridge.yaml", shown: "stockbridge.yaml", environment });
  const store = await openStore({ url, clock: systemClock });
  const hub = createHub({
    config,
    store,
    clock: systemClock,
    transport: stopping(http.transport, settings),
    observer: silent(),
  });
  await work({ ...hub, flows: flowsOf(hub), lanes: lanesOf(hub), signal: ending.signal });
  await store.close();
  http.close();
}

function stopping(http: Transport, { stopAt, shopUrl }: StoppingHubSettings): Transport {
  let writes = 0;
  const isWrite = (request: HttpRequest, toShop: boolean) =>
    toShop ? request.method !== "GET" : request.method !== "GET" && !READS.test(new URL(request.url).pathname);
  return async (request) => {
    const toShop = request.url.startsWith(shopUrl);
    const counts = stopAt !== null && toShop === (stopAt.side === "shop") && isWrite(request, toShop);
    if (counts) writes += 1;
    if (!counts || writes !== stopAt.write) return http(request);
    writeSync(1, `stopping before ${request.method} ${new URL(request.url).pathname}\n`);
    process.kill(process.pid, "SIGSTOP");
    const response = await http(request);
    writeSync(1, "sent after waking\n");
    return response;
  };
}

function silent(): HubObserver {
  return {
    run: () => undefined,
    call: () => undefined,
    paused: () => undefined,
    resumed: () => undefined,
    note: () => undefined,
  };
}
