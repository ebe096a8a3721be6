/** The suites that LLMSpell's own engines and bridges pass, and what tests of bridges and spells need. */
export { createBridgeHarness } from "./bridge-harness.ts";
export type { BridgeHarness, BridgeHarnessOptions } from "./bridge-harness.ts";
export { bridgeContract } from "./bridge-contract.ts";
export type { BridgeContractCase, BridgeContractOptions } from "./bridge-contract.ts";
export type { ContractCase, Gaps } from "./contract.ts";
export { engineContract } from "./engine-contract.ts";
export type { ContractScripts } from "./contract-scripts.ts";
export type { EngineContractCase } from "./engine-contract.ts";
export { ContractHost, contractOptions } from "./engine-host.ts";
export { startModelServer } from "./model-server.ts";
export type { ModelAnswer, ModelCall, ModelReply, ModelResponder, ModelServer } from "./model-server.ts";
export { scriptedAnswers } from "./scripted-answers.ts";
export type { ScriptedAnswer } from "./scripted-answers.ts";
