import type * as Library from "../src/index.ts";
import type * as Testing from "../src/testing/index.ts";

/** The built product: what is measured is what users run. Figures of single parts, which it does not export, use `src/`. */
export const PRODUCT = new URL("../dist/", import.meta.url);

function load<Module>(file: string): Promise<Module> {
  return import(new URL(file, PRODUCT).href) as Promise<Module>;
}

export const loadLibrary = () => load<typeof Library>("index.js");
export const loadTesting = () => load<typeof Testing>("testing/index.js");
