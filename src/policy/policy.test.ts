import { describe, expect, it } from "vitest";
import type { LlmspellError } from "../errors.ts";
import { createPolicy, matchesTarget } from "./policy.ts";

const refusal = (action: () => void): LlmspellError | undefined => {
  try {
    action();
  } catch (error) {
    return error as LlmspellError;
  }
  return undefined;
};

describe("a policy", () => {
  const policy = createPolicy({
    allow: { "fs.read": true, net: ["api.example.com", "*.test.org", "localhost:8080"] },
    hints: { net: "Pass --allow-net." },
  });

  it("allows what its rules list and nothing else", () => {
    expect(refusal(() => policy.check({ capability: "fs.read", method: "fs.read" }))).toBeUndefined();
    expect(
      refusal(() => policy.check({ capability: "net", target: "api.example.com", method: "http.get" })),
    ).toBeUndefined();
    expect(refusal(() => policy.check({ capability: "fs.write", method: "fs.write" }))?.code).toBe("permission.denied");
    expect(refusal(() => policy.check({ capability: "toString", method: "x" }))?.code).toBe("permission.denied");
  });

  it("names the method, the target and the way to allow it", () => {
    const error = refusal(() => policy.check({ capability: "net", target: "evil.com", method: "http.get" }));
    expect(error?.message).toBe('http.get may not use net on "evil.com"');
    expect(error?.hint).toBe("Pass --allow-net.");
  });

  it.each([
    ["*", "anything", true],
    ["*.test.org", "a.test.org", true],
    ["*.test.org", "test.org", false],
    ["*.test.org", "eviltest.org", false],
    ["Example.com", "example.COM", true],
    ["example.com", "example.com:8443", true],
    ["example.com:443", "example.com:8443", false],
    ["example.com", "example.com.evil.org", false],
  ])("matches %s against %s: %s", (pattern, target, expected) => {
    expect(matchesTarget(pattern, target)).toBe(expected);
  });
});
