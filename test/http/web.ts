/** A web server as a process runs it, on a real embedded store in memory; both sides are out of reach, as webhooks must not care. */
import { createHmac } from "node:crypto";
import { parseConfig, type Config } from "../../src/app/config.ts";
import { createMetrics } from "../../src/app/metrics.ts";
import { createObserver } from "../../src/app/observer.ts";
import { createLog, secretsOf } from "../../src/app/log.ts";
import { systemClock } from "../../src/app/system-clock.ts";
import { createHub } from "../../src/app/wiring.ts";
import { TransportError, type Transport } from "../../src/core/ports/transport.ts";
import type { HubStore } from "../../src/core/ports/store.ts";
import type { Hub } from "../../src/engine/hub.ts";
import { createWebServer } from "../../src/http/server.ts";

export const WEBHOOK_SECRET = "webhook-secret-of-tests";
export const AUTOMATION_SECRET = "automation-secret-of-tests";

const CONFIG = `environment: staging
connections:
  odoo-main: { kind: odoo, url: "https://odoo.example.test", database: main, user: hub, apiKey: "\${KEY}", automationSecret: "\${AUTOMATION}" }
  odoo-bare: { kind: odoo, url: "https://odoo.example.test", database: bare, user: hub, apiKey: "\${KEY}" }
  shop-eu: { kind: woocommerce, url: "https://shop.example.test", key: "\${KEY}", secret: "\${KEY}", webhookSecret: "\${WEBHOOK}" }
shops:
  shop-eu: { odoo: odoo-main, orders: { startAt: "2026-01-01" }, stock: { warehouse: WH } }
web: { publicUrl: "https://hub.example.test", bodyBytesMax: 65536 }
`;

export function testConfig(): Config {
  const environment = { KEY: "key-of-tests", WEBHOOK: WEBHOOK_SECRET, AUTOMATION: AUTOMATION_SECRET };
  return parseConfig(CONFIG, { file: "/srv/stockbridge.yaml", shown: "stockbridge.yaml", environment });
}

const outOfReach: Transport = () => Promise.reject(new TransportError("not-sent", "connection refused"));

export interface Web {
  readonly server: ReturnType<typeof createWebServer>;
  readonly hub: Hub | null;
  readonly logged: string[];
}

/** Without a store: as a process that waits for its database. */
export function openWeb(store: HubStore | null): Web {
  const config = testConfig();
  const logged: string[] = [];
  const log = createLog({
    level: "info",
    secrets: secretsOf(config),
    stream: { write: (line) => void logged.push(line) },
  });
  const opened: { hub: Hub | null } = { hub: null };
  const metrics = createMetrics({ hub: () => opened.hub, clock: systemClock, ofProcess: false });
  const observer = createObserver(log, metrics);
  if (store !== null) opened.hub = createHub({ config, store, clock: systemClock, transport: outOfReach, observer });
  const erpSecrets = new Map<string, string | null>([
    ["odoo-main", AUTOMATION_SECRET],
    ["odoo-bare", null],
  ]);
  const server = createWebServer({
    hub: () => opened.hub,
    shopIds: new Set(["shop-eu"]),
    erpSecrets,
    bodyBytesMax: config.web.bodyBytesMax,
    clock: systemClock,
    log,
    metrics,
  });
  return { server, hub: opened.hub, logged };
}

export function signed(
  body: string,
  topic: string,
  deliveryId: string,
  secret = WEBHOOK_SECRET,
): Record<string, string> {
  return {
    "content-type": "application/json",
    "x-wc-webhook-topic": topic,
    "x-wc-webhook-delivery-id": deliveryId,
    "x-wc-webhook-signature": createHmac("sha256", secret).update(body).digest("base64"),
  };
}
