import { execFile, execFileSync, spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Runs a module of this folder in a process of its own; it prints its result as JSON on its last line. */
export function runChild<Result>(
  file: string,
  args: readonly string[],
  flags: readonly string[] = [],
): Promise<Result> {
  const path = fileURLToPath(new URL(`./children/${file}`, import.meta.url));
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [...flags, path, ...args],
      { maxBuffer: 1 << 26, timeout: 300_000 },
      (error, stdout, stderr) => {
        if (error) reject(new Error(`${file} failed: ${stderr || error.message}`));
        else resolve(JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Result);
      },
    );
  });
}

/** Starts a module of this folder that serves until it is killed; resolves with its first line. */
export function startChild(file: string, args: readonly string[] = []): Promise<{ line: string; child: ChildProcess }> {
  const path = fileURLToPath(new URL(`./children/${file}`, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => {
      text += String(chunk);
      const end = text.indexOf("\n");
      if (end >= 0) resolve({ line: text.slice(0, end), child });
    });
    child.on("exit", (code) => reject(new Error(`${file} ended with ${code}`)));
  });
}

/** The first line that a program prints about its version, or undefined when it is not installed. */
export function versionOf(program: string, flag: string): string | undefined {
  try {
    return execFileSync(program, [flag], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })
      .split("\n")[0]
      ?.trim();
  } catch (error) {
    // qjs -h prints its version and fails.
    const output = (error as { stdout?: string }).stdout;
    return output ? output.split("\n")[0]?.trim() : undefined;
  }
}
