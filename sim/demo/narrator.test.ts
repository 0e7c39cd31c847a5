import assert from "node:assert/strict";
import { test } from "node:test";
import { createNarrator, tableLines } from "./narrator.ts";

function told(colours: boolean, tell: (narrator: ReturnType<typeof createNarrator>) => void): string {
  let text = "";
  tell(createNarrator({ write: (part) => (text += part), colours, columns: 60 }));
  return text;
}

test("plain text carries no escape codes, a terminal's does", () => {
  const tell = (narrator: ReturnType<typeof createNarrator>): void => {
    narrator.chapter("Chapter 1");
    narrator.shop("An order is placed.");
    narrator.verdict(false, "It is not as it should be.");
  };
  assert.ok(!told(false, tell).includes("\u001B"));
  assert.ok(told(true, tell).includes("\u001B[31m"));
});

test("long sentences are wrapped, and every word is kept", () => {
  const sentence = "word ".repeat(60).trim();
  const text = told(false, (narrator) => narrator.hub(sentence));
  assert.ok(text.split("\n").every((line) => line.length <= 60));
  assert.equal(text.replace("hub", "").split(/\s+/).filter(Boolean).length, 60);
});

test("a table puts numbers to the right and words to the left", () => {
  assert.deepEqual(
    tableLines(
      ["SKU", "stock"],
      [
        ["MUG", "7"],
        ["TSHIRT-M-BLK", "120"],
      ],
    ),
    ["SKU            stock", "────────────   ─────", "MUG                7", "TSHIRT-M-BLK     120"],
  );
});
