await import("./style.js");

/** Opens the pictures of a <shop-gallery> in a dialog, as large as they are, beginning at a link to one. */
export function zoom(gallery, link) {
  const { items } = gallery;
  const dialog = document.createElement("dialog");
  const frame = document.createElement("div");
  const image = new Image();
  let index = items.indexOf(link.parentElement);

  const show = (step) => {
    index = (index + step + items.length) % items.length;
    const large = gallery.slide(index);
    image.src = large.href;
    image.alt = large.querySelector("[alt]:not([alt=''])")?.alt ?? "";
  };
  const closer = (event) => {
    const { left, top, width, height } = frame.getBoundingClientRect();
    const isClose = dialog.classList.toggle("shop-zoom--closer");
    // What was tapped stays in the middle; by the keyboard it is the middle of the picture.
    const [x, y] = event.detail && isClose && event.target === image
      ? [(event.clientX - left) / width, (event.clientY - top) / height]
      : [0.5, 0.5];
    frame.scrollTo(x * frame.scrollWidth - width / 2, y * frame.scrollHeight - height / 2);
  };
  const add = (word, act) => {
    const button = document.createElement("button");
    button.className = "shop-button shop-button--quiet";
    button.textContent = word;
    button.addEventListener("click", act);
    dialog.append(button);
  };

  dialog.className = "shop-zoom";
  dialog.ariaLabel = "Large pictures";
  frame.tabIndex = 0;
  frame.append(image);
  dialog.append(frame);
  image.addEventListener("click", closer);
  if (items[1]) add("Before", () => show(-1));
  add("Closer", closer);
  if (items[1]) add("Next", () => show(1));
  add("Close", () => dialog.close());
  dialog.lastElementChild.autofocus = true;
  dialog.addEventListener("keydown", ({ key }) => {
    const isMoved = dialog.classList.contains("shop-zoom--closer");
    if (!isMoved && /^Arrow(Left|Right)$/.test(key)) show(key === "ArrowLeft" ? -1 : 1);
  });
  dialog.addEventListener("close", () => dialog.remove());
  show(0);
  document.querySelector(".shop").append(dialog);
  dialog.showModal();
}
