// A table that stays fast at 10,000 rows: only the rows in view are in the page. Arrow keys move, Enter opens a story.
import { h, words } from "./kit.js";

const HEIGHT = 34;
const SPARE = 8;
const WIDTHS = { full_name: 170, title: 190, company_name: 190, company_domain: 200, website: 190, email: 310, linkedin_url: 260, description: 280, country: 130, products: 240, customer_segments: 240 };
const LABELS = { complete: "complete", partial: "partial", not_found: "not found", failed: "failed", skipped: "skipped", invalid: "invalid" };

export class LiveTable {
  constructor({ columns, inputs }, open) {
    this.columns = columns;
    this.inputs = new Set(inputs);
    this.open = open;
    this.rows = []; // by place
    this.order = []; // places that are shown
    this.status = "all";
    this.words = "";
    this.cell = [0, 0];
    this.drawn = new Map();
    this.fresh = new Set();
    const widths = [56, 108, ...columns.map((name) => WIDTHS[name] || 150), 80];
    this.template = widths.map((width) => `${width}px`).join(" ");
    const heads = ["#", "Status", ...columns.map(words), "Cost"];
    this.head = h("div", { class: "grid-head", role: "row", "aria-rowindex": 1, style: { gridTemplateColumns: this.template } },
      heads.map((name, at) => h("div", { role: "columnheader", "aria-colindex": at + 1, class: at === 0 || at === heads.length - 1 ? "num" : "" }, name)));
    this.body = h("div", { class: "grid-body", role: "rowgroup" });
    this.element = h("div", { class: "grid", role: "grid", tabIndex: 0, "aria-label": "Rows", "aria-colcount": heads.length, onscroll: () => this.later(), onkeydown: (event) => this.key(event) },
      h("div", { role: "rowgroup", style: { position: "sticky", top: 0, zIndex: 2, minWidth: "max-content" } }, this.head), this.body);
    this.width = widths.reduce((sum, one) => sum + one, 0);
    Object.assign(this.body.style, { minWidth: `${this.width}px` });
    this.element.addEventListener("click", (event) => {
      const cell = event.target.closest("[role=gridcell]");
      if (!cell) return;
      this.cell = [Number(cell.parentElement.dataset.at), Number(cell.dataset.column)];
      this.open(this.order[this.cell[0]], this.nameAt(this.cell[1]));
    });
    new ResizeObserver(() => this.later()).observe(this.element);
  }

  /** Takes rows as they come: [place, status, retryable, usd, cells]. */
  put(rows, fresh) {
    for (const row of rows) {
      this.rows[row[0]] = row;
      if (fresh) this.fresh.add(row[0]);
    }
    if (rows.length) this.arrange();
  }

  filter(status, text) {
    this.status = status;
    this.words = text.trim().toLowerCase();
    this.element.scrollTop = 0;
    this.cell = [0, this.cell[1]];
    this.arrange();
  }

  arrange() {
    this.order = [];
    for (const row of this.rows) if (row && this.fits(row)) this.order.push(row[0]);
    this.body.style.height = `${this.order.length * HEIGHT}px`;
    this.element.setAttribute("aria-rowcount", this.order.length + 1);
    this.stale = true;
    this.later();
  }

  fits(row) {
    if (this.status === "waiting" ? row[1] : this.status !== "all" && row[1] !== this.status) return false;
    return !this.words || row[4].some((cell) => cell && String(Array.isArray(cell) ? cell[0] : cell).toLowerCase().includes(this.words));
  }

  later() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => { this.waiting = 0; this.draw(); });
  }

  draw() {
    const first = Math.max(0, Math.floor(this.element.scrollTop / HEIGHT) - SPARE);
    const last = Math.min(this.order.length, Math.ceil((this.element.scrollTop + this.element.clientHeight) / HEIGHT) + SPARE);
    const kept = new Map();
    const wanted = new Set(this.order.slice(first, last));
    for (const [place, { element }] of this.drawn) if (!wanted.has(place)) element.remove();
    let next = this.body.firstElementChild; // rows stand in the page in the order in which they are seen
    for (let at = first; at < last; at++) {
      const place = this.order[at];
      const row = this.rows[place];
      const before = this.drawn.get(place);
      const drawn = before && before.row === row ? before : { row, element: this.line(row) };
      if (before && before !== drawn) {
        if (next === before.element) next = drawn.element;
        before.element.replaceWith(drawn.element);
      }
      drawn.element.dataset.at = at;
      drawn.element.setAttribute("aria-rowindex", at + 2);
      drawn.element.style.transform = `translateY(${at * HEIGHT}px)`;
      drawn.element.classList.toggle("open", place === this.marked);
      if (drawn.element === next) next = next.nextElementSibling;
      else this.body.insertBefore(drawn.element, next);
      kept.set(place, drawn);
    }
    this.drawn = kept;
    this.fresh.clear();
    if (this.wanted) { this.wanted = false; this.cellElement()?.focus({ preventScroll: true }); }
  }

  line([place, status, retryable, usd, cells]) {
    const shown = [
      h("div", { class: "num muted" }, place + 1),
      h("div", {}, h("i", { class: `dot s-${status || "waiting"}` }), h("span", {}, LABELS[status] || "waiting"), retryable ? h("span", { class: "from", title: "Asking again may end differently" }, "↻") : ""),
      ...cells.map((cell, at) => this.value(cell, this.columns[at], status)),
      h("div", { class: "num" }, usd && usd !== "0" ? `$${Number(usd).toFixed(4).replace(/0{1,2}$/, "")}` : ""),
    ];
    shown.forEach((cell, at) => {
      cell.setAttribute("role", "gridcell");
      cell.setAttribute("aria-colindex", at + 1);
      cell.dataset.column = at;
      cell.tabIndex = -1;
    });
    return h("div", { class: this.fresh.has(place) ? "grid-row new" : "grid-row", role: "row", style: { gridTemplateColumns: this.template } }, shown);
  }

  value(cell, name, status) {
    if (cell === null) return h("div", {}, h("span", { class: "none" }, status && !this.inputs.has(name) ? "–" : ""));
    if (!Array.isArray(cell)) return h("div", { title: cell }, h("span", { class: this.inputs.has(name) ? "" : "muted" }, cell));
    const [text, provider, sure, flags] = cell;
    return h("div", { title: `${text}\n${provider}${sure === null ? "" : `, ${Math.round(sure)} % sure`}${flags.length ? `, ${flags.join(", ")}` : ""}` },
      h("span", {}, text), h("span", { class: "from" }, provider));
  }

  nameAt(column) { return this.columns[column - 2] || null; }

  mark(place) { this.marked = place; this.later(); }

  focus() { this.reveal(); }

  cellElement() {
    const row = this.drawn.get(this.order[this.cell[0]]);
    return row?.element.children[this.cell[1]];
  }

  reveal() {
    const top = this.cell[0] * HEIGHT;
    const box = this.element;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top + HEIGHT + 36 > box.scrollTop + box.clientHeight) box.scrollTop = top + HEIGHT + 36 - box.clientHeight;
    this.wanted = true;
    this.later();
    requestAnimationFrame(() => requestAnimationFrame(() => this.cellElement()?.scrollIntoView({ block: "nearest", inline: "nearest" })));
  }

  key(event) {
    const page = Math.max(1, Math.floor(this.element.clientHeight / HEIGHT) - 2);
    const moves = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1], PageDown: [page, 0], PageUp: [-page, 0] };
    if (!this.order.length) return;
    if (event.key in moves) {
      const [down, right] = moves[event.key];
      const inside = event.target !== this.element;
      this.cell = [this.cell[0] + (inside ? down : 0), this.cell[1] + (inside ? right : 0)];
    } else if (event.key === "Home") this.cell = [event.ctrlKey ? 0 : this.cell[0], 0];
    else if (event.key === "End") this.cell = [event.ctrlKey ? this.order.length - 1 : this.cell[0], this.columns.length + 2];
    else if (event.key === "Enter" || event.key === " ") { event.preventDefault(); this.open(this.order[this.cell[0]], this.nameAt(this.cell[1])); return; }
    else return;
    event.preventDefault();
    this.cell = [Math.max(0, Math.min(this.order.length - 1, this.cell[0])), Math.max(0, Math.min(this.columns.length + 2, this.cell[1]))];
    this.reveal();
  }
}
