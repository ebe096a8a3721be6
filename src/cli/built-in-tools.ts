import { BuiltInCatalogue } from "../tools/load-built-in.ts";
import { type RegisteredTool, ToolRegistry } from "../tools/registry.ts";

/** The built-in tools, to be listed and found: none of them runs here. */
export function builtInTools(): ToolRegistry<never> {
  const catalogue = new BuiltInCatalogue();
  const get = (name: string): RegisteredTool<never> | undefined => {
    const description = catalogue.describe(name);
    return description && { ...description, run: () => null };
  };
  return new ToolRegistry({ names: catalogue.names, get });
}
