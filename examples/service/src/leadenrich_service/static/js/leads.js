// Upload, mapping and preview.
import { attempt, call, h, icon, options, plural, say, whole, words } from "./kit.js";

const content = document.getElementById("content");
const actions = document.getElementById("actions");
const lead = document.getElementById("lead");

async function take(file) {
  content.setAttribute("aria-busy", "true");
  const table = await attempt(() => call("POST", `/api/table?name=${encodeURIComponent(file.name)}`, file, true));
  content.removeAttribute("aria-busy");
  if (table) show(table);
}

async function takeSample() {
  const table = await attempt(() => call("POST", "/api/table/sample"));
  if (table) show(table);
}

async function change(what) {
  const table = await attempt(() => call("PATCH", "/api/table", what));
  if (table) show(table);
}

function chooser() {
  const input = h("input", { type: "file", accept: ".csv,.tsv,.txt,.xlsx,text/csv", class: "unseen", id: "file", tabIndex: -1, "aria-label": "File of leads" });
  input.addEventListener("change", () => input.files[0] && take(input.files[0]));
  return input;
}

function start() {
  actions.replaceChildren();
  const input = chooser();
  const drop = h(
    "div", { class: "drop" },
    icon("upload"),
    h("h2", {}, "Drop a CSV or Excel file here"),
    h("p", { class: "muted" }, "Up to 10 MB and 10,000 rows. It stays in the memory of this machine and is gone at restart."),
    h("div", { class: "bar" },
      h("button", { class: "primary", type: "button", onclick: () => input.click() }, "Choose a file"),
      h("button", { type: "button", onclick: takeSample }, "Take the sample: 300 leads")),
    input,
  );
  for (const kind of ["dragenter", "dragover"]) drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
  for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => { event.preventDefault(); if (event.dataTransfer.files[0]) take(event.dataTransfer.files[0]); });
  content.replaceChildren(drop, h("ul", { class: "facts" },
    fact("Any export", "Headers in many languages, separators, encodings, notes above the table, several sheets."),
    fact("You see why", "Each column says which field it became, how surely and on what evidence. You may overrule it."),
    fact("Nothing is lost", "Columns that mean no known field stay as they are, and come back in the download.")));
}

const fact = (title, text) => h("li", {}, h("h3", {}, title), h("p", { class: "muted small" }, text));

function show(table) {
  lead.textContent = `${table.name}: ${plural(table.rows, "row")}, ${plural(table.columns.length, "column")}`;
  const input = chooser();
  actions.replaceChildren(
    h("button", { type: "button", onclick: () => input.click() }, "Another file"), input,
    h("a", { class: "button primary", href: "/design" }, "Design the waterfall"));
  content.replaceChildren(h("div", { class: "stack" }, notes(table), mapping(table), preview(table)));
  say(`${table.rows} rows were read.`);
}

function notes(table) {
  const told = [...table.warnings];
  if (table.truncated) told.push(`Only the first ${whole.format(table.max_rows)} rows are taken, the most this service takes.`);
  return told.map((text) => h("p", { class: "note" }, icon("warn"), h("span", {}, text)));
}

function mapping(table) {
  const used = new Set(table.columns.map((one) => one.field).filter(Boolean));
  const decided = Object.fromEntries(table.columns.filter((one) => one.chosen).map((one) => [one.header, one.field]));
  const settings = h("div", { class: "bar" });
  if (table.sheets.length > 1) {
    settings.append(h("label", { class: "check" }, h("span", { class: "label" }, "Sheet"),
      h("select", { onchange: (event) => change({ sheet: event.target.value }) }, options(table.sheets.map((one) => [one, one]), table.sheet))));
  }
  settings.append(h("label", { class: "check" }, h("span", { class: "label" }, "Phones without country code are in"),
    h("input", { value: table.region || "", placeholder: "–", maxLength: 2, size: 3, "aria-label": "Country of phones, two letters",
      onchange: (event) => change({ region: event.target.value.trim().toUpperCase() || null }) })));
  const body = table.columns.map((column) => h("tr", {},
    h("td", {}, column.header || h("span", { class: "muted" }, "no header")),
    h("td", {}, h("div", { class: "sample", title: column.samples.join("\n") }, column.samples.join(" · ") || "empty")),
    h("td", {}, fieldChooser(table, column, used, decided)),
    h("td", {}, sure(column))));
  return h("section", { class: "card" },
    h("header", {}, h("h2", {}, "What each column means"), settings),
    h("div", { class: "scroll" }, h("table", { class: "mapping" },
      h("thead", {}, h("tr", {}, ["Column", "Values", "Field", "How sure, and why"].map((one) => h("th", { scope: "col" }, one)))),
      h("tbody", {}, body))));
}

function fieldChooser(table, column, used, decided) {
  const select = h("select", { "aria-label": `Field of ${column.header || "the column without a header"}`, onchange: (event) => {
    const columns = { ...decided, [column.header]: event.target.value || null };
    for (const other of table.columns) {
      if (other !== column && event.target.value && other.field === event.target.value) columns[other.header] = null;
    }
    change({ columns });
  } }, h("option", { value: "" }, "leave as it is"));
  for (const { group, fields } of table.fields) {
    select.append(h("optgroup", { label: group }, fields.map((one) =>
      h("option", { value: one.name, title: one.means }, words(one.name) + (used.has(one.name) && one.name !== column.field ? " (taken)" : "")))));
  }
  select.value = column.field || "";
  return select;
}

function sure(column) {
  const share = Math.round(column.confidence * 100);
  if (!column.field) return h("div", { class: "small muted" }, column.reason);
  const bar = h("i", { style: { width: `${share}%` } });
  return h("div", { class: "sure" },
    h("div", {}, h("div", { class: share < 65 ? "meter low" : "meter", role: "img", "aria-label": `${share} % sure` }, bar), `${share} %`),
    h("span", {}, column.reason));
}

function preview(table) {
  const seen = [...new Set(table.preview.flatMap((row) => row.cells.map((cell) => cell.field)))];
  const known = (name) => /^[a-z_]+$/.test(name);
  const names = [...seen.filter(known), ...seen.filter((name) => !known(name))]; // what stays as it is comes last
  const changed = table.preview.flatMap((row) => row.cells).filter((cell) => cell.changed && !cell.problem).length;
  const wrong = table.preview.flatMap((row) => row.cells).filter((cell) => cell.problem).length;
  const body = table.preview.map((row) => {
    const cells = Object.fromEntries(row.cells.map((cell) => [cell.field, cell]));
    return h("tr", {}, h("th", { scope: "row", class: "num" }, row.line || ""), names.map((name) => h("td", {}, cellOf(cells[name]))));
  });
  const card = h("section", { class: "card" },
    h("header", {}, h("h2", {}, "The first ten rows, cleaned"),
      h("span", { class: "pill accent" }, `${changed} changed`),
      h("span", { class: wrong ? "pill bad" : "pill good" }, wrong ? `${wrong} left out` : "nothing wrong")),
    h("div", { class: "scroll" }, h("table", { class: "preview" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Line"), names.map((name) => h("th", { scope: "col" }, known(name) ? words(name) : name)))),
      h("tbody", {}, body))));
  if (table.problems.length) {
    card.append(h("details", { class: "pad rule" }, h("summary", {}, `${plural(table.problems.length, "line")} of the file not as the header says`),
      h("ul", { class: "reasons" }, table.problems.map((one) => h("li", {}, `Line ${one.line}: ${one.text}`)))));
  }
  return card;
}

function cellOf(cell) {
  if (!cell) return h("span", { class: "muted" }, "");
  if (cell.problem) return [h("span", { class: "bad" }, cell.before), h("span", { class: "why bad" }, cell.problem)];
  const parts = [h("span", { title: cell.after }, cell.after)];
  if (cell.changed && cell.before) parts.push(h("span", { class: "was", title: cell.before }, h("span", { class: "unseen" }, "was "), cell.before));
  if (cell.changed && !cell.before) parts.push(h("span", { class: "why muted" }, cell.note || "derived"));
  else if (cell.note) parts.push(h("span", { class: "why muted" }, cell.note));
  return parts;
}

const table = await attempt(() => call("GET", "/api/table"));
if (table) show(table);
else start();

