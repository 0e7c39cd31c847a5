/** `gid://shopify/Order/5001`: the ids of the API, and the numbers that they carry. */
import type { Level } from "./model.ts";

const PATTERN = /^gid:\/\/shopify\/(?<type>[A-Za-z]+)\/(?<id>\d{1,15})(?:\?.*)?$/;

export interface Gid {
  readonly type: string;
  readonly id: number;
}

export function gid(type: string, id: number): string {
  return `gid://shopify/${type}/${id}`;
}

export function levelGid(level: Level): string {
  return `${gid("InventoryLevel", level.id)}?inventory_item_id=${level.item.id}`;
}

/** Null: not an id. */
export function parseGid(text: string): Gid | null {
  const groups = PATTERN.exec(text)?.groups;
  if (groups === undefined) return null;
  return { type: groups["type"] ?? "", id: Number(groups["id"]) };
}

/** The number of an id of this type, or null. */
export function numberOf(type: string, text: string): number | null {
  const parsed = parseGid(text);
  return parsed?.type === type ? parsed.id : null;
}

/** As the API writes instants: whole seconds. */
export function instant(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

export function instantOrNull(ms: number | null): string | null {
  return ms === null ? null : instant(ms);
}
