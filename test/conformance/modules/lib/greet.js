import shared from "./shared.js";
shared.loaded();
export function hello(name) {
  return `${shared.greeting}, ${name}`;
}
export async function wait() {
  await async.sleep(1);
  return "waited in a module";
}
