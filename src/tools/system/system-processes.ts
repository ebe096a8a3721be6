import { readFileSync, readdirSync } from "node:fs";
import { z } from "zod";
import { defineTool } from "../tool.ts";
import { findProgram, runProgram } from "./run-program.ts";

interface Process {
  pid: number;
  parent_pid: number;
  name: string;
  memory_mb: number;
  cpu_seconds: number;
}

const MOST = 1000;
/** What Linux tells programs, whatever the kernel's own unit. */
const TICKS_A_SECOND = 100;

export const systemProcesses = defineTool({
  name: "system_processes",
  category: "system",
  description:
    "Lists running processes by name, memory and processor time; never their arguments, which may hold secrets. Needs the same permission as running `ps`.",
  tags: ["system", "processes", "ps"],
  parameters: z.object({
    name: z.string().max(200).default("").describe("Only processes whose name holds this, in any case."),
    sort: z.enum(["memory", "cpu", "pid"]).default("memory").describe("What comes first: the most, or the least pid."),
    limit: z.int().min(1).max(MOST).default(20).describe("Most processes answered."),
  }),
  returns: z.object({
    total: z.int().describe("How many fit the name."),
    processes: z.array(
      z.object({
        pid: z.int(),
        parent_pid: z.int(),
        name: z.string(),
        memory_mb: z.number().describe("Resident memory."),
        cpu_seconds: z.number().describe("Processor time since its start."),
      }),
    ),
  }),
  effect: "read",
  permissions: ["command"],
  examples: [{ description: "The largest", args: { limit: 5 } }],
  async execute({ name, sort, limit }, { ask, files, signal }) {
    ask("command", "ps");
    const all = process.platform === "linux" ? readProc() : parsePs(await callPs(files.resolve(".", "read"), signal));
    const fitting = all.filter((each) => each.name.toLowerCase().includes(name.toLowerCase()));
    const order = { memory: byMost("memory_mb"), cpu: byMost("cpu_seconds"), pid: byPid };
    return { total: fitting.length, processes: fitting.toSorted(order[sort]).slice(0, limit) };
  },
});

function byMost(field: "memory_mb" | "cpu_seconds") {
  return (a: Process, b: Process) => b[field] - a[field];
}

function byPid(a: Process, b: Process): number {
  return a.pid - b.pid;
}

/** The format of proc_pid_stat(5); a process that ends meanwhile is left out. */
function readProc(): Process[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
        const name = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
        const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        const kilobytes = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
        const cpu = (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
        return [
          {
            pid: Number(pid),
            parent_pid: Number(fields[1]),
            name,
            memory_mb: rounded(kilobytes / 1024),
            cpu_seconds: cpu,
          },
        ];
      } catch {
        return [];
      }
    });
}

async function callPs(workspace: string, signal: AbortSignal): Promise<string> {
  const args = ["-axo", "pid=,ppid=,rss=,time=,comm="];
  const options = { cwd: workspace, timeoutMs: 10_000, maxBytes: 5_000_000, signal };
  return (await runProgram(findProgram("ps", workspace), args, options)).stdout;
}

/** Lines of `ps -axo pid=,ppid=,rss=,time=,comm=`. */
export function parsePs(text: string): Process[] {
  return text.split("\n").flatMap((line) => {
    const [, pid, parent, kilobytes, time, name] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+([\d:.-]+)\s+(.+)$/.exec(line) ?? [];
    if (pid === undefined) return [];
    return [
      {
        pid: Number(pid),
        parent_pid: Number(parent),
        name: (name as string).split("/").at(-1) as string,
        memory_mb: rounded(Number(kilobytes) / 1024),
        cpu_seconds: secondsOf(time as string),
      },
    ];
  });
}

/** `2-03:04:05`, `03:04.05`. */
function secondsOf(time: string): number {
  const [clock, days = "0"] = time.split("-").toReversed() as [string, string?];
  return clock.split(":").reduce((total, part) => total * 60 + Number(part), 0) + Number(days) * 86_400;
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
