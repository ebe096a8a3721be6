import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { LlmspellError } from "../errors.ts";
import { renderError } from "./render-error.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "llmspell-render-"));
  writeFileSync(path.join(folder, "secret.txt"), "the secret line\n");
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (file: string) => new LlmspellError("script.error", "boo", { frames: [{ file, line: 1 }] });

it("shows the line of a module in the spell's folder", () => {
  const spell = { file: path.join(folder, "spell.js"), code: "", folder };
  expect(renderError(at(path.join(folder, "secret.txt")), spell)).toContain("the secret line");
});

it("shows no file that only a forged frame names", () => {
  const inner = mkdtempSync(path.join(folder, "spells-"));
  symlinkSync(path.join(folder, "secret.txt"), path.join(inner, "link.js"));
  const spell = { file: path.join(inner, "spell.js"), code: "", folder: inner };
  for (const file of [
    path.join(folder, "secret.txt"),
    path.join(inner, "..", "secret.txt"),
    path.join(inner, "link.js"),
    "/dev/zero",
  ]) {
    expect(renderError(at(file), spell)).not.toContain("secret line");
  }
  expect(renderError(at(path.join(folder, "secret.txt")), { file: "<code>", code: "x" })).not.toContain("secret line");
});

it("shows control characters of a message as escapes", () => {
  const shown = renderError(new LlmspellError("script.error", "a\u001b]0;title\u0007b\u009b31mc\nd\te"));
  expect(shown).toContain("a\\x1b]0;title\\x07b\\x9b31mc\nd\te");
});

it("says how more memory is given, which a VM does not know", () => {
  expect(renderError(new LlmspellError("limit.memory", "out of memory"))).toContain("hint: Raise it with --memory");
  expect(renderError(new LlmspellError("limit.memory", "too little", { hint: "Give more." }))).not.toContain(
    "--memory",
  );
});
