// What is wider than its place is scrolled; the keyboard must reach it.
addEventListener("load", () => {
  for (const box of document.querySelectorAll(".formula, .highlight > pre, article table.docutils")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  }
});
