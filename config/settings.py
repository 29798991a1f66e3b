"""Settings: everything that differs between two machines comes from the environment.

GUICHET_MODE is `production` unless said otherwise; in production a missing secret refuses to start.
"""

from datetime import date
from pathlib import Path

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _
from environs import Env

from config import observability
from config.citizens import *  # noqa: F403 (settings of their own file)
from config.logging import LOGGING  # noqa: F401 (a setting)
from config.schedule import SCHEDULE

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.str("GUICHET_VAR", str(BASE_DIR / "var")))

# --- Mode ---------------------------------------------------------------------------------------
MODE = env.str("GUICHET_MODE", "production", validate=lambda mode: mode in {"production", "demo", "development", "test"})
PRODUCTION = MODE == "production"
absent = [
    name for name in ("SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL") if (PRODUCTION or name == "DATABASE_URL") and not env.str(name, "")
]
if absent:
    raise SystemExit(
        f"Guichet does not start in {MODE} mode without {', '.join(absent)} in its environment (see deploy/guichet.env.example)."
    )
DEBUG = MODE == "development" and env.bool("DEBUG", False)
DEMO_DATA = env.bool("GUICHET_DEMO_DATA", MODE == "demo")
# The day from which a dossier that is begun is asked for the form in depth and its pieces; example dossiers were begun on past days.
IN_DEPTH_SINCE = env.date("IN_DEPTH_SINCE", date(2026, 11, 22) if PRODUCTION and not DEMO_DATA else date(2019, 6, 1))
# The day from which the opinion on a dossier comes from a vote taken here; on one received before, a paper may be transcribed.
COMMITTEE_FROM: date | None = env.date("COMMITTEE_FROM", date(2026, 11, 22) if PRODUCTION and not DEMO_DATA else None)
# The day from which a dossier that is filed is declared complete by its check, item by item, and not from the plain page of the move.
CHECKED_SINCE: date | None = env.date("CHECKED_SINCE", None if MODE == "test" else date(2026, 11, 22))
SECRET_KEY = env.str("SECRET_KEY") if PRODUCTION else env.str("SECRET_KEY", "not-a-secret-for-demo-and-tests-only-" + "x" * 30)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS") if PRODUCTION else env.list("ALLOWED_HOSTS", ["*"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])

# --- The body that runs the site: its name may change, so it is a setting ------------------------
OPERATOR_NAME = env.str("OPERATOR_NAME", "Plateforme des données de santé")
OPERATOR_CONTACT = env.str("OPERATOR_CONTACT", "guichet@example.org")
DPO_CONTACT = env.str("DPO_CONTACT", OPERATOR_CONTACT)
SITE_NAME = env.str("SITE_NAME", "Guichet")
SITE_URL = env.str("SITE_URL", "http://localhost:8000")
# The health data access body that the European records name, and what the operator knows of the databases beside the catalogue.
HDAB_NAME = env.str("HDAB_NAME", OPERATOR_NAME)
HDAB_CONTACT = env.str("HDAB_CONTACT", OPERATOR_CONTACT)

# What every invoice must say of who issues it. Empty: no invoice can be issued, and the page says what lacks.
SELLER_NAME = env.str("SELLER_NAME", OPERATOR_NAME)
SELLER_SIRET = env.str("SELLER_SIRET", "13000378300029" if DEMO_DATA else "")
SELLER_VAT_NUMBER = env.str("SELLER_VAT_NUMBER", "FR66130003783" if DEMO_DATA else "")
SELLER_STREET = env.str("SELLER_STREET", "")
SELLER_POSTCODE = env.str("SELLER_POSTCODE", "")
SELLER_CITY = env.str("SELLER_CITY", "Paris" if DEMO_DATA else "")
SELLER_COUNTRY = env.str("SELLER_COUNTRY", "FR")
SELLER_IBAN = env.str("SELLER_IBAN", "")
SELLER_BIC = env.str("SELLER_BIC", "")
# The mentions that French law wants on invoices between enterprises, as the operator words them; an empty one is not printed.
SELLER_LATE_PENALTY = env.str("SELLER_LATE_PENALTY", "")
SELLER_RECOVERY_FEE = env.str("SELLER_RECOVERY_FEE", "")
SELLER_DISCOUNT = env.str("SELLER_DISCOUNT", "")
SELLER_VAT_ON_DEBITS = env.bool("SELLER_VAT_ON_DEBITS", False)
# The identifiers by which tariff grids name the operator itself, beside its SIREN: of all others, the part is transferred.
SELLER_PAYEES = env.list("SELLER_PAYEES", default=["plateforme-illustrative"] if DEMO_DATA else [])
# Who does the extractions from the main database of the SNDS: the national insurer, by its SIREN.
CNAM_SIREN = env.str("CNAM_SIREN", "180035024")
# From which part of the persons found, in percent, a matching counts as successful: below, a person says why the work goes on.
MATCHING_THRESHOLD = env.str("MATCHING_THRESHOLD", "90")
# So many years after the end of a project, and of each access, the access list forgets its names.
ACCESS_LIST_RETENTION_YEARS = env.int("ACCESS_LIST_RETENTION_YEARS", 5)
# No cell of an aggregate table that a need asks for counts fewer persons than this.
NEED_MINIMUM_CELL = env.int("NEED_MINIMUM_CELL", 11)
HDAB_PAGE = env.str("HDAB_PAGE", "")
HARVEST_FACTS = env.str("HARVEST_FACTS", "")

# --- Apps: ground floor first --------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.contrib.sites",
    "django.forms",
    "guardian",
    "pgtrigger",
    "django_fsm",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "two_factor",
    "axes",
    "csp",
    "django_htmx",
    "widget_tweaks",
    "dsfr",
    "ui",
    "workflow",
    "files",
    "accounts",
    "catalogue",
    "questionnaires",
    "requests_app",
    "requests_app.letters",
    "requests_app.finder",
    "requests_app.team",
    "requests_app.talk",
    "requests_app.checking",
    "requests_app.amendments",
    "requests_app.exports",
    "requests_app.cnil",
    "requests_app.desks",
    "committee",
    "fees",
    "fees.simulator",
    "fees.quotes",
    "fees.invoices",
    "fees.impact",
    "contracts",
    "contracts.library",
    "contracts.drafting",
    "contracts.negotiating",
    "contracts.signing",
    "contracts.life",
    "extractions",
    "extractions.needs",
    "extractions.deposits",
    "extractions.matching",
    "extractions.delivery",
    "extractions.exchange",
    "registry",
    "registry.trust",
    "registry.editing",
    "registry.outcomes",
    "registry.reuse",
    "registry.harvest",
    "registry.following",
    "rights",
    "rights.entitlements",
    "rights.envelopes",
    "rights.asking",
    "rights.tracking",
    "rights.answering",
    "rights.oppositions",
    "rights.assisted",
    "rights.measures",
    "config",
]
SITE_ID = 1
MIDDLEWARE = [
    "config.health.HealthMiddleware",
    "config.logging.RequestLogMiddleware",
    "rights.measures.availability.FormHealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "workflow.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ui.context.site",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "ui.templatetags.ui"],
            "string_if_invalid": "",
        },
    }
]

# --- Data ----------------------------------------------------------------------------------------
DATABASES = {"default": dj_database_url.parse(env.str("DATABASE_URL"), conn_max_age=60, conn_health_checks=True)}
DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c lock_timeout=10000"
if env.str("TEST_DATABASE_TEMPLATE", ""):
    DATABASES["default"]["TEST"] = {"TEMPLATE": env.str("TEST_DATABASE_TEMPLATE")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = VAR_DIR / "media"
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
TEAM_INVITATION_DAYS = env.int("TEAM_INVITATION_DAYS", 14)
DECLARATION_DRAFT_DAYS = env.int("DECLARATION_DRAFT_DAYS", 365)
ACCESS_LOG_DAYS = env.int("ACCESS_LOG_DAYS", 365)
REGISTRY_SNAPSHOT_DAYS = env.int("REGISTRY_SNAPSHOT_DAYS", 30)
REGISTRY_EXPORTS_AT_ONCE = env.int("REGISTRY_EXPORTS_AT_ONCE", 2)
API_REQUESTS_PER_MINUTE = env.int("API_REQUESTS_PER_MINUTE", 120)
API_TOKEN_DAYS = env.int("API_TOKEN_DAYS", 365)
TICKETS_REQUESTS_PER_MINUTE = env.int("TICKETS_REQUESTS_PER_MINUTE", 600)
TICKETS_ANSWER_DAYS = env.int("TICKETS_ANSWER_DAYS", 7)
WEBHOOK_DAYS = env.int("WEBHOOK_DAYS", 3)
WEBHOOK_PRIVATE_ADDRESSES = env.bool("WEBHOOK_PRIVATE_ADDRESSES", False)
WEBHOOK_CA_FILE = env.str("WEBHOOK_CA_FILE", "")
# Linkage tables, encrypted to the key of a pseudonymisation service: where they lie, how large one may be, which columns may be asked for.
DEPOSITS_DIR = Path(env.str("DEPOSITS_DIR", str(VAR_DIR / "deposits")))
DEPOSIT_MAX_BYTES = env.int("DEPOSIT_MAX_BYTES", 2 * 1024**3)
LINKAGE_COLUMN_SETS = env.str("LINKAGE_COLUMN_SETS", "")
COMMITTEE_ARCHIVE_DAYS = env.int("COMMITTEE_ARCHIVE_DAYS", 7)
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", 20 * 1024 * 1024)
FILE_UPLOAD_HANDLERS = [
    "files.uploads.LimitedUploadHandler",  # first: what is too large is read and forgotten, and never lies on the disk
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_NUMBER_FILES = 10
CLAMD_SOCKET = env.str("CLAMD_SOCKET", "")

# --- People --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # the address is unique in any letter case, by a functional constraint that the check does not see
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None
if MODE == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nothing of a test is a secret, and a slow hash costs minutes
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "first_name", "last_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "two_factor:login"
LOGIN_REDIRECT_URL = "accounts:after_login"
LOGOUT_REDIRECT_URL = "home"
TWO_FACTOR_PATCH_ADMIN = False
OTP_TOTP_ISSUER = SITE_NAME
AXES_USERNAME_FORM_FIELD = "username"  # what Django calls it when it authenticates; axes would say "email", find nothing and lock nobody
AXES_SENSITIVE_PARAMETERS = ["auth-username", "auth-password", "username", "email", "password"]  # else axes keeps wrong passwords in clear
AXES_FAILURE_LIMIT = 6
AXES_COOLOFF_TIME = 0.25
BEHIND_PROXY = env.bool("BEHIND_PROXY", False)
AXES_CLIENT_IP_CALLABLE = "config.visitor.address_of"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "accounts/locked.html"
AXES_HTTP_RESPONSE_CODE = 429
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True  # who signed in from where is not kept

# --- Language and time ---------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"

# --- Static files --------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
PIECES_BUCKET = env.str("PIECES_BUCKET", "")
BUCKET = {
    "bucket_name": PIECES_BUCKET,
    "endpoint_url": env.str("PIECES_ENDPOINT", "") or None,
    "region_name": env.str("PIECES_REGION", "") or None,
    "access_key": env.str("PIECES_ACCESS_KEY", "") or None,
    "secret_key": env.str("PIECES_SECRET_KEY", "") or None,
    "addressing_style": env.str("PIECES_ADDRESSING", "path"),
    "signature_version": "s3v4",
    "default_acl": None,  # what the bucket says: private
    "file_overwrite": False,
}
STORAGES = {
    "default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": BUCKET}
    if PIECES_BUCKET
    else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = False
DSFR_USE_INTEGRITY_CHECKSUMS = False

# --- Security ------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = PRODUCTION and env.bool("SECURE_SSL_REDIRECT", True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 31_536_000 if PRODUCTION else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = env.int("SESSION_COOKIE_AGE", 8 * 3600)
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

# --- The engine ----------------------------------------------------------------------------------
WORKFLOW_REACTIONS = "config.reactions.REACTIONS"
KEYS_DIR = Path(env.str("KEYS_DIR", str(VAR_DIR / "keys")))

# --- Signatures of conventions: without a seal of the body's own, the demonstration authority of KEYS_DIR seals and signs --------
SIGNATURE_SEAL = env.str("SIGNATURE_SEAL", "")
SIGNATURE_SEAL_PASSWORD_FILE = env.str("SIGNATURE_SEAL_PASSWORD_FILE", "")
SIGNATURE_ISSUER = env.str("SIGNATURE_ISSUER", "")
SIGNATURE_ISSUER_PASSWORD_FILE = env.str("SIGNATURE_ISSUER_PASSWORD_FILE", "")
SIGNATURE_TIME_STAMPS = env.str("SIGNATURE_TIME_STAMPS", "")
SIGNATURE_ANCHORS: list[str] = env.list("SIGNATURE_ANCHORS", default=[])
# Of signatures made elsewhere: which roots are believed, the PAdES level (B-T or B-B), whether revocation is asked about (off, soft, hard).
SIGNATURE_UPLOAD_ANCHORS: list[str] = env.list("SIGNATURE_UPLOAD_ANCHORS", default=[])
SIGNATURE_UPLOAD_LEVEL = env.str("SIGNATURE_UPLOAD_LEVEL", "B-T")
SIGNATURE_UPLOAD_REVOCATION = env.str("SIGNATURE_UPLOAD_REVOCATION", "off")

# --- Mail ----------------------------------------------------------------------------------------
EMAIL_BACKEND = env.str(
    "EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend" if PRODUCTION else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_HOST = env.str("EMAIL_HOST", "localhost")
EMAIL_PORT = env.int("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", OPERATOR_CONTACT)

# --- Celery: file-system broker on one machine, Redis by CELERY_BROKER_URL --------------------------
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", "filesystem://")
if CELERY_BROKER_URL == "filesystem://":
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(VAR_DIR / "broker/messages"),
        "data_folder_out": str(VAR_DIR / "broker/messages"),
        "control_folder": str(VAR_DIR / "broker/control"),
        "store_processed": False,
    }
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TIMEZONE = "Europe/Paris"
CELERY_BEAT_SCHEDULE = SCHEDULE
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "broker/beat")

# --- Cache: one of each process, and one that all processes share (who writes in which section just now) -----
SHARED_CACHE: dict[str, object] = {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(VAR_DIR / "cache")}
if CELERY_BROKER_URL.startswith("redis"):
    SHARED_CACHE = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": CELERY_BROKER_URL, "KEY_PREFIX": "guichet"}
if MODE == "test":
    SHARED_CACHE = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "shared"}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}, "shared": SHARED_CACHE}

# --- Error reports: only when an address is given, and scrubbed ------------------------------------
observability.start(env.str("SENTRY_DSN", ""), MODE)
