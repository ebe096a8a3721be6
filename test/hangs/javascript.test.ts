import { describe } from "vitest";
import { hangSuite } from "./survive.ts";

describe("a JavaScript spell that would never end dies alone", () => hangSuite("javascript"));
