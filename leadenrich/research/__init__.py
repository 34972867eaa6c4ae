"""Questions to AI providers: typed answers that say how sure they are and what they rest on."""

from leadenrich.research.prompts import Prompt
from leadenrich.research.question import Research
from leadenrich.research.questions import answers, research, schema

__all__ = ["Prompt", "Research", "answers", "research", "schema"]
