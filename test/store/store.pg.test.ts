/** The whole store on PostgreSQL. */
import { after } from "node:test";
import { claimSuite } from "./claim-suite.ts";
import { knowledgeSuite } from "./knowledge-suite.ts";
import { modelSuite } from "./model-suite.ts";
import { postgresStores } from "./opened-stores.ts";
import { workSuite } from "./work-suite.ts";

const stores = postgresStores();
after(() => stores.close());
workSuite(stores);
claimSuite(stores);
knowledgeSuite(stores);
modelSuite(stores, 30);
