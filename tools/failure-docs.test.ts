import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FAILURES, fixOf, sentenceOf } from "../src/core/failures.ts";
import { STATE_NAMES } from "../src/core/plan.ts";
import { failuresPage, stalePages, statesPage } from "./failure-docs.ts";

describe("the pages of failures and states", () => {
  test("are committed as the code says", () => {
    assert.deepEqual(stalePages(), [], "Run: node tools/run.mjs tools/failure-docs.ts");
  });

  test("name every code and every state once", () => {
    const titles = (text: string, level: string) =>
      text.split("\n").flatMap((line) => (line.startsWith(`${level} `) ? [line.slice(level.length + 1)] : []));
    assert.deepEqual(new Set(titles(failuresPage(), "###")), new Set(Object.keys(FAILURES)));
    assert.equal(titles(failuresPage(), "###").length, Object.keys(FAILURES).length);
    assert.deepEqual(titles(statesPage(), "##"), [...STATE_NAMES]);
  });

  test("every sentence and fix is one that a person can use", () => {
    for (const [code, { sentence, fix }] of Object.entries(FAILURES)) {
      assert.ok(sentence.length > 20 && !sentence.includes("\n"), code);
      assert.match(fix, /\.$/, `${code}: the fix is a sentence`);
      const names = [...`${sentence} ${fix}`.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
      const params = Object.fromEntries(names.map((name) => [name, `<${name}>`]));
      const given = { code: code as keyof typeof FAILURES, params };
      for (const name of names)
        assert.ok(`${sentenceOf(given)} ${fixOf(given)}`.includes(`<${name}>`), `${code} fills {${name}}`);
      assert.doesNotMatch(`${sentenceOf(given)} ${fixOf(given)}`, /[{}]/, code);
    }
  });
});
