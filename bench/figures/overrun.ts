import type { Figure } from "../figure.ts";
export const overrunFigure: Figure = { name: "overrun", title: "overrun", measure: async () => [] };
