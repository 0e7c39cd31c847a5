/** A configuration file as text: parsed, and able to say on which line and column a setting stands. */
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from "yaml";
import type { ConfigProblem } from "./problem.ts";

/** Far beyond any real configuration; a wrong path must not read a disk image. */
export const CONFIG_BYTES_MAX = 1024 * 1024;
/** Anchors may be used; a file that unfolds into millions of nodes may not. */
const ALIASES_MAX = 100;

export type SettingPath = readonly (string | number)[];

export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface YamlSource {
  /** The tree as plain values; undefined for an empty file. */
  readonly tree: unknown;
  readonly problems: readonly ConfigProblem[];
  /** Where the setting stands, or the nearest thing around it that is there. */
  place(path: SettingPath): Place;
}

export function parseYaml(text: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  // Those behind the first are mostly its consequences.
  const problems = document.errors.slice(0, 1).map((error): ConfigProblem => ({
    path: "",
    ...at(error.pos[0]),
    what: `is not valid YAML: ${sentence(error.code, error.message)}`,
    fix: "Correct this line; values with special characters go in quotes, and indentation uses spaces.",
  }));
  return {
    tree: problems.length > 0 ? undefined : plain(document, problems),
    problems,
    place: (path) => at(offsetOf(document, path)),
  };
}

function plain(document: Document, problems: ConfigProblem[]): unknown {
  try {
    return document.toJS({ maxAliasCount: ALIASES_MAX }) as unknown;
  } catch {
    problems.push({
      path: "",
      line: 1,
      column: 1,
      what: "is not valid YAML: its aliases do not resolve, or unfold without end",
      fix: "Write the values out instead of using anchors.",
    });
    return undefined;
  }
}

function sentence(code: string, message: string): string {
  if (code === "DUPLICATE_KEY") return "the same setting stands here twice";
  return message.replace(/\.$/, "").replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
}

/** A map's entry is told by its key, an item of a list by itself. */
function offsetOf(document: Document, path: SettingPath): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (pair === undefined) return offset;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      const item: unknown = node.items[Number(step)];
      if (item === undefined) return offset;
      offset = startOf(item) ?? offset;
      node = item;
    } else {
      return offset;
    }
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null)?.range?.[0];
}
