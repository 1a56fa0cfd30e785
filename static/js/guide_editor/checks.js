/*
 * What the shop has to say about a text while it is written: asked for after a pause, shown as underlines with a card
 * and as a list. Nothing is changed by itself; a button takes what is proposed.
 */
import {
  closeHoverTooltips, forEachDiagnostic, hasHoverTooltips, linter, nextDiagnostic, previousDiagnostic, setDiagnostics,
} from "../../vendor/codemirror-6.min.js";
import { element, keysToRead, NotAnswered, Pause, send } from "./elements.js";

const PAUSE_MS = 700;
/** What a check is called beside its place, and in a sum: one of them, several. */
const KINDS = {
  mistake: ["Mistake", "mistake", "mistakes"],
  claim: ["Wording", "about wording", "about wording"],
  mention: ["Product mentioned", "mention of a product", "mentions of products"],
  price: ["Price typed by hand", "price typed by hand", "prices typed by hand"],
  link: ["Link", "about a link", "about links"],
  picture: ["Picture", "about a picture", "about pictures"],
  heading: ["Heading", "about a heading", "about headings"],
};
const SEVERITIES = { block: "error", error: "error", bad: "error", warn: "warning", warning: "warning", note: "info", info: "info", hint: "hint" };
const STRENGTHS = ["error", "warning", "info", "hint"];

/** Gives places counted in characters, as the shop counts, as places of JavaScript's texts. */
export function placesOf(text) {
  if (!/[\u{10000}-\u{10FFFF}]/u.test(text)) return (place) => place;
  const wide = [];
  let place = 0;
  for (const character of text) {
    if (character.length === 2) wide.push(place);
    place += 1;
  }
  return (wanted) => wanted + wide.filter((one) => one < wanted).length;
}

const severityOf = (check) => (check.kind === "mention" ? "hint" : SEVERITIES[check.severity] ?? "warning");
const kindOf = (check) => KINDS[check.kind]?.[0] ?? "To look at";

function source(check) {
  if (!/^https?:\/\//.test(check.source_url ?? "")) return null;
  const host = new URL(check.source_url).hostname.replace(/^www\./, "");
  return element("p", {}, element("a", { href: check.source_url, target: "_blank", rel: "noopener" }, `Source: ${host}`));
}

const why = (check) => (check.why ? element("p", {}, check.why) : null);

function closeCard(view) {
  if (!hasHoverTooltips(view.state)) return false;
  view.dispatch({ effects: closeHoverTooltips });
  return true;
}

function fixButtons(fixes, take) {
  if (!fixes.length) return null;
  return element("p", { class: "shop-checks__fixes" }, ...fixes.map((fix) => element("button", {
    type: "button", class: "shop-checks__fix", onclick: () => take(fix),
  }, fix.label)));
}

export class Checks {
  /** panel: where the list goes; say: tells whoever listens; form: whose token is sent. */
  constructor({ url, form, panel, say }) {
    Object.assign(this, { url, form, panel, say });
    this.found = []; // in the text, with an underline
    this.facts = []; // in the fields beside it
    this.more = 0;
    this.pause = new Pause(PAUSE_MS, () => this.ask());
    this.list = element("ol", { class: "shop-checks__list" });
    this.heading = element("h2", { class: "shop-checks__title", tabindex: "-1" }, "Checks");
    this.line = element("p", { class: "shop-checks__line", role: "status" }, "The text is being read …");
    panel.append(this.heading, this.line, this.list);
  }

  /** What CodeMirror needs to show underlines and cards. */
  get extension() {
    return linter(null, { delay: 0 });
  }

  get keys() {
    return [
      { key: "F8", run: (view) => this.step(view, nextDiagnostic), preventDefault: true },
      { key: "Shift-F8", run: (view) => this.step(view, previousDiagnostic), preventDefault: true },
      { key: "Mod-.", run: (view) => this.enterCard(view), preventDefault: true },
      { key: "Mod-Alt-k", run: () => this.enterList(), preventDefault: true },
      { key: "Escape", run: closeCard },
    ];
  }

  /** The text has changed: what is asked now would be old. */
  changed() {
    this.asking?.abort();
    this.pause.begin();
  }

  end() {
    this.asking?.abort();
    this.pause.end();
  }

  async ask() {
    this.asking?.abort();
    this.asking = new AbortController();
    const { signal } = this.asking;
    const { doc } = this.view.state;
    try {
      const answer = await send(this.url, this.form, doc.toString(), signal);
      if (!answer.ok) throw new NotAnswered("The shop could not check this text.");
      const report = await answer.json();
      if (!signal.aborted && this.view.state.doc === doc) this.take(report, doc.toString());
    } catch (error) {
      if (signal.aborted) return;
      const told = error instanceof NotAnswered ? error.message : "The shop could not check this text.";
      this.tell(`${told} What you write is kept; the checks come back with your next change.`);
    }
  }

  take(report, text) {
    const place = placesOf(text);
    this.found = report.checks.map((check) => this.diagnostic(check, place, text));
    this.found.sort((one, other) => one.from - other.from || one.to - other.to);
    this.facts = report.facts ?? [];
    this.more = report.more ?? 0; // further down in the text, not sent yet
    this.view.dispatch(setDiagnostics(this.view.state, this.found));
    this.showList();
    this.tell(this.summary());
    this.onReport?.(report);
  }

  diagnostic(check, place, text) {
    const from = Math.min(place(check.start), text.length);
    const to = Math.min(Math.max(place(check.end), from), text.length);
    const fixes = check.fixes.map((fix) => {
      const [start, end] = [place(fix.start), place(fix.end)];
      return { ...fix, before: from - start, behind: end - to, was: text.slice(start, end) };
    });
    const diagnostic = {
      from, to, check, fixes,
      severity: severityOf(check),
      message: check.message,
      source: kindOf(check),
      renderMessage: () => this.card(check),
    };
    diagnostic.actions = fixes.map((fix) => ({
      name: fix.label,
      apply: () => {
        this.takeFix(diagnostic, fix);
        this.view.focus();
      },
    }));
    return diagnostic;
  }

  card(check) {
    const keys = check.fixes.length
      ? element("p", { class: "keys" }, `${keysToRead("Mod-.")} goes to the ${check.fixes.length === 1 ? "button" : "buttons"}.`)
      : null;
    return element("div", {}, element("p", {}, check.message), why(check), source(check), keys);
  }

  /** Puts a proposed wording in place of what it is about, if that still stands there. */
  takeFix(diagnostic, fix) {
    const places = this.places();
    const here = places.get(diagnostic);
    const now = here && { from: Math.max(0, here.from - fix.before), to: here.to + fix.behind };
    if (!now || this.view.state.sliceDoc(now.from, now.to) !== fix.was) {
      this.tell("These words have changed meanwhile; they are being checked again.");
      this.pause.begin();
      return;
    }
    const changes = this.view.state.changes({ ...now, insert: fix.text });
    this.view.dispatch({ changes, selection: { anchor: now.from + fix.text.length }, scrollIntoView: true, userEvent: "input.check" });
    this.keep(places, changes, now);
    this.tell(`Taken: ${fix.label}`);
  }

  /** Goes on showing what was found outside of the words that were replaced, until the next answer. */
  keep(places, changes, gone) {
    const others = this.found.filter((one) => {
      const place = places.get(one);
      return place && (place.to <= gone.from || place.from >= gone.to);
    });
    for (const one of others) {
      one.from = changes.mapPos(places.get(one).from, 1);
      one.to = Math.max(one.from, changes.mapPos(places.get(one).to, -1));
    }
    this.found = others;
    this.view.dispatch(setDiagnostics(this.view.state, others));
    this.showList();
  }

  /** Where what was found stands now; what lost its words is left out. */
  places() {
    const places = new Map();
    forEachDiagnostic(this.view.state, (one, from, to) => {
      places.set(one, { from: places.get(one)?.from ?? from, to });
    });
    return places;
  }

  get all() {
    return [...this.facts, ...this.found.map((one) => one.check)];
  }

  summary() {
    const total = this.all.length + this.more;
    if (!total) return "Nothing to look at.";
    const told = Object.entries(KINDS)
      .map(([kind, [, one, many]]) => [this.all.filter((check) => check.kind === kind).length, one, many])
      .filter(([count]) => count)
      .map(([count, one, many]) => `${count} ${count === 1 ? one : many}`);
    const rest = this.more ? ` Here are the first ${this.all.length}; the others follow when some of them are mended.` : "";
    return `${total === 1 ? "One thing" : `${total} things`} to look at: ${told.join(", ")}.${rest}`;
  }

  /** Says a sentence once; the same sentence again is no news. */
  tell(sentence) {
    if (this.line.textContent !== sentence) this.line.textContent = sentence;
  }

  showList() {
    const items = [...this.list.children];
    const focused = items.findIndex((item) => item.contains(document.activeElement));
    this.list.replaceChildren(...this.facts.map((check) => this.factItem(check)), ...this.found.map((one) => this.item(one)));
    this.say(this.all.length + this.more);
    if (focused < 0) return;
    const next = this.list.children[Math.min(focused, this.list.children.length - 1)];
    (next?.querySelector("button") ?? this.heading).focus();
  }

  item(diagnostic) {
    const { check, severity } = diagnostic;
    const words = this.view.state.sliceDoc(diagnostic.from, diagnostic.to).replace(/\s+/g, " ").trim();
    return element("li", { class: `shop-checks__one shop-checks__one--${severity}` },
      element("p", { class: "shop-checks__kind" }, `${kindOf(check)}, `,
        element("button", { type: "button", class: "shop-checks__place", onclick: () => this.goTo(diagnostic) }, `line ${check.line}`)),
      words && words.length < 160 ? element("p", { class: "shop-checks__words" }, words) : null,
      element("p", {}, check.message), why(check), source(check),
      fixButtons(diagnostic.fixes, (fix) => this.takeFix(diagnostic, fix)));
  }

  factItem(check) {
    const field = this.form.elements.namedItem(check.field);
    const place = field
      ? element("button", { type: "button", class: "shop-checks__place", onclick: () => field.focus() }, check.label)
      : check.label;
    return element("li", { class: `shop-checks__one shop-checks__one--${severityOf(check)}` },
      element("p", { class: "shop-checks__kind" }, `${kindOf(check)}, `, place),
      element("p", {}, check.message), why(check), source(check), this.fixesOfFact(check, field));
  }

  /** Other words for a field, while the words that were found still stand in it. */
  fixesOfFact(check, field) {
    const fixes = check.fixes.filter((fix) => fix.words && field?.value.includes(fix.words));
    return fixButtons(fixes, (fix) => {
      field.value = field.value.replace(fix.words, () => fix.text);
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
      this.tell(`Taken: ${fix.label}`);
    });
  }

  goTo(diagnostic) {
    const place = this.places().get(diagnostic);
    if (!place) return;
    this.onGoTo?.();
    this.view.dispatch({ selection: { anchor: place.from, head: place.to }, scrollIntoView: true });
    this.view.focus();
  }

  step(view, move) {
    if (!move(view)) return true;
    const { from, to } = view.state.selection.main;
    const places = this.places();
    const here = this.found.filter((one) => {
      const place = places.get(one);
      return place && place.from < to && place.to > from;
    }).sort((one, other) => STRENGTHS.indexOf(one.severity) - STRENGTHS.indexOf(other.severity));
    if (here.length) this.tell(here.map(({ check }) => `${kindOf(check)}: ${check.message}`).join(" "));
    return true;
  }

  /** From the text into the card that is open, to its first button or link; Escape leads back. */
  enterCard(view) {
    const card = view.dom.querySelector(".cm-tooltip-lint");
    const target = card?.querySelector("button") ?? card?.querySelector("a");
    if (!target) return false;
    card.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      closeCard(view);
      view.focus();
    });
    target.focus();
    return true;
  }

  enterList() {
    this.heading.focus();
    this.heading.scrollIntoView({ block: "nearest" });
    return true;
  }
}
