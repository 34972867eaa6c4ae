// Usage, health and the report of the run.
import { attempt, call, h, icon, lower, money, time, whole, words } from "./kit.js";

const content = document.getElementById("content");
const actions = document.getElementById("actions");
const STATES = { closed: ["good", "well"], open: ["warn", "resting"], "half-open": ["warn", "being probed"], benched: ["bad", "out"] };

async function load() {
  const told = await attempt(() => call("GET", "/api/usage"));
  if (told) draw(told);
  else content.replaceChildren(h("div", { class: "card empty" }, h("h2", {}, "Nothing has run yet"), h("p", {}, "Once something ran, this page tells what it cost and how the vendors did."), h("div", { class: "bar" }, h("a", { class: "button primary", href: "/" }, "Upload leads"))));
}

function draw(told) {
  const p = told.progress;
  const complete = p.statuses.complete || 0;
  actions.replaceChildren(h("a", { class: "button", href: "/api/usage/report", download: "" }, icon("download"), "Save the report"),
    h("button", { type: "button", onclick: load }, icon("again"), "Look again"));
  content.replaceChildren(
    h("div", { class: "tiles" },
      tile(p.usd === null ? "unknown" : money(p.usd), p.budget === null ? "spent" : `of ${money(p.budget)} spent`),
      tile(whole.format(complete), `complete of ${whole.format(p.total)} rows`),
      tile(complete && p.usd !== null ? money(Number(p.usd) / complete) : "–", "for a complete row"),
      tile(whole.format(p.retryable), "rows can be retried"),
      tile(whole.format(p.requests), "HTTP calls"),
      tile(time(p.seconds), p.state === "running" ? "so far" : "took")),
    h("div", { class: "stack" }, vendors(told), figures(told) || "", spend(told), health(told)));
}

const tile = (value, label) => h("div", { class: "card tile" }, h("b", {}, value), h("span", {}, label));
const head = (...names) => h("thead", {}, h("tr", {}, names.map((name, at) => h("th", { scope: "col", class: at ? "num" : "" }, name))));
const card = (title, note, ...body) => h("section", { class: "card" }, h("header", {}, h("h2", {}, title), note && h("span", { class: "small muted" }, note)), ...body);

function vendors(told) {
  const usd = (amount) => h("td", { class: "num" }, amount === null ? "–" : money(amount));
  const adds = (one) => (one.adds === null ? "–" : `${whole.format(one.adds)} (${whole.format(Math.max(one.adds_low, 0))} to ${whole.format(one.adds_high)})`);
  return card("What each vendor did", "Only here: no other vendor that was asked had it. Adds: rows that would have stayed empty without it, with an 80 % interval.", h("div", { class: "scroll" }, h("table", {},
    head("Vendor", "Asked", "Found", "Rate", "Taken", "Only here", "Confirmed", "Wrong", "Errors", "Cost", "A find", "A unique find", "Adds"),
    h("tbody", {}, told.vendors.map((one) => h("tr", {}, h("th", { scope: "row", style: { fontWeight: 500, color: "var(--ink)", fontSize: "14px" } }, one.provider, h("span", { class: "muted small" }, ` ${lower((one.operation || "").split(".").at(-1))}`)),
      n(one.asked), n(one.found), h("td", { class: "num" }, one.hit_rate === null ? "–" : rate(one.hit_rate)), n(one.accepted), n(one.unique), n(one.confirmed), n(one.wrong),
      h("td", { class: one.errors ? "num bad" : "num muted" }, whole.format(one.errors)), usd(one.usd), usd(one.usd_per_find), usd(one.usd_per_unique), h("td", { class: "num" }, adds(one))))))));
}

function figures(told) {
  if (!told.figures.length) return null;
  const dark = document.documentElement.dataset.theme === "dark";
  return card("Pictures", null, h("div", { class: "pad figures" }, told.figures.map((one) =>
    h("figure", { class: "coming" }, h("img", { src: `/api/usage/figures/${one.name}?dark=${dark}&at=${told.progress.came}`, alt: one.title, onload: ({ target }) => {
      target.style.width = `${target.naturalWidth / 2}px`; // drawn for sharp screens
      target.parentElement.classList.remove("coming");
    } })))));
}

const n = (count) => h("td", { class: count ? "num" : "num muted" }, count === null ? "–" : whole.format(count));
const amount = (count) => h("td", { class: Number(count) ? "num" : "num muted" }, Number(count) ? Number(count).toLocaleString("en", { maximumFractionDigits: 2 }) : "–");
const rate = (share) => `${Math.round(100 * share)} %`;

function spend(told) {
  const most = Math.max(...told.spend.map((one) => Number(one.usd || 0)), 0.000001);
  return card("Spent by day and vendor", null, told.spend.length ? h("div", { class: "scroll" }, h("table", {}, h("thead", {}, h("tr", {}, ["Day", "Vendor", "Share"].map((name) => h("th", { scope: "col", class: name === "Share" ? "wide-only" : "" }, name)), ["Credits", "Tokens", "USD"].map((name) => h("th", { scope: "col", class: "num" }, name)))),
    h("tbody", {}, told.spend.map((one) => h("tr", {}, h("td", { class: "one-line" }, one.day), h("td", {}, one.provider),
      h("td", { class: "wide-only", style: { width: "36%", minWidth: "120px" } }, h("div", { class: "meter", style: { marginTop: "8px" } }, h("i", { style: { width: `${(100 * Number(one.usd || 0)) / most}%` } }))),
      amount(one.credits), amount(one.tokens), h("td", { class: "num" }, one.usd === null ? "unknown" : money(one.usd))))))) : h("p", { class: "pad muted" }, "Nothing was spent."));
}

function health(told) {
  const seconds = (one) => (one === null ? "–" : one < 1 ? `${Math.round(one * 1000)} ms` : `${one.toFixed(1)} s`);
  return card("Health", "over the last 50 calls of each", h("div", { class: "scroll" }, h("table", {}, head("Vendor", "State", "Calls", "Success", "Median", "95 % within"),
    h("tbody", {}, told.health.map((one) => h("tr", {}, h("td", {}, one.provider, one.reason && h("div", { class: "small muted" }, one.reason)),
      h("td", { class: "num" }, h("span", { class: `pill ${STATES[one.state][0]}` }, STATES[one.state][1])), n(one.calls),
      h("td", { class: "num" }, one.success_rate === null ? "–" : rate(one.success_rate)), h("td", { class: "num" }, seconds(one.p50)), h("td", { class: "num" }, seconds(one.p95))))))));
}

load();
