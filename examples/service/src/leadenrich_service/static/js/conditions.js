// Conditions in the form that files have: {"country": ["DE"], "employee_count": {"min": 50}}; all must hold.
import { h, icon, iconButton, options } from "./kit.js";

const TESTS = [["present", "is there"], ["empty", "is empty"], ["in", "is one of"], ["not_in", "is none of"], ["matches", "matches"], ["min", "is at least"], ["max", "is at most"]];

/** Returns rows of {field, test, value}, or null where a condition is of a kind that only a file can say. */
export function taken(where) {
  const rows = [];
  for (const [field, test] of Object.entries(where || {})) {
    if (field === "any" || field === "not") return null;
    if (test === true || test === false) rows.push({ field, test: test ? "present" : "empty", value: "" });
    else if (typeof test === "string" || Array.isArray(test)) rows.push({ field, test: "in", value: [].concat(test).join(", ") });
    else if (test && typeof test === "object") {
      for (const [kind, value] of Object.entries(test)) {
        if (kind === "present") rows.push({ field, test: value ? "present" : "empty", value: "" });
        else if (!TESTS.some(([name]) => name === kind)) return null;
        else rows.push({ field, test: kind, value: Array.isArray(value) ? value.join(", ") : String(value) });
      }
    } else return null;
  }
  return rows;
}

/** The other way round; rows that are not filled in yet say nothing. */
export function given(rows) {
  const where = {};
  for (const { field, test, value } of rows) {
    if (!field) continue;
    if (test === "present" || test === "empty") where[field] = test === "present";
    else if (value.trim() === "") continue;
    else {
      const told = test === "in" || test === "not_in" ? value.split(",").map((one) => one.trim()).filter(Boolean) : test === "matches" ? value : Number(value);
      const before = where[field];
      where[field] = { ...(before && typeof before === "object" && !Array.isArray(before) ? before : {}), [test]: told };
    }
  }
  return Object.keys(where).length ? where : null;
}


export function conditions(where, label, changed) {
  const rows = taken(where);
  const shown = h("div", { class: "field", role: "group", "aria-label": label }, h("span", {}, label));
  if (rows === null) {
    shown.append(h("p", { class: "small muted mono" }, JSON.stringify(where)), h("p", { class: "small muted" }, "This condition came with a file and is kept as it is."));
    return shown;
  }
  const body = h("div", { class: "stack", style: { gap: "6px" } });
  const tell = () => changed(given(rows));
  function draw(focus) {
    body.replaceChildren(...rows.map((row, at) => h("div", { class: "condition" },
      h("input", { value: row.field, placeholder: "field, such as country", "aria-label": "Field", oninput: (event) => { row.field = event.target.value.trim(); tell(); } }),
      h("select", { "aria-label": "Test", onchange: (event) => { row.test = event.target.value; tell(); draw(); } }, options(TESTS, row.test)),
      h("input", { value: row.value, placeholder: row.test === "in" || row.test === "not_in" ? "DE, AT" : "", "aria-label": "Value", disabled: row.test === "present" || row.test === "empty", oninput: (event) => { row.value = event.target.value; tell(); } }),
      iconButton("x", "Remove this condition", () => { rows.splice(at, 1); tell(); draw(); }))),
    h("div", {}, h("button", { type: "button", class: "quiet small", onclick: () => { rows.push({ field: "", test: "in", value: "" }); draw(rows.length - 1); } }, icon("plus"), "Add a condition")));
    if (focus !== undefined) body.children[focus].querySelector("input").focus();
  }
  draw();
  shown.append(body);
  return shown;
}
