/* What the first buttons of the toolbar and their keys do to the text: marks, headings, lists, links. */
import { EditorSelection, syntaxTree } from "../../vendor/codemirror-6.min.js";

const BEGINNING = /^(?:#{1,6} |> ?|[-*+] |\d+[.)] )/;

/** The innermost piece of a kind ("StrongEmphasis", "Link" …) that holds the cursor, or null. */
export function around(state, kind) {
  const { from, to } = state.selection.main;
  for (const side of [1, -1]) {
    let node = syntaxTree(state).resolveInner(side === 1 ? from : to, side);
    while (node && node.name !== kind) node = node.parent;
    if (node && node.from <= from && node.to >= to) return node;
  }
  return null;
}

/** Puts a mark on both sides of what is chosen, or of the word at the cursor; takes it off where it is. */
export function toggleMark(view, kind, mark) {
  const { state } = view;
  const inside = around(state, kind);
  const size = mark.length;
  if (inside) {
    const changes = [{ from: inside.from, to: inside.from + size }, { from: inside.to - size, to: inside.to }];
    view.dispatch({ changes, userEvent: "input" });
    return true;
  }
  const { from, to } = chosenWords(state);
  view.dispatch({
    changes: [{ from, insert: mark }, { from: to, insert: mark }],
    selection: EditorSelection.range(from + size, to + size),
    userEvent: "input",
  });
  return true;
}

/** What is chosen without blanks at its ends; the word at the cursor where nothing is. */
function chosenWords(state) {
  let { from, to } = state.selection.main;
  if (from === to) return state.wordAt(from) ?? { from, to };
  const text = state.sliceDoc(from, to);
  from += text.length - text.trimStart().length;
  to -= text.length - text.trimEnd().length;
  return { from, to: Math.max(from, to) };
}

/** Begins the chosen lines with a mark, in place of another they begin with; takes it off where all have it. */
export function toggleLines(view, pattern, markOf) {
  const { state } = view;
  const { from, to } = state.selection.main;
  const lines = [];
  for (let at = from; ;) {
    const line = state.doc.lineAt(at);
    if (line.text.trim() || line.to >= to) lines.push(line);
    if (line.to >= to) break;
    at = line.to + 1;
  }
  const areAll = lines.every((line) => pattern.test(line.text));
  const changes = lines.map((line, number) => ({
    from: line.from,
    to: line.from + (BEGINNING.exec(line.text)?.[0].length ?? 0),
    insert: areAll ? "" : markOf(number),
  }));
  const changed = state.changes(changes);
  const selection = EditorSelection.range(changed.mapPos(from, 1), changed.mapPos(to, 1));
  view.dispatch({ changes: changed, selection, userEvent: "input" });
  return true;
}

/** Makes the chosen words a link, with the cursor where its address belongs. */
export function insertLink(view) {
  const { state } = view;
  const inside = around(state, "Link");
  if (inside) {
    const words = /^\[([^]*)\]\([^]*\)$/.exec(state.sliceDoc(inside.from, inside.to));
    if (words) view.dispatch({ changes: { from: inside.from, to: inside.to, insert: words[1] }, userEvent: "input" });
    return true;
  }
  const { from, to } = chosenWords(state);
  const words = state.sliceDoc(from, to);
  const address = "https://";
  const start = from + words.length + 3;
  view.dispatch({
    changes: { from, to, insert: `[${words}](${address})` },
    selection: words ? EditorSelection.range(start, start + address.length) : EditorSelection.cursor(from + 1),
    userEvent: "input",
  });
  return true;
}

/** Puts words in place of what is chosen, and the cursor behind them. */
export function insertWords(view, words) {
  view.dispatch(view.state.replaceSelection(words), { userEvent: "input", scrollIntoView: true });
}
