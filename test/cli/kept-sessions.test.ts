import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { runCli } from "../support/run-cli.ts";
import { scratchFolder } from "../support/scratch.ts";

const folder = scratchFolder({
  "keep.lua": `
local s = session.create({ id = "talk", name = "A talk" })
session.add_message(s.id, { role = "user", content = "hello" })
artifact.store("report", "first")
artifact.store("report", "second")
artifact.store("notes", "within", { session = "talk" })
`,
});
afterAll(() => folder[Symbol.dispose]());
const cli = (...args: string[]) => runCli(args, { cwd: folder.path });
const json = async (...args: string[]) => JSON.parse((await cli(...args, "--json")).stdout) as never;

test("sessions and artifacts of spells are listed, shown and deleted", async () => {
  expect((await cli("sessions", "list")).stderr).toContain("There are no sessions.");
  expect(await cli("run", "keep.lua")).toMatchObject({ code: 0 });
  const spell = path.join(folder.path, "keep.lua");
  expect(await json("sessions", "list")).toMatchObject([{ id: "talk", name: "A talk", status: "active", spell }]);
  expect(await json("sessions", "list", "--status", "completed")).toEqual([]);
  expect((await cli("sessions", "show", "talk")).stdout).toMatch(/A talk[\s\S]*user\n {2}hello/);
  for (const wanted of ["ta", "A talk"])
    expect((await cli("sessions", "show", wanted)).stdout).toMatch(/^session +talk\n/);
  expect(await json("artifacts", "list", "--spell", "keep")).toMatchObject([
    { name: "notes", scope: "session", session: "talk" },
    { name: "report", version: 2, scope: "spell" },
  ]);
  expect((await cli("artifacts", "get", "report")).stdout).toBe("second");
  expect(await cli("artifacts", "get", "report", "--number", "1", "-o", "out.txt")).toMatchObject({ stdout: "" });
  expect(readFileSync(path.join(folder.path, "out.txt"), "utf8")).toBe("first");
  expect(await json("artifacts", "get", "notes", "--session", "talk")).toMatchObject({ text: "within" });
  expect((await cli("sessions", "delete", "talk")).stdout).toBe("talk deleted\n");
  expect(await json("artifacts", "list")).toMatchObject([{ name: "report" }]);
});

test.each([
  [["sessions", "show", "nobody"], "session.unknown"],
  [["sessions", "delete", "nobody"], "session.unknown"],
  [["artifacts", "get", "nothing"], "artifact.unknown"],
  [["artifacts", "get", "report", "--number", "x"], "usage.invalid"],
])("%j says what is wrong", async (args, code) => {
  const { stderr, code: exit } = await cli(...args);
  expect(stderr).toContain(code);
  expect(exit).not.toBe(0);
});
