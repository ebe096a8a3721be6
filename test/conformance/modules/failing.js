import "./lib/broken.js";
