/**
 * Speaks Shopify's Admin GraphQL API: paces itself by the cost that the shop reports, waits out throttling within the caller's
 * deadline, records without secrets, and answers with the operation's result or a failure. A mutation that was throttled was
 * not executed, so it is sent again with the same variables (and so the same idempotency key).
 */
import type { CallContext } from "../../core/ports/call.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Transport } from "../../core/ports/transport.ts";
import type { Result } from "../../core/result.ts";
import type { Operation } from "./operation.ts";

export type ShopifyCredentials =
  | { readonly kind: "token"; readonly accessToken: string }
  /** A Dev Dashboard app: its access token is fetched and renewed by the client itself. */
  | { readonly kind: "client"; readonly clientId: string; readonly clientSecret: string };

export interface ShopifyClientOptions {
  /** The connection's id in the configuration. */
  readonly connection: string;
  /** The shop's own address, `https://example.myshopify.com`. */
  readonly url: string;
  readonly credentials: ShopifyCredentials;
  /** Plain http is refused unless this is true and the environment is not production. */
  readonly allowHttp: boolean;
  readonly environment: string;
  readonly clock: Clock;
  readonly transport: Transport;
}

export interface ShopifyClient {
  readonly connection: string;
  /**
   * Answers with the operation's data, complete: an answer with top-level errors is a failure. `userErrors` inside the data are
   * the caller's: see `refusal` of errors.ts. A query that the shop finds too expensive fails so that `costExceeded(failure)`
   * of errors.ts is true: ask for a smaller page. Throws LeaseLostError when no time is left to ask.
   */
  request<R, V>(operation: Operation<R, V>, variables: V, call: CallContext): Promise<Result<R>>;
  /** The version that the shop last answered with; null before the first answer. */
  servedVersion(): string | null;
}

/** Throws an Error for an address or credentials that can never work: that is the configuration's fault, said at start. */
export declare function createShopifyClient(options: ShopifyClientOptions): ShopifyClient;
