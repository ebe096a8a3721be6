import type { Operation } from "rfc6902";
import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import { writeData } from "../convert/data-codec.ts";
import { formatOfPath } from "../convert/data-format.ts";
import { overwrite, refuseExisting } from "../file/paths.ts";
import { defineTool } from "../tool.ts";
import { dataSource, loadData } from "./data-source.ts";

const operation = z.object({
  op: z.enum(["add", "remove", "replace", "move", "copy", "test"]),
  path: z.string().describe("JSON Pointer."),
  from: z.string().optional(),
  value: z.unknown().optional(),
});

export const jsonDiff = defineTool({
  name: "json_diff",
  category: "data",
  description:
    "Compares two JSON values (or YAML, TOML, ... files) and answers the JSON Patch (RFC 6902) that makes the second of the first.",
  tags: ["json", "diff", "compare", "patch"],
  parameters: z.object({
    from_path: z.string().min(1).optional().describe("File with the old data."),
    to_path: z.string().min(1).optional().describe("File with the new data."),
    from: z.unknown().optional().describe("The old data, instead of from_path."),
    to: z.unknown().optional().describe("The new data, instead of to_path."),
  }),
  returns: z.object({ patch: z.array(z.unknown()), identical: z.boolean(), count: z.int() }),
  effect: "read",
  permissions: ["fs.read"],
  examples: [{ description: "Two values", args: { from: { a: 1, b: 2 }, to: { a: 1, c: 3 } } }],
  async execute({ from_path: fromPath, to_path: toPath, from, to }, host) {
    const { createPatch } = await import("rfc6902");
    const before = plainObjects(await loadData({ path: fromPath, data: from }, host));
    const after = plainObjects(await loadData({ path: toPath, data: to }, host));
    const patch = createPatch(before, after);
    return { patch, identical: patch.length === 0, count: patch.length };
  },
});

export const jsonPatch = defineTool({
  name: "json_patch",
  category: "data",
  description:
    "Applies a JSON Patch (RFC 6902) to JSON data or a JSON, YAML or TOML file: all of it or, if an operation fails, nothing.",
  tags: ["json", "patch", "edit"],
  parameters: z.object({
    patch: z.array(operation).min(1).max(10_000).describe("Operations of RFC 6902, in order."),
    ...dataSource,
    output_path: z.string().min(1).optional().describe("File to write. Default: only the result is answered."),
    overwrite,
  }),
  returns: z.object({ result: z.unknown().optional(), output_path: z.string().optional() }),
  effect: "write",
  permissions: ["fs.read", "fs.write"],
  destructive: true,
  examples: [{ description: "Of data", args: { patch: [{ op: "replace", path: "/a", value: 2 }], data: { a: 1 } } }],
  async execute({ patch, output_path: output, overwrite: replace, ...source }, host) {
    if (output !== undefined) refuseExisting(host.files, output, replace);
    const { applyPatch } = await import("rfc6902");
    for (const [index, { op, path, from }] of patch.entries()) checkOperation(index, op, path, from);
    // The value lies in a box, so that the empty pointer can replace it.
    const box = { value: plainObjects(await loadData(source, host)) };
    const boxed = patch.map((one) => ({
      ...one,
      path: `/value${one.path}`,
      ...(one.from === undefined ? {} : { from: `/value${one.from}` }),
    }));
    const results = applyPatch(box, boxed as Operation[]);
    const failed = results.findIndex((error) => error !== null);
    if (failed >= 0) throw refused(failed, patch[failed] as z.output<typeof operation>, results[failed]);
    if (output === undefined) return { result: box.value };
    host.files.write(output, await writeData(box.value, formatOfPath(output, "output_path"), host));
    return { output_path: output };
  },
});

function checkOperation(index: number, op: string, path: string, from: string | undefined): void {
  const wrong = (what: string) =>
    new LlmspellError("input.invalid", `operation ${index + 1} (${op}) ${what}`, { details: { operation: index + 1 } });
  for (const pointer of from === undefined ? [path] : [path, from]) {
    if (pointer !== "" && !pointer.startsWith("/")) throw wrong(`has a path that is no JSON Pointer: "${pointer}"`);
    if (/\/(__proto__|constructor|prototype)(\/|$)/.test(pointer)) throw wrong(`may not reach "${pointer}"`);
  }
  if ((op === "move" || op === "copy") && from === undefined) throw wrong("wants from");
}

function refused(index: number, one: z.output<typeof operation>, error: unknown): LlmspellError {
  const reason = one.op === "test" ? "the value there is another" : "there is no such place";
  return new LlmspellError("tool.no_match", `operation ${index + 1} (${one.op} "${one.path}") fails: ${reason}`, {
    cause: error,
    details: { operation: index + 1, path: one.path },
    hint: "Nothing was changed.",
  });
}

function plainObjects(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainObjects);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainObjects(item)]));
}
