console.log("a", 1, 1.5, true, null, { x: [1] });
console.info("info");
console.write("no", "gap", 2);
console.write("\n");
print("printed");
console.error("bad", 1);
console.warn("careful");
console.debug("detail", { a: 1 });
