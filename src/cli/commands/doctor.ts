import { accessSync, constants } from "node:fs";
import { EXIT } from "../../errors.ts";
import { probeOllama } from "../../models/choose-default.ts";
import { listProviders } from "../../models/describe-models.ts";
import { OLLAMA_URL, readModelsConfig } from "../../models/provider-config.ts";
import { createRuntime } from "../../runtime/create-runtime.ts";
import { foldersOf } from "../../store/folders.ts";
import { colors } from "../colors.ts";
import { folderHealth } from "../folder-health.ts";
import { VERSION } from "../version.ts";

interface Finding {
  what: string;
  /** `note` is worth knowing and no fault. */
  status: "ok" | "note" | "failed";
  detail: string;
}

/** `llmspell doctor`: tries what spells need. Exit code 3 when something is broken. */
export async function doctorCommand(options: { json?: boolean }): Promise<void> {
  const findings = [
    { what: "llmspell", status: "ok" as const, detail: `${VERSION} on Node.js ${process.versions.node}` },
    ...(await checkEngines()),
    checkWorkspace(),
    ...checkFolders(),
    ...(await checkModels()),
  ];
  const { green, yellow, red } = colors(process.stdout);
  const mark = { ok: green("ok    "), note: yellow("note  "), failed: red("failed") };
  if (options.json) process.stdout.write(`${JSON.stringify(findings, null, 2)}\n`);
  else for (const { what, status, detail } of findings) process.stdout.write(`${mark[status]}  ${what}: ${detail}\n`);
  process.exitCode = findings.some(({ status }) => status === "failed") ? EXIT.config : EXIT.ok;
}

/** Runs a spell in every engine. */
async function checkEngines(): Promise<Finding[]> {
  await using runtime = createRuntime();
  const findings: Finding[] = [];
  for (const { name, description } of runtime.engines()) {
    const result = await runtime.exec('return json.encode("works")', { engine: name });
    const works = result.ok && result.value === '"works"';
    findings.push({
      what: `engine ${name}`,
      status: works ? "ok" : "failed",
      detail: works ? description : result.ok ? `a test spell answered ${String(result.value)}` : result.error.message,
    });
  }
  return findings;
}

/** Where settings, the journal, stored state and caches are. */
function checkFolders(): Finding[] {
  const { config, state, cache } = foldersOf(process.env);
  return Object.entries({ config, state, cache }).map(([name, folder]) => {
    const { status, detail } = folderHealth(folder);
    return { what: `${name} folder`, status: status === "failed" ? "failed" : "ok", detail };
  });
}

function checkWorkspace(): Finding {
  const what = "workspace";
  try {
    accessSync(".", constants.R_OK | constants.W_OK);
    return { what, status: "ok", detail: process.cwd() };
  } catch {
    return {
      what,
      status: "note",
      detail: `${process.cwd()} cannot be written to: spells that write files need --workspace`,
    };
  }
}

async function checkModels(): Promise<Finding[]> {
  const config = readModelsConfig(process.env);
  const providers = listProviders(config).filter(({ name }) => name !== "offline");
  const configured = providers.filter((provider) => provider.configured);
  if (configured.length > 0) {
    return configured.map(({ name, defaultModel, isDefault }) => ({
      what: `provider ${name}`,
      status: "ok",
      detail: `key or address is set${defaultModel ? `, model ${defaultModel}` : ""}${isDefault ? " (the default)" : ""}; not called`,
    }));
  }
  const ollama = await probeOllama(OLLAMA_URL, fetch);
  if (ollama !== undefined)
    return [{ what: "provider ollama", status: "ok", detail: `found at ${OLLAMA_URL}, model ${ollama}` }];
  const variables = providers.map(({ variable }) => variable).filter((variable) => variable !== "");
  return [
    {
      what: "models",
      status: "note",
      detail: `no provider is set up, so the offline model answers; set one of ${variables.join(", ")}`,
    },
  ];
}
