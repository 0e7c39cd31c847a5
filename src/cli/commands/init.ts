/**
 * `stockbridge init`: asks (or takes options), tries both connections out, and writes the configuration with references in
 * place of secrets. Keys that were typed for the test are forgotten; none is ever written.
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { confirm, password } from "@inquirer/prompts";
import { Option, type Command } from "commander";
import type { CheckLine } from "../../core/ports/check.ts";
import { CommandError, EXIT, type Emit } from "../command.ts";
import type { InitAnswers, InitSecrets } from "../init-answers.ts";
import type { Io } from "../output.ts";
import type { CarryOut } from "../program.ts";
import type { CliWorld } from "../world.ts";
import { textOfLine } from "./check.ts";
import { askAll } from "./init-questions.ts";

interface InitFlags extends Partial<InitAnswers> {
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

/** Where the secrets are looked for before they are asked; the configuration refers to the same names. */
export function secretVariables({
  odooId,
  shopId,
}: Pick<InitAnswers, "odooId" | "shopId">): Readonly<Record<keyof InitSecrets, string>> {
  const name = (id: string, setting: string): string => `${id.replaceAll("-", "_").toUpperCase()}_${setting}`;
  return { odooApiKey: name(odooId, "API_KEY"), shopKey: name(shopId, "KEY"), shopSecret: name(shopId, "SECRET") };
}

export function addInit(command: Command, tools: InitTools): void {
  command
    .description("Ask for the two connections, try them out, and write the configuration. No secret is written.")
    .addOption(new Option("--environment <name>", "what this hub is").choices(["staging", "production"]))
    .option("--shop-id <id>", "id of the shop's connection; it is never changed later")
    .option("--shop-url <address>", "address of the WooCommerce shop")
    .option("--odoo-id <id>", "id of the Odoo connection")
    .option("--odoo-url <address>", "address of the Odoo server")
    .option("--odoo-database <name>", "its database")
    .option("--odoo-user <login>", "login of the hub's user")
    .option("--warehouse <code>", "code of the warehouse whose stock is sold")
    .option("--start-at <day>", "orders placed before concern nobody")
    .option("--public-url <address>", "address under which shop and Odoo reach this hub")
    .addOption(new Option("--store <kind>", "where the hub keeps its own data").choices(["embedded", "postgres"]))
    .option("--no-interactive", "ask nothing: options and defaults only")
    .option("--no-test", "do not try the connections out")
    .option("--dry-run", "show the files and write nothing")
    .option("--force", "replace a configuration that is there")
    .action(async (flags: InitFlags) =>
      tools.carryOut(command, ({ emit }, { config }) => init(tools, config, flags, emit)),
    );
}

async function init({ world }: InitTools, configPath: string, flags: InitFlags, emit: Emit): Promise<number> {
  if (existsSync(configPath) && flags.force !== true && flags.dryRun !== true) {
    throw new CommandError(
      `${configPath} is there already.`,
      "Name another file with --config, or replace it with --force.",
    );
  }
  const answers = await askAll({ given: flags, interactive: flags.interactive });
  const contents = world.initFiles(answers);
  const tested = flags.test ? await tryOut(world, answers, flags, emit) : null;
  if (tested !== null && tested.some(({ status }) => status === "error") && !(await writeAnyway(flags))) {
    emit({ kind: "result", json: { written: [], checks: tested } });
    throw new CommandError(
      "A connection did not work, so nothing was written.",
      "Correct what the lines above name, or write without trying: --no-test.",
      EXIT.finding,
    );
  }
  const files = Object.entries(contents).map(
    ([name, text]) => [name === world.configFileDefault ? configPath : join(dirname(configPath), name), text] as const,
  );
  for (const [path, text] of files) {
    if (flags.dryRun === true) emit({ kind: "line", text: `--- ${path}\n${shown(path, text)}` });
    else write(path, text, emit);
  }
  if (flags.dryRun !== true) for (const text of nextSteps(answers)) emit({ kind: "line", text });
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

function nextSteps(answers: InitAnswers): string[] {
  return [
    "",
    "Next:",
    "  1. Copy .env.example to .env and fill in the secrets (keep it out of version control).",
    "  2. stockbridge check: it also names the shop's tax rates and payment methods that are not mapped yet.",
    `  3. Map them, and name the products for shipping and fees, under shops.${answers.shopId}.orders.`,
    `  4. stockbridge reconcile stock ${answers.shopId} --dry-run`,
    "  5. stockbridge start",
    `  6. stockbridge reconcile stock ${answers.shopId}: brings all stock over at once, and not only with the next night.`,
  ];
}

/** The schema is for editors: a person is spared its hundreds of lines. */
function shown(path: string, text: string): string {
  return path.endsWith(".json") ? `(${text.split("\n").length - 1} lines, for editors)` : text;
}

async function tryOut(
  world: CliWorld,
  answers: InitAnswers,
  flags: InitFlags,
  emit: Emit,
): Promise<readonly CheckLine[] | null> {
  const secrets = await secretsFor(answers, flags, emit);
  if (secrets === null) return null;
  const lines: CheckLine[] = [];
  for await (const line of world.testConnections(answers, secrets)) {
    lines.push(line);
    for (const text of textOfLine(line)) emit({ kind: "line", text });
  }
  return lines;
}

async function secretsFor(answers: InitAnswers, flags: InitFlags, emit: Emit): Promise<InitSecrets | null> {
  const names = secretVariables(answers);
  const missing = Object.values(names).filter((name) => (process.env[name] ?? "") === "");
  if (missing.length > 0 && !flags.interactive) {
    emit({
      kind: "line",
      text: `The connections were not tried out: ${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} not in the environment.`,
    });
    return null;
  }
  const ask = async (key: keyof InitSecrets, message: string): Promise<string> =>
    process.env[names[key]] ??
    (await password({ message: `${message} (used for the test only, not written)`, mask: true }));
  return {
    odooApiKey: await ask("odooApiKey", "Odoo API key"),
    shopKey: await ask("shopKey", "WooCommerce consumer key (ck_…)"),
    shopSecret: await ask("shopSecret", "WooCommerce consumer secret (cs_…)"),
  };
}

async function writeAnyway(flags: InitFlags): Promise<boolean> {
  return (
    flags.interactive &&
    (await confirm({ message: "A connection did not work. Write the configuration anyway?", default: false }))
  );
}
