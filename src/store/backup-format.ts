/**
 * The backup file, one format for both kinds of store: gzip over lines of JSON.
 *
 *   header   {"format":"stockbridge-backup","formatVersion":1,"createdAtMs":...,"migrations":[...],"sequences":{...},"tables":[...]}
 *   then for each table   ["table-name"]   followed by its rows, an object of columns each, as PostgreSQL writes them
 *   end      ["end",{"rows":...,"sha256":"..."}]      of every byte before this line, uncompressed
 */
export const FORMAT = "stockbridge-backup";
export const FORMAT_VERSION = 1;
/** Longest line that is read: a row with its largest bodies is far shorter. */
export const LINE_BYTES_MAX = 64 * 1024 * 1024;

export interface BackupTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: number;
}

export interface BackupHeader {
  readonly format: typeof FORMAT;
  readonly formatVersion: number;
  /** UTC. */
  readonly createdAtMs: number;
  readonly migrations: readonly string[];
  /** Name to last value. */
  readonly sequences: Readonly<Record<string, number>>;
  readonly tables: readonly BackupTable[];
}

export interface BackupEnd {
  readonly rows: number;
  readonly sha256: string;
}

/** Of one table that is being written or read; rows of the whole file. */
export interface BackupProgress {
  readonly table: string;
  readonly rowsDone: number;
  readonly rowsTotal: number;
}

/** The file is no backup, is damaged, or does not fit this store; the sentence says which. */
export class BackupError extends Error {
  override readonly name = "BackupError";
}

export function headerLine(header: BackupHeader): string {
  return JSON.stringify(header);
}

export function tableLine(name: string): string {
  return JSON.stringify([name]);
}

export function endLine(end: BackupEnd): string {
  return JSON.stringify(["end", end]);
}

export function readHeader(line: string): BackupHeader {
  const found = parse(line);
  if (typeof found !== "object" || found === null || !("format" in found) || found.format !== FORMAT) {
    throw new BackupError("This file is not a backup of Stockbridge.");
  }
  const { formatVersion, migrations, tables, sequences } = found as Partial<BackupHeader>;
  if (formatVersion !== FORMAT_VERSION) {
    throw new BackupError(
      `This backup has format ${String(formatVersion)}; this version of Stockbridge reads ${FORMAT_VERSION}.`,
    );
  }
  if (!Array.isArray(migrations) || !Array.isArray(tables) || typeof sequences !== "object")
    throw damaged("its header is incomplete");
  return found as BackupHeader;
}

/** What a line that is no row says: that a table begins, or that the file ends here. */
export function readMark(line: string): { readonly table: string } | { readonly end: BackupEnd } {
  const found = parse(line);
  if (Array.isArray(found)) {
    const [word, end] = found as [unknown, Partial<BackupEnd> | undefined];
    if (word === "end" && typeof end?.rows === "number" && typeof end.sha256 === "string") {
      return { end: { rows: end.rows, sha256: end.sha256 } };
    }
    if (typeof word === "string" && found.length === 1) return { table: word };
  }
  throw damaged("a line of it cannot be understood");
}

export function damaged(why: string): BackupError {
  return new BackupError(`This backup is damaged: ${why}. Nothing was restored.`);
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw damaged("a line of it is not JSON");
  }
}
