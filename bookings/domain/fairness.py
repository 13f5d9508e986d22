"""Places for people rather than for whoever asks fastest: limits by address and by device, and, only
while an event is stormed, something to compute before places are held.

All of it is one question to Redis and none to the database. While Redis is away nothing is asked of
anybody: the limits of the web server's own memory stand before this (ticketing/core/limits.py).
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from ticketing.core.errors import NeedsProof, TooOften
from ticketing.core.limits import Limit
from ticketing.core.redis import ask_redis, redis_client

# For one event. Whole schools and companies share an address; a device is one person's.
OF_AN_ADDRESS = Limit(calls=200, seconds=600)
OF_A_DEVICE = Limit(calls=40, seconds=600)
SALT = "bookings.challenge"
# Some 130,000 hashes: half a second of a computer, some seconds of an old telephone.
BITS = 17
WAIT = 20  # seconds after which it counts without a solution, for who runs no script
LASTS = 600  # seconds
WINDOW = 10  # seconds over which tries are counted

# Both buckets give a token or neither does, and the try counts either way. The count is that of
# this window and the part of the last one that is within ten seconds.
ASK = """
local now = redis.call('TIME')
now = now[1] + now[2] / 1e6
local window = tonumber(ARGV[1])
local turn = math.floor(now / window)
local seen = redis.call('HMGET', KEYS[1], 'turn', 'count', 'before')
local at, count, before = tonumber(seen[1]), tonumber(seen[2]) or 0, tonumber(seen[3]) or 0
if at ~= turn then
    if at == turn - 1 then before = count else before = 0 end
    count = 0
end
count = count + 1
redis.call('HSET', KEYS[1], 'turn', turn, 'count', count, 'before', before)
redis.call('EXPIRE', KEYS[1], window * 3)
local pressure = count + before * (1 - (now / window - turn))
local wait, left = 0, {}
for i = 2, #KEYS do
    local burst, per_second = tonumber(ARGV[2 * i - 2]), tonumber(ARGV[2 * i - 1])
    local bucket = redis.call('HMGET', KEYS[i], 'tokens', 'at')
    local tokens = tonumber(bucket[1]) or burst
    tokens = math.min(burst, tokens + math.max(0, now - (tonumber(bucket[2]) or now)) * per_second)
    left[i] = tokens
    if tokens < 1 then wait = math.max(wait, (1 - tokens) / per_second) end
end
if wait == 0 then
    for i = 2, #KEYS do
        local burst, per_second = tonumber(ARGV[2 * i - 2]), tonumber(ARGV[2 * i - 1])
        redis.call('HSET', KEYS[i], 'tokens', tostring(left[i] - 1), 'at', tostring(now))
        redis.call('EXPIRE', KEYS[i], math.ceil(burst / per_second) + 1)
    end
end
return {tostring(wait), tostring(pressure)}
"""


class TooManyHolds(TooOften):
    code = "too_many_holds"


class ChallengeRequired(NeedsProof):
    """Its facts are all that is needed to go on."""

    code = "challenge_required"
    message = _("Very many people want these places just now, so one more step is needed.")


@dataclass(frozen=True)
class Proof:
    """A token that was given out, and what was found for it; nothing for who just waited."""

    token: str
    solution: str = ""


@dataclass(frozen=True)
class Caller:
    """Who tries: by address always, by device where a browser keeps a cookie."""

    address: str
    device: str = ""
    proof: Proof | None = None


@dataclass(frozen=True)
class Challenge:
    """What is written in a token: for which event, for whom, since when, and what to compute."""

    event: str
    device: str
    address: str
    since: int
    seed: str
    bits: int

    def is_for(self, event: UUID, caller: Caller) -> bool:
        """Either is enough: telephones change their address, and not everybody keeps cookies."""
        same_device = bool(caller.device) and constant_time_compare(
            self.device, digest("device", caller.device)
        )
        same_address = constant_time_compare(self.address, digest("address", caller.address))
        return self.event == event.hex and (same_device or same_address)

    def is_solved_by(self, solution: str) -> bool:
        found = sha256(f"{self.seed}.{solution}".encode()).digest()
        return bool(solution) and int.from_bytes(found) >> (256 - self.bits) == 0


def require_fair(event: UUID, caller: Caller, *, now: datetime) -> None:
    """Before places are held. Raises TooManyHolds, ChallengeRequired."""
    wait, pressure = asked(event, caller)
    if wait:
        raise TooManyHolds(
            _("That was tried very often from here. Please wait a moment and try again."),
            retry_after=int(wait) + 1,
        )
    if is_challenged(pressure):
        require_proof(event, caller, now=now)


def asked(event: UUID, caller: Caller) -> tuple[float, float]:
    """Seconds to wait, and how many tries there were for the event within ten seconds."""
    limits = [("address", caller.address, OF_AN_ADDRESS)]
    if caller.device:
        limits.append(("device", caller.device, OF_A_DEVICE))
    keys, arguments = [f"holds:{event.hex}:pressure"], [str(WINDOW)]
    for kind, who, limit in limits:
        burst = limit.calls * settings.RATE_LIMIT_SCALE
        keys.append(f"holds:{event.hex}:{digest(kind, who)}")
        arguments += [str(burst), str(burst / limit.seconds)]
    found = ask_redis(
        lambda: redis_client().eval(ASK, len(keys), *keys, *arguments), otherwise=None
    )
    return (float(found[0]), float(found[1])) if found else (0.0, 0.0)


def is_challenged(pressure: float) -> bool:
    if settings.CHALLENGE == "auto":
        return pressure > settings.CHALLENGE_ABOVE * settings.RATE_LIMIT_SCALE
    return bool(settings.CHALLENGE == "always")


def require_proof(event: UUID, caller: Caller, *, now: datetime) -> None:
    """Raises ChallengeRequired: with the token that was brought where it is only too early for it,
    else with a new one."""
    at, proof = int(now.timestamp()), caller.proof
    known = challenge_in(proof.token) if proof else None
    if proof is None or known is None or not known.is_for(event, caller):
        raise required(new_challenge(event, caller, at=at), at=at)
    if at - known.since > LASTS:
        raise required(new_challenge(event, caller, at=at), at=at)
    if not known.is_solved_by(proof.solution) and at - known.since < WAIT:
        raise required(known, at=at, token=proof.token)
    if not is_first_use(known):
        raise required(new_challenge(event, caller, at=at), at=at)


def new_challenge(event: UUID, caller: Caller, *, at: int) -> Challenge:
    device = digest("device", caller.device) if caller.device else ""
    address = digest("address", caller.address)
    return Challenge(event.hex, device, address, at, secrets.token_hex(16), BITS)


def required(challenge: Challenge, *, at: int, token: str = "") -> ChallengeRequired:
    wait = max(0, challenge.since + WAIT - at)
    error = ChallengeRequired(
        token=token or token_of(challenge),
        algorithm="sha256",
        seed=challenge.seed,
        bits=challenge.bits,
        wait=wait,
        expires_in=max(0, challenge.since + LASTS - at),
    )
    error.retry_after = wait
    return error


def token_of(challenge: Challenge) -> str:
    facts = challenge
    return signing.dumps(
        [facts.event, facts.device, facts.address, facts.since, facts.seed, facts.bits], salt=SALT
    )


def challenge_in(token: str) -> Challenge | None:
    """What we wrote, or nothing."""
    try:
        return Challenge(*signing.loads(token, salt=SALT))
    except (signing.BadSignature, TypeError, ValueError):
        return None


def is_first_use(challenge: Challenge) -> bool:
    """Without Redis each use is taken for the first."""
    name = f"holds:spent:{challenge.seed}"
    said = ask_redis(
        lambda: bool(redis_client().set(name, 1, nx=True, ex=LASTS + 60)), otherwise=True
    )
    return bool(said)


def digest(kind: str, who: str) -> str:
    """Nobody's address is kept: a keyed hash of it, for minutes."""
    return salted_hmac(f"holds.{kind}", who, algorithm="sha256").hexdigest()[:24]
