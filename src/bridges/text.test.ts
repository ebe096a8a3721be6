import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createBridgeHarness } from "../testing/bridge-harness.ts";
import { textBridge } from "./text.ts";

const { call, fail } = createBridgeHarness([textBridge]);
const anyText = fc.string({ unit: fc.constantFrom("a", "b", " ", "\n", "é", "😀", ".", "\r", "-") });

test.each([
  ["length", ["a😀é"], 3],
  ["slice", ["a😀bc", 1, 3], "😀b"],
  ["slice", ["a😀bc", -2], "bc"],
  ["slice", ["abc", 2, 1], ""],
  ["trim", [" \n x \t"], "x"],
  ["trim", [" x ", "start"], "x "],
  ["trim", [" x ", "end"], " x"],
  ["split", ["a,b,,c", ","], ["a", "b", "", "c"]],
  ["split", ["a,b,c", ",", 2], ["a", "b,c"]],
  ["split", ["a😀", ""], ["a", "😀"]],
  ["join", [["a", 1, true], "-"], "a-1-true"],
  ["contains", ["Hello", "ELL", { ignoreCase: true }], true],
  ["contains", ["Hello", "ELL"], false],
  ["startsWith", ["Hello", "He"], true],
  ["endsWith", ["Hello", "LO", { ignore_case: true }], true],
  ["find", ["😀😀x", "x"], 2],
  ["find", ["axbx", "x", 2], 3],
  ["find", ["abc", "z"], null],
  ["count", ["aaaa", "aa"], 2],
  ["replace", ["a.b.c", ".", "$&"], "a$&b$&c"],
  ["replace", ["aaa", "a", "b", 2], "bba"],
  ["replicate", ["ab", 3, "-"], "ab-ab-ab"],
  ["replicate", ["ab", 0], ""],
  ["reverse", ["ae\u0301👨‍👩‍👧"], "👨‍👩‍👧e\u0301a"],
  ["normalize", ["e\u0301"], "\u00e9"],
  ["normalize", ["ﬁ", "NFKC"], "fi"],
  ["stripAnsi", ["\u001b[31mred\u001b[0m"], "red"],
  ["upper", ["straße"], "STRASSE"],
  ["lower", ["ÄB"], "äb"],
  ["capitalize", ["élan vital"], "Élan vital"],
  ["title", ["the QUICK don't"], "The Quick Don't"],
  ["camelCase", ["HTTP response_code 2"], "httpResponseCode2"],
  ["pascalCase", ["some-words here"], "SomeWordsHere"],
  ["snakeCase", ["parseHTTPResponse2"], "parse_http_response_2"],
  ["kebabCase", ["Some Words"], "some-words"],
  ["constantCase", ["someWords"], "SOME_WORDS"],
  ["slugify", ["Crème Brûlée & Straße!"], "creme-brulee-strasse"],
  ["slugify", ["one two three", { separator: "_", maxLength: 8 }], "one_two"],
  ["lines", ["a\r\nb\n\nc\n"], ["a", "b", "", "c"]],
  ["lines", [""], []],
  ["words", [" a  b\n"], ["a", "b"]],
  ["wordCount", ["a b\tc"], 3],
  ["sentences", ["One. Two? Yes!"], ["One.", "Two?", "Yes!"]],
  ["isBlank", [" \n"], true],
  ["wrap", ["aaa bbb ccc", 7], "aaa bbb\nccc"],
  ["wrap", ["  aaaaaaaaaa b", 5], "  aaaaaaaaaa\nb"],
  ["indent", ["a\n\nb", "> "], "> a\n\n> b"],
  ["indent", ["a"], "  a"],
  ["dedent", ["\n    a\n      b\n\n    c\n  "], "a\n  b\n\nc"],
  ["truncate", ["😀bcdef", 4], "😀bc…"],
  ["truncate", ["one two three", 2, { by: "words", ellipsis: "..." }], "one two..."],
  ["truncate", ["one two ", 2, { by: "words" }], "one two "],
  ["truncate", ["abc", 3], "abc"],
  ["pad", ["ab", 4], "ab  "],
  ["pad", ["ab", 5, { side: "start", with: "xy" }], "xyxab"],
  ["pad", ["ab", 5, { side: "both", with: "*" }], "*ab**"],
  ["distance", ["kitten", "sitting"], 3],
  ["distance", ["", "😀a"], 2],
  ["similarity", ["kitten", "sitting"], 1 - 3 / 7],
  ["similarity", ["", ""], 1],
  [
    "urls",
    ["see (https://a.example/x_(y)), http://b.example. https://a.example/x_(y)"],
    ["https://a.example/x_(y)", "http://b.example"],
  ],
  [
    "emails",
    ["Mail ada@example.org, bob.b@mail.example.co.uk. not@this @or that@"],
    ["ada@example.org", "bob.b@mail.example.co.uk"],
  ],
  ["escapeHtml", [`<a href="x">'&'</a>`], "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;"],
  ["unescapeHtml", ["&lt;&#65;&#x42;&eacute;&unknown;&amp;lt;"], "<ABé&unknown;&lt;"],
] as const)("text.%s%j", (name, args, expected) => {
  expect(call(`text.${name}`, args)).toEqual(expected);
});

test("every method refuses what is no text", async () => {
  for (const name of Object.keys(textBridge.methods)) {
    expect([name, (await fail(`text.${name}`, [{ not: "a text" }])).code]).toEqual([name, "input.invalid"]);
  }
});

test("results too large are refused before they are built", async () => {
  for (const [name, args] of [
    ["replicate", ["x".repeat(1000), 1e9]],
    ["indent", ["\n".repeat(200_000).replaceAll("\n", "a\n"), 1000]],
    ["replace", ["a".repeat(100_000), "a", "x".repeat(1000)]],
    ["chunk", ["a".repeat(100_000), { size: 50_000, overlap: 49_999 }]],
    ["distance", ["ab".repeat(20_000), "ba".repeat(20_001) + "c"]],
  ] as const) {
    expect([name, (await fail(`text.${name}`, args)).code]).toEqual([name, "value.too_large"]);
  }
});

describe("codeBlocks", () => {
  const answer = "Here:\n```js\nlet a = `x`;\n```\n~~~\nplain\n```\n~~~\n```Lua extra\nlocal b\n";
  test("finds fences of both kinds, also one that is not closed", () => {
    expect(call("text.codeBlocks", [answer])).toEqual([
      { language: "js", code: "let a = `x`;" },
      { language: "", code: "plain\n```" },
      { language: "lua", code: "local b\n" },
    ]);
    expect(call("text.codeBlocks", [answer, "lua"])).toHaveLength(1);
  });
});

describe("stripHtml", () => {
  test("keeps what a reader would see", () => {
    const html = `<html><HEAD><title>t</title></HEAD><body><!-- no --><h1>A &amp; B</h1><p>one <b>two</b><br>three
      <script>if (a < b) { x("</p>") }</script><a href="x>y">link</a></p><style>p{}</style> 1 < 2</body>`;
    expect(call("text.stripHtml", ["<p>a\nb<pre>c\nd</pre>e\nf"])).toBe("a b\nc\nd\ne f");
    expect(call("text.stripHtml", [html])).toBe("A & B\n\none two\nthree link\n1 < 2");
  });

  test("takes broken markup in linear time", () => {
    const started = performance.now();
    for (const part of ["<", "<a ", "<!--", "<script>", "&", '<a b="', "İ<p>"])
      call("text.stripHtml", [part.repeat(200_000)]);
    expect(performance.now() - started).toBeLessThan(4000);
  });
});

describe("chunk", () => {
  test("by characters with overlap", () => {
    expect(call("text.chunk", ["abcdefgh", { size: 4, overlap: 1 }])).toEqual(["abcd", "defg", "gh"]);
    expect(call("text.chunk", ["", { size: 4 }])).toEqual([]);
    expect(call("text.chunk", ["abcd", { size: 4, overlap: 3 }])).toEqual(["abcd"]);
  });

  test("by words, lines and sentences", () => {
    expect(call("text.chunk", ["a b c d e", { size: 2, overlap: 1, by: "words" }])).toEqual([
      "a b",
      " b c",
      " c d",
      " d e",
    ]);
    expect(call("text.chunk", ["a\nb\nc", { size: 2, by: "lines" }])).toEqual(["a\nb\n", "c"]);
    expect(call("text.chunk", ["One. Two. Three is long.", { size: 11, by: "sentences" }])).toEqual([
      "One. Two. ",
      "Three is lo",
      "ng.",
    ]);
    expect(call("text.chunk", ["p1\n\np2\n\np3", { size: 9, by: "paragraphs" }])).toEqual(["p1\n\np2\n\n", "p3"]);
  });

  test("pieces keep to the size, and without overlap they are the text", () => {
    fc.assert(
      fc.property(
        anyText,
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom("chars", "words", "lines", "sentences", "paragraphs"),
        (text, size, by) => {
          const chunks = call("text.chunk", [text, { size, by }]) as string[];
          expect(chunks.join("")).toBe(text);
          const longest = Math.max(0, ...chunks.map((chunk) => Array.from(chunk).length));
          expect(by === "words" || by === "lines" || longest <= size).toBe(true);
          const overlapping = call("text.chunk", [text, { size, by, overlap: size - 1 }]) as string[];
          expect(overlapping.at(-1) === undefined || text.endsWith(overlapping.at(-1) as string)).toBe(true);
        },
      ),
    );
  });

  test("overlap must be less than size", async () => {
    expect((await fail("text.chunk", ["abc", { size: 2, overlap: 2 }])).message).toContain("less than size");
  });
});

describe("distance", () => {
  test("is a metric bounded by the longer text", () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, (a, b, c) => {
        const distance = (x: string, y: string) => call("text.distance", [x, y]) as number;
        expect(distance(a, b)).toBe(distance(b, a));
        expect(distance(a, a)).toBe(0);
        expect(distance(a, c)).toBeLessThanOrEqual(distance(a, b) + distance(b, c));
        expect(distance(a, b)).toBeLessThanOrEqual(Math.max(Array.from(a).length, Array.from(b).length));
      }),
    );
  });
});

describe("diff", () => {
  test("writes what GNU diff -u would", () => {
    const a = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n";
    const b = "1\n2\n3\nfour\n5\n6\n7\n8\n9\n10\n12\n13";
    expect(call("text.diff", [a, b, { from: "old", to: "new" }])).toBe(
      "--- old\n+++ new\n@@ -1,12 +1,12 @@\n 1\n 2\n 3\n-4\n+four\n 5\n 6\n 7\n 8\n 9\n 10\n-11\n 12\n+13\n\\ No newline at end of file\n",
    );
    expect(call("text.diff", [a, b, { context: 1 }])).toBe(
      "--- a\n+++ b\n@@ -3,3 +3,3 @@\n 3\n-4\n+four\n 5\n@@ -10,3 +10,3 @@\n 10\n-11\n 12\n+13\n\\ No newline at end of file\n",
    );
    expect(call("text.diff", ["", "x\n"])).toBe("--- a\n+++ b\n@@ -0,0 +1 @@\n+x\n");
    expect(call("text.diff", ["x", "x"])).toBe("");
  });

  test("a diff applied to the old text gives the new one", () => {
    const lines = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 12 });
    fc.assert(
      fc.property(lines, lines, fc.boolean(), fc.integer({ min: 0, max: 3 }), (a, b, ended, context) => {
        const [oldText, newText] = [a, b].map((list) => list.join("\n") + (ended && list.length > 0 ? "\n" : "")) as [
          string,
          string,
        ];
        expect(applyDiff(oldText, call("text.diff", [oldText, newText, { context }]) as string)).toBe(newText);
      }),
    );
  });

  test("two long texts that share nothing are compared quickly", () => {
    const [a, b] = ["a", "b"].map((name) => Array.from({ length: 20_000 }, (_, line) => `${name}${line}\n`).join(""));
    const started = performance.now();
    expect((call("text.diff", [a, b]) as string).split("\n")).toHaveLength(40_004);
    expect(performance.now() - started).toBeLessThan(3000);
  });
});

/** A patch by hunks, independent of how the diff was made. */
function applyDiff(oldText: string, diff: string): string {
  const old = oldText.split(/(?<=\n)/).filter((line) => line !== "");
  const result: string[] = [];
  let at = 0;
  const lines = diff.split("\n").slice(2, -1);
  for (const [index, line] of lines.entries()) {
    const hunk = /^@@ -(\d+)(?:,(\d+))? \+/.exec(line);
    const ended = lines[index + 1]?.startsWith("\\") ? "" : "\n";
    if (hunk) {
      const start = hunk[2] === "0" ? Number(hunk[1]) : Number(hunk[1]) - 1;
      while (at < start) result.push(old[at++] as string);
    } else if (line.startsWith("+")) {
      result.push(line.slice(1) + ended);
    } else if (line.startsWith("-") || line.startsWith(" ")) {
      if (old[at] !== line.slice(1) + ended) throw new Error(`the diff does not fit at line ${at + 1}: ${line}`);
      if (line.startsWith(" ")) result.push(old[at] as string);
      at += 1;
    }
  }
  return result.join("") + old.slice(at).join("");
}
