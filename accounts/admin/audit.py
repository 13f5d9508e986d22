"""The record as teams see it: the acts on what is theirs."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.admin.scoped import permissions_somewhere, person_of
from accounts.audit.admin import EntryAdmin
from accounts.audit.models import Entry
from accounts.domain.permissions import scope
from accounts.models import Organizer
from accounts.permissions import Permission

admin.site.unregister(Entry)


@admin.register(Entry)
class TeamEntryAdmin(EntryAdmin):
    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        entries: QuerySet[Entry] = super().get_queryset(request)
        person = person_of(request)
        if person.is_staff:
            return entries
        theirs = scope(Organizer.objects.all(), person, Permission.SEE_AUDIT, organizer="")
        return entries.filter(organizer__in=theirs.values("pk"))

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Staff by the right that staff are given, teams by their role."""
        if person_of(request).is_staff:
            return bool(super().has_module_permission(request))
        return Permission.SEE_AUDIT in permissions_somewhere(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if person_of(request).is_staff:
            return bool(super().has_view_permission(request, obj))
        may = self.has_module_permission(request)
        return may and (obj is None or self.get_queryset(request).filter(pk=obj.pk).exists())
