import type { Figure } from "../figure.ts";
export const modelsFigure: Figure = { name: "models", title: "models", measure: async () => [] };
