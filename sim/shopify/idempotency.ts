/**
 * `@idempotent(key:)`: required where Shopify requires it. The same key with the same arguments gets the first answer again,
 * with others an error; a key whose first attempt failed is used up. Keys live for a day.
 */
import { getDirectiveValues, type GraphQLResolveInfo } from "graphql";
import type { Clock } from "../../src/core/ports/clock.ts";
import { ApiError, type Args } from "./table.ts";

const REQUIRED: ReadonlySet<string> = new Set([
  "inventorySetQuantities",
  "inventoryAdjustQuantities",
  "inventoryActivate",
  "refundCreate",
]);
const KEY_LIFE_MS = 24 * 3_600_000;
const KEY_CHARS_MAX = 255;

interface Attempt {
  readonly mutation: string;
  readonly arguments: string;
  readonly atMs: number;
  readonly payload: Payload;
}

interface Payload {
  readonly userErrors: readonly unknown[];
}

export class Idempotency {
  private readonly clock: Clock;
  /** Oldest first. */
  private readonly attempts = new Map<string, Attempt>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Carries the mutation out, unless its key says that it was. */
  once(info: GraphQLResolveInfo, args: Args, resolve: () => unknown): unknown {
    const key = keyOf(info);
    if (key === null) {
      if (REQUIRED.has(info.fieldName))
        throw new ApiError(
          "The @idempotent directive is required for this mutation but was not provided.",
          "BAD_REQUEST",
        );
      return resolve();
    }
    if (key === "" || key.length > KEY_CHARS_MAX)
      throw new ApiError(`The idempotency key must have 1 to ${KEY_CHARS_MAX} characters.`, "BAD_REQUEST");
    this.forget();
    const text = JSON.stringify(args);
    const before = this.attempts.get(key);
    if (before === undefined) {
      const payload = resolve() as Payload;
      this.attempts.set(key, { mutation: info.fieldName, arguments: text, atMs: this.clock.nowMs(), payload });
      return payload;
    }
    if (before.mutation !== info.fieldName || before.arguments !== text)
      return refused(
        "IDEMPOTENCY_KEY_PARAMETER_MISMATCH",
        "The same idempotency key cannot be used with different operation parameters.",
      );
    if (before.payload.userErrors.length > 0)
      return refused(
        "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED",
        "A previous request with this idempotency key failed. Retry with a new idempotency key.",
      );
    return before.payload;
  }

  private forget(): void {
    const oldestMs = this.clock.nowMs() - KEY_LIFE_MS;
    for (const [key, { atMs }] of this.attempts) {
      if (atMs > oldestMs) return;
      this.attempts.delete(key);
    }
  }
}

function keyOf(info: GraphQLResolveInfo): string | null {
  const directive = info.schema.getDirective("idempotent");
  const [node] = info.fieldNodes;
  if (!directive || node === undefined) return null;
  const key = getDirectiveValues(directive, node, info.variableValues)?.["key"];
  return typeof key === "string" ? key : null;
}

/** Fields that such a payload has not are null, as after any refusal. */
function refused(code: string, message: string): Payload {
  return { userErrors: [{ field: null, message, code }] };
}
