/** `stockbridge backup <file>`: the whole store in one file that either kind of store takes back. */
import { isAbsolute } from "node:path";
import { textOf } from "../arguments.ts";
import { CommandError, EXIT, type HubCommand } from "../command.ts";

export const backup: HubCommand = async (context, args, emit) => {
  const file = textOf(args, "file");
  if (!isAbsolute(file))
    throw new CommandError(
      `${file} is not an absolute path.`,
      "The command line makes it one; name the file absolutely.",
    );
  const { rows, bytes } = await context.backup(file, (done, total) =>
    emit({ kind: "progress", label: "rows", done, total }),
  );
  emit({
    kind: "line",
    text: `${rows} rows written to ${file} (${bytes} bytes). Check it by restoring it into an empty store.`,
  });
  emit({ kind: "result", json: { file, rows, bytes } });
  return EXIT.ok;
};
