/* What was written and not saved, kept in this browser tab until it is, so that a reload or a crash loses none of it. */

const PREFIX = "shop-guide-draft ";
const SAVED = ["guide_saved", "guide_same"];
const WRITTEN = "textarea[name], select[name], input[name]:not([type=hidden], [type=file], [type=submit])";

const fields = (form) => [...form.querySelectorAll(WRITTEN)];

export class Draft {
  /** form: all that is written in it; isUnsaved: the page came with words that the shop did not keep. */
  constructor(form, isUnsaved) {
    Object.assign(this, { form, isUnsaved });
    this.key = PREFIX + window.location.pathname;
    this.given = JSON.stringify(fields(form).map((field) => [field.name, field.defaultValue]));
    const kept = this.read();
    const said = new URLSearchParams(window.location.search).get("said");
    if (kept?.sent && SAVED.includes(said)) this.forget();
    if (isUnsaved && kept) this.write({ ...kept, sent: false });
  }

  /** Whether something is written that the shop does not have. */
  get isChanged() {
    return this.isUnsaved || fields(this.form).some((field) => field.value !== field.defaultValue);
  }

  /** What was written and not saved, as { values, at, isOlder }, or null when all of it is here. */
  get offered() {
    const kept = this.read();
    if (!kept || this.isUnsaved) return null;
    const here = new Map(fields(this.form).map((field) => [field.name, field.value]));
    const lost = Object.entries(kept.values).filter(([name, value]) => here.has(name) && here.get(name) !== value);
    if (!lost.length) {
      this.forget();
      return null;
    }
    return { values: lost, at: new Date(kept.at), isOlder: kept.given !== this.given };
  }

  keep() {
    if (!this.isChanged) {
      this.forget();
      return;
    }
    const changed = fields(this.form).filter((field) => this.isUnsaved || field.value !== field.defaultValue);
    const values = Object.fromEntries(changed.map((field) => [field.name, field.value]));
    this.write({ values, given: this.given, at: Date.now(), sent: false });
  }

  /** Puts what was kept back into the form. */
  bringBack({ values }) {
    for (const [name, value] of values) this.form.elements.namedItem(name).value = value;
  }

  /** The form is on its way; the page that follows says whether it arrived. */
  send() {
    const kept = this.read();
    if (kept) this.write({ ...kept, sent: true });
  }

  forget() {
    try {
      sessionStorage.removeItem(this.key);
    } catch {
      // A browser that keeps nothing has nothing to forget.
    }
  }

  read() {
    try {
      return JSON.parse(sessionStorage.getItem(this.key));
    } catch {
      return null;
    }
  }

  write(kept) {
    try {
      sessionStorage.setItem(this.key, JSON.stringify(kept));
    } catch {
      // Full or switched off: the warning before leaving is left.
    }
  }
}
