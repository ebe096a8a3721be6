import { LlmspellError } from "../../errors.ts";
import { nearestName } from "../../values/nearest-name.ts";
import { builtInTools } from "../built-in-tools.ts";
import { parseList } from "../options.ts";

/** What most chats need, in few words for the model. */
const TOOLSETS: Readonly<Record<string, readonly string[]>> = {
  files: ["file_list", "file_grep", "file_read", "file_edit", "file_write"],
  web: ["web_search", "web_fetch"],
};

/** The names of the tools that `--tools` means: sets, tools, categories. Throws `usage.invalid`. */
export function offeredTools(given: string | undefined): string[] {
  const wanted = parseList(given);
  if (wanted.length === 0) return [];
  const tools = builtInTools();
  const named = (name: string): readonly string[] => {
    if (Object.hasOwn(TOOLSETS, name)) return TOOLSETS[name] as readonly string[];
    const tool = tools.find(name);
    if (tool) return [tool.name];
    const category = tools.list({ category: name }).map((each) => each.name);
    if (category.length > 0) return category;
    const known = [...Object.keys(TOOLSETS), ...tools.names, ...tools.categories().map((each) => each.name)];
    const nearest = nearestName(name, known);
    throw new LlmspellError("usage.invalid", `--tools: there is neither a tool nor a category "${name}"`, {
      hint: nearest === undefined ? "llmspell tools list shows all." : `Did you mean ${nearest}?`,
    });
  };
  const names = [...new Set(wanted.flatMap(named))];
  const forgetful = names.find((name) => tools.get(name).category === "memory");
  if (forgetful === undefined) return names;
  throw new LlmspellError("usage.invalid", `--tools: ${forgetful} is of no use here: its memory ends with each turn`, {
    hint: "A chat knows what was said in it; files keep more.",
  });
}
