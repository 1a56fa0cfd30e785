/* Making elements, asking the server, and waiting until somebody pauses: what all parts of the editor use. */

/** An element with attributes (true sets one, false and null leave it out) and children; "on…" listens. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

/** What a server answered that was not what we asked for, in a sentence for whoever writes. */
export class NotAnswered extends Error {}

const SIGNED_OUT = "You are signed out. Your words are kept in this browser: sign in on another page, then go on here.";

/** Sends a form as it stands, with this text as its source, and gives the answer; throws NotAnswered. */
export async function send(url, form, source, signal) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") body.set(name, value);
  body.set("source", source);
  let answer;
  try {
    answer = await fetch(url, { method: "POST", body, signal, headers: { "X-Requested-With": "fetch" } });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new NotAnswered("The shop cannot be reached at the moment.");
  }
  if (answer.redirected) throw new NotAnswered(SIGNED_OUT);
  return answer;
}

/** Does something once nobody has called for a while; each call begins the wait anew. */
export class Pause {
  constructor(milliseconds, work) {
    this.milliseconds = milliseconds;
    this.work = work;
  }

  begin() {
    this.end();
    this.timer = setTimeout(this.work, this.milliseconds);
  }

  end() {
    clearTimeout(this.timer);
  }
}

const IS_MAC = /Mac|iPhone|iPad/.test(navigator.platform);
const KEY_WORDS = { Mod: IS_MAC ? "⌘" : "Ctrl", Alt: IS_MAC ? "⌥" : "Alt", Shift: IS_MAC ? "⇧" : "Shift" };
const ARIA_WORDS = { Mod: IS_MAC ? "Meta" : "Control" };

/** Keys as people read them: "Mod-Alt-2" is Ctrl+Alt+2, or ⌘⌥2 on a Mac. */
export function keysToRead(keys) {
  const parts = keys.split("-").map((key) => KEY_WORDS[key] ?? key.toUpperCase());
  return parts.join(IS_MAC ? "" : "+");
}

/** Keys as aria-keyshortcuts wants them. */
export function keysToTell(keys) {
  return keys.split("-").map((key) => ARIA_WORDS[key] ?? key.toUpperCase()).join("+");
}
