import { expect, test } from "vitest";
import { formatTable } from "./table.ts";

test("columns stand below each other as a terminal shows them", async () => {
  const table = await formatTable(
    ["spell", "engine"],
    [
      ["潮汐", "lua"],
      ["tides", ""],
    ],
  );
  // eslint-disable-next-line no-control-regex
  expect(table.replaceAll(/\x1b\[\d*m/g, "")).toBe("spell  engine\n潮汐   lua\ntides\n");
});
