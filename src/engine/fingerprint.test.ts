import { expect, it } from "vitest";
import { fingerprint } from "./fingerprint.ts";

it("names the same parts alike and others differently", () => {
  const bytes = new Uint8Array([1, 2, 3]);
  expect(fingerprint("prelude", bytes)).toBe(fingerprint("prelude", new Uint8Array(bytes)));
  const others = [
    fingerprint("prelude"),
    fingerprint("preludE", bytes),
    fingerprint("prelude", new Uint8Array([1, 2, 4])),
    fingerprint("pre", "lude"),
    fingerprint(""),
  ];
  expect(new Set(others).size).toBe(others.length);
  expect(others).not.toContain(fingerprint("prelude", bytes));
});
