"""How well models answer a question whose answers are known: the way to choose one before paying for many rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from html import escape
from importlib.resources import files
from typing import Any

from leadenrich.catalogue import Table
from leadenrich.engine.validation import a, whole
from leadenrich.errors import ConfigurationError, nearest
from leadenrich.research.question import Research
from leadenrich.research.templating import Template
from leadenrich.results import EnrichedRecord
from leadenrich.waterfall import Step
from leadenrich.waterfall.rules.merge import same


@dataclass(frozen=True, slots=True)
class Labelled:
    """A set of records whose answers are known, with the question it is for; its companies are invented.

    Attributes:
        name: of the set. version: raised when a row changes. template: the question. rows: `{"record", "expected"}`.
    """

    name: str
    version: int
    template: Template
    rows: tuple[Mapping[str, Any], ...]

    def question(self, ask: Sequence[str | Step] = ("openai",), **settings: Any) -> Research:
        """Return the set's question; the records bring their pages."""
        return self.template(ask, pages_field="pages", **settings)


@dataclass(slots=True)
class Score:
    """How one model did on one column.

    Attributes:
        model, column: which. asked: answers wanted, repeats included. right: equal to what was expected, a rightful
            "not known" included. answered: how often a value was given, `hits` of them right.
        cited: values that are based on a page that was given. steady: records whose repeats all say the same.
        records: how many. usd: of all questions of this model, None where a price is unknown. failed: how often the
            vendor or the model failed.
    """

    model: str
    column: str
    asked: int = 0
    right: int = 0
    answered: int = 0
    hits: int = 0
    cited: int = 0
    steady: int = 0
    records: int = 0
    failed: int = 0
    usd: Decimal | None = Decimal(0)

    @property
    def accuracy(self) -> float:
        """Return the share of right answers, 0-1; a rightful "not known" is right."""
        return self.right / self.asked if self.asked else 0.0

    @property
    def precision(self) -> float | None:
        """Return the share of right ones among the values given, None where none was."""
        return self.hits / self.answered if self.answered else None

    @property
    def abstention(self) -> float:
        """Return the share of questions without a value."""
        return 1 - self.answered / self.asked if self.asked else 0.0

    @property
    def citation_validity(self) -> float | None:
        """Return the share of values that are based on a page that was given, None where there is no value."""
        return self.cited / self.answered if self.answered else None

    @property
    def steadiness(self) -> float:
        """Return the share of records whose repeats all say the same."""
        return self.steady / self.records if self.records else 0.0

    @property
    def usd_per_question(self) -> Decimal | None:
        """Return USD a question, None where a price is unknown."""
        return None if self.usd is None or not self.asked else self.usd / self.asked


class Evaluation(Table[Score]):
    """Scores by model and column, the best first; shows itself as a table."""

    COLUMNS = ("model", "column", "accuracy", "precision", "abstained", "cited", "steady", "failed", "USD a question")
    NUMBERS = COLUMNS[2:]

    def _rows(self) -> Iterator[tuple[str, ...]]:
        for one in self:
            usd = one.usd_per_question
            yield (
                one.model,
                one.column,
                *map(_share, (one.accuracy, one.precision, one.abstention, one.citation_validity, one.steadiness)),
                str(one.failed),
                "unknown" if usd is None else f"{usd:.6f}",
            )

    @property
    def ranking(self) -> list[str]:
        """Return the models, the most accurate first, the cheaper first where they are alike."""
        return list(dict.fromkeys(one.model for one in self))

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON's own types."""
        return {"scores": [dict(zip(self.COLUMNS, row, strict=True)) for row in self._rows()], "ranking": self.ranking}

    def plot_data(self) -> list[dict[str, Any]]:
        """Return a point a model: `x` its USD a question, `y` its accuracy over all columns (0-1), `label` its name."""
        points = []
        for model in self.ranking:
            mine = [one for one in self if one.model == model]
            asked = sum(one.asked for one in mine)
            usd = mine[0].usd_per_question
            points.append(
                {
                    "label": model,
                    "x": None if usd is None else float(usd),
                    "y": sum(one.right for one in mine) / asked if asked else 0.0,
                }
            )
        return points

    def svg(self, width: int = 480, height: int = 300) -> str:
        """Return the plot of accuracy over price as an SVG image; models of unknown price stand at the left edge."""
        points, edge = self.plot_data(), 40
        most = max((one["x"] or 0.0 for one in points), default=0.0) or 1.0
        marks = []
        for one in points:
            x = edge + (one["x"] or 0.0) / most * (width - 4 * edge)
            y = height - edge - one["y"] * (height - 2 * edge)
            label = f"{one['label']} ({one['y']:.0%})"
            marks.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="4"/>')
            marks.append(f'<text x="{x + 7:.0f}" y="{y + 4:.0f}" font-size="11">{escape(label)}</text>')
        axes = (
            f'<path d="M{edge} {edge}V{height - edge}H{width - edge}" fill="none" stroke="currentColor"/>'
            f'<text x="{edge}" y="{edge - 12}" font-size="12">accuracy</text>'
            f'<text x="{width - 4 * edge}" y="{height - 12}" font-size="12">USD a question, to {most:.6f}</text>'
        )
        size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size} fill="currentColor">{axes}{"".join(marks)}</svg>'


def labelled(name: str | None = None) -> Any:
    """Return the labelled set of a name; without one, the names there are.

    Raises:
        ConfigurationError: there is none of that name.
    """
    folder = files("leadenrich.research") / "labelled"
    names = sorted(one.name.removesuffix(".json") for one in folder.iterdir() if one.name.endswith(".json"))
    if name is None:
        return names
    if name not in names:
        raise ConfigurationError(f"no labelled set {name!r}{nearest(name, names)}; there are {', '.join(names)}")
    told = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    asked = {"name": name, "title": name, **{key: told[key] for key in ("version", "question", "answer")}}
    return Labelled(name, told["version"], Template.model_validate(asked), tuple(told["rows"]))


@dataclass(slots=True)
class _Run:
    """The answers of one model: rows by repeat, in the order of the records."""

    name: str
    rows: list[list[EnrichedRecord]] = field(default_factory=list)


async def evaluate(
    question: Research,
    labelled_rows: Sequence[Mapping[str, Any]],
    *,
    models: Sequence[str | Step] | None = None,
    session: Any = None,
    repeats: int = 1,
    equal: Callable[[str, Any, Any], bool] | None = None,
    **options: Any,
) -> Evaluation:
    """Ask a question of each model about records whose answers are known, and return how they did.

    Args:
        question: what is asked; each model is asked alone.
        labelled_rows: `{"record": {...}, "expected": {column: value}}` each; None is expected where it cannot be known.
        models: providers' ids, `"provider:model"`, or `Step`s; None: the question's own.
        session: whom to ask with; None opens one with the keys in the environment, and closes it.
        repeats: how often each record is asked; a model that is not steady shows.
        equal: says whether a column's value is the one expected: `equal(column, value, expected)`; None: equal
            whatever the case, blanks and order.
        **options: as in `Research.stream`, `budget` among them.

    Raises:
        ConfigurationError: no rows, or one without a record or an expected column of the question.
    """
    whole("repeats", repeats, 1, ConfigurationError)
    rows = [_check_row(number, one, question) for number, one in enumerate(labelled_rows)]
    if not rows:
        raise ConfigurationError("there is nothing to evaluate: labelled_rows is empty")
    if session is None:
        from leadenrich.engine.session import Session

        async with Session() as own:
            return await evaluate(
                question, labelled_rows, models=models, session=own, repeats=repeats, equal=equal, **options
            )
    runs = []
    for step in _steps(question, models):
        model = step.options.get("model")
        run = _Run(f"{step.provider}:{model}" if model else step.provider)
        for repeat in range(repeats):
            alone = question.again(ask=[step], agree=1, agree_on=None, repeat=repeat)
            run.rows.append(await alone.run([record for record, _ in rows], session=session, **options))
        runs.append(run)
    scores = [_score(run, column, rows, equal or _same) for run in runs for column in question.columns]
    best = {run.name: sum(one.right for one in scores if one.model == run.name) for run in runs}
    return Evaluation(sorted(scores, key=lambda one: (-best[one.model], _cost(one), one.model)))


def _check_row(number: int, one: Any, question: Research) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    record, expected = (one.get("record"), one.get("expected")) if isinstance(one, Mapping) else (None, None)
    if not isinstance(record, Mapping) or not isinstance(expected, Mapping):
        raise ConfigurationError(f"labelled row {number} is {{'record': ..., 'expected': ...}}, not {a(one)}")
    if unknown := [name for name in expected if name not in question.columns]:
        raise ConfigurationError(
            f"labelled row {number} expects {unknown[0]!r}, which the question does not answer"
            f"{nearest(unknown[0], question.columns)}"
        )
    return record, expected


def _steps(question: Research, models: Sequence[str | Step] | None) -> list[Step]:
    given = question.given["ask"] if models is None else models
    found = []
    for one in [given] if isinstance(given, str | Step) else given:
        if isinstance(one, str):
            provider, _, model = one.partition(":")
            one = Step(provider, options={"model": model} if model else {})
        found.append(one)
    return found


def _score(
    run: _Run,
    column: str,
    rows: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]],
    equal: Callable[[str, Any, Any], bool],
) -> Score:
    score = Score(run.name, column)
    for place, (_, expected) in enumerate(rows):
        if column not in expected:
            continue
        said = [repeat[place] for repeat in run.rows]
        score.records += 1
        score.steady += all(_same(column, one.get(column), said[0].get(column)) for one in said)
        for row in said:
            value, wanted = row.get(column), expected[column]
            right = value is None if wanted is None else value is not None and equal(column, value, wanted)
            score.asked += 1
            score.right += right and row.status != "failed"
            score.failed += row.status == "failed"
            score.answered += value is not None
            score.hits += value is not None and right
            score.cited += value is not None and column in row.values and bool(row.values[column].citations)
            score.usd = None if score.usd is None or row.cost.usd is None else score.usd + row.cost.usd
    return score


def _same(column: str, value: Any, expected: Any) -> bool:
    return same(value, expected, column)


def _cost(one: Score) -> Decimal:
    return Decimal("inf") if one.usd is None else one.usd


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.0%}"
