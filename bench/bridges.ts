/** An extension module for the worker under measure: a bridge of nothing but calls. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { z } from "zod";
import { openBareLua } from "./bare/lua.ts";
import { openBareQuickJs } from "./bare/quickjs.ts";
import { threadCpuMs } from "./cpu.ts";
import { loadLibrary } from "./product.ts";

const { defineBridge, method } = await loadLibrary();

const input = { text: z.string(), options: z.object({ maxItems: z.int(), deep: z.boolean().optional() }) };
const output = z.object({ text: z.string(), itemCount: z.int() });
interface Input {
  text: string;
  options: { maxItems: number };
}
const answer = ({ text, options }: Input) => ({ text, itemCount: options.maxItems });
const answerLater = async ({ text, options }: Input) => ({ text, itemCount: options.maxItems });

const bare: Partial<Record<"lua" | "javascript", Promise<(source: string, times: number) => number>>> = {};
const delay = monitorEventLoopDelay({ resolution: 5 });

export const bridges = [
  defineBridge({
    name: "bench",
    summary: "Calls that do nothing.",
    methods: {
      pureNow: method({ summary: "", input, output, effect: "pure", sync: true, run: answer }),
      pureLater: method({ summary: "", input, output, effect: "pure", run: answerLater }),
      readNow: method({ summary: "", input, output, effect: "read", sync: true, run: answer }),
      readLater: method({ summary: "", input, output, effect: "read", run: answerLater }),
      mark: method({
        summary: "This thread's CPU time and the time of the wall, in milliseconds.",
        input: {},
        output: z.object({ cpu: z.number(), wall: z.number() }),
        effect: "local",
        sync: true,
        run: () => ({ cpu: threadCpuMs(), wall: performance.now() }),
      }),
      runBare: method({
        summary: "Runs a program in the bare VM of an engine, on this thread: CPU milliseconds and the result.",
        input: { engine: z.enum(["lua", "javascript"]), source: z.string(), times: z.int() },
        output: z.array(z.number()),
        effect: "local",
        run: async ({ engine, source, times }) => {
          const run = await (bare[engine] ??= engine === "lua" ? Promise.resolve(openBareLua()) : openBareQuickJs());
          const started = threadCpuMs();
          const result = run(source, times);
          return [threadCpuMs() - started, result];
        },
      }),
      watchDelay: method({
        summary: "Starts to measure the delay of this thread's event loop.",
        input: {},
        output: z.null(),
        effect: "local",
        sync: true,
        run: () => {
          delay.enable();
          return null;
        },
      }),
      delay: method({
        summary: "Delay of this thread's event loop since, in milliseconds.",
        input: {},
        output: z.array(z.number()),
        effect: "local",
        sync: true,
        run: () => [delay.percentile(50) / 1e6, delay.percentile(99) / 1e6, delay.max / 1e6],
      }),
    },
  }),
];
