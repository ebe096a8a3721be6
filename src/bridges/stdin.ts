import { defineBridge, method } from "../bridge/define-bridge.ts";
import { z } from "zod";
import { STANDARD_INPUT } from "./services.ts";

/** Behind the global `stdin`, which is a value: the script's first use of it reads the input. */
export const stdinBridge = defineBridge({
  name: "stdin",
  summary: "The standard input of the run.",
  methods: {
    read: method({
      summary: "Reads all of the standard input as text; nil where the run has none.",
      input: {},
      output: z.string().nullable(),
      effect: "read",
      sync: true,
      internal: true,
      run: (_, ctx) => ctx.use(STANDARD_INPUT).read(),
    }),
  },
});
