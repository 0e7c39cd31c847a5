/** Deliveries of the model of Odoo: done in full or in part, what is left over as a delivery of its own. */
import { Decimal } from "decimal.js";
import type { ErpDelivery } from "../order/erp-documents.ts";
import type { LineTarget } from "../order/fulfilment.ts";
import { formatQuantity, quantity } from "../quantity.ts";

type Line = ErpDelivery["lines"][number];

export function openDelivery(number: number, lines: readonly Line[]): ErpDelivery {
  return {
    id: number,
    name: `WH/OUT/${String(number).padStart(5, "0")}`,
    direction: "out",
    state: "assigned",
    doneAt: null,
    carrier: "",
    trackingNumber: "",
    trackingUrl: "",
    lines,
  };
}

export function deliverTo(
  deliveries: readonly ErpDelivery[],
  targets: readonly LineTarget[] | null,
  tracking: string,
): readonly ErpDelivery[] {
  const done = new Map<string | null, Decimal>();
  for (const line of deliveries.flatMap(({ lines }) => lines)) {
    done.set(line.externalId, (done.get(line.externalId) ?? new Decimal(0)).plus(line.done));
  }
  const wanted = new Map(
    targets?.map((target) => [
      target.externalId,
      quantity(target.quantity).minus(done.get(target.externalId) ?? new Decimal(0)),
    ]),
  );
  const after = deliveries.flatMap((delivery) => {
    if (delivery.state === "done" || delivery.state === "cancel") return [delivery];
    const parts = delivery.lines.map((line) => part(line, targets === null ? null : wanted));
    const sent = parts.map(({ now }) => now).filter((line) => line.done !== "0");
    const rest = parts.map(({ later }) => later).filter((line) => line.demand !== "0");
    if (sent.length === 0) return [delivery];
    const finished: ErpDelivery = {
      ...delivery,
      state: "done",
      doneAt: "2026-11-22T10:00:00Z",
      trackingNumber: delivery.trackingNumber || tracking,
      lines: sent,
    };
    return rest.length === 0 ? [finished] : [finished, openDelivery(delivery.id + 1, rest)];
  });
  return after;
}

function part(line: Line, wanted: Map<string, Decimal> | null): { readonly now: Line; readonly later: Line } {
  const demand = quantity(line.demand);
  const asked = wanted === null ? demand : (wanted.get(line.externalId ?? "") ?? new Decimal(0));
  const units = Decimal.min(demand, Decimal.max(asked, 0));
  wanted?.set(line.externalId ?? "", asked.minus(units));
  return {
    now: { ...line, demand: formatQuantity(units), done: formatQuantity(units) },
    later: { ...line, demand: formatQuantity(demand.minus(units)), done: "0" },
  };
}
