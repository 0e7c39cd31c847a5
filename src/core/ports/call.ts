/**
 * What accompanies each call that a connector makes on behalf of a run (or of a job, whose guard does nothing).
 */
export interface Exchange {
  /** Connection id. */
  readonly connection: string;
  /** What was done, in the connector's words: `sale.order load`, `POST /orders/batch`. */
  readonly call: string;
  readonly write: boolean;
  /** JSON-able, already free of secrets; personal data is redacted by the recorder. */
  readonly request: unknown;
  readonly response: unknown;
  readonly status: number | string;
  readonly durationMs: number;
}

export interface CallContext {
  /** Epoch ms by which any request must have ended: shorter than the lease left. Connectors clamp their time-outs to it. */
  readonly deadlineMs: () => number;
  /**
   * Awaited by connectors right before each request that writes. Throws LeaseLostError when another run has taken
   * the keys over: nothing may be sent then.
   */
  readonly beforeWrite: () => Promise<void>;
  readonly record: (exchange: Exchange) => void;
}

export class LeaseLostError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "LeaseLostError";
  }
}
