import { z } from "zod";
import { AGENT_TEMPLATES, findTemplate } from "../agents/agent-templates.ts";
import type { AgentMessage } from "../agents/messages.ts";
import type { CallContext } from "../bridge/call-context.ts";
import { defineBridge, method } from "../bridge/define-bridge.ts";
import { anyObject, handle } from "../bridge/schemas.ts";
import { LlmspellError } from "../errors.ts";
import { nearestName } from "../values/nearest-name.ts";
import type { Handle, ScriptObject, ScriptValue } from "../values/script-value.ts";
import { sizeOf } from "../values/size.ts";
import { checkUsable, releaseFunctions } from "./agent-functions.ts";
import { loadedAgent, savedText } from "./agent-files.ts";
import { agentHandle, runOf } from "./agent-handle.ts";
import { agentResult } from "./agent-result-schemas.ts";
import { type AgentConfig, agentConfig, agentInput, agentRef, performOptions, runOptions } from "./agent-schemas.ts";
import { keptTools } from "./agent-tools.ts";
import { toSchema } from "./llm-json.ts";
import { dropUndefined, toMessage } from "./llm-request.ts";
import { makeGuardrail } from "./make-guardrail.ts";
import { performAgent } from "./perform-agent.ts";
import { type Agent, agentsOf, newAgent } from "./run-agents.ts";
import { ownHooks } from "./script-hooks.ts";

const local = { effect: "local", sync: true } as const;

/** Makes an agent of a run. Its functions are kept until it is removed. */
function create(given: AgentConfig, ctx: CallContext): Handle<Agent> {
  const registry = agentsOf(ctx);
  const { id: wished, name, tools = [], handoffs = [], messages = [], ...config } = given;
  if (config.output) toSchema(config.output, "agent.create", true);
  const id = registry.freeId(wished, name);
  for (const value of Object.values(config)) if (typeof value === "function") value.retain();
  const said = messages.map((each) => toMessage(each, ctx, "agent.create") as AgentMessage);
  const hooks = ownHooks(config.hooks ?? {}, "agent");
  const agent = newAgent({
    id,
    name: name ?? id,
    config,
    hooks,
    guardrails: (config.guardrails ?? []).map((each) => makeGuardrail(each)),
    tools: keptTools(tools, ctx),
    messages: said,
    handoffs,
  });
  ctx.charge(sizeOf(said as unknown as ScriptValue[]));
  registry.add(agent);
  const about = config.description === undefined ? {} : { description: config.description };
  agent.handle = ctx.handle("agent", agent, { id, name: agent.name, ...about });
  return agent.handle;
}

const listing = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  model: z.string().nullable(),
  runs: z.number(),
});

/** `agent`: models that work with tools until a task is done. */
export const agentBridge = defineBridge({
  name: "agent",
  summary:
    "Agents: a model with instructions, tools and a memory that works until the task is done. An agent calls tools, asks other agents, hands over to them, and answers with a text that has fields.",
  methods: {
    create: method({
      summary: "Makes an agent. Tools are found by name when it runs. Throws agent.exists, schema.invalid.",
      input: { config: agentConfig.prefault({}) },
      output: handle("agent"),
      ...local,
      run: ({ config }, ctx) => create(config, ctx),
    }),
    run: method({
      summary: "Runs an agent, by its id, its name or itself: the same as its own `run`.",
      input: { agent: agentRef, input: agentInput, options: runOptions.optional() },
      output: agentResult,
      effect: "local",
      run: ({ agent, input, options }, ctx) => runOf(agentsOf(ctx).get(agent as string | Handle), input, options, ctx),
    }),
    perform: method({
      summary: "A run of an agent: what it asks of models and tools stands below.",
      input: { agent: agentRef, input: agentInput.optional(), options: performOptions.optional() },
      // Made here alone, and large: not checked again.
      output: anyObject,
      effect: "composite",
      about: ({ agent }, ctx) => agentsOf(ctx).nameOf(agent as string | Handle),
      internal: true,
      partOfCall: true,
      run: async ({ agent, input, options }, ctx) =>
        (await performAgent(
          agentsOf(ctx).get(agent as string | Handle),
          input,
          options ?? {},
          ctx,
        )) as unknown as ScriptObject,
    }),
    list: method({
      summary: "The agents of this run, in the order in which they were made.",
      input: {},
      output: z.array(listing),
      ...local,
      run: (_, ctx) =>
        agentsOf(ctx)
          .list()
          .map(({ id, name, config, metrics }) => ({
            id,
            name,
            description: config.description ?? null,
            model: config.model ?? null,
            runs: metrics.runs,
          })),
    }),
    get: method({
      summary: "The agent of an id or a name; nil where there is none.",
      input: { id: z.string() },
      output: handle("agent").nullable(),
      ...local,
      run: ({ id }, ctx) => agentsOf(ctx).find(id)?.handle ?? null,
    }),
    remove: method({
      summary:
        "Forgets an agent and gives its functions (tools, hooks, guardrails, listeners) back once it is idle; answers whether it was there. One without functions can be registered again.",
      input: { agent: agentRef },
      output: z.boolean(),
      ...local,
      run({ agent }, ctx) {
        const registry = agentsOf(ctx);
        const found = typeof agent === "string" ? registry.find(agent) : ((agent as Handle).state as Agent);
        if (!found || !registry.remove(found)) return false;
        releaseFunctions(found, ctx);
        return true;
      },
    }),
    register: method({
      summary:
        "Makes an agent under an id: `register(id, config)`, or puts one there that was removed: `register(agent)`.",
      input: { id: z.union([z.string().min(1), handle("agent")]), config: agentConfig.optional() },
      output: handle("agent"),
      ...local,
      run({ id, config }, ctx) {
        if (typeof id === "string") return create({ ...config, id, name: config?.name ?? id }, ctx);
        const { state } = id as Handle<Agent>;
        checkUsable(state);
        if (agentsOf(ctx).find(state.id) !== state) agentsOf(ctx).freeId(state.id, undefined);
        agentsOf(ctx).add(state);
        return id as Handle;
      },
    }),
    save: method({
      summary:
        "Writes an agent into a file of the workspace: configuration, conversation and state. Tools of the script stand there by name. Throws input.invalid where it has functions, fs.*.",
      input: { agent: agentRef, path: z.string().min(1) },
      output: z.null(),
      ...local,
      run({ agent, path }, ctx) {
        ctx.call("fs", "write", [path, savedText(agentsOf(ctx).get(agent as string | Handle))]);
        return null;
      },
    }),
    load: method({
      summary:
        "Makes the agent that `save` wrote. Tools of the script have to be registered again before it runs. Throws agent.unreadable, agent.exists, fs.*.",
      input: { path: z.string().min(1), overrides: agentConfig.optional() },
      output: handle("agent"),
      ...local,
      run: ({ path, overrides }, ctx) =>
        loadedAgent(ctx.call("fs", "read", [path]) as string, path, overrides ?? {}, ctx),
    }),
    fromTemplate: method({
      summary: "Makes an agent of a ready-made kind (`templates` lists them), with changes.",
      input: { name: z.string(), overrides: agentConfig.optional() },
      output: handle("agent"),
      ...local,
      run({ name, overrides }, ctx) {
        const template = findTemplate(name);
        if (!template) throw unknownTemplate(name);
        const config = { ...structuredClone(template), ...dropUndefined(overrides ?? {}) };
        return ctx.call("agent", "create", [config as unknown as ScriptObject]) as Handle;
      },
    }),
    templates: method({
      summary: "The ready-made kinds of agents.",
      input: {},
      output: z.array(
        z.object({ name: z.string(), description: z.string(), system: z.string(), tools: z.array(z.string()) }),
      ),
      ...local,
      run: () =>
        AGENT_TEMPLATES.map(({ name, description, system, tools = [] }) => ({
          name,
          description,
          system,
          tools: [...tools],
        })),
    }),
  },
  handles: { agent: agentHandle },
});

function unknownTemplate(name: string): LlmspellError {
  const names = AGENT_TEMPLATES.map((template) => template.name);
  const near = nearestName(name, names);
  return new LlmspellError("input.invalid", `agent.fromTemplate: there is no template "${name}"`, {
    hint: near === undefined ? `Templates: ${names.join(", ")}.` : `Did you mean "${near}"?`,
  });
}
