/** Reads what a person gave, against what the hub has: each mistake ends in a sentence that names what there is. */
import { FLOWS, type FlowName, type Key } from "../core/key.ts";
import type { Hub, ShopRuntime } from "../engine/hub.ts";
import { CommandError, type CommandArguments } from "./command.ts";

export function textOf(args: CommandArguments, name: string): string {
  const value = args[name];
  if (typeof value !== "string" || value === "")
    throw new CommandError(`${name} is missing.`, "See the command's --help.");
  return value;
}

export function optionalText(args: CommandArguments, name: string): string | undefined {
  const value = args[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function isSet(args: CommandArguments, name: string): boolean {
  return args[name] === true;
}

export function shopOf(hub: Hub, connection: string): ShopRuntime {
  const shop = hub.shops.get(connection);
  if (shop !== undefined) return shop;
  throw new CommandError(`There is no shop "${connection}".`, `Shops here: ${[...hub.shops.keys()].join(", ")}.`);
}

/** The named shop, or all of them. */
export function shopsOf(hub: Hub, connection: string | undefined): readonly ShopRuntime[] {
  return connection === undefined ? [...hub.shops.values()] : [shopOf(hub, connection)];
}

export function flowOf(name: string): FlowName {
  const flow = FLOWS.find((known) => known === name);
  if (flow === undefined) throw new CommandError(`There is no flow "${name}".`, `Flows: ${FLOWS.join(", ")}.`);
  return flow;
}

export function enabledFlow(shop: ShopRuntime, flow: FlowName): FlowName {
  const { enabled } = flow === "order" ? shop.orders : shop.stock;
  if (enabled) return flow;
  const section = flow === "order" ? "orders" : "stock";
  throw new CommandError(
    `${shop.connection} does not use the flow ${flow}.`,
    `Add the section shops.${shop.connection}.${section} to the configuration.`,
  );
}

/** `order/shop-eu/1054`. */
export function keyOf(hub: Hub, text: string): Key {
  const [flow = "", connection = "", ...rest] = text.split("/");
  const id = rest.join("/");
  if (id === "")
    throw new CommandError(`"${text}" is not a key.`, "Write it as <flow>/<shop>/<id>, such as order/shop-eu/1054.");
  return { flow: flowOf(flow), connection: shopOf(hub, connection).connection, id };
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A day (in UTC, its beginning) or a moment with its zone; UTC ISO 8601. */
export function instantOf(name: string, text: string): string {
  const zoned = DAY.test(text) || /(?:Z|[+-]\d{2}:\d{2})$/.test(text);
  const ms = zoned ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms))
    throw new CommandError(
      `${name} "${text}" is not a moment.`,
      "Write a day (2026-01-31) or a moment with its zone (2026-01-31T08:00:00Z).",
    );
  return new Date(ms).toISOString();
}
