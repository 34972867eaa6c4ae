"""Questions to AI providers: prompt templates over a record's fields, and answers in columns."""

from leadenrich.research.prompts import Prompt
from leadenrich.research.questions import answers, research, schema

__all__ = ["Prompt", "answers", "research", "schema"]
