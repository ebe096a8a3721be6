import { enableCompileCache } from "node:module";

// A worker does not inherit the compile cache of its process, so the rest is imported after this.
enableCompileCache();
await import("./worker-main.ts");
