/**
 * `npm run demo`: a shop, an Odoo and the hub on this machine, and a story told while it happens. Then a quiet trading day
 * goes on until Ctrl-C. `--once` ends after the story, with 1 when anything was not as it should be. `--json` prints
 * only the numbers, as the last line.
 */
import { parseArgs } from "node:util";
import { createNarrator, silentNarrator, type Narrator } from "./narrator.ts";
import { openStage, type Stage } from "./stage.ts";
import { CHAPTERS, type Telling } from "./story.ts";
import { tallyOf, type Tally } from "./tally.ts";
import { tradingDay } from "./trading-day.ts";

const { values } = parseArgs({
  options: { once: { type: "boolean", default: false }, json: { type: "boolean", default: false } },
});
const COLUMNS_DEFAULT = 100;

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

function introduce(narrator: Narrator, { addresses }: Stage): void {
  narrator.chapter("Stockbridge: a web shop and an Odoo that tell the same truth");
  narrator.say(
    "All of it runs on this machine: a simulated WooCommerce shop, a simulated Odoo, and the real hub with its embedded store.",
  );
  narrator.shop(addresses.shop);
  narrator.odoo(addresses.odoo);
  narrator.hub(`${addresses.hub} (health: /health/ready, metrics: /metrics)`);
}

function conclude(narrator: Narrator, tally: Tally, wrong: readonly string[]): void {
  narrator.chapter("The books");
  narrator.table(
    ["", "count"],
    [
      ["orders placed in the shop", tally.orders.placed],
      ["of these in step with Odoo", tally.orders.synced],
      ["held for a person", tally.orders.parked],
      ["orders in Odoo", tally.documents.orders],
      ["invoices", tally.documents.invoices],
      ["payments", tally.documents.payments],
      ["documents made twice", tally.documents.duplicates],
      ["proofs equal", tally.proofs.equal],
      ["proofs different", tally.proofs.different],
      ["stock numbers compared", tally.stock.checked],
      ["of these different", tally.stock.different],
    ].map((row) => row.map(String)),
  );
  narrator.blank();
  for (const sentence of wrong) narrator.verdict(false, `Not as it should be: ${sentence}`);
  if (wrong.length === 0) narrator.verdict(true, "Everything is as it should be.");
}

/** What the numbers themselves must say, beside what the chapters have seen. */
function faultsOf(tally: Tally): string[] {
  const faults: [boolean, string][] = [
    [tally.orders.synced + tally.orders.parked < tally.orders.placed, "an order is neither in step nor held"],
    [tally.orders.parked > 0, "an order is still held"],
    [tally.documents.duplicates > 0, "a document exists twice"],
    [tally.proofs.different > 0, "a proof is different"],
    [tally.proofs.equal < tally.orders.synced, "an order in step has no proof"],
    [tally.stock.different > 0 || tally.stock.checked === 0, "stock is different"],
  ];
  return faults.filter(([isFault]) => isFault).map(([, sentence]) => sentence);
}

async function main(): Promise<number> {
  const narrator = narratorFor(values.json);
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stopping.abort());
  narrator.say("Starting the shop, Odoo and the hub (its embedded store needs a few seconds the first time) ...");
  const stage = await openStage("demo");
  const telling: Telling = { stage, narrator, wrong: [] };
  try {
    introduce(narrator, stage);
    for (const chapter of CHAPTERS) {
      if (stopping.signal.aborted) return 0;
      await chapter(telling);
    }
    const tally = await tallyOf(stage);
    telling.wrong.push(...faultsOf(tally));
    conclude(narrator, tally, telling.wrong);
    if (!values.once) await tradingDay(telling, stopping.signal);
    if (values.json) console.log(JSON.stringify(values.once ? tally : ((await finalTally(stage)) ?? tally)));
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

process.exitCode = await main();
