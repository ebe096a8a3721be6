import type { Figure } from "../figure.ts";
export const waitingFigure: Figure = { name: "waiting", title: "waiting", measure: async () => [] };
