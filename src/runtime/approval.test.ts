import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Question } from "../bridges/services.ts";
import { LlmspellError } from "../errors.ts";
import { createRuntime, type Runtime } from "./create-runtime.ts";
import type { GivenAnswer, RunOptions } from "./runtime-options.ts";

const open: Runtime[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((runtime) => runtime.shutdown()));
});

function start(options = {}): Runtime {
  const runtime = createRuntime({ workers: 1, ...options });
  open.push(runtime);
  return runtime;
}

const ASK = `local a = approval.request{title = "Delete it?", details = {files = 3}}
  return {a.approved, a.answer, a.by}`;

function answering(answer: GivenAnswer, more: RunOptions = {}): RunOptions {
  return { engine: "lua", onQuestion: () => answer, ...more };
}

describe("a question of a run", () => {
  it("reaches the program, and its answer the script", async () => {
    const asked: Question[] = [];
    const result = await start().exec(ASK, {
      engine: "lua",
      onQuestion: (question) => {
        asked.push(question);
        return true;
      },
    });
    expect(result).toMatchObject({ ok: true, value: [true, "yes", "program"] });
    expect(asked).toEqual([{ kind: "approval", title: "Delete it?", details: { files: 3 } }]);
  });

  it.each([
    [false, [false, "no", "program"]],
    [null, [false, "no", "program"]],
    ["Yes", [true, "Yes", "program"]],
    ["never", [false, "never", "program"]],
    [{ approved: true, by: "ann" }, [true, "yes", "ann"]],
    [{ approved: false, answer: "not on a Friday", by: "ann" }, [false, "not on a Friday", "ann"]],
  ] as [GivenAnswer, unknown][])("is answered with %j", async (given, value) => {
    expect(await start().exec(ASK, answering(given))).toMatchObject({ ok: true, value });
  });

  it("with choices takes one of them, and a word for no denies", async () => {
    const code = `const { approved, answer } = await approval.request({ title: "Where?", choices: ["Staging", "Production", "Cancel"] });
      return [approved, answer];`;
    const js = (given: GivenAnswer) => start().exec(code, answering(given, { engine: "javascript" }));
    expect(await js("staging")).toMatchObject({ ok: true, value: [true, "Staging"] });
    expect(await js("Cancel")).toMatchObject({ ok: true, value: [false, "Cancel"] });
    expect(await js(false)).toMatchObject({ ok: true, value: [false, ""] });
    expect(await js(true)).toMatchObject({ ok: true, value: [true, "Staging"] });
    const none = code.replace('"Staging", "Production"', '"No"');
    const answered = answering(true, { engine: "javascript" });
    expect(await start().exec(none, answered)).toMatchObject({ ok: false, error: { code: "input.invalid" } });
    expect(await js("elsewhere")).toMatchObject({ ok: false, error: { code: "input.invalid" } });
  });

  it("is about data, which a person can look at", async () => {
    const asked = await start().exec('await approval.request({ title: "x", details: { run: () => 1 } })', {
      engine: "javascript",
      onQuestion: () => true,
    });
    expect(asked).toMatchObject({ ok: false, error: { code: "value.unsupported" } });
  });

  it("without anybody to ask is an error that says what to do", async () => {
    const result = await start().exec(ASK, { engine: "lua" });
    expect(result).toMatchObject({ ok: false, error: { code: "approval.unavailable" } });
    expect(!result.ok && result.error.hint).toContain("onQuestion");
  });

  it("that fails to be asked is the error that the program threw", async () => {
    const onQuestion = () => {
      throw new LlmspellError("permission.denied", "the pager is off");
    };
    expect(await start().exec(ASK, { engine: "lua", onQuestion })).toMatchObject({
      ok: false,
      error: { code: "permission.denied", message: "the pager is off" },
    });
  });

  it("is taken back when its time is up, when the run is cancelled and when it has ended", async () => {
    const reasons: string[] = [];
    const never = (_: Question, signal: AbortSignal) =>
      new Promise<GivenAnswer>(() =>
        signal.addEventListener("abort", () => reasons.push((signal.reason as LlmspellError).code)),
      );
    const runtime = start();
    const timed = `local ok, e = pcall(approval.request, {title = "?", timeout = 5}) return {ok, e.code}`;
    expect(await runtime.exec(timed, { engine: "lua", onQuestion: never })).toMatchObject({
      value: [false, "approval.timeout"],
    });
    expect(reasons).toEqual(["approval.timeout"]);
    const cancel = new AbortController();
    const asked = vi.fn<typeof never>(never);
    const run = runtime.exec(ASK, { engine: "lua", signal: cancel.signal, onQuestion: asked });
    await vi.waitFor(() => expect(asked).toHaveBeenCalled(), 10_000);
    cancel.abort();
    expect(await run).toMatchObject({ ok: false, error: { code: "run.aborted" } });
    expect(reasons).toHaveLength(2);
    const left = `approval.request("never mind"); await async.sleep(1); throw new Error("done")`;
    await runtime.exec(left, { engine: "javascript", onQuestion: never });
    expect(reasons).toHaveLength(3);
  });

  it("may take longer than the run may compute", async () => {
    const onQuestion = () => new Promise<boolean>((resolve) => void setTimeout(resolve, 400, true));
    const limits = { cpuMs: 100 };
    expect(await start().exec(ASK, { engine: "lua", limits, onQuestion })).toMatchObject({ ok: true });
  });

  it("that was recorded is answered from the recording, events included", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "llmspell-approval-"));
    const recording = path.join(folder, "run.jsonl");
    const code = `
      local seen = {}
      events.on("approval.*", function(e) seen[#seen + 1] = e.type .. " " .. e.title end)
      local a = approval.request("Sure?")
      return {a.by, seen}`;
    const runtime = start();
    const first = await runtime.exec(code, answering({ approved: true, by: "ann" }, { record: recording }));
    expect(first).toMatchObject({ value: ["ann", ["approval.requested Sure?", "approval.answered Sure?"]] });
    expect(await runtime.replay(recording)).toMatchObject({ ok: true, value: first.ok && first.value });
    rmSync(folder, { recursive: true });
  });

  it("is asked anew where the worker was lost, and what was answered is not", async () => {
    const runtime = start();
    const asked: string[] = [];
    let answer: ((given: GivenAnswer) => void) | undefined;
    const onQuestion = ({ title }: Question) => {
      asked.push(title);
      return title === "first" ? true : new Promise<GivenAnswer>((resolve) => (answer = resolve));
    };
    const code = `return {approval.request("first").approved, approval.request("second").approved}`;
    const run = runtime.exec(code, { engine: "lua", onQuestion });
    await vi.waitFor(() => expect(asked).toEqual(["first", "second"]), 10_000);
    await runtime.exec("while true do end", { engine: "lua", limits: { cpuMs: 50 } });
    await vi.waitFor(() => expect(asked).toEqual(["first", "second", "second"]), 10_000);
    answer?.(false);
    expect(await run).toMatchObject({ ok: true, value: [true, false] });
  });
});
