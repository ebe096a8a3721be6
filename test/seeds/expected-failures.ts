/** An example that needs what is not part of LLMSpell yet. */
export interface ExpectedFailure {
  /** The feature that it waits for. */
  needs: string;
  /** What the failure says: it must be the lack of this feature and nothing else. */
  because: RegExp;
}

const isMissing = (name: string): RegExp => new RegExp(`(?:global|field) '${name}'|'${name}' is not defined|${name} is not defined|not a function`);

const agents = { needs: "llm.agent", because: isMissing("agent") };
const workflows = { needs: "workflow", because: isMissing("workflow") };

/** By file name. An example leaves this list when its feature is there: its test fails until then the other way round. */
export const EXPECTED_FAILURES: Readonly<Record<string, ExpectedFailure>> = {
  "1-script-api.lua": { needs: "tool, agent, workflow", because: isMissing("tool") },
  "1-script-api.js": { needs: "tool, agent", because: isMissing("tool") },
  "2-research-assistant.lua": agents,
  "2-agent-with-tools.lua": agents,
  "2-state.js": { needs: "state kept in a file", because: /persistence "file" needs stored state/ },
  "2-workflow.lua": workflows,
  "2-events.js": { needs: "events, metrics", because: isMissing("events") },
  "2-hooks.lua": { needs: "hooks", because: isMissing("hooks") },
  "3-research-assistant.lua": agents,
  "3-research-assistant.js": agents,
  "3-research-agent.lua": agents,
  "3-research-agent.js": agents,
  "3-research-workflow.lua": workflows,
  "3-research-workflow.js": workflows,
  "3-config-example.lua": agents,
};
