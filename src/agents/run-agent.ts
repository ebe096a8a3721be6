import { LlmspellError } from "../errors.ts";
import { type CompiledSchema, compileSchema } from "../schemas/compile-schema.ts";
import { complaintAbout, readValue } from "../schemas/read-value.ts";
import type {
  AgentFinish,
  AgentOutcome,
  AgentPorts,
  AgentStep,
  AgentTask,
  Handoff,
  PerformedCall,
  RunLeft,
} from "./agent-run.ts";
import {
  type AgentMessage,
  type AgentToolCall,
  type ModelAnswer,
  type StepRequest,
  sumCost,
  sumUsage,
  type ToolOffer,
} from "./messages.ts";
import { performCalls } from "./perform-calls.ts";
import { RunAccount } from "./run-account.ts";

/** Calls of one answer that are carried out; further ones are answered with an error. */
const MAX_CALLS = 64;
/** How often an empty answer is asked for again. */
const MAX_EMPTY = 2;

/**
 * Runs an agent to its answer: asks the model, carries out the tools it calls (all of one answer at once), shows it the
 * results, until it answers without a call or a limit is reached. Deterministic: all that comes from outside comes
 * through the ports. Rejects with what the models reject with, and `provider.no_object` where the answer fits no schema.
 */
export function runAgent(task: AgentTask, ports: AgentPorts): Promise<AgentOutcome> {
  return new AgentRun(task, ports).run();
}

class AgentRun {
  readonly #task: AgentTask;
  readonly #ports: AgentPorts;
  readonly #account: RunAccount;
  readonly #schema: CompiledSchema | undefined;
  readonly #added: AgentMessage[] = [];
  readonly #steps: AgentStep[] = [];
  /** Steps in a row whose calls were all wrong. */
  #wrongSteps = 0;
  #emptyAnswers = 0;
  #outputRounds = 0;
  #refusesSchema = false;
  /** Set once the model has to answer without tools, and why. */
  #last: AgentFinish | undefined;

  constructor(task: AgentTask, ports: AgentPorts) {
    this.#task = task;
    this.#ports = ports;
    this.#account = new RunAccount(task.limits, () => ports.now());
    this.#schema = task.output && compileSchema(task.output);
  }

  async run(): Promise<AgentOutcome> {
    for (;;) {
      const reached = this.#account.reached();
      if (reached) return this.#end(reached);
      const startedAt = this.#ports.now();
      const offers = this.#ports.tools();
      const answer = await this.#ask(offers).catch((error: unknown) => this.#afterFailure(error));
      if (answer === "again") continue;
      if (answer === "timeout") return this.#end("timeout");
      const calls = this.#last === undefined ? uniqueCalls(answer.toolCalls) : [];
      const step = this.#stepOf(answer, startedAt);
      const ended =
        calls.length > 0 ? await this.#act(answer, calls, offers, step) : await this.#conclude(answer, step);
      if (ended) return ended;
    }
  }

  async #ask(offers: readonly ToolOffer[]): Promise<ModelAnswer> {
    const { output, system } = this.#task;
    const noTools = this.#last !== undefined;
    const recollection = await this.#ports.remembered([...this.#task.messages, ...this.#added]);
    this.#account.add(recollection.usage, recollection.cost);
    const byFormat = output !== undefined && !this.#refusesSchema && offers.length === 0;
    const instructions = [system, output && !byFormat ? instructionFor(output) : undefined].filter(
      (part) => part !== undefined && part !== "",
    );
    const { timeoutMs } = this.#account.left();
    const request: StepRequest = {
      messages: [
        ...(instructions.length > 0 ? [{ role: "system" as const, content: instructions.join("\n\n") }] : []),
        ...recollection.messages,
      ],
      tools: offers,
      noTools,
      ...(byFormat && output ? { schema: output } : {}),
      ...(timeoutMs === undefined ? {} : { timeoutMs: Math.max(1, timeoutMs) }),
    };
    const answer = await this.#askPersistently(request);
    this.#account.add(answer.usage, answer.cost);
    return answer;
  }

  /** A stream that broke off is asked for again: what it brought is told to be void. */
  async #askPersistently(request: StepRequest): Promise<ModelAnswer> {
    for (let attempt = 0; ; attempt++) {
      let begun = false;
      try {
        return await this.#ports.ask(request, () => (begun = true));
      } catch (error) {
        const again = begun && LlmspellError.is(error) && error.retryable && attempt < this.#task.limits.retries;
        if (!again) throw error;
        await this.#ports.tell({ type: "retry", text: error.message });
      }
    }
  }

  /** What can be mended by asking the model in other words; all else is thrown on. */
  #afterFailure(error: unknown): "again" | "timeout" {
    if (this.#account.isTimeout(error)) return "timeout";
    if (!LlmspellError.is(error)) throw error;
    if (error.code === "provider.bad_request" && this.#task.output && !this.#refusesSchema && saysSchema(error)) {
      this.#refusesSchema = true;
      return "again";
    }
    if (error.code !== "provider.bad_reply" || this.#wrongSteps >= this.#task.limits.repairs) throw error;
    this.#wrongSteps += 1;
    const { tool, arguments: given } = error.details ?? {};
    this.#say(
      typeof tool === "string"
        ? `Your call of the tool "${tool}" had arguments that are no JSON object: ${String(given)}\nCall it again with a JSON object, or answer without it.`
        : "Your answer could not be read. Answer again.",
    );
    return "again";
  }

  #stepOf(answer: ModelAnswer, startedAt: number): AgentStep {
    return {
      number: this.#steps.length + 1,
      agent: this.#task.agentName,
      text: answer.content,
      ...(answer.reasoning === undefined ? {} : { reasoning: answer.reasoning }),
      toolCalls: [],
      usage: answer.usage,
      cost: answer.cost,
      model: answer.model,
      finishReason: answer.finishReason,
      durationMs: startedAt,
    };
  }

  async #close(step: AgentStep): Promise<void> {
    step.durationMs = this.#ports.now() - step.durationMs;
    this.#steps.push(step);
    await this.#ports.tell({ type: "step", step });
  }

  /** Carries out the calls of an answer. Answers the outcome where the run ends with them. */
  async #act(
    answer: ModelAnswer,
    calls: readonly AgentToolCall[],
    offers: readonly ToolOffer[],
    step: AgentStep,
  ): Promise<AgentOutcome | undefined> {
    this.#added.push({ ...answer.message, toolCalls: calls });
    const chosen = calls.find(({ name }) => offers.some((offer) => offer.name === name && offer.transfersTo));
    const target = chosen && offers.find(({ name }) => name === chosen.name)?.transfersTo;
    const mayTransfer = target !== undefined && this.#task.handoffDepth < this.#task.limits.maxHandoffs;
    const done = await performCalls({
      calls,
      offers,
      ports: this.#ports,
      agent: this.#task.agentName,
      most: MAX_CALLS,
      left: this.#account.left(),
      transfer: mayTransfer ? chosen : undefined,
      refusesTransfer: `No further handoff is possible: ${this.#task.limits.maxHandoffs} were made already. Answer yourself.`,
      maxToolResult: this.#task.limits.maxToolResult,
    });
    for (const { message, outcome } of done) {
      this.#added.push(message);
      this.#account.add(outcome.usage, outcome.cost);
    }
    step.toolCalls = done.map(({ performed }) => performed);
    const wrong = done.length > 0 && done.every(({ outcome }) => outcome.wrongCall);
    this.#wrongSteps = wrong ? this.#wrongSteps + 1 : 0;
    await this.#close(step);
    if (mayTransfer && chosen) return this.#transfer(chosen, target);
    if (await this.#isStop(step, step.toolCalls)) return this.#end("stop_when");
    if (this.#wrongSteps > this.#task.limits.repairs)
      this.#demandAnswer("max_repairs", "Your tool calls keep failing. Answer now with what you have, without tools.");
    else if (this.#steps.length >= this.#task.limits.maxSteps)
      this.#demandAnswer(
        "max_steps",
        `The limit of ${this.#task.limits.maxSteps} steps is reached. Answer now with what you have, without tools.`,
      );
    return undefined;
  }

  #demandAnswer(reason: AgentFinish, text: string): void {
    this.#last = reason;
    this.#say(text);
  }

  #say(content: string): void {
    this.#added.push({ role: "user", content });
  }

  async #transfer(call: AgentToolCall, target: string): Promise<AgentOutcome> {
    const { reason } = call.arguments;
    const handoff: Handoff = {
      from: this.#task.agentName,
      to: target,
      reason: typeof reason === "string" && reason !== "" ? reason : null,
    };
    const left: RunLeft = this.#account.left();
    const theirs = await this.#ports.transfer(handoff, [...this.#task.messages, ...this.#added], left);
    const [first] = theirs.steps;
    const named = { ...handoff, to: first?.agent ?? theirs.agent };
    return {
      ...theirs,
      steps: [
        ...this.#steps,
        ...theirs.steps.map((step, index) => ({ ...step, number: this.#steps.length + index + 1 })),
      ],
      usage: sumUsage(this.#account.usage, theirs.usage),
      cost: sumCost(this.#account.cost, theirs.cost),
      handoffs: [named, ...theirs.handoffs],
      added: [...this.#added, ...theirs.added],
    };
  }

  async #isStop(step: AgentStep, calls: readonly PerformedCall[]): Promise<boolean> {
    const { tools, texts, decide } = this.#task.stop;
    if (calls.some(({ name, isError }) => !isError && tools.includes(name))) return true;
    if (texts.some((text) => step.text.includes(text))) return true;
    return decide !== undefined && Boolean(await decide(step));
  }

  /** An answer without calls: the end, unless it is empty or fits no schema. */
  async #conclude(answer: ModelAnswer, step: AgentStep): Promise<AgentOutcome | undefined> {
    const { content } = answer;
    await this.#close(step);
    if (content.trim() === "" && this.#emptyAnswers < MAX_EMPTY && answer.finishReason !== "content_filter") {
      this.#emptyAnswers += 1;
      this.#say("Your answer was empty. Answer the request, or call a tool.");
      return undefined;
    }
    if (content !== "") this.#added.push({ ...answer.message, toolCalls: [] });
    const finish = this.#last ?? finishOf(answer.finishReason);
    if (!this.#schema) return this.#end(finish);
    const reading = readValue(content, this.#schema);
    if (reading.ok) return { ...this.#end(finish), object: reading.value };
    this.#outputRounds += 1;
    if (this.#outputRounds > this.#task.outputRepairs) throw noObject(answer, reading.problems, this.#outputRounds);
    this.#last ??= finish;
    this.#say(complaintAbout(content, reading.problems));
    return undefined;
  }

  #end(finishReason: AgentFinish): AgentOutcome {
    const last = this.#steps.at(-1);
    const spoken = this.#steps.findLast(({ text }) => text.trim() !== "");
    return {
      text: last?.text.trim() ? last.text : (spoken?.text ?? ""),
      ...(last?.reasoning === undefined ? {} : { reasoning: last.reasoning }),
      steps: this.#steps,
      usage: this.#account.usage,
      cost: this.#account.cost,
      handoffs: [],
      finishReason,
      added: this.#added,
      agent: this.#task.agentName,
      model: last?.model ?? null,
    };
  }
}

/** Calls told apart by id, whatever the model made of them. */
function uniqueCalls(calls: readonly AgentToolCall[]): AgentToolCall[] {
  const ids = new Set<string>();
  return calls.map((call, index) => {
    let { id } = call;
    if (id === "" || ids.has(id)) id = `${id === "" ? "call" : id}_${index + 1}`;
    ids.add(id);
    return id === call.id ? call : { ...call, id };
  });
}

const FINISHES: readonly string[] = ["stop", "length", "content_filter"] satisfies AgentFinish[];

function finishOf(reason: string): AgentFinish {
  if (reason === "tool_calls") return "stop";
  return FINISHES.includes(reason) ? (reason as AgentFinish) : "other";
}

function instructionFor(schema: object): string {
  return `When you are done, answer with one JSON value and nothing else. It must fit this JSON Schema:\n${JSON.stringify(schema)}`;
}

const saysSchema = ({ message }: LlmspellError): boolean =>
  /response_?format|json_?schema|output_?format|structured|schema/i.test(message);

function noObject(
  answer: ModelAnswer,
  problems: readonly { path: string; message: string }[],
  rounds: number,
): LlmspellError {
  const [first] = problems;
  const what = first ? `${first.path === "" ? "" : `${first.path}: `}${first.message}` : "";
  return new LlmspellError(
    "provider.no_object",
    `${answer.provider} (${answer.model}) gave no value that fits the agent's output schema in ${rounds} rounds: ${what}`,
    {
      details: {
        provider: answer.provider,
        model: answer.model,
        problems,
        text: answer.content.slice(0, 10_000),
        rounds,
      },
      hint: "Simplify the schema, or use a stronger model.",
    },
  );
}
