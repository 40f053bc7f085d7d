// The matrix by keyboard: one tab stop, arrow keys from cell to cell, and what the cell says in full in a line below.
// Where it is narrow it is a list, and each link is a tab stop of its own.

const PAGE_ROWS = 10;
const asTable = matchMedia("(min-width: 40rem)");
const WAYS = {
  ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], PageUp: [-PAGE_ROWS, 0], PageDown: [PAGE_ROWS, 0],
};

class MatrixKeys {
  constructor(region, said) {
    this.region = region;
    this.said = said;
    this.usual = said.textContent;
    this.rows = [...region.querySelectorAll("thead tr, tbody tr")].map((row) => [...row.cells].map((cell) => cell.querySelector("a")));
    this.links = this.rows.flat().filter(Boolean);
    region.addEventListener("keydown", (event) => this.pressed(event));
    region.addEventListener("focusin", (event) => this.came(event.target));
    region.addEventListener("pointerover", (event) => this.tell(event.target.closest("td.far")));
    for (const end of ["focusout", "pointerleave"]) region.addEventListener(end, () => this.tell(document.activeElement.closest?.("td.far")));
    asTable.addEventListener("change", () => this.start());
    this.start();
  }

  start() {
    if (asTable.matches) {
      this.region.removeAttribute("tabindex"); // its cells scroll it
      this.stop(this.links.find((link) => link.closest("td")) || this.links[0]);
    } else {
      this.region.tabIndex = 0;
      for (const link of this.links) link.removeAttribute("tabindex");
    }
  }

  // The one link that Tab reaches.
  stop(chosen) {
    for (const link of this.links) link.tabIndex = link === chosen ? 0 : -1;
  }

  came(link) {
    if (asTable.matches && this.links.includes(link)) this.stop(link);
    this.tell(link.closest("td.far"));
  }

  tell(cell) {
    const words = cell?.querySelector(".in-words");
    const ward = cell?.parentElement.cells[0].textContent.trim();
    const [programme, ...rest] = words ? [...words.childNodes].map((node) => node.textContent) : [];
    this.said.classList.toggle("is-telling", Boolean(words));
    this.said.textContent = words ? `${ward}, ${programme}: ${rest.join("").trim()}` : this.usual;
  }

  pressed(event) {
    if (!asTable.matches || event.altKey || event.metaKey) return;
    const row = this.rows.findIndex((links) => links.includes(event.target));
    if (row < 0) return;
    const column = this.rows[row].indexOf(event.target);
    const next = this.next(event, row, column);
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  next(event, row, column) {
    const far = event.ctrlKey;
    if (event.key === "Home") return (far ? this.links : this.rows[row].filter(Boolean))[0];
    if (event.key === "End") return (far ? this.links : this.rows[row].filter(Boolean)).at(-1);
    const [down, right] = WAYS[event.key] || [];
    if (far || down === undefined) return null;
    return right ? this.beside(row, column, right) : this.below(row, column, down);
  }

  beside(row, column, step) {
    for (let at = column + step; at >= 0 && at < this.rows[row].length; at += step) {
      if (this.rows[row][at]) return this.rows[row][at];
    }
    return this.rows[row][column];
  }

  // The next cell of the column that has something, so many rows on or further; else the last one that has.
  below(row, column, rows) {
    const step = Math.sign(rows);
    let found = this.rows[row][column];
    for (let at = row + step; at >= 0 && at < this.rows.length; at += step) {
      const link = this.rows[at][column];
      if (!link) continue;
      found = link;
      if (Math.abs(at - row) >= Math.abs(rows)) break;
    }
    return found;
  }
}

for (const region of document.querySelectorAll("[data-matrix]")) {
  new MatrixKeys(region, document.querySelector("[data-matrix-said]"));
}
