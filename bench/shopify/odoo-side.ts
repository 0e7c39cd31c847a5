/** A simulated Odoo 19 with the invented catalog in two warehouses, one for each place. */
import type { Clock } from "../../src/core/ports/clock.ts";
import { createSimulatedOdoo, type SimulatedOdoo } from "../../sim/odoo/simulated-odoo.ts";
import { createRandom } from "../../sim/random.ts";
import { PLACES, type LevelCatalog } from "./level-catalog.ts";

export const ODOO_URL = "https://odoo.example.test";
export const DATABASE = "bench";
/** Invented, and good for nothing else. */
export const API_KEY = "a-key-for-benchmarks";
/** By place. */
export const WAREHOUSES = ["WH", "SECND"] as const;

export interface OdooSide {
  readonly odoo: SimulatedOdoo;
  /** By variant. */
  readonly productIds: readonly number[];
}

export async function openOdoo(catalog: LevelCatalog, clock: Clock): Promise<OdooSide> {
  const odoo = createSimulatedOdoo({
    clock,
    random: createRandom("shopify-sweep-odoo"),
    version: 19,
    baseUrl: ODOO_URL,
    database: DATABASE,
    apiKey: API_KEY,
  });
  const [first, second] = PLACES;
  await odoo.addWarehouse({ name: "Second warehouse", code: WAREHOUSES[second] });
  const skus = catalog.skus();
  const productIds = await odoo.addProducts(skus.map((sku, at) => ({ sku, stock: catalog.truth(at, first) })));
  for (const [at, sku] of skus.entries()) await odoo.adjustStock(sku, catalog.truth(at, second), WAREHOUSES[second]);
  return { odoo, productIds };
}
