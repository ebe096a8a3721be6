let failure;
try {
  const held = [];
  for (let i = 0; i < 1e7; i++) held.push("x".repeat(1000) + i);
} catch (error) {
  failure = error;
}
return [failure === undefined, failure.code, json.encode(["alive"])];
