/**
 * Reads lists: each answer is checked to be one, its count of pages taken from the headers, and an endpoint that
 * ignores `page` (a cache, a plugin) is told before it is read for ever.
 */
import type { CallContext } from "../../core/ports/call.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { broken, type Answer } from "./answer.ts";
import type { Query, WooClient } from "./client.ts";
import { idOfItem } from "./decode-variant.ts";
import { PAGE_ITEMS_MAX } from "./limits.ts";

export interface ListPage {
  readonly items: readonly unknown[];
  /** By X-WP-Total; null when a proxy has taken the header away. */
  readonly total: number | null;
  readonly isLast: boolean;
  /** "" when the page is empty. */
  readonly firstId: string;
}

/** One page of up to 100. */
export async function readPage(
  client: WooClient,
  path: string,
  query: Query,
  page: number,
  call: CallContext,
): Promise<Result<ListPage>> {
  const answer = await client.get(path, { ...query, per_page: PAGE_ITEMS_MAX, page }, call);
  if (!answer.ok) return answer;
  return toPage(client, path, page, answer.value);
}

function toPage(
  { connection }: WooClient,
  path: string,
  page: number,
  { body, found, headers }: Answer,
): Result<ListPage> {
  const asked = { connection, what: `GET ${path}` };
  if (!found) return fail(broken(asked, "the list is said not to exist"));
  if (!Array.isArray(body)) return fail(broken(asked, "no list"));
  const items: readonly unknown[] = body;
  const totalPages = wholeNumber(headers["x-wp-totalpages"]);
  const isLast = totalPages === null ? items.length < PAGE_ITEMS_MAX : page >= totalPages;
  return ok({
    items,
    total: wholeNumber(headers["x-wp-total"]),
    isLast,
    firstId: items.length === 0 ? "" : (idOfItem(items[0]) ?? ""),
  });
}

/** All pages, for lists that are short by nature. */
export async function readAll(
  client: WooClient,
  path: string,
  query: Query,
  pagesMax: number,
  call: CallContext,
): Promise<Result<readonly unknown[]>> {
  const items: unknown[] = [];
  let firstId = "";
  for (let page = 1; page <= pagesMax; page += 1) {
    const read = await readPage(client, path, query, page, call);
    if (!read.ok) return read;
    if (isSamePage(read.value.firstId, firstId)) return fail(ignoresPage(client, path));
    firstId = read.value.firstId;
    items.push(...read.value.items);
    if (read.value.isLast) return ok(items);
  }
  return fail(broken({ connection: client.connection, what: `GET ${path}` }, `more than ${pagesMax} pages`));
}

export function isSamePage(firstId: string, previousFirstId: string): boolean {
  return firstId !== "" && firstId === previousFirstId;
}

export function ignoresPage({ connection }: WooClient, path: string) {
  return broken(
    { connection, what: `GET ${path}` },
    "the same page again: something (a cache, a plugin) ignores the parameter page",
  );
}

/** WooCommerce's ids; anything else would ask for another address. */
export function isId(id: string): boolean {
  return /^[1-9]\d{0,15}$/.test(id);
}

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,12}$/.test(text.trim()) ? Number(text) : null;
}
