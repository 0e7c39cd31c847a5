/** The words behind `npm run demo --`. */
import { parseArgs } from "node:util";
import { SHOP_KINDS, type ShopKindName } from "./shop.ts";

export interface DemoArguments {
  readonly shops: readonly ShopKindName[];
  readonly once: boolean;
  readonly json: boolean;
}

export type ReadArguments =
  | { readonly kind: "play"; readonly arguments: DemoArguments }
  | { readonly kind: "help" }
  | { readonly kind: "wrong"; readonly sentence: string };

export const USAGE = `usage: npm run demo -- [--shop woocommerce|shopify|both] [--once] [--json]

Simulated shops, a simulated Odoo and the real hub on this machine, and a story told while it happens.

  --shop <kind>  woocommerce (default), shopify, or both on one Odoo with shared stock
  --once         end after the story, with 1 when anything was not as it should be
  --json         print only the numbers, as the last line
  --help         print this`;

const BOTH = "both";

export function readArguments(words: readonly string[]): ReadArguments {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        shop: { type: "string", default: "woocommerce" },
        once: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (values.help) return { kind: "help" };
    const shops = SHOP_KINDS.filter((kind) => kind === values.shop || values.shop === BOTH);
    if (shops.length === 0)
      return {
        kind: "wrong",
        sentence: `--shop takes ${SHOP_KINDS.join(", ")} or ${BOTH}, not "${values.shop}".`,
      };
    return { kind: "play", arguments: { shops, once: values.once, json: values.json } };
  } catch (error) {
    // Node's sentence names the word and, for some, goes on with how to write it otherwise.
    return { kind: "wrong", sentence: `${(error as Error).message.split(". ")[0] ?? ""}.` };
  }
}
