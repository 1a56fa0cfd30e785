/* Handing a picture in: dropped, pasted or chosen; it goes in only with the words for those who do not see it. */
import { Dialog } from "./dialog.js";
import { element } from "./elements.js";

const KINDS = ["image/jpeg", "image/png", "image/webp", "image/avif"];
const MOST_BYTES = 30 * 1024 * 1024;

export class Pictures {
  /** onTaken(markdown) gets the line that shows the picture; form is the one whose token is sent. */
  constructor({ url, form, onTaken, onClose }) {
    Object.assign(this, { url, form, onTaken });
    this.file = element("input", {
      class: "shop-field__input shop-drop__files", id: "shop-picture-file", type: "file", accept: KINDS.join(","),
      "aria-describedby": "shop-picture-hint", onchange: () => this.choose(this.file.files[0]),
    });
    this.alt = this.words("shop-picture-alt", "What it shows", "Read aloud to those who do not see it. Needed.");
    this.caption = this.words("shop-picture-caption", "Caption", "Shown below the picture. May be left out.");
    this.sample = element("img", { class: "shop-dialog__sample", alt: "", hidden: true });
    this.progress = element("progress", { class: "shop-dialog__progress", max: "1", value: "0", "aria-label": "Sent so far", hidden: true });
    this.error = element("p", { class: "shop-field__error", role: "alert" });
    this.button = element("button", { type: "submit", class: "shop-button shop-button--primary" }, "Insert the picture");
    this.dialog = new Dialog("Insert a picture", element("form", { class: "shop-form", novalidate: true, onsubmit: (event) => this.submit(event) },
      element("div", { class: "shop-field" },
        element("label", { class: "shop-field__label", for: "shop-picture-file" }, "The picture"),
        element("p", { class: "shop-field__hint", id: "shop-picture-hint" }, "Choose it or drop it here: JPEG, PNG, WebP or AVIF, up to 30 MB."),
        this.file),
      this.sample, this.alt.field, this.caption.field, this.error, this.progress, element("p", {}, this.button)));
    this.dialog.onClose = () => {
      this.sending?.abort();
      onClose();
    };
    this.dialog.element.addEventListener("dragover", (event) => event.preventDefault());
    this.dialog.element.addEventListener("drop", (event) => {
      event.preventDefault();
      this.choose(event.dataTransfer.files[0]);
    });
  }

  words(id, label, hint) {
    const input = element("input", { class: "shop-field__input", id, autocomplete: "off", "aria-describedby": `${id}-hint` });
    const field = element("div", { class: "shop-field" },
      element("label", { class: "shop-field__label", for: id }, label),
      element("p", { class: "shop-field__hint", id: `${id}-hint` }, hint), input);
    return { field, input };
  }

  /** file: what was dropped or pasted, the first of so many. */
  open(within, file = null, of = 1) {
    for (const input of [this.file, this.alt.input, this.caption.input]) input.value = "";
    this.picture = null;
    this.sample.hidden = true;
    this.wrong("");
    this.dialog.open(within, file ? this.alt.input : this.file);
    if (file) this.choose(file);
    if (file && of > 1) this.wrong(`One picture at a time: this is the first of ${of}.`);
  }

  choose(file) {
    this.wrong("");
    if (!file) return;
    if (!KINDS.includes(file.type)) return this.wrong("This is no picture that we can show. Please take JPEG, PNG, WebP or AVIF.");
    if (file.size > MOST_BYTES) return this.wrong("This picture has more than 30 MB.");
    this.picture = file;
    const reader = new FileReader();
    reader.addEventListener("load", () => {
      this.sample.src = reader.result;
      this.sample.hidden = false;
    });
    reader.readAsDataURL(file);
    this.alt.input.focus();
  }

  submit(event) {
    event.preventDefault();
    if (this.button.disabled) return;
    const alt = this.alt.input.value.trim();
    this.alt.input.toggleAttribute("aria-invalid", false);
    if (!this.picture) return this.wrong("Please choose a picture.", this.file);
    if (!alt) {
      this.alt.input.setAttribute("aria-invalid", "true");
      return this.wrong("Please write what the picture shows.", this.alt.input);
    }
    this.wrong("");
    this.send(alt, this.caption.input.value.trim());
  }

  /** fetch tells nothing of how far an upload has come, so this is the older way. */
  send(alt, caption) {
    const body = new FormData();
    const token = this.form?.elements.namedItem("csrf_token");
    if (token) body.set("csrf_token", token.value);
    body.set("files", this.picture);
    body.set("alt", alt);
    body.set("caption", caption);
    const sending = this.sending = new XMLHttpRequest();
    sending.open("POST", this.url);
    sending.responseType = "json";
    sending.setRequestHeader("Accept", "application/json");
    sending.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) this.progress.value = event.loaded / event.total;
    });
    sending.addEventListener("loadend", () => this.sent(sending));
    this.button.disabled = true;
    this.progress.value = 0;
    this.progress.hidden = false;
    sending.send(body);
  }

  sent(sending) {
    this.button.disabled = false;
    this.progress.hidden = true;
    const answer = sending.response;
    if (sending.status === 200 && answer?.markdown) this.onTaken(answer.markdown);
    else if (sending.status || this.dialog.element.open) {
      this.wrong(answer?.error ?? "The picture could not be handed in. Please try once more.");
    }
  }

  wrong(sentence, field = null) {
    this.error.textContent = sentence;
    this.error.hidden = !sentence;
    field?.focus();
  }
}
