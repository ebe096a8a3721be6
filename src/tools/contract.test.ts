import { describe, expect, it } from "vitest";
import { compileSchema } from "../schemas/compile-schema.ts";
import { ArgumentsCheck } from "./check-arguments.ts";
import { BUILT_IN_TOOLS } from "./built-in-tools.ts";
import { describeBuiltIn } from "./describe-built-in.ts";
import { BuiltInCatalogue, loadBuiltIn } from "./load-built-in.ts";
import { TOOL_CATEGORIES } from "./tool.ts";

/** What the policy of a run can be asked for. */
const CAPABILITIES = ["fs.read", "fs.write", "net", "command", "model", "env", "system"];

const names = Object.keys(BUILT_IN_TOOLS);

describe.each(names)("the built-in tool %s", (name) => {
  const tool = loadBuiltIn(name);
  const described = describeBuiltIn(tool);

  it("says what it is", () => {
    expect(tool.name).toBe(name);
    expect(name).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
    expect(TOOL_CATEGORIES).toContain(tool.category);
    expect(tool.description.length).toBeGreaterThan(20);
    expect(tool.tags.length).toBeGreaterThan(0);
    expect(["pure", "local", "read", "write"]).toContain(tool.effect);
    for (const permission of tool.permissions) expect(CAPABILITIES).toContain(permission);
    expect(tool.destructive ? tool.effect : "write").toBe("write");
  });

  it("describes each parameter, in a JSON Schema of an object", () => {
    const properties = described.parameters.properties as Record<string, { description?: string }>;
    expect(described.parameters.type).toBe("object");
    compileSchema(described.parameters);
    compileSchema(described.returns as Record<string, unknown>);
    const silent = Object.entries(properties).filter(([, { description = "" }]) => description.length < 4);
    expect(silent.map(([parameter]) => parameter)).toEqual([]);
    for (const parameter of Object.keys(properties)) expect(parameter).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
  });

  it("has examples that its parameters allow", () => {
    expect(tool.examples.length).toBeGreaterThan(0);
    for (const { description, args } of tool.examples) {
      expect(description).not.toBe("");
      const { value, problems } = new ArgumentsCheck(described.parameters).check(args as never);
      expect(problems).toEqual([]);
      expect(tool.parameters.safeParse(value).error?.issues ?? []).toEqual([]);
    }
  });

  it("is plain data before it is loaded", () => {
    expect(JSON.parse(JSON.stringify(described))).toEqual(JSON.parse(JSON.stringify(described)));
    expect(new BuiltInCatalogue().describe(name)).toEqual(described);
  });
});

it("no two tools answer to the same name", () => {
  const all = names.flatMap((name) => [name, ...(loadBuiltIn(name).aliases ?? [])]);
  expect(all.filter((name, index) => all.indexOf(name) !== index)).toEqual([]);
});
