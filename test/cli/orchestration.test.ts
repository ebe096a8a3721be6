import { expect, it } from "vitest";
import { runCli } from "../support/cli.ts";
import { scratchFolder } from "../support/scratch.ts";

it("a workflow of a file that fails shows the file, and no code that its user has not written", async () => {
  using folder = scratchFolder({
    "flow.yaml": "steps:\n  - { name: read, tool: file_read, params: { path: gone.txt } }\n",
    "deep.yaml":
      "steps:\n  - name: all\n    range: { to: 1 }\n    steps:\n      - { name: read, tool: file_read, params: { path: gone.txt } }\n",
  });
  const { code, stderr } = await runCli(["workflow", "run", "flow.yaml"], { cwd: folder.path });
  expect(code).toBe(1);
  expect(stderr).toContain('error[workflow.failed]: the workflow "flow" failed at step "read"');
  expect(stderr).toMatch(/--> flow\.yaml:2:5$/m);
  const deep = await runCli(["workflow", "run", "deep.yaml"], { cwd: folder.path });
  expect(deep.stderr).toContain('the workflow "deep" failed at step "all", in it "read": ');
  expect(deep.stderr).toMatch(/--> deep\.yaml:5:9$/m);
  expect(stderr).not.toContain("flow.run");
});

it("a file parameter whose default lies beside the spell says how to run it", async () => {
  const spell =
    "-- ---\n-- parameters:\n--   notes: { type: file, default: notes.txt }\n-- ---\nreturn fs.read(params.notes)\n";
  using folder = scratchFolder({ "own/spell.lua": spell, "own/notes.txt": "kept" });
  const options = { cwd: folder.path };
  const refused = await runCli(["run", "own/spell.lua"], options);
  expect(refused.stderr).toContain("one lies beside the spell: --workspace own");
  expect(await runCli(["run", "own/spell.lua", "--workspace", "own"], options)).toMatchObject({ stdout: "kept\n" });
});
