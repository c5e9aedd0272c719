// What is wider than its place is scrolled; the keyboard must reach it.
addEventListener("load", () => {
  for (const box of document.querySelectorAll(".formula, .highlight > pre, article table.docutils")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  }
  // The theme calls captions headings, and has two asides, but does not say which.
  for (const caption of document.querySelectorAll("p.caption[role=heading]")) caption.ariaLevel = "2";
  document.querySelector("aside.sidebar-drawer")?.setAttribute("aria-label", "Pages");
});
