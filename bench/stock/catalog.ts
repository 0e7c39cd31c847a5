/**
 * An invented catalog in two places, a shop and an Odoo: the same variants by SKU, each with a quantity on either side. Odoo's is
 * the truth; `shop` is what the shop shows. Variants are numbered from 0.
 */
const FIRST_SHOP_ID = 1_001;
const FIRST_PRODUCT_ID = 500_001;

export class Catalog {
  readonly size: number;
  readonly odoo: Int32Array;
  readonly shop: Int32Array;
  readonly #indexBySku = new Map<string, number>();

  /** All in step at first. */
  constructor(size: number) {
    this.size = size;
    this.odoo = Int32Array.from({ length: size }, (_, index) => 10 + (index % 90));
    this.shop = this.odoo.slice();
    for (let index = 0; index < size; index += 1) this.#indexBySku.set(this.skuOf(index), index);
  }

  /** Lets `count` variants, spread evenly, show another number in the shop than Odoo has. Answers their indexes. */
  setApart(count: number): number[] {
    const indexes = Array.from({ length: count }, (_, nth) => Math.floor((nth * this.size) / count));
    for (const index of indexes) this.shop[index] = (this.odoo[index] ?? 0) + 1;
    return indexes;
  }

  different(): number {
    return this.odoo.reduce((count, quantity, index) => count + (this.shop[index] === quantity ? 0 : 1), 0);
  }

  skuOf(index: number): string {
    return `BENCH-${String(index).padStart(6, "0")}`;
  }

  shopIdOf(index: number): number {
    return FIRST_SHOP_ID + index;
  }

  productIdOf(index: number): number {
    return FIRST_PRODUCT_ID + index;
  }

  indexOfSku(sku: string): number | undefined {
    return this.#indexBySku.get(sku);
  }

  indexOfShopId(id: number): number | undefined {
    return this.#within(id - FIRST_SHOP_ID);
  }

  indexOfProduct(id: number): number | undefined {
    return this.#within(id - FIRST_PRODUCT_ID);
  }

  #within(index: number): number | undefined {
    return index >= 0 && index < this.size ? index : undefined;
  }
}
