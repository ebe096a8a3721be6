import { expect, it } from "vitest";
import type { ScriptValue } from "../values/script-value.ts";
import { describeEffect } from "./gen-ai.ts";

const handle = { $llmspell: "handle", type: "tool", id: 1 } as unknown as ScriptValue;

it.each([
  ["agent.perform", "scout", "invoke_agent scout", { "gen_ai.agent.name": "scout" }],
  ["tools.perform", "web_search", "execute_tool web_search", { "gen_ai.tool.name": "web_search" }],
  ["tool.execute", "web_search", "execute_tool web_search", { "gen_ai.operation.name": "execute_tool" }],
  ["workflow.run", "digest", "invoke_workflow digest", { "llmspell.workflow.name": "digest" }],
  ["workflow.step", "facts", "workflow_step facts", { "llmspell.workflow.step": "facts" }],
])("%s of a handle is a span with its name", (method, about, name, attributes) => {
  const described = describeEffect({ method, args: [handle, {}], value: null, usage: undefined, about }, false);
  expect(described).toMatchObject({ name, attributes });
});
