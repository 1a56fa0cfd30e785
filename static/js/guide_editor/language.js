/* What a guide is written in: Markdown, with facts between two lines of --- and blocks between lines of :::. */
import {
  HighlightStyle, Language, markdownLanguage, styleTags, syntaxHighlighting, tags,
} from "../../vendor/codemirror-6.min.js";

const FACTS_END = /^(?:---|\.\.\.)\s*$/;

/** The facts of a guide: the first line is ---, and all up to the next such line belongs to them. */
const frontMatter = {
  defineNodes: [{ name: "FrontMatter", block: true }],
  props: [styleTags({ FrontMatter: tags.meta })],
  parseBlock: [{
    name: "FrontMatter",
    before: "HorizontalRule",
    parse(context, line) {
      if (context.lineStart !== 0 || line.text.trimEnd() !== "---") return false;
      while (context.nextLine() && !FACTS_END.test(line.text));
      context.nextLine();
      context.addElement(context.elt("FrontMatter", 0, context.prevLineEnd()));
      return true;
    },
  }],
};

/** The first and last line of a ::: block; what stands between them is Markdown like any other. */
const blockLines = {
  defineNodes: [{ name: "BlockLine", block: true }],
  props: [styleTags({ BlockLine: tags.processingInstruction })],
  parseBlock: [{
    name: "BlockLine",
    before: "HorizontalRule",
    parse(context, line) {
      if (!line.text.startsWith(":::")) return false;
      context.addElement(context.elt("BlockLine", context.lineStart, context.lineStart + line.text.length));
      context.nextLine();
      return true;
    },
    endLeaf: (_, line) => line.text.startsWith(":::"),
  }],
};

const parser = markdownLanguage.parser.configure([
  frontMatter,
  blockLines,
  { remove: ["HTMLBlock", "HTMLTag", "IndentedCode", "Subscript", "Superscript", "Emoji", "TaskList"] },
]);

const look = HighlightStyle.define([
  { tag: tags.heading2, fontWeight: "600", fontSize: "1.25em" },
  { tag: tags.heading, fontWeight: "600", fontSize: "1.1em" },
  { tag: tags.strong, fontWeight: "600" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: tags.link, color: "var(--shop-good)" },
  { tag: tags.url, color: "var(--shop-ink-soft)" },
  { tag: tags.quote, color: "var(--shop-ink-soft)" },
  { tag: tags.meta, color: "var(--shop-ink-soft)" },
  { tag: tags.processingInstruction, color: "var(--shop-brass)" },
  { tag: tags.monospace, fontFamily: "ui-monospace, monospace" },
]);

/** What CodeMirror needs to read and colour a guide. */
export const guideLanguage = [
  new Language(markdownLanguage.data, parser, [], "guide"),
  syntaxHighlighting(look),
];

/** Whether a place of the text lies in the facts at its top. */
export function endOfFacts(doc) {
  if (doc.line(1).text.trimEnd() !== "---") return 0;
  for (let number = 2; number <= doc.lines; number += 1) {
    if (FACTS_END.test(doc.line(number).text)) return doc.line(number).to;
  }
  return 0;
}
