/**
 * Which open moves bring what is missing of a line, pure: from the customer backwards, so that what is already on its way inside
 * the warehouse is not picked a second time. The parts of a kit go in proportion.
 */
export interface PartMove {
  readonly id: number;
  readonly productId: number;
  readonly lineId: number | null;
  readonly pickingId: number;
  readonly state: string;
  /** In the move's unit, like all quantities here. */
  readonly demand: number;
  readonly reserved: number;
  /** What is filled in as done: of a finished move, what it brought. */
  readonly filled: number;
  readonly picked: boolean;
  /** To the customer. */
  readonly isFinal: boolean;
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly lines: readonly number[];
}

export interface WantedLine {
  readonly lineId: number;
  readonly productId: number;
  readonly ordered: number;
  /** To be done in all. */
  readonly units: number;
}

/** Odoo keeps quantities as floats. */
const EPSILON = 1e-6;
const DIGITS = 6;
/** Pick, pack, deliver, and one more. */
const STEPS_MAX = 4;

/** By move id; empty: nothing is missing, or nothing of it can be done now. */
export function allot(wanted: readonly WantedLine[], moves: readonly PartMove[]): ReadonlyMap<number, number> {
  const shares = new Map<number, number>();
  const byId = new Map(moves.map((move) => [move.id, move]));
  for (const line of wanted) {
    const own = moves.filter((move) => serves(move, line.lineId, byId));
    for (const [productId, same] of Map.groupBy(own, (move) => move.productId)) {
      const final = same.filter((move) => move.isFinal);
      const done = sum(final.filter(isDone).map((move) => move.filled));
      const perUnit = productId === line.productId || line.ordered === 0 ? 1 : inAll(same) / line.ordered;
      share(shares, same, rounded(line.units * perUnit) - done);
    }
  }
  return shares;
}

/** Odoo 14 names the line on the last step only, and may pick for several lines at once. */
function serves(move: PartMove, lineId: number, byId: ReadonlyMap<number, PartMove>, steps = 0): boolean {
  if (move.lineId !== null || steps === STEPS_MAX) return move.lineId === lineId;
  return move.after.flatMap((id) => byId.get(id) ?? []).some((next) => serves(next, lineId, byId, steps + 1));
}

/** All that the line asks of this part: what goes to the customer, or where that is made later, what brings it there. */
function inAll(moves: readonly PartMove[]): number {
  const open = moves.filter((move) => !isDone(move));
  const ahead = open.filter((move) => !move.isFinal && move.after.length === 0);
  return sum([...moves.filter((move) => move.isFinal), ...ahead].map((move) => move.demand));
}

function share(shares: Map<number, number>, moves: readonly PartMove[], missing: number): void {
  let left = missing;
  const open = moves.filter((move) => !isDone(move));
  const byId = new Map(open.map((move) => [move.id, move]));
  const nearest = open.toSorted((a, b) => distance(a, byId) - distance(b, byId) || b.id - a.id);
  for (const move of nearest) {
    if (left < EPSILON) return;
    if (move.state === "waiting" || move.state === "draft") continue;
    // What has not come up to here yet is brought by the steps before.
    const waits = move.before.some((id) => byId.has(id));
    const taken = shares.get(move.id) ?? 0;
    const units = Math.min(left, (waits ? move.reserved : move.demand) - taken);
    if (units < EPSILON) continue;
    shares.set(move.id, rounded(taken + units));
    left -= units;
  }
}

/** Steps to the customer. */
function distance(move: PartMove, open: ReadonlyMap<number, PartMove>, steps = 0): number {
  if (move.isFinal || steps === STEPS_MAX) return steps;
  const next = move.after.flatMap((id) => open.get(id) ?? []);
  return next.length === 0 ? steps + 1 : Math.min(...next.map((each) => distance(each, open, steps + 1)));
}

function isDone(move: PartMove): boolean {
  return move.state === "done";
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function rounded(value: number): number {
  return Number(value.toFixed(DIGITS));
}
