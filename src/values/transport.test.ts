import { expect, test } from "vitest";
import { Handle } from "./script-value.ts";
import { pack, unpack } from "./transport.ts";

test("carries a function that one bridge method passes on to another as a reference", () => {
  const passedOn = Object.assign(() => null, { functionId: 7 });
  const carried = structuredClone(pack([passedOn as never, { nested: passedOn as never }]));
  const reference = new Handle("function", 7, undefined);
  expect(unpack(carried)).toEqual([reference, { nested: reference }]);
});
