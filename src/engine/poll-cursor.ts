/**
 * Where a poll of changes stands: the newest change seen, and what was seen within the overlap that is read again each
 * time. Without that memory the last orders of a quiet shop would be hinted at by every poll for ever, and a failing one
 * among them would never park. Pure.
 */
export interface Change {
  readonly id: string;
  /** UTC, ISO 8601; "" for what could not be understood. */
  readonly modifiedAt: string;
}

export interface PollCursor {
  readonly newest: string;
  /** By id: the date of the change that was seen, and how often. */
  readonly seen: Readonly<Record<string, readonly [modifiedAt: string, times: number]>>;
}

/**
 * Looked at so often, a change is known. Twice, because a second change within the same second, made after the first
 * look, carries the same date.
 */
export const LOOKS = 2;
/** Of a flood of changes the rest is simply looked at again. */
export const SEEN_MAX = 5_000;

export function readCursor(value: string | null, since: string): PollCursor {
  if (value === null) return { newest: since, seen: {} };
  const { newest, seen } = JSON.parse(value) as PollCursor;
  return { newest, seen };
}

/** Those that are not known yet. */
export function unknownOf<T extends Change>({ seen }: PollCursor, changes: readonly T[]): readonly T[] {
  return changes.filter(({ id, modifiedAt }) => {
    const before = seen[id];
    return before === undefined || before[0] !== modifiedAt || before[1] < LOOKS;
  });
}

/** The cursor after these were seen; what is older than the overlap is not read again and need not be remembered. */
export function afterSeeing(cursor: PollCursor, changes: readonly Change[], overlapMs: number): PollCursor {
  const newest = changes.reduce((latest, { modifiedAt }) => (modifiedAt > latest ? modifiedAt : latest), cursor.newest);
  const oldest = new Date(Date.parse(newest) - overlapMs).toISOString();
  const seen = new Map(Object.entries(cursor.seen));
  for (const { id, modifiedAt } of changes) {
    const before = seen.get(id);
    const times = before !== undefined && before[0] === modifiedAt ? Math.min(before[1] + 1, LOOKS) : 1;
    seen.set(id, [modifiedAt, times]);
  }
  const kept = [...seen].filter(([, [modifiedAt]]) => modifiedAt === "" || modifiedAt >= oldest).slice(-SEEN_MAX);
  return { newest, seen: Object.fromEntries(kept) };
}
