/**
 * A person's word that documents which somebody deleted shall be made again. It is kept, so that a crash does not lose it,
 * and holds for a while only, so that a later deletion is asked about anew.
 */
import type { Key } from "../core/key.ts";
import type { ErpOrderDocuments } from "../core/order/erp-documents.ts";
import type { Hub } from "./hub.ts";

export const RECREATE_VALID_MS = 60 * 60_000;

export async function mayRecreate(
  hub: Hub,
  connection: string,
  orderId: string,
  found: ErpOrderDocuments,
): Promise<boolean> {
  const { orderDeleted, invoiceDeleted, paymentDeleted, creditNoteDeleted } = found;
  if (!orderDeleted && !invoiceDeleted && !paymentDeleted && !creditNoteDeleted) return false;
  const word = await hub.store.readDocument(recreateName(connection, orderId));
  return word !== null && hub.clock.nowMs() - word.updatedAtMs < RECREATE_VALID_MS;
}

function recreateName(connection: string, orderId: string): string {
  return `recreate/${connection}/${orderId}`;
}

/** Takes the key up again; with `recreate`, deleted documents are made anew. False: there is no such key. */
export async function retryKey(hub: Hub, key: Key, recreate: boolean): Promise<boolean> {
  if (recreate && key.flow === "order") {
    await hub.store.writeDocument(recreateName(key.connection, key.id), {
      at: new Date(hub.clock.nowMs()).toISOString(),
    });
  }
  return hub.store.retry(key);
}
