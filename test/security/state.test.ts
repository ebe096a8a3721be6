import { existsSync } from "node:fs";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { createRuntime } from "../support/product.ts";
import { scratchFolder } from "../support/scratch.ts";

const runtime = createRuntime({ workers: 1 });
afterAll(() => runtime.shutdown());

/** A spell may write any bytes in its workspace, also what SQLite would roll back with the rights of the process. */
it.each([
  ["x.db", "x.db-journal"],
  ["x.json", ".x.json.lock-journal"],
  ["x.json", ".x.json.lock"],
])("state in %s is not opened over a forged %s", async (file, forged) => {
  using folder = scratchFolder();
  const code = `
    fs.write(params.forged, "forged")
    local ok, e = pcall(function() state.create({ path = params.file }):set("a", 1) end)
    return e.code`;
  const result = await runtime.exec(code, { engine: "lua", workspace: folder.path, params: { file, forged } });
  expect(result).toMatchObject({ ok: true, value: "permission.denied" });
  expect(existsSync(path.join(folder.path, forged))).toBe(true);
});
