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
