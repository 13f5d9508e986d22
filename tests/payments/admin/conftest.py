from tests.bookings.admin.conftest import door, finance, now, other_team, owner, viewer

__all__ = ["door", "finance", "now", "other_team", "owner", "viewer"]
