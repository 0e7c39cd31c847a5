/** The command line: names, options and help; what a command does is in `commands/`. */
import { resolve } from "node:path";
import { Command, CommanderError, Option } from "commander";
import { EXIT, type CommandArguments } from "./command.ts";
import { addInit } from "./commands/init.ts";
import type { HubCommandName } from "./hub-commands.ts";
import { createOutput, type Io, type Output } from "./output.ts";
import { ROLES, type CliWorld, type Role } from "./world.ts";

export interface CliOptions {
  readonly world: CliWorld;
  readonly io: Io;
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}

export interface GlobalOptions {
  readonly config: string;
  readonly json: boolean;
}

/** Runs one command line (without node and script) and answers the exit code. */
export async function runCli(words: readonly string[], options: CliOptions): Promise<number> {
  const ending = { code: EXIT.ok as number };
  const program = createProgram(options, ending);
  try {
    await program.parseAsync([...words], { from: "user" });
    return ending.code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    throw error;
  }
}

export type Task = (output: Output, global: GlobalOptions) => Promise<number>;

function createProgram(options: CliOptions, ending: { code: number }): Command {
  const { world, io, signal } = options;
  const program = new Command("stockbridge")
    .description("Keeps web shops and Odoo telling the same truth about orders, invoices, taxes, payments and stock.")
    .version(world.version)
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .exitOverride()
    .showHelpAfterError("See --help.")
    .option("--config <path>", `configuration file (default: ${world.configFileDefault})`)
    .option("--json", "print one JSON document instead of lines")
    .configureHelp({ showGlobalOptions: true });

  const carryOut = async (command: Command, task: Task): Promise<void> => {
    const { config = world.configFileDefault, json = false } = command.optsWithGlobals<Partial<GlobalOptions>>();
    const output = createOutput(io, json);
    try {
      ending.code = await task(output, { config, json });
    } catch (error) {
      const fault = world.describeError(error);
      output.fault(fault);
      ending.code = fault.exitCode;
    } finally {
      output.end();
    }
  };
  const onHub = (command: Command, name: HubCommandName, read: (words: string[]) => CommandArguments): Command =>
    command.action(async () => {
      const given = { ...flags(command), ...read(command.args) };
      await carryOut(command, ({ emit }, { config }) => world.runHubCommand(config, name, given, emit, signal));
    });

  addInit(program.command("init"), { world, io, carryOut });
  addLooking(program, onHub);
  addWorking(program, onHub);
  addStore(program, { ...options, carryOut, onHub });
  program
    .command("start")
    .description("Start the hub: webhooks, health and metrics, worker and scheduler, until SIGTERM.")
    .addOption(
      new Option("--role <role>", "which part this process plays; other than all only with PostgreSQL")
        .choices([...ROLES])
        .default("all"),
    )
    .action(async (given: { role: Role }, command: Command) =>
      carryOut(command, (_output, { config }) => world.start(config, given.role, signal)),
    );
  program
    .command("demo")
    .description("Simulated shops and Odoo, the hub, and a trading day told while it happens. From a clone only.")
    .option("--shop <kind>", "which kind of shop, or `both` on one Odoo with shared stock")
    .option("--once", "end after the story, with 1 when anything was not as it should be")
    .action(async (given: { shop?: string; once?: boolean }, command: Command) =>
      carryOut(command, (_output, { json }) =>
        world.demo(
          [
            ...(given.shop === undefined ? [] : ["--shop", given.shop]),
            ...(given.once === true ? ["--once"] : []),
            ...(json ? ["--json"] : []),
          ],
          signal,
        ),
      ),
    );
  addConfig(program, { ...options, carryOut });
  return program;
}

type OnHub = (command: Command, name: HubCommandName, read: (words: string[]) => CommandArguments) => Command;
export type CarryOut = (command: Command, task: Task) => Promise<void>;

function addLooking(program: Command, onHub: OnHub): void {
  const checking = program
    .command("check")
    .description("Check connections, rights, modules, fields, mappings and SKUs; changes nothing.");
  onHub(
    checking.option(
      "--accept-fingerprint <odoo>",
      "confirm that this Odoo connection may be another database than before",
    ),
    "check",
    () => ({}),
  );
  onHub(
    program.command("status").description("Connections, what is out of step, proofs, the last failure."),
    "status",
    () => ({}),
  );
  const explaining = program.command("explain").description("Why something is as it is.");
  const order = explaining
    .command("order <shop> <number>")
    .description("Did it arrive, is it queued, what was found, made, refused and why; also for one never seen.");
  onHub(order, "explain", ([shop, id]) => ({ what: "order", shop, id }));
  const stock = explaining
    .command("stock <shop> <sku>")
    .description("How the published number came about, and what it would be now.");
  onHub(stock, "explain", ([shop, id]) => ({ what: "stock", shop, id }));
  onHub(
    program.command("proof <shop> <order>").description("Line by line, what shop and Odoo say of one order."),
    "proof",
    ([shop, order]) => ({ shop, order }),
  );
}

function addWorking(program: Command, onHub: OnHub): void {
  const dryRun = new Option("--dry-run", "show what would be done and write nothing");
  const running = program
    .command("run <flow> <shop> <id>")
    .description("Look at one key now: order (the shop's order id) or stock (the variant's id).");
  onHub(running.addOption(dryRun), "run", ([flow, shop, id]) => ({ flow, shop, id }));

  const reconciling = program.command("reconcile").description("Compare everything and correct what differs.");
  onHub(
    reconciling.command("stock [shop]").description("Every variant's stock.").addOption(dryRun),
    "reconcile",
    ([shop]) => ({ what: "stock", shop }),
  );
  const orders = reconciling
    .command("orders [shop]")
    .description("Every order of a period; also the way to bring older orders over.")
    .addOption(dryRun);
  orders
    .option("--from <moment>", "first moment (default: startAt of the configuration)")
    .option("--to <moment>", "end (default: now)");
  onHub(orders, "reconcile", ([shop]) => ({ what: "orders", shop }));

  const failing = program.command("failures").description("What is parked or being retried.");
  const narrow = (command: Command): Command =>
    command.option("--shop <shop>", "only of this shop").option("--code <code>", "only of this cause");
  onHub(narrow(failing.command("list").description("By cause, with what to do.")), "failures", () => ({
    action: "list",
  }));
  const retrying = narrow(
    failing.command("retry [key]").description("Try a key (order/shop-eu/1054), those of one cause, or all again now."),
  ).option("--all", "all failures");
  onHub(retrying.option("--recreate", "documents that somebody deleted may be made again"), "failures", ([key]) => ({
    action: "retry",
    key,
  }));
  const skipping = narrow(
    failing.command("skip [key]").description("Take keys off the list, with a reason that is kept."),
  ).option("--all", "all failures");
  onHub(skipping.option("--reason <text>", "why"), "failures", ([key]) => ({ action: "skip", key }));
}

interface Joined extends CliOptions {
  readonly carryOut: CarryOut;
}

function addStore(program: Command, { world, carryOut, onHub }: Joined & { readonly onHub: OnHub }): void {
  onHub(
    program
      .command("backup <file>")
      .description("Write the whole store to one file, which either kind of store takes back."),
    "backup",
    ([file]) => ({ file: file === undefined ? undefined : resolve(file) }),
  );
  program
    .command("restore <file>")
    .description("Fill the configured store from a backup. The hub must not be running.")
    .option("--replace", "the store is not empty: remove what is in it first")
    .action(async (file: string, given: { replace?: boolean }, command: Command) =>
      carryOut(command, ({ emit }, { config }) =>
        world.restore(config, resolve(file), { replace: given.replace === true }, emit),
      ),
    );
}

function addConfig(program: Command, { world, io, carryOut }: Joined): void {
  const config = program.command("config").description("About the configuration itself.");
  config
    .command("schema")
    .description("Print the JSON Schema of stockbridge.yaml.")
    .action(() => io.out(world.configSchema()));
  config.command("document", { hidden: true }).action(() => io.out(world.configDocument()));
  config
    .command("check")
    .description("Check the configuration file alone, without asking anybody.")
    .action(async (_given, command: Command) =>
      carryOut(command, ({ emit }, { config: path }) => {
        const problems = world.configProblems(path);
        for (const text of problems ?? [`${path} is right.`]) emit({ kind: "line", text });
        emit({ kind: "result", json: { file: path, problems: problems ?? [] } });
        return Promise.resolve(problems === null ? EXIT.ok : EXIT.configuration);
      }),
    );
}

/** The command's own options. */
function flags(command: Command): CommandArguments {
  return command.opts<Record<string, string | boolean>>();
}
