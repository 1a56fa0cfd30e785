/* Setting a ::: block or a picture into a guide: always at the left edge, never inside another block. */
import { EditorSelection } from "../../vendor/codemirror-6.min.js";
import { endOfFacts } from "./language.js";

const OPENS = /^:{3,}\s*\S/;
const CLOSES = /^:{3,}\s*$/;

/** Lines of chosen text as items of a list; one empty item where nothing is chosen. */
function items(words, mark) {
  const lines = words.split("\n").map((line) => line.replace(/^\s*(?:[-*+]|\d+[.)])\s+/, "").trim());
  const full = lines.filter(Boolean);
  return (full.length ? full : [""]).map((line, number) => mark(number) + line).join("\n");
}

/** Stands in a text for the cursor: a character that no guide may contain. */
export const CURSOR = "\u0001";

/** The blocks as they are set in, from the words that were chosen or the products that were picked. */
export const TEMPLATES = {
  takeaways: (words) => `::: takeaways\n${items(words, () => "- ")}${CURSOR}\n:::`,
  steps: (words) => `::: steps\n${items(words, (number) => `${number + 1}. `)}${CURSOR}\n:::`,
  quote: (words) => `::: quote by="${CURSOR}"\n${words.replace(/^> ?/gm, "").trim()}\n:::`,
  product: (_, slug) => `::: product ${slug}\n${CURSOR}\n:::`,
  compare: (_, first, second) => `::: compare ${first} ${second}\n${CURSOR}\n:::`,
};

/** The last line of the block or the facts that hold a line, or null where none does. */
function endOfHolder(doc, line) {
  const facts = endOfFacts(doc);
  if (line.from < facts) return doc.lineAt(facts);
  let isOpen = false;
  for (let number = 1; number <= line.number; number += 1) {
    const { text } = doc.line(number);
    if (OPENS.test(text)) isOpen = true;
    else if (CLOSES.test(text) && number < line.number) isOpen = false;
  }
  for (let number = line.number; isOpen && number <= doc.lines; number += 1) {
    if (CLOSES.test(doc.line(number).text)) return doc.line(number);
  }
  return null;
}

const isBlank = (doc, number) => number < 1 || number > doc.lines || !doc.line(number).text.trim();

/** Where something that stands alone goes: { from, to, isOwn } with isOwn where a line is free for it. */
function freePlace(doc, chosen, replacesChosen) {
  const first = doc.lineAt(chosen.from);
  let last = doc.lineAt(chosen.to);
  const holder = endOfHolder(doc, first) ?? endOfHolder(doc, last);
  if (holder) return { from: holder.to, to: holder.to, isOwn: false };
  if (replacesChosen) return { from: first.from, to: last.to, isOwn: true };
  if (isBlank(doc, last.number)) return { from: last.from, to: last.to, isOwn: true };
  while (!isBlank(doc, last.number + 1) && !OPENS.test(doc.line(last.number + 1).text)) last = doc.line(last.number + 1);
  return { from: last.to, to: last.to, isOwn: false };
}

/** Sets a text that stands alone behind the paragraph of the cursor, or in place of the chosen lines. */
export function insertAlone(view, text, { replacesChosen = false } = {}) {
  const { doc, selection } = view.state;
  const { from, to, isOwn } = freePlace(doc, selection.main, replacesChosen);
  let before = "\n\n";
  if (isOwn) before = isBlank(doc, doc.lineAt(from).number - 1) ? "" : "\n";
  const after = isBlank(doc, doc.lineAt(to).number + 1) ? "" : "\n";
  const cursor = text.includes(CURSOR) ? text.indexOf(CURSOR) : text.length;
  view.dispatch({
    changes: { from, to, insert: before + text.replace(CURSOR, "") + after },
    selection: EditorSelection.cursor(from + before.length + cursor),
    scrollIntoView: true,
    userEvent: "input",
  });
}

/** Sets a block, made of the words that are chosen where it is made of words. */
export function insertTemplate(view, kind, ...slugs) {
  const { doc, selection } = view.state;
  const { from, to } = selection.main;
  const words = from === to || slugs.length ? "" : view.state.sliceDoc(doc.lineAt(from).from, doc.lineAt(to).to);
  insertAlone(view, TEMPLATES[kind](words, ...slugs), { replacesChosen: words !== "" });
}
