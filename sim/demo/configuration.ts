/** The configuration file that a merchant would write by hand for the demo's systems. */
import type { OdooDesk } from "./odoo-desk.ts";
import type { DemoShop } from "./shop.ts";

export const ODOO = "odoo";

export interface Addresses {
  readonly shops: ReadonlyMap<DemoShop, string>;
  readonly odoo: string;
  readonly hub: string;
}

/** Plain http is permitted because all of it stays on this machine. `startAt`: a day. */
export function configurationOf(odoo: OdooDesk, addresses: Addresses, startAt: string): string {
  const shops = [...addresses.shops];
  return `environment: staging
connections:
${shops.map(([shop, url]) => connectionOf(shop, url)).join("")}  ${ODOO}:
    kind: odoo
    label: Odoo
    url: ${addresses.odoo}
    database: ${odoo.database}
    user: ${odoo.user}
    apiKey: \${ODOO_KEY}
    automationSecret: \${ODOO_AUTOMATION_SECRET}
    allowHttp: true
shops:
${shops.map(([shop]) => rulesOf(shop, odoo, startAt)).join("")}\
# Webhooks tell the hub what happens; these find what no webhook told of.
schedules:
  orderPoll: "* * * * *"
  stockFeed: "* * * * *"
  stockSweep: "*/2 * * * *"
  webhookWatch: "*/5 * * * *"
web:
  host: 127.0.0.1
  port: ${new URL(addresses.hub).port}
  publicUrl: ${addresses.hub}
log:
  level: info
`;
}

function connectionOf({ id, kind, kindLabel, configuration }: DemoShop, url: string): string {
  return `  ${id}:
    kind: ${kind}
    label: ${kindLabel}
    url: ${url}
${indented(4, configuration.connection)}    allowHttp: true
`;
}

function rulesOf({ id, configuration }: DemoShop, odoo: OdooDesk, startAt: string): string {
  const { taxes, journals, deliveries, stock } = configuration;
  return `  ${id}:
    odoo: ${ODOO}
    orders:
      startAt: "${startAt}"
      shippingSku: SHIPPING
      feeSku: FEE
      deliveries: ${deliveries}
      taxes:
${indented(
  8,
  Object.entries(taxes).map(([own, tax]) => `"${own}": "${odoo.taxes[tax]}"`),
)}      journals:
${indented(
  8,
  Object.entries(journals).map(([own, journal]) => `"${own}": ${odoo.journals[journal]}`),
)}    stock:
${indented(6, stock)}`;
}

function indented(columns: number, lines: readonly string[]): string {
  return lines.map((line) => `${" ".repeat(columns)}${line}\n`).join("");
}
