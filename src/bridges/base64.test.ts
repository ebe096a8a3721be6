import fc from "fast-check";
import { expect, test } from "vitest";
import { createBridgeHarness } from "../testing/bridge-harness.ts";
import { base64Bridge } from "./base64.ts";
import { hexBridge } from "./hex.ts";

const { call, fail } = createBridgeHarness([base64Bridge, hexBridge]);

test.each(["base64", "hex"])("%s reads back every byte string", (name) => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(call(`${name}.decode`, [call(`${name}.encode`, [bytes]), { as: "bytes" }])).toEqual(bytes);
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      expect(call(`${name}.decode`, [call(`${name}.encode`, [text])])).toBe(text);
    }),
  );
});

test("base64: padding and the URL-safe alphabet", () => {
  const data = new Uint8Array([251, 255, 190, 1]);
  expect(call("base64.encode", [data])).toBe("+/++AQ==");
  expect(call("base64.encode", [data, { padding: false }])).toBe("+/++AQ");
  expect(call("base64.encode", [data, { url_safe: true }])).toBe("-_--AQ");
  expect(call("base64.encode", [data, { url_safe: true, padding: true }])).toBe("-_--AQ==");
  for (const text of ["+/++AQ==", "+/++AQ", "-_--AQ", " +/++\nAQ== "])
    expect(call("base64.decode", [text])).toEqual(data);
});

test("data that is no UTF-8 is bytes, or an error when text is wanted", async () => {
  expect(call("hex.decode", ["ff"])).toEqual(new Uint8Array([255]));
  expect((await fail("hex.decode", ["ff", { as: "text" }])).code).toBe("parse.invalid");
  expect((await fail("base64.decode", ["/w==", { as: "text" }])).code).toBe("parse.invalid");
  expect(call("base64.decode", ["aGk="])).toBe("hi");
});

test.each([
  ["base64.decode", "a*b="],
  ["base64.decode", "aGk=="],
  ["base64.decode", "aGkaa"],
  ["base64.decode", "aG=k"],
  ["hex.decode", "abc"],
  ["hex.decode", "zz"],
])("%s refuses %j", async (name, text) => {
  expect((await fail(name, [text])).code).toBe("parse.invalid");
});

test("hex: upper case, white space and prefix", async () => {
  expect(call("hex.encode", [new Uint8Array([171]), { upper: true }])).toBe("AB");
  expect(call("hex.decode", ["0x68 69\n"])).toBe("hi");
  expect((await fail("hex.encode", [5])).code).toBe("input.invalid");
  expect((await fail("base64.encode", [{}])).code).toBe("input.invalid");
});
