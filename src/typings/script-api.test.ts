import { z } from "zod";
import { expect, test } from "vitest";
import { defineBridge, method, type Method } from "../bridge/define-bridge.ts";
import { callback, handle } from "../bridge/schemas.ts";
import { BRIDGE_NAMES, loadBridge } from "../runtime/bridge-sources.ts";
import { API } from "./fixtures/type-check.ts";
import { scriptApiOf } from "./script-api.ts";
import { typescriptTypings } from "./typescript.ts";

const bridges = BRIDGE_NAMES.map(loadBridge);

test("types that scripts name in annotations have short names, each once", () => {
  const names = API.types.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining(["LlmAnswer", "LlmMessage", "LlmMessageInput", "LlmOptions", "LlmTool"]),
  );
  expect(new Set(names).size).toBe(names.length);
  const handles = new Set(
    API.handles.map(({ type }) => type.replace(/(?:^|\.)(\w)/g, (_, l: string) => l.toUpperCase())),
  );
  expect(names.filter((name) => name !== undefined && handles.has(name))).toEqual([]);
});

test("the ways to call a method take no more than it does, and answer what it may", () => {
  for (const bridge of bridges) {
    for (const [name, spec] of Object.entries(bridge.methods)) {
      const { input, output, signatures = [] } = spec as unknown as Method;
      const options = (output._zod.def as { options?: unknown[] }).options ?? [output];
      for (const signature of signatures) {
        expect(Object.keys(signature.input).length).toBeLessThanOrEqual(Object.keys(input).length);
        const kinds = (schema: unknown) => (schema as z.ZodType)._zod.def.type;
        expect({ name, kinds: options.map(kinds) }).toEqual({
          name,
          kinds: expect.arrayContaining([kinds(signature.output)]),
        });
      }
    }
  }
});

test("a bridge of anybody's own is declared: its handles, functions and what scripts do not see", () => {
  const node: z.ZodType = z.object({
    value: z.string(),
    children: z.array(z.lazy(() => node)),
    parent: z.int().optional(),
  });
  const bridge = defineBridge({
    name: "tree",
    summary: "Trees */ with a comment's end.",
    constants: { mostLeaves: 5 },
    methods: {
      grow: method({
        summary: "Grows.",
        input: { seed: node, visit: callback([z.string()], z.boolean(), ["leaf"]).optional(), new: z.int().default(3) },
        output: handle("tree.root"),
        effect: "pure",
        run: () => null as never,
      }),
      hidden: method({
        summary: "",
        input: {},
        output: z.null(),
        effect: "pure",
        internal: true,
        run: () => null,
      } as never),
    },
    handles: { "tree.root": { summary: "A root.", fields: { depth: z.int() }, iterator: "next", methods: {} } },
  } as never);
  const text = typescriptTypings.api(scriptApiOf([bridge]));
  expect(text).toContain("/** Trees *\\/ with a comment's end. */");
  expect(text).toContain("readonly mostLeaves: number;");
  expect(text).toContain(
    "grow(seed: TreeSeed, visit?: ((leaf: string) => boolean | Promise<boolean>) | null, new_?: number | null): Promise<TreeRoot>;",
  );
  expect(text).toMatch(/interface TreeSeed \{\s+value: Text;\s+children: readonly TreeSeed\[\];/);
  expect(text).toContain("readonly depth: number;");
  expect(text).not.toContain("hidden");
});
