// Panels that open (the menu, the filters): one at a time; closed by Escape, by "Done" and by a click elsewhere.
function open() {
  return [...document.querySelectorAll("details[data-panel][open]")];
}

function close(panel, giveFocus) {
  panel.removeAttribute("open");
  if (giveFocus) panel.querySelector("summary").focus();
}

document.addEventListener("toggle", (event) => {
  const panel = event.target;
  if (panel.matches?.("details[data-panel][open]")) open().filter((other) => other !== panel).forEach((other) => close(other));
}, true);
document.addEventListener("keydown", (event) => {
  const panel = event.key === "Escape" && event.target.closest?.("details[data-panel][open]");
  if (panel) close(panel, true);
});
document.addEventListener("click", (event) => {
  const done = event.target.closest("[data-close]");
  if (done) close(done.closest("details"), true);
  else if (event.target.isConnected && !event.target.closest("details[data-panel]")) open().forEach((panel) => close(panel));
});
