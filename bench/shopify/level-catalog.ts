/**
 * An invented catalog at two places, by SKU and place: what Odoo has in its two warehouses is the truth, and some levels of the
 * shop show another number. Variants are numbered from 0.
 */
export const PLACES = [0, 1] as const;
export type Place = (typeof PLACES)[number];

/** Of the levels apart, one in so many has its variant's other level apart as well. */
const PAIR_EVERY = 10;
const SKU_DIGITS = 6;

export class LevelCatalog {
  readonly variants: number;
  /** Levels that are apart. */
  readonly different: number;
  private readonly apart = new Set<number>();

  /** Throws for more than one level apart a variant. */
  constructor(variants: number, different: number) {
    if (different > variants) throw new RangeError(`${different} levels apart of ${variants} variants`);
    this.variants = variants;
    this.different = different;
    for (let nth = 0; this.apart.size < different; nth += 1) {
      const variant = Math.floor((nth * variants) / different);
      this.apart.add(levelNumber(variant, nth % 2 === 0 ? 0 : 1));
      if (nth % PAIR_EVERY === 0 && this.apart.size < different)
        this.apart.add(levelNumber(variant, nth % 2 === 0 ? 1 : 0));
    }
  }

  skuOf(variant: number): string {
    return `BENCH-${String(variant).padStart(SKU_DIGITS, "0")}`;
  }

  variantOf(sku: string): number {
    return Number(sku.slice("BENCH-".length));
  }

  /** What may be sold, as Odoo has it. */
  truth(variant: number, place: Place): number {
    return place === 0 ? 10 + (variant % 90) : 5 + (variant % 40);
  }

  /** What the shop shows at first. */
  shown(variant: number, place: Place): number {
    return this.truth(variant, place) + (this.apart.has(levelNumber(variant, place)) ? 1 : 0);
  }

  skus(): string[] {
    return Array.from({ length: this.variants }, (_, variant) => this.skuOf(variant));
  }
}

function levelNumber(variant: number, place: Place): number {
  return variant * PLACES.length + place;
}
