import os from "node:os";
import { z } from "zod";
import { defineTool } from "../tool.ts";

const MB = 1024 * 1024;

export const systemInfo = defineTool({
  name: "system_info",
  category: "system",
  description:
    "Describes the machine: operating system, processor, memory, load, uptime. Names neither the machine nor its user.",
  tags: ["system", "cpu", "memory", "os"],
  parameters: z.object({}),
  returns: z.object({
    platform: z.string(),
    release: z.string(),
    architecture: z.string(),
    cpus: z.int(),
    cpu_model: z.string(),
    load_average: z.array(z.number()).describe("Of 1, 5 and 15 minutes."),
    memory_total_mb: z.int(),
    memory_free_mb: z.int(),
    uptime_seconds: z.int(),
    node_version: z.string(),
  }),
  effect: "read",
  permissions: [],
  examples: [{ description: "This machine", args: {} }],
  execute() {
    const cpus = os.cpus();
    return {
      platform: os.platform(),
      release: os.release(),
      architecture: os.arch(),
      cpus: cpus.length,
      cpu_model: cpus[0]?.model.trim() ?? "unknown",
      load_average: os.loadavg(),
      memory_total_mb: Math.round(os.totalmem() / MB),
      memory_free_mb: Math.round(os.freemem() / MB),
      uptime_seconds: Math.round(os.uptime()),
      node_version: process.version,
    };
  },
});

export const environmentGet = defineTool({
  name: "environment_get",
  category: "system",
  description:
    "Reads an environment variable that the user has allowed (--allow-env). One that is not allowed looks as if it were not set.",
  tags: ["environment", "variable", "configuration"],
  parameters: z.object({ name: z.string().min(1).max(200).describe("Name of the variable.") }),
  returns: z.object({ name: z.string(), value: z.string().nullable() }),
  effect: "read",
  permissions: ["env"],
  examples: [{ description: "A variable", args: { name: "LANG" } }],
  execute: ({ name }, { env }) => ({ name, value: env(name) ?? null }),
});
