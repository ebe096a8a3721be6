local function refusal(fn, ...)
  local _, failure = pcall(fn, ...)
  return { failure.code, failure.retryable, text.contains(failure.message, "text.truncate") }
end
return {
  missing = refusal(text.truncate, "a"),
  wrong = refusal(text.truncate, "a", "b"),
  range = refusal(text.truncate, "a", -1),
  unknown_option = refusal(text.truncate, "a", 1, { elipsis = "." }),
  wrong_option = refusal(text.truncate, "a", 1, { by = "pages" }),
  fraction = refusal(text.truncate, "a", 1.5),
}
