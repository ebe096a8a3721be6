import type { Rule } from "./finding.ts";

/** Phrases that try to overrule a prompt. A heuristic: it finds the usual forms in English, not every attack. */
export const INJECTION_RULES: readonly Rule[] = [
  {
    rule: "override",
    pattern:
      /\b(?:ignore|disregard|forget|override|bypass)\b[^.\n]{0,40}\b(?:previous|prior|above|earlier|preceding|existing|system|your)\b[^.\n]{0,30}\b(?:instructions?|prompts?|rules?|guidelines?|directions?|context|programming)\b/gi,
  },
  {
    rule: "reveal_prompt",
    pattern:
      /\b(?:reveal|show|print|repeat|output|tell me|give me|leak)\b[^.\n]{0,40}\b(?:system prompt|system message|initial prompt|hidden (?:prompt|instructions?)|your (?:instructions?|prompt|rules))\b/gi,
  },
  {
    rule: "new_role",
    pattern:
      /\b(?:you are now|from now on,? you(?: are|'re| will)|pretend (?:to be|you are)|act as)\b[^.\n]{0,60}\b(?:unrestricted|uncensored|jailbroken|without (?:any )?(?:restrictions?|rules|limits|filters)|no (?:restrictions?|rules|limits|filters)|DAN)\b/gi,
  },
  { rule: "jailbreak", pattern: /\b(?:developer mode|jailbreak|do anything now|god mode)\b/gi },
  {
    rule: "role_marker",
    pattern:
      /<[|](?:im_start|im_end|system|assistant|endoftext)[|]>|\[\/?INST\]|<<SYS>>|^#{2,4} ?(?:system|instruction):?[ \t]{0,10}$/gim,
  },
  { rule: "hidden_text", pattern: /[\u{E0020}-\u{E007F}\u200B\u2060\u202A-\u202E\u2066-\u2069]{2,}/gu },
];
