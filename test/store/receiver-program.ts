/**
 * A process that takes deliveries and says which are acknowledged, until it is killed.
 * Usage: receiver-program.ts <"postgres" | "pglite"> <url or directory>
 */
import { systemClock } from "../../src/app/system-clock.ts";
import { openStore } from "../../src/store/open-store.ts";
import { delivery, live, order } from "./fixtures.ts";

const CALLERS = 4;
const [kind = "", place = ""] = process.argv.slice(2);
const store = await openStore({ ...(kind === "pglite" ? { directory: place } : { url: place }), clock: systemClock });
const start = `${process.pid}-${Date.now()}`;
await Promise.all(
  Array.from({ length: CALLERS }, async (_, caller) => {
    for (let number = 0; ; number++) {
      const id = `${start}-${caller}-${number}`;
      await store.receive(delivery(id), [live(order(id))], null);
      process.stdout.write(`${id}\n`);
    }
  }),
);
