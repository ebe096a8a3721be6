import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/** Which process runs a run: enough to tell later whether it is still there. */
export interface ProcessIdentity {
  pid: number;
  host: string;
  /** When it started, as the system counts; empty where the system does not say. Tells it from a later one of the same number. */
  started: string;
}

export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, host: hostname(), started: startOf(process.pid) };
}

/** Whether that process is gone for certain: of one on another machine nobody here knows. */
export function isGone({ pid, host, started }: ProcessIdentity): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there and another user's.
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return true;
  }
  return started !== "" && startOf(pid) !== started;
}

/** Linux: field 22 of `/proc/PID/stat`, behind the name, which may hold anything. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}
