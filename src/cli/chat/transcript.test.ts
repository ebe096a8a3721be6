import { expect, test } from "vitest";
import { toMarkdown, toPlainText } from "./transcript.ts";

const MESSAGES = [
  {
    role: "user" as const,
    content: [
      { type: "image" as const, name: "dot.png", data: "x" },
      { type: "text" as const, text: "What?" },
    ],
  },
  { role: "assistant" as const, content: "", toolCalls: [{ id: "1", name: "read", arguments: { path: "a.md" } }] },
  { role: "tool" as const, toolCallId: "1", name: "read", content: "```js\ncode\n```" },
  { role: "assistant" as const, content: "Code." },
];

test("a conversation as Markdown, with fences that hold", () => {
  expect(toMarkdown("Talk", "Be brief.", MESSAGES)).toBe(
    [
      "# Talk",
      "## System\n\nBe brief.",
      "## User\n\n[dot.png]\nWhat?",
      '## Assistant\n\n[calls read {"path":"a.md"}]',
      "## Tool read\n\n````\n```js\ncode\n```\n````",
      "## Assistant\n\nCode.\n",
    ].join("\n\n"),
  );
});

test("a conversation as plain text", () => {
  expect(toPlainText(MESSAGES.slice(2))).toBe("Tool: ```js\ncode\n```\n\nAssistant: Code.");
});
