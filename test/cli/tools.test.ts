import { afterAll, expect, test } from "vitest";
import { runCli } from "../support/run-cli.ts";
import { scratchFolder } from "../support/scratch.ts";

const folder = scratchFolder({ "note.txt": "hello" });
afterAll(() => folder[Symbol.dispose]());
const cli = (...args: string[]) => runCli(args, { cwd: folder.path });

test("tools are listed, found and shown", async () => {
  const listed = JSON.parse((await cli("tools", "list", "--category", "file", "--json")).stdout) as { name: string }[];
  expect(listed.map(({ name }) => name)).toContain("file_read");
  expect((await cli("tools", "search", "csv")).stdout).toContain("csv_query");
  const shown = (await cli("tools", "show", "file_delete")).stdout;
  expect(shown).toContain("may overwrite or remove; a person is asked before a model's call of it runs");
  expect((await cli("tools", "show", "file_write")).stdout).not.toContain("a person is asked");
});

test("what is not there is told as the command line knows it", async () => {
  expect(await cli("tools", "show", "zzz")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("llmspell tools list"),
  });
  expect((await cli("tools", "show", "cvs_query")).stderr).toContain('Did you mean "csv_query"?');
  expect(await cli("tools", "search", "zzz")).toMatchObject({ code: 0, stdout: "", stderr: "No tool is like that.\n" });
  expect(await cli("tools", "list", "--category", "zzz")).toMatchObject({ code: 2 });
  expect((await cli("tools", "show", "csv_query")).stdout).toMatch(/encoding +one of 16 .*One of: utf-8, /);
});

test("tools run within the permissions of a run", async () => {
  expect(await cli("tools", "run", "calculator", "2 km + 300 m")).toMatchObject({ code: 0 });
  expect((await cli("tools", "run", "file_read", "--args", '{"path": "note.txt"}')).stdout).toContain("hello");
  expect((await cli("tools", "run", "web_fetch", "http://127.0.0.1:9/")).stderr).toContain("permission.denied");
});

test("a tool that is run is a run of its name, recorded and made again like any other", async () => {
  expect(await cli("tools", "run", "text_hash", "a", "--record", "hash.jsonl")).toMatchObject({ code: 0 });
  expect(await cli("tools", "run", "text_hash", "a", "--replay", "hash.jsonl")).toMatchObject({ code: 0 });
  const other = await cli("tools", "run", "text_hash", "b", "--replay", "hash.jsonl");
  expect(other.stderr).toContain('"a" was recorded, it is "b"');
  const [run] = JSON.parse((await cli("runs", "list", "--json")).stdout) as { name: string }[];
  expect(run?.name).toBe("text_hash");
});

test("tools run shows no lines of a script that nobody wrote, and fails as data with --json", async () => {
  const { stderr } = await cli("tools", "run", "text_hash");
  expect(stderr).toContain("llmspell tools show text_hash says what it takes");
  expect(stderr).not.toContain("-->");
  const { stdout, code } = await cli("tools", "run", "text_hsah", "--json");
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: "tool.unknown" } });
  expect(code).toBe(1);
});

test.each(["--param=a=1", "--params-file=a", "--seed=1", "--yes", "--memory=1MB", "--allow-shared-state"])(
  "tools run takes no flag that would do nothing: %s",
  async (flag) => {
    expect(await cli("tools", "run", "text_hash", "a", flag)).toMatchObject({ code: 2 });
  },
);

test.each([
  [["tools", "show", "file_raed"], "file_read"],
  [["tools", "list", "--category", "nothing"], "Categories:"],
  [["tools", "run", "file_read", "--args", "{"], "--args is no JSON"],
  [["tools", "run", "file_read", "a", "--args", "{}"], "either with --args or behind"],
])("%j says what is wrong", async (args, text) => {
  const { stderr, code } = await cli(...args);
  expect(stderr).toContain(text);
  expect(code).not.toBe(0);
});
