/**
 * Deliveries that come in while others are being written wait for these and are then written together, by one commit;
 * each is answered after it. One that comes alone is written at once: nothing ever waits for company. Groups follow one
 * another, so that of two deliveries about one order the later one's holds stay.
 */
import { StoreUnavailableError } from "../core/ports/store.ts";
import type { Arrival } from "./inbox.ts";

/** Deliveries in one transaction. */
export const GROUP_MAX = 64;
/** Their bodies together; a longer one goes alone. */
export const GROUP_BYTES_MAX = 4 * 1024 * 1024;

type Write = (group: readonly Arrival[]) => Promise<readonly boolean[]>;

interface Waiting {
  readonly arrival: Arrival;
  readonly resolve: (taken: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** `write` commits a group as a whole or not at all. */
export function groupReceives(write: Write): (arrival: Arrival) => Promise<boolean> {
  const waiting: Waiting[] = [];
  let writing = false;
  const writeAll = async (): Promise<void> => {
    if (writing) return;
    writing = true;
    while (waiting.length > 0) await settle(write, takeGroup(waiting));
    writing = false;
  };
  return (arrival) =>
    new Promise((resolve, reject) => {
      waiting.push({ arrival, resolve, reject });
      void writeAll();
    });
}

function takeGroup(waiting: Waiting[]): Waiting[] {
  let count = 0;
  let bytes = 0;
  for (const { arrival } of waiting.slice(0, GROUP_MAX)) {
    bytes += arrival.entry.raw.byteLength;
    if (count > 0 && bytes > GROUP_BYTES_MAX) break;
    count += 1;
  }
  return waiting.splice(0, count);
}

/** Never rejects: each of the group learns its own outcome. */
async function settle(write: Write, group: readonly Waiting[]): Promise<void> {
  try {
    const taken = await write(group.map(({ arrival }) => arrival));
    for (const [index, one] of group.entries()) one.resolve(taken[index] === true);
  } catch (error) {
    const [first] = group;
    if (error instanceof StoreUnavailableError || group.length === 1 || first === undefined) {
      for (const one of group) one.reject(error);
      return;
    }
    // One that the database refuses must not take the others with it: nothing of the group was written.
    for (const one of group) await settle(write, [one]);
  }
}
