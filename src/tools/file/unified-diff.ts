import { LlmspellError } from "../../errors.ts";

interface Side {
  path: string;
  text: string;
}

/** Beyond it two texts have hardly anything in common, and the search for what they have takes time by its square. */
const MAX_EDITS = 10_000;

/** A unified diff with file names as git writes them. Throws `value.too_large` for texts that differ in too many lines. */
export async function unifiedDiff(from: Side, to: Side, context = 3) {
  if (from.text === to.text) return { diff: "", identical: true, added: 0, removed: 0 };
  const { structuredPatch, formatPatch } = await import("diff");
  const patch = structuredPatch(`a/${from.path}`, `b/${to.path}`, from.text, to.text, undefined, undefined, {
    context,
    maxEditLength: MAX_EDITS,
  });
  if (!patch) {
    throw new LlmspellError(
      "value.too_large",
      `"${from.path}" and "${to.path}" differ in more than ${MAX_EDITS} lines`,
    );
  }
  const count = (mark: string) =>
    patch.hunks.reduce((sum, hunk) => sum + hunk.lines.filter((line) => line.startsWith(mark)).length, 0);
  const diff = formatPatch(patch).replace(/^=+\n/, "");
  return { diff, identical: false, added: count("+"), removed: count("-") };
}
