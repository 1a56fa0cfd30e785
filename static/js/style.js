/*
 * A public page brings the style of what it shows. Whatever a script puts into it may need the rest:
 * `await import("./style.js")` is done when everything has its style.
 */
const own = document.querySelector("style[data-whole]");

if (own) {
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = own.dataset.whole;
  own.after(sheet);
  // Without it things look plain, and work.
  await new Promise((done) => (sheet.onload = sheet.onerror = done));
}
