// Words for readers: those that the page carries, already translated, and those said to people who listen to it.
const held = document.getElementById("ui-strings");
const words = held ? JSON.parse(held.textContent) : {};
let timer;

export function say(key, values = {}) {
  return (words[key] || key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

// The short wait lets a change that follows at once win.
export function announce(text) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const place = document.getElementById("announce");
    if (place) place.textContent = text;
  }, 150);
}
