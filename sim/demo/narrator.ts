/**
 * Tells the story on a terminal: chapters, sentences and small tables. Colours only where a person looks at a terminal;
 * silent when only the numbers are asked for.
 */
export interface Narrator {
  chapter(title: string): void;
  /** What somebody does. */
  say(sentence: string): void;
  /** What is seen on a side; `who` of several shops. */
  shop(sentence: string, who?: string): void;
  odoo(sentence: string): void;
  hub(sentence: string): void;
  /** One check: what was expected, and whether it is so. */
  verdict(isRight: boolean, sentence: string): void;
  table(head: readonly string[], rows: readonly (readonly string[])[]): void;
  blank(): void;
}

export interface NarratorOptions {
  readonly write: (text: string) => void;
  readonly colours: boolean;
  readonly columns: number;
}

const STYLES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
} as const;
type Style = keyof typeof STYLES;

const INDENT = "  ";
const LABEL_CHARS = 7;
const COLUMNS_MIN = 60;
const COLUMNS_MAX = 110;

export function createNarrator({ write, colours, columns }: NarratorOptions): Narrator {
  const width = Math.min(Math.max(columns, COLUMNS_MIN), COLUMNS_MAX);
  const paint = (style: Style, text: string): string => {
    if (!colours) return text;
    const [on, off] = STYLES[style];
    return `\u001B[${on}m${text}\u001B[${off}m`;
  };
  const line = (text: string): void => write(`${text}\n`);
  const told = (label: string, style: Style, sentence: string): void => {
    const [first = "", ...rest] = wrap(sentence, width - INDENT.length - LABEL_CHARS - 2);
    line(`${INDENT}${paint(style, label.padEnd(LABEL_CHARS))}  ${first}`);
    for (const more of rest) line(`${INDENT}${" ".repeat(LABEL_CHARS)}  ${more}`);
  };
  return {
    chapter: (title) => {
      line("");
      line(paint("bold", title));
      line(paint("dim", "─".repeat(title.length)));
    },
    say: (sentence) => {
      for (const part of wrap(sentence, width)) line(part);
    },
    shop: (sentence, who = "shop") => told(who, "magenta", sentence),
    odoo: (sentence) => told("Odoo", "blue", sentence),
    hub: (sentence) => told("hub", "cyan", sentence),
    verdict: (isRight, sentence) => told(isRight ? "✓" : "✗", isRight ? "green" : "red", sentence),
    table: (head, rows) => {
      line("");
      for (const text of tableLines(head, rows, (cells) => paint("dim", cells))) line(`${INDENT}${text}`);
    },
    blank: () => line(""),
  };
}

/** Says nothing at all. */
export const silentNarrator: Narrator = {
  chapter: () => {},
  say: () => {},
  shop: () => {},
  odoo: () => {},
  hub: () => {},
  verdict: () => {},
  table: () => {},
  blank: () => {},
};

/** What a line begins with stands before all its parts: columns of what a command printed stay under each other. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  const indent = /^ */.exec(text)?.[0] ?? "";
  let current = indent;
  for (const word of text.slice(indent.length).split(" ")) {
    if (current !== indent && current.length + 1 + word.length > width) {
      lines.push(current);
      current = `${indent}${word}`;
    } else {
      current = current === indent ? `${indent}${word}` : `${current} ${word}`;
    }
  }
  lines.push(current);
  return lines;
}

/** Numbers stand at the right of their column, words at the left. */
export function tableLines(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  dim: (text: string) => string = (text) => text,
): string[] {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  const isNumber = head.map((_, column) => rows.every((row) => /^[\d.,–-]*$/.test(row[column] ?? "")));
  const cells = (row: readonly string[]): string =>
    widths
      .map((width, column) =>
        isNumber[column] === true ? (row[column] ?? "").padStart(width) : (row[column] ?? "").padEnd(width),
      )
      .join("   ")
      .trimEnd();
  return [dim(cells(head)), dim(widths.map((width) => "─".repeat(width)).join("   ")), ...rows.map(cells)];
}
