import { accessSync, constants, existsSync } from "node:fs";
import path from "node:path";
import { EXIT } from "../../errors.ts";
import { probeOllama } from "../../models/choose-default.ts";
import { listProviders } from "../../models/describe-models.ts";
import { type ModelsConfig, OLLAMA_URL } from "../../models/provider-config.ts";
import type { Configured } from "../../runtime/configured.ts";
import { createRuntime } from "../../runtime/create-runtime.ts";
import { foldersOf } from "../../store/folders.ts";
import { colors } from "../colors.ts";
import { databaseHealth, folderHealth } from "../folder-health.ts";
import { modelsConfigOf } from "../models-config.ts";
import { type ConfigFlags, NO_SETTINGS, isAnythingSet, loadSettings } from "../settings.ts";
import { VERSION } from "../version.ts";
import { jsonText } from "../result.ts";

/** What our files hold. */
const KEPT_IN: Readonly<Record<string, string>> = {
  "runs.db": "journal of runs",
  "state.db": "stored state",
  "chats.db": "stored chats",
  "cache.db": "stored cache",
};

interface Finding {
  what: string;
  /** `note` is worth knowing and no fault. */
  status: "ok" | "note" | "failed";
  detail: string;
}

/** `llmspell doctor`: tries what spells need. Exit code 3 when something is broken. */
export async function doctorCommand(options: ConfigFlags & { json?: boolean }): Promise<void> {
  const { settings, finding } = await checkConfig(options);
  const findings = [
    { what: "llmspell", status: "ok" as const, detail: `${VERSION} on Node.js ${process.versions.node}` },
    finding,
    ...(await checkEngines()),
    checkWorkspace(settings.runtime.workspace),
    ...checkFolders(),
    ...(await checkModels(modelsConfigOf(settings))),
  ];
  const { green, yellow, red } = colors(process.stdout);
  const mark = { ok: green("ok    "), note: yellow("note  "), failed: red("failed") };
  if (options.json) process.stdout.write(jsonText(findings));
  else for (const { what, status, detail } of findings) process.stdout.write(`${mark[status]}  ${what}: ${detail}\n`);
  process.exitCode = findings.some(({ status }) => status === "failed") ? EXIT.config : EXIT.ok;
}

/** Reads the configuration; what else is looked at goes by it, or by the defaults where it is wrong. */
async function checkConfig(flags: ConfigFlags): Promise<{ settings: Configured; finding: Finding }> {
  const what = "configuration";
  try {
    const settings = await loadSettings(flags);
    const detail = !isAnythingSet(flags) ? "none: the defaults count" : "in order";
    return { settings, finding: { what, status: "ok", detail } };
  } catch (error) {
    const detail = `${(error as Error).message}; llmspell config check tells all`;
    return { settings: NO_SETTINGS, finding: { what, status: "failed", detail } };
  }
}

/** Runs a spell in every engine. */
async function checkEngines(): Promise<Finding[]> {
  await using runtime = createRuntime();
  const findings: Finding[] = [];
  for (const { name, description } of runtime.engines()) {
    const result = await runtime.exec(`${name === "tengo" ? "export" : "return"} json.encode("works")`, {
      engine: name,
    });
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
  const folders = Object.entries({ config, state, cache }).map(([name, folder]): Finding => {
    const { status, detail } = folderHealth(folder);
    return { what: `${name} folder`, status: status === "failed" ? "failed" : "ok", detail };
  });
  const stored = [state, cache].flatMap(databaseHealth);
  return [
    ...folders,
    ...stored.map(({ file, status, detail }) => ({
      what: KEPT_IN[path.basename(file)] ?? "stored data",
      status,
      detail,
    })),
  ];
}

function checkWorkspace(folder = process.cwd()): Finding {
  const what = "workspace";
  // It is made when first written to.
  if (!existsSync(folder)) return { what, status: "ok", detail: `${folder}, not there yet` };
  try {
    accessSync(folder, constants.R_OK | constants.W_OK);
    return { what, status: "ok", detail: folder };
  } catch {
    return {
      what,
      status: "note",
      detail: `${folder} cannot be written to: spells that write files need --workspace`,
    };
  }
}

async function checkModels(config: ModelsConfig): Promise<Finding[]> {
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
