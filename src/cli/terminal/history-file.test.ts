import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openHistory } from "./history-file.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "llmspell-history-"));
  file = path.join(folder, "state/history-lua");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("openHistory", () => {
  it("remembers inputs of any shape in a file for the user alone", () => {
    const history = openHistory(file);
    const inputs = ["print(1)", "for i = 1, 2 do\n  print(i)\nend", 'a "quoted" \\ 日本 \u2028'];
    for (const input of inputs) history.add(input);
    expect(openHistory(file).entries).toEqual(inputs);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
  });

  it("leaves out what is repeated and what begins with a blank", () => {
    const history = openHistory(file);
    for (const input of ["a", "a", " secret", "b", "a"]) history.add(input);
    expect(openHistory(file).entries).toEqual(["a", "b", "a"]);
  });

  it("keeps the newest of many", () => {
    const history = openHistory(file, 10);
    for (let index = 0; index < 25; index++) history.add(String(index));
    const again = openHistory(file, 10);
    expect(again.entries).toEqual(Array.from({ length: 10 }, (_, index) => String(index + 15)));
    expect(readFileSync(file, "utf8").split("\n")).toHaveLength(11);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("survives lines that are cut off or not its own", () => {
    openHistory(file).add("good");
    writeFileSync(file, `${readFileSync(file, "utf8")}{"not": "ours"}\nplain\n"cut of`);
    const history = openHistory(file);
    expect(history.entries).toEqual(["good"]);
  });

  it("goes on in memory where the file cannot be written", () => {
    writeFileSync(path.join(folder, "state"), "no folder");
    const history = openHistory(file);
    history.add("kept for now");
    expect(history.entries).toEqual(["kept for now"]);
  });

  it("takes over the lock of a process that ended with it", () => {
    openHistory(file).add("before");
    writeFileSync(`${file}.lock`, "");
    utimesSync(`${file}.lock`, 0, 0);
    openHistory(file).add("after");
    expect(openHistory(file).entries).toEqual(["before", "after"]);
    expect(readdirSync(path.dirname(file))).toEqual(["history-lua"]);
  });

  it("loses nothing of two processes that write and cut it at once", async () => {
    const module = pathToFileURL(path.join(import.meta.dirname, "history-file.ts")).href;
    const code = `import { openHistory } from ${JSON.stringify(module)};
      for (let i = 0; i < 60; i++) openHistory(process.argv[1], 50).add(process.argv[2] + i);`;
    const run = (name: string) =>
      new Promise<number | null>((resolve) =>
        spawn(process.execPath, ["--input-type=module", "-e", code, file, name], { stdio: "inherit" }).on(
          "close",
          resolve,
        ),
      );
    expect(await Promise.all([run("a"), run("b")])).toEqual([0, 0]);
    const { entries } = openHistory(file, 1000);
    const lasts = (name: string) =>
      entries.filter((entry) => entry.startsWith(name)).map((entry) => Number(entry.slice(1)));
    for (const name of ["a", "b"]) {
      const numbers = lasts(name);
      expect(numbers.at(-1)).toBe(59);
      // From the first that is left, none is missing.
      expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => 60 - numbers.length + index));
    }
  });
});
