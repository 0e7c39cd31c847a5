/**
 * `npm run demo`: shops, an Odoo and the hub on this machine, and a story told while it happens. Then a quiet trading day
 * goes on until Ctrl-C. Ends with 1 when anything was not as it should be, with 2 for words that it does not know; see
 * arguments.ts for the words.
 */
import { SchemaUnavailableError, shopifySchema } from "../../tools/shopify-schema.ts";
import { readArguments, USAGE, type DemoArguments } from "./arguments.ts";
import { conclude } from "./conclusion.ts";
import { createNarrator, silentNarrator, type Narrator } from "./narrator.ts";
import { createShopifyShop } from "./shopify-shop.ts";
import { openStage, type MakeShop, type Stage } from "./stage.ts";
import { storyOf } from "./story.ts";
import { faultsOf, tallyOf, type Tally } from "./tally.ts";
import type { Telling } from "./telling.ts";
import { tradingDay } from "./trading-day.ts";
import { createWooCommerceShop } from "./woocommerce-shop.ts";

const COLUMNS_DEFAULT = 100;
const WRONG_WORDS = 2;
/** What the simulated Shopify speaks. */
const SHOPIFY_VERSION = "2026-07";

function narratorFor(json: boolean): Narrator {
  if (json) return silentNarrator;
  const { stdout } = process;
  const colours = stdout.isTTY && process.env["NO_COLOR"] === undefined;
  return createNarrator({
    write: (text) => void stdout.write(text),
    colours,
    columns: stdout.columns ?? COLUMNS_DEFAULT,
  });
}

/** Throws SchemaUnavailableError. */
function makersOf({ shops }: DemoArguments, narrator: Narrator): readonly MakeShop[] {
  return shops.map((kind) => {
    if (kind === "woocommerce") return createWooCommerceShop;
    narrator.say(
      "The simulated Shopify runs on Shopify's own schema. npm fetches it when it is not here yet, and it is checked against a known hash before anything of it is read ...",
    );
    const schema = shopifySchema(SHOPIFY_VERSION);
    return (options) => createShopifyShop(options, schema);
  });
}

function introduce(narrator: Narrator, { shops, addresses }: Stage): void {
  narrator.chapter("Stockbridge: web shops and an Odoo that tell the same truth");
  const names = shops.map(({ kindLabel }) => `a simulated ${kindLabel} shop`).join(", ");
  narrator.say(`All of it runs on this machine: ${names}, a simulated Odoo, and the real hub with its embedded store.`);
  for (const shop of shops) {
    const places = shop.places.map(({ name, warehouse }) => `${name}: Odoo's warehouse ${warehouse}`).join("; ");
    const behind = shop.places.length === 1 ? "" : ` (${places})`;
    narrator.shop(`${addresses.shops.get(shop) ?? ""}${behind}`, shops.length === 1 ? "shop" : shop.label);
  }
  narrator.odoo(addresses.odoo);
  narrator.hub(`${addresses.hub} (health: /health/ready, metrics: /metrics)`);
}

async function play(given: DemoArguments): Promise<number> {
  const narrator = narratorFor(given.json);
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stopping.abort());
  const makers = makersOf(given, narrator);
  narrator.say("Starting the shops, Odoo and the hub (its embedded store needs a few seconds the first time) ...");
  const stage = await openStage("demo", makers);
  const telling: Telling = { stage, narrator, wrong: [], chapters: 0 };
  try {
    introduce(narrator, stage);
    for (const chapter of storyOf(stage.shops)) {
      if (stopping.signal.aborted) return 0;
      await chapter(telling);
    }
    const tally = await tallyOf(stage);
    telling.wrong.push(...faultsOf(tally));
    conclude(narrator, tally, telling.wrong);
    if (!given.once) await tradingDay(telling, stopping.signal);
    if (given.json) console.log(JSON.stringify(given.once ? tally : ((await finalTally(stage)) ?? tally)));
    // Nothing of the story is on standard output then.
    if (given.json) for (const sentence of telling.wrong) console.error(`Not as it should be: ${sentence}`);
    return telling.wrong.length === 0 ? 0 : 1;
  } catch (error) {
    // A chapter that was cut short by Ctrl-C has nothing to say.
    if (stopping.signal.aborted) return 0;
    throw error;
  } finally {
    await stage.close();
  }
}

/** After Ctrl-C the hub may be gone already: it hears the same signal. */
async function finalTally(stage: Stage): Promise<Tally | null> {
  try {
    return await tallyOf(stage);
  } catch {
    return null;
  }
}

async function main(words: readonly string[]): Promise<number> {
  const read = readArguments(words);
  if (read.kind === "help") {
    console.log(USAGE);
    return 0;
  }
  if (read.kind === "wrong") {
    console.error(`${read.sentence}\n\n${USAGE}`);
    return WRONG_WORDS;
  }
  try {
    return await play(read.arguments);
  } catch (error) {
    if (!(error instanceof SchemaUnavailableError)) throw error;
    console.error(
      `${error.message}\nWithout it there is no simulated Shopify; npm run demo plays with WooCommerce alone.`,
    );
    return 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
