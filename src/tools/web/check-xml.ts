import { LlmspellError } from "../../errors.ts";

const MAX_DEPTH = 256;

/**
 * Refuses XML that is cut off, that declares entities (which can grow without bounds, or name files) or is nested to harm,
 * before a parser works on it. Answers the name of the root. Throws `parse.invalid`.
 */
export async function checkXml(text: string, what: string): Promise<string> {
  const { Parser } = await import("htmlparser2");
  let root: string | undefined;
  let depth = 0;
  // `<a/>` comes as an implied end right behind its beginning.
  let justOpened = false;
  const parser = new Parser(
    {
      onopentag(name) {
        root ??= name;
        justOpened = true;
        depth++;
        if (depth > MAX_DEPTH) throw invalid(what, `its elements are nested more than ${MAX_DEPTH} deep`);
      },
      onclosetag(name, implied) {
        depth--;
        if (implied && !justOpened) throw invalid(what, `<${name}> is not closed`);
        justOpened = false;
      },
      ontext() {
        justOpened = false;
      },
      onprocessinginstruction(name, data) {
        if (/^!doctype$/i.test(name) && /<!ENTITY|\[/i.test(data)) throw invalid(what, "it declares entities");
      },
    },
    { xmlMode: true },
  );
  // It ends at the first ">" for the parser above, whatever stands in it.
  if (/<!ENTITY/i.test(text)) throw invalid(what, "it declares entities");
  parser.end(text);
  if (root === undefined) throw invalid(what, "it is no XML");
  return root;
}

function invalid(what: string, why: string): LlmspellError {
  return new LlmspellError("parse.invalid", `${what} cannot be read: ${why}`, { details: { source: what } });
}
