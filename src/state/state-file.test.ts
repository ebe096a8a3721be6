import fs from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { StateFile } from "./state-file.ts";
import { readStored, writeStored } from "./stored-requests.ts";

let folder: string;
beforeEach(() => void (folder = fs.mkdtempSync(path.join(tmpdir(), "llmspell-file-"))));
afterEach(() => {
  vi.restoreAllMocks();
  fs.rmSync(folder, { recursive: true });
});

const set = (file: StateFile, value: number) => writeStored(file, { changes: [{ op: "set", path: "n", value }] });
const get = (file: StateFile) => readStored(file, { query: { op: "get", path: "n" } });

test("does not take a file for unchanged that looks the same but was changed just now", () => {
  const name = path.join(folder, "a.json");
  const [one, other] = [new StateFile(name, 10_000), new StateFile(name, 10_000)];
  set(one, 1);
  const looks = fs.statSync(name, { bigint: true });
  const { statSync } = fs;
  vi.spyOn(fs, "statSync").mockImplementation(((file: string, options?: { bigint?: boolean }) =>
    options?.bigint ? looks : statSync(file, options as object)) as never);
  expect(get(other)).toBe(1);
  set(one, 2);
  expect(get(other)).toBe(2);
});

test("reads a file that is at rest once", () => {
  const name = path.join(folder, "a.json");
  const file = new StateFile(name, 10_000);
  set(file, 1);
  vi.spyOn(Date, "now").mockReturnValue(Date.now() + 10_000);
  const reads = vi.spyOn(fs, "readFileSync");
  expect([get(file), get(file), get(file)]).toEqual([1, 1, 1]);
  expect(reads).toHaveBeenCalledTimes(1);
});

test("keeps the mode of a file, and makes a new one for the user alone", () => {
  const name = path.join(folder, "a.json");
  const file = new StateFile(name, 10_000);
  set(file, 1);
  expect(fs.statSync(name).mode & 0o777).toBe(0o600);
  fs.chmodSync(name, 0o664);
  set(file, 2);
  expect(fs.statSync(name).mode & 0o777).toBe(0o664);
});

test("goes on after a process that died while it wrote", () => {
  const name = path.join(folder, "a.json");
  const file = new StateFile(name, 10_000);
  set(file, 1);
  fs.writeFileSync(path.join(folder, ".a.json.tmp"), '{"llmspell": "sta');
  expect(get(file)).toBe(1);
  set(file, 2);
  expect(get(file)).toBe(2);
  expect(fs.readdirSync(folder).toSorted()).toEqual([".a.json.lock", "a.json"]);
});
