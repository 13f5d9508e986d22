"""What Prometheus is told. Counting costs little; `/metrics` answers only when configured."""

from prometheus_client import Counter, Histogram

requests_seconds = Histogram(
    "ticketing_request_seconds",
    "Time to answer, by route and status; pages from the cache are not among them.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5),
)
cached_pages = Counter(
    "ticketing_cached_pages", "Requests for public pages, by how they were answered.", ["answer"]
)
outside_calls = Counter(
    "ticketing_outside_calls", "Calls to services outside, by how they ended.", ["service", "end"]
)
