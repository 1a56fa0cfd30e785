/* The toolbar: one row of buttons, one stop of the Tab key, arrows within; the same commands by their keys. */
import { around, insertLink, toggleLines, toggleMark } from "./marks.js";
import { insertTemplate } from "./blocks.js";
import { element, keysToRead, keysToTell } from "./elements.js";

const within = (kind) => (state) => around(state, kind) !== null;

/** Every command: what its button says, its whole name, its keys, what it does, and where it is on. */
const commands = (pick) => [
  [
    { says: "Bold", keys: "Mod-b", run: (view) => toggleMark(view, "StrongEmphasis", "**"), isOn: within("StrongEmphasis") },
    { says: "Italic", keys: "Mod-i", run: (view) => toggleMark(view, "Emphasis", "*"), isOn: within("Emphasis") },
    { says: "Heading", keys: "Mod-Alt-2", run: (view) => toggleLines(view, /^## /, () => "## "), isOn: within("ATXHeading2") },
    { says: "Subheading", keys: "Mod-Alt-3", run: (view) => toggleLines(view, /^### /, () => "### "), isOn: within("ATXHeading3") },
    { says: "List", keys: "Mod-Shift-8", run: (view) => toggleLines(view, /^[-*+] /, () => "- "), isOn: within("BulletList") },
    { says: "Numbers", name: "Numbers: a numbered list", keys: "Mod-Shift-7", run: (view) => toggleLines(view, /^\d+[.)] /, (number) => `${number + 1}. `), isOn: within("OrderedList") },
    { says: "Quotation", keys: "Mod-Shift-9", run: (view) => toggleLines(view, /^> ?/, () => "> "), isOn: within("Blockquote") },
    { says: "Link", keys: "Mod-k", run: insertLink, isOn: within("Link") },
  ],
  [
    { says: "Product", name: "Product: find one and insert a link or a card", keys: "Mod-Alt-p", run: () => pick.product() },
    { says: "Picture", name: "Picture: hand one in and insert it", keys: "Mod-Alt-i", run: () => pick.picture() },
  ],
  [
    { says: "Takeaways", name: "Takeaways: the guide in brief", keys: "Mod-Alt-b", run: (view) => insertTemplate(view, "takeaways") },
    { says: "Steps", name: "Steps: how to do it", keys: "Mod-Alt-s", run: (view) => insertTemplate(view, "steps") },
    { says: "Product card", name: "Product card: one product with your reason", keys: "Mod-Alt-c", run: () => pick.card() },
    { says: "Compare", name: "Compare: two products side by side", keys: "Mod-Alt-v", run: () => pick.compare() },
    { says: "Pull quote", name: "Pull quote: a sentence in large type", keys: "Mod-Alt-q", run: (view) => insertTemplate(view, "quote") },
  ],
];

export class Toolbar {
  constructor(pick, controls) {
    this.groups = commands(pick);
    this.buttons = new Map();
    this.element = element("div", {
      class: "shop-editor__tools", role: "toolbar", "aria-label": "Marks and blocks", "aria-controls": controls,
      onkeydown: (event) => this.move(event), onfocusin: (event) => this.stopAt(event.target),
    }, ...this.groups.map((group) => this.group(group)));
    this.stopAt([...this.buttons.values()][0]);
  }

  group(commandsOfGroup) {
    return element("div", { class: "shop-editor__group" }, ...commandsOfGroup.map((command) => {
      const button = element("button", {
        type: "button",
        class: "shop-editor__tool",
        "aria-label": command.name,
        "aria-pressed": command.isOn ? "false" : null,
        "aria-keyshortcuts": keysToTell(command.keys),
        title: `${command.name ?? command.says} (${keysToRead(command.keys)})`,
        onclick: () => this.run(command),
      }, command.says);
      this.buttons.set(command, button);
      return button;
    }));
  }

  /** The keys of all commands, for CodeMirror. */
  get keys() {
    return this.groups.flat().map((command) => ({
      key: command.keys,
      preventDefault: true,
      run: (view) => {
        command.run(view);
        return true;
      },
    }));
  }

  run(command) {
    command.run(this.view);
    if (!document.querySelector("dialog:modal")) this.view.focus();
  }

  /** Shows which marks are on where the cursor is. */
  show(state) {
    for (const [command, button] of this.buttons) {
      if (command.isOn) button.setAttribute("aria-pressed", String(command.isOn(state)));
    }
  }

  stopAt(button) {
    if (!button?.matches("button")) return;
    for (const one of this.buttons.values()) one.tabIndex = one === button ? 0 : -1;
  }

  move(event) {
    const buttons = [...this.buttons.values()];
    const here = buttons.indexOf(event.target);
    const steps = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: buttons.length - 1 };
    if (here < 0 || !(event.key in steps)) return;
    event.preventDefault();
    buttons.at(steps[event.key] % buttons.length).focus();
  }
}
