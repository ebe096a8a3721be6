import { expect, test } from "vitest";
import { detailLines } from "./detail-lines.ts";

test("no member of the details pushes another one out of sight", () => {
  const lines = detailLines({ content: "x\n".repeat(10_000), wide: "y".repeat(1_000_000), path: "/etc/passwd" }, 40);
  expect(lines.at(-1)).toBe("path: /etc/passwd");
  expect(lines.length).toBeLessThan(45);
  expect(lines.join("").length).toBeLessThan(5000);
  expect(lines).toContain("  ... 20000 characters in all");
  const many = detailLines(Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`a${index}`, "1"])), 40);
  expect(many).toHaveLength(101);
  expect(many.at(-1)).toBe("... 5000 members in all");
});

test("the arguments of a tool stand one below the other", () => {
  expect(detailLines({ tool: "file_write", arguments: { content: "a\nb", path: "x" } }, 40)).toEqual([
    "tool: file_write",
    "arguments.content: a",
    "  b",
    "arguments.path: x",
  ]);
  expect(detailLines({ tool: "now", arguments: {} }, 40)).toEqual(["tool: now", "arguments: {}"]);
});

test("no name and no text begins a line of its own, or moves the cursor", () => {
  expect(detailLines({ "a\npath: safe.txt": "b\u001b[2K\r\npath: safe.txt" }, 40)).toEqual([
    "a\\npath: safe.txt: b\\x1b[2K",
    "  path: safe.txt",
  ]);
});
