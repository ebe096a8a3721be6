data.each([1], (item) => {
  let missing;
  return missing.field;
});
