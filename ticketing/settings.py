"""All settings, read once from the environment.

Every missing or malformed variable is reported in one error. `.env.example` explains each;
a variable NAME may also be given as NAME_FILE, the path of a file that holds the value.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.templatetags.static import static
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _
from kombu import Queue
from whitenoise.compress import Compressor

from ticketing.core.environment import (
    Environment,
    address_with_scheme,
    addresses_with_scheme,
    database_address,
    field_key_from,
    field_keys,
    mailer,
    media_address,
    one_of,
    postgresql,
    storage,
    strong_secret,
    web_address,
)
from ticketing.schedule import BEAT_SCHEDULE, RATES_SCHEDULE

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()

# --- What kind of run this is -------------------------------------------------------------
# production refuses everything that is weak or missing; development and test are for one machine.
ENVIRONMENT: str = env.str("ENVIRONMENT", "production")
if ENVIRONMENT not in {"production", "development", "test"}:
    env.complain("ENVIRONMENT", "must be production, development or test.")
IS_PRODUCTION = ENVIRONMENT not in {"development", "test"}
DEBUG: bool = env.bool("DEBUG", False)
DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / ".data"))).absolute()

# --- Secrets ------------------------------------------------------------------------------
secret_rules = [strong_secret] if IS_PRODUCTION else []
SECRET_KEY: str = env.str("SECRET_KEY", validate=secret_rules) or "unset"
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
# What encrypts fields in the database: the first of them encrypts, all decrypt.
made_keys = [] if IS_PRODUCTION else [field_key_from(SECRET_KEY)]
FIELD_KEYS: list[str] = env.list("FIELD_KEYS", made_keys, validate=field_keys)
if FIELD_KEYS == []:
    env.complain("FIELD_KEYS", "Environment variable not set.")
# What signs access tokens: the first of them signs, all are believed.
made_keys = [] if IS_PRODUCTION else [field_key_from(f"tokens {SECRET_KEY}")]
TOKEN_KEYS: list[str] = env.list("TOKEN_KEYS", made_keys, validate=field_keys)
if TOKEN_KEYS == []:
    env.complain("TOKEN_KEYS", "Environment variable not set.")

# --- The address people know --------------------------------------------------------------
SITE_NAME: str = env.str("SITE_NAME", "Ticketing")
SITE_URL: str = env.str("SITE_URL", validate=web_address) or "http://localhost"
site = urlsplit(SITE_URL)
IS_HTTPS = site.scheme == "https"
ALLOWED_HOSTS: list[str] = [site.hostname or "", *env.list("EXTRA_HOSTS", [])]
# How many proxies of ours stand in front and may speak for the client.
TRUSTED_PROXIES: int = env.int("TRUSTED_PROXIES", 0)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- PostgreSQL: the application's role, and the owner that migrates -----------------------
DATABASE_URL: str = env.str("DATABASE_URL", validate=database_address) or ""
DATABASE_OWNER_URL: str = env.str("DATABASE_OWNER_URL", "", validate=database_address)
# Who may use the connections that the server reserves: for what gateways tell (docs/adr/0033).
DATABASE_RESERVED_URL: str = env.str("DATABASE_RESERVED_URL", "", validate=database_address)
DATABASES = {
    "default": postgresql(DATABASE_URL, connection_age=env.int("DATABASE_CONNECTION_AGE", 600))
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis: cache, sessions' fast copy, Celery's broker ------------------------------------
REDIS_URL: str = env.str("REDIS_URL", validate=address_with_scheme("redis", "rediss")) or ""
# Seconds that a page waits for Redis before it goes on without.
REDIS_TIMEOUT: float = env.float("REDIS_TIMEOUT", 0.5)
CACHES = {
    "default": {
        "BACKEND": "ticketing.core.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "ticketing",
        "OPTIONS": {
            "serializer": "ticketing.core.cache.JSONSerializer",
            "socket_connect_timeout": REDIS_TIMEOUT,
            "socket_timeout": REDIS_TIMEOUT,
        },
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 2,
    "socket_timeout": 10,
    # Who sends learns at once that the broker is away; what is sent waits in PostgreSQL.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
# A task whose broker is lost will be delivered again; then its first run must not go on.
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
# The one list of queues: workers serve all of them unless told otherwise by -Q.
QUEUES = ["default", "mail", "pdf"]
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_QUEUES = [Queue(name) for name in QUEUES]
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Days for which delivered events are kept, to look at and to replay.
EVENTS_KEPT_DAYS: int = env.int("EVENTS_KEPT_DAYS", 30)
# Where exchange rates are published; fetched when it is set (docs/adr/0035).
RATES_URL: str = env.str("RATES_URL", "", validate=address_with_scheme("http", "https"))
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE | (RATES_SCHEDULE if RATES_URL else {})

# --- Mail ----------------------------------------------------------------------------------
EMAIL_URL: str = env.str(
    "EMAIL_URL", validate=address_with_scheme("smtp", "smtp+tls", "smtps", "ses")
)
MAILERS = {"default": mailer(EMAIL_URL or "smtp://localhost")}
DEFAULT_FROM_EMAIL: str = env.str("DEFAULT_FROM_EMAIL", f"tickets@{site.hostname}")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Where SES reports to, by SNS: who may (user:password), and of which topics.
ANYMAIL = {"WEBHOOK_SECRET": env.str("MAIL_WEBHOOK_SECRET", "", validate=secret_rules)}
MAIL_WEBHOOK_TOPICS: list[str] = env.list("MAIL_WEBHOOK_TOPICS", [])
# Text and push messages; off without a region.
SNS_REGION: str = env.str("SNS_REGION", "")
SNS_ENDPOINT_URL: str = env.str("SNS_ENDPOINT_URL", "", validate=web_address)
SNS_APPLICATIONS: dict[str, str] = {
    "android": env.str("SNS_ANDROID_APPLICATION", ""),
    "ios": env.str("SNS_IOS_APPLICATION", ""),
}

# --- Files: a bucket, or a folder when there is none ---------------------------------------
MEDIA_BUCKET: str = env.str("MEDIA_BUCKET", "")
S3_ENDPOINT_URL: str | None = env.str("S3_ENDPOINT_URL", None)
AWS_REGION: str | None = env.str("AWS_REGION", None)
# Where browsers find public files: a CDN, else the bucket itself, else this site.
MEDIA_ORIGIN: str = env.str("MEDIA_ORIGIN", "", validate=web_address)
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = media_address(MEDIA_ORIGIN, S3_ENDPOINT_URL, MEDIA_BUCKET, AWS_REGION)
# The virus scanner, tcp://host:3310 or unix:///path: while it is away nothing new is shown.
CLAMAV_URL: str = env.str("CLAMAV_URL", "", validate=address_with_scheme("tcp", "unix"))
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(DATA_DIR / "static"))).absolute()
STATICFILES_DIRS = [BASE_DIR / "ticketing" / "static"]
STORAGES = {
    "default": storage(MEDIA_BUCKET, S3_ENDPOINT_URL, AWS_REGION),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Maps of others' scripts are for who debugs them, and took half of the time of compressing.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")
if DEBUG or ENVIRONMENT == "test":
    STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"

# --- The project ---------------------------------------------------------------------------
INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",  # before the admin, whose templates it replaces
    "unfold.contrib.filters",
    "ticketing.apps.BackOfficeConfig",
    "django.forms",  # its templates, for ours to include
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "ticketing.core",
    "accounts",
    "accounts.audit",
    "accounts.notifications",
    "events",
    "events.media",
    "bookings",
    "payments",
    "ticketing",
]
MIDDLEWARE = [
    "ticketing.core.pages.PageCacheMiddleware",  # first: a cached page touches nothing else
    "ticketing.core.requests.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "ticketing.core.security.SecurityHeadersMiddleware",
    "ticketing.health.middleware.HealthMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ticketing.core.slashes.OptionalSlashMiddleware",
    "ticketing.core.languages.LanguageMiddleware",
    "ticketing.core.problems.ProblemMiddleware",
    "ticketing.core.limits.LimitMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "ticketing.backoffice.BackOfficeHostMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "ticketing.urls"
WSGI_APPLICATION = "ticketing.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ticketing.core.site.site",
            ],
        },
    }
]

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- People --------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["accounts.hashers.PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "accounts.password_rules.MaximumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
    {"NAME": "accounts.password_rules.WordsOfThisSiteValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "account"
SESSION_COOKIE_AGE = 30 * 24 * 3600  # seconds
LINK_LIFETIME = 3600  # seconds that a link in a mail works
# Who may start an organizer: open (anyone signed in), approval (staff says yes first), closed.
ORGANIZER_SIGNUP: str = env.str(
    "ORGANIZER_SIGNUP", "open", validate=one_of("open", "approval", "closed")
)
# Staff and owners of organizers need a second factor to act.
REQUIRE_MFA: bool = env.bool("REQUIRE_MFA", IS_PRODUCTION)
# The back office on a host of its own; then it is nowhere else.
ADMIN_HOST: str = env.str("ADMIN_HOST", "")
if ADMIN_HOST:
    ALLOWED_HOSTS.append(ADMIN_HOST)

ACCESS_TOKEN_LIFETIME = 600  # seconds
REFRESH_TOKEN_LIFETIME = 30 * 24 * 3600  # seconds, however often it is renewed
REFRESH_TOKEN_GRACE = 10  # seconds in which parallel calls get the same successor

# allauth: log-in and its stages, second factor, passkeys, social sign-in (docs/adr/0013-sign-in.md)
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900  # seconds
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"  # public pages cannot say that it was done
ACCOUNT_FORMS = {
    "login": "accounts.forms.LogInForm",
    "reauthenticate": "accounts.forms.ConfirmPasswordForm",
}
ACCOUNT_RATE_LIMITS = False  # ours hold back, with a fallback that is stricter (core/limits.py)
MFA_ADAPTER = "accounts.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms.SecondFactorForm",
    "reauthenticate": "accounts.forms.SecondFactorAgainForm",
    "activate_totp": "accounts.forms.AuthenticatorAppForm",
    "add_webauthn": "accounts.forms.PasskeyForm",
    "edit_webauthn": "accounts.forms.PasskeyNameForm",
    "login_webauthn": "accounts.forms.PasskeyLogInForm",
    "authenticate_webauthn": "accounts.forms.PasskeySecondForm",
    "reauthenticate_webauthn": "accounts.forms.PasskeyAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SITE_NAME
MFA_TOTP_TOLERANCE = 1  # thirty seconds early or late: clocks of phones differ
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_RATE_LIMITS = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_PRODUCTION  # http://localhost has passkeys too
# What the models that are not ours say about people.
PRIVACY_OF_OTHERS = "ticketing.privacy.OF_OTHERS"

# --- Payments: a gateway is there when its key is --------------------------------------------
STRIPE_SECRET_KEY: str = env.str("STRIPE_SECRET_KEY", "", validate=secret_rules)
STRIPE_PUBLISHABLE_KEY: str = env.str("STRIPE_PUBLISHABLE_KEY", "")
# Of the platform's and the connected accounts' endpoints; two of each while one is replaced.
STRIPE_WEBHOOK_SECRETS: list[str] = env.list("STRIPE_WEBHOOK_SECRETS", [])
STRIPE_API_URL: str = env.str("STRIPE_API_URL", "", validate=web_address)  # a stand-in's
# It takes no money: for demonstrations and tests, and refused in production.
SIMULATOR_URL: str = env.str("SIMULATOR_URL", "", validate=web_address)
SIMULATOR_SECRET: str = env.str("SIMULATOR_SECRET", "", validate=secret_rules)

# --- The audit record: where the heads of its chains are written down (docs/adr/0010) --------
AUDIT_ANCHORS: list[str] = env.list(
    "AUDIT_ANCHORS",
    [(DATA_DIR / "audit-anchors.jsonl").as_uri()],
    validate=addresses_with_scheme("file", "s3", "mailto"),
)

# Providers of social sign-in that are offered: those with a client id.
SOCIAL_CLIENTS: dict[str, dict[str, Any]] = {
    "google": {
        "client_ids": env.list("GOOGLE_CLIENT_IDS", []),
        "client_secret": env.str("GOOGLE_CLIENT_SECRET", ""),
    },
    "apple": {
        "client_ids": env.list("APPLE_CLIENT_IDS", []),
        "signs": {
            "team": env.str("APPLE_TEAM_ID", ""),
            "key_id": env.str("APPLE_KEY_ID", ""),
            "private_key": env.str("APPLE_PRIVATE_KEY", ""),
        },
    },
    "microsoft": {
        "client_ids": env.list("MICROSOFT_CLIENT_IDS", []),
        "client_secret": env.str("MICROSOFT_CLIENT_SECRET", ""),
    },
    "facebook": {
        "client_ids": env.list("FACEBOOK_CLIENT_IDS", []),
        "client_secret": env.str("FACEBOOK_CLIENT_SECRET", ""),
    },
    "github": {
        "client_ids": env.list("GITHUB_CLIENT_IDS", []),
        "client_secret": env.str("GITHUB_CLIENT_SECRET", ""),
    },
}
SOCIAL_PROVIDERS = {name: one for name, one in SOCIAL_CLIENTS.items() if one["client_ids"]}
# Where mobile apps may let a provider send its code to, besides the site itself.
SOCIAL_REDIRECT_URIS: list[str] = env.list("SOCIAL_REDIRECT_URIS", [])

# --- Languages, time, order of text --------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

# --- Browsers' rules (docs/adr/0004-csp.md) -------------------------------------------------
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:", *([f"{MEDIA_URL}public/"] if MEDIA_BUCKET else [])],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    # Browsers hold a form to this wherever it is sent on to: to pay, too.
    "form-action": [CSP.SELF, "https://checkout.stripe.com", *filter(None, [SIMULATOR_URL])],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "report-uri": ["/csp-report"],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/"]  # load balancers ask over plain HTTP
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
# The __Host- prefix binds a cookie to this very host; browsers take it over HTTPS alone.
cookie_prefix = "__Host-" if IS_HTTPS else ""
SESSION_COOKIE_NAME = f"{cookie_prefix}session"
CSRF_COOKIE_NAME = f"{cookie_prefix}csrf"
MESSAGE_COOKIE_NAME = f"{cookie_prefix}messages"
MESSAGE_STORAGE = "ticketing.core.messages.MessageStorage"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "ticketing.errors.csrf_failure"

# --- Limits ---------------------------------------------------------------------------------
RATE_LIMIT_SCALE: float = env.float("RATE_LIMIT_SCALE", 1.0)
RATE_LIMITS = "ticketing.limits.RATE_LIMITS"
CHALLENGE: str = env.str("CHALLENGE", "auto", validate=one_of("auto", "always", "never"))
CHALLENGE_ABOVE: int = env.int("CHALLENGE_ABOVE", 300)
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000

# --- API ------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    # Each call says who may come; what says nothing is closed (accounts/api/calls.py).
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["ticketing.core.parsing.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "EXCEPTION_HANDLER": "ticketing.core.problems.api_exception_handler",
    "DEFAULT_SCHEMA_CLASS": "ticketing.core.describing.Schema",
}
EVENTS_ENUMS = ["CodeKind", "EventStatus", "OfferState", "QuestionKind", "TicketKind"]
SPECTACULAR_SETTINGS = {
    "TITLE": SITE_NAME,
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "ENUM_NAME_OVERRIDES": {
        "RoleEnum": "accounts.enums.Role",
        "AttendeesEnum": "bookings.enums.Attendees",
        "TicketShapeStatusEnum": "bookings.enums.TicketStatus",
        "PaymentChannelEnum": "payments.enums.Channel",
        "PaymentStatusEnum": "payments.enums.PaymentStatus",
        "RefundStatusEnum": "payments.enums.RefundStatus",
    }
    | {f"{name}Enum": f"events.enums.{name}" for name in EVENTS_ENUMS},
}

# --- Seeing inside: logs always; metrics and traces when configured ---------------------------
LOG_LEVEL: str = env.str("LOG_LEVEL", "INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without_paths": {"()": "ticketing.core.logs.WithoutPaths"}},
    "formatters": {"json": {"()": "ticketing.core.logs.JSONFormatter"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "json"},
    },
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        # One line per request is written by RequestMiddleware; these would double it.
        "django.request": {"level": "ERROR", "filters": ["without_paths"]},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "celery": {"level": "WARNING"},
        "stripe": {"level": "WARNING"},  # two lines for each call
    },
}
METRICS_TOKEN: str = env.str("METRICS_TOKEN", "", validate=secret_rules)
TRACES_ENDPOINT: str = env.str("OTEL_EXPORTER_OTLP_ENDPOINT", "", validate=web_address)

# --- The back office ------------------------------------------------------------------------
UNFOLD = {
    "SITE_TITLE": SITE_NAME,
    "SITE_HEADER": SITE_NAME,
    "SITE_URL": "/",
    "SITE_SYMBOL": "confirmation_number",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda _: static("img/favicon.svg")}
    ],
    "SHOW_HISTORY": True,
    "COLORS": {  # the accent of tokens.css, light to dark
        "primary": {
            "50": "#fff1ec",
            "100": "#ffe0d6",
            "200": "#ffbfab",
            "300": "#ff9676",
            "400": "#f76a45",
            "500": "#de4a24",
            "600": "#bf3815",
            "700": "#9c2c10",
            "800": "#7d2712",
            "900": "#672413",
            "950": "#380f06",
        }
    },
}

env.finish()
