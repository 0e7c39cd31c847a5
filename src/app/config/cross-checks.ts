/** What no single setting can tell: references between sections, either-or, and what production forbids. */
import type { SecretSetting, ShopKind } from "../../core/ports/shop-kind.ts";
import { shopKind } from "../shop-kinds.ts";
import { isOdoo, isShop, type ConnectionSettings, type OdooSettings, type ShopConnection } from "./connections.ts";
import { at } from "./issues.ts";
import type { ConfigProblem } from "./problem.ts";
import { nearest } from "./problem.ts";
import type { ConfigTree } from "./schema.ts";
import { checkShopRules } from "./shop-checks.ts";
import { Secret } from "./secret.ts";
import type { SettingPath, YamlSource } from "./yaml-source.ts";

/** It stands in a URL, and it is all that protects that address. */
const AUTOMATION_SECRET = /^[A-Za-z0-9_-]{20,200}$/;

export type Report = (path: SettingPath, what: string, fix: string) => void;

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
  const odooIds = idsOf(connections, isOdoo);
  const shopIds = idsOf(connections, isShop);
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
    const connection = connections[id];
    if (connection !== undefined && isShop(connection)) checkShopRules(id, shop, shopKind(connection.kind), report);
  }
}

function checkConnection(id: string, connection: ConnectionSettings, tree: ConfigTree, report: Report): void {
  const path = ["connections", id];
  const isHttp = connection.url.startsWith("http:");
  if (isHttp && isShop(connection) && tree.environment === "production") {
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
  if (isOdoo(connection)) return checkOdoo(path, connection, report);
  checkShopConnection(path, connection, shopKind(connection.kind), report);
  if (tree.shops[id] === undefined)
    report(path, `has no rules under shops.${id}`, "Add them, or remove the connection.");
}

function checkOdoo(path: SettingPath, { automationSecret }: OdooSettings, report: Report): void {
  const given = automationSecret?.reveal() ?? "";
  if (given === "" || AUTOMATION_SECRET.test(given)) return;
  report(
    [...path, "automationSecret"],
    "is not 20 to 200 letters, digits, - or _",
    "Make one with: openssl rand -hex 24",
  );
}

function checkShopConnection(path: SettingPath, { settings }: ShopConnection, kind: ShopKind, report: Report): void {
  const secrets = kind.settings.filter((setting): setting is SecretSetting => setting.type === "secret");
  for (const { name, lengthMin, tooShort } of secrets) {
    const value = settings[name];
    const given = value instanceof Secret ? value.reveal() : "";
    if (given !== "" && given.length < lengthMin)
      report([...path, name], `is shorter than ${lengthMin} characters`, tooShort);
  }
  checkAlternatives(path, settings, kind, report);
}

/** Of groups that exclude each other one is given, and the whole of it. */
function checkAlternatives(
  path: SettingPath,
  settings: ShopConnection["settings"],
  { alternatives }: ShopKind,
  report: Report,
): void {
  if (alternatives.length === 0) return;
  const started = alternatives.filter((group) => group.settings.some((name) => settings[name] !== undefined));
  const [first, second] = started;
  const ways = alternatives.map((group) => `${group.settings.join(" and ")} (${group.label})`).join(", or ");
  if (first === undefined) report(path, "has no credentials", `Write ${ways}.`);
  else if (second !== undefined) {
    const given = [first, second].map((group) => group.settings.find((name) => settings[name] !== undefined));
    report(path, `has both ${given.join(" and ")}, which are two ways in`, `Keep one: ${ways}.`);
  } else {
    const missing = first.settings.filter((name) => settings[name] === undefined);
    const there = first.settings.filter((name) => settings[name] !== undefined);
    if (missing.length > 0)
      report(path, `has ${there.join(" and ")} without ${missing.join(" and ")}`, `Write ${ways}.`);
  }
}

/** One shop under two ids would bring every order twice. */
function checkSameShop({ connections }: ConfigTree, report: Report): void {
  const seen = new Map<string, string>();
  for (const [id, connection] of Object.entries(connections)) {
    if (isOdoo(connection)) continue;
    const place = `${connection.kind} ${shopKind(connection.kind).address.identity(new URL(connection.url))}`;
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

function idsOf(connections: ConfigTree["connections"], isMeant: (one: ConnectionSettings) => boolean): string[] {
  return Object.entries(connections).flatMap(([id, connection]) => (isMeant(connection) ? [id] : []));
}

function suggestion(id: string, known: readonly string[], what: string): string {
  const meant = nearest(id, known);
  if (meant !== null) return `Did you mean "${meant}"?`;
  return known.length === 0 ? `Add it under connections.` : `${what} here: ${known.join(", ")}.`;
}
