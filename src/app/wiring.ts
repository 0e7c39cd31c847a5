/** Joins configuration, store and connectors into the hub that the engine works with. Makes no call and reads no clock. */
import type { OrderRules } from "../core/order/rules.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { ErpPort, StockScope } from "../core/ports/erp.ts";
import type { ShopPort } from "../core/ports/shop.ts";
import type { HubStore } from "../core/ports/store.ts";
import type { Transport } from "../core/ports/transport.ts";
import { createOdooConnector } from "../connectors/odoo/connector.ts";
import { createWooCommerceConnector } from "../connectors/woocommerce/connector.ts";
import type { Hub, ShopRuntime } from "../engine/hub.ts";
import type { HubObserver } from "../engine/observer.ts";
import type { Config } from "./config.ts";
import type { OdooSettings, ShopSettings, WooCommerceSettings } from "./config/schema.ts";

export interface WiringOptions {
  readonly config: Pick<Config, "connections" | "shops" | "schedules" | "web" | "environment">;
  readonly store: HubStore;
  readonly clock: Clock;
  readonly transport: Transport;
  readonly observer: HubObserver;
}

export function createHub({ config, store, clock, transport, observer }: WiringOptions): Hub {
  const erps = new Map<string, ErpPort>();
  const erpDeliveryUrls = new Map<string, string>();
  for (const [id, settings] of Object.entries(config.connections)) {
    if (settings.kind !== "odoo") continue;
    erps.set(id, odooPort(id, settings, { clock, transport }));
    const base = deliveryUrl(config, id);
    if (base !== null && settings.automationSecret !== undefined)
      erpDeliveryUrls.set(id, `${base}/${settings.automationSecret.reveal()}`);
  }
  const shops = new Map<string, ShopRuntime>();
  for (const [id, rules] of Object.entries(config.shops)) {
    const settings = config.connections[id];
    const erp = erps.get(rules.odoo);
    // The configuration was checked: this would be a defect.
    if (settings?.kind !== "woocommerce" || erp === undefined) throw new Error(`shop ${id} is not wired`);
    const port = wooCommercePort(id, settings, config.environment, { clock, transport });
    shops.set(id, shopRuntime(id, settings, rules, port, erp, deliveryUrl(config, id)));
  }
  const limits = Object.entries(config.connections).map(([connection, { runsMax }]) => ({ connection, runsMax }));
  const { backup: _backup, ...schedules } = config.schedules;
  return { clock, store, observer, shops, erps, erpDeliveryUrls, limits, schedules };
}

interface Outside {
  readonly clock: Clock;
  readonly transport: Transport;
}

export function odooPort(
  connection: string,
  settings: Pick<OdooSettings, "url" | "database" | "user" | "apiKey">,
  outside: Outside,
): ErpPort {
  const { url, database, user, apiKey } = settings;
  return createOdooConnector({ connection, url, database, user, apiKey: apiKey.reveal(), ...outside });
}

export function wooCommercePort(
  connection: string,
  settings: Pick<WooCommerceSettings, "url" | "key" | "secret" | "webhookSecret" | "allowHttp">,
  environment: string,
  outside: Outside,
): ShopPort {
  const { url, key, secret, webhookSecret, allowHttp } = settings;
  return createWooCommerceConnector({
    connection,
    url,
    key: key.reveal(),
    secret: secret.reveal(),
    webhookSecret: webhookSecret.reveal(),
    allowHttp,
    environment,
    ...outside,
  });
}

function shopRuntime(
  connection: string,
  settings: WooCommerceSettings,
  { orders, stock }: ShopSettings,
  port: ShopPort,
  erp: ErpPort,
  url: string | null,
): ShopRuntime {
  const scope = scopeOf(stock);
  return {
    connection,
    label: settings.label ?? connection,
    port,
    erp,
    orders: { enabled: orders?.enabled ?? false, rules: orderRules(connection, orders) },
    stock: {
      enabled: stock?.enabled ?? false,
      scope,
      rules: { connection, shopLabel: port.kindLabel, scope, safetyStock: stock?.safetyStock ?? 0 },
    },
    deliveryUrl: url,
  };
}

function orderRules(connection: string, orders: ShopSettings["orders"]): OrderRules {
  return {
    connection,
    shippingSku: orders?.shippingSku ?? null,
    feeSku: orders?.feeSku ?? null,
    taxes: new Map(Object.entries(orders?.taxes ?? {})),
    journals: new Map(Object.entries(orders?.journals ?? {})),
    unpaidMethods: orders?.unpaidMethods ?? [],
    deliverWhenCompleted: orders?.deliverWhenCompleted ?? false,
    startAt: orders === undefined ? null : new Date(orders.startAt).toISOString(),
    warehouse: orders?.warehouse ?? null,
    team: orders?.team ?? null,
    company: orders?.company ?? null,
  };
}

/** No locations: no stock. */
function scopeOf(stock: ShopSettings["stock"]): StockScope {
  return stock?.warehouse === undefined ? { locations: stock?.locations ?? [] } : { warehouse: stock.warehouse };
}

/** Null: nobody reaches the hub from outside. */
function deliveryUrl({ web }: Pick<Config, "web">, connection: string): string | null {
  return web.publicUrl === undefined ? null : `${web.publicUrl.replace(/\/+$/, "")}/webhooks/${connection}`;
}
