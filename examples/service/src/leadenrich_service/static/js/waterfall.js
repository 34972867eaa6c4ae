// One waterfall's card: its steps in order, and its settings.
import { field, h, icon, iconButton, lower, options, say, words } from "./kit.js";
import { conditions } from "./conditions.js";

const VERIFIED_BY = { email: "verify_email", personal_email: "verify_email", mobile_phone: "verify_phone", phone: "verify_phone" };

const named = (step) => (typeof step === "string" ? step : step.operation ? `${step.provider}.${step.operation}` : step.provider);
const parts = (step) => { const [provider, ...rest] = named(step).split("."); return { provider, operation: rest.join(".") }; };

/** A step as data only where it has settings; a plain name else, as one writes it. */
function settled(step) {
  const kept = Object.fromEntries(Object.entries(step).filter(([, value]) => value !== null && value !== "" && value !== undefined));
  return Object.keys(kept).length === 1 ? kept.provider : kept;
}

export function waterfallCard(waterfall, place, tools) {
  const part = `waterfall-${place}`;
  const known = tools.operations[waterfall.operation];
  const list = h("ol", { class: "steps", "aria-label": `Steps of ${words(waterfall.operation)}` });
  waterfall.steps.forEach((_, at) => list.append(stepRow(waterfall, at, place, part, tools)));
  dropping(list, waterfall, place, tools);
  return h("section", { class: "card", "aria-labelledby": `w${place}-title` },
    h("header", {}, h("h2", { id: `w${place}-title`, tabIndex: -1 }, words(waterfall.operation)),
      waterfall.fields && h("span", { class: "pill" }, waterfall.fields.map(words).join(", ")),
      iconButton("gear", `Settings of ${words(waterfall.operation)}`, () => { toggle(tools.open, part); tools.redraw(`w${place}-settings`); }, { id: `w${place}-settings`, "aria-expanded": String(tools.open.has(part)) }),
      iconButton("x", `Remove ${words(waterfall.operation)}`, () => tools.remove("waterfalls", place, "add-operation"))),
    h("p", { class: "note bad", "data-part": part, hidden: true, role: "alert" }),
    list,
    h("div", { class: "bar pad", style: { paddingTop: 0 } }, adder(waterfall, place, known, tools)),
    tools.open.has(part) && settings(waterfall, place, known, tools));
}

function toggle(set, name) { if (set.has(name)) set.delete(name); else set.add(name); }

function adder(waterfall, place, known, tools) {
  const there = new Set(waterfall.steps.map(named));
  const direct = (known?.vendors || []).filter((one) => !there.has(one.id));
  const field_ = waterfall.fields?.[0] || known?.field;
  const others = Object.values(tools.operations).filter((one) => one.operation !== waterfall.operation && field_)
    .flatMap((one) => one.vendors.filter((vendor) => vendor.gives.includes(field_)).map((vendor) => ({ ...vendor, step: `${vendor.id}.${one.operation}` })))
    .filter((one) => !there.has(one.step) && !["verify_email", "verify_phone"].includes(one.step.split(".")[1]));
  const label = (one) => `${one.title} (${priceOf(one)})`;
  return h("select", { id: `w${place}-add`, "aria-label": `Add a step to ${words(waterfall.operation)}`, onchange: (event) => {
    waterfall.steps.push(event.target.value);
    tools.redraw(`w${place}-s${waterfall.steps.length - 1}-grip`);
  } },
  h("option", { value: "" }, "Add a step…"),
  waterfall.operation === "find_email" && !there.has("local") && h("option", { value: "local" }, "Company's address pattern (free)"),
  h("optgroup", { label: words(waterfall.operation) }, direct.map((one) => h("option", { value: one.id }, label(one)))),
  others.length > 0 && h("optgroup", { label: "By another of their operations" }, others.map((one) => h("option", { value: one.step }, `${one.title}, ${lower(one.step.split(".")[1])} (${priceOf(one)})`))));
}

/** What a vendor costs, in as few words as tell it. */
function priceOf(vendor) {
  if (vendor.usd > 0) return `$${vendor.usd} ${vendor.costs.endsWith("call") ? "a call" : "a hit"}`;
  return { nothing: "free", "not documented": "price unknown" }[vendor.costs] || vendor.costs;
}

function stepRow(waterfall, at, place, part, tools) {
  const step = waterfall.steps[at];
  const { provider, operation } = parts(step);
  const vendor = tools.operations[operation || waterfall.operation]?.vendors.find((one) => one.id === provider) || tools.vendors[provider];
  const title = provider === "local" ? "Address pattern" : vendor?.title || provider;
  const id = `w${place}-s${at}`;
  const open = `${part}-step-${named(step)}`;
  const move = (to, focus) => {
    if (to < 0 || to >= waterfall.steps.length) return;
    waterfall.steps.splice(to, 0, ...waterfall.steps.splice(at, 1));
    tools.redraw(`w${place}-s${to}-${focus}`);
    say(`${title} is now step ${to + 1} of ${waterfall.steps.length}.`);
  };
  const row = h("li", { class: "step", id, "data-at": at, onkeydown: (event) => {
    if (event.altKey && event.key === "ArrowUp") { event.preventDefault(); move(at - 1, "grip"); }
    if (event.altKey && event.key === "ArrowDown") { event.preventDefault(); move(at + 1, "grip"); }
  } },
  h("button", { type: "button", class: "grip", id: `${id}-grip`, "aria-label": `${title}, step ${at + 1} of ${waterfall.steps.length}. Arrow up and arrow down move it, delete removes it.`,
    onkeydown: (event) => {
      if (event.altKey) return;
      if (event.key === "ArrowUp") { event.preventDefault(); move(at - 1, "grip"); }
      if (event.key === "ArrowDown") { event.preventDefault(); move(at + 1, "grip"); }
      if (event.key === "Delete") { event.preventDefault(); remove(); }
    } }, icon("grip")),
  h("span", { class: "n", "aria-hidden": "true" }, at + 1),
  h("div", { class: "who" }, h("b", {}, title), operation && h("span", { class: "small muted" }, lower(operation)),
    provider !== "local" && vendor && h("span", { class: "small muted" }, priceOf(vendor)),
    typeof step !== "string" && step.where && h("span", { class: "pill blue" }, "if"),
    typeof step !== "string" && (step.timeout || step.retries !== undefined) && h("span", { class: "pill" }, "own clock"),
    h("span", { class: "small muted", "data-expects": `${part}|${provider}|${operation}` })),
  h("div", { class: "do" },
    iconButton("up", `Move ${title} up`, () => move(at - 1, "up"), { id: `${id}-up`, disabled: at === 0 }),
    iconButton("down", `Move ${title} down`, () => move(at + 1, "down"), { id: `${id}-down`, disabled: at === waterfall.steps.length - 1 }),
    iconButton("gear", `Settings of ${title}`, () => { toggle(tools.open, open); tools.redraw(`${id}-gear`); }, { id: `${id}-gear`, "aria-expanded": String(tools.open.has(open)) }),
    iconButton("x", `Remove ${title}`, () => remove())),
  tools.open.has(open) && stepSettings(waterfall, at, place, tools));
  function remove() {
    waterfall.steps.splice(at, 1);
    tools.redraw(waterfall.steps.length ? `w${place}-s${Math.min(at, waterfall.steps.length - 1)}-grip` : `w${place}-add`);
    say(`${title} was removed.`);
  }
  return row;
}

function stepSettings(waterfall, at, place, tools) {
  const step = waterfall.steps[at];
  const full = typeof step === "string" ? { provider: step } : { ...step };
  const change = (name, value) => { full[name] = value; waterfall.steps[at] = settled(full); tools.plan(); };
  const number = (name, label, hint, whole = false) => field(label, h("input", { type: "number", min: 0, step: whole ? 1 : "any", value: full[name] ?? "", placeholder: hint,
    oninput: (event) => change(name, event.target.value === "" ? null : Number(event.target.value)) }));
  return h("div", { class: "more grid-fields" },
    number("timeout", "Seconds for one attempt", "20"), number("retries", "Further attempts", "2", true), number("max_wait", "Wait for its limit, seconds", "900"),
    h("div", { class: "wide" }, conditions(full.where, "Ask only where", (where) => change("where", where), () => tools.redraw(`w${place}-s${at}-gear`))));
}

function settings(waterfall, place, known, tools) {
  const change = (name, value) => { if (value === null || value === "") delete waterfall[name]; else waterfall[name] = value; tools.plan(); };
  const pick = (name, label, list) => field(label, h("select", { onchange: (event) => change(name, event.target.value === list[0][0] ? null : event.target.value) }, options(list, waterfall[name] ?? list[0][0])));
  const threshold = h("output", {}, waterfall.quality_threshold ?? "any");
  const field_ = waterfall.fields?.[0] || known?.field;
  const check = VERIFIED_BY[field_];
  return h("div", { class: "pad rule grid-fields low" },
    h("label", { class: "field" }, h("span", {}, "Least confidence: ", threshold),
      h("input", { type: "range", min: 0, max: 100, step: 5, value: waterfall.quality_threshold ?? 0, oninput: (event) => {
        const value = Number(event.target.value);
        threshold.textContent = value || "any";
        change("quality_threshold", value || null);
      } })),
    field("Ask at most", h("input", { type: "number", min: 1, step: 1, value: waterfall.max_providers ?? "", placeholder: "all", oninput: (event) => change("max_providers", event.target.value ? Number(event.target.value) : null) })),
    pick("order", "Order", [["listed", "as listed"], ["expected_cost", "least cost for a find"], ["expected_time", "least time for a find"]]),
    pick("merge", "Take", [["first", "the first good answer"], ["best", "the best of all"]]),
    field_ === "email" && pick("catch_all", "Domains that accept every address", [["keep", "keep, flagged risky"], ["reject", "reject"], ["agree", "two finders must agree"]]),
    pick("on_error", "When a vendor fails", [["continue", "ask the next"], ["stop", "stop this row"]]),
    check && verifiers(waterfall, place, check, tools),
    h("div", { class: "wide" }, conditions(waterfall.where, "Only for rows where", (where) => change("where", where), () => tools.redraw(`w${place}-settings`))));
}

function verifiers(waterfall, place, operation, tools) {
  const all = tools.operations[operation]?.vendors || [];
  const whole = !Array.isArray(waterfall.verify) && waterfall.verify;
  if (whole) return h("p", { class: "wide small muted" }, "Verified by a waterfall of its own, as the imported file says.");
  const chosen = waterfall.verify || [];
  const set = (list) => { if (list.length) waterfall.verify = list; else delete waterfall.verify; tools.redraw(`w${place}-verify`); };
  return h("div", { class: "field wide" }, h("span", {}, "Verified by, in this order"),
    h("div", { class: "chips" },
      chosen.map((one, at) => h("span", { class: "chip" }, all.find((vendor) => vendor.id === named(one))?.title || named(one),
        h("button", { type: "button", "aria-label": `Remove verifier ${named(one)}`, onclick: () => set(chosen.filter((_, other) => other !== at)) }, icon("x")))),
      h("select", { id: `w${place}-verify`, "aria-label": "Add a verifier", onchange: (event) => set([...chosen, event.target.value]) },
        h("option", { value: "" }, "Add a verifier…"),
        all.filter((one) => !chosen.map(named).includes(one.id)).map((one) => h("option", { value: one.id }, `${one.title} (${priceOf(one)})`)))));
}

/** Steps are dragged by their grip; a line shows where one will stand. */
function dropping(list, waterfall, place, tools) {
  let from = null;
  list.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest(".grip");
    if (!grip || event.button) return;
    const row = grip.closest(".step");
    from = Number(row.dataset.at);
    row.classList.add("dragging");
    grip.setPointerCapture(event.pointerId);
    const over = (moved) => [...list.children].find((one) => { const box = one.getBoundingClientRect(); return moved.clientY >= box.top && moved.clientY < box.bottom; });
    const follow = (moved) => {
      for (const one of list.children) one.classList.remove("target");
      over(moved)?.classList.add("target");
    };
    const drop = (moved) => {
      grip.removeEventListener("pointermove", follow);
      grip.removeEventListener("pointerup", drop);
      grip.removeEventListener("pointercancel", drop);
      row.classList.remove("dragging");
      const target = over(moved);
      for (const one of list.children) one.classList.remove("target");
      if (moved.type === "pointerup" && target && Number(target.dataset.at) !== from) {
        const to = Number(target.dataset.at);
        waterfall.steps.splice(to, 0, ...waterfall.steps.splice(from, 1));
        tools.redraw(`w${place}-s${to}-grip`);
      }
    };
    grip.addEventListener("pointermove", follow);
    grip.addEventListener("pointerup", drop);
    grip.addEventListener("pointercancel", drop);
  });
}
