import * as two from "./two.js";
export const name = "one";
export const other = () => two.label();
