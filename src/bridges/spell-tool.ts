import type { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { parameterNames } from "../tools/check-arguments.ts";
import type { ScriptObject } from "../values/script-value.ts";
import type { RunTool } from "./run-tools.ts";
import { describeTool, type toolMetadata } from "./script-tool.ts";
import type { SpellDescription } from "./services.ts";

interface Options extends Partial<z.output<z.ZodObject<typeof toolMetadata>>> {
  name?: string | undefined;
}

/** A tool that runs a spell as a child of the run. What is not said is as its manifest says. */
export async function spellTool(spell: string, { name, ...options }: Options, ctx: CallContext): Promise<RunTool> {
  const described = (await ctx.call("spells", "describe", [spell])) as unknown as SpellDescription;
  const { description, version, parameters } = described;
  const own = {
    category: "spell",
    ...(description === null ? {} : { description }),
    ...(version === null ? {} : { version }),
    ...(parameters === null ? {} : { parameters, positional: parameterNames(parameters) }),
    ...options,
  };
  return {
    ...describeTool(name ?? toolNameOf(described.name), "spell", own),
    run: (args: ScriptObject, { ctx: call, signal }) => call.call("spells", "run", [spell, args], { signal }),
  };
}

/** `my spell.v2` -> `my_spell_v2`. */
function toolNameOf(spell: string): string {
  const plain = spell.replace(/[^\w-]+/g, "_").slice(0, 64);
  return /^[A-Za-z_]/.test(plain) ? plain : `spell_${plain}`.slice(0, 64);
}
