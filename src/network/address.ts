import { BlockList, isIP } from "node:net";

/** Everything that IANA's special-purpose registries keep off the public Internet, multicast included. */
const SPECIAL_V4: readonly [address: string, prefix: number][] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];

/** Within 2000::/3, the only part of IPv6 that is public: IETF assignments (Teredo), documentation, 6to4. */
const SPECIAL_V6: readonly [address: string, prefix: number][] = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
];

const specialV4 = new BlockList();
for (const [address, prefix] of SPECIAL_V4) specialV4.addSubnet(address, prefix, "ipv4");
const specialV6 = new BlockList();
for (const [address, prefix] of SPECIAL_V6) specialV6.addSubnet(address, prefix, "ipv6");
const globalV6 = new BlockList();
globalV6.addSubnet("2000::", 3, "ipv6");

/** Whether an IP address belongs to the public Internet. IPv4 inside IPv6 (mapped, NAT64) is judged as IPv4. */
export function isPublicAddress(address: string): boolean {
  const plain = address.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  if (isIP(plain) === 4) return !specialV4.check(plain, "ipv4");
  if (isIP(plain) !== 6) return false;
  const inner = embeddedV4(plain);
  if (inner !== undefined) return isPublicAddress(inner);
  return globalV6.check(plain, "ipv6") && !specialV6.check(plain, "ipv6");
}

/** `::ffff:a.b.c.d` and `64:ff9b::a.b.c.d`, in any spelling. */
function embeddedV4(address: string): string | undefined {
  // The URL parser writes every spelling in one canonical form, with hexadecimal groups.
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const groups = /^(?:::ffff:|64:ff9b::)(?:([0-9a-f]{1,4}):)?([0-9a-f]{1,4})$/.exec(canonical);
  if (!groups) return undefined;
  const [high, low] = [parseInt(groups[1] ?? "0", 16), parseInt(groups[2] as string, 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}
