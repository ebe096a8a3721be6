import { Writable } from "node:stream";
import { WriteStream } from "node:tty";
import { afterEach, expect, test, vi } from "vitest";
import { colors } from "./colors.ts";

afterEach(() => vi.unstubAllEnvs());

const terminal = Object.assign(new Writable(), { isTTY: true, getColorDepth: WriteStream.prototype.getColorDepth });
const file = new Writable();

test("a terminal gets colours unless NO_COLOR says otherwise; a file gets none", () => {
  for (const name of ["NO_COLOR", "FORCE_COLOR", "NODE_DISABLE_COLORS"]) vi.stubEnv(name, undefined);
  vi.stubEnv("TERM", "xterm-256color");
  vi.stubEnv("CI", undefined);
  const stream = terminal as unknown as NodeJS.WriteStream;
  expect(colors(stream).red("x")).toBe("\u001B[31mx\u001B[39m");
  expect(colors(file as unknown as NodeJS.WriteStream).red("x")).toBe("x");
  vi.stubEnv("NO_COLOR", "1");
  expect(colors(stream).red("x")).toBe("x");
});
