"""Questions to AI providers: typed answers that say how sure they are and what they are based on."""

from leadenrich.research.evaluation import Evaluation, Labelled, Score, evaluate, labelled
from leadenrich.research.folding import folded, together
from leadenrich.research.prompts import Prompt
from leadenrich.research.question import Research
from leadenrich.research.questions import answers, research, schema
from leadenrich.research.templating import Template, load, template, templates

__all__ = [
    "Evaluation",
    "Labelled",
    "Prompt",
    "Research",
    "Score",
    "Template",
    "answers",
    "evaluate",
    "folded",
    "labelled",
    "load",
    "research",
    "schema",
    "template",
    "templates",
    "together",
]
