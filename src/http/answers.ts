/** What the web answers, as checked shapes: the same ones that API documentation is made of. */
import { z } from "zod";

/** Every refusal, of any address: what is wrong in one sentence, and what to do. */
export const refusalBody = z.strictObject({
  code: z.string().describe("Machine-readable; one of docs/failures.md for what concerns a delivery."),
  sentence: z.string(),
  fix: z.string(),
});
export type RefusalBody = z.infer<typeof refusalBody>;

export const receivedBody = z.strictObject({
  taken: z
    .boolean()
    .describe("False when it had been taken before, or was nothing to act on. Either way it is acknowledged."),
  ignored: z.string().nullable().describe("Why there was nothing to do; null otherwise."),
});
export type ReceivedBody = z.infer<typeof receivedBody>;

export const liveBody = z.strictObject({ status: z.literal("live") });

export const readyBody = z.strictObject({
  status: z.enum(["ready", "not-ready"]),
  store: z.strictObject({ status: z.enum(["ok", "away"]), sentence: z.string() }),
  connections: z.array(
    z.strictObject({
      connection: z.string(),
      kind: z.string(),
      state: z.enum(["running", "paused"]),
      sentence: z.string(),
      pausedSince: z.string().nullable().describe("UTC, ISO 8601."),
      triedAgainAt: z.string().nullable().describe("UTC, ISO 8601."),
      lastSuccess: z.string().nullable().describe("UTC, ISO 8601."),
    }),
  ),
});
export type ReadyBody = z.infer<typeof readyBody>;
