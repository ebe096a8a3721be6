import { z } from "zod";
import { defineBridge, method } from "../../src/bridge/define-bridge.ts";

const worker = defineBridge({
  name: "worker",
  summary: "The worker that a run is in.",
  methods: {
    resources: method({
      summary: "What keeps its event loop going, but for the connections that are kept open for the next request.",
      input: {},
      output: z.array(z.string()),
      effect: "read",
      run: () =>
        process.getActiveResourcesInfo().filter((name) => !name.startsWith("TCP") && !name.startsWith("MessagePort")),
    }),
  },
});

export const bridges = [worker];
