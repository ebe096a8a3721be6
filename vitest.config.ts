import { defineConfig } from "vitest/config";

const timeouts = { testTimeout: 20_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    // Worker threads with limits of their own, process memory and signals are tested: each file gets a process.
    pool: "forks",
    reporters: ["default"],
    projects: [
      { test: { name: "unit", include: ["src/**/*.test.ts"], pool: "forks", ...timeouts } },
      {
        test: {
          name: "product",
          include: ["test/**/*.test.ts"],
          pool: "forks",
          globalSetup: ["test/support/global-setup.ts"],
          ...timeouts,
        },
      },
    ],
  },
});
