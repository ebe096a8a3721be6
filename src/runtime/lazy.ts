import { createRequire } from "node:module";
import type * as childSpells from "./child-spells.ts";
import type * as modules from "./modules.ts";
import type * as lazyServices from "./lazy-services.ts";
import type * as spellIdentity from "./spell-identity.ts";

interface Parts {
  "child-spells": typeof childSpells;
  modules: typeof modules;
  "lazy-services": typeof lazyServices;
  "spell-identity": typeof spellIdentity;
}

const requireModule = createRequire(import.meta.url);
const EXTENSION = import.meta.url.endsWith(".ts") ? ".ts" : ".js";

/** Loads a part that few runs need: synchronously, because sync bridge methods and imports need them too. */
export function loadPart<Name extends keyof Parts>(name: Name): Parts[Name] {
  return requireModule(`./${name}${EXTENSION}`) as Parts[Name];
}
