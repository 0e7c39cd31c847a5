/** Emits plain JavaScript into `dist` for the npm package: Node strips no types under node_modules. */
import { spawnSync } from "node:child_process";
import { chmodSync, rmSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");
const EXECUTABLE_MODE = 0o755;

rmSync(join(ROOT, "dist"), { recursive: true, force: true });
const built = spawnSync(join(ROOT, "node_modules", ".bin", "tsc"), ["-p", "tsconfig.build.json"], {
  cwd: ROOT,
  stdio: "inherit",
});
if (built.error) throw built.error;
if (built.status === 0) chmodSync(join(ROOT, "dist", "app", "bin.js"), EXECUTABLE_MODE);
process.exitCode = built.status ?? 1;
