print("first");
console.write("a", 1, "\n");
console.write("b");
console.write("c\n");
console.log("x", { list: [1, 2], name: "Ada" }, json.null);
for (let i = 1; i <= 2; i++) {
  await async.sleep(1);
  print(`step ${i}`);
}
await async.all([() => { print("task"); }]);
print("last");
return "value";
