// The parts of CodeMirror that the editor of the guides uses; make editor bundles them into one file.
export { defaultKeymap, history, historyKeymap, redo, undo } from "@codemirror/commands";
export { markdownKeymap, markdownLanguage } from "@codemirror/lang-markdown";
export { HighlightStyle, Language, syntaxHighlighting, syntaxTree } from "@codemirror/language";
export { forEachDiagnostic, linter, nextDiagnostic, previousDiagnostic, setDiagnostics } from "@codemirror/lint";
export { search, searchKeymap } from "@codemirror/search";
export { EditorSelection, EditorState } from "@codemirror/state";
export { closeHoverTooltips, EditorView, hasHoverTooltips, highlightSpecialChars, keymap } from "@codemirror/view";
export { styleTags, tags } from "@lezer/highlight";
