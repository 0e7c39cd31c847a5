/** Jobs on PostgreSQL, with two processes' worth of connections. */
import { after } from "node:test";
import { jobsSuite } from "./jobs-suite.ts";
import { postgresStores } from "./opened-stores.ts";

const stores = postgresStores();
after(() => stores.close());
jobsSuite({
  kind: "postgres",
  open: async () => {
    const url = await stores.database();
    return [await stores.open(url, { notify: false }), await stores.open(url, { notify: false })];
  },
});
