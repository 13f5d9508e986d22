"""The limit: what gunicorn answers with nothing in the way, a body as long as the home page."""

import os

BODY = b"x" * int(os.environ["BARE_BODY"])
HEADERS = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(BODY)))]


def application(environ, start_response):
    start_response("200 OK", HEADERS)
    return [BODY]
