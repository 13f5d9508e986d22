"""The Celery application. Tasks make soon what the database says must happen."""

import os
import sys
from typing import Any

from celery import Celery
from celery.signals import task_prerun
from django.db import close_old_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ticketing.settings")

app = Celery("ticketing")
app.config_from_object("django.conf:settings", namespace="CELERY")
# Celery would connect to the database anew for every task, which takes longer than most of them
# work. Connections are kept as requests keep theirs: until they are old or do not answer.
app.conf.CELERY_DB_REUSE_MAX = sys.maxsize
app.autodiscover_tasks()


@task_prerun.connect
def leave_what_is_gone(**_: Any) -> None:
    close_old_connections()
