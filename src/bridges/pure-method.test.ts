import { expect, test } from "vitest";
import { createBridgeHarness } from "../testing/bridge-harness.ts";
import { csvBridge } from "./csv.ts";
import { regexBridge } from "./regex.ts";
import { textBridge } from "./text.ts";

const { call, fail } = createBridgeHarness([textBridge, csvBridge, regexBridge]);

test.each([
  ["text.lines", ["\n".repeat(1_100_000)]],
  ["text.split", ["a,".repeat(1_100_000), ","]],
  ["csv.decode", ["a;b\n".repeat(550_000), { delimiter: ";", header: false }]],
  ["regex.findAll", ["a".repeat(250_000), "a"]],
])("%s makes no list that is larger than the host may hold", async (method, args) => {
  expect((await fail(method, args)).code).toBe("value.too_large");
});

test("a long text in few parts is taken apart", async () => {
  expect(await call("text.lines", [`${"a".repeat(2_000_000)}\nb`])).toHaveLength(2);
  expect(await call("regex.findAll", ["a".repeat(250_000), "a", { limit: 10 }])).toHaveLength(10);
});
