// "Send the link" by the device's own sheet, else to the clipboard; and "Print".
import { announce } from "./say.js";

async function share(button) {
  const url = new URL(button.dataset.share, location.href).href;
  if (navigator.share) {
    await navigator.share({ title: button.dataset.title, url }).catch(() => {});
    return;
  }
  const label = button.querySelector("span");
  const usual = label.textContent;
  try {
    await navigator.clipboard.writeText(url);
    label.textContent = button.dataset.done;
  } catch {
    // No clipboard without https: the address itself can still be selected.
    label.textContent = url;
    return;
  }
  announce(button.dataset.done);
  setTimeout(() => { label.textContent = usual; }, 4000);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-share]");
  if (button) share(button);
  if (event.target.closest("[data-print]")) window.print();
});
