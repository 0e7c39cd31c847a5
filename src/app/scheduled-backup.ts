/** The embedded store's copies, made by the hub itself: one file a turn, the newest few kept. */
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../core/ports/clock.ts";
import { backup } from "../store/backup.ts";
import type { OpenedStore } from "../store/open-store.ts";

const NAME = /^stockbridge-\d{8}T\d{6}Z\.backup$/;

/** Other files in the folder are left alone. Older copies go only after the new one is complete. */
export async function backUp(store: OpenedStore, folder: string, keptMax: number, clock: Clock): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const stamp = new Date(clock.nowMs()).toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const file = join(folder, `stockbridge-${stamp}.backup`);
  await backup(store, file);
  const copies = (await readdir(folder)).filter((name) => NAME.test(name)).toSorted();
  for (const name of copies.slice(0, -keptMax)) await rm(join(folder, name));
  return file;
}
