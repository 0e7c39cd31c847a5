/** The whole store on PGlite. */
import { after } from "node:test";
import { claimSuite } from "./claim-suite.ts";
import { knowledgeSuite } from "./knowledge-suite.ts";
import { modelSuite } from "./model-suite.ts";
import { pgliteStores } from "./opened-stores.ts";
import { workSuite } from "./work-suite.ts";

const stores = pgliteStores();
after(() => stores.close());
workSuite(stores);
claimSuite(stores);
knowledgeSuite(stores);
modelSuite(stores, 60);
