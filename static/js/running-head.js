// The head of every printed page: "@page" takes it from here as a string. Without this there are page numbers alone.
const held = document.querySelector("[data-running-head]");
document.documentElement.style.setProperty("--running-head", JSON.stringify(held.dataset.runningHead));
