// Words for readers. The page carries them, already translated, in <script id="ui-strings">.
const held = document.getElementById("ui-strings");
const words = held ? JSON.parse(held.textContent) : {};

export function say(key, values = {}) {
  return (words[key] || key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}
