import { cpSync, existsSync, readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { startModelServer } from "../src/testing/model-server.ts";
import { type ScriptedAnswer, scriptedAnswers } from "../src/testing/scripted-answers.ts";
import { runCli } from "./support/cli.ts";
import { ROOT } from "./support/root.ts";
import { scratchFolder } from "./support/scratch.ts";

const EXAMPLES = path.join(ROOT, "examples");
const LANGUAGES = [".lua", ".js", ".tengo"] as const;

/** One run of a spell, as its folder's `recorded.json` has it: what the model answered, and what came of it. */
interface RecordedRun {
  /** Behind `llmspell run SCRIPT`. `{site}` stands for the address of the site. */
  args?: string[];
  answers: ScriptedAnswer[];
  env?: Record<string, string>;
  /** Pages of a site on loopback, by the beginning of their address; `file:` names a file of the folder. */
  site?: Record<string, string>;
  /** What it prints, to the letter. */
  output: string;
  /** Files that it writes. */
  files?: Record<string, string>;
}

/** Folders with one spell in every language; several runs happen one after the other in the same workspace. */
const spells = readdirSync(EXAMPLES).filter((name) => existsSync(path.join(EXAMPLES, name, "recorded.json")));
const recordedOf = (name: string) =>
  JSON.parse(readFileSync(path.join(EXAMPLES, name, "recorded.json"), "utf8")) as RecordedRun[];

/** A site at one address, whose pages are those of the run that is going on. */
async function startSite(folder: string) {
  let pages: Record<string, string> = {};
  const server = createServer((request, response) => {
    const [, page] = Object.entries(pages).find(([beginning]) => request.url?.startsWith(beginning)) ?? [];
    response.setHeader("content-type", page?.startsWith("{") ? "application/json" : "text/html; charset=utf-8");
    if (page === undefined) response.writeHead(404).end("not found");
    else response.end(page.startsWith("file:") ? readFileSync(path.join(folder, page.slice(5))) : page);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    show: (shown: Record<string, string>) => void (pages = shown),
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
}

type Site = Awaited<ReturnType<typeof startSite>>;

async function runRecorded(script: string, recorded: RecordedRun, workspace: string, site: Site): Promise<void> {
  await using model = await startModelServer(scriptedAnswers(recorded.answers));
  const {
    site: pages = {},
    args = [],
    env = {},
  } = JSON.parse(JSON.stringify(recorded).replaceAll("{site}", `http://${site.host}`)) as RecordedRun;
  site.show(pages);
  const allowed = recorded.site ? ["--allow-net", site.host] : [];
  const { stdout, stderr, code } = await runCli(
    ["run", script, "--model", "openai/recorded", "--no-journal", "--quiet", ...allowed, ...args],
    { cwd: workspace, env: { ...env, OPENAI_BASE_URL: `${model.url}/v1`, OPENAI_API_KEY: "none" } },
  );
  expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  expect(stdout.replaceAll(`http://${site.host}`, "{site}")).toBe(recorded.output);
  for (const [file, text] of Object.entries(recorded.files ?? {}))
    expect(readFileSync(path.join(workspace, file), "utf8").replaceAll(`http://${site.host}`, "{site}")).toBe(text);
}

describe.each(spells)("the spell %s does with the recorded answers what it did", (name) => {
  it.each(LANGUAGES)("in %s", async (language) => {
    using folder = scratchFolder();
    cpSync(path.join(EXAMPLES, name), folder.path, { recursive: true });
    await using site = await startSite(folder.path);
    for (const recorded of recordedOf(name)) await runRecorded(`${name}${language}`, recorded, folder.path, site);
  });
});

it("every spell stands there in every language", () => {
  const scripts = spells.flatMap((name) => LANGUAGES.map((language) => path.join(name, `${name}${language}`)));
  expect(scripts.filter((script) => !existsSync(path.join(EXAMPLES, script)))).toEqual([]);
});
