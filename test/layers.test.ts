/**
 * Holds the direction of the code: `core` <- `connectors`, `store`, `engine` <- `http`, `cli` <- `app`.
 * An allow-list: what is not named here is refused, packages and Node's own modules included.
 */
import assert from "node:assert/strict";
import { posix } from "node:path";
import { describe, test } from "node:test";
import { importsOf, lineAt, readSource, repositoryFiles, withoutText } from "./source.ts";

interface Layer {
  /** The folder whose files the rule holds. The first layer that fits a file counts. */
  readonly folder: string;
  /** Folders that may be imported beside the layer's own. */
  readonly folders: readonly string[];
  readonly packages: readonly string[];
  /** Modules of Node itself: all, or those named. */
  readonly node: "all" | readonly string[];
}

const LAYERS: readonly Layer[] = [
  // Hashing is a pure function that Node holds; chance, which lives in the same module, is refused below.
  { folder: "src/core", folders: [], packages: ["decimal.js"], node: ["node:crypto"] },
  { folder: "src/connectors/odoo", folders: ["src/core"], packages: ["zod"], node: "all" },
  { folder: "src/connectors/woocommerce", folders: ["src/core"], packages: ["oauth-1.0a", "zod"], node: "all" },
  { folder: "src/connectors/shopify", folders: ["src/core"], packages: ["zod"], node: "all" },
  {
    folder: "src/store",
    folders: ["src/core"],
    packages: ["kysely", "pg", "@electric-sql/pglite", "pg-boss"],
    node: "all",
  },
  { folder: "src/engine", folders: ["src/core"], packages: [], node: [] },
  {
    folder: "src/http",
    folders: ["src/core", "src/engine"],
    packages: ["fastify", "zod", "pino", "prom-client"],
    node: "all",
  },
  {
    folder: "src/cli",
    folders: ["src/core", "src/engine"],
    packages: ["commander", "@inquirer/prompts", "cli-progress"],
    node: "all",
  },
  // The one place that joins the parts.
  {
    folder: "src/app",
    folders: ["src"],
    packages: [
      "commander",
      "cron-parser",
      "yaml",
      "zod",
      "pino",
      "prom-client",
      "fastify",
      "pg",
      "@electric-sql/pglite",
      "kysely",
      "pg-boss",
    ],
    node: "all",
  },
  // Plays the merchant beside a hub that runs as a process of its own; its time and its network are the real ones.
  // Shopify's schema, which its simulated Shopify executes, comes to a person's machine by the same tool as to the tests.
  { folder: "sim/demo", folders: ["sim", "src/core", "src/app", "tools"], packages: [], node: "all" },
  { folder: "sim", folders: ["src/core"], packages: ["fastify", "decimal.js", "graphql"], node: "all" },
];

/** What a test beside its part may import in addition. Tests that span parts live in `test`. */
const TEST_PACKAGES = ["fast-check"];

/** The time and randomness of the whole hub come from one file, so that a simulation can put its own in their place. */
const CLOCK_FILE = "src/app/system-clock.ts";
const CLOCK_USES = /\bDate\.now\b|\bnew Date\(\s*\)|\b(?:setTimeout|setInterval|performance\.now)\b|\bMath\.random\b/g;
const CORE_USES = /\bprocess\.|\bcrypto\.|\brandom(?:Bytes|Fill|FillSync|Int|UUID)\b|\bfetch\(|\bconsole\./g;

const files = repositoryFiles().filter((path) => /^(src|sim)\/.*\.(ts|tsx|mts|js|mjs)$/.test(path));

function isTest(path: string): boolean {
  return path.endsWith(".test.ts");
}

/** The program's first file stands with the commands but starts the joined parts, so it follows the rule of `app`. */
const ENTRY_FILE = "src/cli/main.ts";

function layerOf(path: string): Layer | undefined {
  if (path === ENTRY_FILE) return LAYERS.find(({ folder }) => folder === "src/app");
  return LAYERS.find(({ folder }) => path.startsWith(`${folder}/`));
}

/** One sentence for an import that the layer does not allow, or undefined. */
export function violation(path: string, specifier: string): string | undefined {
  const layer = layerOf(path);
  if (layer === undefined) return `${path} is in no layer: add its folder to LAYERS in test/layers.test.ts or move it.`;
  if (specifier.startsWith("node:")) {
    if (layer.node === "all" || layer.node.includes(specifier) || isTest(path)) return undefined;
    return `${path} imports ${specifier}, but ${layer.folder} does no I/O: let the caller pass in what it needs.`;
  }
  if (specifier.startsWith(".")) {
    const target = posix.join(posix.dirname(path), specifier);
    const allowed = [layer.folder, ...layer.folders];
    if (allowed.some((folder) => target.startsWith(`${folder}/`))) return undefined;
    return `${path} imports ${target}, but ${layer.folder} may import only ${allowed.join(", ")}.`;
  }
  const name = specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
  if (layer.packages.includes(name) || (isTest(path) && TEST_PACKAGES.includes(name))) return undefined;
  const list = layer.packages.length > 0 ? `only ${layer.packages.join(", ")}` : "none";
  return `${path} imports the package ${name}, but of packages ${layer.folder} may import ${list}.`;
}

describe("layers", () => {
  test("every import of src and sim is one that its layer allows", () => {
    assert.ok(files.length > 0, "no source files were found");
    const refused = files.flatMap((path) => importsOf(readSource(path)).map((specifier) => violation(path, specifier)));
    assert.deepEqual(
      refused.filter((sentence) => sentence !== undefined),
      [],
    );
  });

  test(`time and chance come only from ${CLOCK_FILE}`, () => {
    const found = files
      .filter((path) => path !== CLOCK_FILE && !isTest(path))
      .flatMap((path) => uses(path, CLOCK_USES));
    assert.deepEqual(found, [], `Pass in the clock of src/core/ports instead; only ${CLOCK_FILE} may do this.`);
  });

  test("core touches nothing outside itself", () => {
    const core = files.filter((path) => path.startsWith("src/core/") && !isTest(path));
    assert.deepEqual(
      core.flatMap((path) => uses(path, CORE_USES)),
      [],
    );
  });
});

describe("the rules themselves", () => {
  const refused: [path: string, specifier: string, sentence: RegExp][] = [
    ["src/core/money.ts", "node:fs", /does no I\/O/],
    ["src/core/money.ts", "zod", /of packages src\/core may import only decimal\.js/],
    ["src/core/money.ts", "../store/links.ts", /may import only src\/core/],
    ["src/connectors/odoo/client.ts", "../woocommerce/client.ts", /src\/connectors\/odoo may import only/],
    ["src/engine/run.ts", "../store/work.ts", /src\/engine may import only/],
    ["src/engine/run.ts", "pg-boss", /may import none/],
    ["src/http/server.ts", "../store/work.ts", /src\/http may import only/],
    ["src/app/wiring.ts", "../../sim/shop.ts", /src\/app may import only src/],
    ["src/app/wiring.ts", "../../tools/postgres.ts", /src\/app may import only src/],
    ["sim/odoo/server.ts", "../../src/store/work.ts", /sim may import only/],
    ["src/extra/x.ts", "node:fs", /in no layer/],
  ];
  for (const [path, specifier, sentence] of refused) {
    test(`${path} may not import ${specifier}`, () => assert.match(violation(path, specifier) ?? "", sentence));
  }

  const allowed: [path: string, specifier: string][] = [
    ["src/core/stock/measure.ts", "../money.ts"],
    ["src/core/money.test.ts", "node:assert/strict"],
    ["src/core/money.test.ts", "fast-check"],
    ["src/connectors/odoo/client.ts", "../../core/result.ts"],
    ["src/store/pglite.ts", "@electric-sql/pglite"],
    ["src/store/pglite.ts", "@electric-sql/pglite/contrib/pg_trgm"],
    ["src/app/wiring.ts", "../connectors/odoo/client.ts"],
  ];
  for (const [path, specifier] of allowed) {
    test(`${path} may import ${specifier}`, () => assert.equal(violation(path, specifier), undefined));
  }

  test("imports are found in every form, and not in comments", () => {
    const text = [
      `import { a } from "./a.ts";`,
      `import type {\n  B,\n} from "./b.ts";`,
      `export { c } from "./c.ts";`,
      `import "./d.ts";`,
      `const e = await import("./e.ts");`,
      `// import { f } from "./f.ts";`,
      `/* import "./g.ts" */`,
      `const pattern = "http://example.test/*";`,
      `import { h } from "./h.ts";`,
    ].join("\n");
    assert.deepEqual(importsOf(text).toSorted(), ["./a.ts", "./b.ts", "./c.ts", "./d.ts", "./e.ts", "./h.ts"]);
  });
});

function uses(path: string, pattern: RegExp): string[] {
  const code = withoutText(readSource(path));
  return [...code.matchAll(pattern)].map((match) => `${path}:${lineAt(code, match.index)} uses ${match[0]}`);
}
