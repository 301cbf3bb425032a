"""`llms.txt`: the pages with a sentence each, for programs that read the Markdown (llmstxt.org)."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from docs.site.navigation import Section
from docs.site.pages import title

_HEAD: Final = """# Workflow Management Service (WFM)

> {description}

Each page is here as HTML and, under the same name, as Markdown.
"""
_LINK: Final = re.compile(r"\[([^]]*)\]\([^)]*\)")


def llms_txt(description: str, sections: list[Section], pages: Mapping[str, str]) -> str:
    """The whole file."""
    return "\n".join(
        [_HEAD.format(description=description), *(line for one in sections for line in _section(one, pages))]
    )


def _section(section: Section, pages: Mapping[str, str]) -> Iterator[str]:
    yield f"## {section.name}\n"
    for place in section.places:
        yield f"- [{title(pages[place])}]({place}): {first_sentence(pages[place])}"
    yield ""


def first_sentence(text: str) -> str:
    """Of the first paragraph below the title, without its links."""
    body = text.split("\n", 1)[1]
    paragraph = next(
        part for part in re.split(r"\n{2,}", body) if re.match(r"\s*[`*\"A-Za-z\[]", part) and "```" not in part
    )
    flat = _LINK.sub(r"\1", " ".join(paragraph.split()))
    return re.split(r"(?<=[.?])\s", flat, maxsplit=1)[0]
