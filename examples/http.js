// HTTP, to hosts that the command line allows and no others.
//
//   llmspell run examples/http.js --allow-net api.github.com
//   llmspell run examples/http.js --allow-net localhost:8080 --param url=http://localhost:8080/

const url = params.url ?? "https://api.github.com/repos/nodejs/node";

const response = await http.get(url, { headers: { accept: "application/json" }, timeoutMs: 10_000 });
if (!response.ok) throw new Error(`the server answered ${response.status}`);
const body = response.json();
console.log(`${body.full_name}: ${body.description}`);

try {
  await http.get("https://example.org/");
  console.log("another host: allowed");
} catch (problem) {
  console.log(`another host: ${problem.code}`);
}
