from html.parser import HTMLParser

import pytest

from ticketing.core.markdown import render_markdown, render_plain


class Tags(HTMLParser):
    """What a browser would make elements of."""

    def __init__(self):
        super().__init__()
        self.tags = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


def test_markdown_renders_what_people_write():
    html = render_markdown(
        "## Doors\n\nOpen at **seven**. [Map](https://maps.example.org)\n\n- tea"
    )

    assert "<h2>Doors</h2>" in html
    assert "<strong>seven</strong>" in html
    assert '<a href="https://maps.example.org" rel="nofollow noopener">Map</a>' in html
    assert "<li>tea</li>" in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt&#58;alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "<a href='vbscript:x'>x</a>",
        "<img src=x onerror=alert(1)>",
        "![x](https://evil.example/x.svg)",
        "<svg onload=alert(1)>",
        "<style>*{display:none}</style>",
        "<h2 onclick=alert(1) style='color:red'>x</h2>",
        "`</code><script>alert(1)</script>`",
        "<iframe src=//evil.example></iframe>",
        "</main></body>",
    ],
)
def test_32_37_markdown_lets_nothing_through_that_could_act(text):
    found = Tags()
    found.feed(render_markdown(text))

    assert {tag for tag, _ in found.tags} <= {"p", "h2", "a", "code"}
    for _, attributes in found.tags:
        assert set(attributes) <= {"href", "rel"}
        assert attributes.get("href", "https:").startswith("https:")


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("Hello **Ada**,\nand *you*", "Hello Ada, and you"),
        ("[Confirm](https://a.example/x)", "Confirm:\nhttps://a.example/x"),
        ("See [this](https://a.example) now", "See this (https://a.example) now"),
        ("<https://a.example/x>", "https://a.example/x"),
        ("Write to <mailto:a@example.org>", "Write to a@example.org"),
        ("## Doors\n\nAt seven", "Doors\n\nAt seven"),
        ("- tea\n- **milk**\n\n  warm", "- tea\n- milk\n  warm"),
        ("3. x\n4. y", "3. x\n4. y"),
        ("> one\n> two\n>\n> three", "> one two\n>\n> three"),
        ("a  \nb", "a\nb"),
        ("---", "---"),
        ("```\ncode\n```", "code"),
        ("`x`", "x"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a | b\n1 | 2"),
        ("<b>x</b>", "<b>x</b>"),
    ],
)
def test_markdown_as_text_writes_out_what_html_would_hide(markdown, text):
    assert render_plain(markdown) == f"{text}\n"
