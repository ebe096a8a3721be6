import { describe, expect, it } from "vitest";
import { parseLimits } from "./options.ts";

describe("--limit", () => {
  it("reads counts, sizes and durations by the limit's name", () => {
    expect(parseLimits(["hostCalls=50000", "host_bytes=1MB", "cpuMs=500", "timeoutMs=2s"])).toEqual({
      hostCalls: 50_000,
      hostBytes: 1024 ** 2,
      cpuMs: 500,
      timeoutMs: 2000,
    });
  });

  it.each([
    ["hostCalls=abc", '--limit hostCalls wants a whole number, got "abc"'],
    ["hostCalls=5MB", '--limit hostCalls wants a whole number, got "5MB"'],
    ["hostBytes=abc", "--limit hostBytes wants a size"],
    ["cpuMs=abc", "--limit cpuMs wants a duration"],
    ["calls=5", 'there is no limit "calls"'],
    ["hostCalls", '--limit wants name=value, got "hostCalls"'],
  ])("refuses %s", (flag, message) => {
    expect(() => parseLimits([flag])).toThrow(message);
  });
});
