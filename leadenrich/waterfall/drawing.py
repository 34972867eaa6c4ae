"""A waterfall or a chain as a notebook shows it: boxes in the order in which they are asked."""

from __future__ import annotations

from collections.abc import Sequence

from leadenrich import markup
from leadenrich.catalogue import costs
from leadenrich.contract import Charged
from leadenrich.errors import called
from leadenrich.markup import Markup
from leadenrich.registry import registry
from leadenrich.waterfall.rules.rules import ChainRules, Rules
from leadenrich.waterfall.step import StepState

WAYS = 2
"""How many ways to ask a box names."""
ARROW = Markup('<span class="arrow">→</span>')


def waterfall_html(rules: Rules) -> str:
    """Return one waterfall."""
    return markup.block(None, _drawn(rules))


def chain_html(rules: ChainRules) -> str:
    """Return a chain, stage by stage; what stands in one stage runs side by side."""
    parts = []
    for number, stage in enumerate(rules.stages, 1):
        beside = ", side by side" if len(stage) > 1 else ""
        parts.append(Markup(f'<p class="dim">stage {number}{beside}</p>'))
        parts += [_drawn(rules.waterfalls[place]) for place in stage]
    wanted = "" if rules.fields is None else f", complete with {', '.join(rules.fields)}"
    return markup.block(f"Chain of {len(rules.waterfalls)} waterfalls{wanted}", *parts)


def _drawn(rules: Rules) -> Markup:
    boxes = [_box(step) for step in rules.states]
    checks = [step for check in rules.checks for step in check.states]
    if checks:
        named = ", ".join(called(step.provider, step.operation) for step in checks)
        boxes.append(Markup(f'<div class="box off"><b>verify</b><br>{markup.text(named)}</div>'))
    wanted = markup.word_list(sorted(rules.wanted), "whatever it gives")
    boxes.append(Markup(f'<div class="box">{wanted}</div>'))
    head = f'<p><span class="head">{markup.text(rules.operation)}</span> <span class="dim">{_said(rules)}</span></p>'
    return Markup(f'{head}<div class="flow">{ARROW.join(boxes)}</div>')


def _box(step: StepState) -> Markup:
    own = "" if "." not in step.operation else f" <code>{markup.text(step.operation.split('.', 1)[1])}</code>"
    needs = " or ".join(" + ".join(way) for way in step.needs[:WAYS])
    if len(step.needs) > WAYS:
        needs += f", or {len(step.needs) - WAYS} other ways"
    only = "" if step.condition is None else f"<br>only where {markup.text(step.condition.text)}"
    price = "free" if step.feature.charged is Charged.FREE else costs(step.feature, registry.info(step.provider))
    return Markup(
        f'<div class="box"><b>{markup.text(step.provider)}</b>{own}<br>'
        f'<span class="dim">{markup.text(price)}<br>needs {markup.text(needs or "nothing", 300)}{only}</span></div>'
    )


def _said(rules: Rules) -> Markup:
    """Return the rules that are not as they are by default, in words."""
    order = rules.order if isinstance(rules.order, str) else "a function"
    ordered = type(rules.policy).__name__ if rules.policy is not None else order
    told: Sequence[str | None] = (
        f"order: {ordered}" if ordered != "listed" else None,
        f"confidence of {rules.quality_threshold:g} or more" if rules.quality_threshold is not None else None,
        f"{rules.max_providers} providers at most" if rules.max_providers is not None else None,
        "the best of all answers" if rules.best else None,
        f"accept-all addresses: {rules.catch_all}" if rules.catch_all != "keep" else None,
        "stops at an error" if rules.on_error == "stop" else None,
        f"worth ${rules.value:g}" if rules.value is not None else None,
        f"only where {rules.condition.text}" if rules.condition is not None else None,
        "overwrites" if rules.overwrite else None,
    )
    return markup.text("; ".join(one for one in told if one), 300)
