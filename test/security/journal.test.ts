import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readFileSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { runCli } from "../support/cli.ts";
import { scratchFolder } from "../support/scratch.ts";

const KEY = "key-of-the-users-file";
const HEADER = "header-of-the-users-file";

it("keys and headers of the user's configuration reach no journal, recording or message", async () => {
  // A provider that repeats what it was sent.
  const server = createServer(({ headers }, response) => {
    const said = [headers.authorization, headers["x-team"], Buffer.from(`u:${HEADER}`).toString("base64")].join(" ");
    response.writeHead(401, { "content-type": "application/json" });
    response.end(JSON.stringify({ error: { message: `refused: ${said}` } }));
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  using folder = scratchFolder({
    "config/llmspell/config.yaml": `models:
  default: openai/gpt-4o
  providers: {openai: {api_key: ${KEY}, base_url: "http://127.0.0.1:${port}/v1", headers: {x-team: ${HEADER}}}}`,
    "spell/.env": `A=${KEY}\nB=${HEADER}\n`,
    "spell/ask.lua": 'print(fs.read(".env")) local ok, e = pcall(llm.complete, "hi") log.info(tostring(e)) error(e)',
  });
  const at = (name: string) => path.join(folder.path, name);
  const options = { cwd: at("spell"), env: { XDG_CONFIG_HOME: at("config"), XDG_STATE_HOME: at("state") } };
  try {
    const run = await runCli(["run", "ask.lua", "--record", "tape.jsonl"], options);
    expect(run.code).toBe(3);
    expect(run.stderr).toContain("refused");
    expect(run.stderr).not.toContain(HEADER);
    expect(run.stderr).not.toContain(KEY);
  } finally {
    server.close();
  }
  const exported = await runCli(["runs", "export", "last"], options);
  const shown = await runCli(["runs", "show", "last", "--json"], options);
  const stored = readdirSync(at("state/llmspell")).map((name) => at(`state/llmspell/${name}`));
  expect(stored.length).toBeGreaterThan(0);
  for (const text of [
    ...[...stored, at("spell/tape.jsonl")].map((file) => readFileSync(file, "latin1")),
    exported.stdout,
    shown.stdout,
  ]) {
    expect(text).not.toContain(KEY);
    expect(text).not.toContain(HEADER);
    expect(text).not.toContain(Buffer.from(`u:${HEADER}`).toString("base64").slice(4, 24));
  }
  expect(exported.stdout).toContain("refused");
  const readable = stored.filter((file) => process.platform !== "win32" && (statSync(file).mode & 0o077) !== 0);
  expect(readable).toEqual([]);
});
