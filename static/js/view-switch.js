// On a narrow screen one button changes between the list and the map.
const button = document.querySelector("[data-view-switch]");
let listScroll = 0;

button?.addEventListener("click", () => {
  const toMap = button.getAttribute("aria-pressed") !== "true";
  if (toMap) listScroll = window.scrollY;
  button.setAttribute("aria-pressed", String(toMap));
  document.body.classList.toggle("view-map", toMap);
  window.scrollTo({ top: toMap ? 0 : listScroll, behavior: "instant" });
});
document.addEventListener("assetmap:show-list", () => {
  if (button?.getAttribute("aria-pressed") === "true") button.click();
});
