/**
 * Makes a fresh clone work on any Node >= 20: installs the locked packages when they are missing or another lock's,
 * then runs the given script with the project's own Node 24 and hands signals and the exit code through.
 * Plain JavaScript, no packages: it runs before anything is installed.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const NODE_MAJOR = 24;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];
const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const MODULES = join(ROOT, "node_modules");
const STAMP = join(MODULES, ".stockbridge-lock.sha256");

/** What node_modules must have been installed from. The platform counts: a folder carried to another machine is stale. */
function lockHash() {
  const hash = createHash("sha256");
  for (const name of ["package.json", "package-lock.json"]) hash.update(dependenciesOf(name));
  return hash.update(`${process.platform}-${process.arch}`).digest("hex");
}

/** Only the dependencies of package.json count: a changed script is no reason to install again. */
function dependenciesOf(name) {
  const text = readFileSync(join(ROOT, name), "utf8");
  if (name !== "package.json") return text;
  const { dependencies, devDependencies, optionalDependencies, overrides } = JSON.parse(text);
  return JSON.stringify({ dependencies, devDependencies, optionalDependencies, overrides });
}

/** True when npm itself has installed this very lock: it keeps a copy of what it installed in node_modules. */
function installedFromLock() {
  const copy = join(MODULES, ".package-lock.json");
  if (!existsSync(copy)) return false;
  const wanted = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")).packages;
  const found = JSON.parse(readFileSync(copy, "utf8")).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "") return true;
    if (found[path] === undefined) return entry.optional === true;
    return found[path].version === entry.version && found[path].integrity === entry.integrity;
  });
}

function installIfStale() {
  const hash = lockHash();
  const stamp = existsSync(STAMP) ? readFileSync(STAMP, "utf8").trim() : "";
  if (stamp === hash) return;
  if (!installedFromLock()) {
    console.error("Installing the locked packages (npm ci) ...");
    const args = ["ci", "--include=dev", "--include=optional", "--loglevel=error"];
    const npm = spawnSync("npm", args, { cwd: ROOT, stdio: ["ignore", 2, 2], shell: process.platform === "win32" });
    if (npm.error) fail(`npm could not be started: ${npm.error.message}`);
    if (npm.status !== 0) fail("npm ci failed; its message stands above.");
  }
  writeFileSync(STAMP, `${hash}\n`);
}

/** The project's Node: the locked package where there is one for this platform, else this Node when it is new enough. */
function nodePath() {
  const locked = join(MODULES, `node-${process.platform}-${process.arch}`, "bin", "node");
  if (existsSync(locked)) return locked;
  if (Number(process.versions.node.split(".")[0]) >= NODE_MAJOR) return process.execPath;
  return fail(
    `Node ${NODE_MAJOR} or newer is needed on ${process.platform}-${process.arch}; this is ${process.version}.`,
  );
}

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

const [script, ...args] = process.argv.slice(2);
if (script === undefined) fail("usage: node tools/run.mjs <script.ts> [arguments]");
installIfStale();

const node = nodePath();
// Everything below, npm's own scripts included, finds the same Node first.
const path = [dirname(node), join(MODULES, ".bin"), process.env.PATH ?? ""].join(delimiter);
const child = spawn(node, [resolve(ROOT, script), ...args], { stdio: "inherit", env: { ...process.env, PATH: path } });
for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
child.on("error", (error) => fail(`${node} could not be started: ${error.message}`));
child.on("exit", (code, signal) => process.exit(signal === null ? code : 128 + constants.signals[signal]));
