/**
 * Knows which process claimed each key last, and notices whatever a run does about a key that another has claimed since:
 * a result that the store took, or a write that was allowed to go out.
 */
import { formatKey } from "../../src/core/key.ts";
import type { Claim, KeyResult } from "../../src/core/ports/store.ts";
import type { SharedStore } from "../../sim/mortal-store.ts";
import type { Trace } from "./trace.ts";

export interface ClaimWatch {
  readonly watch: SharedStore["watch"];
  written(process: string, keys: readonly string[]): void;
}

export function watchClaims(trace: Trace, found: string[]): ClaimWatch {
  const latest = new Map<string, { readonly process: string; readonly fence: bigint }>();
  return {
    watch: (process, method, given, answer) => {
      trace.detail(`${process} store.${method}`);
      if (method === "claim" && answer !== null) {
        const { flow, connection, fence, keys } = answer as Claim;
        for (const { id } of keys) latest.set(formatKey({ flow, connection, id }), { process, fence });
      }
      if (method !== "commit") return;
      const [{ flow, connection, fence }, results] = given as [Claim, readonly KeyResult[]];
      const lost = new Set(answer as readonly string[]);
      for (const { id } of results) {
        const key = formatKey({ flow, connection, id });
        if (!lost.has(id) && latest.get(key)?.fence !== fence)
          found.push(`${process} kept a result of ${key}, which another run had claimed since`);
      }
    },
    written: (process, keys) => {
      for (const key of keys) {
        const holder = latest.get(key)?.process;
        if (holder !== undefined && holder !== process)
          found.push(`${process} sent a write about ${key}, which ${holder} had claimed since`);
      }
    },
  };
}
