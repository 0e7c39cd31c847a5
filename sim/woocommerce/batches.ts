/** Batches: at most a hundred items, each with an outcome of its own, none validated, and always status 200. */
import { done, Refusal, type Reply, type Request } from "./api.ts";

const ITEMS_MAX = 100;

export interface BatchWork {
  readonly create: (body: Readonly<Record<string, unknown>>) => unknown;
  readonly update: (id: number, body: Readonly<Record<string, unknown>>) => unknown;
  readonly remove: (id: number) => unknown;
}

export function batch({ body }: Request, work: BatchWork): Reply {
  const create = listOf(body?.["create"]);
  const update = listOf(body?.["update"]);
  const remove = listOf(body?.["delete"]);
  if (create.length + update.length + remove.length > ITEMS_MAX) {
    throw new Refusal(
      413,
      "woocommerce_rest_request_entity_too_large",
      `Unable to accept more than ${ITEMS_MAX} items for this request.`,
    );
  }
  const reply = {
    ...(create.length === 0 ? {} : { create: create.map((item) => outcome(0, () => work.create(fields(item)))) }),
    ...(update.length === 0
      ? {}
      : { update: update.map((item) => outcome(idOf(item), () => work.update(idOf(item), fields(item)))) }),
    ...(remove.length === 0
      ? {}
      : { delete: remove.map((item) => outcome(Number(item), () => work.remove(Number(item)))) }),
  };
  // PHP knows one kind of empty array.
  return done(Object.keys(reply).length === 0 ? [] : reply);
}

function outcome(id: number, work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { id, error: error.body };
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function fields(item: unknown): Readonly<Record<string, unknown>> {
  return typeof item === "object" && item !== null ? (item as Record<string, unknown>) : {};
}

function idOf(item: unknown): number {
  return Number(fields(item)["id"] ?? 0);
}
