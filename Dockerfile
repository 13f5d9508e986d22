# One image for web, worker, beat and every `manage.py` command. The root file system may be
# read-only: only /tmp and /data (DATA_DIR) are written to.

FROM python:3.13-slim-bookworm AS base
# What WeasyPrint loads to make PDFs, and fonts for names in the scripts of the world.
# hadolint ignore=DL3008 # Debian's security updates shall come in: its versions are not pinned
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        fonts-dejavu-core fonts-noto-color-emoji fonts-noto-core fonts-wqy-microhei \
        libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && apt-get clean && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 ticketing \
    && useradd --uid 10001 --gid ticketing --home-dir /tmp --no-create-home ticketing \
    && install -d -o ticketing -g ticketing /data
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATA_DIR=/data \
    STATIC_ROOT=/app/static \
    HOST=0.0.0.0
WORKDIR /app


FROM base AS build
RUN python -m venv --without-pip /venv
# Wheels alone: nothing that comes from a registry runs here.
RUN --mount=type=cache,target=/root/.cache/pip \
    --mount=type=bind,source=requirements.txt,target=/tmp/requirements.txt \
    pip --python /venv/bin/python install --require-hashes --only-binary :all: \
        -r /tmp/requirements.txt
COPY . .
# - A product without translations is one too, hence the test inside the loop.
# - Settings want all they need in production; the values here stay in this one command.
# - The sources in an image never change, so nobody needs to compare them with their bytecode.
RUN for source in locale/*/LC_MESSAGES/*.po; do \
        [ ! -e "$source" ] || pybabel -q compile -i "$source" -o "${source%.po}.mo" || exit 1; \
    done \
    && ENVIRONMENT=development SECRET_KEY=none SITE_URL=http://localhost \
        DATABASE_URL=postgresql://none@none/none REDIS_URL=redis://none EMAIL_URL=smtp://none \
        python manage.py collectstatic --no-input --verbosity 0 \
    && python -m compileall -q -j 0 --invalidation-mode unchecked-hash . /venv


FROM base AS app
COPY --from=build /venv /venv
COPY --from=build /app /app
USER 10001:10001
EXPOSE 8000


# What docker-compose.yml adds for one machine: the mail catcher and the S3 stand-in.
FROM app AS standins
USER 0:0
RUN --mount=type=cache,target=/root/.cache/pip \
    pip --python /venv/bin/python install --require-hashes --only-binary :all: \
        -r requirements-local.txt
USER 10001:10001


# The last stage is what a plain `docker build .` makes.
FROM app AS runtime
# For the web process; a worker has no port, and says how it is by its heartbeat.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["python", "-c", "\
import os; from urllib.request import urlopen; \
urlopen(f'http://127.0.0.1:{os.environ.get(\"PORT\", 8000)}/health/live', timeout=4)"]
CMD ["gunicorn", "-c", "deploy/gunicorn.conf.py", "ticketing.wsgi"]
