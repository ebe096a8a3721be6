try {
  fs.write("a.txt", "x");
} catch (denied) {
  return [fs.read("given.txt"), denied.code, denied.details.capability, denied.details.target];
}
