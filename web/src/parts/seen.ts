// A label as it is drawn: marks that would turn the direction are shown by their names, as pages do.

const NAMES: Readonly<Record<string, string>> = {
  "\u061c": "ARABIC LETTER MARK",
  "\u200e": "LEFT-TO-RIGHT MARK", "\u200f": "RIGHT-TO-LEFT MARK",
  "\u202a": "LEFT-TO-RIGHT EMBEDDING", "\u202b": "RIGHT-TO-LEFT EMBEDDING",
  "\u202c": "POP DIRECTIONAL FORMATTING",
  "\u202d": "LEFT-TO-RIGHT OVERRIDE", "\u202e": "RIGHT-TO-LEFT OVERRIDE",
  "\u2066": "LEFT-TO-RIGHT ISOLATE", "\u2067": "RIGHT-TO-LEFT ISOLATE",
  "\u2068": "FIRST STRONG ISOLATE", "\u2069": "POP DIRECTIONAL ISOLATE",
};
const MARKS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const UNSEEN = /[\p{Cc}\p{Cs}]/gu;
const STRONG = /[\p{L}\p{Nl}]/u;
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** A text in which nothing is hidden: override marks by name, controls by code point. */
export function seen(text: string): string {
  return text
    .replace(MARKS, (mark) => `[${NAMES[mark] ?? "MARK"}]`)
    .replace(UNSEEN, (one) => /\s/u.test(one)
      ? " " : `[U+${(one.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`);
}

/** The direction of a text by its first letter that has one. */
export function directionOf(text: string): "ltr" | "rtl" {
  for (const letter of text) {
    if (RIGHT_TO_LEFT.test(letter) && STRONG.test(letter)) {
      return "rtl";
    }
    if (STRONG.test(letter)) {
      return "ltr";
    }
  }
  return "ltr";
}

const segments = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** A text of at most so many letters as people count them, never cut within one. */
export function cut(text: string, most: number): string {
  if (text.length <= most) {
    return text;
  }
  const kept: string[] = [];
  for (const { segment } of segments.segment(text)) {
    if (kept.length === most) {
      return `${kept.slice(0, most - 1).join("")}…`;
    }
    kept.push(segment);
  }
  return text;
}

/** What stands beside a mark on the chart. */
export function labelOf(caption: string): string {
  return cut(seen(caption), 40);
}
