import fc from "fast-check";
import { expect, test } from "vitest";
import { toCamelCase, toSnakeCase } from "./naming.ts";

test.each([
  ["maxTokens", "max_tokens"],
  ["toJSON", "to_json"],
  ["base64", "base64"],
  ["HTTPServer", "http_server"],
  ["a", "a"],
  ["sha256Sum", "sha256_sum"],
])("%s is %s in snake case", (camel, snake) => {
  expect(toSnakeCase(camel)).toBe(snake);
});

test.each([
  ["max_tokens", "maxTokens"],
  ["_private", "_private"],
  ["trailing_", "trailing_"],
  ["a__b", "aB"],
  ["already", "already"],
  ["bridge.some_method", "bridge.someMethod"],
])("%s is %s in camel case", (snake, camel) => {
  expect(toCamelCase(snake)).toBe(camel);
});

test("declared names survive the way to snake case and back", () => {
  const word = fc.stringMatching(/^[a-z][a-z0-9]{1,6}$/);
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
      const name = words.map((part, index) => (index === 0 ? part : part[0]?.toUpperCase() + part.slice(1))).join("");
      expect(toCamelCase(toSnakeCase(name))).toBe(name);
    }),
  );
});
