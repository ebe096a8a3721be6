import { LlmspellError } from "../../errors.ts";
import { type ModelSummary, listModels, modelInfo } from "../../models/describe-models.ts";
import { type ConfigFlags, loadSettings } from "../settings.ts";
import { modelsConfigOf } from "../models-config.ts";
import { formatTable } from "../table.ts";
import { jsonText } from "../result.ts";

/** `llmspell model list`: known models, cheapest first. */
export async function modelListCommand(options: ConfigFlags & { provider?: string; json?: boolean }): Promise<void> {
  const models = listModels(modelsConfigOf(await loadSettings(options))).filter(
    ({ provider }) => options.provider === undefined || provider === options.provider,
  );
  if (models.length === 0) {
    throw new LlmspellError("provider.unknown", `no known model is of the provider "${options.provider}"`, {
      hint: "llmspell model list shows every provider.",
    });
  }
  if (options.json) {
    process.stdout.write(jsonText(models));
    return;
  }
  const rows = models.map((model) => [
    model.name,
    model.kind,
    model.configured ? "yes" : "no key",
    tokens(model.contextWindow),
    price(model.inputPrice),
    price(model.outputPrice),
  ]);
  process.stdout.write(await formatTable(["model", "kind", "usable", "context", "$/M in", "$/M out"], rows));
  process.stdout.write(
    `\nPrices from the genai-prices data set of ${models[0]?.pricesAsOf}, not checked with the providers; ? is unknown.\nOther models of these providers work too.\n`,
  );
}

/** `llmspell model info MODEL`. */
export async function modelInfoCommand(name: string, options: ConfigFlags & { json?: boolean }): Promise<void> {
  const model = modelInfo(name, modelsConfigOf(await loadSettings(options)));
  process.stdout.write(options.json ? jsonText(model) : describe(model));
}

function describe(model: ModelSummary): string {
  const rows: [string, string][] = [
    ["model", model.name],
    ["kind", model.kind],
    ["known", model.known ? "yes" : "no: what follows is unknown, calls still work"],
    ["usable now", model.configured ? "yes" : "no: its provider's key is not set"],
    ["context", model.contextWindow === null ? "unknown" : `${model.contextWindow} tokens`],
    ["capabilities", model.capabilities.join(", ") || "unknown"],
    [
      "price",
      `${price(model.inputPrice)} in, ${price(model.outputPrice)} out, ${price(model.cachedPrice)} cached, per million tokens`,
    ],
    ["prices from", `the genai-prices data set of ${model.pricesAsOf}, not checked with the provider`],
  ];
  return rows.map(([label, value]) => `${label.padEnd(13)} ${value}\n`).join("");
}

function tokens(count: number | null): string {
  return count === null ? "?" : count >= 1000 ? `${Math.round(count / 1000)}k` : String(count);
}

function price(dollars: number | null): string {
  return dollars === null ? "?" : `$${dollars}`;
}
