const deep = (n) => 1 + deep(n + 1);
let failure;
try {
  deep(1);
} catch (error) {
  failure = error;
}
return [failure === undefined, String(failure.code), json.encode([1])];
