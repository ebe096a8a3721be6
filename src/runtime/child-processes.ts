import type { ChildProcess } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";

/** Tells of every process that this thread starts, and of its end. */
export function watchProcesses(tell: (pid: number, running: boolean) => void): void {
  subscribe("child_process", (message) => {
    const { process: child } = message as { process: ChildProcess };
    child.once("spawn", () => {
      const pid = child.pid as number;
      tell(pid, true);
      child.once("exit", () => tell(pid, false));
    });
  });
}

/** Ends a process that another thread started and can no longer end itself, with its group where it leads one. */
export function endProcess(pid: number): void {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, "SIGKILL");
      return;
    } catch {
      // It leads no group, or has ended already.
    }
  }
}
