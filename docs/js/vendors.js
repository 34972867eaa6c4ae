// The matrix of vendors can be searched and filtered in the page; without scripts it is all there.
document.addEventListener("DOMContentLoaded", () => {
  const bar = document.getElementById("vendor-filter");
  if (!bar) return;
  const page = bar.closest(".md-typeset");
  page.classList.add("vendor-matrix");

  const groups = [...page.querySelectorAll("h2")].map((heading) => {
    const parts = [];
    for (let next = heading.nextElementSibling; next && next.tagName !== "H2"; next = next.nextElementSibling) parts.push(next);
    const table = parts.map((part) => (part.matches("table") ? part : part.querySelector("table"))).find(Boolean);
    const names = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
    const rows = [...table.tBodies[0].rows].map((row) => ({
      row,
      text: row.textContent.toLowerCase(),
      checked: row.cells[1].textContent.trim(),
      asks: new Set(names.filter((name, place) => place > 1 && row.cells[place].textContent.trim())),
    }));
    const title = heading.childNodes[0].textContent.trim();
    return { heading, parts, table, names, rows, title };
  });

  const option = (value, text) => Object.assign(document.createElement("option"), { value, textContent: text });
  const field = (text, control) => {
    const label = document.createElement("label");
    label.append(text, control);
    bar.append(label);
    return control;
  };
  const select = (text, all, values) => {
    const control = document.createElement("select");
    control.append(option("", all), ...values.map((value) => option(value, value)));
    return field(text, control);
  };

  const search = field("Search", Object.assign(document.createElement("input"), { type: "search", placeholder: "vendor" }));
  const category = select("Category", "all", groups.map((group) => group.title));
  const operations = [...new Set(groups.flatMap((group) => group.names.slice(2)))];
  const operation = select("Can be asked for", "anything", operations.sort());
  const checked = select("Checked", "in any way", [...new Set(groups.flatMap((group) => group.rows.map((one) => one.checked)))]);
  const unit = document.createElement("select");
  unit.append(option("credits", "credits"), option("usd", "USD, list price"));
  field("Cost in", unit);
  const count = document.createElement("output");
  bar.append(count);
  bar.hidden = false;

  for (const cell of page.querySelectorAll(".cell")) cell.dataset.credits = cell.textContent;

  const show = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const group of groups) {
      let here = 0;
      for (const one of group.rows) {
        const fits =
          (!category.value || category.value === group.title) &&
          (!operation.value || one.asks.has(operation.value)) &&
          (!checked.value || one.checked === checked.value) &&
          words.every((word) => one.text.includes(word));
        one.row.hidden = !fits;
        here += fits;
      }
      group.heading.hidden = !here;
      for (const part of group.parts) part.hidden = !here;
      shown += here;
    }
    count.textContent = shown === 1 ? "1 vendor" : `${shown} vendors`;
  };
  const turn = () => {
    for (const cell of page.querySelectorAll(".cell")) cell.textContent = cell.dataset[unit.value];
  };
  for (const control of [search, category, operation, checked]) control.addEventListener("input", show);
  unit.addEventListener("input", turn);
  show();
});
