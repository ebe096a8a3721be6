/** An example that needs what is not part of LLMSpell yet. */
export interface ExpectedFailure {
  /** The feature that it waits for. */
  needs: string;
  /** The call at which it must fail, for the lack of this feature and nothing else. */
  at: string;
}

const agents = { needs: "web_search", at: "run(" };
const workflows = { needs: "workflow", at: "workflow.create(" };
const sequences = { needs: "workflow, llm.agent", at: "workflow.sequential(" };

/** By file name. An example leaves this list when its feature is there: its test fails until then the other way round. */
export const EXPECTED_FAILURES: Readonly<Record<string, ExpectedFailure>> = {
  "1-script-api.lua": { needs: "web_search, calculator, workflow", at: "agent.run(" },
  "1-script-api.js": { needs: "web_search, calculator", at: "theAgent.run(" },
  "2-research-assistant.lua": agents,
  "2-agent-with-tools.lua": { needs: "tools.register, calculator, web_search", at: "tools.register(" },
  // It names another state that it does not make; seeds.test.ts runs it with one.
  "2-state.js": { needs: "otherState, which the document leaves out", at: ".merge(otherState" },
  "2-workflow.lua": workflows,
  "3-research-assistant.lua": agents,
  "3-research-assistant.js": agents,
  "3-research-agent.lua": agents,
  "3-research-agent.js": agents,
  "3-research-workflow.lua": sequences,
  "3-research-workflow.js": sequences,
};
