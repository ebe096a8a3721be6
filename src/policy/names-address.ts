/** Whether a host is written as an address or as localhost: then it is meant even though it may be private. */
export function namesAddress(host: string): boolean {
  return /^(localhost|\[[\da-f:.]+\]|\d+\.\d+\.\d+\.\d+)(:\d+)?$/i.test(host);
}
