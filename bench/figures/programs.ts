import type { Figure } from "../figure.ts";
export const programsFigure: Figure = { name: "programs", title: "programs", measure: async () => [] };
