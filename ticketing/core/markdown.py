"""What people write in Markdown, as HTML that cannot do harm and as text that reads well."""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

_parser = MarkdownIt("js-default", {"linkify": False, "typographer": True}).disable("image")

TAGS = {
    "a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "s",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip


def render_markdown(text: str) -> SafeString:
    """Sanitised on the way out, so that a rule tightened today covers what was written before."""
    html = nh3.clean(
        _parser.render(text),
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"https", "http", "mailto", "tel"},
        link_rel="nofollow noopener",
    )
    return mark_safe(html)  # noqa: S308 - cleaned one line above


def render_plain(text: str) -> str:
    """The same for readers without HTML: every link is written out, nothing is wrapped."""
    blocks = [plain_block(node) for node in SyntaxTreeNode(_parser.parse(text)).children]
    return "\n\n".join(block for block in blocks if block) + "\n"


def plain_block(node: SyntaxTreeNode) -> str:
    match node.type:
        case "bullet_list" | "ordered_list":
            return plain_list(node)
        case "blockquote":
            return indented("\n\n".join(map(plain_block, node.children)), "> ", "> ")
        case "table":
            return plain_table(node)
        case "fence" | "code_block" | "hr":
            return node.content.rstrip("\n") or "---"
        case "paragraph" if link := only_link(node):
            words, address = words_and_address(link)
            return words if words == address else f"{words}:\n{address}"
        case _:
            return plain_inline(node)


def plain_table(table: SyntaxTreeNode) -> str:
    rows = [row for part in table.children for row in part.children]
    return "\n".join(" | ".join(map(plain_inline, row.children)) for row in rows)


def plain_list(node: SyntaxTreeNode) -> str:
    is_numbered = node.type == "ordered_list"
    first = int(node.attrs.get("start", 1))
    items = []
    for number, item in enumerate(node.children, first):
        mark = f"{number}. " if is_numbered else "- "
        items.append(indented("\n".join(map(plain_block, item.children)), mark, " " * len(mark)))
    return "\n".join(items)


def indented(text: str, first: str, others: str) -> str:
    lines = [first + text.partition("\n")[0], *(others + line for line in text.split("\n")[1:])]
    return "\n".join(line.rstrip() for line in lines)


def only_link(paragraph: SyntaxTreeNode) -> SyntaxTreeNode | None:
    """The link that is all a paragraph has; it is what there is to do."""
    (inline,) = paragraph.children
    parts = [part for part in inline.children if part.type != "text" or part.content]
    return parts[0] if len(parts) == 1 and parts[0].type == "link" else None


def plain_inline(node: SyntaxTreeNode) -> str:
    match node.type:
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "text" | "code_inline":
            return node.content
        case "link":
            words, address = words_and_address(node)
            return words if words == address else f"{words} ({address})"
        case _:
            return "".join(map(plain_inline, node.children))


def words_and_address(link: SyntaxTreeNode) -> tuple[str, str]:
    words = "".join(map(plain_inline, link.children))
    return words.removeprefix("mailto:"), str(link.attrs["href"]).removeprefix("mailto:")
