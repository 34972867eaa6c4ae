// What a design comes to: totals with their ranges, and each waterfall drawn as the finds of one step after the other.
import { h, icon, money, plural, s, time, whole, words } from "./kit.js";

let titles = {};

export function drawPlan(place, told, named) {
  titles = { ...named, local: "Address pattern" };
  const parts = [];
  if (told.errors.all) parts.push(h("p", { class: "note bad", role: "alert" }, icon("warn"), h("span", {}, told.errors.all)));
  if (!told.plan) {
    place.replaceChildren(h("section", { class: "card" }, h("header", {}, h("h2", {}, "Plan")), ...parts,
      h("p", { class: "pad muted" }, Object.keys(told.errors).length ? "Mend what is marked, and the plan is drawn." : "Add something to find, and the plan is drawn.")));
    return;
  }
  const { plan } = told;
  const last = plan.plans.at(-1);
  const main = plan.plans.find((one) => one.operation === "find_email") || last;
  place.replaceChildren(h("section", { class: "card" },
    h("header", {}, h("h2", {}, "Plan"), h("span", { class: "muted small" }, told.records ? plural(told.records, "row") : `for ${plan.records} rows; none are uploaded yet`)),
    ...parts,
    h("div", { class: "big" },
      total(`${whole.format(main.accepted.expected)}`, `found: ${range(main.accepted, whole.format)}`, words(main.operation)),
      total(money(plan.usd.expected), range(plan.usd, money), "Cost"),
      total(time(plan.seconds), plan.bottleneck ? `${called(plan.bottleneck)} decides` : "no limit holds it up", "Time")),
    plan.plans.map((one, at) => waterfall(one, plan.stages[at], at)),
    notes(plan)));
}

const called = (provider) => titles[provider] || provider;
const range = (of, shown) => `${shown(of.low)} to ${shown(of.high)}`;
const total = (figure, under, what) => h("div", {}, h("span", {}, what), h("b", {}, figure), h("span", {}, under));

function waterfall(plan, stage, at) {
  let before = 0;
  const shown = plan.steps.filter((one) => one.calls >= 0.5);
  const lines = shown.map((one) => {
    const line = step(one, before, plan.asked || 1);
    before += one.accepted;
    return line;
  });
  const not = plan.steps.filter((one) => one.calls < 0.5);
  return h("div", { class: at ? "pad rule" : "pad" },
    h("div", { class: "bar" }, h("h3", {}, words(plan.operation)), h("span", { class: "small muted" },
      `stage ${stage}: ${whole.format(plan.accepted.expected)} of ${whole.format(plan.asked)} asked about, ${money(plan.usd.expected)}`)),
    h("div", { class: "fall", role: "list", "aria-label": `Steps of ${words(plan.operation)}` }, lines),
    not.length > 0 && h("ul", { class: "reasons" }, not.map((one) => h("li", {}, `${called(one.provider)}: ${why(one)}`))));
}

/** Why a step is expected to be asked about nobody. */
export function why(step) {
  if (step.provider === "local") return "free, once a company's pattern is known";
  const share = /^(\d+)% of/.exec(step.missing || "");
  if (step.missing && !share) return `not asked: ${step.missing}`;
  return share && Number(share[1]) > 1 ? `not expected to be needed; ${share[1]} % of the rows lack what it needs` : "not expected to be needed";
}

/** A bar of the rows asked about; in it what was found before, and what this step adds, with its range. */
function step(one, before, asked) {
  const x = (count) => `${Math.max(0, Math.min(100, (100 * count) / asked))}%`;
  const told = `${called(one.provider)}: asked ${whole.format(one.calls)} times, finds ${whole.format(one.accepted)}, ${money(one.usd)}`;
  const low = one.calls * one.find.low, high = one.calls * one.find.high;
  return h("div", { class: "line", role: "listitem", title: `${told}; finds ${Math.round(one.find.low * 100)} to ${Math.round(one.find.high * 100)} % when asked first` },
    h("span", {}, called(one.provider), h("span", { class: "unseen" }, `, ${told}`)),
    s("svg", { "aria-hidden": "true" },
      s("rect", { class: "asked", x: x(before), y: 2, width: x(Math.min(one.calls, asked - before)), height: 16, rx: 3 }),
      s("rect", { class: "before", x: 0, y: 9, width: x(before), height: 2 }),
      s("rect", { class: "took", x: x(before), y: 2, width: x(one.accepted), height: 16, rx: 3 }),
      s("line", { class: "range", x1: x(before + Math.min(low, one.accepted)), x2: x(Math.min(asked, before + Math.max(one.accepted, Math.min(high, one.calls)))), y1: 10, y2: 10 })),
    h("span", { class: "num muted" }, one.price_known ? money(one.usd) : `${money(one.usd)}?`));
}

function notes(plan) {
  const all = [...new Set(plan.notes)];
  if (!all.length) return null;
  return h("details", { class: "pad rule" }, h("summary", {}, `What is missing or assumed (${all.length})`), h("ul", { class: "reasons" }, all.map((one) => h("li", {}, one))));
}
