"""The agents of AI that pages and sites address by name."""

from __future__ import annotations

from archive.rights import US

_NAMES = """
AI2Bot Ai2Bot-Dolma Amazonbot anthropic-ai Applebot-Extended Bytespider CCBot ChatGLM-Spider ChatGPT-User Claude-Web
ClaudeBot Claude-SearchBot Claude-User cohere-ai cohere-training-data-crawler DeepSeekBot Diffbot DuckAssistBot
FacebookBot Google-CloudVertexBot Google-Extended GPTBot ICC-Crawler ImagesiftBot img2dataset Meta-ExternalAgent
Meta-ExternalFetcher MistralAI-User OAI-SearchBot omgili omgilibot PanguBot Perplexity-User PerplexityBot
SemrushBot-OCOB Timpibot TikTokSpider Webzio-Extended YouBot
"""

AGENTS = {name.lower(): name for name in _NAMES.split()}
"""Names in lower case, and as their makers write them."""

TO_ALL = frozenset({"", "*", "robots"})
"""What stands for every agent."""


def addressed(name: str) -> str | None:
    """Return whom a name addresses: empty for all, us or an agent of AI; None for others, whose rules are their own.

    >>> addressed("gptbot"), addressed("robots"), addressed("Googlebot")
    ('GPTBot', '', None)
    """
    name = name.strip().lower()
    if name in TO_ALL:
        return ""
    return US if name == US else AGENTS.get(name)
