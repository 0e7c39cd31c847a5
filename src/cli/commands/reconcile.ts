/** `stockbridge reconcile stock|orders [shop]`: compares everything, corrects what differs (or only reports), and says what it found. */
import { fixOf, sentenceOf, type Failure } from "../../core/failures.ts";
import type { Result } from "../../core/result.ts";
import { reconcileOrders, type OrdersReport } from "../../engine/reconcile-orders.ts";
import { reconcileStock, type StockReport } from "../../engine/reconcile-stock.ts";
import type { Hub, ShopRuntime } from "../../engine/hub.ts";
import { enabledFlow, instantOf, isSet, optionalText, shopsOf, textOf } from "../arguments.ts";
import { CommandError, EXIT, type CommandArguments, type Emit, type HubCommand } from "../command.ts";

const DIFFERENCES_SHOWN_MAX = 50;

export const reconcile: HubCommand = async (context, args, emit) => {
  const { hub, signal } = context;
  const what = textOf(args, "what");
  const named = optionalText(args, "shop");
  const shops = shopsOf(hub, named).filter(
    (shop) => named !== undefined || (what === "stock" ? shop.stock.enabled : shop.orders.enabled),
  );
  if (shops.length === 0)
    throw new CommandError(`No shop uses ${what}.`, `Add the section ${what} to a shop in the configuration.`);
  const reports: (OrdersReport | StockReport)[] = [];
  const failed: { connection: string; code: string; sentence: string; fix: string }[] = [];
  for (const shop of shops) {
    const result =
      what === "stock" ? await stock(hub, shop, args, emit, signal) : await orders(hub, shop, args, emit, signal);
    if (signal.aborted) return EXIT.interrupted;
    if (result.ok) reports.push(result.value);
    else failed.push({ connection: shop.connection, ...toldOf(result.failure) });
  }
  for (const { connection, sentence, fix } of failed)
    for (const text of [`${connection}: ${sentence}`, `  ${fix}`]) emit({ kind: "line", text });
  emit({ kind: "result", json: { what, dryRun: isSet(args, "dryRun"), reports, failed } });
  return failed.length > 0 ? EXIT.finding : EXIT.ok;
};

async function orders(
  hub: Hub,
  shop: ShopRuntime,
  args: CommandArguments,
  emit: Emit,
  signal: AbortSignal,
): Promise<Result<OrdersReport>> {
  enabledFlow(shop, "order");
  const nowIso = new Date(hub.clock.nowMs()).toISOString();
  const from = instantOf("--from", optionalText(args, "from") ?? shop.orders.rules.startAt ?? nowIso);
  const to = instantOf("--to", optionalText(args, "to") ?? nowIso);
  if (from >= to)
    throw new CommandError(`The period ends (${to}) before it begins (${from}).`, "Correct --from and --to.");
  const dryRun = isSet(args, "dryRun");
  const onProgress = (done: number, total: number | null): void =>
    emit({ kind: "progress", label: `orders of ${shop.connection}`, done, total });
  const result = await reconcileOrders(hub, shop, { from, to, dryRun, onProgress, signal });
  if (!result.ok) return result;
  const { checked, inStep, different, marked, differences } = result.value;
  emit({
    kind: "line",
    text: `${shop.connection}: ${checked} orders from ${from} to ${to}: ${inStep} in step, ${different} different${dryRun ? "" : `, ${marked} put on the list`}`,
  });
  tell(
    differences.map(({ number, sentence }) => `#${number}  ${sentence}`),
    different,
    emit,
  );
  return result;
}

async function stock(
  hub: Hub,
  shop: ShopRuntime,
  args: CommandArguments,
  emit: Emit,
  signal: AbortSignal,
): Promise<Result<StockReport>> {
  enabledFlow(shop, "stock");
  const dryRun = isSet(args, "dryRun");
  const onProgress = (done: number, total: number | null): void =>
    emit({ kind: "progress", label: `stock of ${shop.connection}`, done, total });
  const result = await reconcileStock(hub, shop, { dryRun, onProgress, signal });
  if (!result.ok) return result;
  const { checked, inStep, different, blocked, notManaged, marked, differences } = result.value;
  const parts = [
    `${inStep} in step`,
    `${different} different`,
    `${blocked} that cannot be compared`,
    `${notManaged} not managed by the shop`,
  ];
  emit({
    kind: "line",
    text: `${shop.connection}: ${checked} variants: ${parts.join(", ")}${dryRun ? "" : `; ${marked} put on the list`}`,
  });
  tell(
    differences.map(
      ({ sku, locationName, shop: there, odoo, sentence }) =>
        `${sku}  ${locationName === "" ? "" : `${locationName}: `}shop ${there ?? "-"}, Odoo ${odoo ?? "-"}  ${sentence}`,
    ),
    Math.max(different + blocked, differences.length),
    emit,
  );
  return result;
}

function tell(lines: readonly string[], total: number, emit: Emit): void {
  for (const text of lines.slice(0, DIFFERENCES_SHOWN_MAX)) emit({ kind: "line", text: `  ${text}` });
  if (total > DIFFERENCES_SHOWN_MAX)
    emit({ kind: "line", text: `  and ${total - DIFFERENCES_SHOWN_MAX} more (--json lists them)` });
}

function toldOf(failure: Failure): { code: string; sentence: string; fix: string } {
  return { code: failure.code, sentence: sentenceOf(failure), fix: fixOf(failure) };
}
