import { Models } from "../models/models.ts";
import { type ProviderSettings, readModelsConfig, withProviders } from "../models/provider-config.ts";
import { describeFallback } from "../models/resolve-model.ts";
import { createNetwork } from "../network/network.ts";

/** What only runs that call a model or the network load. */

export { createNetwork, describeFallback };

export function createModels(
  env: Readonly<Record<string, string | undefined>>,
  providers: Readonly<Record<string, ProviderSettings>> | undefined,
): Models {
  return new Models({ config: withProviders(readModelsConfig(env), providers) });
}
