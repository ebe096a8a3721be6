import type { z } from "zod";
import { tagOf } from "../bridge/schema-tags.ts";

interface Definition {
  type: string;
  shape?: Record<string, z.ZodType>;
  items?: readonly z.ZodType[];
  options?: readonly z.ZodType[];
  getter?: () => z.ZodType;
  [member: string]: unknown;
}

const INNER = ["element", "innerType", "in", "out", "keyType", "valueType", "rest", "left", "right"] as const;

/** Visits a schema and every schema inside of it once, callbacks' arguments and results included. `field` is its name in an object. */
export function walkSchema(schema: z.ZodType, visit: (schema: z.ZodType, field: string | undefined) => void): void {
  const seen = new Set<z.ZodType>();
  const walk = (at: z.ZodType, field?: string): void => {
    visit(at, field);
    if (seen.has(at)) return;
    seen.add(at);
    const definition = at._zod.def as unknown as Definition;
    const tag = tagOf(at);
    const inner = INNER.map((name) => definition[name] as z.ZodType | undefined);
    const unnamed = [
      ...inner,
      ...(definition.items ?? []),
      ...(definition.options ?? []),
      definition.getter?.(),
      tag?.text,
      tag?.shapeOf?.shown,
      tag?.callback?.returns,
      ...(tag?.callback?.args ?? []),
    ];
    for (const child of unnamed) if (child) walk(child);
    for (const [name, child] of Object.entries(definition.shape ?? {})) walk(child, name);
  };
  walk(schema);
}
