import { expect, test } from "vitest";
import { charValue, stringValue } from "./literals.ts";

test("escapes of one literal are read whatever was read before", () => {
  for (let round = 0; round < 2; round++) {
    expect(charValue("'\\''")).toBe(39);
    expect(stringValue('"\\ta\\x41\\u00e9"')).toBe("\ta\x41\xc3\xa9");
    expect(charValue("'\\u00e9'")).toBe(0xe9);
    expect(charValue("'é'")).toBe(0xe9);
    expect(stringValue('"\\101b\\\\"')).toBe("Ab\\");
  }
});
