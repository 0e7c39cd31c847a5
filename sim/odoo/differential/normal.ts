/**
 * Answers of two Odoos made comparable: database ids, numbers of documents, the scripts' tokens and this moment's times
 * are replaced by what they stand for; amounts keep six digits.
 */
import { isObject } from "../orm/row.ts";

const DIGITS = 1_000_000;
/** Times this near to now are «now»: scripts write only dates that are years away. */
const NOW_MS = 36 * 3_600_000;

const NUMBERS: readonly (readonly [RegExp, string])[] = [
  [/\bR?(?:P?(?:SIMB|BNK1)|INV|MISC)\/\d{4}\/(?:\d{2}\/)?\d+/g, "NUMBER"],
  [/\bS\d{5}\b/g, "ORDER"],
  [/\bWH\/(OUT|IN)\/\d{5}\b/g, "PICKING $1"],
  [/\b(account\.[a-z.]+)\(\d+,?\)/g, "$1(ID)"],
  [/\b([a-z]+(?:\.[a-z]+)+)\(\d+,\)/g, "$1(ID)"],
  [/\(id \d+\)/g, "(id ID)"],
  [/\(\* \d+\)/g, "(* ID)"],
  [/Ids: \[\d+\]/g, "Ids: [ID]"],
  [/ \(\d+\)$/g, " (ID)"],
  [/\b(account\.(?:partial|full)\.reconcile),\d+/g, "$1,ID"],
  // 14 words this constraint only after its translations were used once.
  [/^res_partner_check_name$/, "Contacts require a name"],
  [/database id '\d+'/g, "database id 'ID'"],
];

export interface Normal {
  readonly token: string;
  readonly nowMs: number;
}

export function normalise(value: unknown, how: Normal, key = ""): unknown {
  if (typeof value === "string") return normalText(value, how);
  if (typeof value === "number")
    return key === "id" || key.endsWith("_id") ? "ID" : Math.round(value * DIGITS) / DIGITS;
  if (Array.isArray(value)) return normalList(value as unknown[], how, key);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([name, inner]) => [normalText(name, how), normalise(inner, how, name)]);
  return Object.fromEntries(entries) as unknown;
}

function normalList(list: readonly unknown[], how: Normal, key: string): unknown {
  const isMany2one = list.length === 2 && typeof list[0] === "number" && typeof list[1] === "string";
  if (isMany2one) return ["ID", normalText(list[1] as string, how)];
  const onlyIds = list.length > 0 && list.every((one) => Number.isInteger(one));
  if (
    onlyIds &&
    (key === "ids" || key.endsWith("_ids") || key === "tax_id" || key.endsWith("_line") || key === "move_lines")
  ) {
    return `${list.length} ids`;
  }
  return list.map((one) => normalise(one, how, key));
}

function normalText(text: string, { token, nowMs }: Normal): string {
  let out = text.replaceAll(token, "TOKEN").replaceAll(token.toLowerCase(), "token");
  for (const [pattern, replacement] of NUMBERS) out = out.replace(pattern, replacement);
  return out.replace(/\b\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}:\d{2})?\b/g, (date) => {
    const ms = Date.parse(date.length > 10 ? `${date.replace(" ", "T")}Z` : `${date}T12:00:00Z`);
    return Math.abs(ms - nowMs) < NOW_MS ? (date.length > 10 ? "NOW" : "TODAY") : date;
  });
}
