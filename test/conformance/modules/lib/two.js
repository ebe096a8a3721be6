import { name } from "./one.js";
export const label = () => `two after ${name}`;
