"""`/auth`: from a password, a code or a passkey to tokens (the contract is API.md's "Auth")."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.calls import OpenView, Password, PersonView, body_of, origin_of
from accounts.api.people import PersonSerializer
from accounts.domain.access_tokens import public_keys
from accounts.domain.passwords import ask_for_reset, change_password, reset_password
from accounts.domain.refresh_tokens import refresh, sign_out
from accounts.domain.sign_in import (
    SignedIn,
    passkey_options,
    sign_in,
    sign_in_with_code,
    sign_in_with_passkey,
    signed_in,
)
from accounts.domain.sign_up import register, verify_address


class TokensSerializer(serializers.Serializer[Any]):
    access = serializers.CharField()
    refresh = serializers.CharField()


class SignedInSerializer(TokensSerializer):
    user = PersonSerializer()


def tokens_of(signed: SignedIn) -> Response:
    pair = {"access": signed.tokens.access, "refresh": signed.tokens.refresh}
    return Response({**pair, "user": PersonSerializer(signed.user).data})


class RegisterBody(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254)
    password = Password()
    name = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    locale = serializers.CharField(max_length=10, required=False, default="")


class Register(OpenView):
    @extend_schema(request=RegisterBody, responses={202: None})
    def post(self, request: Request) -> Response:
        """Always 202; a mail says how to go on, whether or not the address was known."""
        register(**body_of(RegisterBody, request), now=timezone.now())
        return Response(status=status.HTTP_202_ACCEPTED)


class VerifyEmailBody(serializers.Serializer[Any]):
    key = serializers.CharField(max_length=1000)


class VerifyEmail(OpenView):
    @extend_schema(request=VerifyEmailBody, responses=SignedInSerializer)
    def post(self, request: Request) -> Response:
        now = timezone.now()
        user = verify_address(**body_of(VerifyEmailBody, request), now=now)
        return tokens_of(signed_in(user, **origin_of(request), now=now))


class LoginBody(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254)
    password = Password()


class Login(OpenView):
    @extend_schema(request=LoginBody, responses=SignedInSerializer)
    def post(self, request: Request) -> Response:
        """401 `mfa_required` carries the `mfa_token` for `/auth/mfa`."""
        body = body_of(LoginBody, request)
        return tokens_of(sign_in(**body, **origin_of(request), now=timezone.now()))


class SecondFactorBody(serializers.Serializer[Any]):
    mfa_token = serializers.CharField(max_length=1000)
    code = serializers.CharField(max_length=32)


class SecondFactor(OpenView):
    @extend_schema(request=SecondFactorBody, responses=SignedInSerializer)
    def post(self, request: Request) -> Response:
        body = body_of(SecondFactorBody, request)
        return tokens_of(sign_in_with_code(**body, **origin_of(request), now=timezone.now()))


class PasskeyOptionsSerializer(serializers.Serializer[Any]):
    options = serializers.DictField()
    state = serializers.CharField()


class PasskeyOptions(OpenView):
    @extend_schema(responses=PasskeyOptionsSerializer)
    def get(self, request: Request) -> Response:
        """What `navigator.credentials.get()` takes, and the `state` to send back with it."""
        return Response(passkey_options())


class PasskeyBody(serializers.Serializer[Any]):
    state = serializers.CharField(max_length=2000)
    credential = serializers.DictField()


class Passkey(OpenView):
    @extend_schema(request=PasskeyBody, responses=SignedInSerializer)
    def post(self, request: Request) -> Response:
        body = body_of(PasskeyBody, request)
        return tokens_of(sign_in_with_passkey(**body, **origin_of(request), now=timezone.now()))


class RefreshBody(serializers.Serializer[Any]):
    refresh = serializers.CharField(max_length=200)


class Refresh(OpenView):
    @extend_schema(request=RefreshBody, responses=TokensSerializer)
    def post(self, request: Request) -> Response:
        """For 10 s the old token gets the same successor again; later it ends all of them."""
        token = body_of(RefreshBody, request)["refresh"]
        pair = refresh(token, address=origin_of(request)["address"], now=timezone.now())
        return Response({"access": pair.access, "refresh": pair.refresh})


class Logout(OpenView):
    @extend_schema(request=RefreshBody, responses={204: None})
    def post(self, request: Request) -> Response:
        sign_out(body_of(RefreshBody, request)["refresh"], now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class ForgotPasswordBody(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254)


class ForgotPassword(OpenView):
    @extend_schema(request=ForgotPasswordBody, responses={202: None})
    def post(self, request: Request) -> Response:
        """Always 202; an account gets a mail."""
        ask_for_reset(**body_of(ForgotPasswordBody, request))
        return Response(status=status.HTTP_202_ACCEPTED)


class ResetPasswordBody(serializers.Serializer[Any]):
    key = serializers.CharField(max_length=1000)
    password = Password()


class ResetPassword(OpenView):
    @extend_schema(request=ResetPasswordBody, responses={204: None})
    def post(self, request: Request) -> Response:
        """Signs out everywhere; the next step is to log in."""
        reset_password(**body_of(ResetPasswordBody, request), now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class ChangePasswordBody(serializers.Serializer[Any]):
    current = Password()
    new = Password()


class ChangePassword(PersonView):
    idempotency = None

    @extend_schema(request=ChangePasswordBody, responses={204: None})
    def post(self, request: Request) -> Response:
        """Signs out everywhere else."""
        body = body_of(ChangePasswordBody, request)
        change_password(self.person, **body, keep_family=self.family.pk, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class KeySetSerializer(serializers.Serializer[Any]):
    keys = serializers.ListField(child=serializers.DictField())


class KeySet(OpenView):
    @extend_schema(responses=KeySetSerializer)
    def get(self, request: Request) -> Response:
        """The public keys by which access tokens can be verified (RFC 7517)."""
        answer = Response(public_keys())
        answer.headers["Cache-Control"] = "public, max-age=300"
        return answer
