/** Values with their Tengo types, as the conformance data writes them. */
export interface TypedValue {
  t: string;
  v?: unknown;
  b64?: string;
}

/** A prelude chunk that makes a typed value of what a script exports. */
export const ENCODER = String.raw`
local P, N = ...
local T = P.tengo
local rawget = rawget
local keys = T.keys
local function hex(s) return (string.gsub(s, ".", function(c) return string.format("%02x", string.byte(c)) end)) end
local encode
local function encode_list(list)
  local made = {}
  for i = 0, T.count(list) - 1 do made[i] = encode(list[i]) end
  return T.array(made)
end
function encode(v)
  local kind = T.kind(v)
  local made = { t = kind }
  if kind == "int" then made.v = T.text_of(v)
  elseif kind == "float" then made.v = string.format("%.17g", v)
  elseif kind == "bool" then made.v = v
  elseif kind == "string" then made.t, made.v = "string", hex(v)
  elseif kind == "bytes" then made.v = hex(T.bytes_of(v))
  elseif kind == "char" then made.v = rawget(v, keys.CODE)
  elseif kind == "error" then made.v = encode(rawget(v, "value"))
  elseif T.list_of(v) then made.v = encode_list(T.list_of(v))
  elseif T.map_of(v) then
    local m = T.map_of(v)
    local pairs_made, sorted, n = {}, T.sorted_keys(m)
    for i = 1, n do pairs_made[i - 1] = T.array { [0] = hex(sorted[i]), encode(m[sorted[i]]) } end
    made.v = T.array(pairs_made)
  elseif kind == "time" then made.v = T.import("times").time_format(v, "2006-01-02T15:04:05.999999999Z07:00")
  elseif kind ~= "undefined" then made.t = "function" end
  return T.map(made)
end
function T.result(v) return T.to_host(encode(v), 0) end
`;

/** The same value in the form that the encoder makes. */
export function normalize(value: TypedValue): unknown {
  const { t, v, b64 } = value;
  switch (t) {
    case "int":
      return { t, v: String(v) };
    case "float":
      return { t, v: Number(String(v).replace("+Inf", "Infinity").replace("-Inf", "-Infinity")) };
    case "string":
      return { t, v: b64 === undefined ? hexOf(Buffer.from(v as string)) : hexOf(Buffer.from(b64, "base64")) };
    case "bytes":
      return { t, v: hexOf(Buffer.from(b64 ?? "", "base64")) };
    case "char":
      return { t, v: Number(v) };
    case "error":
      return { t, v: normalize(v as TypedValue) };
    case "array":
    case "immutable-array":
      return { t, v: (v as TypedValue[]).map(normalize) };
    case "map":
    case "immutable-map":
      return {
        t,
        v: (v as [string, TypedValue][])
          .map(([key, item]) => [hexOf(Buffer.from(key)), normalize(item)] as const)
          .toSorted(([a], [b]) => (a < b ? -1 : 1)),
      };
    default:
      return v === undefined ? { t } : { t, v };
  }
}

function hexOf(bytes: Buffer): string {
  return bytes.toString("hex");
}

/** A typed value as Tengo source. */
export function literal(value: TypedValue): string {
  const { t, v } = value;
  switch (t) {
    case "int":
      return v === "-9223372036854775808" ? "(-9223372036854775807 - 1)" : `(${String(v)})`;
    case "float":
      return `float(${JSON.stringify(String(v))})`;
    case "string":
      return JSON.stringify(v ?? "");
    case "char":
      return `char(${String(v)})`;
    case "bool":
      return String(v);
    case "bytes":
      return `bytes(${JSON.stringify(Buffer.from(value.b64 ?? "", "base64").toString("latin1"))})`;
    case "error":
      return `error(${v === undefined || (v as TypedValue).t === "nil" ? "undefined" : literal(v as TypedValue)})`;
    case "array":
      return `[${(v as TypedValue[]).map(literal).join(", ")}]`;
    case "immutable-array":
      return `immutable([${(v as TypedValue[]).map(literal).join(", ")}])`;
    case "map":
      return `{${mapBody(v)}}`;
    case "immutable-map":
      return `immutable({${mapBody(v)}})`;
    case "undefined":
      return "undefined";
    default:
      throw new Error(`no literal for ${t}`);
  }
}

function mapBody(v: unknown): string {
  return (v as [string, TypedValue][]).map(([key, item]) => `${JSON.stringify(key)}: ${literal(item)}`).join(", ");
}
