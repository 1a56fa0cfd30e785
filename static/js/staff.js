/*
 * What the pages of the back office have in common. They work without it.
 */

/* A part of a page that was swapped after a mistake takes the focus, as a whole page would. */
document.addEventListener("htmx:afterSettle", (event) => {
  const wrong = event.detail.elt.querySelector("[aria-invalid='true']");
  if (wrong) wrong.focus();
});

/* A request that failed leaves the page as it was, and says so. */
for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, () => {
    document.querySelector("[data-failed]").hidden = false;
  });
}

document.addEventListener("htmx:beforeRequest", () => {
  document.querySelector("[data-failed]").hidden = true;
});

/* Minus and plus count in the field beside them; Enter or Save then sends it. */
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-step]");
  if (!button) return;
  const input = button.parentElement.querySelector("input");
  const number = Number.parseInt(input.value, 10) || 0;
  input.value = Math.max(0, number + Number(button.dataset.step));
  input.focus();
});

/* A page that is made for paper is printed by a button, where there is a script to press it. */
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

/* Several lines pasted into one field of a column fill the fields below it as well. */
document.addEventListener("paste", (event) => {
  const first = event.target.closest("[data-fills]");
  const lines = event.clipboardData.getData("text").trim().split(/\r?\n/);
  if (!first || lines.length < 2) return;
  event.preventDefault();
  const fields = [...first.form.querySelectorAll("[data-fills]")];
  const below = fields.slice(fields.indexOf(first));
  lines.slice(0, below.length).forEach((line, number) => {
    below[number].value = line.trim();
  });
  below[Math.min(lines.length, below.length) - 1].focus();
});
