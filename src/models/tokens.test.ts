import { describe, expect, it } from "vitest";
import { countMessageTokens, countTokens } from "./tokens.ts";

describe("the token estimate", () => {
  it.each([
    ["", 0],
    ["Hello, world!", 4],
    ["The quick brown fox jumps over the lazy dog.", 10],
    ["Donaudampfschiff", 3],
    ["\u0434\u043e\u0431\u0440\u044b\u0439", 2],
    ["f(x)", 4],
  ])("counts words by their length and signs one by one: %s", (text, tokens) => {
    expect(countTokens(text)).toBe(tokens);
  });

  it("grows with ideographs, digits and line breaks", () => {
    expect(countTokens("\u4f60\u597d\u4e16\u754c")).toBe(4);
    expect(countTokens("123456789")).toBe(3);
    expect(countTokens("a\nb")).toBe(3);
  });

  it("adds messages, media and tools", () => {
    const one = countMessageTokens([{ role: "user", content: "hi" }]);
    expect(
      countMessageTokens([
        { role: "user", content: "hi" },
        { role: "user", content: "hi" },
      ]),
    ).toBe(one * 2 - 3);
    expect(
      countMessageTokens([
        {
          role: "user",
          content: [
            { type: "text", text: "hi" },
            { type: "image", url: "http://x" },
          ],
        },
      ]),
    ).toBeGreaterThan(one + 500);
    expect(
      countMessageTokens([{ role: "user", content: "hi" }], [{ name: "t", parameters: { type: "object" } }]),
    ).toBeGreaterThan(one + 5);
  });

  it("does work in proportion to the text", () => {
    const work = (repeats: number): number => {
      const before = process.threadCpuUsage();
      for (const piece of ["a", "a ", "1", "\n", "\u0434", "a\u0301"]) countTokens(piece.repeat(repeats));
      const { user, system } = process.threadCpuUsage(before);
      return user + system;
    };
    work(10_000);
    const [few, many] = [work(100_000), work(800_000)];
    expect(many / few).toBeLessThan(16);
  });
});
