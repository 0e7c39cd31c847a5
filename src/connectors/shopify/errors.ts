/**
 * Tells one answer of Shopify from another, and names what it means in the hub's own failures.
 */
import { failure, type Failure } from "../../core/failures.ts";
import { ERRORS_SHOWN_MAX, MESSAGE_CHARS_MAX } from "./limits.ts";

/** The status of a failure that asks for a smaller page. */
const COST_EXCEEDED_STATUS = "MAX_COST_EXCEEDED";

/** One entry of a mutation's `userErrors`; many mutations have no `code`. */
export interface UserError {
  readonly message: string;
  readonly field?: readonly string[] | null;
  readonly code?: string | null;
}

/** Whether the shop found the query too expensive: nothing was done, and a smaller page can be asked for. */
export function costExceeded({ code, params }: Failure): boolean {
  return code === "SHOP_REJECTED" && params["status"] === COST_EXCEEDED_STATUS;
}

/**
 * What the shop refused by `userErrors`, in its own words; null when there are none. `what` is for people:
 * `the quantity of SKU ABC-RED-M`.
 */
export function refusal(connection: string, userErrors: readonly UserError[], what: string): Failure | null {
  const [first] = userErrors;
  if (first === undefined) return null;
  const shown = userErrors.slice(0, ERRORS_SHOWN_MAX).map(sayUserError).join("; ");
  const more = userErrors.length > ERRORS_SHOWN_MAX ? `; and ${userErrors.length - ERRORS_SHOWN_MAX} more` : "";
  const message = `${shown}${more}`.slice(0, MESSAGE_CHARS_MAX);
  return failure("SHOP_REJECTED", { connection, what, message, status: first.code ?? "userErrors" });
}

function sayUserError({ message, field }: UserError): string {
  const place = (field ?? []).join(".");
  return place === "" ? message : `${message} (${place})`;
}
