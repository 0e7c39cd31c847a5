/**
 * `stockbridge init`: asks (or takes options), tries both connections out, and writes the configuration with references in
 * place of secrets. Keys that were typed for the test are forgotten; none is ever written.
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { confirm, password } from "@inquirer/prompts";
import { Option, type Command } from "commander";
import { sentenceOf } from "../../core/failures.ts";
import type { CheckLine } from "../../core/ports/check.ts";
import type { ShopKind } from "../../core/ports/shop-kind.ts";
import { CommandError, EXIT, type Emit } from "../command.ts";
import { variableOf, type InitAnswers, type InitSecrets, type ProposedLocation } from "../init-answers.ts";
import type { Io } from "../output.ts";
import type { CarryOut } from "../program.ts";
import type { CliWorld } from "../world.ts";
import { textOfLine } from "./check.ts";
import { askAll, isOpen, optionOf, type Asking } from "./init-questions.ts";

interface InitFlags {
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly test: boolean;
  readonly interactive: boolean;
}

interface InitTools {
  readonly world: CliWorld;
  readonly io: Io;
  readonly carryOut: CarryOut;
}

export function addInit(command: Command, tools: InitTools): void {
  const kinds = tools.world.shopKinds;
  command
    .description("Ask for the two connections, try them out, and write the configuration. No secret is written.")
    .addOption(new Option("--environment <name>", "what this hub is").choices(["staging", "production"]))
    .addOption(new Option("--shop-kind <kind>", "what kind of shop it is").choices(kinds.map(({ kind }) => kind)))
    .option("--shop-id <id>", "id of the shop's connection; it is never changed later")
    .option("--shop-url <address>", "address of the shop")
    .option("--shop-credentials <name>", `how the hub gets into the shop (${waysIn(kinds)})`);
  for (const [option, description] of settingOptions(kinds)) command.option(`--${option} <value>`, description);
  command
    .option("--odoo-id <id>", "id of the Odoo connection")
    .option("--odoo-url <address>", "address of the Odoo server")
    .option("--odoo-database <name>", "its database")
    .option("--odoo-user <login>", "login of the hub's user")
    .option("--warehouse <code>", "code of the warehouse whose stock is sold; for shops without locations")
    .option("--start-at <day>", "orders placed before concern nobody")
    .option("--public-url <address>", "address under which shop and Odoo reach this hub")
    .addOption(new Option("--store <kind>", "where the hub keeps its own data").choices(["embedded", "postgres"]))
    .option("--no-interactive", "ask nothing: options and defaults only")
    .option("--no-test", "do not try the connections out")
    .option("--dry-run", "show the files and write nothing")
    .option("--force", "replace a configuration that is there")
    .action(async () => tools.carryOut(command, ({ emit }, { config }) => init(tools, config, command, emit)));
}

function waysIn(kinds: readonly ShopKind[]): string {
  return kinds
    .filter(({ alternatives }) => alternatives.length > 0)
    .map(({ label, alternatives }) => `${label}: ${alternatives.map(({ name }) => name).join(" or ")}`)
    .join("; ");
}

/** One option for each setting that is no secret; kinds may share one. */
function settingOptions(kinds: readonly ShopKind[]): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  for (const { label, settings } of kinds)
    for (const setting of settings.filter(isOpen)) {
      const values = setting.type === "choice" ? ` (${setting.choices.map(({ value }) => value).join(", ")})` : "";
      const before = options.get(optionOf(setting));
      const own = `${label}: ${setting.ask}${values}`;
      options.set(optionOf(setting), before === undefined ? own : `${before}; ${own}`);
    }
  return options;
}

async function init({ world }: InitTools, configPath: string, command: Command, emit: Emit): Promise<number> {
  const flags = command.opts<InitFlags>();
  if (existsSync(configPath) && flags.force !== true && flags.dryRun !== true) {
    throw new CommandError(
      `${configPath} is there already.`,
      "Name another file with --config, or replace it with --force.",
    );
  }
  const given = command.opts<Asking["given"]>();
  const answers = await askAll({ given, interactive: flags.interactive, kinds: world.shopKinds });
  // Answers that contradict each other are told before anybody is asked for a key.
  world.initFiles(answers, null);
  const secrets = flags.test ? await secretsFor(answers, flags, emit) : null;
  const tested = secrets === null ? null : await tryOut(world, answers, secrets, emit);
  if (tested !== null && tested.some(({ status }) => status === "error") && !(await writeAnyway(flags))) {
    emit({ kind: "result", json: { written: [], checks: tested } });
    throw new CommandError(
      "A connection did not work, so nothing was written.",
      "Correct what the lines above name, or write without trying: --no-test.",
      EXIT.finding,
    );
  }
  const locations = secrets === null ? null : await locationsOf(world, answers, secrets, emit);
  const files = Object.entries(world.initFiles(answers, locations)).map(
    ([name, text]) => [name === world.configFileDefault ? configPath : join(dirname(configPath), name), text] as const,
  );
  for (const [path, text] of files) {
    if (flags.dryRun === true) emit({ kind: "line", text: `--- ${path}\n${shown(path, text)}` });
    else write(path, text, emit);
  }
  if (flags.dryRun !== true) for (const text of nextSteps(answers, locations)) emit({ kind: "line", text });
  const named = Object.fromEntries(files);
  emit({
    kind: "result",
    json: {
      written: flags.dryRun === true ? [] : Object.keys(named),
      checks: tested ?? [],
      ...(flags.dryRun === true ? { files: named } : {}),
    },
  });
  return EXIT.ok;
}

function write(path: string, text: string, emit: Emit): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  emit({ kind: "line", text: `Written: ${path}` });
}

function nextSteps(answers: InitAnswers, locations: readonly ProposedLocation[] | null): string[] {
  const { shopId, shopKind } = answers;
  const unmapped =
    locations === null || locations.length === 0 || locations.some(({ warehouse }) => warehouse === null);
  const steps = [
    "Copy .env.example to .env and fill in the secrets (keep it out of version control).",
    ...(shopKind.abilities.locations && unmapped
      ? [
          `Name the warehouse behind each of the shop's locations under shops.${shopId}.stock.shopLocations (docs/configuration.md, Locations): nothing is written to a location that is not named.`,
        ]
      : []),
    `stockbridge check: it also names the shop's ${shopKind.abilities.locations ? "locations, " : ""}tax rates and payment methods that are not mapped yet.`,
    `Map them, and name the products for shipping and fees, under shops.${shopId}.orders.`,
    `stockbridge reconcile stock ${shopId} --dry-run`,
    "stockbridge start",
    `stockbridge reconcile stock ${shopId}: brings all stock over at once, and not only with the next night.`,
  ];
  return ["", "Next:", ...steps.map((step, index) => `  ${index + 1}. ${step}`)];
}

/** The schema is for editors: a person is spared its hundreds of lines. */
function shown(path: string, text: string): string {
  return path.endsWith(".json") ? `(${text.split("\n").length - 1} lines, for editors)` : text;
}

async function tryOut(
  world: CliWorld,
  answers: InitAnswers,
  secrets: InitSecrets,
  emit: Emit,
): Promise<readonly CheckLine[]> {
  const lines: CheckLine[] = [];
  for await (const line of world.testConnections(answers, secrets)) {
    lines.push(line);
    for (const text of textOfLine(line)) emit({ kind: "line", text });
  }
  return lines;
}

/** Null: the shop has none, or they could not be read. */
async function locationsOf(
  world: CliWorld,
  answers: InitAnswers,
  secrets: InitSecrets,
  emit: Emit,
): Promise<readonly ProposedLocation[] | null> {
  if (!answers.shopKind.abilities.locations) return null;
  const read = await world.proposeLocations(answers, secrets);
  if (read.ok) return read.value;
  emit({ kind: "line", text: `The shop's locations were not read: ${sentenceOf(read.failure)}.` });
  return null;
}

async function secretsFor(answers: InitAnswers, flags: InitFlags, emit: Emit): Promise<InitSecrets | null> {
  const { odooId, shopId, shopKind, shopSecrets } = answers;
  const ofShop = shopKind.settings.flatMap((setting) =>
    setting.type === "secret" && setting.ask !== null && shopSecrets.includes(setting.name)
      ? [{ name: setting.name, message: setting.ask, variable: variableOf(shopId, setting.name) }]
      : [],
  );
  const odooVariable = variableOf(odooId, "apiKey");
  const variables = [odooVariable, ...ofShop.map(({ variable }) => variable)];
  const missing = variables.filter((name) => (process.env[name] ?? "") === "");
  if (missing.length > 0 && !flags.interactive) {
    emit({
      kind: "line",
      text: `The connections were not tried out: ${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} not in the environment.`,
    });
    return null;
  }
  const ask = async (variable: string, message: string): Promise<string> => {
    const known = process.env[variable] ?? "";
    return known === "" ? password({ message: `${message} (used for the test only, not written)`, mask: true }) : known;
  };
  const odooApiKey = await ask(odooVariable, "Odoo API key");
  const shop: Record<string, string> = {};
  for (const { name, message, variable } of ofShop) shop[name] = await ask(variable, message);
  return { odooApiKey, shop };
}

async function writeAnyway(flags: InitFlags): Promise<boolean> {
  return (
    flags.interactive &&
    (await confirm({ message: "A connection did not work. Write the configuration anyway?", default: false }))
  );
}
