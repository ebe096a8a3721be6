import { serviceKey } from "../bridge/call-context.ts";
import type { Models } from "../models/models.ts";

/** The models of a run: `models.forRun({onFallback, requireModel})`, so that its warnings are its own. */
export const MODELS = serviceKey<Models>("models");
