/** One call of a model's method, however it came in: who calls what with which arguments. */
import type { Context } from "../orm/environment.ts";

export interface Call {
  readonly transport: "json-2" | "json-rpc";
  readonly userId: number;
  readonly model: string;
  readonly method: string;
  /** JSON-RPC's positional arguments, ids included; empty on JSON-2. */
  readonly positional: readonly unknown[];
  readonly named: Readonly<Record<string, unknown>>;
  /** JSON-2's ids; null when not given. */
  readonly ids: readonly number[] | null;
  readonly context: Context;
}
