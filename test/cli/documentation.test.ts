// The pages on the command line and on operation name what there is: every command, exit code, metric and refusal.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { createCliWorld } from "../../src/app/cli-world.ts";
import { createMetrics } from "../../src/app/metrics.ts";
import { systemClock } from "../../src/app/system-clock.ts";
import { EXIT } from "../../src/cli/command.ts";
import { runCli } from "../../src/cli/program.ts";
import {
  badRequest,
  bodyTooLarge,
  busy,
  noAutomations,
  notFound,
  storeAway,
  unknownConnection,
} from "../../src/http/refusals.ts";

const DOCS = join(import.meta.dirname, "..", "..", "docs");
const cliPage = readFileSync(join(DOCS, "cli.md"), "utf8");
const operationsPage = readFileSync(join(DOCS, "operations.md"), "utf8");

async function help(...words: string[]): Promise<string> {
  let text = "";
  const io = { out: (more: string) => void (text += more), err: () => undefined, errIsTerminal: false };
  await runCli([...words, "--help"], {
    world: createCliWorld({ clock: systemClock, environment: {} }),
    io,
    signal: new AbortController().signal,
  });
  return text;
}

function commandsIn(text: string): string[] {
  const list = text.slice(text.indexOf("Commands:"));
  return [...list.matchAll(/^ {2}([a-z]+)/gm)].flatMap(([, name]) =>
    name === undefined || name === "help" ? [] : [name],
  );
}

describe("docs/cli.md", () => {
  test("has every command, and every command of a group", async () => {
    const names = commandsIn(await help());
    assert.ok(names.length >= 11);
    for (const name of names) {
      assert.match(cliPage, new RegExp(`^### .*\`stockbridge ${name}\\b`, "m"), name);
      const page = await help(name);
      if (!page.includes("Commands:")) continue;
      for (const inner of commandsIn(page))
        assert.ok(cliPage.includes(`stockbridge ${name} ${inner}`), `${name} ${inner}`);
    }
  });

  test("has every option", async () => {
    for (const words of [
      ["init"],
      ["check"],
      ["start"],
      ["demo"],
      ["run"],
      ["reconcile", "orders"],
      ["failures", "retry"],
      ["failures", "skip"],
      ["restore"],
    ]) {
      const options = [...(await help(...words)).matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(
        ([, option]) => option ?? "",
      );
      assert.ok(options.length > 0);
      for (const option of options) assert.ok(cliPage.includes(option), `${words.join(" ")} ${option}`);
    }
  });

  test("has every exit code", () => {
    for (const code of Object.values(EXIT)) assert.match(cliPage, new RegExp(`^\\| ${code} `, "m"));
  });
});

describe("docs/operations.md", () => {
  test("has every metric", async () => {
    const page = await createMetrics({ hub: () => null, clock: systemClock, ofProcess: false }).render();
    const names = [...page.body.matchAll(/^# HELP (\S+)/gm)].map(([, name]) => name ?? "");
    assert.ok(names.length >= 14);
    for (const name of names) assert.ok(operationsPage.includes(`\`${name}\``), name);
  });

  test("has every refusal of the web", () => {
    for (const { status, body } of [
      notFound(),
      unknownConnection(),
      noAutomations("x"),
      bodyTooLarge(1),
      badRequest(),
      storeAway(),
      busy(),
    ]) {
      assert.match(operationsPage, new RegExp(`^\\| ${status} .*\`${body.code}\``, "m"));
    }
  });
});
