"""Public pages: the same for everybody, answered from memory or Redis before anything else.

A view says `@public_page(...)`; its answer is then kept under its address, with a copy in this
process for a second. Whoever changes what such a page shows calls `forget_pages(tag)`.
When the database is away, a copy that has run out is better than no page.
"""

from ticketing.core.pages.answering import CachedPages, PageCacheMiddleware
from ticketing.core.pages.declaring import made_from, public_page
from ticketing.core.pages.storing import forget_everything_in_memory, forget_pages

__all__ = [
    "CachedPages",
    "PageCacheMiddleware",
    "forget_everything_in_memory",
    "forget_pages",
    "made_from",
    "public_page",
]
