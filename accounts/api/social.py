"""`/auth/social/…`: what a mobile client got from a provider becomes our tokens."""

from typing import Any

from django.conf import settings
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.auth import SignedInSerializer, tokens_of
from accounts.api.calls import OpenView, body_of, origin_of
from accounts.domain.sign_in import is_spent_first
from accounts.domain.social import Identity, SocialRefused, sign_in_with_identity
from accounts.enums import SocialProvider
from accounts.identity_providers.access_tokens import identity_of_access_token
from accounts.identity_providers.code_flow import identity_of_code
from accounts.identity_providers.openid import identity_of_token
from accounts.identity_providers.providers import Provider, offered_providers

SECONDS_A_TOKEN_IS_REMEMBERED = 2 * 3600  # longer than any provider's ID token lives


class SocialBody(serializers.Serializer[Any]):
    id_token = serializers.CharField(max_length=8000, required=False)
    nonce = serializers.CharField(max_length=200, required=False)
    access_token = serializers.CharField(max_length=4000, required=False)
    code = serializers.CharField(max_length=4000, required=False)
    redirect_uri = serializers.CharField(max_length=500, required=False)
    code_verifier = serializers.CharField(max_length=200, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        ways = {"id_token", "access_token", "code"} & attrs.keys()
        is_whole = "code" not in ways or {"redirect_uri", "code_verifier"} <= attrs.keys()
        if len(ways) != 1 or not is_whole:
            raise serializers.ValidationError(
                _("Send id_token, access_token, or code with redirect_uri and code_verifier.")
            )
        return attrs


class Social(OpenView):
    @extend_schema(request=SocialBody, responses=SignedInSerializer)
    def post(self, request: Request, provider: str) -> Response:
        """As `/auth/login`; the first time it opens an account."""
        known = provider in SocialProvider.values
        chosen = offered_providers().get(SocialProvider(provider)) if known else None
        if chosen is None:
            raise Http404
        identity = identity_of(chosen, body_of(SocialBody, request))
        origin, now = origin_of(request), timezone.now()
        return tokens_of(sign_in_with_identity(identity, **origin, now=now))


def identity_of(provider: Provider, body: dict[str, Any]) -> Identity:
    now = timezone.now()
    if "code" in body:
        # Only addresses that are ours: a code caught by another app is worth nothing here.
        if body["redirect_uri"] not in settings.SOCIAL_REDIRECT_URIS:
            raise SocialRefused
        return identity_of_code(
            provider,
            body["code"],
            verifier=body["code_verifier"],
            redirect_uri=body["redirect_uri"],
            nonce=body.get("nonce"),
            now=now,
        )
    token = body.get("id_token") or body["access_token"]
    if not is_spent_first(token, keep_for=SECONDS_A_TOKEN_IS_REMEMBERED, now=now):
        raise SocialRefused
    if "id_token" not in body:
        return identity_of_access_token(provider, token)
    if not provider.is_openid:
        raise SocialRefused
    return identity_of_token(provider, token, nonce=body.get("nonce"))
