// Where the repository is not, the demo says where it is to be had.
import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { CommandError } from "../cli/command.ts";
import { runDemo } from "./demo.ts";

test("an installed package has no demo, and says what to do", () => {
  assert.throws(
    () => runDemo({ root: tmpdir(), words: [], signal: new AbortController().signal }),
    (error) => error instanceof CommandError && error.message === "The demo is not part of the installed package.",
  );
});
