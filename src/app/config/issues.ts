/** Turns the validator's issues into problems that a person can act on: what is wrong there, and what to write. */
import type { z } from "zod";
import { namesAt, schemaAt } from "./json-schema.ts";
import { nearest, type ConfigProblem } from "./problem.ts";
import { Secret } from "./secret.ts";
import { suggestedVariable } from "./references.ts";
import type { SettingPath, YamlSource } from "./yaml-source.ts";
import type { Objection } from "./values.ts";

type Issue = z.core.$ZodIssue;

export function problemsOf(issues: readonly Issue[], source: YamlSource, tree: unknown): ConfigProblem[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) => at([...path, key], unknownName(key, path, tree), source));
    return [at(path, objectionTo(issue, path, tree), source)];
  });
}

export function at(path: SettingPath, { what, fix }: Objection, source: YamlSource): ConfigProblem {
  return { path: path.join("."), ...source.place(path), what, fix };
}

/** Settings of earlier versions, by path and value: what to write now. */
const REPLACED: readonly { readonly path: RegExp; readonly fix: (value: unknown) => string }[] = [
  {
    path: /^shops\.[^.]+\.orders\.deliverWhenCompleted$/,
    fix: (value) =>
      value === false
        ? "Remove it: deliveries: apart, which is the default, says the same."
        : "Write deliveries: shop in its place.",
  },
];

function unknownName(key: string, path: SettingPath, tree: unknown): Objection {
  const place = [...path, key];
  const replaced = REPLACED.find((one) => one.path.test(place.join(".")));
  if (replaced !== undefined) return { what: "is not a setting any more", fix: replaced.fix(valueAt(place, tree)) };
  const known = namesAt(path, tree);
  const meant = nearest(key, known);
  const fix = meant === null ? `Known here: ${known.join(", ")}.` : `Did you mean "${meant}"?`;
  return { what: `there is no setting "${key}" here`, fix };
}

function objectionTo(issue: Issue, path: SettingPath, tree: unknown): Objection {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined ? missing(path, tree) : wrongKind(issue.expected, issue.input, path, tree);
    case "invalid_value":
      return notOneOf(issue.input, issue.values.map(String));
    case "invalid_union":
      return unionObjection(issue, path, tree);
    case "invalid_key":
      return {
        what: `"${String(path.at(-1))}" is not a connection id`,
        fix: "Use lower-case letters, digits and hyphens, at most 40, beginning and ending with a letter or digit.",
      };
    case "too_small":
    case "too_big":
      return outOfRange(issue);
    case "invalid_format":
      return {
        what: `"${String(issue.input)}" is not a connection id`,
        fix: "Use lower-case letters, digits and hyphens, at most 40.",
      };
    case "custom":
      return customObjection(issue, path, tree);
    default:
      return { what: issue.message, fix: meaning(path, tree) };
  }
}

function customObjection(issue: Extract<Issue, { code: "custom" }>, path: SettingPath, tree: unknown): Objection {
  const { params, input } = issue;
  if (typeof params?.["what"] === "string" && typeof params["fix"] === "string")
    return { what: params["what"], fix: params["fix"] };
  // The only custom type is the secret, and what is no reference has been refused before.
  if (input === undefined || input === null)
    return { what: "is missing", fix: `Write \${${suggestedVariable(path)}} here. ${meaning(path, tree)}`.trim() };
  return { what: input instanceof Secret ? "cannot be used" : issue.message, fix: meaning(path, tree) };
}

function unionObjection(issue: Extract<Issue, { code: "invalid_union" }>, path: SettingPath, tree: unknown): Objection {
  const value = valueAt(path, tree);
  const options = (issue as { options?: readonly unknown[] }).options;
  if (options !== undefined) {
    return value === undefined
      ? { what: "is missing", fix: `Write one of ${options.join(", ")}.` }
      : notOneOf(value, options.map(String));
  }
  if (value === undefined) return missing(path, tree);
  return { what: `must be a name or an id, but is ${kindOf(value)}`, fix: meaning(path, tree) };
}

function valueAt(path: SettingPath, tree: unknown): unknown {
  return path.reduce<unknown>(
    (found, step) =>
      typeof found === "object" && found !== null ? (found as Record<string | number, unknown>)[step] : undefined,
    tree,
  );
}

function missing(path: SettingPath, tree: unknown): Objection {
  return { what: "is missing", fix: meaning(path, tree) };
}

const KINDS: Readonly<Record<string, string>> = {
  object: "a section with settings",
  record: "a section with settings",
  array: "a list",
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
};

function wrongKind(expected: string, input: unknown, path: SettingPath, tree: unknown): Objection {
  const quoted =
    expected === "string" && (typeof input === "number" || typeof input === "boolean")
      ? ` Put it in quotes: "${String(input)}".`
      : "";
  return {
    what: `must be ${KINDS[expected] ?? expected}, but is ${kindOf(input)}`,
    fix: `${meaning(path, tree)}${quoted}`,
  };
}

function kindOf(value: unknown): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a section with settings";
  if (typeof value === "number")
    return Number.isInteger(value) ? `the number ${value}` : `the number ${value}, which is not whole`;
  return typeof value === "string" ? `the text "${value}"` : shown(value);
}

function notOneOf(input: unknown, values: readonly string[]): Objection {
  if (input === undefined) return { what: "is missing", fix: `Write one of ${values.join(", ")}.` };
  const meant = nearest(shown(input), values);
  return {
    what: `"${shown(input)}" is not one of ${values.join(", ")}`,
    fix: meant === null ? `Write one of ${values.join(", ")}.` : `Did you mean "${meant}"?`,
  };
}

function outOfRange(issue: Extract<Issue, { code: "too_small" | "too_big" }>): Objection {
  const bound = issue.code === "too_small" ? issue.minimum : issue.maximum;
  const word = issue.code === "too_small" ? "least" : "most";
  if (issue.origin === "array")
    return {
      what: `must have at ${word} ${bound} ${bound === 1 ? "entry" : "entries"}`,
      fix: "Add an entry, or leave the setting out.",
    };
  if (issue.origin === "string") return { what: "is empty", fix: "Write a value, or leave the setting out." };
  return {
    what: `${String(issue.input)} is too ${issue.code === "too_small" ? "small" : "large"}`,
    fix: `Write at ${word} ${bound}.`,
  };
}

/** What the setting means, so that nobody has to look it up. */
function meaning(path: SettingPath, tree: unknown): string {
  const description = schemaAt(path, tree)?.description;
  return description === undefined ? "See docs/configuration.md." : `It holds: ${description}`;
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
