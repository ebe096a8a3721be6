import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { mkdirSync } from "node:fs";
import { expect, it } from "vitest";
import { runCli } from "../support/cli.ts";
import { scratchFolder } from "../support/scratch.ts";

const RED = "\u001b[31m";

it("names and texts that somebody else wrote reach the terminal without control characters", async () => {
  using folder = scratchFolder({
    "llmspell.yaml": 'models: {default: "offline/x\\e[31m"}\n',
    [`bad${RED}.lua`]: "return 1",
  });
  const state = path.join(folder.path, "state/llmspell");
  mkdirSync(state, { recursive: true });
  const options = { cwd: folder.path, env: { XDG_STATE_HOME: path.dirname(state), XDG_CACHE_HOME: folder.path } };
  await runCli(["run", `bad${RED}.lua`], options);
  {
    using database = new DatabaseSync(path.join(state, "runs.db"));
    database
      .prepare("UPDATE runs SET id = ?, status = 'failed', error_code = ?, error_message = ?, ended_at = 1")
      .run(`id${RED}`, `code${RED}`, `message${RED}`);
  }
  const commands = [
    ["runs", "list"],
    ["config", "show"],
    ["config", "show", "--origin"],
  ];
  const answers = await Promise.all(commands.map((args) => runCli(args, options)));
  const texts = answers.map(({ stdout, stderr }) => stdout + stderr);
  expect(texts).toEqual(texts.map(() => expect.stringContaining("\\x1b[31m") as string));
  // oxlint-disable-next-line no-control-regex
  expect(texts.join("")).not.toMatch(/\u001b/);
});
