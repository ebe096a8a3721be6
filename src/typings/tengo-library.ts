/**
 * Tengo's own functions and modules, a line each: `name(parameters): result. What it does.`, `name: type.` for a constant.
 * What a policy refuses (`os.exec`) is left out. A test compares all of it with a VM.
 */
export const TENGO_BUILTINS = `
len(x): int. How many elements, entries, bytes or characters it has.
copy(x): any. A copy, as deep as it goes, which can be changed.
append(list, value, ...values): array. A list with more elements at its end; the first one stays as it is.
delete(entries, key): undefined. Takes an entry out of a map.
splice(list, start?, count?, ...values): array. Takes elements out of a list, puts others in their place, answers what it took.
string(x, otherwise?): string. The value as text.
int(x, otherwise?): int. The value as a whole number.
bool(x): bool. Whether the value counts as true.
float(x, otherwise?): float. The value as a number.
char(x, otherwise?): char. The character with this code.
bytes(x, otherwise?): bytes. The bytes of a text, or as many zeros.
time(x, otherwise?): time. The moment so many seconds after 1970.
is_int(x): bool.
is_float(x): bool.
is_string(x): bool.
is_bool(x): bool.
is_char(x): bool.
is_bytes(x): bool.
is_array(x): bool.
is_immutable_array(x): bool.
is_map(x): bool.
is_immutable_map(x): bool.
is_iterable(x): bool. Whether for-in goes through it.
is_time(x): bool.
is_error(x): bool. Whether a call failed: x.value then has code, message and retryable.
is_undefined(x): bool.
is_function(x): bool. Whether it is a function of the script.
is_callable(x): bool.
type_name(x): string.
format(template, ...values): string. Values in a template: %d, %s, %v, %q, %5.2f, ...
range(start, stop, step?): array. Whole numbers from start up or down to the one before stop.
freeze(x): any. The value and all in it, immutable.
`;

export const TENGO_MODULES: Readonly<Record<string, string>> = {
  base64: `
encode(data): string. Bytes or text in base64.
decode(text): bytes. An error value for what is no base64.
raw_encode(data): string. Without padding.
raw_decode(text): bytes. Without padding.
url_encode(data): string. In the alphabet for addresses.
url_decode(text): bytes. In the alphabet for addresses.
raw_url_encode(data): string. In the alphabet for addresses, without padding.
raw_url_decode(text): bytes. In the alphabet for addresses, without padding.
`,
  enum: `
all(x, f): bool. Whether f(key, value) holds for every element.
any(x, f): bool. Whether f(key, value) holds for one.
at(x, key): any. The element there.
chunk(list, size): array. Lists of so many elements each.
each(x, f): undefined. Calls f(key, value) for every element.
filter(list, f): array. The elements for which f(key, value) holds.
find(x, f): any. The first element for which f(key, value) holds.
find_key(x, f): any. Its key.
key(key, value): any. Answers the key: a function for map.
map(x, f): array. What f(key, value) answers for every element.
value(key, value): any. Answers the value: a function for map.
`,
  fmt: `
print(...values): undefined. Writes to the output, without a line break.
println(...values): undefined. Writes to the output, with one.
printf(template, ...values): undefined. Writes values in a template.
sprintf(template, ...values): string. Values in a template.
`,
  hex: `
encode(data): string.
decode(text): bytes. An error value for what is no hex.
`,
  json: `
encode(x): bytes.
decode(data): any. An error value for what is no JSON.
html_escape(data): bytes. JSON that may stand in HTML.
indent(data, prefix, step): bytes. JSON on several lines.
`,
  math: `
e: float.
pi: float.
phi: float.
sqrt2: float.
sqrtE: float.
sqrtPi: float.
sqrtPhi: float.
ln2: float.
log2E: float.
ln10: float.
log10E: float.
maxFloat32: float.
smallestNonzeroFloat32: float.
maxFloat64: float.
smallestNonzeroFloat64: float.
maxInt: int.
minInt: int.
maxInt8: int.
minInt8: int.
maxInt16: int.
minInt16: int.
maxInt32: int.
minInt32: int.
maxInt64: int.
minInt64: int.
abs(x): float.
acos(x): float.
acosh(x): float.
asin(x): float.
asinh(x): float.
atan(x): float.
atan2(y, x): float.
atanh(x): float.
cbrt(x): float.
ceil(x): float.
copysign(x, y): float. x with the sign of y.
cos(x): float.
cosh(x): float.
dim(x, y): float. x - y, or 0 where that is negative.
erf(x): float.
erfc(x): float.
exp(x): float.
exp2(x): float.
expm1(x): float.
floor(x): float.
gamma(x): float.
hypot(x, y): float.
ilogb(x): int.
inf(sign): float.
is_inf(x, sign): bool. Sign 0: either infinity.
is_nan(x): bool.
j0(x): float.
j1(x): float.
jn(n, x): float.
ldexp(x, exponent): float.
log(x): float.
log10(x): float.
log1p(x): float.
log2(x): float.
logb(x): float.
max(x, y): float.
min(x, y): float.
mod(x, y): float.
nan(): float.
nextafter(x, y): float.
pow(x, y): float.
pow10(n): float.
remainder(x, y): float.
signbit(x): bool. Whether it is negative.
sin(x): float.
sinh(x): float.
sqrt(x): float.
tan(x): float.
tanh(x): float.
trunc(x): float.
y0(x): float.
y1(x): float.
yn(n, x): float.
`,
  os: `
platform: string.
arch: string.
path_separator: char.
path_list_separator: char.
dev_null: string.
o_rdonly: int.
o_wronly: int.
o_rdwr: int.
o_append: int.
o_create: int.
o_excl: int.
o_sync: int.
o_trunc: int.
seek_set: int.
seek_cur: int.
seek_end: int.
mode_dir: int.
mode_append: int.
mode_exclusive: int.
mode_temporary: int.
mode_symlink: int.
mode_device: int.
mode_named_pipe: int.
mode_socket: int.
mode_setuid: int.
mode_setgui: int.
mode_char_device: int.
mode_sticky: int.
mode_type: int.
mode_perm: int.
args(): array. The same as the global args.
environ(): array. What env has, as NAME=value.
getenv(name): string. Of env; "" for what is not there.
lookup_env(name): string. Of env; false for what is not there.
expand_env(text): string. A text with $NAME and \${NAME} filled in from env.
getwd(): string.
temp_dir(): string.
read_file(path): bytes. By fs.read_bytes.
mkdir(path, mode?): bool. By fs.mkdir.
mkdir_all(path, mode?): bool. By fs.mkdir.
remove(path): bool. By fs.remove.
remove_all(path): bool. By fs.remove.
rename(from, to): bool. By fs.move.
stat(path): map. By fs.stat.
`,
  rand: `
int(): int. From 0 on.
float(): float. From 0 to below 1.
intn(n): int. From 0 to below n.
exp_float(): float. Exponentially distributed.
norm_float(): float. Normally distributed.
perm(n): array. The numbers from 0 to below n, in random order.
seed(n): undefined. Begins anew: the same seed, the same numbers.
read(buffer): error. Bytes cannot be changed in place: use crypto.random_bytes.
rand(seed): map. A generator of its own with these functions.
`,
  text: `
re_match(pattern, text): bool.
re_find(pattern, text, count?): array. Matches and their groups, each with text, begin and end.
re_replace(pattern, text, template): string. $1 in the template is the first group.
re_split(pattern, text, count?): array.
re_compile(pattern): map. An object with match, find, replace and split.
compare(a, b): int. -1, 0 or 1.
contains(text, part): bool.
contains_any(text, chars): bool.
count(text, part): int.
equal_fold(a, b): bool. Equal but for upper and lower case.
fields(text): array. Words between blanks.
has_prefix(text, prefix): bool.
has_suffix(text, suffix): bool.
index(text, part): int. The first byte of the first occurrence, or -1.
index_any(text, chars): int.
join(list, separator): string.
last_index(text, part): int.
last_index_any(text, chars): int.
pad_left(text, length, pad?): string.
pad_right(text, length, pad?): string.
repeat(text, count): string.
replace(text, old, new, count): string. Count -1: all.
split(text, separator): array.
split_n(text, separator, count): array.
split_after(text, separator): array. Parts that end with the separator.
split_after_n(text, separator, count): array.
substr(text, start, end?): string. Positions count bytes.
title(text): string.
to_lower(text): string.
to_title(text): string.
to_upper(text): string.
trim(text, chars): string.
trim_left(text, chars): string.
trim_right(text, chars): string.
trim_prefix(text, prefix): string.
trim_suffix(text, suffix): string.
trim_space(text): string.
atoi(text): int. An error value for what is no number.
itoa(n): string.
parse_bool(text): bool. An error value for what is none.
parse_float(text, bits): float. An error value for what is none.
parse_int(text, base, bits): int. An error value for what is none.
format_bool(x): string.
format_float(x, verb, precision, bits): string.
format_int(n, base): string.
quote(text): string. As it would stand in a script.
unquote(text): string.
`,
  times: `
format_ansic: string.
format_unix_date: string.
format_ruby_date: string.
format_rfc822: string.
format_rfc822z: string.
format_rfc850: string.
format_rfc1123: string.
format_rfc1123z: string.
format_rfc3339: string.
format_rfc3339_nano: string.
format_kitchen: string.
format_stamp: string.
format_stamp_milli: string.
format_stamp_micro: string.
format_stamp_nano: string.
nanosecond: int.
microsecond: int.
millisecond: int.
second: int.
minute: int.
hour: int.
january: int.
february: int.
march: int.
april: int.
may: int.
june: int.
july: int.
august: int.
september: int.
october: int.
november: int.
december: int.
sleep(duration): undefined. Waits; durations count nanoseconds: 2 * times.second.
parse_duration(text): int. "1h30m" and the like.
since(moment): int. Nanoseconds.
until(moment): int. Nanoseconds.
duration_hours(duration): float.
duration_minutes(duration): float.
duration_seconds(duration): float.
duration_nanoseconds(duration): int.
duration_string(duration): string.
month_string(month): string.
date(year, month, day, hour, minute, second, nanosecond, location?): time.
now(): time.
parse(layout, text): time. Layouts say how 2 January 2006, 15:04:05 is written.
unix(seconds, nanoseconds): time.
add(moment, duration): time.
add_date(moment, years, months, days): time.
sub(a, b): int. Nanoseconds between two moments.
after(a, b): bool.
before(a, b): bool.
time_year(moment): int.
time_month(moment): int.
time_day(moment): int.
time_weekday(moment): int. Sunday is 0.
time_hour(moment): int.
time_minute(moment): int.
time_second(moment): int.
time_nanosecond(moment): int.
time_unix(moment): int.
time_unix_nano(moment): int.
time_format(moment, layout): string.
time_location(moment): string.
time_string(moment): string.
is_zero(moment): bool.
to_local(moment): time.
to_utc(moment): time.
in_location(moment, name): time.
`,
};

/** What a script finds besides bridges, by name. */
export const TENGO_GLOBALS: Readonly<Record<string, string>> = {
  async: `
spawn(f): Task. Runs a function as a task of its own.
all(tasks): array. Waits for all functions or tasks, and answers their results; fails with the first that does.
race(tasks): any. What the first of them answers.
settle(tasks): array. Waits for all, whether they fail or not.
sleep(ms): undefined.
timeout(ms, f): any. What a function answers, within this time.
`,
  Task: `
await(): any. Waits for the task, and answers its result; an error value where it failed.
and_then(f, on_error?): Task. What f(result) answers.
catch(on_error): Task. What on_error(error) answers where it fails.
finally(f): Task. Calls f() however it ends.
status(): string. pending, fulfilled or rejected.
`,
  promise: `
new(executor): Task. Calls executor(resolve, reject).
resolve(x): Task. One that has ended with this value.
reject(reason): Task. One that has failed.
all(tasks): Task. What async.all answers.
race(tasks): Task. What async.race answers.
settle(tasks): Task. What async.settle answers.
all_settled(tasks): Task. What async.settle answers.
`,
  spell: `
name: string.
version: string.
file: string.
dir: string.
run_id: string.
`,
};
