import { type ModelsConfig, readModelsConfig, withProviders } from "../models/provider-config.ts";
import type { Configured } from "../runtime/configured.ts";

/** How this process reaches models: by the configuration and the providers' own variables. */
export function modelsConfigOf({ runtime: { models = {} } }: Configured): ModelsConfig {
  const config = withProviders(readModelsConfig(process.env), models.providers);
  return {
    ...config,
    ...(models.model === undefined ? {} : { defaultModel: models.model }),
    ...(models.provider === undefined ? {} : { defaultProvider: models.provider }),
  };
}
