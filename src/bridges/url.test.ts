import fc from "fast-check";
import { expect, test } from "vitest";
import { createBridgeHarness } from "../testing/bridge-harness.ts";
import { urlBridge } from "./url.ts";

const { call, fail } = createBridgeHarness([urlBridge]);

test("parse tells the parts", () => {
  expect(call("url.parse", ["https://ada:pw@example.org:8443/a%20b?x=1&y=2&x=3#top"])).toEqual({
    href: "https://ada:pw@example.org:8443/a%20b?x=1&y=2&x=3#top",
    origin: "https://example.org:8443",
    protocol: "https",
    username: "ada",
    password: "pw",
    host: "example.org:8443",
    hostname: "example.org",
    port: 8443,
    path: "/a%20b",
    query: "x=1&y=2&x=3",
    params: { x: ["1", "3"], y: "2" },
    hash: "top",
  });
  expect(call("url.parse", ["/x", "http://example.org/a"])).toMatchObject({ href: "http://example.org/x", port: null });
});

test("build makes and changes addresses", () => {
  expect(call("url.build", [{ host: "example.org", path: "a b", params: { q: "x y", n: [1, 2], none: null } }])).toBe(
    "https://example.org/a%20b?q=x+y&n=1&n=2",
  );
  expect(
    call("url.build", [
      {
        base: "http://example.org/a?x=1&y=2",
        params: { x: null, z: true },
        hash: "h",
        port: 81,
        protocol: "https",
        username: "u",
        password: "p",
      },
    ]),
  ).toBe("https://u:p@example.org:81/a?y=2&z=true#h");
});

test.each([
  ["resolve", ["https://example.org/a/b?x", "../c"], "https://example.org/c"],
  ["join", ["https://example.org/api/", "/v1/", "a b", 5], "https://example.org/api/v1/a%20b/5"],
  ["join", ["https://example.org/api?x=1", "..", "x"], "https://example.org/api/%252E%252E/x?x=1"],
  ["encode", ["a b/ü"], "a%20b%2F%C3%BC"],
  ["decode", ["a%20b+%C3%BC"], "a b+ü"],
  ["parseQuery", ["?a=1&b=%C3%BC+x&a=2"], { a: ["1", "2"], b: "ü x" }],
  ["formatQuery", [{ a: [1, true], b: "ü x", c: null }], "a=1&a=true&b=%C3%BC+x"],
  ["isValid", ["https://example.org"], true],
  ["isValid", ["/relative"], false],
  ["isValid", ["javascript:alert(1)", { protocols: ["http", "https"] }], false],
])("%s%j", (name, args, expected) => {
  expect(call(`url.${name}`, args)).toEqual(expected);
});

test.each([
  ["parse", ["nonsense"], "parse.invalid"],
  ["build", [{ path: "/x" }], "input.invalid"],
  ["build", [{ host: "a b" }], "parse.invalid"],
  ["build", [{ host: "x.example", params: { a: {} } }], "input.invalid"],
  ["resolve", ["x", "y"], "parse.invalid"],
  ["join", ["x", "y"], "parse.invalid"],
  ["encode", ["\ud800"], "input.invalid"],
  ["decode", ["%zz"], "parse.invalid"],
  ["decode", ["%ff"], "parse.invalid"],
  ["parseQuery", [5], "input.invalid"],
  ["formatQuery", [{ a: [[1]] }], "input.invalid"],
  ["isValid", [5], "input.invalid"],
])("%s refuses %j", async (name, args, code) => {
  expect((await fail(`url.${name}`, args)).code).toBe(code);
});

test("decode undoes encode, parseQuery undoes formatQuery", () => {
  const text = fc.string({ unit: "grapheme" }).filter((value) => value.isWellFormed());
  fc.assert(
    fc.property(text, (value) => {
      expect(call("url.decode", [call("url.encode", [value])])).toBe(value);
    }),
  );
  const params = fc.dictionary(text, fc.oneof(text, fc.array(text, { minLength: 2 })));
  fc.assert(
    fc.property(params, (value) => {
      expect(call("url.parseQuery", [call("url.formatQuery", [{ ...value }])])).toEqual({ ...value });
    }),
  );
});

test("a parameter named __proto__ stays one", () => {
  const params = call("url.parseQuery", ["__proto__=1"]) as object;
  expect(Object.keys(params)).toEqual(["__proto__"]);
  expect(call("url.formatQuery", [params])).toBe("__proto__=1");
});
