/** Jobs on PGlite. */
import { after } from "node:test";
import { systemClock } from "../../src/app/system-clock.ts";
import { openStore, type OpenedStore } from "../../src/store/open-store.ts";
import { jobsSuite } from "./jobs-suite.ts";

let opened: Promise<OpenedStore> | null = null;
after(async () => (await opened)?.close());
jobsSuite({
  kind: "pglite",
  open: async () => {
    opened ??= openStore({ memory: true, clock: systemClock });
    await (await opened).clear();
    return [await opened];
  },
});
