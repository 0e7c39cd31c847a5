/** What no single setting can tell: references between sections, either-or, and what production forbids. */
import { at } from "./issues.ts";
import type { ConfigProblem } from "./problem.ts";
import { nearest } from "./problem.ts";
import type { ConfigTree, ConnectionSettings } from "./schema.ts";
import type { SettingPath, YamlSource } from "./yaml-source.ts";

/** It stands in a URL, and it is all that protects that address. */
const AUTOMATION_SECRET = /^[A-Za-z0-9_-]{20,200}$/;
const WEBHOOK_SECRET_LENGTH_MIN = 16;

type Report = (path: SettingPath, what: string, fix: string) => void;

export function crossCheck(tree: ConfigTree, source: YamlSource): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const report: Report = (path, what, fix) => void problems.push(at(path, { what, fix }, source));
  checkShops(tree, report);
  for (const [id, connection] of Object.entries(tree.connections)) checkConnection(id, connection, tree, report);
  checkSameShop(tree, report);
  if (tree.store.directory !== undefined && tree.store.postgresUrl !== undefined) {
    report(["store"], "names both directory and postgresUrl", "Keep one of the two.");
  }
  if (tree.environment === "production" && tree.web.publicUrl?.startsWith("http:") === true) {
    report(
      ["web", "publicUrl"],
      "is not encrypted, which production does not permit",
      "Webhooks carry customers' data: write an https address.",
    );
  }
  return problems;
}

function checkShops({ shops, connections }: ConfigTree, report: Report): void {
  const odooIds = idsOf(connections, "odoo");
  const shopIds = idsOf(connections, "woocommerce");
  if (Object.keys(shops).length === 0)
    report(["shops"], "names no shop", "Add the rules of at least one shop under the id of its connection.");
  for (const [id, shop] of Object.entries(shops)) {
    if (!shopIds.includes(id))
      report(
        ["shops", id],
        connections[id] === undefined ? `there is no connection "${id}"` : `the connection "${id}" is no shop`,
        suggestion(id, shopIds, "Shops"),
      );
    if (!odooIds.includes(shop.odoo)) {
      const what =
        connections[shop.odoo] === undefined
          ? `there is no connection "${shop.odoo}"`
          : `the connection "${shop.odoo}" is not an Odoo`;
      report(["shops", id, "odoo"], what, suggestion(shop.odoo, odooIds, "Odoo connections"));
    }
    if (shop.orders === undefined && shop.stock === undefined)
      report(["shops", id], "has neither orders nor stock", "Add a section orders, a section stock, or both.");
    checkStockScope(id, shop.stock, report);
  }
}

function checkStockScope(id: string, stock: ConfigTree["shops"][string]["stock"], report: Report): void {
  if (stock === undefined) return;
  const path = ["shops", id, "stock"];
  const fix = "Name the code of one warehouse, or the locations whose stock is sold.";
  if (stock.warehouse === undefined && stock.locations === undefined)
    report(path, "names neither warehouse nor locations", fix);
  if (stock.warehouse !== undefined && stock.locations !== undefined)
    report(path, "names both warehouse and locations", "Keep one of the two.");
}

function checkConnection(id: string, connection: ConnectionSettings, tree: ConfigTree, report: Report): void {
  const path = ["connections", id];
  const isHttp = connection.url.startsWith("http:");
  const inProduction = connection.kind === "woocommerce" && tree.environment === "production";
  if (isHttp && inProduction) {
    report(
      [...path, "url"],
      "is not encrypted, which production does not permit for a shop",
      "Write the https address of the shop.",
    );
  } else if (isHttp && !connection.allowHttp) {
    report(
      [...path, "url"],
      "is not encrypted",
      "Write an https address, or set allowHttp: true beside it if that is meant.",
    );
  }
  if (connection.kind === "odoo") {
    const given = connection.automationSecret?.reveal() ?? "";
    if (given !== "" && !AUTOMATION_SECRET.test(given)) {
      report(
        [...path, "automationSecret"],
        "is not 20 to 200 letters, digits, - or _",
        "Make one with: openssl rand -hex 24",
      );
    }
    return;
  }
  const given = connection.webhookSecret.reveal();
  if (given !== "" && given.length < WEBHOOK_SECRET_LENGTH_MIN) {
    report(
      [...path, "webhookSecret"],
      `is shorter than ${WEBHOOK_SECRET_LENGTH_MIN} characters`,
      "Make one with: openssl rand -hex 24",
    );
  }
  if (tree.shops[id] === undefined)
    report(path, `has no rules under shops.${id}`, "Add them, or remove the connection.");
}

/** One shop under two ids would bring every order twice. */
function checkSameShop({ connections }: ConfigTree, report: Report): void {
  const seen = new Map<string, string>();
  for (const [id, connection] of Object.entries(connections)) {
    if (connection.kind === "odoo") continue;
    const { host, pathname } = new URL(connection.url);
    const place = `${host}${pathname.replace(/\/+$/, "")}`;
    const other = seen.get(place);
    if (other !== undefined)
      report(
        ["connections", id, "url"],
        `is the same shop as connections.${other}.url`,
        "Each order would reach Odoo twice: keep one connection.",
      );
    seen.set(place, id);
  }
}

function idsOf(connections: ConfigTree["connections"], kind: ConnectionSettings["kind"]): string[] {
  return Object.entries(connections).flatMap(([id, connection]) => (connection.kind === kind ? [id] : []));
}

function suggestion(id: string, known: readonly string[], what: string): string {
  const meant = nearest(id, known);
  if (meant !== null) return `Did you mean "${meant}"?`;
  return known.length === 0 ? `Add it under connections.` : `${what} here: ${known.join(", ")}.`;
}
