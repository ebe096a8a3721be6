import { describe } from "vitest";
import { hangSuite } from "./survive.ts";

describe("a Lua spell that would never end dies alone", () => hangSuite("lua"));
