/** Reads results within the contract: a failure where a value was due is told in its own sentence. */
import assert from "node:assert/strict";
import { sentenceOf, type Failure, type FailureCode } from "../../src/core/failures.ts";
import type { CallContext } from "../../src/core/ports/call.ts";
import type { ChangePage, ShopPort, VariantsRead } from "../../src/core/ports/shop.ts";
import type { Result } from "../../src/core/result.ts";
import type { VariantRef } from "../../src/core/stock/shop-variant.ts";

const PAGES_MAX = 10_000;

export function valueOf<T>(result: Result<T> | undefined): T {
  if (result === undefined) throw new Error("there is no outcome");
  if (!result.ok) throw new Error(sentenceOf(result.failure));
  return result.value;
}

/** The failure, which must have this code. */
export function failureOf(result: Result<unknown> | undefined, code: FailureCode): Failure {
  assert.ok(result !== undefined && !result.ok, `${code} was expected`);
  assert.equal(result.failure.code, code, sentenceOf(result.failure));
  return result.failure;
}

export type ReadPage<T> = (page: string | null) => Promise<Result<ChangePage<T>>>;

export async function readPages<T>(read: ReadPage<T>): Promise<readonly ChangePage<T>[]> {
  const pages: ChangePage<T>[] = [];
  let token: string | null = null;
  for (let count = 1; count <= PAGES_MAX; count += 1) {
    const page: ChangePage<T> = valueOf(await read(token));
    pages.push(page);
    token = page.nextPage;
    if (token === null) return pages;
  }
  throw new Error(`more than ${PAGES_MAX} pages`);
}

/** A call without a lease, its exchanges recorded. */
export function freeCall(recorded: unknown[] = []): CallContext {
  return {
    deadlineMs: () => Number.POSITIVE_INFINITY,
    beforeWrite: async () => {},
    record: (exchange) => recorded.push(exchange),
  };
}

/** Every one of them, by id; null: gone. */
export async function readVariants(
  shop: ShopPort,
  refs: readonly VariantRef[],
  call: CallContext,
): Promise<VariantsRead["variants"]> {
  return valueOf(await shop.readForStock(refs, call)).variants;
}
