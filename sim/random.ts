/**
 * Seeded randomness for simulations and tests: the same seed gives the same numbers for ever, on every machine.
 * Xoshiro128** (Blackman and Vigna, public domain), its state filled by SplitMix64 from the seed. Not for secrets.
 */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number between `min` and `max`, both included. */
  int(min: number, max: number): number;
  /** True with this probability (0 to 1). */
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** A shuffled copy. */
  shuffle<T>(items: readonly T[]): T[];
  /** Lower-case hexadecimal digits. */
  hex(digits: number): string;
  /** An independent stream, the same for the same label: using it does not move this one. */
  fork(label: string): Random;
}

export type Seed = number | bigint | string;

const MASK_64 = (1n << 64n) - 1n;
const HEX = "0123456789abcdef";

export function createRandom(seed: Seed): Random {
  const origin = seedNumber(seed);
  const uint32 = xoshiro128(origin);
  const next = (): number => uint32() / 0x1_0000_0000;
  const int = (min: number, max: number): number => {
    if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || max < min) {
      throw new RangeError(`no whole number between ${min} and ${max}`);
    }
    return min + Math.floor(next() * (max - min + 1));
  };
  const shuffle = <T>(items: readonly T[]): T[] => {
    const copy = [...items];
    for (let last = copy.length - 1; last > 0; last -= 1) {
      const other = int(0, last);
      const swapped = copy[last] as T;
      copy[last] = copy[other] as T;
      copy[other] = swapped;
    }
    return copy;
  };
  return {
    next,
    int,
    shuffle,
    chance: (probability) => next() < probability,
    pick: (items) => {
      if (items.length === 0) throw new RangeError("nothing to pick from");
      return items[int(0, items.length - 1)] as (typeof items)[number];
    },
    hex: (digits) => Array.from({ length: digits }, () => HEX.charAt(int(0, 15))).join(""),
    fork: (label) => createRandom(splitMix64(origin ^ hashText(label))()),
  };
}

function seedNumber(seed: Seed): bigint {
  if (typeof seed === "string") return hashText(seed);
  return BigInt(seed) & MASK_64;
}

/** FNV-1a over UTF-16 code units, 64 bits. */
function hashText(text: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (let at = 0; at < text.length; at += 1) hash = ((hash ^ BigInt(text.charCodeAt(at))) * 0x100000001b3n) & MASK_64;
  return hash;
}

function splitMix64(start: bigint): () => bigint {
  let state = start;
  return () => {
    state = (state + 0x9e3779b97f4a7c15n) & MASK_64;
    let mixed = state;
    mixed = ((mixed ^ (mixed >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK_64;
    mixed = ((mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn) & MASK_64;
    return mixed ^ (mixed >> 31n);
  };
}

function xoshiro128(seed: bigint): () => number {
  const fill = splitMix64(seed);
  const [high, low] = [fill(), fill()];
  let a = Number(high >> 32n) | 0;
  let b = Number(high & 0xffffffffn) | 0;
  let c = Number(low >> 32n) | 0;
  let d = Number(low & 0xffffffffn) | 0;
  // The one state it could never leave.
  if ((a | b | c | d) === 0) a = 1;
  const rotate = (value: number, by: number): number => (value << by) | (value >>> (32 - by));
  return () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result >>> 0;
  };
}
