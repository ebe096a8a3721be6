import { describe, expect, it } from "vitest";
import { countMessageTokens, countTokens } from "./tokens.ts";

describe("the token estimate", () => {
  // Real counts of these texts under o200k_base, as published by its makers' tool.
  it.each([
    ["", 0],
    ["Hello, world!", 4],
    ["The quick brown fox jumps over the lazy dog.", 10],
  ])("is near the real count: %s", (text, real) => {
    expect(Math.abs(countTokens(text) - real)).toBeLessThanOrEqual(Math.ceil(real * 0.2));
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

  it("is linear", () => {
    const started = performance.now();
    countTokens("a".repeat(2_000_000));
    countTokens("a ".repeat(500_000));
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
