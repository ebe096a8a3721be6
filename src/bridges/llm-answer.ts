import type { ModelResponse } from "../models/types.ts";
import { type ScriptObject, TextValue } from "../values/script-value.ts";
import type { AnswerData } from "./llm-schemas.ts";

/** A response as the journal keeps it. */
export function toData({ text, ...rest }: ModelResponse): AnswerData {
  return { content: text, ...rest } as unknown as AnswerData;
}

/** What the script gets: the text, with the fields. */
export function toAnswer(data: AnswerData): TextValue {
  return new TextValue(data.content, data as unknown as ScriptObject);
}
