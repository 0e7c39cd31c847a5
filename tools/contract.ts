/**
 * `npm run contract -- woocommerce` or `-- shopify`: the contract of shops, case by case, over real HTTP. Against a simulated
 * shop on loopback, or against a real WooCommerce when WOOCOMMERCE_URL, WOOCOMMERCE_KEY and WOOCOMMERCE_SECRET are set (a
 * test shop!): what is made there is removed again. Ends with 1 when a case failed or something was left behind.
 */
import { inspect } from "node:util";
import { casesFor, SHOP_CONTRACT } from "../test/contract/shop-contract.ts";
import type { ShopWorld } from "../test/contract/shop-world.ts";
import { realWorld } from "../test/contract/real-woocommerce.ts";
import { overHttpShopify } from "../test/contract/simulated-shopify.ts";
import { overHttpWorld } from "../test/contract/simulated-woocommerce.ts";

interface OpenWorld {
  readonly label: string;
  readonly world: ShopWorld;
  /** Throws when the simulated shop was asked for something that it does not do. */
  readonly close: () => Promise<void>;
}

const OPENERS: Readonly<Record<string, () => Promise<OpenWorld>>> = {
  woocommerce: openWooCommerce,
  shopify: async () => simulated("a simulated Shopify over HTTP", await overHttpShopify()),
};

async function openWooCommerce(): Promise<OpenWorld> {
  const { WOOCOMMERCE_URL: url, WOOCOMMERCE_KEY: key, WOOCOMMERCE_SECRET: secret } = process.env;
  const given = [url, key, secret].filter((value) => value !== undefined && value !== "").length;
  if (given > 0 && given < 3)
    throw new Error("Set all of WOOCOMMERCE_URL, WOOCOMMERCE_KEY and WOOCOMMERCE_SECRET, or none.");
  if (url !== undefined && key !== undefined && secret !== undefined && given === 3) {
    const host = process.env["WOOCOMMERCE_RECEIVER"];
    const real = await realWorld({ url, key, secret, ...(host === undefined ? {} : { receiver: host }) });
    return { label: `the real WooCommerce at ${new URL(url).host}`, ...real };
  }
  return simulated("a simulated WooCommerce over HTTP", await overHttpWorld());
}

interface Simulated {
  readonly world: ShopWorld;
  readonly sim: { readonly unsupported: readonly string[] };
  readonly close: () => Promise<void>;
}

function simulated(label: string, { world, sim, close }: Simulated): OpenWorld {
  const closeAll = async (): Promise<void> => {
    await close();
    if (sim.unsupported.length > 0) throw new Error(`The simulated shop does not do: ${sim.unsupported.join("; ")}`);
  };
  return { label, world, close: closeAll };
}

async function main(words: readonly string[]): Promise<number> {
  const [kind = "", ...filters] = words;
  const open = OPENERS[kind];
  if (open === undefined) {
    console.error(`usage: npm run contract -- ${Object.keys(OPENERS).join("|")} [part of a case's name]`);
    return 1;
  }
  const isMeant = ({ name }: { readonly name: string }) => filters.every((filter) => name.includes(filter));
  if (!SHOP_CONTRACT.some(isMeant)) {
    console.error(`No case has "${filters.join(" ")}" in its name.`);
    return 1;
  }
  const { label, world, close } = await open();
  const { asked, leftOut } = casesFor(world);
  const applicable = asked.filter(isMeant);
  for (const { name, reason } of leftOut.filter(isMeant)) console.log(`left out: ${name} (${reason})`);
  console.log(`${applicable.length} cases against ${label}, as ${world.tag}`);
  let failed = 0;
  try {
    for (const one of applicable) if (!(await ended(one.name, () => one.run(world)))) failed += 1;
  } finally {
    if (!(await ended("what was made is removed again", () => world.cleanUp()))) failed += 1;
    if (!(await ended("nothing was asked that is not there", close))) failed += 1;
  }
  console.log(`\n${applicable.length + 2 - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

async function ended(name: string, work: () => Promise<void>): Promise<boolean> {
  const startedMs = Date.now();
  try {
    await work();
    console.log(`ok ${name} (${((Date.now() - startedMs) / 1000).toFixed(1)} s)`);
    return true;
  } catch (error) {
    console.log(
      `FAILED ${name}\n${(error instanceof Error ? error.message : inspect(error)).replaceAll(/^/gm, "    ")}`,
    );
    return false;
  }
}

process.exitCode = await main(process.argv.slice(2));
