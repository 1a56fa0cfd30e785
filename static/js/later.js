/*
 * <link rel="shop-script">: a script that changes nothing on the first screen. It comes when that was
 * seen, so that it takes nothing from what is waited for.
 */
addEventListener("load", () => requestAnimationFrame(() => setTimeout(() => {
  for (const { href } of document.querySelectorAll("link[rel=shop-script]")) import(href);
})));
