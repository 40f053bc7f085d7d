// Says something to people who listen to the page. The short wait lets a change that follows at once win.
let timer;

export function announce(text) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const place = document.getElementById("announce");
    if (place) place.textContent = text;
  }, 150);
}
