/** Joins configuration, store and connectors into the hub that the engine works with. Makes no call and reads no clock. */
import type { OrderRules } from "../core/order/rules.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { ErpPort } from "../core/ports/erp.ts";
import type { ShopPort } from "../core/ports/shop.ts";
import type { HubStore } from "../core/ports/store.ts";
import type { Transport } from "../core/ports/transport.ts";
import { createOdooConnector } from "../connectors/odoo/connector.ts";
import type { Hub, ShopRuntime } from "../engine/hub.ts";
import type { HubObserver } from "../engine/observer.ts";
import type { Config } from "./config.ts";
import { isOdoo, isShop, type OdooSettings, type ShopConnection } from "./config/connections.ts";
import type { ShopSettings, StockSettings } from "./config/schema.ts";
import { deliveringWarehouses, stockScopes } from "./config/stock-scopes.ts";
import { shopKind } from "./shop-kinds.ts";

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
    if (!isOdoo(settings)) continue;
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
    if (settings === undefined || !isShop(settings) || erp === undefined) throw new Error(`shop ${id} is not wired`);
    const port = shopPort(id, settings, config.environment, { clock, transport });
    shops.set(id, shopRuntime(settings.label ?? id, rules, port, erp, deliveryUrl(config, id)));
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

export function shopPort(
  connection: string,
  { kind, url, allowHttp, settings }: Pick<ShopConnection, "kind" | "url" | "allowHttp" | "settings">,
  environment: string,
  outside: Outside,
): ShopPort {
  const values = Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name, typeof value === "string" ? value : value.reveal()]),
  );
  return shopKind(kind).create({ connection, url, values, allowHttp, environment }, outside);
}

function shopRuntime(
  label: string,
  { orders, stock }: ShopSettings,
  port: ShopPort,
  erp: ErpPort,
  url: string | null,
): ShopRuntime {
  const { connection, kindLabel: shopLabel } = port;
  return {
    connection,
    label,
    port,
    erp,
    orders: { enabled: orders?.enabled ?? false, rules: orderRules(connection, orders, stock) },
    stock: {
      enabled: stock?.enabled ?? false,
      rules: { connection, shopLabel, scopes: stockScopes(stock), safetyStock: stock?.safetyStock ?? 0 },
    },
    deliveryUrl: url,
  };
}

function orderRules(connection: string, orders: ShopSettings["orders"], stock: StockSettings | undefined): OrderRules {
  return {
    connection,
    shippingSku: orders?.shippingSku ?? null,
    feeSku: orders?.feeSku ?? null,
    taxes: new Map(Object.entries(orders?.taxes ?? {})),
    journals: new Map(Object.entries(orders?.journals ?? {})),
    unpaidMethods: orders?.unpaidMethods ?? [],
    deliveries: orders?.deliveries ?? "apart",
    startAt: orders === undefined ? null : new Date(orders.startAt).toISOString(),
    warehouses: deliveringWarehouses(stock),
    warehouse: orders?.warehouse ?? null,
    team: orders?.team ?? null,
    company: orders?.company ?? null,
  };
}

/** Null: nobody reaches the hub from outside. */
function deliveryUrl({ web }: Pick<Config, "web">, connection: string): string | null {
  return web.publicUrl === undefined ? null : `${web.publicUrl.replace(/\/+$/, "")}/webhooks/${connection}`;
}
