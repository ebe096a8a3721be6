import { defineBridge } from "../bridge/define-bridge.ts";
import { callbackMethods } from "./data-callbacks.ts";
import { listMethods } from "./data-lists.ts";
import { numberMethods } from "./data-numbers.ts";
import { objectMethods } from "./data-objects.ts";

/** Lists and objects. Nothing given is changed: every method answers a new value. */
export const dataBridge = defineBridge({
  name: "data",
  summary:
    "Lists and objects; nothing given is changed. Functions get (item) of a list and (value, key) of an object, may wait, and must " +
    "return true, false or nil where a decision is wanted. Paths like `a.b.0` count lists from 0, negative positions from the end.",
  methods: { ...callbackMethods, ...listMethods, ...numberMethods, ...objectMethods },
});
