// A research column: a question with a typed answer, who is asked, and where pages come from.
import { field, h, icon, iconButton, options, words } from "./kit.js";

const KINDS = [["text", "text"], ["yes_no", "yes or no"], ["whole", "whole number"], ["number", "number"], ["texts", "list of texts"], ["choice", "one of"]];
const MODELS = ["openai", "anthropic", "gemini", "mistral", "perplexity"];
const SEARCH = ["tavily", "exa", "serper", "brave_search"];
const READ = ["jina_reader", "firecrawl", "tavily"];

export function newQuestion(template) {
  const made = template
    ? structuredClone(template)
    : { name: "own", version: 1, title: "A question of my own", question: "What does {company_name} ({company_domain?}) sell, and to whom?", operation: "research", grounded: [], parameters: {},
        answer: { sells: { kind: "text", description: "What they sell, in a few words", options: [], options_from: null } } };
  const given = Object.fromEntries(Object.entries(made.parameters).filter(([, one]) => one.default !== null).map(([name, one]) => [name, one.default]));
  return { template: made, given, ask: ["openai"], search: [], read: [], citations: made.operation === "research" };
}

export function questionCard(question, place, tools) {
  const part = `question-${place}`;
  const { template } = question;
  const own = template.name === "own";
  return h("section", { class: "card", "aria-labelledby": `q${place}-title` },
    h("header", {}, h("h2", { id: `q${place}-title`, tabIndex: -1 }, template.title), h("span", { class: "pill accent" }, "research column"),
      iconButton("x", `Remove ${template.title}`, () => tools.remove("questions", place, "add-question"))),
    h("p", { class: "note bad", "data-part": part, hidden: true, role: "alert" }),
    h("div", { class: "pad grid-fields" },
      h("label", { class: "field wide" }, h("span", {}, own ? "Question; {field} stands for a field of the row, {field?} for one that may lack" : "Question"),
        h("textarea", { rows: 2, value: template.question, readOnly: !own, oninput: (event) => { template.question = event.target.value; tools.plan(); } })),
      Object.entries(template.parameters).map(([name, one]) => parameter(question, name, one, tools)),
      answers(question, place, own, tools),
      several(question, "ask", "Asked of, in this order", MODELS, `q${place}-ask`, tools),
      several(question, "search", "Pages found by", SEARCH, `q${place}-search`, tools, "the model's own web search"),
      several(question, "read", "Pages read by", READ, `q${place}-read`, tools, "nobody"),
      h("label", { class: "check wide" },
        h("input", { type: "checkbox", checked: question.citations, onchange: (event) => { question.citations = event.target.checked; tools.plan(); } }), "Refuse answers without a source")));
}

function parameter(question, name, one, tools) {
  const set = (value) => { if (value === null || value === "") delete question.given[name]; else question.given[name] = value; tools.plan(); };
  const value = question.given[name];
  if (one.kind === "yes_no") {
    return h("label", { class: "check" }, h("input", { type: "checkbox", checked: Boolean(value), onchange: (event) => set(event.target.checked) }), one.description);
  }
  const numeric = one.kind === "whole" || one.kind === "number";
  return field(one.description + (one.kind === "texts" ? ", separated by ;" : ""), h("input", {
    type: numeric ? "number" : "text", value: Array.isArray(value) ? value.join("; ") : value ?? "", placeholder: one.required ? "needed" : "",
    oninput: (event) => {
      const text = event.target.value;
      set(text === "" ? null : one.kind === "texts" ? text.split(";").map((part) => part.trim()).filter(Boolean) : numeric ? Number(text) : text);
    },
  }), one.kind === "text" || one.kind === "texts" ? { class: "field wide" } : {});
}

function answers(question, place, own, tools) {
  const { template } = question;
  const rows = Object.entries(template.answer);
  if (!own) {
    return h("div", { class: "field wide" }, h("span", {}, "Columns of the answer"),
      h("ul", { class: "reasons", style: { marginTop: 0 } }, rows.map(([name, one]) => h("li", {}, h("b", {}, words(name)), ` (${kindOf(one.kind)}): ${one.description}`))));
  }
  const rename = (from, to) => { template.answer = Object.fromEntries(Object.entries(template.answer).map(([name, one]) => [name === from ? to : name, one])); tools.plan(); };
  return h("div", { class: "field wide", role: "group", "aria-label": "Columns of the answer" }, h("span", {}, "Columns of the answer: name, kind, what it means"),
    rows.map(([name, one]) => {
      let now = name;
      return h("div", { class: "condition" },
        h("input", { value: name, "aria-label": "Name of the column", pattern: "[a-z][a-z0-9_]*", oninput: (event) => { const to = event.target.value.trim().toLowerCase().replace(/[^a-z0-9_]/g, "_"); if (to) { rename(now, to); now = to; } } }),
        h("select", { "aria-label": "Kind", onchange: (event) => { one.kind = event.target.value; if (one.kind === "choice" && !one.options.length) one.options = ["yes", "no", "unclear"]; tools.redraw(); } }, options(KINDS, one.kind)),
        one.kind === "choice"
          ? h("input", { value: one.options.join(", "), "aria-label": "Choices, separated by commas", oninput: (event) => { one.options = event.target.value.split(",").map((part) => part.trim()).filter(Boolean); tools.plan(); } })
          : h("input", { value: one.description, "aria-label": "What it means", oninput: (event) => { one.description = event.target.value; tools.plan(); } }),
        iconButton("x", `Remove the column ${name}`, () => { delete template.answer[now]; tools.redraw(`q${place}-title`); }, { disabled: rows.length === 1 }));
    }),
    h("div", {}, h("button", { type: "button", class: "quiet small", onclick: () => {
      let name = "column";
      for (let n = 2; name in template.answer; n++) name = `column_${n}`;
      template.answer[name] = { kind: "yes_no", description: "", options: [], options_from: null };
      tools.redraw();
    } }, icon("plus"), "Add a column")));
}

const kindOf = (kind) => KINDS.find(([name]) => name === kind)?.[1] || kind;

function several(question, name, label, all, id, tools, none = "") {
  const chosen = question[name];
  const title = (one) => tools.vendors[one]?.title || words(one);
  const set = (list) => { question[name] = list; tools.redraw(id); };
  return h("div", { class: "field" }, h("span", {}, label),
    h("div", { class: "chips" },
      !chosen.length && none && h("span", { class: "small muted" }, none),
      chosen.map((one) => h("span", { class: "chip" }, title(one),
        (chosen.length > 1 || name !== "ask") && h("button", { type: "button", "aria-label": `Remove ${title(one)}`, onclick: () => set(chosen.filter((other) => other !== one)) }, icon("x")))),
      h("select", { id, "aria-label": `${label}: add one`, onchange: (event) => set([...chosen, event.target.value]) },
        h("option", { value: "" }, "Add one…"), options(all.filter((one) => !chosen.includes(one)).map((one) => [one, title(one)])))));
}
