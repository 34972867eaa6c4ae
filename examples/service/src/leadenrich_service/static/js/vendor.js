// One vendor: its facts, and a form to try a feature on the sandbox.
import { call, data as vendor, field, h, icon, money, options, say, words } from "./kit.js";
import { link } from "./story.js";

const regions = new Intl.DisplayNames(["en"], { type: "region" });
const EXAMPLE = { ...vendor.example, technology: "shopify", keywords: "textile", location: "Berlin", limit: "3" };

const row = (name, ...value) => [h("dt", {}, name), h("dd", {}, ...value)];
const place = document.getElementById("facts");

place.append(
  h("section", { class: "card pad" }, h("dl", { class: "terms" },
    row("Kind", words(vendor.category)), row("Least plan with API", words(vendor.tier)),
    vendor.country ? row("Established in", name(vendor.country)) : [],
    row("Prices", vendor.prices.length ? h("ul", {}, vendor.prices.slice(0, 12).map((one) => h("li", {}, one.told, h("span", { class: "muted small" }, [one.plan, one.as_of].filter(Boolean).map((part) => ` · ${part}`).join(""))))) : vendor.free ? "free" : "none published"),
    row("Limits", vendor.rates.length ? h("ul", {}, vendor.rates.map((one) => h("li", {}, `${one.limit.toLocaleString("en")} ${one.unit} in ${span(one.per)}`, one.on && h("span", { class: "muted small" }, ` · ${one.on}`)))) : "none documented",
      vendor.concurrency && h("div", {}, `${vendor.concurrency} calls at once`)),
    row("Key", vendor.keyless ? "none needed" : [h("span", { class: vendor.key ? "good" : "muted" }, vendor.key ? "present" : "not set"), h("ul", {}, vendor.variables.map((one) => h("li", {}, h("code", {}, one.name), one.optional && h("span", { class: "muted small" }, " optional"))))]),
    row("Checked", vendor.support),
    row("Pages", h("div", { class: "bar" }, vendor.docs_url && link(vendor.docs_url, "documentation"), vendor.privacy_url ? link(vendor.privacy_url, "privacy notice") : h("span", { class: "muted" }, "privacy notice unknown"))))),
  h("section", { class: "card", "aria-labelledby": "features" }, h("header", {}, h("h2", { id: "features" }, "What it can be asked"), h("span", { class: "muted small" }, `${vendor.features.length}`)),
    vendor.features.map((one) => h("div", { class: "feature" },
      h("h3", {}, words(one.operation.split(".").at(-1)), h("span", { class: "small muted", style: { fontWeight: 400 } }, one.known ? one.costs : "known by name alone"), one.docs_url && h("span", { class: "small", style: { fontWeight: 400 } }, link(one.docs_url, "documentation"))),
      one.summary && h("p", { class: "small" }, one.summary),
      h("dl", { class: "small" },
        one.known && [h("dt", {}, "needs"), h("dd", {}, one.needs.map((way) => way.join(" + ")).join(", or ") || "nothing")],
        one.gives.length > 0 && [h("dt", {}, "gives"), h("dd", {}, one.gives.join(", "))])))));

function name(code) { try { return regions.of(code); } catch { return code; } }
function span(seconds) { return { 1: "1 second", 60: "1 minute", 3600: "1 hour", 86400: "1 day" }[seconds] || `${seconds} s`; }

// ---- trying

const known = vendor.features.filter((one) => one.known);
if (known.length) tryForm();

function tryForm() {
  const inputs = h("div", { class: "grid-fields" });
  const answer = h("div", { "aria-live": "polite" });
  const chooser = h("select", { id: "operation", onchange: draw }, options(known.map((one) => [one.operation, words(one.operation.split(".").at(-1))])));
  const form = h("form", { class: "card", onsubmit: send, "aria-labelledby": "try-title" },
    h("header", {}, h("h2", { id: "try-title" }, "Try it on the sandbox"), h("span", { class: "pill blue" }, "offline, costs nothing")),
    h("div", { class: "pad stack" }, field("Ask", chooser), inputs, h("div", {}, h("button", { class: "primary" }, icon("play"), "Ask")), answer));
  document.getElementById("try").append(form);
  draw();

  function cost(told) {
    const credits = Object.values(told.credits).reduce((sum, n) => sum + Number(n), 0);
    if (told.usd !== null) return Number(told.usd) ? `would cost ${money(told.usd)}` : "free";
    return `would cost ${credits} ${credits === 1 ? "credit" : "credits"}, whose price is not published`;
  }

  function draw() {
    const feature = known.find((one) => one.operation === chooser.value);
    const first = new Set(feature.needs[0] || []);
    const words_ = Object.entries(feature.parameters.properties);
    const control = ([word, schema]) => field(words(word), schema.enum
      ? h("select", { name: word }, options([["", "–"], ...schema.enum.map((one) => [String(one), String(one)])]))
      : schema.type === "boolean" ? h("select", { name: word, "data-kind": "boolean" }, options([["", "–"], ["true", "yes"], ["false", "no"]]))
      
      : word === "prompt" ? h("textarea", { name: word, rows: 3, value: first.has(word) ? EXAMPLE[word] || "" : "" })
      : h("input", { name: word, title: schema.description || "", "data-kind": schema.type, value: first.has(word) ? EXAMPLE[word] || "" : "" }), word === "prompt" ? { class: "field wide" } : {});
    const needed = words_.filter(([word]) => feature.needs.some((way) => way.includes(word)));
    const more = words_.filter(([word]) => !feature.needs.some((way) => way.includes(word)));
    inputs.replaceChildren(...needed.map(control), ...(more.length ? [h("details", { class: "wide" }, h("summary", {}, `Further words (${more.length})`), h("div", { class: "grid-fields", style: { marginTop: "10px" } }, more.map(control)))] : []));
    answer.replaceChildren();
  }

  async function send(event) {
    event.preventDefault();
    const query = {};
    for (const one of inputs.querySelectorAll("[name]")) {
      if (one.value === "") continue;
      const kind = one.dataset.kind;
      query[one.name] = kind === "integer" || kind === "number" ? Number(one.value) : kind === "boolean" ? one.value === "true" : kind === "array" ? one.value.split(",").map((part) => part.trim()) : one.value;
    }
    try {
      const told = await call("POST", `/api/vendors/${encodeURIComponent(vendor.id)}/try`, { operation: chooser.value, query });
      answer.replaceChildren(h("div", { class: "stack" },
        h("p", {}, h("span", { class: told.hit ? "pill good" : "pill" }, told.hit ? "found" : "not found"), " ", h("span", { class: "muted small" }, `${cost(told)}${told.confidence !== null ? `, ${Math.round(told.confidence)} % sure` : ""}${told.reason ? `, ${told.reason}` : ""}`)),
        told.hit && h("div", {}, h("h3", {}, "As the library has it"), h("pre", { class: "answer", tabIndex: 0 }, JSON.stringify(told.data, null, 2))),
        h("details", {}, h("summary", {}, "The vendor's reply"), h("pre", { class: "answer", tabIndex: 0 }, JSON.stringify(told.raw, null, 2)))));
      say(told.hit ? "Found." : "Not found.");
    } catch (error) {
      answer.replaceChildren(h("p", { class: "note bad", role: "alert" }, icon("warn"), h("span", {}, error.message)));
    }
  }
}
