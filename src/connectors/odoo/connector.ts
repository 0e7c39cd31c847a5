/**
 * Odoo as the hub's ERP. Each method is one part of this folder; here they share a session, and an answer whose shape is not
 * Odoo's becomes a failure instead of an exception.
 */
import { chunks } from "../../core/chunks.ts";
import { failure, type Failure } from "../../core/failures.ts";
import type { CallContext } from "../../core/ports/call.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { ErpAction, ErpActionKind, ErpPort } from "../../core/ports/erp.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { Handler } from "./actions/action.ts";
import { createCreditNotes } from "./actions/credit-note-create.ts";
import { settleCreditNotes } from "./actions/credit-note-settle.ts";
import { reduceDeliveries } from "./actions/delivery-reduce.ts";
import { validateDeliveries } from "./actions/delivery-validate.ts";
import { adjustInvoices } from "./actions/invoice-adjust.ts";
import { createInvoices } from "./actions/invoice-create.ts";
import { postCreditNotes, postInvoices } from "./actions/invoice-post.ts";
import { confirmOrders } from "./actions/order-confirm.ts";
import { createOrders } from "./actions/order-create.ts";
import { createPartners } from "./actions/partner-create.ts";
import { registerPayments } from "./actions/payment-register.ts";
import { createReturns } from "./actions/return-create.ts";
import { ensureAutomations } from "./automations.ts";
import { BATCH_DOCUMENTS_MAX } from "./batch.ts";
import { readCapabilities } from "./capabilities.ts";
import { checkOdoo } from "./check.ts";
import { createOdooClient, type OdooClientOptions } from "./client.ts";
import { ShapeError } from "./decode.ts";
import { readMoves } from "./moves.ts";
import { observeOrders } from "./observe.ts";
import { findProducts, productPage } from "./products.ts";
import { createSession, type OdooSession } from "./session.ts";
import { readSettings, readWarehouses } from "./settings.ts";
import { readStockChanges } from "./stock-feed.ts";
import { readQuantities } from "./stock.ts";
import { decodeDelivery } from "./webhook.ts";

/** As often as Odoo itself repeats a call; who is still beaten then is told to look again later. */
const CONFLICT_RETRIES_MAX = 4;
/** Longer each time: a conflict lasts as long as the other's transaction. */
const CONFLICT_WAIT_MS = 150;

export type OdooConnectorOptions = OdooClientOptions;

const HANDLERS: { readonly [K in ErpActionKind]: Handler<K> } = {
  "partner.create": createPartners,
  "order.create": createOrders,
  "order.confirm": confirmOrders,
  "invoice.create": createInvoices,
  "invoice.adjust": adjustInvoices,
  "invoice.post": postInvoices,
  "payment.register": registerPayments,
  "credit-note.create": createCreditNotes,
  "credit-note.post": postCreditNotes,
  "credit-note.settle": settleCreditNotes,
  "delivery.validate": validateDeliveries,
  "delivery.reduce": reduceDeliveries,
  "return.create": createReturns,
};

export function createOdooConnector(options: OdooConnectorOptions): ErpPort {
  const session = createSession(createOdooClient(options));
  const { connection } = session;
  const shaped = async <T>(run: () => Promise<Result<T>>): Promise<Result<T>> => {
    try {
      return await run();
    } catch (error) {
      return fail(shapeFailure(connection, error));
    }
  };
  /** What the server calls things, and for which companies the user works, goes before everything. */
  const prepared = <T>(call: CallContext, run: () => Promise<Result<T>>): Promise<Result<T>> =>
    shaped(async () => {
      const dialect = await session.dialect(call);
      return dialect.ok ? run() : dialect;
    });
  return {
    connection,
    kindLabel: "Odoo",
    check: (call) => checkOdoo(session, call),
    readCapabilities: (call) => shaped(() => readCapabilities(session, call)),
    readSettings: (query, call) => prepared(call, () => readSettings(session, query, call)),
    async observeOrders(queries, call) {
      const observed = await prepared(call, async () => ok(await observeOrders(session, queries, call)));
      return observed.ok ? observed.value : new Map(queries.map((query) => [query.orderId, observed]));
    },
    async apply(actions, call) {
      const outcomes = await prepared(call, async () => ok(await apply(session, options.clock, actions, call)));
      return outcomes.ok ? outcomes.value : actions.map(() => outcomes);
    },
    findProducts: (wanted, call) => prepared(call, () => findProducts(session, wanted, call)),
    readWarehouses: (call) => prepared(call, () => readWarehouses(session, call)),
    productPage: (page, call) => prepared(call, () => productPage(session, page, call)),
    quantities: (productIds, scope, call) => prepared(call, () => readQuantities(session, productIds, scope, call)),
    moves: (orderIds, call) => prepared(call, () => readMoves(session, orderIds, call)),
    stockChanges: (cursor, call) => prepared(call, () => readStockChanges(session, cursor, call)),
    ensureAutomations: (deliveryUrl, call) => prepared(call, () => ensureAutomations(session, deliveryUrl, call)),
    decodeDelivery: (raw) => decodeDelivery(connection, raw),
  };
}

async function apply(
  session: OdooSession,
  clock: Clock,
  actions: readonly ErpAction[],
  call: CallContext,
): Promise<readonly Result<void>[]> {
  const outcomes = new Map<ErpAction, Result<void>>();
  for (const [kind, own] of Map.groupBy(actions, (action) => action.kind)) {
    for (const part of chunks(own, BATCH_DOCUMENTS_MAX)) {
      const done = await untilUncontended(clock, part, (some) => carryOut(session, kind, some, call));
      for (const [action, outcome] of done) outcomes.set(action, outcome);
    }
  }
  return actions.map(
    (action) =>
      outcomes.get(action) ??
      fail(failure("INTERNAL_ERROR", { key: action.kind, message: "an action has no outcome" })),
  );
}

/**
 * Odoo repeats most calls by itself when another transaction was in the way, but not `load`, which then answers that it
 * has done nothing. So those documents are tried again, from their guards on: another process may have done the work.
 */
async function untilUncontended(
  clock: Clock,
  actions: readonly ErpAction[],
  attempt: (actions: readonly ErpAction[]) => Promise<ReadonlyMap<ErpAction, Result<void>>>,
): Promise<ReadonlyMap<ErpAction, Result<void>>> {
  const outcomes = new Map(await attempt(actions));
  for (let again = 1; again <= CONFLICT_RETRIES_MAX; again += 1) {
    const contended = actions.filter((action) => {
      const outcome = outcomes.get(action);
      return outcome?.ok === false && outcome.failure.code === "ODOO_CONCURRENT";
    });
    if (contended.length === 0) break;
    await clock.sleep(again * CONFLICT_WAIT_MS);
    for (const [action, outcome] of await attempt(contended)) outcomes.set(action, outcome);
  }
  return outcomes;
}

async function carryOut(
  session: OdooSession,
  kind: ErpActionKind,
  actions: readonly ErpAction[],
  call: CallContext,
): Promise<ReadonlyMap<ErpAction, Result<void>>> {
  // The table gives each kind its own handler, and all of these actions are of the kind.
  const handler = HANDLERS[kind] as Handler<ErpActionKind>;
  try {
    return await handler(session, actions, call);
  } catch (error) {
    const failed = fail<void>(shapeFailure(session.connection, error));
    return new Map(actions.map((action) => [action, failed]));
  }
}

/** Anything else that is thrown is a bug or a lost lease. */
function shapeFailure(connection: string, error: unknown): Failure {
  if (!(error instanceof ShapeError)) throw error;
  return failure(
    "CONNECTION_BROKEN_ANSWER",
    { connection, what: `a record in which ${error.message}` },
    { connection },
  );
}
