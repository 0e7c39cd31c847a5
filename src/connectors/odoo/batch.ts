/**
 * Carries out many documents in few calls without letting one spoil the others: Odoo takes a call wholly or not at all,
 * so a refused batch is divided until the documents that are to blame stand alone.
 */
import type { Failure } from "../../core/failures.ts";
import type { CallContext } from "../../core/ports/call.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { isSystemic } from "./errors.ts";
import type { LoadOutcome, OdooSession } from "./session.ts";

/** Documents of one call: the time of a call that writes grows with them, and so does what one bad document costs. */
export const BATCH_DOCUMENTS_MAX = 40;

export type Outcomes<T> = Map<T, Result<void>>;

/**
 * `attempt` carries out all it is given, or nothing. A failure that says nothing about the documents (connection, unknown
 * outcome, a field that the server lacks) is every document's.
 */
export async function divide<T>(
  items: readonly T[],
  attempt: (items: readonly T[]) => Promise<Result<unknown>>,
): Promise<Outcomes<T>> {
  const outcomes: Outcomes<T> = new Map();
  const waiting: (readonly T[])[] = items.length === 0 ? [] : [items];
  for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
    const answer = await attempt(part);
    if (answer.ok || part.length === 1) {
      settle(outcomes, part, answer);
    } else if (isSystemic(answer.failure)) {
      // What was not tried yet would meet the same.
      for (const rest of [part, ...waiting]) settle(outcomes, rest, answer);
      return outcomes;
    } else {
      const middle = Math.ceil(part.length / 2);
      waiting.unshift(part.slice(0, middle), part.slice(middle));
    }
  }
  return outcomes;
}

function settle<T>(outcomes: Outcomes<T>, items: readonly T[], answer: Result<unknown>): void {
  for (const item of items) outcomes.set(item, answer.ok ? ok(undefined) : answer);
}

export interface LoadTable<T> {
  readonly model: string;
  readonly fields: readonly string[];
  /** The first row carries the document, the others its further lines. */
  readonly rowsOf: (item: T) => readonly (readonly string[])[];
  readonly context?: Readonly<Record<string, unknown>>;
}

/** Loads all documents; those that Odoo's messages name are left out and the rest is loaded again. */
export async function loadAll<T>(
  session: OdooSession,
  table: LoadTable<T>,
  items: readonly T[],
  call: CallContext,
): Promise<{ readonly outcomes: Outcomes<T>; readonly ids: ReadonlyMap<T, number> }> {
  const outcomes: Outcomes<T> = new Map();
  const ids = new Map<T, number>();
  const named = new Map<T, Failure>();
  const attempt = async (part: readonly T[]): Promise<Result<unknown>> => {
    const tried = part.filter((item) => !named.has(item));
    if (tried.length === 0) return ok(undefined);
    const answer = await session.load(table.model, table.fields, tried.flatMap(table.rowsOf), call, table.context);
    if (!answer.ok) return answer;
    const { value } = answer;
    if (value.kind === "loaded") {
      for (const [index, item] of tried.entries()) {
        const id = value.ids[index];
        if (id !== undefined) ids.set(item, id);
      }
      return ok(undefined);
    }
    nameRefused(named, tried, value);
    return tried.some((item) => named.has(item)) ? attempt(tried) : fail(value.general);
  };
  for (const [item, outcome] of await divide(items, attempt)) {
    const own = named.get(item);
    outcomes.set(item, own === undefined ? outcome : fail(own));
  }
  return { outcomes, ids };
}

function nameRefused<T>(
  named: Map<T, Failure>,
  tried: readonly T[],
  { byRecord }: Extract<LoadOutcome, { kind: "refused" }>,
): void {
  for (const [index, found] of byRecord) {
    const item = tried[index];
    if (item !== undefined) named.set(item, found);
  }
}

/**
 * Runs a step for those that are still well, and keeps the first failure of each. After trouble that is not the
 * documents' nothing more is sent: the others would meet the same.
 */
export async function step<T>(
  outcomes: Outcomes<T>,
  run: (items: readonly T[]) => Promise<Outcomes<T>>,
): Promise<void> {
  const well = [...outcomes].filter(([, outcome]) => outcome.ok).map(([item]) => item);
  if (well.length === 0) return;
  const trouble = troubleIn(outcomes);
  for (const [item, outcome] of trouble ? allOf(well, trouble) : await run(well)) outcomes.set(item, outcome);
}

/** A failure that says nothing about the documents, if there was one. */
export function troubleIn<T>(outcomes: Outcomes<T>): Result<void> | null {
  return [...outcomes.values()].find((outcome) => !outcome.ok && isSystemic(outcome.failure)) ?? null;
}

/** Carries out a call for one document after the other, until trouble that is not theirs. */
export async function oneByOne<T>(
  items: readonly T[],
  attempt: (item: T) => Promise<Result<unknown>>,
): Promise<Outcomes<T>> {
  const outcomes: Outcomes<T> = new Map();
  for (const item of items) settle(outcomes, [item], troubleIn(outcomes) ?? (await attempt(item)));
  return outcomes;
}

/** A step that is right from one state only, such as posting a draft. */
export interface StateGuard<T> {
  readonly idOf: (item: T) => number;
  /** Of those that exist. */
  readonly states: (ids: readonly number[]) => Promise<Result<ReadonlyMap<number, string>>>;
  readonly before: string;
  readonly after: string;
  readonly act: (ids: readonly number[]) => Promise<Result<unknown>>;
  /** Never two in one call, where Odoo would mix them up. */
  readonly alone?: boolean;
  readonly gone: (item: T) => Result<void>;
}

/**
 * Acts on those that stand in the state before; all others are as wanted, but for those that do not exist. One that was refused
 * and stands in the state after was brought there by somebody else meanwhile.
 */
export async function fromState<T>(items: readonly T[], guard: StateGuard<T>): Promise<Outcomes<T>> {
  const states = await guard.states(items.map(guard.idOf));
  if (!states.ok) return allOf(items, states);
  const outcomes: Outcomes<T> = new Map(
    items.map((item) => [item, states.value.has(guard.idOf(item)) ? ok(undefined) : guard.gone(item)]),
  );
  const due = items.filter((item) => states.value.get(guard.idOf(item)) === guard.before);
  const done = guard.alone
    ? await oneByOne(due, (item) => guard.act([guard.idOf(item)]))
    : await divide(due, (part) => guard.act(part.map(guard.idOf)));
  for (const [item, outcome] of done) outcomes.set(item, outcome);
  const refused = [...done].flatMap(([item, outcome]) =>
    !outcome.ok && outcome.failure.connection === undefined ? [item] : [],
  );
  if (refused.length === 0) return outcomes;
  const after = await guard.states(refused.map(guard.idOf));
  if (!after.ok) return outcomes;
  for (const item of refused) if (after.value.get(guard.idOf(item)) === guard.after) outcomes.set(item, ok(undefined));
  return outcomes;
}

export function allOf<T>(items: readonly T[], outcome: Result<unknown>): Outcomes<T> {
  const outcomes: Outcomes<T> = new Map();
  settle(outcomes, items, outcome);
  return outcomes;
}
