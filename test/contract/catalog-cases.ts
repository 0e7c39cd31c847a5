/** The contract about variants: by id, by SKU, and the whole catalog. */
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import type { ShopVariant, VariantRef } from "../../src/core/stock/shop-variant.ts";
import { readPages, readVariants, valueOf } from "./outcomes.ts";
import type { ContractCase } from "./shop-contract.ts";
import type { ShopWorld } from "./shop-world.ts";
import { quantityIn } from "./stock-levels.ts";

const MISSING = "999999999";
const MANY = 103;

const ref = (id: string, sku: string, parentId: string | null = null): VariantRef => ({ id, sku, parentId });

/** The whole catalog, of which only what this case has made counts. */
async function catalog(
  world: ShopWorld,
  known: readonly VariantRef[],
  mine: (variant: ShopVariant) => boolean,
): Promise<ShopVariant[]> {
  const pages = await readPages<ShopVariant>((page) => world.shop.variantPage(page, known, world.call));
  return pages.flatMap(({ items }) => items).filter(mine);
}

export const CATALOG_CASES: readonly ContractCase[] = [
  {
    name: "variants are read by id: simple ones and variations, found under another SKU, without one, gone",
    run: async (world) => {
      const { tag, shop, call, simpleParentOf } = world;
      const mug = await world.createSimple({ sku: `${tag}-RV-MUG`, name: "Mug", quantity: 7 });
      const blank = await world.createSimple({ sku: "", name: `${tag} without a SKU`, quantity: 1 });
      const comma = await world.createSimple({ sku: `${tag}-RV,A`, name: "Comma", quantity: 2 });
      const uncounted = await world.createSimple({ sku: `${tag}-RV-UN`, name: "Uncounted", quantity: null });
      const gone = await world.createSimple({ sku: `${tag}-RV-GONE`, name: "Gone", quantity: 1 });
      await world.removeVariant(gone, null);
      const { id: parent, variationIds } = await world.createVariable({
        name: "Shirt",
        variations: [
          { option: "S", sku: `${tag}-RV-S`, quantity: 3 },
          { option: "M", sku: `${tag}-RV-M`, quantity: 4 },
          { option: "L", sku: `${tag}-RV-L`, quantity: 5 },
        ],
      });
      const [small = "", medium = "", large = ""] = variationIds;
      await world.removeVariant(large, parent);
      const asked = [
        ref(mug, `${tag}-RV-MUG`),
        ref(blank, ""),
        ref(comma, `${tag}-RV,A`),
        ref(uncounted, `${tag}-RV-UN`),
        ref(gone, `${tag}-RV-GONE`),
        ref(small, `${tag}-RV-S`, parent),
        ref(medium, `${tag}-RV-OLD`, parent),
        ref(large, `${tag}-RV-L`, parent),
        ref(MISSING, "X"),
        ref("abc", "Y"),
        ref(parent, "Z"),
      ];
      const read = await readVariants(shop, asked, call);
      const found = asked
        .map(({ id }) => valueOf(read.get(id)))
        .map((variant) =>
          variant === null
            ? null
            : [variant.id, variant.parentId, variant.sku, variant.stockManaged, quantityIn(world, variant)],
        );
      assert.deepEqual(found, [
        [mug, simpleParentOf(mug), `${tag}-RV-MUG`, true, 7],
        [blank, simpleParentOf(blank), "", true, 1],
        [comma, simpleParentOf(comma), `${tag}-RV,A`, true, 2],
        [uncounted, simpleParentOf(uncounted), `${tag}-RV-UN`, false, null],
        null,
        [small, parent, `${tag}-RV-S`, true, 3],
        [medium, parent, `${tag}-RV-M`, true, 4],
        null,
        null,
        null,
        null,
      ]);
      assert.equal((await readVariants(shop, [], call)).size, 0);
    },
  },
  {
    name: "variants are found by their exact SKU, several at once, and nothing for blanks",
    run: async (world) => {
      const { tag, shop, call } = world;
      const mug = await world.createSimple({ sku: `${tag}-FV-Mug`, name: "Mug", quantity: 7 });
      const odd = await world.createSimple({ sku: `${tag}-FV/50% & +ü`, name: "Odd", quantity: 1 });
      const comma = await world.createSimple({ sku: `${tag}-FV,C`, name: "Comma", quantity: 1 });
      const { variationIds } = await world.createVariable({
        name: "Shirt",
        variations: [{ option: "S", sku: `${tag}-FV-S`, quantity: 3 }],
      });
      const find = async (...skus: string[]) =>
        valueOf(await shop.findVariants(skus, call))
          .map(({ id }) => id)
          .toSorted();
      const all = [mug, odd, comma, ...variationIds].toSorted();
      assert.deepEqual(
        await find(`${tag}-FV-Mug`, `${tag}-FV-S`, `${tag}-FV/50% & +ü`, `${tag}-FV,C`, `${tag}-FV-NONE`),
        all,
      );
      const foundInLowerCase = await find(`${tag}-fv-mug`.toLowerCase());
      // Whether case counts is the shop's affair; who asks compares for himself.
      assert.ok([[], [mug]].some((ids) => isDeepStrictEqual(ids, foundInLowerCase)));
      assert.deepEqual(await find(), []);
      assert.deepEqual(await find("", "  "), []);
    },
  },
  {
    name: "a SKU that stands on two variants is refused by the shop, or both are found",
    run: async (world) => {
      const sku = `${world.tag}-DUP`;
      const first = await world.createSimple({ sku, name: "First", quantity: 1 });
      const second = await world.tryDuplicateSku(sku);
      const found = valueOf(await world.shop.findVariants([sku], world.call)).map(({ id }) => id);
      assert.deepEqual(found.toSorted(), (second === null ? [first] : [first, second]).toSorted());
    },
  },
  {
    name: "for a run of stock: variants under the SKU that is remembered or another one, gone, and who carries their SKUs",
    run: async (world) => {
      const { tag, shop, call } = world;
      const mug = await world.createSimple({ sku: `${tag}-RS-MUG`, name: "Mug", quantity: 7 });
      const renamed = await world.createSimple({ sku: `${tag}-RS-NEW`, name: "Renamed", quantity: 2 });
      const blank = await world.createSimple({ sku: "", name: `${tag} without a SKU`, quantity: 1 });
      const heir = await world.createSimple({ sku: `${tag}-RS-OLD`, name: "Heir", quantity: 3 });
      const second = await world.tryDuplicateSku(`${tag}-RS-MUG`);
      const refs = [
        ref(mug, `${tag}-RS-MUG`),
        ref(renamed, `${tag}-RS-FORMER`),
        ref(blank, ""),
        ref(MISSING, `${tag}-RS-OLD`),
      ];
      const { variants, carriers } = valueOf(await shop.readForStock(refs, call));
      assert.deepEqual(
        refs.map(({ id }) => valueOf(variants.get(id))?.sku ?? null),
        [`${tag}-RS-MUG`, `${tag}-RS-NEW`, "", null],
      );
      const carried = (sku: string) => carriers.filter((one) => one.sku === sku).map(({ id }) => id);
      const mugs = carried(`${tag}-RS-MUG`).toSorted();
      assert.deepEqual(mugs, (second === null ? [mug] : [mug, second]).toSorted());
      assert.deepEqual(carried(`${tag}-RS-NEW`), [renamed]);
      assert.deepEqual(carried(`${tag}-RS-OLD`), [heir]);
      assert.equal(valueOf(await shop.readForStock([], call)).variants.size, 0);
    },
  },
  {
    name: "the catalog tells every variant once, variations known or not, parents never",
    run: async (world) => {
      const { tag, simpleParentOf } = world;
      const mug = await world.createSimple({ sku: `${tag}-CAT-MUG`, name: "Mug", quantity: 7 });
      const uncounted = await world.createSimple({ sku: `${tag}-CAT-UN`, name: "Uncounted", quantity: null });
      const known = await world.createVariable({
        name: "Known",
        variations: [
          { option: "S", sku: `${tag}-CAT-KS`, quantity: 3 },
          { option: "M", sku: `${tag}-CAT-KM`, quantity: 4 },
        ],
      });
      const fresh = await world.createVariable({
        name: "Fresh",
        variations: [
          { option: "S", sku: `${tag}-CAT-FS`, quantity: 5 },
          { option: "M", sku: "", quantity: 6 },
        ],
      });
      const shared = await world.createVariable({
        name: "Shared",
        ...(world.parentsCount ? { parentQuantity: 40 } : {}),
        variations: [{ option: "One", sku: `${tag}-CAT-ONE`, quantity: null }],
      });
      const refs = [
        ref(known.variationIds[0] ?? "", `${tag}-CAT-KS`, known.id),
        ref(known.variationIds[1] ?? "", `${tag}-CAT-OLD`, known.id),
        ref(mug, `${tag}-CAT-MUG`),
      ];
      const made = new Set([
        mug,
        uncounted,
        known.id,
        fresh.id,
        shared.id,
        ...known.variationIds,
        ...fresh.variationIds,
        ...shared.variationIds,
      ]);
      const found = await catalog(world, refs, ({ id }) => made.has(id));
      const rows = found.map((variant) => {
        const { id, parentId, sku, stockManaged } = variant;
        return [id, parentId, sku, stockManaged, quantityIn(world, variant)];
      });
      assert.deepEqual(
        byId(rows),
        byId([
          [mug, simpleParentOf(mug), `${tag}-CAT-MUG`, true, 7],
          [uncounted, simpleParentOf(uncounted), `${tag}-CAT-UN`, false, null],
          [known.variationIds[0], known.id, `${tag}-CAT-KS`, true, 3],
          [known.variationIds[1], known.id, `${tag}-CAT-KM`, true, 4],
          [fresh.variationIds[0], fresh.id, `${tag}-CAT-FS`, true, 5],
          [fresh.variationIds[1], fresh.id, "", true, 6],
          [shared.variationIds[0], shared.id, `${tag}-CAT-ONE`, false, null],
        ]),
      );
    },
  },
  {
    name: `a catalog of more than ${MANY} products comes over several pages, none twice, none left out`,
    run: async (world) => {
      const made = new Set<string>();
      for (let count = 0; count < MANY; count += 1)
        made.add(await world.createSimple({ sku: `${world.tag}-BIG-${count}`, name: `Big ${count}`, quantity: count }));
      const found = await catalog(world, [], ({ id }) => made.has(id));
      assert.equal(found.length, MANY);
      assert.equal(new Set(found.map(({ id }) => id)).size, MANY);
      for (const variant of found) assert.equal(variant.sku, `${world.tag}-BIG-${quantityIn(world, variant) ?? ""}`);
    },
  },
];

function byId(rows: readonly (readonly unknown[])[]): (readonly unknown[])[] {
  return rows.toSorted((a, b) => Number(a[0]) - Number(b[0]));
}
