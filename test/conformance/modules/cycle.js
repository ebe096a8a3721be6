import * as one from "./lib/one.js";
return [one.name, one.other()];
