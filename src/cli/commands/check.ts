/** `stockbridge check`: connections, rights, modules, fields, mappings and SKUs, a line each; 1 when anything is an error. */
import type { CheckLine } from "../../core/ports/check.ts";
import { fixOf, sentenceOf } from "../../core/failures.ts";
import { checkAll } from "../../engine/check.ts";
import { acceptFingerprint } from "../../engine/watch.ts";
import { optionalText } from "../arguments.ts";
import { CommandError, EXIT, type HubCommand } from "../command.ts";
import { plural } from "../table.ts";

const SIGNS = { ok: "ok     ", warning: "warning", error: "ERROR  " } as const;

export const check: HubCommand = async ({ hub, signal }, args, emit) => {
  const accepted = optionalText(args, "acceptFingerprint");
  if (accepted !== undefined) {
    const erp = hub.erps.get(accepted);
    if (erp === undefined)
      throw new CommandError(
        `There is no Odoo connection "${accepted}".`,
        `Odoo connections here: ${[...hub.erps.keys()].join(", ")}.`,
      );
    const read = await acceptFingerprint(hub, erp);
    if (!read.ok) throw new CommandError(sentenceOf(read.failure), fixOf(read.failure), EXIT.finding);
    emit({ kind: "line", text: `${accepted}: this database is accepted (Odoo ${read.value.serverVersion}).` });
  }
  const lines: CheckLine[] = [];
  for await (const line of checkAll(hub)) {
    if (signal.aborted) return EXIT.interrupted;
    lines.push(line);
    for (const text of textOfLine(line)) emit({ kind: "line", text });
  }
  const count = (status: CheckLine["status"]): number => lines.filter((line) => line.status === status).length;
  const counts = { ok: count("ok"), warnings: count("warning"), errors: count("error") };
  emit({
    kind: "line",
    text: `${counts.ok} ok, ${plural(counts.warnings, "warning")}, ${plural(counts.errors, "error")}`,
  });
  emit({ kind: "result", json: { ...counts, lines } });
  return counts.errors > 0 ? EXIT.finding : EXIT.ok;
};

export function textOfLine({ connection, subject, status, sentence, fix }: CheckLine): string[] {
  const text = `${SIGNS[status]}  ${connection}  ${subject}: ${sentence}`;
  return fix === "" ? [text] : [text, `         ${fix}`];
}
