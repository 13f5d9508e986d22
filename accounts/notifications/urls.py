"""Two lists, because webhooks have no language. The roof includes both."""

from django.urls import path

from accounts.notifications.views import gallery
from accounts.notifications.views.unsubscribe import unsubscribe_page
from accounts.notifications.views.webhooks import ses_webhook

webhooks = [path("webhooks/mail/ses/", ses_webhook, name="webhook-mail-ses")]

urlpatterns = [
    path("unsubscribe/<str:token>/", unsubscribe_page, name="unsubscribe"),
    path("gallery/mails/", gallery.mails, name="gallery-mails"),
    path("gallery/mails/<slug:kind>/", gallery.mail, name="gallery-mail"),
    path("gallery/mails/<slug:kind>/html", gallery.mail_html, name="gallery-mail-html"),
]
