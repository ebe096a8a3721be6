function inner(value) {
  throw Object.assign(new Error(value), { code: "my.inner" });
}
data.each(["a"], (outer) => {
  data.each([outer], inner);
});
