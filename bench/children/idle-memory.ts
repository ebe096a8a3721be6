/** Opens many VMs that wait in a host call, and prints what each adds to the process's resident memory, in bytes. */
import { setImmediate as turn } from "node:timers/promises";
import type { ScriptVm } from "../../src/engine/vm.ts";
import { loadEngine } from "../bench-vm.ts";

const [name = "", count = ""] = process.argv.slice(2);
const { engine, options } = await loadEngine(name, 0);
const code =
  name === "lua"
    ? "local answer = util.sleep(1)\nreturn answer"
    : "const answer = await util.sleep(1);\nreturn answer;";

async function openWaiting(): Promise<ScriptVm> {
  const vm = engine.open(options);
  vm.run({ code, file: "idle" }).catch(() => {});
  await turn();
  return vm;
}

async function settledMemory(): Promise<number> {
  for (let round = 0; round < 4; round++) {
    globalThis.gc?.();
    await turn();
  }
  return process.memoryUsage.rss();
}

for (let index = 0; index < 30; index++) (await openWaiting()).dispose();
const before = await settledMemory();
const vms: ScriptVm[] = [];
for (let index = 0; index < Number(count); index++) vms.push(await openWaiting());
const after = await settledMemory();
const linear = vms.reduce((sum, vm) => sum + vm.memoryUsed(), 0) / vms.length;
console.log(JSON.stringify({ perVm: (after - before) / vms.length, linear, image: engine.name }));
process.exit(0);
