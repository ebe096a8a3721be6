import { builtInEngines } from "../../runtime/engines.ts";
import { formatTable } from "../table.ts";
import { jsonText } from "../result.ts";

/** `llmspell engines`. */
export async function enginesCommand(options: { json?: boolean }): Promise<void> {
  const engines = builtInEngines()
    .list()
    .map(({ name, aliases, extensions, description }) => ({ name, aliases, extensions, description }));
  if (options.json) {
    process.stdout.write(jsonText(engines));
    return;
  }
  const rows = engines.map(({ name, aliases, extensions, description }) => [
    name,
    extensions.join(" "),
    aliases.join(" "),
    description,
  ]);
  process.stdout.write(await formatTable(["engine", "extensions", "also called", "description"], rows));
}
