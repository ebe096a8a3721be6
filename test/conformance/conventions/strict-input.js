const refusal = (...args) => {
  try {
    text.truncate(...args);
  } catch (failure) {
    return [failure.code, failure.retryable, text.contains(failure.message, "text.truncate")];
  }
};
return {
  missing: refusal("a"),
  wrong: refusal("a", "b"),
  range: refusal("a", -1),
  unknown_option: refusal("a", 1, { elipsis: "." }),
  wrong_option: refusal("a", 1, { by: "pages" }),
  fraction: refusal("a", 1.5),
};
