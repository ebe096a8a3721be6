import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { QuickJS } from "quickjs-wasi";

/** The same QuickJS binary under its own plain API: no binding of ours, no limits. Answers what `program()` returns. */
export async function openBareQuickJs(): Promise<(source: string, times: number) => number> {
  const binary = readFileSync(createRequire(import.meta.url).resolve("quickjs-wasi/quickjs.wasm"));
  const vm = await QuickJS.create(binary);
  return (source, times) => {
    const result = vm.evalCode(
      `{${source}\nlet result;\nfor (let i = 0; i < ${times}; i++) result = program();\nresult}`,
    );
    const value = vm.dump(result) as number;
    result.dispose();
    return value;
  };
}
