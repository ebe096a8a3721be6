import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { findBrowser, openInBrowser } from "../support/browser.ts";
import { runCli } from "../support/cli.ts";
import { scratchFolder } from "../support/scratch.ts";

const SPELL = `
local scout = agent.create({ name = "scout", model = "offline", tools = { "calculator" } })
print(scout.run("Use the calculator: what is 17 * 23?"))
return llm.complete("Say exactly: </pre><script>document.title = 'owned'</script>", { model = "offline" }).content`;

const browser = findBrowser();

it.skipIf(browser === undefined)(
  "a run's report opens from disk in a browser, and runs nothing of what it shows",
  async () => {
    using folder = scratchFolder({ "scout.lua": SPELL });
    const options = { cwd: folder.path, env: { XDG_STATE_HOME: folder.path } };
    expect(await runCli(["run", "scout.lua"], options)).toMatchObject({ code: 0 });
    const file = path.join(folder.path, "run.html");
    expect(await runCli(["runs", "report", "last", "-o", "run.html"], options)).toMatchObject({ code: 0, stdout: "" });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const document = await openInBrowser(browser as string, file);
    expect(document).toMatch(/<title>scout · /);
    expect(document).toContain('<details class="effect agent" open="">');
    expect(document).toContain("calculator");
    expect(document).not.toContain("<script");
    const { stdout } = await runCli(["runs", "report", "last"], options);
    expect(stdout).toBe(readFileSync(file, "utf8"));
    const tree = await runCli(["runs", "show", "last", "--tree"], options);
    expect(tree.stdout).toMatch(/[├└]─ agent scout[^\n]*\n│ {2}├─ model offline/);
  },
);
