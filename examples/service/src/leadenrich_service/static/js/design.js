// The designer: waterfalls and questions on the left, what they come to on the right.
import { attempt, call, data, field, h, icon, options, say, toast, words } from "./kit.js";
import { drawPlan, why } from "./plan.js";
import { questionCard, newQuestion } from "./question.js";
import { waterfallCard } from "./waterfall.js";

const editor = document.getElementById("editor");
const actions = document.getElementById("actions");
const side = document.getElementById("plan");
const open = new Set(); // names of settings that stand open, so that drawing anew leaves them open
let design, told, asked = 0, waiting;

/** What a card may do: change the design, and have it drawn and planned anew. */
const tools = {
  open,
  operations: Object.fromEntries(data.operations.map((one) => [one.operation, one])),
  vendors: Object.fromEntries(data.operations.flatMap((one) => one.vendors.map((vendor) => [vendor.id, vendor]))),
  told: () => told,
  redraw(focus) { draw(); plan(); if (focus) document.getElementById(focus)?.focus(); },
  plan,
  remove(list, place, focus) { design[list].splice(place, 1); tools.redraw(focus); },
};

function plan() {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const number = ++asked;
    side.setAttribute("aria-busy", "true");
    const fresh = await attempt(() => call("PUT", "/api/design", design));
    if (number !== asked) return;
    side.removeAttribute("aria-busy");
    if (fresh) { told = fresh; drawSide(); showErrors(); }
  }, 220);
}

function showErrors() {
  for (const shown of editor.querySelectorAll("[data-part]")) {
    const text = told.errors[shown.dataset.part];
    shown.hidden = !text;
    shown.replaceChildren(...(text ? [icon("warn"), h("span", {}, text)] : []));
  }
  for (const place of editor.querySelectorAll("[data-expects]")) place.textContent = expects(place.dataset.expects);
}

function expects(key) {
  const [part, provider, operation] = key.split("|");
  const place = told.parts.indexOf(part);
  const step = told.plan?.plans[place]?.steps.find((one) => one.provider === provider && (!operation || one.operation === operation));
  if (!step) return "";
  if (step.calls < 0.5) return why(step);
  return `asked ${Math.round(step.calls)}×, finds ${Math.round(step.accepted)}`;
}

function draw() {
  const parts = [];
  design.waterfalls.forEach((one, place) => parts.push(waterfallCard(one, place, tools)));
  design.questions.forEach((one, place) => parts.push(questionCard(one, place, tools, data.templates)));
  if (!parts.length) parts.push(h("div", { class: "card empty" }, h("h2", {}, "Nothing to find yet"), h("p", {}, "Add something to find, a question, or a whole preset.")));
  parts.push(adder(), moneyCard());
  editor.replaceChildren(...parts);
  if (told) showErrors();
}

function adder() {
  const operations = data.operations.filter((one) => !["research", "generate"].includes(one.operation)).map((one) => [one.operation, words(one.operation)]);
  const chooser = (id, label, first, list, taken) => field(label, h("select", { id, onchange: (event) => { if (event.target.value) taken(event.target.value); } },
    h("option", { value: "" }, first), options(list)));
  return h("section", { class: "card pad grid-fields low", "aria-label": "Add" },
    chooser("add-operation", "Add something to find", "choose…", operations, (operation) => {
      design.waterfalls.push({ operation, steps: tools.operations[operation].vendors.slice().sort(cheapest).slice(0, 3).map((one) => one.id) });
      tools.redraw(`w${design.waterfalls.length - 1}-title`);
    }),
    chooser("add-question", "Add a question (research column)", "choose…",
      [["own", "A question of my own"], ...data.templates.map((one) => [one.name, one.title])], (name) => {
        design.questions.push(newQuestion(data.templates.find((one) => one.name === name)));
        tools.redraw(`q${design.questions.length - 1}-title`);
      }),
    chooser("add-preset", "Start from a preset", "choose…", Object.keys(data.presets).map((name) => [name, words(name)]), (name) => {
      design.waterfalls = structuredClone(data.presets[name]);
      tools.redraw("w0-title");
      say(`The preset ${words(name)} took the place of what was there.`);
    }));
}

const cheapest = (one, other) => (one.usd ?? 9) - (other.usd ?? 9);

function moneyCard() {
  const amount = (name, label, hint) => field(label, h("input", { type: "number", min: 0, step: "any", value: design[name] ?? "", placeholder: hint, inputMode: "decimal",
    oninput: (event) => { design[name] = event.target.value || null; plan(); } }));
  const pick = (name, label, list) => field(label, h("select", { onchange: (event) => { design[name] = event.target.value; tools.redraw(); } }, options(list, design[name])));
  const card = h("section", { class: "card" }, h("header", {}, h("h2", {}, "Money and whom to ask")),
    h("div", { class: "pad grid-fields" },
      amount("budget", "Budget of the run, USD", "none"),
      amount("per_record", "Most for one row, USD", "none"),
      pick("source", "Ask", [["sandbox", "the sandbox (offline)"], ["keys", "vendors, with my keys"]]),
      design.source === "sandbox" && pick("pace", "The sandbox answers", [["at_once", "at once"], ["as_vendors", "as fast as vendors do"]]),
      design.source === "sandbox" && pick("trouble", "On the sandbox", [["none", "all goes well"], ["some", "some vendors fail"]]),
      h("label", { class: "check", style: { alignSelf: "end", minHeight: "34px" } },
        h("input", { type: "checkbox", checked: design.dedupe, onchange: (event) => { design.dedupe = event.target.checked; plan(); } }), "Ask once per person")),
    h("div", { id: "prices" }));
  return card;
}

function drawPrices() {
  const place = document.getElementById("prices");
  const names = [...new Set([...Object.keys(told.unpriced), ...Object.keys(design.prices)])].sort();
  if (!place || place.contains(document.activeElement)) return;
  if (!names.length) { place.replaceChildren(); return; }
  place.replaceChildren(h("details", { class: "pad rule", open: open.has("prices"), ontoggle: (event) => event.target.open ? open.add("prices") : open.delete("prices") },
    h("summary", {}, `Prices that no vendor publishes (${names.length})`),
    h("p", { class: "small muted", style: { margin: "6px 0 10px" } }, design.source === "sandbox"
      ? "The sandbox takes $0.05 where you say nothing. With keys, a budget needs yours."
      : "A budget in USD needs what your contract says."),
    h("div", { class: "grid-fields" }, names.map((name) => field(`${name} (${told.unpriced[name] || "USD"})`,
      h("input", { type: "number", min: 0, step: "any", value: design.prices[name] ?? "", placeholder: design.source === "sandbox" ? "0.05" : "needed for a budget",
        oninput: (event) => { if (event.target.value) design.prices[name] = event.target.value; else delete design.prices[name]; plan(); } }))))));
}

function drawSide() {
  drawPrices();
  drawPlan(side, told, Object.fromEntries(Object.values(tools.vendors).map((one) => [one.id, one.title])));
  const run = document.getElementById("go");
  run.disabled = Boolean(Object.keys(told.errors).length) || !told.plan || !told.records;
  run.title = told.records ? "" : "Upload a table first";
}

async function importToml(file) {
  const text = await file.text();
  const fresh = await attempt(() => call("POST", "/api/design/toml", text, true));
  if (fresh) { design = fresh.design; told = fresh; draw(); drawSide(); toast(`${file.name} was read.`); }
}

async function go() {
  clearTimeout(waiting);
  const started = await attempt(async () => { await call("PUT", "/api/design", design); return call("POST", "/api/run"); });
  if (started) location.href = "/run";
}

const input = h("input", { type: "file", accept: ".toml", class: "unseen", tabIndex: -1, id: "toml", "aria-label": "TOML file" });
input.addEventListener("change", () => { if (input.files[0]) importToml(input.files[0]); input.value = ""; });
actions.append(
  h("button", { type: "button", onclick: () => input.click() }, icon("upload"), "Import TOML"), input,
  h("a", { class: "button", href: "/api/design/toml", download: "" }, icon("download"), "Export TOML"),
  h("button", { type: "button", class: "primary", id: "go", disabled: true, onclick: go }, icon("play"), "Run"));

const first = await attempt(() => call("GET", "/api/design"));
if (first) { design = first.design; told = first; draw(); drawSide(); }

